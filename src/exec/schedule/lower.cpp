#include "exec/schedule/lower.hpp"

#include "exec/schedule/axes.hpp"

namespace downhill::exec::scheduling {
namespace {

namespace loops = ir::loops;

class Lowering {
 public:
  explicit Lowering(const Draft& draft) : draft_(draft), buffer_of_(draft.places.size(), none) {}

  loops::LoopProgram run() {
    program_.steps = steps(draft_.steps);
    return std::move(program_);
  }

 private:
  static constexpr loops::BufferId none = ~loops::BufferId{0};

  loops::BufferId buffer(PlaceId id) {
    if (buffer_of_[id] == none) {
      const Place& place = draft_.places[id];
      buffer_of_[id] = static_cast<loops::BufferId>(program_.buffers.size());
      program_.buffers.push_back({place.type.dtype, elements_of(place), place.kind, place.slot, place.literal});
    }
    return buffer_of_[id];
  }

  // A tile buffer holds one block of its tiled axis.
  static std::int64_t elements_of(const Place& place) {
    if (place.kind != Place::Kind::tile) {
      return place.type.shape.size();
    }
    std::int64_t elements = place.block;
    for (std::size_t k = 0; k < place.type.shape.rank(); ++k) {
      elements *= static_cast<std::int64_t>(k) == place.tiled ? 1 : place.type.shape[k];
    }
    return elements;
  }

  // Row-major; in tiles the tiled axis comes last, so that neighbours along it share a vector.
  static std::vector<std::int64_t> strides(const Place& place) {
    if (place.kind != Place::Kind::tile) {
      return row_major_strides(place.type.shape);
    }
    std::vector<std::int64_t> strides(place.type.shape.rank());
    std::int64_t stride = place.block;
    for (std::size_t k = strides.size(); k-- > 0;) {
      if (static_cast<std::int64_t>(k) == place.tiled) {
        strides[k] = 1;
      } else {
        strides[k] = stride;
        stride *= place.type.shape[k];
      }
    }
    return strides;
  }

  Affine position(const Access& access) const {
    if (access.flat) {
      return access.index[0];
    }
    const std::vector<std::int64_t> factors = strides(draft_.places[access.place]);
    Affine result;
    for (std::size_t k = 0; k < factors.size(); ++k) {
      add_to(result, scaled(access.index[k], factors[k]));
    }
    return result;
  }

  std::vector<loops::Step> steps(const DraftSteps& drafts) {
    std::vector<loops::Step> result;
    result.reserve(drafts.size());
    for (const DraftStep& draft : drafts) {
      result.push_back(std::visit([&](const auto& one) -> loops::Step { return lowered(one); }, draft.what));
    }
    return result;
  }

  loops::Nest lowered(const DraftNest& draft) {
    loops::Nest nest;
    nest.extents = draft.extents;
    nest.tiled = draft.tiled;
    for (const DraftElement& element : draft.body.elements()) {
      loops::Element made{.kind = element.kind,
                          .dtype = element.dtype,
                          .index = {},
                          .guards = element.guards,
                          .code = element.code,
                          .operands = element.operands};
      if (element.kind == DraftElement::Kind::load) {
        made.buffer = buffer(element.access.place);
        made.index = position(element.access);
      }
      nest.body.push_back(std::move(made));
    }
    for (const DraftStore& store : draft.stores) {
      nest.stores.push_back({store.element, buffer(store.access.place), position(store.access)});
    }
    for (const DraftReduction& reduction : draft.reductions) {
      nest.reductions.push_back(
          {reduction.element, reduction.combine, buffer(reduction.access.place), position(reduction.access)});
    }
    arrange_axes(nest, draft.reduced);
    return nest;
  }

  loops::Matrix matrix(const View& view, std::size_t rank, std::size_t row, std::size_t column) {
    loops::Matrix result;
    result.buffer = buffer(view.place);
    const Affine index = position(view);
    result.offset.offset = index.offset;
    result.offset.loop = index.loop;
    const auto factor = [&](std::size_t axis) { return axis < index.axis.size() ? index.axis[axis] : 0; };
    for (std::size_t k = 0; k + 2 < rank; ++k) {
      result.batch.push_back(factor(k));
    }
    result.row = factor(row);
    result.column = factor(column);
    return result;
  }

  loops::Product lowered(const DraftProduct& draft) {
    const std::size_t rank = draft.batch.size() + 2;
    loops::Product product;
    product.dtype = draft.dtype;
    product.batch = draft.batch;
    product.m = draft.m;
    product.n = draft.n;
    product.k = draft.k;
    product.a = matrix(draft.a, rank, rank - 2, rank - 1);
    product.b = matrix(draft.b, rank, rank - 2, rank - 1);
    product.c = matrix(draft.c, rank, rank - 2, rank - 1);
    if (draft.tiled >= 0) {
      using Axis = loops::Product::Axis;
      const auto axis = static_cast<std::size_t>(draft.tiled);
      product.tiled = axis < draft.batch.size() ? Axis::batch
                      : axis == rank - 2        ? Axis::m
                      : axis == rank - 1        ? Axis::n
                                                : Axis::k;
      product.tiled_batch_axis = axis < draft.batch.size() ? static_cast<std::uint32_t>(axis) : 0;
    }
    arrange_product(product);
    return product;
  }

  loops::KernelCall lowered(const DraftCall& draft) {
    loops::KernelCall call{draft.primitive, draft.attributes, draft.operand_types, draft.result_types, {}, {}};
    for (const auto& argument : draft.operands) {
      call.operands.push_back({buffer(argument.place), argument.offset});
    }
    for (const auto& argument : draft.results) {
      call.results.push_back({buffer(argument.place), argument.offset});
    }
    return call;
  }

  std::shared_ptr<const loops::Loop> lowered(const DraftLoop& draft) {
    return std::make_shared<const loops::Loop>(loops::Loop{draft.length, steps(draft.body)});
  }

  std::shared_ptr<const loops::Branch> lowered(const DraftBranch& draft) {
    return std::make_shared<const loops::Branch>(
        loops::Branch{buffer(draft.predicate), draft.offset, steps(draft.then_body), steps(draft.else_body)});
  }

  std::shared_ptr<const loops::TileLoop> lowered(const DraftTile& draft) {
    return std::make_shared<const loops::TileLoop>(loops::TileLoop{draft.extent, draft.block, steps(draft.body)});
  }

  const Draft& draft_;
  loops::LoopProgram program_;
  std::vector<loops::BufferId> buffer_of_;
};

}  // namespace

loops::LoopProgram lower(const Draft& draft) { return Lowering(draft).run(); }

}  // namespace downhill::exec::scheduling
