#pragma once
#include <downhill/method.hpp>

#include <cstdint>
#include <optional>

namespace downhill {

/// Particle swarm: every particle is drawn to the best point it has seen and to the best its neighbours on a ring have seen.
///
/// v <- χ (v + φ/2 u₁ (own - x) + φ/2 u₂ (neighbours' - x)), x <- x + v, with φ = `attraction` and χ = 2 / (φ - 2 + sqrt(φ² - 4φ)), which
/// keeps the swarm from flying apart. Particles are drawn from a box around the start, which is one of them; later ones may
/// leave the box. Ends when the best points have come together, when their values cannot be told apart, or after `patience`
/// iterations without a lower point.
///
/// Needs values alone; each generation is evaluated at once. Cost per iteration: `particles` values.
/// Reference: Kennedy & Eberhart, IEEE ICNN (1995) 1942-1948; Clerc & Kennedy, IEEE TEC 6 (2002) 58-73, eq. 4.14-4.15 (type 1'');
/// Bratton & Kennedy, IEEE SIS (2007) 120-127, for the ring.
struct ParticleSwarm {
  std::optional<double> radius = {};  ///< half the side of the box, in units of x; none: |x_i|
  std::uint64_t particles = 40;
  std::uint64_t neighbours = 2;  ///< on each side along the ring
  double attraction = 4.1;       ///< φ, above 4
  double smallest_step = 1e-9;   ///< together are points within this times the larger of |x_i| and the radius
  std::uint64_t patience = 500;  ///< iterations without a lower point

  static constexpr std::string_view name = "particle_swarm";
  static constexpr std::string_view doc = "particles drawn to the best points that they and their neighbours have seen";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
