#include "optimize/sides.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "optimize/draws.hpp"
#include "optimize/eigen_decomposition.hpp"
#include "optimize/face.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"
#include "optimize/probing.hpp"
#include "optimize/scaled_hessian.hpp"

namespace downhill::optimize {

namespace {

constexpr std::size_t planes = 4;
constexpr std::uint64_t plane_stream = 2;
constexpr int distance = -20;  // exponent of 2, in lengths
constexpr int nearer = -6;     // and that of a second look, at which a smooth f is what it is at the point

// The curvatures at a place that are not positive beyond doubt, and the ways along which they are found.
class Place {
 public:
  Place(Objective& objective, std::span<const double> x, const Face& face) {
    std::vector<double> hessian(x.size() * x.size());
    objective.hessian(x, hessian);
    if (!is_finite(hessian)) return;
    const std::size_t n = face.size();
    const std::vector<double> part = face.square_part(hessian);
    const ScaledHessian scaled(part, face.part(x));
    const EigenDecomposition eigen = eigen_decomposition(scaled.matrix(), n);
    const double rounding = relative_error(objective.capabilities(), n) *
                            std::max(std::abs(eigen.values.front()), std::abs(eigen.values.back()));
    for (std::size_t k = 0; k < n && eigen.values[k] <= rounding; ++k) {
      ways_.push_back(face.whole(scaled.unscale_step(eigen.vector(k)), 0));
    }
    if (ways_.empty()) return;
    const std::vector<double> raw = eigenvalues(part, n);
    smallest_ = raw.front();
    largest_ = raw.back();
  }

  [[nodiscard]] const std::vector<std::vector<double>>& ways() const { return ways_; }
  [[nodiscard]] double smallest() const { return smallest_; }
  [[nodiscard]] double largest() const { return largest_; }

 private:
  std::vector<std::vector<double>> ways_;
  double smallest_ = 0, largest_ = 0;
};

Face free_variables(const Curvature& curvature) {
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < curvature.unit.size(); ++i) {
    if (curvature.unit[i] > 0) free.push_back(i);
  }
  return {curvature.unit.size(), std::move(free)};
}

}  // namespace

std::optional<OpenSide> open_side(Walk& walk, Objective& objective, const Curvature& curvature,
                                  std::span<const double> gradient) {
  const Point here = walk.here();
  const Face face = free_variables(curvature);
  if (face.size() == 0) return std::nullopt;
  const std::vector<double> lengths = walk.lengths();
  const double radius = longest_in_units(curvature, lengths);
  Draws draws(0, plane_stream);
  std::vector<double> drawn(face.size());
  for (std::size_t k = 0; k < 2 * planes && !walk.is_over(); ++k) {
    if (k % 2 == 0) draws.direction(drawn);
    std::vector<double> direction = face.whole(drawn, 0);
    for (std::size_t i = 0; i < direction.size(); ++i) direction[i] *= curvature.unit[i];
    const double t = (k % 2 == 0 ? 1 : -1) * std::ldexp(radius, distance);
    const std::vector<double> x = walk.box().along(here.x, t, direction);
    const Place far(objective, x, face);
    const bool is_lower = walk.value(x) < here.value - 16 * rounding_of(here.value);
    if (far.ways().empty() && !is_lower) continue;
    const Place near(objective, walk.box().along(here.x, std::ldexp(t, nearer), direction), face);
    if (near.ways().empty() && !is_lower) continue;
    OpenSide side{near.smallest(), near.largest(), near.ways().size(), std::nullopt};
    Curvature there = curvature;
    there.flat_directions = near.ways();
    if (is_lower) there.flat_directions.push_back(direction);
    side.lower = lower_point_nearby(walk, there, gradient, lengths);
    return side;
  }
  return std::nullopt;
}

std::optional<OpenSide> inflection(Walk& walk, Objective& objective, const Curvature& curvature,
                                   std::span<const double> gradient, std::span<const double> hessian) {
  const Point here = walk.here();
  const std::size_t n = walk.size();
  const ScaledHessian scaled(hessian, here.x);
  const EigenDecomposition eigen = eigen_decomposition(scaled.matrix(), n);
  const std::vector<double> lengths = walk.lengths();
  std::vector<double> image(n);
  for (std::size_t k = 0; k < n; ++k) {
    const std::vector<double> direction = scaled.unscale_step(eigen.vector(k));
    double reach = 0;  // in lengths
    for (std::size_t i = 0; i < n; ++i) {
      if (lengths[i] > 0) reach = std::max(reach, std::abs(direction[i]) / lengths[i]);
    }
    if (!(reach > 0) || !std::isfinite(reach)) continue;
    const auto curvature_at = [&](double t) {
      objective.hessian_vector(along(here.x, t / reach, direction), direction, image);
      return dot(direction, image);
    };
    for (const double side : {1.0, -1.0}) {
      const double least = curvature_at(side * std::ldexp(1.0, distance + nearer));
      if (!(least < 0) || !(curvature_at(side * std::ldexp(1.0, distance)) < least)) continue;
      Curvature there = curvature;
      there.flat_directions = {direction};
      const double length = norm(direction);
      return OpenSide{least / (length * length), curvature.largest, 1,
                      lower_point_nearby(walk, there, gradient, lengths)};
    }
  }
  return std::nullopt;
}

}  // namespace downhill::optimize
