#pragma once
#include "exec/schedule/access.hpp"

#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

/// Steps under construction: as ir/loops.hpp has them, but with places instead of buffers.
namespace downhill::exec::scheduling {

using ElementId = std::uint32_t;
using ir::Combine;
using ir::ScalarCode;
using ir::loops::Guard;

/// One value of a nest's body, see ir::loops::Element.
struct DraftElement {
  using Kind = ir::loops::Element::Kind;
  Kind kind = Kind::formula;
  DType dtype = DType::f64;
  Access access = {};
  std::vector<Guard> guards = {};
  std::shared_ptr<const ScalarCode> code = {};
  std::vector<ElementId> operands = {};
};

struct DraftStore {
  ElementId element = 0;
  Access access;
};

struct DraftReduction {
  ElementId element = 0;
  Combine combine = Combine::sum;
  Access access;
};

/// Elements of a body, each held once: asking for an equal one gives the one that is there.
class Body {
 public:
  ElementId load(DType dtype, Access access, std::vector<Guard> guards);
  ElementId formula(DType dtype, std::shared_ptr<const ScalarCode> code, std::vector<ElementId> operands);
  /// `inside` where the guards hold, elsewhere `outside` (zero if absent).
  ElementId select(DType dtype, std::vector<ElementId> operands, std::vector<Guard> guards);
  ElementId add(DraftElement element);

  [[nodiscard]] const std::vector<DraftElement>& elements() const { return elements_; }
  /// Instructions in the formulas.
  [[nodiscard]] std::size_t weight() const { return weight_; }

 private:
  std::vector<DraftElement> elements_;
  std::unordered_multimap<std::uint64_t, ElementId> known_;
  std::size_t weight_ = 0;
};

/// A nest over the axes of a value in their own order; parallel and reduced axes are told apart by `reduced`.
struct DraftNest {
  std::vector<std::int64_t> extents;
  std::vector<bool> reduced;  ///< empty: none yet
  Body body;
  std::vector<DraftStore> stores;
  std::vector<DraftReduction> reductions;
  std::int32_t tiled = -1;
};

struct DraftProduct {
  DType dtype = DType::f64;
  std::vector<std::int64_t> batch;
  std::int64_t m = 0;
  std::int64_t n = 0;
  std::int64_t k = 0;
  View a;                   ///< over (batch…, m, k)
  View b;                   ///< over (batch…, k, n)
  View c;                   ///< over (batch…, m, n)
  std::int32_t tiled = -1;  ///< number of the axis among (batch…, m, n, k)
};

struct DraftCall {
  const ir::Primitive* primitive = nullptr;
  std::shared_ptr<const ir::Attributes> attributes;
  std::vector<Type> operand_types;
  std::vector<Type> result_types;
  struct Argument {
    PlaceId place = 0;
    Affine offset;
  };
  std::vector<Argument> operands;
  std::vector<Argument> results;
};

struct DraftStep;
using DraftSteps = std::vector<DraftStep>;

struct DraftLoop {
  std::int64_t length = 0;
  DraftSteps body;
};

struct DraftBranch {
  PlaceId predicate = 0;
  Affine offset;
  DraftSteps then_body;
  DraftSteps else_body;
};

struct DraftTile {
  std::int64_t extent = 0;
  std::int64_t block = 0;
  DraftSteps body;
};

struct DraftStep {
  std::variant<DraftNest, DraftProduct, DraftCall, DraftLoop, DraftBranch, DraftTile> what;
};

struct Draft {
  std::vector<Place> places;
  DraftSteps steps;
};

/// Calls read(Access) and write(Access) for every use of a place in the step, its bodies included.
template <class Read, class Write>
void for_each_access(const DraftStep& step, const Read& read, const Write& write) {
  struct Visitor {
    const Read& read;
    const Write& write;
    void operator()(const DraftNest& nest) const {
      for (const DraftElement& element : nest.body.elements()) {
        if (element.kind == DraftElement::Kind::load) {
          read(element.access);
        }
      }
      for (const DraftStore& store : nest.stores) {
        write(store.access);
      }
      for (const DraftReduction& reduction : nest.reductions) {
        write(reduction.access);
      }
    }
    void operator()(const DraftProduct& product) const {
      read(product.a);
      read(product.b);
      write(product.c);
    }
    void operator()(const DraftCall& call) const {
      for (const auto& argument : call.operands) {
        read(Access{argument.place, true, {argument.offset}});
      }
      for (const auto& argument : call.results) {
        write(Access{argument.place, true, {argument.offset}});
      }
    }
    void operator()(const DraftLoop& loop) const { all(loop.body); }
    void operator()(const DraftBranch& branch) const {
      read(Access{branch.predicate, true, {branch.offset}});
      all(branch.then_body);
      all(branch.else_body);
    }
    void operator()(const DraftTile& tile) const { all(tile.body); }
    void all(const DraftSteps& steps) const {
      for (const DraftStep& inner : steps) {
        for_each_access(inner, read, write);
      }
    }
  };
  std::visit(Visitor{read, write}, step.what);
}

}  // namespace downhill::exec::scheduling
