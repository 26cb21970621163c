#pragma once
#include <cstddef>
#include <string_view>

/// Elementary functions of whole arrays as one would write them by hand, for comparison.
namespace downhill::bench::hand {

/// Writes f of n elements; `y` is read by functions of two arguments only. All arrays are aligned to 64 bytes and apart.
/// logsumexp writes one number. softmax_64 takes rows of 64.
template <class T>
using Kernel = void (*)(const T* x, const T* y, T* out, std::size_t n);

/// Plain loops compiled with -ffast-math: g++ then takes the vector functions of libmvec. Null for an unknown name.
template <class T>
Kernel<T> fast_math(std::string_view function);

/// Loops over vectors of eight doubles or sixteen floats that call SLEEF's functions of 1.0 ulp. Null for an unknown
/// name, and on processors without AVX-512.
template <class T>
Kernel<T> sleef(std::string_view function);

}  // namespace downhill::bench::hand
