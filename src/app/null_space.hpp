#pragma once
#include <Eigen/Core>
#include <functional>
#include <string>
#include <vector>

#include "app/statistics.hpp"

/// What a rank-deficient Jacobian does and does not determine.
namespace downhill::app {

struct NullSpace {
  std::vector<std::vector<double>> directions;  ///< unit vectors in units of the parameters
  std::vector<UndeterminedParameters> groups;
  Eigen::MatrixXd inverse_gram;  ///< of the determined part: the pseudo-inverse of JᵀJ
};

/// scaled   J with columns of length 1, m × n, of the rank given, below n
/// lengths  n: what the columns were divided by
/// By a singular value decomposition, O(m n²).
[[nodiscard]] NullSpace null_space(const Eigen::MatrixXd& scaled, const Eigen::VectorXd& lengths, Eigen::Index rank);

/// One sentence a group: `b1 and b2 cannot be told apart: only 0.71 b1 + 0.71 b2 is determined`, `b3 has no influence on the residuals`.
[[nodiscard]] std::string sentence(const UndeterminedParameters& group,
                                   const std::function<std::string(std::size_t)>& label);

}  // namespace downhill::app
