#pragma once
#include <downhill/line_searches/hager_zhang.hpp>
#include <downhill/method.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace downhill {

/// The weight of the direction before in the next one, with y = g - g_before.
enum class ConjugateBeta : std::uint8_t {
  fletcher_reeves,     ///< gᵀg / g_beforeᵀg_before (Comput. J. 7 (1964) 149-154)
  polak_ribiere_plus,  ///< max(gᵀy / g_beforeᵀg_before, 0) (Gilbert & Nocedal, SIAM J. Optim. 2 (1992) 21-42)
  hestenes_stiefel,    ///< max(gᵀy / dᵀy, 0) (J. Res. Nat. Bur. Standards 49 (1952) 409-436)
  dai_yuan,            ///< gᵀg / dᵀy (SIAM J. Optim. 10 (1999) 177-182)
  hager_zhang,         ///< (y - 2 d yᵀy / dᵀy)ᵀg / dᵀy, bounded below (SIAM J. Optim. 16 (2005) 170-192)
};
constexpr auto enum_names(ConjugateBeta) {
  return std::array{std::pair{"fletcher_reeves", ConjugateBeta::fletcher_reeves},
                    std::pair{"polak_ribiere_plus", ConjugateBeta::polak_ribiere_plus},
                    std::pair{"hestenes_stiefel", ConjugateBeta::hestenes_stiefel},
                    std::pair{"dai_yuan", ConjugateBeta::dai_yuan},
                    std::pair{"hager_zhang", ConjugateBeta::hager_zhang}};
}

/// Nonlinear conjugate gradients: x + t d with d = -g + beta d_before.
///
/// Begins anew along the gradient every `restart` iterations, where d does not go down, and for fletcher_reeves where two successive
/// gradients are far from orthogonal (Powell, Math. Programming 12 (1977) 241-254). The bound of hager_zhang is
/// beta >= 0.4 dᵀg_before / dᵀd (Hager & Zhang, SIAM J. Optim. 23 (2013) 2150-2168), which has no unit.
/// Multiplying f, or all of x, by 2^k gives the same iterates bit for bit.
///
/// Needs first derivatives. Cost per iteration: the line search's trials, mostly two; memory O(n).
struct NonlinearCg {
  ConjugateBeta beta = ConjugateBeta::hager_zhang;
  LineSearch line_search = HagerZhang{};
  std::size_t restart = 0;  ///< iterations between restarts; 0: six times the number of variables

  static constexpr std::string_view name = "nonlinear_cg";
  static constexpr std::string_view doc = "conjugate gradients for any smooth loss; little memory";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
