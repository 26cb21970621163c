#pragma once
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

/// The operations that elementary functions are written in, on double and float: see ir/scalar.hpp.
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
    return a >= limit   ? std::numeric_limits<To>::max()
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

}  // namespace downhill::scalar
