#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// A scalar function as a list of exactly defined operations: what the emitter turns into vector code.
namespace downhill::ir {

/// Type of one value. A mask is the outcome of a comparison: one truth value a lane.
enum class ScalarType : std::uint8_t { f64, f32, i64, i32, mask };

/// Operations. Reals follow IEEE 754, rounding to nearest; integers wrap. `T` below is the instruction's type, and
/// operands have that type unless said otherwise.
enum class ScalarOp : std::uint8_t {
  argument,  ///< the immediate-th argument; the first instructions are the arguments, in order
  constant,  ///< the immediate: bits of a real (f32 in the low half), value of an integer, 0 or 1 for a mask

  add,       ///< real or integer
  subtract,  ///< real or integer
  multiply,  ///< real or integer (low half)
  divide,    ///< real
  negate,    ///< real: flips the sign bit
  fma,       ///< real: a*b + c, rounded once
  sqrt,      ///< real
  abs,       ///< real: clears the sign bit
  copysign,  ///< real: magnitude of a, sign bit of b
  floor,
  ceil,
  trunc,
  round_even,  ///< real: to the nearest integer, ties to the even one; like floor, ceil, trunc keeps the sign of zero

  multiply_high,           ///< integer: upper half of the product of the operands taken as unsigned
  bit_and,                 ///< integer or mask
  bit_or,                  ///< integer or mask
  bit_xor,                 ///< integer or mask
  bit_not,                 ///< mask
  shift_left,              ///< integer by immediate in [0, width)
  shift_right,             ///< integer by immediate in [0, width), zeros come in
  shift_right_arithmetic,  ///< integer by immediate in [0, width), sign bits come in
  shift_left_by,           ///< integer a by b; only b mod width counts
  shift_right_by,          ///< integer a by b, zeros come in; only b mod width counts

  less,        ///< T = mask; operands of one real or integer (signed) type; false for NaN
  less_equal,  ///< as less
  equal,       ///< as less
  not_equal,   ///< as less, but true for NaN

  select,  ///< operand 0 a mask: operand 1 where it holds, else operand 2
  /// Real to real: rounded. Integer to real: rounded. Real to integer: truncated, saturating, NaN to 0. Integer to
  /// integer: low bits or sign-extended. Mask to integer or real: 1 or 0.
  convert,
  bitcast,  ///< f64 <-> i64, f32 <-> i32
  lookup,   ///< real T: element (operand 0, integer of T's width) of table `immediate`; the index is in range

  /// Operand 0 a mask m, operand 1 `slow`, operand 2 `fast`: slow where m holds, else fast. The `immediate` instructions
  /// that follow this one compute `slow` and are used nowhere else; run them only if m holds in some lane. Regions nest.
  /// The value of `rare` exists after its region.
  rare,
};

/// Operands are positions in the list; unused ones are 0.
struct ScalarInstruction {
  ScalarOp op = ScalarOp::argument;
  ScalarType type = ScalarType::f64;
  std::array<std::uint32_t, 3> operands{};
  std::int64_t immediate = 0;
  friend bool operator==(const ScalarInstruction&, const ScalarInstruction&) = default;
};

/// A function of scalars in static single assignment form: instruction i makes value i.
struct ScalarCode {
  std::vector<ScalarType> arguments;
  std::vector<ScalarInstruction> instructions;
  std::vector<std::vector<double>> tables;  ///< for `lookup`; elements are exact in the type that looks them up
  std::uint32_t result = 0;
  ScalarType result_type = ScalarType::f64;
  friend bool operator==(const ScalarCode&, const ScalarCode&) = default;
};

/// One value: a real's bits (f32 in the low half), an integer sign-extended, a mask as 0 or 1.
struct ScalarValue {
  ScalarType type = ScalarType::f64;
  std::int64_t bits = 0;
  friend bool operator==(const ScalarValue&, const ScalarValue&) = default;
};

[[nodiscard]] ScalarValue scalar_value(double value);
[[nodiscard]] ScalarValue scalar_value(float value);
[[nodiscard]] ScalarValue scalar_value(std::int64_t value);
[[nodiscard]] ScalarValue scalar_value(std::int32_t value);
[[nodiscard]] ScalarValue scalar_value(bool value);
/// The value as a C++ number: exact for reals (f32 too) and masks; an i64 is rounded.
[[nodiscard]] double to_double(ScalarValue value);

/// "f64", "i32", "mask", …
[[nodiscard]] std::string_view name(ScalarType type);
/// "fma", "shift_left", …
[[nodiscard]] std::string_view name(ScalarOp op);
/// Number of operands that `op` reads.
[[nodiscard]] std::size_t operand_count(ScalarOp op);
[[nodiscard]] bool is_real(ScalarType type);
[[nodiscard]] bool is_integer(ScalarType type);
/// Bits of a real or integer: 64 or 32; 1 for a mask.
[[nodiscard]] int width(ScalarType type);

/// Throws Error naming the first instruction that breaks a rule of ScalarOp.
void verify(const ScalarCode& code);

/// One line an instruction, regions of `rare` indented:
/// `%4 = f64 fma %1 %2 %3`, `%7 = f64 rare %5 ? %9 : %6 {` … `}`, last `return %4`.
[[nodiscard]] std::string print(const ScalarCode& code);

/// Hash of the structure, stable between runs and machines.
[[nodiscard]] std::uint64_t hash(const ScalarCode& code);

/// The reference: runs `code` one operation at a time, bit for bit. Throws Error if the arguments do not fit.
[[nodiscard]] ScalarValue evaluate(const ScalarCode& code, std::span<const ScalarValue> arguments);

/// One operation on values; not for argument, lookup and rare. `type` is that of the outcome.
[[nodiscard]] ScalarValue apply(ScalarOp op, ScalarType type, std::span<const ScalarValue> operands,
                                std::int64_t immediate = 0);

}  // namespace downhill::ir
