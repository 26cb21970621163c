#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/landscape.hpp>

#include <chrono>
#include <cmath>

#include "landscape/row_sampler.hpp"
#include "landscape/sampler.hpp"
#include "optimize/box.hpp"
#include "optimize/norms.hpp"

namespace downhill::landscape {
namespace {

constexpr const char* operation = "landscape";

std::vector<double> even(const Window& window, std::size_t count) {
  if (count < 2) throw OptionError(fmt::format("{}: an axis needs at least 2 points: given {}", operation, count));
  if (!(window.low < window.high) || !std::isfinite(window.high - window.low)) {
    throw OptionError(
        fmt::format("{}: the window is empty or not finite: {} to {}", operation, window.low, window.high));
  }
  std::vector<double> result(count);
  const double steps = static_cast<double>(count - 1);
  for (std::size_t k = 0; k < count; ++k) {
    const double share = static_cast<double>(k) / steps;
    result[k] = (1 - share) * window.low + share * window.high;
  }
  return result;
}

std::size_t lowest_of(std::span<const double> values) {
  std::size_t lowest = Line::none;
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (std::isfinite(values[k]) && (lowest == Line::none || values[k] < values[lowest])) lowest = k;
  }
  return lowest;
}

void require_directions(const Frame& frame, std::size_t count) {
  if (frame.directions.size() != count) {
    throw OptionError(fmt::format("{}: a {} has {} direction{}: given {}", operation, count == 1 ? "line" : "plane",
                                  count, count == 1 ? "" : "s", frame.directions.size()));
  }
}

template <class AnySampler>
void timed(AnySampler& sampler, std::span<const double> s, std::span<const double> t, std::span<double> values,
           GridCost* cost) {
  const auto began = std::chrono::steady_clock::now();
  sampler.evaluate(s, t, values);
  if (cost == nullptr) return;
  *cost = {sampler.compile_seconds(), std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(),
           sampler.batch(), values.size()};
}

void sample(Subject& subject, const Frame& frame, std::span<const double> s, std::span<const double> t,
            std::span<double> values, std::size_t most_bytes, GridCost* cost) {
  if (subject.rows) {
    RowSampler sampler(subject, frame);
    timed(sampler, s, t, values, cost);
  } else {
    Sampler sampler(subject, frame, values.size(), most_bytes);
    timed(sampler, s, t, values, cost);
  }
}

// In the middle of the cells of a coarse grid.
Field field_of(Objective& objective, const Frame& frame, const Window& s, const Window& t, std::size_t arrows) {
  Field field;
  if (arrows == 0 || objective.capabilities().gradient == Derivatives::none) return field;
  const optimize::Box box(objective.bounds());
  std::vector<double> gradient(frame.size());
  for (std::size_t row = 0; row < arrows; ++row) {
    for (std::size_t column = 0; column < arrows; ++column) {
      const double share_s = (static_cast<double>(column) + 0.5) / static_cast<double>(arrows);
      const double share_t = (static_cast<double>(row) + 0.5) / static_cast<double>(arrows);
      const double at_s = s.low + share_s * (s.high - s.low);
      const double at_t = t.low + share_t * (t.high - t.low);
      const std::vector<double> x = frame.point(at_s, at_t);
      if (!box.contains(x)) continue;
      objective.value_and_gradient(x, gradient);
      const double along_s = optimize::dot(gradient, frame.directions[0]);
      const double along_t = optimize::dot(gradient, frame.directions[1]);
      if (!std::isfinite(along_s) || !std::isfinite(along_t)) continue;
      field.s.push_back(at_s);
      field.t.push_back(at_t);
      field.along_s.push_back(along_s);
      field.along_t.push_back(along_t);
    }
  }
  return field;
}

}  // namespace

Line line(Subject& subject, const Frame& frame, const Window& window, const GridOptions& options, GridCost* cost) {
  require_directions(frame, 1);
  Line result{frame, even(window, options.columns), std::vector<double>(options.columns)};
  sample(subject, frame, result.s, {}, result.values, options.most_bytes, cost);
  result.lowest = lowest_of(result.values);
  return result;
}

Plane plane(Subject& subject, const Frame& frame, const Window& s, const Window& t, const GridOptions& options,
            GridCost* cost) {
  require_directions(frame, 2);
  Plane result{.frame = frame,
               .s = even(s, options.columns),
               .t = even(t, options.rows),
               .values = std::vector<double>(options.columns * options.rows),
               .field = {}};
  std::vector<double> at_s(result.values.size());
  std::vector<double> at_t(result.values.size());
  for (std::size_t k = 0; k < result.values.size(); ++k) {
    at_s[k] = result.s[k % options.columns];
    at_t[k] = result.t[k / options.columns];
  }
  sample(subject, frame, at_s, at_t, result.values, options.most_bytes, cost);
  result.lowest = lowest_of(result.values);
  result.field = field_of(subject.objective, frame, s, t, options.arrows);
  return result;
}

Line search_slice(Subject& subject, std::span<const TracePoint> path, std::size_t k) {
  if (k == 0 || k >= path.size() || path[k].x.empty()) {
    throw OptionError(fmt::format("{}: there is no recorded iteration {}: there are 1 to {}", operation, k,
                                  path.empty() || path.back().x.empty() ? 0 : path.size() - 1));
  }
  std::vector<double> step = path[k].x;
  for (std::size_t i = 0; i < step.size(); ++i) step[i] -= path[k - 1].x[i];
  if (optimize::norm(step) == 0) {
    throw OptionError(fmt::format("{}: iteration {} did not move", operation, path[k].iteration));
  }
  const Frame frame = along_directions(path[k - 1].x, {std::move(step)},
                                       {fmt::format("step of iteration {} (1: as taken)", path[k].iteration)});
  return line(subject, frame, {-0.5, 2}, {.columns = 301});
}

}  // namespace downhill::landscape
