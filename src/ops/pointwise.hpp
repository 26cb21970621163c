#pragma once
#include "ir/primitive.hpp"
#include "ir/scalar.hpp"

#include <downhill/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>

/// How a pointwise primitive is declared: one struct that holds all its mathematics.
///
///   struct Exp {
///     static constexpr std::string_view name = "exp", doc = "e to the power x";
///     auto operator()(auto x) const { return scalar::exp(x); }                       // the formula
///     static Array d0(const Application& a, const Array& t) { return chain(t, a.results[0]); }   // t · ∂/∂x
///     static std::vector<std::vector<double>> points() { return {{-2, 0.5, 3}}; }    // where the laws are tried
///   };
///   const Primitive primitives::exp = pointwise<Exp, double(double), float(float)>();
///
/// `d0`, `d1`, `d2` may be missing: that derivative is zero. A struct that has parameters is made from the Attributes.
namespace downhill::ops {

using ir::Application;
using ir::Attributes;
using ir::Call;
using ir::Derivative;
using ir::Example;
using ir::Fault;
using ir::Literal;
using ir::Lowering;
using ir::Primitive;
using ir::Status;

template <class T>
inline constexpr DType dtype_of = DType::boolean;
template <>
inline constexpr DType dtype_of<double> = DType::f64;
template <>
inline constexpr DType dtype_of<float> = DType::f32;
template <>
inline constexpr DType dtype_of<std::int32_t> = DType::i32;

/// How an element is stored: truth values as one byte.
template <class T>
using Stored = std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, T>;

namespace detail {

template <class F>
F make_formula(const Attributes& attributes) {
  if constexpr (std::is_constructible_v<F, const Attributes&>) {
    return F(attributes);
  } else {
    return F{};
  }
}

template <class F, class Signature>
struct Instance;

template <class F, class R, class... A>
struct Instance<F, R(A...)> {
  static constexpr std::array<DType, sizeof...(A)> operands{dtype_of<A>...};

  static bool matches(auto&& dtypes) { return std::ranges::equal(dtypes, operands); }

  static void run(const Call& call) {
    run_loop(call, make_formula<F>(call.attributes), std::index_sequence_for<A...>{});
  }

  static ir::ScalarCode record(const Attributes& attributes) {
    return scalar::record<R(A...)>(make_formula<F>(attributes));
  }

 private:
  template <std::size_t... I>
  static void run_loop(const Call& call, const F& formula, std::index_sequence<I...>) {
    auto* out = static_cast<Stored<R>*>(call.results[0]);
    const std::tuple<const Stored<A>*...> in{static_cast<const Stored<A>*>(call.operands[I])...};
    const std::int64_t size = call.result_types[0].shape.size();
    for (std::int64_t k = 0; k < size; ++k) {
      out[k] = static_cast<Stored<R>>(formula(static_cast<A>(std::get<I>(in)[k])...));
    }
  }
};

template <class F, class... Signatures>
struct Pointwise {
  static std::vector<Type> types(std::span<const Type> operands, const Attributes&) {
    for (const Type& operand : operands) {
      if (operand.shape != operands[0].shape) {
        throw ShapeError(
            fmt::format("{}: shapes differ: {} and {}", F::name, to_string(operands[0]), to_string(operand)));
      }
    }
    std::vector<DType> dtypes;
    for (const Type& operand : operands) {
      dtypes.push_back(operand.dtype);
    }
    std::optional<DType> result;
    ((Instance<F, Signatures>::matches(dtypes) ? void(result = result_of<Signatures>()) : void()), ...);
    if (!result) {
      std::string held;
      for (const Type& operand : operands) {
        held += (held.empty() ? "" : ", ") + to_string(operand);
      }
      throw ShapeError(fmt::format("{}: not defined for these types: {}", F::name, held));
    }
    return {{*result, operands[0].shape}};
  }

  static Status evaluate(const Call& call) {
    std::vector<DType> dtypes;
    for (const Type& operand : call.operand_types) {
      dtypes.push_back(operand.dtype);
    }
    ((Instance<F, Signatures>::matches(dtypes) ? Instance<F, Signatures>::run(call) : void()), ...);
    return {};
  }

  static ir::ScalarCode formula(std::span<const DType> dtypes, const Attributes& attributes) {
    ir::ScalarCode code;
    ((Instance<F, Signatures>::matches(dtypes) ? void(code = Instance<F, Signatures>::record(attributes)) : void()),
     ...);
    return code;
  }

  static std::vector<Example> examples() {
    std::vector<Example> all;
    (all.push_back(example(Instance<F, Signatures>::operands)), ...);
    return all;
  }

 private:
  template <class Signature>
  static DType result_of() {
    return
        []<class R, class... A>(std::type_identity<R(A...)>) { return dtype_of<R>; }(std::type_identity<Signature>{});
  }

  static Example example(std::span<const DType> dtypes) {
    const std::vector<std::vector<double>> points = F::points();
    Example example;
    for (std::size_t k = 0; k < dtypes.size(); ++k) {
      example.operands.push_back(Array(points[k], Shape{static_cast<std::int64_t>(points[k].size())}, dtypes[k]));
    }
    if constexpr (requires { F::example_attributes(); }) {
      example.attributes = F::example_attributes();
    }
    return example;
  }
};

template <class F>
Derivative derivative() {
  if constexpr (requires { &F::d0; } || requires { &F::d1; }) {
    Derivative rule{.kind = Derivative::Kind::pointwise, .chain = {nullptr, nullptr, nullptr}};
    if constexpr (requires { &F::d0; }) {
      rule.chain[0] = F::d0;
    }
    if constexpr (requires { &F::d1; }) {
      rule.chain[1] = F::d1;
    }
    if constexpr (requires { &F::d2; }) {
      rule.chain[2] = F::d2;
    }
    return rule;
  } else {
    return {};
  }
}

}  // namespace detail

template <class F, class... Signatures>
Primitive pointwise() {
  using P = detail::Pointwise<F, Signatures...>;
  return {.name = F::name,
          .doc = F::doc,
          .types = P::types,
          .evaluate = P::evaluate,
          .lowering = Lowering::pointwise,
          .derivative = detail::derivative<F>(),
          .examples = P::examples,
          .formula = P::formula};
}

/// A function of real numbers.
template <class F>
Primitive real_unary() {
  return pointwise<F, double(double), float(float)>();
}
template <class F>
Primitive real_binary() {
  return pointwise<F, double(double, double), float(float, float)>();
}

}  // namespace downhill::ops
