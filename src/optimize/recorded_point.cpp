#include "optimize/recorded_point.hpp"

#include "optimize/norms.hpp"

namespace downhill::optimize {

Progress progress_of(Walk& walk, std::uint64_t iteration) {
  const Point& here = walk.here();
  const double gradient_norm = here.gradient.empty() ? Verdict::unknown : norm(walk.projected_gradient());
  return {iteration,     here.value, gradient_norm, walk.relative_gradient(), here.x, walk.objective().counts(),
          walk.seconds()};
}

RecordedPoint recorded(Walk& walk, const Progress& now, double step, Record record) {
  const EvaluationCounts& counts = walk.objective().counts();
  return {{now.iteration, now.value, now.gradient_norm, step, counts.value + counts.residuals, now.seconds,
           record == Record::points ? walk.here().x : std::vector<double>{}}};
}

}  // namespace downhill::optimize
