#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/gradient_check.hpp>
#include <downhill/landscape.hpp>

#include <bit>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "app/json.hpp"
#include "app/loss.hpp"
#include "app/pictures/subject.hpp"
#include "app/server/bodies.hpp"
#include "app/server/endpoint.hpp"
#include "app/server/read_body.hpp"
#include "optimize/eigen_decomposition.hpp"

/// Looks at a loss: numbers at a point, over a plane.
namespace downhill::server {
namespace {

using app::json_number;
using app::json_numbers;
using nlohmann::ordered_json;

std::vector<double> point_of(const Opened& opened, const std::vector<double>& x) {
  if (x.empty()) return opened.problem.variables.start();
  if (x.size() != opened.problem.variables.size()) {
    throw InputError(fmt::format("x: {} numbers for {} variables", x.size(), opened.problem.variables.size()));
  }
  return x;
}

ordered_json optional_flag(const std::optional<bool>& flag) {
  return flag ? ordered_json(*flag) : ordered_json(nullptr);
}

std::string_view text_of(Convexity convexity) {
  switch (convexity) {
    case Convexity::unknown: return "unknown";
    case Convexity::convex: return "convex";
    case Convexity::strictly_convex: return "strictly_convex";
  }
  return "unknown";
}

ordered_json known_points(const app::Problem& problem) {
  ordered_json list = ordered_json::array();
  if (problem.test == nullptr) return list;
  for (const KnownPoint& point : problem.test->known_points(static_cast<std::int64_t>(problem.variables.size()))) {
    list.push_back({{"kind", name(point.kind)}, {"value", json_number(point.value)}, {"x", json_numbers(point.x)}});
  }
  return list;
}

bool is_finite(std::span<const double> numbers) {
  for (const double number : numbers) {
    if (!std::isfinite(number)) return false;
  }
  return true;
}

ordered_json curvatures(Objective& objective, const std::vector<double>& x, const Limits& limits) {
  const std::size_t n = x.size();
  if (static_cast<std::int64_t>(n) > limits.hessian_variables) return nullptr;
  if (objective.capabilities().hessian == Derivatives::none) return nullptr;
  std::vector<double> hessian(n * n);
  objective.hessian(x, hessian);
  if (!is_finite(hessian)) return nullptr;
  const optimize::EigenDecomposition eigen = optimize::eigen_decomposition(hessian, n);
  return {{"eigenvalues", json_numbers(eigen.values)}, {"eigenvectors", app::json_matrix(eigen.vectors, n)}};
}

}  // namespace

Reply describe(Context& context, const Request& request, const std::string&) {
  const auto opened = context.setups.open(read_body<Describe>(request.body).setup);
  const std::lock_guard use(opened->use);
  const app::Problem& problem = opened->problem;
  ordered_json variables = ordered_json::array();
  ordered_json labels = ordered_json::array();
  for (std::size_t i = 0; i < problem.variables.count(); ++i) {
    variables.push_back({{"name", problem.variables.name(i)}, {"shape", problem.variables.shape(i).lengths()}});
  }
  for (std::size_t k = 0; k < problem.variables.size(); ++k) labels.push_back(problem.variables.label(k));
  const Capabilities& can = opened->objective.capabilities();
  const Choice choice = app::choose_method(problem, opened->objective);
  ordered_json bounds = nullptr;
  if (problem.bounds) {
    bounds = {{"lower", json_numbers(problem.bounds->lower)}, {"upper", json_numbers(problem.bounds->upper)}};
  }
  const ordered_json json{{"variables", variables},
                          {"labels", labels},
                          {"start", json_numbers(problem.variables.start())},
                          {"bounds", bounds},
                          {"rows", problem.rows},
                          {"residuals", can.residuals},
                          {"convexity", text_of(can.convexity)},
                          {"smooth", optional_flag(can.smooth)},
                          {"quadratic", optional_flag(can.quadratic)},
                          {"method", choice.method.text()},
                          {"why", choice.why},
                          {"known", known_points(problem)},
                          {"warnings", problem.warnings}};
  return {.body = json.dump()};
}

Reply evaluate(Context& context, const Request& request, const std::string&) {
  const auto body = read_body<LookAt>(request.body);
  const auto opened = context.setups.open(body.setup);
  const std::vector<double> x = point_of(*opened, body.x);
  const std::lock_guard use(opened->use);
  std::vector<double> gradient(x.size());
  const double value = opened->objective.value_and_gradient(x, gradient);
  ordered_json json{{"x", json_numbers(x)}, {"value", json_number(value)}, {"gradient", json_numbers(gradient)}};
  json["hessian"] = curvatures(opened->objective, x, context.limits);
  return {.body = json.dump()};
}

Reply check_gradient_at(Context& context, const Request& request, const std::string&) {
  const auto body = read_body<LookAt>(request.body);
  const auto opened = context.setups.open(body.setup);
  const std::vector<double> x = point_of(*opened, body.x);
  const std::lock_guard use(opened->use);
  Objective& objective = opened->objective;
  const auto label = [&](std::size_t k) { return opened->problem.variables.label(k); };
  const GradientCheck check = check_gradient(
      [&](std::span<const double> at) { return objective.value(at); },
      [&](std::span<const double> at, std::span<double> gradient) { objective.value_and_gradient(at, gradient); }, x,
      1e-6, label);
  ordered_json coordinates = ordered_json::array();
  for (const CoordinateCheck& coordinate : check.coordinates) {
    coordinates.push_back({{"name", label(coordinate.index)},
                           {"gradient", json_number(coordinate.gradient)},
                           {"differences", json_number(coordinate.differences)},
                           {"error", json_number(coordinate.error)},
                           {"agrees", coordinate.agrees}});
  }
  const ordered_json json{{"agrees", check.agrees}, {"message", check.message}, {"coordinates", coordinates}};
  return {.body = json.dump()};
}

Reply evaluate_grid(Context& context, const Request& request, const std::string&) {
  const auto body = read_body<Grid>(request.body);
  if (body.columns * body.rows > context.limits.grid_points || body.columns > context.limits.grid_points) {
    throw Refusal(413, fmt::format("grid: {} by {} points are more than {}", body.columns, body.rows,
                                   context.limits.grid_points));
  }
  const auto opened = context.setups.open(body.setup);
  const std::vector<double> x = point_of(*opened, body.x);
  const std::size_t n = x.size();
  const auto first = static_cast<std::size_t>(body.first);
  const auto second = static_cast<std::size_t>(body.second);
  if (first >= n || (body.rows > 1 && (second >= n || second == first))) {
    throw InputError(fmt::format("grid: coordinates {} and {} are no plane of {} variables", first, second, n));
  }
  const landscape::GridOptions size{
      .columns = static_cast<std::size_t>(body.columns), .rows = static_cast<std::size_t>(body.rows), .arrows = 0};
  const landscape::Window across{body.left, body.right};
  const landscape::Window up{body.bottom, body.top};
  const std::lock_guard use(opened->use);
  landscape::Subject subject = app::subject_of(opened->problem, opened->objective);
  const bool is_line = body.rows == 1;
  const std::vector<std::size_t> axes = is_line ? std::vector{first} : std::vector{first, second};
  const landscape::Frame frame = landscape::coordinate_axes(subject, x, axes);
  const std::vector<double> values = is_line ? landscape::line(subject, frame, across, size).values
                                             : landscape::plane(subject, frame, across, up, size).values;
  static_assert(std::endian::native == std::endian::little);
  std::string bytes(values.size() * sizeof(double), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return {.type = "application/octet-stream", .body = std::move(bytes)};
}

}  // namespace downhill::server
