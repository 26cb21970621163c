#pragma once
#include "ir/native_scalar.hpp"
#include "ir/recorded.hpp"

#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

/// The operations that elementary functions are written in, for double and float and for recorded values. Each is
/// exactly defined, so that a function computes the same bits in both. Masks are bool or Recorded<bool>; Bits are the
/// signed integers of the real's width.
namespace downhill::scalar {

template <class T>
struct format<Recorded<T>> : format<T> {
  using Bits = Recorded<typename format<T>::Bits>;
  using Mask = Recorded<bool>;
};

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
  return V::at(
      ir::ScalarRecorder::current().lookup(V::type, std::vector<double>(table.begin(), table.end()), index.index));
}

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
