#include "ir/native_scalar.hpp"
#include "ir/scalar_code.hpp"

#include <downhill/error.hpp>

#include <fmt/format.h>

namespace downhill::ir {
namespace {

template <class T>
T get(ScalarValue value) {
  if constexpr (std::is_same_v<T, double>) {
    return std::bit_cast<double>(value.bits);
  } else if constexpr (std::is_same_v<T, float>) {
    return std::bit_cast<float>(static_cast<std::int32_t>(value.bits));
  } else {
    return static_cast<T>(value.bits);
  }
}

/// Calls `f` with a value of the C++ type of `type`, not a mask.
template <class F>
auto with_type(ScalarType type, F&& f) {
  switch (type) {
    case ScalarType::f64: return f(double{});
    case ScalarType::f32: return f(float{});
    case ScalarType::i64: return f(std::int64_t{});
    default: return f(std::int32_t{});
  }
}

template <class T>
ScalarValue real_op(ScalarOp op, T a, T b, T c) {
  switch (op) {
    case ScalarOp::add: return scalar_value(a + b);
    case ScalarOp::subtract: return scalar_value(a - b);
    case ScalarOp::multiply: return scalar_value(a * b);
    case ScalarOp::divide: return scalar_value(a / b);
    case ScalarOp::negate: return scalar_value(-a);
    case ScalarOp::fma: return scalar_value(scalar::fma(a, b, c));
    case ScalarOp::sqrt: return scalar_value(scalar::sqrt(a));
    case ScalarOp::abs: return scalar_value(scalar::abs(a));
    case ScalarOp::copysign: return scalar_value(scalar::copysign(a, b));
    case ScalarOp::floor: return scalar_value(scalar::floor(a));
    case ScalarOp::ceil: return scalar_value(scalar::ceil(a));
    case ScalarOp::trunc: return scalar_value(scalar::trunc(a));
    case ScalarOp::round_even: return scalar_value(scalar::round_even(a));
    default: throw Error(fmt::format("scalar code: no such operation on reals: {}", name(op)));
  }
}

template <class T>
ScalarValue integer_op(ScalarOp op, T a, T b, std::int64_t immediate) {
  const int count = static_cast<int>(immediate);
  switch (op) {
    case ScalarOp::add: return scalar_value(scalar::bits_add(a, b));
    case ScalarOp::subtract: return scalar_value(scalar::bits_subtract(a, b));
    case ScalarOp::multiply: return scalar_value(scalar::multiply(a, b));
    case ScalarOp::multiply_high: return scalar_value(scalar::multiply_high(a, b));
    case ScalarOp::bit_and: return scalar_value(static_cast<T>(a & b));
    case ScalarOp::bit_or: return scalar_value(static_cast<T>(a | b));
    case ScalarOp::bit_xor: return scalar_value(static_cast<T>(a ^ b));
    case ScalarOp::shift_left: return scalar_value(scalar::shift_left(a, count));
    case ScalarOp::shift_right: return scalar_value(scalar::shift_right(a, count));
    case ScalarOp::shift_right_arithmetic: return scalar_value(scalar::shift_right_arithmetic(a, count));
    case ScalarOp::shift_left_by: return scalar_value(scalar::shift_left_by(a, b));
    case ScalarOp::shift_right_by: return scalar_value(scalar::shift_right_by(a, b));
    default: throw Error(fmt::format("scalar code: no such operation on integers: {}", name(op)));
  }
}

ScalarValue mask_op(ScalarOp op, bool a, bool b) {
  switch (op) {
    case ScalarOp::bit_and: return scalar_value(a && b);
    case ScalarOp::bit_or: return scalar_value(a || b);
    case ScalarOp::bit_xor: return scalar_value(a != b);
    case ScalarOp::bit_not: return scalar_value(!a);
    default: throw Error(fmt::format("scalar code: no such operation on masks: {}", name(op)));
  }
}

template <class T>
bool compare(ScalarOp op, T a, T b) {
  switch (op) {
    case ScalarOp::less: return a < b;
    case ScalarOp::less_equal: return a <= b;
    case ScalarOp::equal: return a == b;
    default: return a != b;
  }
}

ScalarValue convert(ScalarType to, ScalarValue value) {
  return with_type(to, [&](auto target) {
    using To = decltype(target);
    if (value.type == ScalarType::mask) {
      return scalar_value(static_cast<To>(value.bits));
    }
    return with_type(value.type,
                     [&](auto source) { return scalar_value(scalar::convert<To>(get<decltype(source)>(value))); });
  });
}

}  // namespace

ScalarValue scalar_value(double value) { return {ScalarType::f64, std::bit_cast<std::int64_t>(value)}; }
ScalarValue scalar_value(float value) {
  return {ScalarType::f32, static_cast<std::int64_t>(std::bit_cast<std::uint32_t>(value))};
}
ScalarValue scalar_value(std::int64_t value) { return {ScalarType::i64, value}; }
ScalarValue scalar_value(std::int32_t value) { return {ScalarType::i32, value}; }
ScalarValue scalar_value(bool value) { return {ScalarType::mask, value ? 1 : 0}; }

double to_double(ScalarValue value) {
  if (value.type == ScalarType::mask) {
    return static_cast<double>(value.bits);
  }
  return with_type(value.type, [&](auto type) { return static_cast<double>(get<decltype(type)>(value)); });
}

ScalarValue apply(ScalarOp op, ScalarType type, std::span<const ScalarValue> operands, std::int64_t immediate) {
  switch (op) {
    case ScalarOp::constant: return {type, immediate};
    case ScalarOp::less:
    case ScalarOp::less_equal:
    case ScalarOp::equal:
    case ScalarOp::not_equal:
      return with_type(operands[0].type, [&](auto t) {
        using T = decltype(t);
        return scalar_value(compare(op, get<T>(operands[0]), get<T>(operands[1])));
      });
    case ScalarOp::select: return operands[0].bits != 0 ? operands[1] : operands[2];
    case ScalarOp::convert: return convert(type, operands[0]);
    case ScalarOp::bitcast:
      if (type == ScalarType::i32) {
        return scalar_value(static_cast<std::int32_t>(operands[0].bits));
      }
      return type == ScalarType::f32 ? scalar_value(get<float>(operands[0])) : ScalarValue{type, operands[0].bits};
    case ScalarOp::argument:
    case ScalarOp::lookup:
    case ScalarOp::rare: throw Error(fmt::format("scalar code: not an operation on values alone: {}", name(op)));
    default: break;
  }
  const ScalarValue a = operands[0];
  const ScalarValue b = operands.size() > 1 ? operands[1] : a;
  const ScalarValue c = operands.size() > 2 ? operands[2] : a;
  if (type == ScalarType::mask) {
    return mask_op(op, a.bits != 0, b.bits != 0);
  }
  return with_type(type, [&](auto t) {
    using T = decltype(t);
    if constexpr (std::is_floating_point_v<T>) {
      return real_op(op, get<T>(a), get<T>(b), get<T>(c));
    } else {
      return integer_op(op, get<T>(a), get<T>(b), immediate);
    }
  });
}

ScalarValue evaluate(const ScalarCode& code, std::span<const ScalarValue> arguments) {
  if (arguments.size() != code.arguments.size()) {
    throw Error(
        fmt::format("scalar code: wrong number of arguments: {} for {}", arguments.size(), code.arguments.size()));
  }
  std::vector<ScalarValue> values(code.instructions.size());
  struct Region {
    std::size_t rare;
    std::size_t end;
  };
  std::vector<Region> open;
  for (std::size_t i = 0;; ++i) {
    while (!open.empty() && open.back().end == i) {
      const std::size_t rare = open.back().rare;
      values[rare] = values[code.instructions[rare].operands[1]];
      open.pop_back();
    }
    if (i == code.instructions.size()) {
      return values[code.result];
    }
    const ScalarInstruction& instruction = code.instructions[i];
    const auto& [first, second, third] = instruction.operands;
    switch (instruction.op) {
      case ScalarOp::argument:
        if (arguments[i].type != instruction.type) {
          throw Error(fmt::format("scalar code: argument {} has the wrong type: {} for {}", i, name(arguments[i].type),
                                  name(instruction.type)));
        }
        values[i] = arguments[i];
        break;
      case ScalarOp::lookup: {
        const double element = code.tables[static_cast<std::size_t>(instruction.immediate)].at(
            static_cast<std::size_t>(values[first].bits));
        values[i] =
            instruction.type == ScalarType::f64 ? scalar_value(element) : scalar_value(static_cast<float>(element));
        break;
      }
      case ScalarOp::rare: {
        const std::size_t length = static_cast<std::size_t>(instruction.immediate);
        if (values[first].bits != 0) {
          open.push_back({i, i + 1 + length});
        } else {
          values[i] = values[third];
          i += length;
        }
        break;
      }
      default: {
        const std::array<ScalarValue, 3> operands{values[first], values[second], values[third]};
        values[i] = apply(instruction.op, instruction.type, {operands.data(), operand_count(instruction.op)},
                          instruction.immediate);
      }
    }
  }
}

}  // namespace downhill::ir
