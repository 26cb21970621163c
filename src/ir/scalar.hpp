#pragma once
#include "ir/recorded.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

/// The operations that elementary functions are written in, for double and float and for recorded values. Each is
/// exactly defined, so that a function computes the same bits in both. Masks are bool or Recorded<bool>; Bits are the
/// signed integers of the real's width.
namespace downhill::scalar {

/// What belongs to a real type V (double, float, Recorded<double>, Recorded<float>).
template <class V>
struct format;

template <>
struct format<double> {
  using Number = double;
  using Bits = std::int64_t;
  using Mask = bool;
  static constexpr bool is_double = true;
  static constexpr int mantissa_bits = 52;
  static constexpr int exponent_bias = 1023;
  static constexpr std::int64_t sign_bit = std::numeric_limits<std::int64_t>::min();
  static constexpr std::int64_t infinity_bits = 0x7ff0'0000'0000'0000;
};
template <>
struct format<float> {
  using Number = float;
  using Bits = std::int32_t;
  using Mask = bool;
  static constexpr bool is_double = false;
  static constexpr int mantissa_bits = 23;
  static constexpr int exponent_bias = 127;
  static constexpr std::int32_t sign_bit = std::numeric_limits<std::int32_t>::min();
  static constexpr std::int32_t infinity_bits = 0x7f80'0000;
};
template <class T>
struct format<Recorded<T>> : format<T> {
  using Bits = Recorded<typename format<T>::Bits>;
  using Mask = Recorded<bool>;
};

template <class V>
using Bits = typename format<V>::Bits;
template <class V>
using Mask = typename format<V>::Mask;
template <class T>
concept Native = std::is_arithmetic_v<T>;
template <class T>
concept NativeReal = std::is_floating_point_v<T>;
template <class T>
concept NativeInteger = std::is_same_v<T, std::int64_t> || std::is_same_v<T, std::int32_t>;

// ---- double and float ----------------------------------------------------------------------------------------------

template <NativeReal T>
T fma(T a, T b, T c) {
  return std::fma(a, b, c);
}
template <NativeReal T>
T sqrt(T a) {
  return std::sqrt(a);
}
template <NativeReal T>
T abs(T a) {
  return std::fabs(a);
}
template <NativeReal T>
T copysign(T a, T b) {
  return std::copysign(a, b);
}
template <NativeReal T>
T floor(T a) {
  return std::floor(a);
}
template <NativeReal T>
T ceil(T a) {
  return std::ceil(a);
}
template <NativeReal T>
T trunc(T a) {
  return std::trunc(a);
}
template <NativeReal T>
T round_even(T a) {
  return std::nearbyint(a);
}

inline bool both(bool m, bool n) { return m && n; }
inline bool either(bool m, bool n) { return m || n; }
inline bool negate(bool m) { return !m; }
template <Native T>
T select(bool m, T a, std::type_identity_t<T> b) {
  return m ? a : b;
}
/// `slow()` where `m` holds, else `fast`; `slow` is not run if `m` holds nowhere.
template <class T, class F>
  requires Native<T>
T rare(bool m, F&& slow, T fast) {
  return m ? T(slow()) : fast;
}

template <NativeReal T>
Bits<T> bits(T a) {
  return std::bit_cast<Bits<T>>(a);
}
template <NativeReal V>
V from_bits(Bits<V> b) {
  return std::bit_cast<V>(b);
}
template <NativeInteger T>
T bits_add(T a, std::type_identity_t<T> b) {
  using U = std::make_unsigned_t<T>;
  return static_cast<T>(static_cast<U>(a) + static_cast<U>(b));
}
template <NativeInteger T>
T bits_subtract(T a, std::type_identity_t<T> b) {
  using U = std::make_unsigned_t<T>;
  return static_cast<T>(static_cast<U>(a) - static_cast<U>(b));
}
template <NativeInteger T>
T multiply(T a, std::type_identity_t<T> b) {
  using U = std::make_unsigned_t<T>;
  return static_cast<T>(static_cast<U>(a) * static_cast<U>(b));
}
inline std::int64_t multiply_high(std::int64_t a, std::int64_t b) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::int64_t>((Wide{static_cast<std::uint64_t>(a)} * Wide{static_cast<std::uint64_t>(b)}) >> 64U);
}
inline std::int32_t multiply_high(std::int32_t a, std::int32_t b) {
  const std::uint64_t product = std::uint64_t{static_cast<std::uint32_t>(a)} * static_cast<std::uint32_t>(b);
  return static_cast<std::int32_t>(product >> 32U);
}
template <NativeInteger T>
T shift_left(T a, int count) {
  return static_cast<T>(static_cast<std::make_unsigned_t<T>>(a) << count);
}
template <NativeInteger T>
T shift_right(T a, int count) {
  return static_cast<T>(static_cast<std::make_unsigned_t<T>>(a) >> count);
}
template <NativeInteger T>
T shift_right_arithmetic(T a, int count) {
  return static_cast<T>(a >> count);
}
template <NativeInteger T>
T shift_left_by(T a, std::type_identity_t<T> count) {
  return shift_left(a, static_cast<int>(count & T{sizeof(T) * 8 - 1}));
}
template <NativeInteger T>
T shift_right_by(T a, std::type_identity_t<T> count) {
  return shift_right(a, static_cast<int>(count & T{sizeof(T) * 8 - 1}));
}
template <NativeInteger T>
bool less(T a, std::type_identity_t<T> b) {
  return a < b;
}
template <NativeInteger T>
bool equal(T a, std::type_identity_t<T> b) {
  return a == b;
}

/// Conversion as ScalarOp::convert defines it.
template <Native To, Native From>
To convert(From a) {
  if constexpr (std::is_integral_v<To> && std::is_floating_point_v<From>) {
    constexpr From limit = -static_cast<From>(std::numeric_limits<To>::min());  // 2^31 or 2^63
    if (a != a) {
      return 0;
    }
    return a >= limit    ? std::numeric_limits<To>::max()
           : a < -limit ? std::numeric_limits<To>::min()
                         : static_cast<To>(a);
  } else {
    return static_cast<To>(a);
  }
}
template <NativeReal V>
V lookup(std::span<const V> table, Bits<V> index) {
  return table[static_cast<std::size_t>(index)];
}

// ---- recorded values -----------------------------------------------------------------------------------------------

namespace detail {
template <class A>
struct ElementOf {
  using Type = void;
};
template <class T>
struct ElementOf<Recorded<T>> {
  using Type = T;
};
template <class A, class B>
using Element = std::conditional_t<std::is_void_v<typename ElementOf<A>::Type>, typename ElementOf<B>::Type,
                                   typename ElementOf<A>::Type>;
/// Two recorded values of one type, or one and a constant of that type.
template <class A, class B>
concept RecordedPair = !std::is_void_v<Element<A, B>> && std::is_convertible_v<A, Recorded<Element<A, B>>> &&
                       std::is_convertible_v<B, Recorded<Element<A, B>>>;
/// The outcome has type R, or that of the operands.
template <class R = void, class A, class B>
auto binary(ir::ScalarOp op, const A& a, const B& b) {
  using T = Element<A, B>;
  return record_op<std::conditional_t<std::is_void_v<R>, T, R>>(op, Recorded<T>(a), Recorded<T>(b));
}
}  // namespace detail

template <class A, class B>
  requires detail::RecordedPair<A, B>
auto operator+(const A& a, const B& b) {
  return detail::binary(ir::ScalarOp::add, a, b);
}
template <class A, class B>
  requires detail::RecordedPair<A, B>
auto operator-(const A& a, const B& b) {
  return detail::binary(ir::ScalarOp::subtract, a, b);
}
template <class A, class B>
  requires detail::RecordedPair<A, B>
auto operator*(const A& a, const B& b) {
  return detail::binary(ir::ScalarOp::multiply, a, b);
}
template <class A, class B>
  requires detail::RecordedPair<A, B>
auto operator/(const A& a, const B& b) {
  return detail::binary(ir::ScalarOp::divide, a, b);
}
template <class A, class B>
  requires detail::RecordedPair<A, B>
auto operator&(const A& a, const B& b) {
  return detail::binary(ir::ScalarOp::bit_and, a, b);
}
template <class A, class B>
  requires detail::RecordedPair<A, B>
auto operator|(const A& a, const B& b) {
  return detail::binary(ir::ScalarOp::bit_or, a, b);
}
template <class A, class B>
  requires detail::RecordedPair<A, B>
auto operator^(const A& a, const B& b) {
  return detail::binary(ir::ScalarOp::bit_xor, a, b);
}
template <class A, class B>
  requires detail::RecordedPair<A, B>
auto bits_add(const A& a, const B& b) {
  return detail::binary(ir::ScalarOp::add, a, b);
}
template <class A, class B>
  requires detail::RecordedPair<A, B>
auto bits_subtract(const A& a, const B& b) {
  return detail::binary(ir::ScalarOp::subtract, a, b);
}
template <class A, class B>
  requires detail::RecordedPair<A, B>
auto multiply(const A& a, const B& b) {
  return detail::binary(ir::ScalarOp::multiply, a, b);
}
template <class A, class B>
  requires detail::RecordedPair<A, B>
auto multiply_high(const A& a, const B& b) {
  return detail::binary(ir::ScalarOp::multiply_high, a, b);
}
template <class A, class B>
  requires detail::RecordedPair<A, B>
auto shift_left_by(const A& a, const B& b) {
  return detail::binary(ir::ScalarOp::shift_left_by, a, b);
}
template <class A, class B>
  requires detail::RecordedPair<A, B>
auto shift_right_by(const A& a, const B& b) {
  return detail::binary(ir::ScalarOp::shift_right_by, a, b);
}
template <class A, class B>
  requires detail::RecordedPair<A, B>
auto copysign(const A& a, const B& b) {
  return detail::binary(ir::ScalarOp::copysign, a, b);
}
template <class A, class B>
  requires detail::RecordedPair<A, B>
auto operator<(const A& a, const B& b) {
  return detail::binary<bool>(ir::ScalarOp::less, a, b);
}
template <class A, class B>
  requires detail::RecordedPair<A, B>
auto operator<=(const A& a, const B& b) {
  return detail::binary<bool>(ir::ScalarOp::less_equal, a, b);
}
template <class A, class B>
  requires detail::RecordedPair<A, B>
auto operator==(const A& a, const B& b) {
  return detail::binary<bool>(ir::ScalarOp::equal, a, b);
}
template <class A, class B>
  requires detail::RecordedPair<A, B>
auto operator!=(const A& a, const B& b) {
  return detail::binary<bool>(ir::ScalarOp::not_equal, a, b);
}
template <class A, class B>
  requires detail::RecordedPair<A, B>
auto less(const A& a, const B& b) {
  return detail::binary<bool>(ir::ScalarOp::less, a, b);
}
template <class A, class B>
  requires detail::RecordedPair<A, B>
auto equal(const A& a, const B& b) {
  return detail::binary<bool>(ir::ScalarOp::equal, a, b);
}
template <class A, class B>
  requires detail::RecordedPair<A, B>
auto operator>(const A& a, const B& b) {
  return b < a;
}
template <class A, class B>
  requires detail::RecordedPair<A, B>
auto operator>=(const A& a, const B& b) {
  return b <= a;
}

template <class T>
Recorded<T> operator-(const Recorded<T>& a) {
  return detail::record_op<T>(ir::ScalarOp::negate, a);
}
template <class T>
Recorded<T> fma(const Recorded<T>& a, const std::type_identity_t<Recorded<T>>& b,
                const std::type_identity_t<Recorded<T>>& c) {
  return detail::record_op<T>(ir::ScalarOp::fma, a, b, c);
}
template <class T>
Recorded<T> sqrt(const Recorded<T>& a) {
  return detail::record_op<T>(ir::ScalarOp::sqrt, a);
}
template <class T>
Recorded<T> abs(const Recorded<T>& a) {
  return detail::record_op<T>(ir::ScalarOp::abs, a);
}
template <class T>
Recorded<T> floor(const Recorded<T>& a) {
  return detail::record_op<T>(ir::ScalarOp::floor, a);
}
template <class T>
Recorded<T> ceil(const Recorded<T>& a) {
  return detail::record_op<T>(ir::ScalarOp::ceil, a);
}
template <class T>
Recorded<T> trunc(const Recorded<T>& a) {
  return detail::record_op<T>(ir::ScalarOp::trunc, a);
}
template <class T>
Recorded<T> round_even(const Recorded<T>& a) {
  return detail::record_op<T>(ir::ScalarOp::round_even, a);
}

inline Recorded<bool> both(const Recorded<bool>& m, const Recorded<bool>& n) { return m & n; }
inline Recorded<bool> either(const Recorded<bool>& m, const Recorded<bool>& n) { return m | n; }
inline Recorded<bool> negate(const Recorded<bool>& m) { return detail::record_op<bool>(ir::ScalarOp::bit_not, m); }

template <class T>
Recorded<T> select(const Recorded<bool>& m, const Recorded<T>& a, const std::type_identity_t<Recorded<T>>& b) {
  return detail::record_op<T>(ir::ScalarOp::select, m, a, b);
}
template <class T, class F>
Recorded<T> rare(const Recorded<bool>& m, F&& slow, const Recorded<T>& fast) {
  ir::ScalarRecorder& recorder = ir::ScalarRecorder::current();
  if (const auto known = recorder.constant_at(m.index)) {
    return known->bits != 0 ? Recorded<T>(slow()) : fast;
  }
  const std::uint32_t position = recorder.begin_rare(m.index, fast.index);
  const Recorded<T> value = slow();
  recorder.end_rare(position, value.index);
  return Recorded<T>::at(position);
}

template <class T>
Bits<Recorded<T>> bits(const Recorded<T>& a) {
  return detail::record_op<Bits<T>>(ir::ScalarOp::bitcast, a);
}
template <class V>
  requires(!NativeReal<V>)
V from_bits(const Bits<V>& b) {
  return detail::record_op<typename V::Element>(ir::ScalarOp::bitcast, b);
}
template <class T>
Recorded<T> shift_left(const Recorded<T>& a, int count) {
  return detail::record_shift(ir::ScalarOp::shift_left, a, count);
}
template <class T>
Recorded<T> shift_right(const Recorded<T>& a, int count) {
  return detail::record_shift(ir::ScalarOp::shift_right, a, count);
}
template <class T>
Recorded<T> shift_right_arithmetic(const Recorded<T>& a, int count) {
  return detail::record_shift(ir::ScalarOp::shift_right_arithmetic, a, count);
}
/// As ScalarOp::convert defines it: `convert<float>(x)`.
template <Native To, class From>
Recorded<To> convert(const Recorded<From>& a) {
  if constexpr (std::is_same_v<To, From>) {
    return a;
  } else {
    return detail::record_op<To>(ir::ScalarOp::convert, a);
  }
}
template <class V>
  requires(!NativeReal<V>)
V lookup(std::span<const typename format<V>::Number> table, const Bits<V>& index) {
  return V::at(ir::ScalarRecorder::current().lookup(V::type, std::vector<double>(table.begin(), table.end()), index.index));
}

// ---- both ----------------------------------------------------------------------------------------------------------

/// `value` rounded to V's format.
template <class V>
V constant(double value) {
  return V(static_cast<typename format<V>::Number>(value));
}
template <class V>
Bits<V> constant_bits(std::int64_t value) {
  return Bits<V>(static_cast<Bits<typename format<V>::Number>>(value));
}
/// The integer nearest to zero from `a`; saturating, NaN gives 0.
template <class V>
Bits<V> to_bits_integer(const V& a) {
  return convert<Bits<typename format<V>::Number>>(a);
}
/// `b` as a real, rounded to nearest.
template <class V>
V to_real(const Bits<V>& b) {
  return convert<typename format<V>::Number>(b);
}

}  // namespace downhill::scalar
