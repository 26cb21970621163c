#include "ops/pointwise.hpp"
#include "ops/primitives.hpp"

#include <downhill/operations.hpp>

namespace downhill {
namespace {

using namespace ops;

std::vector<Type> types(std::span<const Type> operands, const Attributes& attributes) {
  return {{attributes.get<DType>("dtype"), operands[0].shape}};
}

template <class V>
struct ElementOf {
  using type = V;
};
template <class T>
struct ElementOf<scalar::Recorded<T>> {
  using type = T;
};

/// The conversion to element type R, of plain and of recorded scalars.
template <class R>
struct Convert {
  template <class V>
  auto operator()(V x) const {
    using A = typename ElementOf<V>::type;
    if constexpr (std::is_same_v<A, R>) {
      return x;
    } else if constexpr (std::is_same_v<R, bool> && std::is_same_v<A, std::int32_t>) {
      return scalar::negate(scalar::equal(x, V(A{})));
    } else if constexpr (std::is_same_v<R, bool>) {
      return x != V(A{});
    } else {
      return scalar::convert<R>(x);
    }
  }
};

/// Calls `use` with the element type that belongs to `dtype`.
template <class Use>
void with_element(DType dtype, Use&& use) {
  switch (dtype) {
    case DType::f64: use.template operator()<double>(); break;
    case DType::f32: use.template operator()<float>(); break;
    case DType::i32: use.template operator()<std::int32_t>(); break;
    case DType::boolean: use.template operator()<bool>(); break;
  }
}

Status evaluate(const Call& call) {
  with_element(call.result_types[0].dtype, [&]<class R>() {
    with_element(call.operand_types[0].dtype, [&]<class A>() {
      const auto* in = static_cast<const Stored<A>*>(call.operands[0]);
      auto* out = static_cast<Stored<R>*>(call.results[0]);
      for (std::int64_t k = 0; k < call.result_types[0].shape.size(); ++k) {
        out[k] = static_cast<Stored<R>>(Convert<R>{}(static_cast<A>(in[k])));
      }
    });
  });
  return {};
}

ir::ScalarCode formula(std::span<const DType> operands, const Attributes& attributes) {
  ir::ScalarCode code;
  with_element(attributes.get<DType>("dtype"), [&]<class R>() {
    with_element(operands[0], [&]<class A>() { code = scalar::record<R(A)>(Convert<R>{}); });
  });
  return code;
}

Array transposed(const Application& a, std::size_t, const Array& cotangent) {
  return astype(cotangent, a.operands[0].dtype());
}

std::vector<Example> examples() {
  const Array x({-2.5, 0.0, 1.0, 3.75}, {4});
  return {{{x}, {{"dtype", DType::f32}}},
          {{x}, {{"dtype", DType::i32}}},
          {{x}, {{"dtype", DType::boolean}}},
          {{astype(x, DType::i32)}, {{"dtype", DType::f64}}},
          {{astype(x, DType::boolean)}, {{"dtype", DType::f64}}}};
}

}  // namespace

const ir::Primitive primitives::convert{
    .name = "convert",
    .doc = "x with elements of another type",
    .types = types,
    .evaluate = evaluate,
    .lowering = Lowering::pointwise,
    .derivative = {.kind = Derivative::Kind::linear, .transpose = transposed},
    .examples = examples,
    .formula = formula,
};

}  // namespace downhill
