#pragma once
#include <downhill/landscape.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace downhill::landscape {

/// Values of a loss that is a mean over rows of data, at many points of one frame.
///
/// Rows go by in pieces that stay in the cache. For each piece the coefficients of what is affine in (s, t) are computed once (see
/// split_affine), then all points are evaluated in batches, and their sums added up.
class RowSampler {
 public:
  /// Throws ShapeError unless the arrays of data have one number of rows.
  RowSampler(const Subject& subject, const Frame& frame);
  ~RowSampler();
  RowSampler(const RowSampler&) = delete;
  RowSampler& operator=(const RowSampler&) = delete;

  /// t is empty for a line; all three of one length else.
  void evaluate(std::span<const double> s, std::span<const double> t, std::span<double> values);
  /// Points in one native call.
  [[nodiscard]] std::size_t batch() const;
  [[nodiscard]] double compile_seconds() const { return compile_seconds_; }

 private:
  struct Piece;
  Piece& piece_of(std::size_t rows);

  const Subject& subject_;
  const Frame& frame_;
  std::size_t rows_ = 0;
  double compile_seconds_ = 0;
  std::vector<std::unique_ptr<Piece>> pieces_;  // one for each number of rows: at most two
};

}  // namespace downhill::landscape
