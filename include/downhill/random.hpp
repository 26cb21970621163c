#pragma once
#include <downhill/array.hpp>

#include <cstdint>

/// Random numbers as a pure function of a key: the same on every machine, for any number of threads
/// (Philox 4x32-10; Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC 2011).
namespace downhill {

/// The key (i32[2]) of a 64-bit seed.
[[nodiscard]] Array random_key(std::uint64_t seed);
/// Another key, statistically independent of `key` and of every other `index`.
[[nodiscard]] Array fold_in(const Operand& key, const Operand& index);
/// Uniform in [0, 1), a multiple of 2^-53 (f64) or 2^-24 (f32).
[[nodiscard]] Array random_uniform(const Operand& key, const Shape& shape, DType dtype = DType::f64);
/// Standard normal, by Box & Muller (1958).
[[nodiscard]] Array random_normal(const Operand& key, const Shape& shape, DType dtype = DType::f64);

}  // namespace downhill
