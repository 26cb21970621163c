#pragma once
#include <mpfr.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <type_traits>
#include <utility>
#include <vector>

/// True values from MPFR, and errors against them in units in the last place.
namespace downhill::oracle {

/// A number of 200 bits.
class Exact {
 public:
  Exact() { mpfr_init2(value_, 200); }
  explicit Exact(double x) : Exact() { mpfr_set_d(value_, x, MPFR_RNDN); }
  Exact(const Exact& other) : Exact() { mpfr_set(value_, other.value_, MPFR_RNDN); }
  Exact& operator=(const Exact& other) {
    mpfr_set(value_, other.value_, MPFR_RNDN);
    return *this;
  }
  ~Exact() { mpfr_clear(value_); }
  mpfr_ptr get() { return value_; }
  mpfr_srcptr get() const { return value_; }

 private:
  mpfr_t value_;
};

/// Units in the last place between `computed` and `exact`, in the format T; 0 where both overflow or both are NaN.
template <class T>
double ulp_error(T computed, const Exact& exact) {
  constexpr int digits = std::numeric_limits<T>::digits;
  constexpr int smallest = std::numeric_limits<T>::min_exponent - digits;  // exponent of the smallest subnormal
  const double far = std::numeric_limits<double>::infinity();
  if (std::isnan(computed) || mpfr_nan_p(exact.get()) != 0) {
    return std::isnan(computed) && mpfr_nan_p(exact.get()) != 0 ? 0 : far;
  }
  if (mpfr_inf_p(exact.get()) != 0) {
    return std::isinf(computed) && std::signbit(computed) == (mpfr_signbit(exact.get()) != 0) ? 0 : far;
  }
  long exponent = smallest;
  if (mpfr_zero_p(exact.get()) == 0) {
    exponent =
        std::clamp<long>(mpfr_get_exp(exact.get()) - digits, smallest, std::numeric_limits<T>::max_exponent - digits);
  }
  Exact difference;
  if (std::isinf(computed) && mpfr_get_exp(exact.get()) > std::numeric_limits<T>::max_exponent &&
      std::signbit(computed) == (mpfr_signbit(exact.get()) != 0)) {
    return 0;
  }
  if (std::isinf(computed)) {  // stands for the first number that overflows
    mpfr_set_ui_2exp(difference.get(), 1, std::numeric_limits<T>::max_exponent, MPFR_RNDN);
    mpfr_setsign(difference.get(), difference.get(), std::signbit(computed) ? 1 : 0, MPFR_RNDN);
  } else {
    mpfr_set_d(difference.get(), static_cast<double>(computed), MPFR_RNDN);
  }
  mpfr_sub(difference.get(), difference.get(), exact.get(), MPFR_RNDN);
  mpfr_mul_2si(difference.get(), difference.get(), -exponent, MPFR_RNDN);
  return std::fabs(mpfr_get_d(difference.get(), MPFR_RNDN));
}

/// Position of x among all numbers of its format, in increasing order; 0 for zero.
template <class T>
std::int64_t ordinal(T x) {
  using Bits = std::conditional_t<sizeof(T) == 8, std::int64_t, std::int32_t>;
  const Bits bits = std::bit_cast<Bits>(x);
  return bits >= 0 ? bits : -static_cast<std::int64_t>(bits & std::numeric_limits<Bits>::max());
}
template <class T>
T at_ordinal(std::int64_t position) {
  using Bits = std::conditional_t<sizeof(T) == 8, std::int64_t, std::int32_t>;
  const T magnitude = std::bit_cast<T>(static_cast<Bits>(std::abs(position)));
  return position < 0 ? -magnitude : magnitude;
}

/// Numbers of [low, high]: `count` over all exponents, as many uniformly, and the ends with their neighbours.
template <class T>
std::vector<T> samples(T low, T high, int count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<std::int64_t> positions(ordinal(low), ordinal(high));
  std::uniform_real_distribution<T> unit(0, 1);
  std::vector<T> points{low, high};
  for (std::int64_t i = 1; i < 20; ++i) {
    points.push_back(at_ordinal<T>(std::min(ordinal(low) + i, ordinal(high))));
    points.push_back(at_ordinal<T>(std::max(ordinal(high) - i, ordinal(low))));
  }
  for (int i = 0; i < count; ++i) {
    points.push_back(at_ordinal<T>(positions(random)));
    const T part = unit(random);
    points.push_back(std::clamp(low * (1 - part) + high * part, low, high));
  }
  return points;
}

}  // namespace downhill::oracle
