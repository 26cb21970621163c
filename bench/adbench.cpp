#include "compiled.hpp"
#include "side_by_side.hpp"

#include <downhill/operations.hpp>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <numbers>
#include <string>

// Two objectives of the ADBench suite (Šrajer, Kukelova & Fitzgibbon 2018): gradient of a Gaussian mixture's
// log-likelihood, Jacobian of bundle adjustment. Usage: bench_adbench FOLDER, with the suite's input files.

namespace downhill::bench {
namespace {

std::ifstream open(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    std::fprintf(stderr, "bench: cannot open '%s'\n", path.c_str());
    std::exit(2);
  }
  return file;
}

std::vector<double> numbers(std::ifstream& file, std::int64_t count) {
  std::vector<double> values(static_cast<std::size_t>(count));
  for (double& value : values) {
    file >> value;
  }
  return values;
}

struct Mixture {
  std::int64_t d = 0, k = 0, n = 0;
  Array parameters, points_by_axis;  ///< [k + k d + k d(d+1)/2], [d, n]
  double gamma = 0, m = 0;
};

Mixture read_mixture(const std::string& path) {
  std::ifstream file = open(path);
  Mixture mixture;
  file >> mixture.d >> mixture.k >> mixture.n;
  const std::int64_t d = mixture.d;
  mixture.parameters = Array(numbers(file, mixture.k * (1 + d + d * (d + 1) / 2)));
  mixture.points_by_axis = transpose(Array(numbers(file, mixture.n * d), Shape{mixture.n, d}));
  file >> mixture.gamma >> mixture.m;
  return mixture;
}

/// Where element (i, j) of the lower triangle stands among a component's d (d+1) / 2 factors, or `none`.
Array lower_places(std::int64_t d, double none) {
  std::vector<double> places(static_cast<std::size_t>(d * d), none);
  double at = static_cast<double>(d);
  for (std::int64_t j = 0; j < d; ++j) {
    for (std::int64_t i = j + 1; i < d; ++i) {
      places[static_cast<std::size_t>(i * d + j)] = at++;
    }
  }
  return astype(Array(places), DType::i32);
}

/// The log-likelihood with its Wishart prior; sample axis last, so that it lies in the lanes.
Array mixture_loss(const Mixture& x, const Array& parameters) {
  const std::int64_t d = x.d;
  const std::int64_t k = x.k;
  const std::int64_t factors = d * (d + 1) / 2;
  const Array alpha = slice(parameters, {{0, k}});
  const Array mu = reshape(slice(parameters, {{k, k + k * d}}), {k, d});
  const Array icf = reshape(slice(parameters, {{k + k * d, k + k * d + k * factors}}), {k, factors});
  const Array q = slice(icf, {{}, {0, d}});
  const Array l = slice(icf, {{}, {d, factors}});
  const std::vector<std::int64_t> axis{1};
  const Array sum_q = sum(q, axis);
  // Q (x - mu) for all components and samples: [k, d, d] @ [k, d, n]
  const Array padded = concatenate({icf, zeros({k, 1})}, 1);
  const Array strict = reshape(gather(padded, lower_places(d, static_cast<double>(factors)), 1), {k, d, d});
  const Array centred = expand_dims(x.points_by_axis, 0) - expand_dims(mu, 2);
  const Array scaled = expand_dims(exp(q), 2) * centred + matmul(strict, centred);
  const Array e = expand_dims(alpha + sum_q, 1) - 0.5 * sum(square(scaled), axis);
  const double nn = static_cast<double>(x.n);
  const double dd = static_cast<double>(d);
  const double p = dd + x.m + 1;
  double multigamma = 0.25 * dd * (dd - 1) * std::log(std::numbers::pi);
  for (std::int64_t j = 1; j <= d; ++j) {
    multigamma += std::lgamma(p / 2 + (1 - static_cast<double>(j)) / 2);
  }
  const double c = p * dd * (std::log(x.gamma) - 0.5 * std::numbers::ln2) - multigamma;
  const Array prior =
      0.5 * x.gamma * x.gamma * (sum(exp(2.0 * q)) + sum(square(l))) - x.m * sum(sum_q) - static_cast<double>(k) * c;
  const double constant = -nn * dd / 2 * std::log(2 * std::numbers::pi);
  return constant + sum(logsumexp(e, std::vector<std::int64_t>{0})) - nn * logsumexp(alpha) + prior;
}

void mixture_row(const std::string& folder, const std::string& name) {
  const Mixture mixture = read_mixture(folder + "/" + name + ".txt");
  const auto loss = [&](const Array& parameters) { return mixture_loss(mixture, parameters); };
  Compiled ours(with_gradient(as_array_function(loss)), {mixture.parameters});
  row(name + " gradient", {{"native", [&] { ours(); }}}, 0.05);
  std::printf("  value %.15g, compiled in %.1f ms\n", ours.output(0)[0], ours.program().compile_seconds() * 1e3);
}

/// The two residuals of one observation: camera (rotation 3, centre 3, focal 1, principal point 2, radial 2), point (3),
/// weight, feature (2).
Array reprojection(const Array& camera, const Array& point, const Array& weight, const Array& feature) {
  const Array rotation = slice(camera, {{0, 3}});
  const Array centred = point - slice(camera, {{3, 6}});
  const auto at = [](const Array& v, std::int64_t k) { return index(v, k); };
  const auto cross = [&](const Array& a, const Array& b) {
    return stack({at(a, 1) * at(b, 2) - at(a, 2) * at(b, 1), at(a, 2) * at(b, 0) - at(a, 0) * at(b, 2),
                  at(a, 0) * at(b, 1) - at(a, 1) * at(b, 0)});
  };
  const Array squared = sum(square(rotation));
  const Array turns = squared > 0.0;
  const Array angle = sqrt(where(turns, squared, 1.0));
  const Array direction = rotation / angle;
  const Array cosine = cos(angle);
  const Array rotated = where(turns,
                              centred * cosine + cross(direction, centred) * sin(angle) +
                                  direction * (sum(direction * centred) * (1.0 - cosine)),
                              centred + cross(rotation, centred));
  const Array plane = slice(rotated, {{0, 2}}) / at(rotated, 2);
  const Array radius = sum(square(plane));
  const Array distortion = 1.0 + at(camera, 9) * radius + at(camera, 10) * square(radius);
  const Array projected = plane * distortion * at(camera, 6) + slice(camera, {{7, 9}});
  return weight * (projected - feature);
}

void bundle_row(const std::string& folder, const std::string& name) {
  std::ifstream file = open(folder + "/" + name + ".txt");
  std::int64_t n = 0, m = 0, p = 0;
  file >> n >> m >> p;
  const Array camera(numbers(file, 11));
  const Array point(numbers(file, 3));
  const Array weight(numbers(file, 1));
  const Array feature(numbers(file, 2));
  const auto repeated = [&](const Array& one) {
    Array many = Array(one.values());
    std::vector<double> all;
    for (std::int64_t k = 0; k < p; ++k) {
      const std::vector<double> values = many.values();
      all.insert(all.end(), values.begin(), values.end());
    }
    return Array(all, Shape{p, one.size()});
  };
  const Array cameras = repeated(camera);
  const Array points = repeated(point);
  const Array weights = repeated(weight);
  const Array features = repeated(feature);
  // For each observation its two rows of 15: by camera, point and weight.
  const auto rows = [](std::span<const Array> x) -> std::vector<Array> {
    const auto residual = [&](const Array& v) {
      return reprojection(slice(v, {{0, 11}}), slice(v, {{11, 14}}), index(v, 14), x[3]);
    };
    return {jacobian(residual)(concatenate({x[0], x[1], x[2]}))};
  };
  const auto all = [&](std::span<const Array> x) -> std::vector<Array> {
    return {vmap_at(rows, x).front(), -2.0 * x[2]};
  };
  Compiled ours(all, {cameras, points, weights, features});
  row(name + " Jacobian", {{"native", [&] { ours(); }}}, 0.05);
  std::printf("  first row");
  for (std::size_t k = 0; k < 15; ++k) {
    std::printf(" %.6g", ours.output(0)[k]);
  }
  std::printf(", compiled in %.1f ms\n", ours.program().compile_seconds() * 1e3);
}

}  // namespace
}  // namespace downhill::bench

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: bench_adbench FOLDER\n");
    return 2;
  }
  const std::string folder = arguments[1];
  for (const char* name : {"gmm_d2_K5", "gmm_d10_K25", "gmm_d20_K50"}) {
    downhill::bench::mixture_row(folder, name);
  }
  for (const char* name : {"ba1_n49_m7776_p31843", "ba3_n161_m48126_p182072"}) {
    downhill::bench::bundle_row(folder, name);
  }
}
