#pragma once
#include <cstdint>
#include <span>

/// Random numbers that depend on (seed, stream, index) alone: the same bits on every machine, in any order of drawing.
/// Philox 4x64, Salmon, Moraes, Dror & Shaw, SC11 (2011).
namespace downhill::optimize {

class Draws {
 public:
  explicit Draws(std::uint64_t seed, std::uint64_t stream = 0) : seed_(seed), stream_(stream) {}

  /// The next number, even on [-1, 1), a multiple of 2^-52.
  [[nodiscard]] double symmetric();
  /// Fills v with a direction of Euclidean length 1, close to evenly spread.
  void direction(std::span<double> v);
  /// How many numbers have been drawn; a run that goes on from there draws the same ones.
  [[nodiscard]] std::uint64_t position() const { return position_; }
  void go_to(std::uint64_t position) { position_ = position; }

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t position_ = 0;
};

}  // namespace downhill::optimize
