#include "exec/schedule/tile.hpp"

#include "exec/schedule/step_accesses.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace downhill::exec::scheduling {
namespace {

constexpr std::int64_t shortest_axis = 192;
constexpr std::int64_t longest_block = 512;
constexpr std::int64_t shortest_block = 64;
constexpr std::int64_t block_bytes = 96 * 1024;    // a block's arrays together, of a second-level cache
constexpr std::int64_t smallest_gain = 16 * 1024;  // bytes handed from step to step that make a loop worth while
// Products of many multiplications for each index run best undivided, and what becomes of their results runs with them: then a loop has to
// keep more in the cache.
constexpr std::int64_t many_multiplications = 1024;
constexpr std::int64_t smallest_gain_of_products = std::int64_t{1} << 26;

// Axes of steps and of places that move together.
class AxisClasses {
 public:
  std::size_t add() {
    parent_.push_back(parent_.size());
    return parent_.size() - 1;
  }
  std::size_t find(std::size_t k) {
    while (parent_[k] != k) {
      parent_[k] = parent_[parent_[k]];
      k = parent_[k];
    }
    return k;
  }
  void unite(std::size_t a, std::size_t b) { parent_[find(a)] = find(b); }

 private:
  std::vector<std::size_t> parent_;
};

class TileFormer {
 public:
  TileFormer(std::vector<Place>& places, const DraftSteps& steps, const std::vector<int>& uses)
      : places_(places),
        uses_(uses),
        count_(steps.size()),
        accesses_(count_),
        multiplications_(count_, 0),
        tiled_(count_),
        class_(count_, none) {
    for (std::size_t s = 0; s < count_; ++s) {
      if (const auto* nest = std::get_if<DraftNest>(&steps[s].what)) {
        accesses_[s] = accesses_of(*nest);
        reduced_.push_back(nest->reduced);
      } else if (const auto* product = std::get_if<DraftProduct>(&steps[s].what)) {
        accesses_[s] = accesses_of(*product);
        multiplications_[s] = product->m * product->n * product->k;

        reduced_.emplace_back();
      } else {
        reduced_.emplace_back();
      }
    }
    choose_axes();
  }

  DraftSteps run(DraftSteps steps) {
    assign_slots(steps);
    DraftSteps result;
    for (const Slot& slot : slots_) {
      const std::optional<DraftTile> tile = slot.axis_class == none ? std::nullopt : shape(slot);
      if (!tile) {
        for (const std::size_t s : slot.steps) {
          result.push_back(std::move(steps[s]));
        }
        continue;
      }
      DraftTile made = *tile;
      for (const std::size_t s : slot.steps) {
        std::visit(
            [&](auto& step) {
              if constexpr (requires { step.tiled; }) {
                step.tiled = static_cast<std::int32_t>(*tiled_[s]);
              }
            },
            steps[s].what);
        made.body.push_back(std::move(steps[s]));
      }
      result.push_back({std::move(made)});
    }
    return result;
  }

 private:
  static constexpr std::size_t none = ~std::size_t{0};

  struct Slot {
    std::size_t axis_class = none;
    std::vector<std::size_t> steps;
  };
  struct Write {
    std::size_t slot;
    std::size_t step;
    Access access;
  };

  // Each step is cut along its axis of the longest class.
  void choose_axes() {
    AxisClasses classes;
    std::vector<std::vector<std::size_t>> step_axes(count_);
    std::unordered_map<PlaceId, std::vector<std::size_t>> place_axes;
    for (std::size_t s = 0; s < count_; ++s) {
      for (std::size_t k = 0; k < accesses_[s].extents.size(); ++k) {
        step_axes[s].push_back(classes.add());
      }
      const auto connect = [&](const Access& access) {
        if (access.flat) {
          return;
        }
        auto& axes = place_axes[access.place];
        while (axes.size() < access.index.size()) {
          axes.push_back(classes.add());
        }
        for (std::size_t d = 0; d < access.index.size(); ++d) {
          if (const auto axis = single_axis(access.index[d])) {
            classes.unite(step_axes[s][*axis], axes[d]);
          }
        }
      };
      std::ranges::for_each(accesses_[s].reads, connect);
      std::ranges::for_each(accesses_[s].writes, connect);
    }
    std::unordered_map<std::size_t, std::int64_t> longest;
    for (std::size_t s = 0; s < count_; ++s) {
      for (std::size_t k = 0; k < step_axes[s].size(); ++k) {
        std::int64_t& length = longest[classes.find(step_axes[s][k])];
        length = std::max(length, accesses_[s].extents[k]);
      }
    }
    for (std::size_t s = 0; s < count_; ++s) {
      std::int64_t best = 0;
      for (std::size_t k = 0; k < step_axes[s].size(); ++k) {
        const std::size_t axis_class = classes.find(step_axes[s][k]);
        if (accesses_[s].extents[k] >= shortest_axis && longest[axis_class] > best && may_cut(s, k)) {
          best = longest[axis_class];
          tiled_[s] = k;
          class_[s] = axis_class;
        }
      }
    }
  }

  // A reduced axis must be the outermost of the reduced ones: sums go on from block to block.
  [[nodiscard]] bool may_cut(std::size_t s, std::size_t axis) const {
    const std::vector<bool>& reduced = reduced_[s];
    if (axis >= reduced.size() || !reduced[axis]) {
      return true;
    }
    for (std::size_t k = 0; k < axis; ++k) {
      if (reduced[k] && accesses_[s].extents[k] != 1) {
        return false;
      }
    }
    return true;
  }

  // Steps in order; each joins the last loop of its class if what it needs is ready there.
  void assign_slots(const DraftSteps& steps) {
    std::unordered_map<std::size_t, std::size_t> last_of_class;
    for (std::size_t s = 0; s < count_; ++s) {
      std::optional<std::size_t> slot;
      if (class_[s] != none) {
        if (const auto found = last_of_class.find(class_[s]);
            found != last_of_class.end() && may_join(s, found->second)) {
          slot = found->second;
        }
      }
      if (!slot) {
        slot = slots_.size();
        slots_.push_back({class_[s], {}});
        if (class_[s] != none) {
          last_of_class[class_[s]] = *slot;
        }
      }
      slots_[*slot].steps.push_back(s);
      for_each_access(
          steps[s], [&](const Access& access) { note_read(access.place, *slot); },
          [&](const Access& access) { note_write(access, *slot, s); });
    }
  }

  void note_read(PlaceId place, std::size_t slot) {
    std::size_t& last = last_read_.try_emplace(place, slot).first->second;
    last = std::max(last, slot);
  }
  void note_write(const Access& access, std::size_t slot, std::size_t s) {
    writes_[access.place].push_back({slot, s, access});
  }

  [[nodiscard]] bool may_join(std::size_t s, std::size_t slot) const {
    for (const Access& read : accesses_[s].reads) {
      const auto found = writes_.find(read.place);
      if (found == writes_.end()) {
        continue;
      }
      for (const Write& write : found->second) {
        if (write.slot > slot || (write.slot == slot && !is_aligned(write, read, s))) {
          return false;
        }
      }
    }
    for (const Access& write : accesses_[s].writes) {
      if (const auto found = last_read_.find(write.place); found != last_read_.end() && found->second >= slot) {
        return false;
      }
      if (const auto found = writes_.find(write.place); found != writes_.end()) {
        for (const Write& earlier : found->second) {
          if (earlier.slot >= slot) {
            return false;
          }
        }
      }
    }
    return true;
  }

  // What `read` wants of a block was written in the same block.
  [[nodiscard]] bool is_aligned(const Write& write, const Access& read, std::size_t s) const {
    // A product's accesses are written here in its views' axes: take those by step axes.
    for (const Access& access : accesses_[write.step].writes) {
      if (access.place == read.place) {
        const auto from = aligned_dimension(access, *tiled_[write.step]);
        if (!from || from != aligned_dimension(read, *tiled_[s])) {
          return false;
        }
      }
    }
    return true;
  }

  [[nodiscard]] std::int64_t bytes(const Place& place) const {
    return place.type.shape.size() * static_cast<std::int64_t>(size_of(place.type.dtype));
  }

  // The loop for a slot, if it saves enough; moves values into tiles.
  std::optional<DraftTile> shape(const Slot& slot) {
    if (slot.steps.size() < 2) {
      return std::nullopt;
    }
    struct Touch {
      int reads = 0;
      int writes = 0;
      bool is_aligned = true;
      bool moves = false;  // different elements for different blocks
      std::optional<std::size_t> dimension;
    };
    std::unordered_map<PlaceId, Touch> touched;
    std::int64_t extent = 0;
    bool has_large_products = false;
    for (const std::size_t s : slot.steps) {
      extent = std::max(extent, accesses_[s].extents[*tiled_[s]]);
      const std::int64_t own_extent = std::max<std::int64_t>(accesses_[s].extents[*tiled_[s]], 1);
      has_large_products = has_large_products || multiplications_[s] / own_extent >= many_multiplications;
      const auto touch = [&](const Access& access, bool is_write) {
        Touch& t = touched[access.place];
        const auto dimension = aligned_dimension(access, *tiled_[s]);
        t.is_aligned = t.is_aligned && dimension && (t.reads + t.writes == 0 || t.dimension == dimension);
        t.dimension = dimension;
        t.moves = t.moves || std::ranges::any_of(access.index, [&](const Affine& f) {
                    return *tiled_[s] < f.axis.size() && f.axis[*tiled_[s]] != 0;
                  });
        (is_write ? t.writes : t.reads) += 1;
      };
      for (const Access& access : accesses_[s].reads) {
        touch(access, false);
      }
      for (const Access& access : accesses_[s].writes) {
        touch(access, true);
      }
    }
    std::int64_t gain = 0;
    std::int64_t an_index = 0;  // bytes for one index of the axis
    for (const auto& [id, touch] : touched) {
      const std::int64_t size = bytes(places_[id]);
      const bool stays_in_registers = has_large_products && touch.writes == 1 && touch.reads == 1 && uses_[id] == 2;
      gain += touch.moves && touch.reads + touch.writes > 1 && !stays_in_registers ? size : 0;
      an_index += touch.moves ? size / std::max<std::int64_t>(extent, 1) : 0;
    }
    if (gain < (has_large_products ? smallest_gain_of_products : smallest_gain)) {
      return std::nullopt;
    }
    DraftTile tile;
    tile.extent = extent;
    tile.block = longest_block;
    while (tile.block > shortest_block && tile.block * an_index > block_bytes) {
      tile.block /= 2;
    }
    for (const auto& [id, touch] : touched) {
      Place& place = places_[id];
      if (place.kind == Place::Kind::workspace && touch.is_aligned && touch.dimension && touch.writes > 0 &&
          touch.reads + touch.writes == uses_[id]) {
        place.kind = Place::Kind::tile;
        place.tiled = static_cast<std::int32_t>(*touch.dimension);
        place.block = tile.block;
      }
    }
    return tile;
  }

  std::vector<Place>& places_;
  const std::vector<int>& uses_;
  std::size_t count_;
  std::vector<StepAccesses> accesses_;
  std::vector<std::vector<bool>> reduced_;
  std::vector<std::int64_t> multiplications_;  // of products without their batches
  std::vector<std::optional<std::size_t>> tiled_;
  std::vector<std::size_t> class_;
  std::vector<Slot> slots_;
  std::unordered_map<PlaceId, std::vector<Write>> writes_;
  std::unordered_map<PlaceId, std::size_t> last_read_;
};

void form(std::vector<Place>& places, DraftSteps& steps, const std::vector<int>& uses) {
  for (DraftStep& step : steps) {
    if (auto* loop = std::get_if<DraftLoop>(&step.what)) {
      form(places, loop->body, uses);
    } else if (auto* branch = std::get_if<DraftBranch>(&step.what)) {
      form(places, branch->then_body, uses);
      form(places, branch->else_body, uses);
    }
  }
  if (steps.size() > 1) {
    steps = TileFormer(places, steps, uses).run(std::move(steps));
  }
}

}  // namespace

void form_tiles(Draft& draft) {
  std::vector<int> uses(draft.places.size(), 0);
  for (const DraftStep& step : draft.steps) {
    for_each_access(
        step, [&](const Access& access) { ++uses[access.place]; }, [&](const Access& access) { ++uses[access.place]; });
  }
  form(draft.places, draft.steps, uses);
}

}  // namespace downhill::exec::scheduling
