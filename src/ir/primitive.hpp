#pragma once
#include "ir/attributes.hpp"
#include "ir/scalar_code.hpp"

#include <downhill/array.hpp>

#include <optional>
#include <span>
#include <string_view>
#include <vector>

/// What a primitive declares of itself; src/ops/ holds the declarations, one file a family, and registry.cpp their list.
namespace downhill::ir {

/// What can fail while a program runs.
enum class Fault : std::int32_t { none, index_out_of_range, not_positive_definite, division_by_zero };

/// Outcome of running one primitive: where it failed (row-major index of the element, row of the pivot) and on what
/// value (the index, the pivot).
struct [[nodiscard]] Status {
  Fault fault = Fault::none;
  std::int64_t place = 0;
  double value = 0;
  const struct Primitive* primitive = nullptr;  ///< set by whoever runs a graph
};

/// One run of a primitive on raw row-major storage. Results do not overlap operands.
struct Call {
  const Attributes& attributes;
  std::span<const Type> operand_types;
  std::span<const Type> result_types;
  std::span<const void* const> operands;
  std::span<void* const> results;
};

/// Which loops a primitive becomes; jit/ and exec/ know these kinds and no primitive by name.
enum class Lowering {
  pointwise,  ///< element i of the result is `formula` of element i of every operand
  view,       ///< every element of the result is one element of an operand, or zero, as `view` says
  reshape,    ///< the same elements in the same row-major order under another shape
  reduction,  ///< operand 0 combined over `axes` in the documented order
  product,    ///< batched matrix product of two operands
  loop,       ///< `scan`
  branch,     ///< `cond`
  call,       ///< runs `evaluate`
  constant,   ///< the literal in attribute `value`
};

/// Where the elements of a result come from, see Lowering::view.
///
/// The piece covers the result's elements whose index i on every axis is in {begin, begin+step, …} below end; the
/// operand's index on axis k is offset + stride * (i - begin) / step with i the result's index on `axis` (none: offset).
/// Pieces do not overlap; an element that no piece covers is zero.
struct ViewPiece {
  struct Axis {
    std::int64_t axis = -1;  ///< axis of the result, -1 for none
    std::int64_t offset = 0;
    std::int64_t stride = 1;
  };
  struct Range {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::int64_t step = 1;
  };
  std::size_t operand = 0;
  std::vector<Axis> axes;    ///< one for each axis of the operand
  std::vector<Range> where;  ///< one for each axis of the result
};

enum class Combine { sum, product, maximum, minimum };

/// What a derivative rule sees of one node: values, not types, so that rules are written with array functions.
struct Application {
  const Attributes& attributes;
  std::span<const Array> operands;
  std::span<const Array> results;
};

/// Absent means zero.
using Tangents = std::vector<std::optional<Array>>;

/// Derivatives of a primitive by kind; only the mathematics that the kind leaves open is given.
struct Derivative {
  /// zero      piecewise constant, or not real
  /// pointwise Jacobian diagonal: `chain[k](a, t)` is t * d result / d operand k, elementwise, for tangents and
  ///           cotangents alike; a null entry is a zero derivative
  /// linear    in all operands jointly
  /// bilinear  linear in each operand
  /// custom    `jvp` and `vjp`
  /// loop, branch  by the derivative of the bodies (ad/control.hpp)
  enum class Kind { zero, pointwise, linear, bilinear, custom, loop, branch };
  using Chain = Array (*)(const Application&, const Array& t);

  Kind kind = Kind::zero;
  std::vector<Chain> chain = {};
  /// linear, bilinear: the cotangent of operand k from the cotangent of the result
  Array (*transpose)(const Application&, std::size_t operand, const Array& cotangent) = nullptr;
  /// custom: tangents of the results from tangents of the operands
  Tangents (*jvp)(const Application&, const Tangents& tangents) = nullptr;
  /// custom: cotangents of the operands where `wanted`, from cotangents of the results
  Tangents (*vjp)(const Application&, const Tangents& cotangents, const std::vector<bool>& wanted) = nullptr;
};

/// One application for the law tests: operands (concrete arrays) at which the primitive is smooth.
struct Example {
  std::vector<Array> operands;
  Attributes attributes = {};
};

struct Primitive {
  std::string_view name;
  std::string_view doc;
  /// Types of the results; throws ShapeError `<name>: <what is wrong>: <both values>`.
  std::vector<Type> (*types)(std::span<const Type> operands, const Attributes& attributes) = nullptr;
  /// Reference semantics, on raw storage.
  Status (*evaluate)(const Call& call) = nullptr;
  Lowering lowering = Lowering::call;
  Derivative derivative = {};
  /// vmap: `batched[k]` says that operand k carries the batch as axis 0; every result must carry it as axis 0.
  /// Null for pointwise primitives, which batch by broadcasting, and for loops and branches (ad/control.hpp).
  std::vector<Array> (*batch)(const Attributes& attributes, std::span<const Array> operands,
                              const std::vector<bool>& batched, std::int64_t batch_size) = nullptr;
  std::vector<Example> (*examples)() = nullptr;

  /// Lowering::call: copies slices of operand 0, which operand 1 numbers (i32), behind the leading axes that both share (attribute `batch`).
  /// Code that has nobody to call does that itself.
  bool picks_slices = false;
  /// Lowering::pointwise: the recorded formula for operands of these types.
  ScalarCode (*formula)(std::span<const DType> operands, const Attributes& attributes) = nullptr;
  /// Lowering::view
  std::vector<ViewPiece> (*view)(std::span<const Type> operands, const Attributes& attributes) = nullptr;
  /// Lowering::reduction, over attribute `axes` (ascending)
  Combine combine = Combine::sum;
};

}  // namespace downhill::ir
