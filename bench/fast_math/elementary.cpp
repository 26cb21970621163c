#include "hand/elementary.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

namespace downhill::bench::hand {
namespace {

template <auto function, class T>
void map(const T* x, const T* y, T* out, std::size_t n) {
  const T* const __restrict a = std::assume_aligned<64>(x);
  const T* const __restrict b = std::assume_aligned<64>(y);
  T* const __restrict c = std::assume_aligned<64>(out);
  for (std::size_t i = 0; i < n; ++i) {
    c[i] = function(a[i], b[i]);
  }
}

template <class T>
T largest(const T* x, std::size_t n) {
  T result = x[0];
  for (std::size_t i = 0; i < n; ++i) {
    result = x[i] > result ? x[i] : result;  // std::max, of references, is not vectorised
  }
  return result;
}

template <class T>
void logsumexp(const T* x, const T* /*y*/, T* out, std::size_t n) {
  const T* const __restrict a = std::assume_aligned<64>(x);
  const T shift = largest(a, n);
  T sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    sum += std::exp(a[i] - shift);
  }
  *out = std::log(sum) + shift;
}

template <class T>
void softmax_64(const T* x, const T* /*y*/, T* out, std::size_t n) {
  constexpr std::size_t row = 64;
  for (std::size_t begin = 0; begin < n; begin += row) {
    const T* const __restrict a = std::assume_aligned<64>(x + begin);
    T* const __restrict c = std::assume_aligned<64>(out + begin);
    const T shift = largest(a, row);
    T sum = 0;
    for (std::size_t i = 0; i < row; ++i) {
      c[i] = std::exp(a[i] - shift);
      sum += c[i];
    }
    const T factor = 1 / sum;
    for (std::size_t i = 0; i < row; ++i) {
      c[i] *= factor;
    }
  }
}

}  // namespace

template <class T>
Kernel<T> fast_math(std::string_view function) {
  struct Named {
    std::string_view name;
    Kernel<T> run;
  };
  static constexpr Named all[] = {
      {"exp", map<[](T x, T) { return std::exp(x); }, T>},
      {"log", map<[](T x, T) { return std::log(x); }, T>},
      {"tanh", map<[](T x, T) { return std::tanh(x); }, T>},
      {"sin", map<[](T x, T) { return std::sin(x); }, T>},
      {"cos", map<[](T x, T) { return std::cos(x); }, T>},
      {"tan", map<[](T x, T) { return std::tan(x); }, T>},
      {"expm1", map<[](T x, T) { return std::expm1(x); }, T>},
      {"log1p", map<[](T x, T) { return std::log1p(x); }, T>},
      {"erf", map<[](T x, T) { return std::erf(x); }, T>},
      {"cbrt", map<[](T x, T) { return std::cbrt(x); }, T>},
      {"pow", map<[](T x, T y) { return std::pow(x, y); }, T>},
      {"logistic", map<[](T x, T) { return 1 / (1 + std::exp(-x)); }, T>},
      {"logsumexp", logsumexp<T>},
      {"softmax_64", softmax_64<T>},
  };
  const auto* const found = std::ranges::find(all, function, &Named::name);
  return found == std::end(all) ? nullptr : found->run;
}
template Kernel<double> fast_math(std::string_view);
template Kernel<float> fast_math(std::string_view);

}  // namespace downhill::bench::hand
