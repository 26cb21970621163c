#include "app/null_space.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <Eigen/QR>
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace downhill::app {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

constexpr double nothing = 1e-7;  // of a unit vector: a component that is rounding

// Parameters i and j belong together if the projector on the null space couples them.
std::vector<std::vector<std::size_t>> groups_of(const Matrix& projector) {
  const auto n = static_cast<std::size_t>(projector.rows());
  std::vector<std::size_t> leader(n);
  std::iota(leader.begin(), leader.end(), std::size_t{0});
  const auto at = [&](std::size_t i, std::size_t j) {
    return std::abs(projector(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)));
  };
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (at(i, j) <= nothing || leader[i] == leader[j]) continue;
      std::replace(leader.begin(), leader.end(), std::max(leader[i], leader[j]), std::min(leader[i], leader[j]));
    }
  }
  std::vector<std::vector<std::size_t>> result;
  for (std::size_t first = 0; first < n; ++first) {
    if (at(first, first) <= nothing * nothing || leader[first] != first) continue;
    result.emplace_back();
    for (std::size_t i = first; i < n; ++i) {
      if (leader[i] == first) result.back().push_back(i);
    }
  }
  return result;
}

// v, in scaled variables and of about unit length, in units of the parameters: without its rounding, of unit length, the first
// component positive.
std::vector<double> in_units(Vector v, const Vector& units) {
  for (double& entry : v) entry = std::abs(entry) <= nothing ? 0 : entry;
  v = v.cwiseProduct(units);
  v /= v.stableNorm();
  const auto first = std::find_if(v.begin(), v.end(), [](double entry) { return entry != 0; });
  if (first != v.end() && *first < 0) v = -v;
  return {v.begin(), v.end()};
}

// The rows of a reduced row echelon form of the range of `basis`, k × r: combinations of as few parameters as there are.
std::vector<std::vector<double>> simple_combinations(const Matrix& basis, const Vector& units) {
  Matrix rows = basis.transpose();
  std::vector<std::vector<double>> result;
  Eigen::Index row = 0;
  for (Eigen::Index column = 0; column < rows.cols() && row < rows.rows(); ++column) {
    Eigen::Index pivot = 0;
    if (rows.col(column).tail(rows.rows() - row).cwiseAbs().maxCoeff(&pivot) <= nothing) continue;
    rows.row(row).swap(rows.row(row + pivot));
    rows.row(row) /= rows(row, column);
    for (Eigen::Index other = 0; other < rows.rows(); ++other) {
      if (other != row) rows.row(other) -= rows(other, column) * rows.row(row);
    }
    ++row;
  }
  for (Eigen::Index k = 0; k < row; ++k) result.push_back(in_units(rows.row(k).transpose(), units));
  return result;
}

}  // namespace

// J D⁻¹ = U Σ Vᵀ. A direction z of the null space in scaled variables is D⁻¹ z in the parameters; what J determines in scaled variables,
// a·z, is (D a)·b.
NullSpace null_space(const Matrix& scaled, const Vector& lengths, Eigen::Index rank) {
  const Eigen::Index n = lengths.size();
  const Eigen::HouseholderQR<Matrix> qr(scaled);
  const Eigen::Index rows = std::min(scaled.rows(), n);
  Matrix triangle = Matrix::Zero(n, n);
  triangle.topRows(rows) = qr.matrixQR().topRows(rows).triangularView<Eigen::Upper>();
  const Eigen::JacobiSVD<Matrix> svd(triangle, Eigen::ComputeFullV);
  const Matrix& v = svd.matrixV();
  NullSpace result;
  const Matrix null = v.rightCols(n - rank);
  const Vector shrunk = lengths.cwiseInverse();
  for (Eigen::Index k = 0; k < null.cols(); ++k) result.directions.push_back(in_units(null.col(k), shrunk));

  const Matrix root = lengths.cwiseInverse().asDiagonal() * v.leftCols(rank) *
                      svd.singularValues().head(rank).cwiseInverse().asDiagonal();
  result.inverse_gram = root * root.transpose();

  const Matrix projector = null * null.transpose();
  for (const std::vector<std::size_t>& group : groups_of(projector)) {
    const auto k = static_cast<Eigen::Index>(group.size());
    Matrix part(k, k);  // the projector on what is determined, within the group
    Vector units(k);
    for (Eigen::Index i = 0; i < k; ++i) {
      const auto row = static_cast<Eigen::Index>(group[static_cast<std::size_t>(i)]);
      units[i] = lengths[row];
      for (Eigen::Index j = 0; j < k; ++j) {
        part(i, j) =
            (i == j ? 1.0 : 0.0) - projector(row, static_cast<Eigen::Index>(group[static_cast<std::size_t>(j)]));
      }
    }
    const auto determined = static_cast<Eigen::Index>(std::lround(part.trace()));
    const Eigen::JacobiSVD<Matrix> range(part, Eigen::ComputeFullU);
    result.groups.push_back({group, simple_combinations(range.matrixU().leftCols(determined), units)});
  }
  return result;
}

namespace {

std::string listed(const std::vector<std::string>& words) {
  if (words.size() == 1) return words.front();
  return fmt::format("{} and {}", fmt::join(words.begin(), words.end() - 1, ", "), words.back());
}

}  // namespace

std::string sentence(const UndeterminedParameters& group, const std::function<std::string(std::size_t)>& label) {
  std::vector<std::string> names;
  for (const std::size_t i : group.parameters) names.push_back(label(i));
  if (group.determined.empty()) {
    return fmt::format("{} {} no influence on the residuals", listed(names), names.size() == 1 ? "has" : "have");
  }
  std::vector<std::string> combinations;
  for (const std::vector<double>& weights : group.determined) {
    std::string text;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      if (weights[i] == 0) continue;
      const std::string size = fmt::format("{:.2g} {}", std::abs(weights[i]), names[i]);
      text += text.empty() ? (weights[i] < 0 ? "-" : "") + size : (weights[i] < 0 ? " - " : " + ") + size;
    }
    combinations.push_back(text);
  }
  return fmt::format("{} cannot be told apart: only {} {} determined", listed(names), listed(combinations),
                     combinations.size() == 1 ? "is" : "are");
}

}  // namespace downhill::app
