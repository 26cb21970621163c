#pragma once
#include <array>
#include <cstdint>
#include <span>

/// Random numbers that depend on (seed, stream, index) alone: the same bits on every machine, in any order of drawing.
/// Philox 4x64, Salmon, Moraes, Dror & Shaw, SC11 (2011).
namespace downhill::optimize {

class Draws {
 public:
  explicit Draws(std::uint64_t seed, std::uint64_t stream = 0) : seed_(seed), stream_(stream) {}

  /// The next number, 64 even bits.
  [[nodiscard]] std::uint64_t bits();
  /// Even on [-1, 1), a multiple of 2^-52.
  [[nodiscard]] double symmetric();
  /// Even on [0, 1), a multiple of 2^-53.
  [[nodiscard]] double uniform();
  /// Even on 0, …, count - 1, to within count / 2^64.
  [[nodiscard]] std::uint64_t below(std::uint64_t count);
  /// Normal with mean 0 and variance 1, from two numbers (Box & Muller, Ann. Math. Stat. 29 (1958) 610-611).
  [[nodiscard]] double normal();
  /// Fills v with a direction of Euclidean length 1, close to evenly spread.
  void direction(std::span<double> v);
  /// How many numbers have been drawn; a run that goes on from there draws the same ones.
  [[nodiscard]] std::uint64_t position() const { return position_; }
  void go_to(std::uint64_t position) { position_ = position; }

  template <class Visitor>
  void visit(Visitor& v) {
    v("seed", seed_);
    v("stream", stream_);
    v("position", position_);
    block_number_ = ~std::uint64_t{0};
  }

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t position_ = 0;
  std::uint64_t block_number_ = ~std::uint64_t{0};  // of the four numbers at hand
  std::array<std::uint64_t, 4> block_ = {};
};

}  // namespace downhill::optimize
