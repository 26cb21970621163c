#include "hand/elementary.hpp"

#ifdef __AVX512F__

#include <immintrin.h>
#include <sleef.h>

#include <algorithm>

namespace downhill::bench::hand {
namespace {

// clang-format off
template <class T> struct Vector;
template <> struct Vector<double> {
  using V = __m512d;
  static constexpr std::size_t lanes = 8;
  static V load(const double* p) { return _mm512_load_pd(p); }
  static void store(double* p, V v) { _mm512_store_pd(p, v); }
  static V splat(double a) { return _mm512_set1_pd(a); }
  static V add(V a, V b) { return _mm512_add_pd(a, b); }
  static V subtract(V a, V b) { return _mm512_sub_pd(a, b); }
  static V multiply(V a, V b) { return _mm512_mul_pd(a, b); }
  static V divide(V a, V b) { return _mm512_div_pd(a, b); }
  static V larger(V a, V b) { return _mm512_max_pd(a, b); }
  static double sum(V a) { return _mm512_reduce_add_pd(a); }
  static double largest(V a) { return _mm512_reduce_max_pd(a); }
  static V exp(V x, V /*y*/) { return Sleef_expd8_u10avx512f(x); }
  static V log(V x, V /*y*/) { return Sleef_logd8_u10avx512f(x); }
  static V tanh(V x, V /*y*/) { return Sleef_tanhd8_u10avx512f(x); }
  static V sin(V x, V /*y*/) { return Sleef_sind8_u10avx512f(x); }
  static V cos(V x, V /*y*/) { return Sleef_cosd8_u10avx512f(x); }
  static V tan(V x, V /*y*/) { return Sleef_tand8_u10avx512f(x); }
  static V expm1(V x, V /*y*/) { return Sleef_expm1d8_u10avx512f(x); }
  static V log1p(V x, V /*y*/) { return Sleef_log1pd8_u10avx512f(x); }
  static V erf(V x, V /*y*/) { return Sleef_erfd8_u10avx512f(x); }
  static V cbrt(V x, V /*y*/) { return Sleef_cbrtd8_u10avx512f(x); }
  static V pow(V x, V y) { return Sleef_powd8_u10avx512f(x, y); }
};
template <> struct Vector<float> {
  using V = __m512;
  static constexpr std::size_t lanes = 16;
  static V load(const float* p) { return _mm512_load_ps(p); }
  static void store(float* p, V v) { _mm512_store_ps(p, v); }
  static V splat(float a) { return _mm512_set1_ps(a); }
  static V add(V a, V b) { return _mm512_add_ps(a, b); }
  static V subtract(V a, V b) { return _mm512_sub_ps(a, b); }
  static V multiply(V a, V b) { return _mm512_mul_ps(a, b); }
  static V divide(V a, V b) { return _mm512_div_ps(a, b); }
  static V larger(V a, V b) { return _mm512_max_ps(a, b); }
  static float sum(V a) { return _mm512_reduce_add_ps(a); }
  static float largest(V a) { return _mm512_reduce_max_ps(a); }
  static V exp(V x, V /*y*/) { return Sleef_expf16_u10avx512f(x); }
  static V log(V x, V /*y*/) { return Sleef_logf16_u10avx512f(x); }
  static V tanh(V x, V /*y*/) { return Sleef_tanhf16_u10avx512f(x); }
  static V sin(V x, V /*y*/) { return Sleef_sinf16_u10avx512f(x); }
  static V cos(V x, V /*y*/) { return Sleef_cosf16_u10avx512f(x); }
  static V tan(V x, V /*y*/) { return Sleef_tanf16_u10avx512f(x); }
  static V expm1(V x, V /*y*/) { return Sleef_expm1f16_u10avx512f(x); }
  static V log1p(V x, V /*y*/) { return Sleef_log1pf16_u10avx512f(x); }
  static V erf(V x, V /*y*/) { return Sleef_erff16_u10avx512f(x); }
  static V cbrt(V x, V /*y*/) { return Sleef_cbrtf16_u10avx512f(x); }
  static V pow(V x, V y) { return Sleef_powf16_u10avx512f(x, y); }
};
// clang-format on

template <class T>
typename Vector<T>::V logistic(typename Vector<T>::V x, typename Vector<T>::V /*y*/) {
  using L = Vector<T>;
  const auto one = L::splat(1);
  const auto e = L::exp(L::subtract(L::splat(0), x), x);
  return L::divide(one, L::add(one, e));
}

template <auto function, class T>
void map(const T* x, const T* y, T* out, std::size_t n) {
  using L = Vector<T>;
  for (std::size_t i = 0; i < n; i += L::lanes) {
    L::store(out + i, function(L::load(x + i), L::load(y + i)));
  }
}

template <class T>
T largest(const T* x, std::size_t n) {
  using L = Vector<T>;
  typename L::V parts[4] = {L::load(x), L::load(x), L::load(x), L::load(x)};
  for (std::size_t i = 0; i < n; i += 4 * L::lanes) {
    for (std::size_t k = 0; k < 4; ++k) {
      parts[k] = L::larger(parts[k], L::load(x + i + k * L::lanes));
    }
  }
  return L::largest(L::larger(L::larger(parts[0], parts[1]), L::larger(parts[2], parts[3])));
}

template <class T>
void logsumexp(const T* x, const T* /*y*/, T* out, std::size_t n) {
  using L = Vector<T>;
  const T top = largest(x, n);
  const auto shift = L::splat(top);
  auto sum = L::splat(0);
  for (std::size_t i = 0; i < n; i += L::lanes) {
    const auto difference = L::subtract(L::load(x + i), shift);
    sum = L::add(sum, L::exp(difference, difference));
  }
  alignas(64) T total[L::lanes];
  const auto logarithm = L::log(L::splat(L::sum(sum)), shift);
  L::store(total, logarithm);
  *out = total[0] + top;
}

template <class T>
void softmax_64(const T* x, const T* /*y*/, T* out, std::size_t n) {
  using L = Vector<T>;
  constexpr std::size_t row = 64;
  for (std::size_t begin = 0; begin < n; begin += row) {
    const auto shift = L::splat(largest(x + begin, row));
    auto sum = L::splat(0);
    for (std::size_t i = begin; i < begin + row; i += L::lanes) {
      const auto difference = L::subtract(L::load(x + i), shift);
      const auto e = L::exp(difference, difference);
      L::store(out + i, e);
      sum = L::add(sum, e);
    }
    const auto factor = L::splat(1 / L::sum(sum));
    for (std::size_t i = begin; i < begin + row; i += L::lanes) {
      L::store(out + i, L::multiply(L::load(out + i), factor));
    }
  }
}

}  // namespace

template <class T>
Kernel<T> sleef(std::string_view function) {
  struct Named {
    std::string_view name;
    Kernel<T> run;
  };
  using L = Vector<T>;
  static constexpr Named all[] = {
      {"exp", map<L::exp, T>},     {"log", map<L::log, T>},       {"tanh", map<L::tanh, T>},
      {"sin", map<L::sin, T>},     {"cos", map<L::cos, T>},       {"tan", map<L::tan, T>},
      {"expm1", map<L::expm1, T>}, {"log1p", map<L::log1p, T>},   {"erf", map<L::erf, T>},
      {"cbrt", map<L::cbrt, T>},   {"pow", map<L::pow, T>},       {"logistic", map<logistic<T>, T>},
      {"logsumexp", logsumexp<T>}, {"softmax_64", softmax_64<T>},
  };
  const auto* const found = std::ranges::find(all, function, &Named::name);
  return found == std::end(all) ? nullptr : found->run;
}

#else

namespace downhill::bench::hand {

template <class T>
Kernel<T> sleef(std::string_view /*function*/) {
  return nullptr;
}

#endif

template Kernel<double> sleef(std::string_view);
template Kernel<float> sleef(std::string_view);

}  // namespace downhill::bench::hand
