#include "exec/schedule/epilogues.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

namespace downhill::exec::scheduling {
namespace {

namespace loops = ir::loops;
using loops::Affine;
using loops::BufferId;
using loops::Element;
using loops::Nest;
using loops::Product;
using loops::Step;

// Instructions of a body: it is written out for every register of a tile.
constexpr std::size_t heaviest_body = 160;

struct Uses {
  std::set<BufferId> read;
  std::set<BufferId> written;
};

void collect(const std::vector<Step>& steps, Uses& uses);

void collect(const Step& step, Uses& uses) {
  if (const auto* nest = std::get_if<Nest>(&step)) {
    for (const Element& element : nest->body) {
      if (element.kind == Element::Kind::load) uses.read.insert(element.buffer);
    }
    for (const loops::Store& store : nest->stores) uses.written.insert(store.buffer);
    for (const loops::Reduction& reduction : nest->reductions) uses.written.insert(reduction.buffer);
  } else if (const auto* product = std::get_if<Product>(&step)) {
    uses.read.insert({product->a.buffer, product->b.buffer});
    uses.written.insert(product->c.buffer);
  } else if (const auto* call = std::get_if<loops::KernelCall>(&step)) {
    for (const auto& argument : call->operands) uses.read.insert(argument.buffer);
    for (const auto& argument : call->results) uses.written.insert(argument.buffer);
  } else if (const auto* loop = std::get_if<std::shared_ptr<const loops::Loop>>(&step)) {
    collect((*loop)->body, uses);
  } else if (const auto* branch = std::get_if<std::shared_ptr<const loops::Branch>>(&step)) {
    uses.read.insert((*branch)->predicate);
    collect((*branch)->then_body, uses);
    collect((*branch)->else_body, uses);
  } else {
    collect(std::get<std::shared_ptr<const loops::TileLoop>>(step)->body, uses);
  }
}

void collect(const std::vector<Step>& steps, Uses& uses) {
  for (const Step& step : steps) collect(step, uses);
}

bool have_common(const std::set<BufferId>& a, const std::set<BufferId>& b) {
  return std::ranges::any_of(a, [&](BufferId id) { return b.contains(id); });
}

std::int64_t factor(const Affine& affine, std::size_t axis) {
  return axis < affine.axis.size() ? affine.axis[axis] : 0;
}

template <class F>
void for_each_affine(Nest& nest, const F& f) {
  for (Element& element : nest.body) {
    if (element.kind == Element::Kind::load || element.kind == Element::Kind::index) f(element.index);
    for (loops::Guard& guard : element.guards) f(guard.position);
  }
  for (loops::Store& store : nest.stores) f(store.index);
}

// What a nest's axes are of a product's result: for m and n the nest's axis and the factor on its index, for each.
struct AxisMap {
  struct Part {
    std::int32_t axis = -1;  // -1: the result has one row or column
    std::int64_t by = 1;
  };
  Part m;
  Part n;
};

std::optional<AxisMap> axis_map(const Nest& nest, const Affine& load, const Product& product) {
  const std::size_t rank = nest.extents.size();
  const loops::Matrix& c = product.c;
  if (rank == 1 && product.m > 1 && product.n > 1) {  // both axes walked as one
    if (nest.extents[0] != product.m * product.n || nest.tiled >= 0) return std::nullopt;
    if (factor(load, 0) == c.column && c.row == product.n * c.column) return AxisMap{{0, product.n}, {0, 1}};
    if (factor(load, 0) == c.row && c.column == product.m * c.row) return AxisMap{{0, 1}, {0, product.m}};
    return std::nullopt;
  }
  AxisMap map;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const auto matches = [&](const AxisMap::Part& part, std::int64_t extent, std::int64_t stride) {
      return part.axis < 0 && nest.extents[axis] == extent && factor(load, axis) == stride;
    };
    if (matches(map.m, product.m, c.row)) {
      map.m.axis = static_cast<std::int32_t>(axis);
    } else if (matches(map.n, product.n, c.column)) {
      map.n.axis = static_cast<std::int32_t>(axis);
    } else {
      return std::nullopt;
    }
  }
  if ((map.m.axis < 0 && product.m != 1) || (map.n.axis < 0 && product.n != 1)) return std::nullopt;
  return map;
}

// The nest over (m, n).
Nest over_result(Nest nest, const AxisMap& map, const Product& product) {
  for_each_affine(nest, [&](Affine& affine) {
    const auto along = [&](const AxisMap::Part& part) {
      return part.axis < 0 ? 0 : part.by * factor(affine, static_cast<std::size_t>(part.axis));
    };
    affine.axis = {along(map.m), along(map.n)};
  });
  nest.extents = {product.m, product.n};
  nest.lane = 1;
  nest.tiled = product.tiled == Product::Axis::m ? 0 : product.tiled == Product::Axis::n ? 1 : -1;
  return nest;
}

// What lanes along an axis of (m, n) cost: neighbours that lie apart in memory are fetched one by one.
std::int64_t lane_cost(const Nest& nest, std::size_t axis, BufferId in_registers) {
  std::int64_t cost = 0;
  const auto add = [&](const Affine& affine) {
    const std::int64_t stride = factor(affine, axis);
    cost += stride == 0 || stride == 1 ? 1 : 6;
  };
  for (const Element& element : nest.body) {
    if (element.kind == Element::Kind::load && element.buffer != in_registers) add(element.index);
  }
  for (const loops::Store& store : nest.stores) add(store.index);
  return nest.extents[axis] < 8 ? cost * 8 / std::max<std::int64_t>(nest.extents[axis], 1) : cost;
}

void exchange_axes(Product& product, Nest& nest) {
  std::swap(product.m, product.n);
  std::swap(product.a, product.b);
  for (loops::Matrix* matrix : {&product.a, &product.b, &product.c}) std::swap(matrix->row, matrix->column);
  using Axis = Product::Axis;
  product.tiled = product.tiled == Axis::m ? Axis::n : product.tiled == Axis::n ? Axis::m : product.tiled;
  for_each_affine(nest, [](Affine& affine) { std::swap(affine.axis[0], affine.axis[1]); });
  std::swap(nest.extents[0], nest.extents[1]);
  if (nest.tiled >= 0) nest.tiled = 1 - nest.tiled;
}

class Former {
 public:
  explicit Former(loops::LoopProgram& program) : program_(program), readers_(program.buffers.size(), 0) {
    count(program.steps);
  }

  void run() { form(program_.steps); }

 private:
  void count(const std::vector<Step>& steps) {
    for (const Step& step : steps) {
      if (const auto* loop = std::get_if<std::shared_ptr<const loops::Loop>>(&step)) {
        count((*loop)->body);
      } else if (const auto* branch = std::get_if<std::shared_ptr<const loops::Branch>>(&step)) {
        ++readers_[(*branch)->predicate];
        count((*branch)->then_body);
        count((*branch)->else_body);
      } else if (const auto* tile = std::get_if<std::shared_ptr<const loops::TileLoop>>(&step)) {
        count((*tile)->body);
      } else {
        Uses uses;
        collect(step, uses);
        for (const BufferId id : uses.read) ++readers_[id];
      }
    }
  }

  void form(std::vector<Step>& steps) {
    for (Step& step : steps) {
      if (auto* loop = std::get_if<std::shared_ptr<const loops::Loop>>(&step)) {
        loops::Loop made = **loop;
        form(made.body);
        *loop = std::make_shared<const loops::Loop>(std::move(made));
      } else if (auto* branch = std::get_if<std::shared_ptr<const loops::Branch>>(&step)) {
        loops::Branch made = **branch;
        form(made.then_body);
        form(made.else_body);
        *branch = std::make_shared<const loops::Branch>(std::move(made));
      } else if (auto* tile = std::get_if<std::shared_ptr<const loops::TileLoop>>(&step)) {
        loops::TileLoop made = **tile;
        form(made.body);
        *tile = std::make_shared<const loops::TileLoop>(std::move(made));
      }
    }
    for (std::size_t k = 0; k < steps.size(); ++k) {
      if (const auto* product = std::get_if<Product>(&steps[k])) {
        if (is_fit(*product)) find_epilogue(steps, k);
      }
    }
  }

  static bool is_fit(const Product& product) {
    return product.result == Product::Result::stored && product.batch.empty() && product.k > 0 && product.m > 0 &&
           product.n > 0 &&
           (product.tiled == Product::Axis::none || product.tiled == Product::Axis::m ||
            product.tiled == Product::Axis::n);
  }

  // The first nest behind step k that walks over its result, if nothing between stands in the way that cannot come before the product.
  void find_epilogue(std::vector<Step>& steps, std::size_t k) {
    for (std::size_t j = k + 1; j < steps.size(); ++j) {
      const auto& product = std::get<Product>(steps[k]);
      Uses own;
      collect(steps[j], own);
      if (own.read.contains(product.c.buffer)) {
        if (const auto* nest = std::get_if<Nest>(&steps[j])) {
          const std::optional<std::vector<std::size_t>> before = steps_before(steps, k, j);
          if (before && attach(product, *nest, steps, k, j)) {
            hoist(steps, k, *before);
            return;
          }
        }
      }
      if (own.written.contains(product.c.buffer)) return;
    }
  }

  // The steps between k and j that have to run before j, last first, where all of them may run before k.
  static std::optional<std::vector<std::size_t>> steps_before(const std::vector<Step>& steps, std::size_t k,
                                                              std::size_t j) {
    Uses product;
    collect(steps[k], product);
    Uses needed;
    collect(steps[j], needed);
    std::vector<std::size_t> found;
    for (std::size_t s = j; --s > k;) {
      Uses own;
      collect(steps[s], own);
      if (!have_common(own.written, needed.read) && !have_common(own.written, needed.written) &&
          !have_common(own.read, needed.written))
        continue;
      const auto* nest = std::get_if<Nest>(&steps[s]);
      if (nest == nullptr || !nest->reductions.empty() || have_common(own.read, product.written) ||
          have_common(own.written, product.written) || have_common(own.written, product.read))
        return std::nullopt;
      found.push_back(s);
      needed.read.merge(own.read);
      needed.written.merge(own.written);
    }
    return found;
  }

  // Moves steps, last first, to before step k; behind it stands its epilogue, which came from behind them.
  static void hoist(std::vector<Step>& steps, std::size_t k, const std::vector<std::size_t>& before) {
    std::vector<Step> moved;
    for (const std::size_t s : before) {
      const auto place = steps.begin() + static_cast<std::ptrdiff_t>(s) + 1;
      moved.insert(moved.begin(), std::move(*place));
      steps.erase(place);
    }
    steps.insert(steps.begin() + static_cast<std::ptrdiff_t>(k), std::make_move_iterator(moved.begin()),
                 std::make_move_iterator(moved.end()));
  }

  bool attach(Product product, const Nest& nest, std::vector<Step>& steps, std::size_t k, std::size_t j) {
    const std::optional<Nest> fitted = fit(product, nest);
    if (!fitted) return false;
    Nest epilogue = *fitted;
    const bool is_private = readers_[product.c.buffer] == 1 && is_scratch(product.c.buffer);
    product.result = is_private ? Product::Result::handed_on : Product::Result::stored_and_handed_on;
    // A second factor that lies transposed is best left to the product, which may exchange the factors.
    if (!is_private && product.b.column != 1 && product.b.row == 1) return false;
    const BufferId in_registers = is_private ? product.c.buffer : ~BufferId{0};
    if (lane_cost(epilogue, 0, in_registers) < lane_cost(epilogue, 1, in_registers)) exchange_axes(product, epilogue);
    if (is_private) lay_out(product, epilogue);
    steps[k] = std::move(product);
    steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(j));
    steps.insert(steps.begin() + static_cast<std::ptrdiff_t>(k) + 1, std::move(epilogue));
    return true;
  }

  [[nodiscard]] std::optional<Nest> fit(const Product& product, const Nest& nest) const {
    if (nest.reduced > 0 || !nest.reductions.empty()) return std::nullopt;
    std::size_t weight = 0;
    const Element* own = nullptr;
    for (const Element& element : nest.body) {
      const bool is_wide = element.dtype == DType::f64 ||
                           (element.kind == Element::Kind::formula &&
                            std::ranges::any_of(element.code->instructions, [](const ir::ScalarInstruction& one) {
                              return one.type == ir::ScalarType::f64 || one.type == ir::ScalarType::i64;
                            }));
      if (is_wide && product.dtype != DType::f64) return std::nullopt;  // other vectors than the product's
      weight += element.kind == Element::Kind::formula ? element.code->instructions.size() : 1;
      if (element.kind != Element::Kind::load || element.buffer != product.c.buffer) continue;
      if (own != nullptr || !element.guards.empty()) return std::nullopt;
      own = &element;
    }
    if (own == nullptr || weight > heaviest_body || own->index.offset != product.c.offset.offset ||
        !same_loops(own->index.loop, product.c.offset.loop)) {
      return std::nullopt;
    }
    for (const loops::Store& store : nest.stores) {
      if (store.buffer == product.a.buffer || store.buffer == product.b.buffer || store.buffer == product.c.buffer)
        return std::nullopt;
    }
    const std::optional<AxisMap> map = axis_map(nest, own->index, product);
    if (!map) return std::nullopt;
    Nest fitted = over_result(nest, *map, product);
    const std::int32_t tiled = nest.tiled;
    const bool same_cut = (fitted.tiled == 0 && tiled == map->m.axis) || (fitted.tiled == 1 && tiled == map->n.axis);
    if (nest.tiled >= 0 ? !same_cut : fitted.tiled >= 0) return std::nullopt;
    for (Element& element : fitted.body) {
      if (element.kind != Element::Kind::load || element.buffer != product.c.buffer) continue;
      element.index = product.c.offset;
      element.index.axis = {product.c.row, product.c.column};
    }
    return fitted;
  }

  static bool same_loops(std::vector<std::int64_t> a, std::vector<std::int64_t> b) {
    a.resize(std::max(a.size(), b.size()), 0);
    b.resize(a.size(), 0);
    return a == b;
  }

  [[nodiscard]] bool is_scratch(BufferId id) const {
    const auto place = program_.buffers[id].place;
    return place == loops::BufferDeclaration::Place::workspace || place == loops::BufferDeclaration::Place::tile;
  }

  // Rows of the result side by side: what waits there between blocks of k is fetched in whole vectors.
  void lay_out(Product& product, Nest& nest) const {
    const std::int64_t elements = program_.buffers[product.c.buffer].elements;
    const bool cuts_rows = product.tiled == Product::Axis::n;  // then a row is one block long
    if (!cuts_rows && product.tiled == Product::Axis::none && elements < product.m * product.n) return;
    product.c.row = cuts_rows ? elements / product.m : product.n;
    product.c.column = 1;
    product.c.offset = {};
    for (Element& element : nest.body) {
      if (element.kind != Element::Kind::load || element.buffer != product.c.buffer) continue;
      element.index = {};
      element.index.axis = {product.c.row, 1};
    }
  }

  loops::LoopProgram& program_;
  std::vector<int> readers_;
};

}  // namespace

void form_epilogues(loops::LoopProgram& program) { Former(program).run(); }

}  // namespace downhill::exec::scheduling
