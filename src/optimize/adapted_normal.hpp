#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "optimize/batch.hpp"
#include "optimize/draws.hpp"

/// The normal distribution of CMA-ES: Hansen, The CMA Evolution Strategy: A Tutorial, arXiv:1604.00772 (2016), whose equations are cited.
namespace downhill::optimize {

/// How the points of a generation count, and how fast the distribution follows: table 1, eq. 49-58.
struct Recombination {
  Recombination(std::size_t n, std::size_t lambda);
  std::size_t parents = 0;      ///< mu
  std::vector<double> weights;  ///< lambda; those of the better half sum to 1, the others are not positive
  double sum = 0;               ///< of all weights
  double effective = 0;         ///< mu_eff
  double step_rate = 0;         ///< c_sigma
  double step_damping = 0;      ///< d_sigma
  double path_rate = 0;         ///< c_c
  double rank_one = 0;          ///< c_1
  double rank_mu = 0;           ///< c_mu
};

/// x = mean + sigma * unit ∘ N(0, covariance), all of it in the state.
struct AdaptedNormal {
  std::vector<double> mean;        ///< n
  std::vector<double> unit;        ///< n, lengths of the variables
  double sigma = 0;                ///< step, in these units
  std::vector<double> covariance;  ///< n*n, in these units
  std::vector<double> axes;        ///< n*n, row k is a unit eigenvector
  std::vector<double> widths;      ///< n, square roots of the eigenvalues
  std::vector<double> path;        ///< p_c
  std::vector<double> step_path;   ///< p_sigma
  std::uint64_t generation = 0;
  std::uint64_t decomposed = 0;  ///< generation of which axes and widths are

  AdaptedNormal() = default;
  AdaptedNormal(std::span<const double> center, std::span<const double> units, double first_sigma);

  /// Fills the batch with draws, and `normals` (lambda*n) with the standard normal numbers they are made of.
  void draw(Batch& batch, std::vector<double>& normals, Draws& draws) const;
  /// Follows the ranked draws: eq. 41-47. order: lambda, the best first.
  void adapt(const Recombination& by, std::span<const double> normals, std::span<const std::uint64_t> order);
  /// Brings axes and widths up to date where they are late: O(n³).
  void decompose(const Recombination& by);

  /// max over k of widths² / min over k of widths².
  [[nodiscard]] double condition() const;
  /// Whether every variable's step is at most `relative` times the larger of |mean_i| and length_i.
  [[nodiscard]] bool is_small(std::span<const double> lengths, double relative) const;
  /// Whether a fifth of a step along some variable, or a tenth along some axis, is lost in the mean's rounding.
  [[nodiscard]] bool is_without_effect() const;

  template <class Visitor>
  void visit(Visitor& v) {
    v("mean", mean);
    v("unit", unit);
    v("sigma", sigma);
    v("covariance", covariance);
    v("axes", axes);
    v("widths", widths);
    v("path", path);
    v("step_path", step_path);
    v("generation", generation);
    v("decomposed", decomposed);
  }

 private:
  /// Where variances differ by many orders of magnitude, measures the variables in other units, by powers of two: the distribution
  /// stays the same, and its condition falls.
  void balance();
  /// The sum over k of v_k widths_k axes_k, or of v_k axes_k.
  void combine(std::span<const double> v, std::span<const double> scales, std::span<double> result) const;
};

}  // namespace downhill::optimize
