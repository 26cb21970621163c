#include "exec/schedule/memory.hpp"

#include <downhill/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "support/machine_memory.hpp"

namespace downhill::exec::scheduling {
namespace {

namespace loops = ir::loops;

constexpr std::size_t outside = ~std::size_t{0};

// When each buffer is alive, in positions of steps: from its first use to its last. A loop around some uses but not
// around all counts as a whole. The steps of a tile loop share one position: its blocks take turns.
class Lives {
 public:
  struct Life {
    std::size_t begin = ~std::size_t{0};
    std::size_t end = 0;
    void include(const Life& other) {
      begin = std::min(begin, other.begin);
      end = std::max(end, other.end);
    }
  };

  explicit Lives(const loops::LoopProgram& program) {
    visit(program.steps);
    lives.resize(program.buffers.size());
    std::vector<std::size_t> common(program.buffers.size(), unknown);  // the innermost loop around all uses
    for (const Use& use : uses_) {
      common[use.buffer] = common[use.buffer] == unknown ? use.loop : common_loop(common[use.buffer], use.loop);
    }
    for (const Use& use : uses_) {
      lives[use.buffer].include({use.position, use.position});
      for (std::size_t loop = use.loop; loop != common[use.buffer]; loop = loops_[loop].parent) {
        lives[use.buffer].include(loops_[loop].span);
      }
    }
  }
  std::vector<Life> lives;

 private:
  static constexpr std::size_t unknown = outside - 1;
  struct Use {
    loops::BufferId buffer;
    std::size_t position;
    std::size_t loop;
  };
  struct LoopNode {
    std::size_t parent;
    std::size_t depth;
    Life span;
  };

  [[nodiscard]] std::size_t depth(std::size_t loop) const { return loop == outside ? 0 : loops_[loop].depth; }
  [[nodiscard]] std::size_t common_loop(std::size_t a, std::size_t b) const {
    while (a != b) {
      std::size_t& deeper = depth(a) >= depth(b) ? a : b;
      deeper = loops_[deeper].parent;
    }
    return a;
  }

  void visit(const std::vector<loops::Step>& steps) {
    for (const loops::Step& step : steps) {
      std::visit([&](const auto& one) { visit(one); }, step);
      // An epilogue runs while its product does.
      const auto* product = std::get_if<loops::Product>(&step);
      if (product == nullptr || product->result == loops::Product::Result::stored) ++position_;
    }
  }
  void visit(const loops::Nest& nest) {
    for (const loops::Element& element : nest.body) {
      if (element.kind == loops::Element::Kind::load) {
        use(element.buffer);
      }
    }
    for (const loops::Store& store : nest.stores) {
      use(store.buffer);
    }
    for (const loops::Reduction& reduction : nest.reductions) {
      use(reduction.buffer);
    }
  }
  void visit(const loops::Product& product) {
    use(product.a.buffer);
    use(product.b.buffer);
    use(product.c.buffer);
  }
  void visit(const loops::KernelCall& call) {
    for (const auto& argument : call.operands) {
      use(argument.buffer);
    }
    for (const auto& argument : call.results) {
      use(argument.buffer);
    }
  }
  void visit(const std::shared_ptr<const loops::Loop>& loop) {
    const std::size_t id = loops_.size();
    loops_.push_back({loop_, depth(loop_) + 1, {position_, position_}});
    loop_ = id;
    visit(loop->body);
    loops_[id].span.end = position_;
    loop_ = loops_[id].parent;
  }
  void visit(const std::shared_ptr<const loops::Branch>& branch) {
    use(branch->predicate);
    visit(branch->then_body);
    visit(branch->else_body);
  }
  void visit(const std::shared_ptr<const loops::TileLoop>& tile) {
    for (const loops::Step& step : tile->body) {
      std::visit([&](const auto& one) { visit(one); }, step);
    }
  }
  void use(loops::BufferId buffer) { uses_.push_back({buffer, position_, loop_}); }

  std::vector<Use> uses_;
  std::vector<LoopNode> loops_;
  std::size_t loop_ = outside;
  std::size_t position_ = 0;
};

// Free ranges of the workspace; the smallest that fits is taken.
class Space {
 public:
  std::size_t take(std::size_t bytes) {
    const auto fits = by_size_.lower_bound({bytes, 0});
    if (fits == by_size_.end()) {
      // Grow; a free range at the end is extended.
      std::size_t begin = end_;
      if (!by_begin_.empty()) {
        const auto last = std::prev(by_begin_.end());
        if (last->first + last->second == end_) {
          begin = last->first;
          erase(last->first, last->second);
        }
      }
      end_ = begin + bytes;
      return begin;
    }
    const auto [size, begin] = *fits;
    erase(begin, size);
    if (size > bytes) {
      insert(begin + bytes, size - bytes);
    }
    return begin;
  }
  void give(std::size_t begin, std::size_t bytes) {
    auto next = by_begin_.lower_bound(begin);
    if (next != by_begin_.end() && next->first == begin + bytes) {
      const auto [b, s] = *next;
      erase(b, s);
      bytes += s;
    }
    next = by_begin_.lower_bound(begin);
    if (next != by_begin_.begin()) {
      const auto [b, s] = *std::prev(next);
      if (b + s == begin) {
        erase(b, s);
        begin = b;
        bytes += s;
      }
    }
    insert(begin, bytes);
  }
  [[nodiscard]] std::size_t end() const { return end_; }

 private:
  void insert(std::size_t begin, std::size_t size) {
    by_begin_[begin] = size;
    by_size_.insert({size, begin});
  }
  void erase(std::size_t begin, std::size_t size) {
    by_begin_.erase(begin);
    by_size_.erase({size, begin});
  }
  std::map<std::size_t, std::size_t> by_begin_;
  std::set<std::pair<std::size_t, std::size_t>> by_size_;
  std::size_t end_ = 0;
};

}  // namespace

void plan_memory(loops::LoopProgram& program, std::size_t limit) {
  const Lives found(program);
  struct Event {
    std::size_t position;
    bool is_end;  // after everything that begins at this position
    loops::BufferId buffer;
    bool operator<(const Event& other) const {
      return std::tie(position, is_end, buffer) < std::tie(other.position, other.is_end, other.buffer);
    }
  };
  std::vector<Event> events;
  for (loops::BufferId id = 0; id < program.buffers.size(); ++id) {
    if (program.buffers[id].place == loops::BufferDeclaration::Place::workspace) {
      events.push_back({found.lives[id].begin, false, id});
      events.push_back({found.lives[id].end, true, id});
    }
  }
  std::sort(events.begin(), events.end());
  Space space;
  constexpr std::size_t alignment = 64;
  for (const Event& event : events) {
    loops::BufferDeclaration& buffer = program.buffers[event.buffer];
    const std::size_t bytes =
        std::max(alignment, (static_cast<std::size_t>(buffer.elements) * size_of(buffer.dtype) + alignment - 1) /
                                alignment * alignment);
    if (event.is_end) {
      space.give(buffer.slot, bytes);
    } else {
      buffer.slot = space.take(bytes);
    }
  }
  program.workspace_bytes = space.end();
  const std::size_t most = std::min(limit, machine_memory());
  if (program.workspace_bytes > most) {
    throw ExecutionError(fmt::format("schedule: the program needs more memory than it may use: {} bytes of {}",
                                     program.workspace_bytes, most));
  }
}

}  // namespace downhill::exec::scheduling
