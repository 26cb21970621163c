#pragma once
#include <downhill/objective.hpp>

#include <span>
#include <vector>

/// A loss as a function of some of its variables.
namespace downhill::optimize {

/// The variables that vary, out of n, the others held.
class Face {
 public:
  /// variables: ascending indices below n
  Face(std::size_t n, std::vector<std::size_t> variables) : n_(n), variables_(std::move(variables)) {}

  /// All of n variables.
  [[nodiscard]] static Face whole_of(std::size_t n);

  [[nodiscard]] std::size_t size() const { return variables_.size(); }
  [[nodiscard]] bool is_whole() const { return variables_.size() == n_; }
  [[nodiscard]] const std::vector<std::size_t>& variables() const { return variables_; }
  /// What belongs to the face: of a vector of n, of a matrix of n*n, of the columns of a matrix of m*n.
  [[nodiscard]] std::vector<double> part(std::span<const double> v) const;
  [[nodiscard]] std::vector<double> square_part(std::span<const double> matrix) const;
  [[nodiscard]] std::vector<double> columns(std::span<const double> matrix, std::size_t m) const;
  /// The vector of n that has `part` on the face and `elsewhere` off it.
  [[nodiscard]] std::vector<double> whole(std::span<const double> part, double elsewhere) const;

 private:
  std::size_t n_;
  std::vector<std::size_t> variables_;
};

/// The objective as a function of the face's variables, of which there is at least one, the others held as in x. Its evaluations
/// are not counted on `objective`. Bounds are those of the variables left.
[[nodiscard]] Objective on_face(const Objective& objective, std::span<const double> x, const Face& face);

}  // namespace downhill::optimize
