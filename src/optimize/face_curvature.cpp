#include "optimize/face_curvature.hpp"

#include <algorithm>
#include <cmath>

#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"

namespace downhill::optimize {

using Kind = Verdict::Kind;

namespace {

// By how much f rises, along a direction of negative curvature along which it rises at first, before it falls.
double barrier(std::span<const double> hessian, std::span<const double> direction, double slope) {
  const std::size_t n = direction.size();
  double curvature = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) curvature += direction[i] * hessian[i * n + j] * direction[j];
  }
  return slope > 0 && curvature < 0 ? 0.5 * slope * (slope / -curvature) : 0;
}

}  // namespace

Curvature curvature_on(const Face& face, Objective& objective, std::span<const double> x,
                       std::span<const double> gradient, std::span<const double> noise,
                       std::span<const double> hessian) {
  const auto at = [](Objective& f, std::span<const double> point, std::span<const double> g,
                     std::span<const double> error, std::span<const double> h) {
    return h.empty() ? lanczos_curvature(f, point, g, error) : dense_curvature(f, point, g, error, h);
  };
  if (face.is_whole()) return at(objective, x, gradient, noise, hessian);
  Curvature result;
  if (face.size() == 0) {
    result.is_known = true;
    result.newton_step.assign(x.size(), 0.0);
    result.unit = result.newton_step;
    return result;
  }
  Objective part = on_face(objective, x, face);
  std::vector<double> part_of_hessian;
  if (!hessian.empty()) {
    part_of_hessian = face.square_part(hessian);
  } else if (face.size() <= dense_limit) {
    part_of_hessian.resize(face.size() * face.size());
    part.hessian(face.part(x), part_of_hessian);
  }
  result = at(part, face.part(x), face.part(gradient), face.part(noise), part_of_hessian);
  objective.add(part.counts());
  const auto spread = [&](std::vector<double>& v) {
    if (!v.empty()) v = face.whole(v, 0);
  };
  if (result.unit.empty()) result.unit.assign(face.size(), 1.0);
  spread(result.newton_step);
  spread(result.decided_step);
  spread(result.downward);
  spread(result.unit);
  for (std::vector<double>& direction : result.flat_directions) spread(direction);
  return result;
}

void weaken(BoundStand& stand, const Walk& walk, Objective& objective, const Curvature& curvature,
            std::span<const double> hessian) {
  const std::vector<double>& step = curvature.newton_step;
  if (stand.active.empty() || !curvature.is_known || !is_finite(step) || largest(step) == 0) return;
  const std::size_t n = step.size();
  std::vector<double> change(n, 0.0);
  if (hessian.empty()) {
    objective.hessian_vector(walk.here().x, step, change);
  } else {
    for (std::size_t i = 0; i < n; ++i) change[i] = dot(hessian.subspan(i * n, n), step);
  }
  for (const ActiveBound& bound : stand.active) {
    if (bound.multiplier <= 4 * std::abs(change[bound.variable])) stand.make_weak(bound.variable);
  }
}

void look_inwards(Assessment& assessment, const BoundStand& stand, const Walk& walk, Objective& objective,
                  std::span<const double> hessian) {
  Verdict& verdict = assessment.verdict;
  Curvature& curvature = assessment.curvature;
  const std::vector<double>& x = walk.here().x;
  const std::size_t n = x.size();
  const auto add_flat = [&] {
    for (const std::size_t i : stand.weak) {
      std::vector<double> way(n, 0.0);
      const double length = walk.lengths()[i];
      way[i] = inward(walk.box(), i, x[i]) * (length > 0 ? length : 1);
      curvature.unit[i] = std::abs(way[i]);
      curvature.flat_directions.push_back(std::move(way));
    }
  };
  if (verdict.kind == Kind::undecided) add_flat();
  if (verdict.kind != Kind::strict_minimum) return;
  std::vector<std::size_t> variables = stand.free;
  variables.insert(variables.end(), stand.weak.begin(), stand.weak.end());
  if (variables.size() > dense_limit) {
    verdict.kind = Kind::undecided;
    curvature.doubtful += stand.weak.size();
    return add_flat();
  }
  const Face face(n, variables);
  std::vector<double> part(variables.size() * variables.size());
  if (hessian.empty()) {
    Objective on = on_face(objective, x, face);
    on.hessian(face.part(x), part);
    objective.add(on.counts());
  } else {
    part = face.square_part(hessian);
  }
  if (!is_finite(part)) {
    verdict.kind = Kind::undecided;
    curvature.doubtful += stand.weak.size();
    return add_flat();
  }
  std::vector<double> inwards;
  for (const std::size_t i : stand.weak) inwards.push_back(inward(walk.box(), i, x[i]));
  InwardCurvature inside = inward_curvature(part, face.part(x), stand.free.size(), inwards,
                                            relative_error(objective.capabilities(), variables.size()));
  switch (inside.sign) {
    case InwardCurvature::Sign::positive: break;
    case InwardCurvature::Sign::doubtful:
      verdict.kind = Kind::undecided;
      curvature.doubtful += inside.flat_directions.size();
      for (const std::vector<double>& way : inside.flat_directions) {
        curvature.flat_directions.push_back(face.whole(way, 0));
      }
      return add_flat();
    case InwardCurvature::Sign::negative:
      // A multiplier next to that of the start's gradient may be none of rounding.
      if (barrier(part, inside.direction, dot(face.part(walk.here().gradient), inside.direction)) >
          64 * rounding_of(walk.here().value)) {
        break;
      }
      verdict.kind = Kind::saddle;
      curvature.downward = face.whole(inside.direction, 0);
      curvature.downward_curvature = inside.curvature;
      curvature.is_inward = true;
      verdict.negative_directions = 1;
      break;
  }
}

}  // namespace downhill::optimize
