#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// How far and where to go within a trust region: ways to minimise the model g·p + ½ pᵀH p over |p| <= radius.
namespace downhill::options {
struct Field;
enum class Detail;
template <class Erased>
class Registry;
}  // namespace downhill::options

namespace downhill {

class SubproblemModel;

/// A configured way to solve the subproblem of a trust region, made from one of the structs below or from text.
class Subproblem {
 public:
  template <class Options>
  Subproblem(const Options& options);  // NOLINT(google-explicit-constructor)

  [[nodiscard]] std::string text(options::Detail detail) const;
  [[nodiscard]] const SubproblemModel& model() const { return *model_; }
  [[nodiscard]] static const options::Registry<Subproblem>& registry();

 private:
  std::shared_ptr<const SubproblemModel> model_;
};

/// Along -g to the lowest point of the model there, then straight to the Newton step. Curvatures below `floor` times the largest
/// are taken by size and raised to it, so that there always is a Newton step; where curvature is negative the lowest one is followed from
/// there to the boundary.
///
/// Needs the Hessian. Cost: one Cholesky factorisation, or O(n³) eigenvectors where the Hessian is not positive definite.
/// References: Powell, in Numerical Methods for Nonlinear Algebraic Equations, ed. Rabinowitz (1970) 87-114; Nocedal & Wright,
/// Numerical Optimization, 2nd ed. 2006, sections 3.4 and 4.1.
struct DoglegPath {
  double floor = 1e-8;  ///< smallest curvature relative to the largest, in (0, 1)

  static constexpr std::string_view name = "dogleg";
  static constexpr std::string_view doc = "along the gradient, then straight to the Newton step";
  static std::vector<options::Field> fields();
};

/// Conjugate gradients until the residual is small, the boundary is crossed or curvature is negative, which is followed to the boundary.
///
/// Needs Hessian-vector products alone: for any number of variables.
/// References: Steihaug, SIAM J. Numer. Anal. 20 (1983) 626-637; Toint, in Sparse Matrices and Their Uses (1981) 57-88.
struct Steihaug {
  double forcing = 0.5;      ///< residual at which the iteration may end, relative to the gradient, in (0, 1)
  std::size_t products = 0;  ///< Hessian-vector products at most; 0: 20 + 2 n, up to 1000

  static constexpr std::string_view name = "steihaug";
  static constexpr std::string_view doc = "conjugate gradients up to the boundary; for any size";
  static std::vector<options::Field> fields();
};

/// The exact minimum over the Krylov space of g and H: on the boundary, too, the iteration goes on until the residual is small.
///
/// Needs Hessian-vector products alone, and keeps one vector of n numbers for each: at most 256 MB. Refused steps cost no product.
/// Reference: Gould, Lucidi, Roma & Toint, SIAM J. Optim. 9 (1999) 504-525.
struct Gltr {
  double forcing = 0.1;      ///< residual at which the iteration may end, relative to the gradient, in (0, 1)
  std::size_t products = 0;  ///< Hessian-vector products at most; 0: 20 + 2 n, up to 1000

  static constexpr std::string_view name = "gltr";
  static constexpr std::string_view doc = "the minimum over a Krylov space, on the boundary too; for any size";
  static std::vector<options::Field> fields();
};

/// The minimum of the model, the hard case included, from eigenvectors.
///
/// Needs the Hessian. Cost: one Cholesky factorisation, or O(n³) eigenvectors where the step ends on the boundary.
/// Reference: Moré & Sorensen, SIAM J. Sci. Stat. Comput. 4 (1983) 553-572.
struct MoreSorensen {
  static constexpr std::string_view name = "exact";
  static constexpr std::string_view doc = "the minimum of the model, from eigenvectors";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
