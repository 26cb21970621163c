#include "optimize/doctor/supplied_matrix.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <set>
#include <utility>

#include "optimize/doctor/slopes.hpp"
#include "optimize/draws.hpp"
#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

constexpr double tolerance = 1e-5;
constexpr double clear = 1e-3;               // a pattern explains the entries to this
constexpr std::size_t most_entries = 40000;  // that are compared one by one
constexpr std::size_t most_confirmed = 64;
constexpr std::uint64_t check_stream = 6;

// A function of m numbers with the matrix of its derivatives, m*n, that was supplied.
struct Supplied {
  std::function<bool(std::span<const double> x, std::span<double> numbers)> function;
  std::function<bool(std::span<const double> x, std::span<const double> direction, std::span<double> product)> product;
  std::function<bool(std::span<const double> x, std::span<double> matrix)> matrix;
  std::size_t m = 0;
};

LineSlopes differences_along(const Supplied& supplied, std::span<const double> x, std::span<const double> direction,
                             std::span<const double> wanted) {
  std::vector<double> point(x.size());
  const auto at = [&](double t, std::span<double> numbers) {
    for (std::size_t i = 0; i < point.size(); ++i) point[i] = x[i] + t * direction[i];
    return supplied.function(point, numbers);
  };
  return slopes_along(at, supplied.m, 0x1p-7, wanted);
}

// Whether `slope` is a one-sided derivative of row i along a direction: at a kink of the function it may be either.
bool is_one_sided(const Supplied& supplied, std::span<const double> x, std::span<const double> direction, std::size_t i,
                  double slope) {
  std::vector<double> point(x.size()), numbers(supplied.m);
  const auto row = [&](double t) {
    for (std::size_t k = 0; k < point.size(); ++k) point[k] = x[k] + t * direction[k];
    return supplied.function(point, numbers) ? numbers[i] : std::numeric_limits<double>::quiet_NaN();
  };
  return slope_range(row, 1, 0).contains(slope);
}

// A row in which the product with a direction is not what differences along it give.
struct Mismatch {
  std::size_t row = 0;
  double given = 0, found = 0, error = 0;
};

std::optional<Mismatch> mismatch(const Supplied& supplied, Surroundings& around, std::span<const double> x) {
  const std::size_t n = x.size();
  Draws draws(0, check_stream);
  std::vector<double> direction(n), product(supplied.m);
  for (std::size_t i = 0; i < n; ++i) {
    const double weight = 0.5 + 0.5 * draws.uniform();
    direction[i] = (draws.uniform() < 0.5 ? -weight : weight) * around.length_at(x, i);
  }
  if (!supplied.product(x, direction, product)) return std::nullopt;  // another finding
  std::vector<double> wanted(product);
  for (double& entry : wanted) entry = 1e-7 * std::abs(entry);
  const LineSlopes found = differences_along(supplied, x, direction, wanted);
  const double all = 1e-9 * largest(product);
  for (std::size_t k = 0; k < supplied.m; ++k) {
    if (!std::isfinite(found.error[k])) continue;
    const double size = std::max(std::abs(product[k]), std::abs(found.slope[k]));
    if (std::abs(product[k] - found.slope[k]) > tolerance * size + 10 * found.error[k] + all &&
        !is_one_sided(supplied, x, direction, k, product[k])) {
      return Mismatch{k, product[k], found.slope[k], found.error[k]};
    }
  }
  return std::nullopt;
}

// A matrix beside its differences, entry by entry.
struct Comparison {
  std::size_t m = 0, n = 0;
  std::vector<double> given, found, error;

  [[nodiscard]] bool is_close(double a, double b, double e) const {
    return std::abs(a - b) <= clear * std::max(std::abs(a), std::abs(b)) + 10 * e;
  }
  /// Whether the entry k given is factor times the entry `of` found.
  [[nodiscard]] bool is(std::size_t k, std::size_t of, double factor = 1) const {
    return is_close(given[k], factor * found[of], std::abs(factor) * error[of]);
  }
  /// The factor that takes all entries in the list from what was found to what was given.
  [[nodiscard]] std::optional<double> factor(const std::vector<std::size_t>& entries) const {
    std::size_t top = entries.front();
    for (const std::size_t k : entries) top = std::abs(found[k]) > std::abs(found[top]) ? k : top;
    if (found[top] == 0) return std::nullopt;
    const double factor = given[top] / found[top];
    for (const std::size_t k : entries) {
      if (!is(k, k, factor)) return std::nullopt;
    }
    return factor;
  }
  [[nodiscard]] std::vector<std::size_t> wrong() const {
    std::vector<std::size_t> result;
    for (std::size_t k = 0; k < given.size(); ++k) {
      const double size = std::max(std::abs(given[k]), std::abs(found[k]));
      if (std::isfinite(error[k]) && std::abs(given[k] - found[k]) > tolerance * size + 10 * error[k]) {
        result.push_back(k);
      }
    }
    return result;
  }
};

std::optional<Comparison> compare(const Supplied& supplied, Surroundings& around, std::span<const double> x) {
  const std::size_t n = x.size(), m = supplied.m;
  if (m * n > most_entries) return std::nullopt;
  Comparison c{m, n, std::vector<double>(m * n), std::vector<double>(m * n), std::vector<double>(m * n)};
  if (!supplied.matrix(x, c.given)) return std::nullopt;
  std::vector<double> direction(n, 0.0), wanted(m);
  for (std::size_t j = 0; j < n; ++j) {
    const double length = around.length_at(x, j);
    direction[j] = length;
    for (std::size_t i = 0; i < m; ++i) wanted[i] = 1e-7 * std::abs(c.given[i * n + j]) * length;
    const LineSlopes column = differences_along(supplied, x, direction, wanted);
    direction[j] = 0;
    for (std::size_t i = 0; i < m; ++i) {
      c.found[i * n + j] = column.slope[i] / length;
      c.error[i * n + j] = column.error[i] / length;
    }
  }
  return c;
}

std::string factor_text(const std::string& what, double factor) {
  if (std::abs(factor + 1) < clear) return fmt::format("the sign of {} is reversed", what);
  if (factor == 0) return fmt::format("{} is zero", what);
  return fmt::format("{} is off by the factor {:.6g}", what, factor);
}

// Why the entries are wrong, where the pattern is plain.
std::string cause(const Comparison& c, const std::vector<std::size_t>& wrong, const Surroundings& around) {
  const std::size_t m = c.m, n = c.n;
  std::vector<std::size_t> all(m * n);
  for (std::size_t k = 0; k < all.size(); ++k) all[k] = k;
  const auto is_all = [&](const auto& holds) { return std::all_of(all.begin(), all.end(), holds); };
  if (const auto factor = c.factor(all)) return factor_text("every entry", *factor);
  if (m > 1 && n > 1 && is_all([&](std::size_t k) { return c.is(k, k % m * n + k / m); })) {
    return "it is transposed: laid out column by column where row by row is needed";
  }
  std::set<std::size_t> rows, columns;
  for (const std::size_t k : wrong) {
    rows.insert(k / n);
    columns.insert(k % n);
  }
  const auto entries_of = [&](const auto& belongs) {
    std::vector<std::size_t> entries;
    std::copy_if(all.begin(), all.end(), std::back_inserter(entries), belongs);
    return entries;
  };
  if (columns.size() == 1 && rows.size() > 1) {
    const std::size_t j = *columns.begin();
    const auto factor = c.factor(entries_of([&](std::size_t k) { return k % n == j; }));
    const std::string what = fmt::format("the column of {}", around.label(j));
    return factor ? factor_text(what, *factor) : fmt::format("{} is wrong", what);
  }
  if (rows.size() == 1 && columns.size() > 1) {
    const std::size_t i = *rows.begin();
    const auto factor = c.factor(entries_of([&](std::size_t k) { return k / n == i; }));
    const std::string what = fmt::format("row {}", i);
    return factor ? factor_text(what, *factor) : fmt::format("{} is wrong", what);
  }
  if (columns.size() == 2) {
    const std::size_t a = *columns.begin(), b = *columns.rbegin();
    const auto exchanged = [&](std::size_t k) {
      const std::size_t j = k % n, to = j == a ? b : j == b ? a : j;
      return c.is(k, k - j + to);
    };
    if (is_all(exchanged)) {
      return fmt::format("the columns of {} and {} are exchanged", around.label(a), around.label(b));
    }
  }
  if (wrong.size() == 1) {
    const std::size_t k = wrong.front();
    if (c.found[k] != 0) return factor_text("that entry", c.given[k] / c.found[k]);
  }
  return {};
}

std::optional<Finding> examine(const Supplied& supplied, Surroundings& around, std::span<const double> x,
                               Finding::Kind kind, const std::string& name, const std::string& of) {
  const std::optional<Mismatch> row = mismatch(supplied, around, x);
  if (!row) return std::nullopt;
  const std::optional<Comparison> c = compare(supplied, around, x);
  if (!c) {
    return Finding{
        .kind = kind,
        .coordinates = {},
        .evidence = {{"row", static_cast<double>(row->row)},
                     {"given", row->given},
                     {"differences", row->found},
                     {"error", row->error}},
        .what = fmt::format("the supplied {} is wrong: along one direction, row {} gives {:.10g} where {} give "
                            "{:.10g} (± {:.1e})",
                            name, row->row, row->given, of, row->found, row->error),
        .advice = fmt::format("correct the {}, or leave it out", name)};
  }
  std::vector<std::size_t> wrong = c->wrong();
  const auto excess = [&](std::size_t k) { return std::abs(c->given[k] - c->found[k]); };
  if (wrong.size() <= most_confirmed) {
    std::erase_if(wrong, [&](std::size_t k) {
      std::vector<double> axis(c->n, 0.0);
      const double length = axis[k % c->n] = around.length_at(x, k % c->n);
      return is_one_sided(supplied, x, axis, k / c->n, c->given[k] * length);
    });
  }
  if (wrong.empty()) return std::nullopt;
  const std::size_t worst = *std::ranges::max_element(wrong, {}, excess);
  const std::size_t row_of_worst = worst / c->n;
  Finding finding{.kind = kind, .what = {}, .advice = {}};
  std::set<std::size_t> columns;
  for (const std::size_t k : wrong) columns.insert(k % c->n);
  finding.coordinates.assign(columns.begin(), columns.end());
  finding.evidence = {{"row", static_cast<double>(row_of_worst)},
                      {"given", c->given[worst]},
                      {"differences", c->found[worst]},
                      {"error", c->error[worst]}};
  const std::string why = cause(*c, wrong, around);
  finding.what = fmt::format(
      "the supplied {} is wrong in {} of {} entries: row {}, {} is {:.10g} where {} give {:.10g} (± {:.1e}){}{}", name,
      wrong.size(), c->given.size(), row_of_worst, around.label(worst % c->n), c->given[worst], of, c->found[worst],
      c->error[worst], why.empty() ? "" : ": ", why);
  finding.advice = fmt::format("correct the {}, or leave it out", name);
  return finding;
}

}  // namespace

std::optional<Finding> wrong_jacobian(Surroundings& around, std::span<const double> x) {
  Objective& objective = around.objective();
  const std::size_t m = objective.capabilities().residuals, n = x.size();
  if (m == 0 || objective.capabilities().gradient != Derivatives::exact) return std::nullopt;
  std::vector<double> residuals(m), jacobian(m * n);
  const auto matrix_at = [&](std::span<const double> at, std::span<double> matrix) {
    objective.residuals_and_jacobian(at, residuals, matrix);
    return is_finite(residuals) && is_finite(matrix);
  };
  try {
    if (!matrix_at(x, jacobian)) return std::nullopt;
  } catch (const OptionError&) {
    return std::nullopt;  // residuals without a Jacobian
  }
  const Supplied supplied{[&](std::span<const double> at, std::span<double> numbers) {
                            if (!around.contains(at)) return false;
                            objective.residuals(at, numbers);
                            return is_finite(numbers);
                          },
                          [&](std::span<const double>, std::span<const double> direction, std::span<double> product) {
                            for (std::size_t i = 0; i < m; ++i)
                              product[i] = dot(std::span(jacobian).subspan(i * n, n), direction);
                            return true;
                          },
                          [&](std::span<const double>, std::span<double> matrix) {
                            std::ranges::copy(jacobian, matrix.begin());
                            return true;
                          },
                          m};
  return examine(supplied, around, x, Finding::Kind::wrong_jacobian, "Jacobian", "differences of the residuals");
}

std::optional<Finding> wrong_hessian(Surroundings& around, std::span<const double> x) {
  Objective& objective = around.objective();
  const Capabilities& has = objective.capabilities();
  if (has.hessian != Derivatives::exact || has.gradient != Derivatives::exact) return std::nullopt;
  const std::size_t n = x.size();
  const auto gradient = [&](std::span<const double> at, std::span<double> numbers) {
    return around.gradient(at, numbers);
  };
  const auto product = [&](std::span<const double> at, std::span<const double> direction, std::span<double> result) {
    objective.hessian_vector(at, direction, result);
    return is_finite(result);
  };
  const auto columns = [&](std::span<const double> at, std::span<double> matrix) {
    std::vector<double> unit(n, 0.0), column(n);
    for (std::size_t j = 0; j < n; ++j) {
      unit[j] = 1;
      objective.hessian_vector(at, unit, column);
      unit[j] = 0;
      for (std::size_t i = 0; i < n; ++i) matrix[i * n + j] = column[i];
    }
    return is_finite(matrix);
  };
  const std::string of = "differences of the gradient";
  if (n * n <= most_entries) {
    std::vector<double> dense(n * n);
    objective.hessian(x, dense);
    const auto dense_product = [&](std::span<const double>, std::span<const double> direction,
                                   std::span<double> result) {
      for (std::size_t i = 0; i < n; ++i) result[i] = dot(std::span(dense).subspan(i * n, n), direction);
      return is_finite(result);
    };
    const auto matrix = [&](std::span<const double>, std::span<double> result) {
      std::ranges::copy(dense, result.begin());
      return is_finite(result);
    };
    auto finding =
        examine({gradient, dense_product, matrix, n}, around, x, Finding::Kind::wrong_hessian, "Hessian", of);
    if (finding) return finding;
  }
  return examine({gradient, product, columns, n}, around, x, Finding::Kind::wrong_hessian,
                 "Hessian by its products with vectors", of);
}

}  // namespace downhill::optimize
