#pragma once
#include <downhill/derivatives.hpp>

#include <vector>

#include "analysis/branches.hpp"
#include "optimize/pieces.hpp"
#include "optimize/replay.hpp"

namespace downhill::optimize {

/// The functions of a PieceSource, written on arrays.
class PieceFunctions {
 public:
  PieceFunctions(ir::Traced loss, analysis::Branches branches);

  [[nodiscard]] const std::vector<PieceSource::Part>& parts() const { return parts_; }
  [[nodiscard]] Type weights_type() const;
  [[nodiscard]] std::size_t comparisons() const;

  /// (x, weights, direction) -> (numbers, changes)
  [[nodiscard]] std::vector<Array> alternatives(const Array& x, const Array& weights, const Array& direction) const;
  /// (x, weights) -> (gradient, slopes, gaps)
  [[nodiscard]] std::vector<Array> cut(const Array& x, const Array& weights) const;
  /// (x, weights) -> hessian
  [[nodiscard]] Array hessian(const Array& x, const Array& weights) const;
  /// (x, weights, direction) -> (margins, changes)
  [[nodiscard]] std::vector<Array> margins(const Array& x, const Array& weights, const Array& direction) const;

 private:
  // What is met on the way through the graph, one array for each branch or, of lengths, for each factor of a square.
  struct Met {
    Array value;
    std::vector<Array> numbers;
    std::vector<Array> gaps;
    std::vector<Array> margins;
  };
  Met replayed(const Array& x, const Array& weights, const Array& shifts) const;
  [[nodiscard]] std::vector<ir::ValueId> factors(const analysis::Branch& branch) const;
  // The sum that a length is the root of, with other squares.
  [[nodiscard]] Array sum_of(const analysis::Branch& branch, const std::vector<Array>& squares,
                             const Values& values) const;
  [[nodiscard]] std::vector<Array> unit_vectors(const analysis::Branch& branch, const std::vector<Array>& factors,
                                                const Values& values) const;

  ir::Traced loss_;
  std::vector<analysis::Branch> branches_;
  std::vector<ir::ValueId> comparisons_;
  std::vector<Mask> inside_;  // of each length: the values between its squares and its sum
  std::vector<PieceSource::Part> parts_;
  std::int64_t weights_ = 0, groups_ = 0;
};

}  // namespace downhill::optimize
