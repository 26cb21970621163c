#pragma once
#include <downhill/method.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace downhill {

/// How the cubic model is minimised.
enum class CubicModel : std::uint8_t {
  krylov,  ///< over the Krylov space of g and H, from Hessian-vector products alone
  exact,   ///< over all of x, from the eigenvectors of H
};
constexpr auto enum_names(CubicModel) {
  return std::array{std::pair<std::string_view, CubicModel>{"krylov", CubicModel::krylov},
                    std::pair<std::string_view, CubicModel>{"exact", CubicModel::exact}};
}

/// Adaptive regularisation by cubics: steps to the minimum of g·p + ½ pᵀH p + ⅓ weight |p|³, which bounds f from above where `weight`
/// is large enough; it falls where the model proves itself and rises where it does not.
///
/// The model has a minimum whatever the curvatures are, so negative curvature is followed downwards. Multiplying f, or all of x,
/// by 2^k gives the same iterates bit for bit.
///
/// Needs second derivatives: Hessian-vector products for `krylov`, which keeps one vector of n numbers for each, at most 256 MB; the
/// matrix and O(n³) for `exact`.
/// Reference: Cartis, Gould & Toint, Math. Programming 127 (2011) 245-295, algorithm 2.1.
struct AdaptiveCubic {
  CubicModel model = CubicModel::krylov;
  double forcing = 0.1;      ///< residual at which the Krylov iteration may end, relative to the gradient, in (0, 1)
  std::size_t products = 0;  ///< Hessian-vector products per iteration at most; 0: 20 + 2 n, up to 1000

  static constexpr std::string_view name = "adaptive_cubic";
  static constexpr std::string_view doc =
      "steps to the minimum of the quadratic model plus a weighted cube of the length";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
