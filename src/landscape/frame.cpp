#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/landscape.hpp>

#include <algorithm>
#include <cmath>

#include "landscape/spectral.hpp"
#include "optimize/draws.hpp"
#include "optimize/eigen_decomposition.hpp"
#include "optimize/norms.hpp"
#include "support/numbers.hpp"

namespace downhill::landscape {
namespace {

using optimize::dot;
using optimize::norm;

constexpr const char* operation = "landscape";
constexpr const char* ordinals[] = {"first", "second"};

// At most `most` of 0, …, count - 1, even, with both ends.
std::vector<std::size_t> some_of(std::size_t count, std::size_t most) {
  std::vector<std::size_t> result;
  if (count <= most) {
    for (std::size_t k = 0; k < count; ++k) result.push_back(k);
  } else {
    for (std::size_t k = 0; k < most; ++k) result.push_back(k * (count - 1) / (most - 1));
  }
  return result;
}

}  // namespace

std::string_view name(Frame::Kind kind) {
  constexpr std::string_view names[] = {"coordinates", "directions", "random", "principal", "curvature"};
  return names[static_cast<std::size_t>(kind)];
}

std::string Subject::label_of(std::size_t i) const { return label ? label(i) : fmt::format("x[{}]", i); }

std::vector<double> Frame::point(double s, double t) const {
  std::vector<double> x = origin;
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] += s * directions[0][i];
    if (directions.size() > 1) x[i] += t * directions[1][i];
  }
  return x;
}

Frame coordinate_axes(const Subject& subject, std::span<const double> x, std::span<const std::size_t> variables) {
  Frame frame{
      .kind = Frame::Kind::coordinates, .origin = {x.begin(), x.end()}, .directions = {}, .names = {}, .weights = {}};
  for (const std::size_t i : variables) {
    if (i >= x.size()) {
      throw OptionError(fmt::format("{}: there is no variable {}: there are {}", operation, i, x.size()));
    }
    if (frame.directions.size() == 1 && frame.directions[0][i] != 0) {
      throw OptionError(fmt::format("{}: {} is given for both axes", operation, subject.label_of(i)));
    }
    frame.origin[i] = 0;
    frame.directions.emplace_back(x.size(), 0.0)[i] = 1;
    frame.names.push_back(subject.label_of(i));
  }
  return frame;
}

Frame along_directions(std::span<const double> origin, std::vector<std::vector<double>> directions,
                       std::vector<std::string> names) {
  for (std::size_t k = 0; k < directions.size(); ++k) {
    const std::vector<double>& d = directions[k];
    if (d.size() != origin.size()) {
      throw ShapeError(fmt::format("{}: a direction has not as many numbers as there are variables: {} and {}",
                                   operation, d.size(), origin.size()));
    }
    if (!optimize::is_finite(d) || norm(d) == 0) {
      throw OptionError(fmt::format("{}: the {} direction is zero or not finite", operation, ordinals[k]));
    }
  }
  if (directions.size() == 2) {
    const double cosine = dot(directions[0], directions[1]) / norm(directions[0]) / norm(directions[1]);
    if (std::abs(cosine) > 1 - 1e-10) {
      throw OptionError(fmt::format("{}: the two directions are parallel", operation));
    }
  }
  return {.kind = Frame::Kind::directions,
          .origin = {origin.begin(), origin.end()},
          .directions = std::move(directions),
          .names = std::move(names),
          .weights = {}};
}

Frame random_directions(std::span<const double> x, std::size_t count, std::uint64_t seed,
                        std::span<const Filter> filters) {
  const Filter whole{0, x.size(), 1};
  if (filters.empty()) filters = std::span(&whole, 1);
  Frame frame{
      .kind = Frame::Kind::random, .origin = {x.begin(), x.end()}, .directions = {}, .names = {}, .weights = {}};
  for (std::size_t k = 0; k < count; ++k) {
    optimize::Draws draws(seed, k);
    std::vector<double> d(x.size());
    for (double& entry : d) entry = draws.normal();
    for (const Filter& filter : filters) {
      double of_x = 0;
      double of_d = 0;
      for (std::size_t j = 0; j < filter.count; ++j) {
        const std::size_t i = filter.first + j * filter.stride;
        of_x = std::hypot(of_x, x[i]);
        of_d = std::hypot(of_d, d[i]);
      }
      const double factor = of_d > 0 ? of_x / of_d : 0;
      for (std::size_t j = 0; j < filter.count; ++j) d[filter.first + j * filter.stride] *= factor;
    }
    if (norm(d) == 0) {  // at zero no length is given
      for (double& entry : d) entry = draws.normal();
      const double length = norm(d);
      for (double& entry : d) entry /= length;
    }
    frame.directions.push_back(std::move(d));
    frame.names.push_back(fmt::format("along the {} random direction", ordinals[k]));
  }
  return frame;
}

// By the small one of the two matrices of inner products: of the points, D Dᵀ.
Frame principal_directions(std::span<const TracePoint> path, std::size_t count) {
  constexpr std::size_t most_points = 400;
  if (path.empty() || path.back().x.empty()) {
    throw OptionError(fmt::format("{}: principal directions need a path whose points were recorded", operation));
  }
  const std::vector<double>& last = path.back().x;
  std::vector<std::vector<double>> moves;
  for (const std::size_t k : some_of(path.size(), most_points)) {
    std::vector<double> d = path[k].x;
    for (std::size_t i = 0; i < d.size(); ++i) d[i] -= last[i];
    moves.push_back(std::move(d));
  }
  const std::size_t m = moves.size();
  double scale = 0;
  for (const auto& move : moves) scale = std::max(scale, norm(move));
  std::vector<double> products(m * m);
  for (std::size_t a = 0; a < m; ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      products[a * m + b] = products[b * m + a] = scale > 0 ? dot(moves[a], moves[b]) / scale / scale : 0;
    }
  }
  const optimize::EigenDecomposition spread = optimize::eigen_decomposition(products, m);
  double total = 0;
  for (const double value : spread.values) total += std::max(value, 0.0);
  Frame frame{.kind = Frame::Kind::principal, .origin = last, .directions = {}, .names = {}, .weights = {}};
  for (std::size_t k = 0; k < count; ++k) {
    const double variance = k < m ? spread.values[m - 1 - k] : 0;
    if (!(variance > 1e-14 * total) || total == 0) {
      throw OptionError(
          fmt::format("{}: the path spreads in fewer than {} direction{}", operation, count, count == 1 ? "" : "s"));
    }
    std::vector<double> d(last.size(), 0.0);
    const auto weights = spread.vector(m - 1 - k);
    for (std::size_t a = 0; a < m; ++a) {
      for (std::size_t i = 0; i < d.size(); ++i) d[i] += weights[a] * moves[a][i];
    }
    const double length = norm(d);
    for (double& entry : d) entry /= length;
    optimize::orient(d);
    frame.directions.push_back(std::move(d));
    frame.weights.push_back(variance / total);
    frame.names.push_back(
        fmt::format("{} principal direction ({} % of the path)", ordinals[k], rounded(100 * variance / total, 3)));
  }
  return frame;
}

Frame curvature_directions(Objective& objective, std::span<const double> x, std::size_t count) {
  Eigenpairs pairs = eigenpairs(operation, objective, x, 1);
  if (pairs.values.size() < count) {
    throw OptionError(
        fmt::format("{}: {} directions asked for where there is {} variable", operation, count, x.size()));
  }
  Frame frame{
      .kind = Frame::Kind::curvature, .origin = {x.begin(), x.end()}, .directions = {}, .names = {}, .weights = {}};
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t which = k == 0 ? pairs.values.size() - 1 : 0;
    frame.directions.push_back(std::move(pairs.vectors[which]));
    frame.weights.push_back(pairs.values[which]);
    frame.names.push_back(
        fmt::format("along the {} curvature ({})", k == 0 ? "largest" : "smallest", rounded(pairs.values[which], 3)));
  }
  return frame;
}

// Least squares with one or two columns.
Position project(const Frame& frame, std::span<const double> x) {
  std::vector<double> rest(x.begin(), x.end());
  for (std::size_t i = 0; i < rest.size(); ++i) rest[i] -= frame.origin[i];
  const std::vector<double>& u = frame.directions[0];
  const double uu = dot(u, u);
  const double ux = dot(u, rest);
  Position result;
  if (frame.directions.size() == 1) {
    result.s = ux / uu;
  } else {
    const std::vector<double>& v = frame.directions[1];
    const double vv = dot(v, v);
    const double uv = dot(u, v);
    const double vx = dot(v, rest);
    const double determinant = uu * vv - uv * uv;
    result.s = uv == 0 ? ux / uu : (vv * ux - uv * vx) / determinant;
    result.t = uv == 0 ? vx / vv : (uu * vx - uv * ux) / determinant;
    for (std::size_t i = 0; i < rest.size(); ++i) rest[i] -= result.t * v[i];
  }
  for (std::size_t i = 0; i < rest.size(); ++i) rest[i] -= result.s * u[i];
  result.distance = norm(rest);
  return result;
}

std::vector<Position> project(const Frame& frame, std::span<const TracePoint> path) {
  std::vector<Position> result;
  result.reserve(path.size());
  for (const TracePoint& point : path) result.push_back(project(frame, point.x));
  return result;
}

}  // namespace downhill::landscape
