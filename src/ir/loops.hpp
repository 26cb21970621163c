#pragma once
#include "ir/graph.hpp"
#include "ir/scalar_code.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

/// The program as loops: what exec/ makes of a canonical graph and jit/ turns into native code.
///
/// A loop program names no primitive (kernel calls carry theirs along). It fixes every bit of the result: the order in
/// which loops run is free, the order of sums is the documented one (see Reduction and Product).
namespace downhill::ir::loops {

using BufferId = std::uint32_t;

/// Storage of elements of one type.
struct BufferDeclaration {
  enum class Place {
    input,      ///< argument `slot` of the call, never written
    output,     ///< result `slot` of the call, written once
    constant,   ///< `literal`
    workspace,  ///< `slot` bytes into the call's workspace (planned: buffers not alive together may overlap)
    tile,       ///< private to the block of the enclosing TileLoop (and to the thread that runs it); see TileLoop
  };
  DType dtype = DType::f64;
  std::int64_t elements = 0;
  Place place = Place::workspace;
  std::uint64_t slot = 0;
  Literal literal = {};
};

/// An affine function of the indices of a nest and of the enclosing loops: offset + Σ axis[k] i_k + Σ loop[d] t_d.
/// `loop` is indexed by depth, outermost Loop first, and may be shorter than the depth (missing: 0).
struct Affine {
  std::int64_t offset = 0;
  std::vector<std::int64_t> axis;
  std::vector<std::int64_t> loop;
};

/// True where begin <= position < end.
struct Guard {
  Affine position;
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/// A value computed for every point of a nest's domain, from earlier elements of the same body (by index).
struct Element {
  enum class Kind {
    load,     ///< buffer[index], and where a guard fails: zero, nothing read
    formula,  ///< *code applied to `operands`
    select,   ///< operands[0] where all guards hold; elsewhere operands[1], or zero if there is only one operand
    index,    ///< the number `index` as i32
  };
  Kind kind = Kind::formula;
  DType dtype = DType::f64;
  BufferId buffer = 0;
  Affine index;
  std::vector<Guard> guards;
  std::shared_ptr<const ScalarCode> code;
  std::vector<std::uint32_t> operands;
};

/// buffer[index] = element, for every point of the domain (nests with reduced axes included).
struct Store {
  std::uint32_t element = 0;
  BufferId buffer = 0;
  Affine index;
};

/// buffer[index] = `element` combined over the reduced axes; `index` depends on parallel axes only.
///
/// Order of `sum` and `product`, with L = 8 (f64) or 16 (f32, i32) and r the row-major index over the reduced axes:
/// elements of one block of 1024 consecutive r go to L partial results by r mod L, each combined in ascending r from the
/// identity (-0.0 for a sum of reals, so that a sum of negative zeros keeps its sign; 1 for a product); the L partials
/// fold by halves (p[j] op p[j + L/2], then L/4, …, 1); block results combine pairwise: a list of more than one is split
/// at the largest power of two below its length, and the two halves' results combine. An empty sum is +0.
/// `maximum` and `minimum` propagate NaN, order -0 below +0 and so need no order; over nothing they give -inf and +inf.
struct Reduction {
  std::uint32_t element = 0;
  Combine combine = Combine::sum;
  BufferId buffer = 0;
  Affine index;
};

/// A perfect loop nest with one fused body.
struct Nest {
  std::vector<std::int64_t> extents;  ///< parallel axes first, then the reduced ones
  std::uint32_t reduced = 0;          ///< how many of the last axes are reduced
  std::int32_t lane = -1;             ///< axis whose neighbouring indices should share a vector; -1: scalar code
  std::int32_t tiled = -1;            ///< axis cut by the enclosing TileLoop, -1 for none: runs whole in every block
  std::vector<Element> body;
  std::vector<Store> stores;
  std::vector<Reduction> reductions;
};

/// A matrix operand inside a buffer: element (b, i, j) at offset + batch·b + row·i + column·j (+ enclosing loops).
struct Matrix {
  BufferId buffer = 0;
  Affine offset;  ///< `axis` empty
  std::vector<std::int64_t> batch;
  std::int64_t row = 0;
  std::int64_t column = 0;
};

/// c[b] = a[b] @ b[b], (m×k)(k×n). Each element accumulates a·b in ascending k by fma from +0 within each block of 512
/// k's; block results add pairwise as in Reduction.
///
/// A product may hand its result on to an *epilogue*: the nest right behind it in the same list, over (m, n) in this order,
/// without batches and reduced axes, that reads c[i, j] only at its own (i, j). It may run on each piece of c as soon as
/// that piece is complete.
struct Product {
  enum class Axis { none, batch, m, n, k };
  /// What becomes of c.
  enum class Result {
    stored,                ///< in its buffer
    handed_on,             ///< to the epilogue, which alone reads it: the buffer may be left as it is
    stored_and_handed_on,  ///< others read the buffer, too
  };
  DType dtype = DType::f64;
  std::vector<std::int64_t> batch;  ///< extents
  std::int64_t m = 0;
  std::int64_t n = 0;
  std::int64_t k = 0;
  Matrix a;
  Matrix b;
  Matrix c;
  Axis tiled = Axis::none;             ///< the axis cut by the enclosing TileLoop
  std::uint32_t tiled_batch_axis = 0;  ///< which batch axis, for Axis::batch
  Result result = Result::stored;
};

/// Runs a primitive's own `evaluate` on whole buffers.
struct KernelCall {
  struct Argument {
    BufferId buffer = 0;
    Affine offset;  ///< in elements; `axis` empty
  };
  const Primitive* primitive = nullptr;
  std::shared_ptr<const Attributes> attributes;
  std::vector<Type> operand_types;
  std::vector<Type> result_types;
  std::vector<Argument> operands;
  std::vector<Argument> results;
};

struct Loop;
struct Branch;
struct TileLoop;
using Step = std::variant<Nest, Product, KernelCall, std::shared_ptr<const Loop>, std::shared_ptr<const Branch>,
                          std::shared_ptr<const TileLoop>>;

/// body, for t = 0 … length-1 in that order; t is the next entry of Affine::loop.
struct Loop {
  std::int64_t length = 0;
  std::vector<Step> body;
};

/// One of two bodies, by the bool at predicate[offset].
struct Branch {
  BufferId predicate = 0;
  Affine offset;
  std::vector<Step> then_body;
  std::vector<Step> else_body;
};

/// All steps of `body` for one block of `block` consecutive indices of a common axis, then for the next block: what one
/// step writes is still in cache, or in registers, when the next reads it.
///
/// Only Nests and Products stand in a body, each restricted to the block along its own `tiled` axis, which may have
/// another extent (its indices beyond `extent` belong to the last block; beyond its own extent there are none).
/// A buffer of Place::tile holds one block: along the tiled axis its index counts from the block's first index.
/// Reductions over the tiled axis and products whose k is tiled accumulate across blocks, in the order that they would
/// have without tiling. `block` divides 512. Blocks are independent otherwise and may run on several threads, cut at
/// multiples of 1024.
struct TileLoop {
  std::int64_t extent = 0;
  std::int64_t block = 0;
  std::vector<Step> body;
};

struct LoopProgram {
  std::vector<BufferDeclaration> buffers;
  std::vector<Step> steps;
  std::size_t workspace_bytes = 0;
};

/// One line a loop or element.
[[nodiscard]] std::string print(const LoopProgram& program);

/// Throws Error `verify: <what is broken>: …` unless every buffer and element exists and has the type its user expects,
/// every index that is read or written lies inside its buffer, and the rules of TileLoop hold.
void verify(const LoopProgram& program);

}  // namespace downhill::ir::loops
