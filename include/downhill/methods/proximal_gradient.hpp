#pragma once
#include <downhill/method.hpp>

#include <array>
#include <cstdint>
#include <utility>

namespace downhill {

/// Whether steps carry on in the way of those before.
enum class Acceleration : std::uint8_t { on, off };
constexpr auto enum_names(Acceleration) {
  return std::array{std::pair{"on", Acceleration::on}, std::pair{"off", Acceleration::off}};
}

/// The proximal gradient method for a loss g(x) + h(x) with g smooth and h the sum of its terms w |x_i - c|: x becomes
/// prox(y - t gradient g(y)), the soft threshold, from y = x or, accelerated, from a point ahead of x on the way come. Variables that
/// belong on their c get there exactly.
///
/// t shrinks by `contraction` until g(x) <= g(y) + gradient g(y)ᵀ(x - y) + ‖x - y‖² / 2t, and is tried longer by `growth` in each
/// iteration. f never rises: where an accelerated step would make it, acceleration begins anew, as it does where it points uphill.
/// Multiplying f, or all of x, by 2^k gives the same iterates bit for bit.
///
/// Needs first derivatives of a loss that is smooth, or smooth but for such terms. Cost per iteration: two gradients, without
/// acceleration one, and one for each contraction.
/// References: Parikh & Boyd, Proximal Algorithms, Found. Trends Optim. 1 (2014) 127-239, sections 4.2 and 4.3; Beck & Teboulle,
/// SIAM J. Imaging Sci. 2 (2009) 183-202; O'Donoghue & Candès, Found. Comput. Math. 15 (2015) 715-732, for beginning anew;
/// Scheinberg, Goldfarb & Bai, Found. Comput. Math. 14 (2014) 389-417, for steps that grow.
struct ProximalGradient {
  Acceleration acceleration = Acceleration::on;
  double contraction = 0.6;  ///< factor on a refused t, in (0, 1)
  double growth = 1.1;       ///< factor on t from one iteration to the next, at least 1

  static constexpr std::string_view name = "proximal_gradient";
  static constexpr std::string_view doc = "accelerated gradients with soft thresholds, for losses with L1 terms";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
