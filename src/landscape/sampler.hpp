#pragma once
#include <downhill/landscape.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

namespace downhill::landscape {

/// Values of a loss at many points of one frame.
///
/// Where the loss is an array program, x(s, t) and f are one program mapped over a batch of points, as large as the memory allows.
/// Else, and where one point of a batch fails, points are evaluated one by one. Points outside the bounds of the objective are not
/// evaluated: their value is NaN.
class Sampler {
 public:
  /// points: how many there are to evaluate in all; most_bytes: of scratch for one batch
  Sampler(Subject& subject, const Frame& frame, std::size_t points, std::size_t most_bytes);
  ~Sampler();
  Sampler(const Sampler&) = delete;
  Sampler& operator=(const Sampler&) = delete;

  /// t is empty for a line; all three of one length else.
  void evaluate(std::span<const double> s, std::span<const double> t, std::span<double> values);
  /// Points in one native call; 1: one by one.
  [[nodiscard]] std::size_t batch() const { return batch_; }
  [[nodiscard]] double compile_seconds() const { return compile_seconds_; }

 private:
  struct Compiled;
  void evaluate_batch(std::span<const double> s, std::span<const double> t, std::span<double> values);
  [[nodiscard]] double value_at(double s, double t);

  Subject& subject_;
  const Frame& frame_;
  std::size_t batch_ = 1;
  double compile_seconds_ = 0;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace downhill::landscape
