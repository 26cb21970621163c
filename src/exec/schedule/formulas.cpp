#include "exec/schedule/formulas.hpp"

#include "ir/scalar.hpp"

#include <cstring>

namespace downhill::exec::scheduling {
namespace {

using ir::Combine;
using ir::ScalarCode;

template <class V>
V combined_real(Combine combine, V a, V b) {
  using namespace scalar;
  switch (combine) {
    case Combine::sum: return a + b;
    case Combine::product: return a * b;
    case Combine::maximum: {
      const V tie = from_bits<V>(bits(a) & bits(b));
      return select(a > b, a, select(b > a, b, select(a == b, tie, a + b)));
    }
    case Combine::minimum: {
      const V tie = from_bits<V>(bits(a) | bits(b));
      return select(a < b, a, select(b < a, b, select(a == b, tie, a + b)));
    }
  }
  return a;
}

template <class V>
V combined_integer(Combine combine, V a, V b) {
  switch (combine) {
    case Combine::sum: return scalar::bits_add(a, b);
    case Combine::product: return scalar::multiply(a, b);
    case Combine::maximum: return scalar::select(scalar::less(a, b), b, a);
    case Combine::minimum: return scalar::select(scalar::less(b, a), b, a);
  }
  return a;
}

ScalarCode combine_code(Combine combine, DType dtype) {
  switch (dtype) {
    case DType::f64:
      return scalar::record<double(double, double)>([&](auto a, auto b) { return combined_real(combine, a, b); });
    case DType::f32:
      return scalar::record<float(float, float)>([&](auto a, auto b) { return combined_real(combine, a, b); });
    default:
      return scalar::record<std::int32_t(std::int32_t, std::int32_t)>(
          [&](auto a, auto b) { return combined_integer(combine, a, b); });
  }
}

ScalarCode constant_code(DType dtype, std::int64_t bits) {
  ScalarCode code;
  code.result_type = scalar_type(dtype);
  code.instructions.push_back({.op = ir::ScalarOp::constant, .type = code.result_type, .immediate = bits});
  return code;
}

}  // namespace

ir::ScalarType scalar_type(DType dtype) {
  switch (dtype) {
    case DType::f64: return ir::ScalarType::f64;
    case DType::f32: return ir::ScalarType::f32;
    case DType::i32: return ir::ScalarType::i32;
    case DType::boolean: return ir::ScalarType::mask;
  }
  return ir::ScalarType::f64;
}

bool is_uniform(const ir::Literal& literal) {
  const std::size_t width = size_of(literal.type.dtype);
  const std::byte* data = literal.buffer.data();
  for (std::size_t k = width; k < literal.buffer.bytes(); ++k) {
    if (data[k] != data[k - width]) {
      return false;
    }
  }
  return true;
}

Formulas::Code Formulas::of(const ir::Primitive& primitive, const std::shared_ptr<const ir::Attributes>& attributes,
                            std::span<const Type> operands) {
  Key key{&primitive, attributes->empty() ? nullptr : attributes.get(), {}};
  for (const Type& operand : operands) {
    key.dtypes.push_back(operand.dtype);
  }
  Code& code = pointwise_[key];
  if (code == nullptr) {
    code = std::make_shared<const ScalarCode>(primitive.formula(key.dtypes, *attributes));
    kept_.push_back(attributes);
  }
  return code;
}

Formulas::Code Formulas::constant(const ir::Literal& literal, std::int64_t index) {
  std::int64_t bits = 0;
  const std::byte* data = literal.buffer.data() + static_cast<std::size_t>(index) * size_of(literal.type.dtype);
  switch (literal.type.dtype) {
    case DType::f64: std::memcpy(&bits, data, 8); break;
    case DType::f32: {
      std::uint32_t half = 0;
      std::memcpy(&half, data, 4);
      bits = half;
      break;
    }
    case DType::i32: {
      std::int32_t half = 0;
      std::memcpy(&half, data, 4);
      bits = half;
      break;
    }
    case DType::boolean: bits = static_cast<int>(*data) != 0 ? 1 : 0; break;
  }
  Code& code = constants_[{literal.type.dtype, bits}];
  if (code == nullptr) {
    code = std::make_shared<const ScalarCode>(constant_code(literal.type.dtype, bits));
  }
  return code;
}

Formulas::Code Formulas::combine(Combine combine, DType dtype) {
  Code& code = combine_[{static_cast<int>(combine), static_cast<int>(dtype)}];
  if (code == nullptr) {
    code = std::make_shared<const ScalarCode>(combine_code(combine, dtype));
  }
  return code;
}

Formulas::Code Formulas::fma(DType dtype) {
  Code& code = fma_[dtype];
  if (code == nullptr) {
    const auto formula = [](auto a, auto b, auto c) { return scalar::fma(a, b, c); };
    code =
        std::make_shared<const ScalarCode>(dtype == DType::f64 ? scalar::record<double(double, double, double)>(formula)
                                                               : scalar::record<float(float, float, float)>(formula));
  }
  return code;
}

std::int64_t Formulas::cost(const ScalarCode& code) {
  std::int64_t total = 0;
  for (const ir::ScalarInstruction& instruction : code.instructions) {
    switch (instruction.op) {
      case ir::ScalarOp::argument:
      case ir::ScalarOp::constant: break;
      case ir::ScalarOp::divide:
      case ir::ScalarOp::sqrt: total += 6; break;
      default: ++total;
    }
  }
  return total;
}

}  // namespace downhill::exec::scheduling
