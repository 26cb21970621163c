#include <gtest/gtest.h>
#include <downhill/loss.hpp>
#include <downhill/minimize.hpp>
#include <downhill/operations.hpp>
#include <downhill/problems.hpp>

#include <cmath>

/// The same problem in other units is the same problem: the methods that are chosen by default end at the same point, with the same
/// success and verdict.
namespace downhill {
namespace {

// f -> factor * f + offset, x_i -> units_i * x_i.
struct Change {
  std::string name;
  double factor = 1;
  double offset = 0;
  std::vector<double> powers = {};  // of ten, of the units, repeated over the variables
};

std::vector<double> units_of(const Change& change, std::size_t n) {
  std::vector<double> units(n, 1.0);
  for (std::size_t i = 0; i < n && !change.powers.empty(); ++i) {
    units[i] = std::pow(10.0, change.powers[i % change.powers.size()]);
  }
  return units;
}

constexpr ProgramOptions interpreted{.engine = Engine::interpreter, .cache_directory = ""};

Objective changed(const TestProblem& problem, const Change& change, std::size_t n, bool is_by_residuals) {
  const Type type{DType::f64, Shape{static_cast<std::int64_t>(n)}};
  const Array units(units_of(change, n));
  const bool is_sum = static_cast<bool>(problem.residuals);
  if (is_by_residuals) {
    return traced_least_squares(as_array_function([=, r = problem.residuals](const Array& x) -> Array {
                                  const Array scaled = std::sqrt(change.factor) * r(x / units);
                                  if (change.offset == 0) return scaled;
                                  return concatenate({scaled, full(Shape{1}, std::sqrt(change.offset))});
                                }),
                                type, interpreted);
  }
  return traced_objective(as_array_function([=, f = problem.loss, r = problem.residuals](const Array& x) -> Array {
                            const Array y = x / units;
                            return change.factor * (is_sum ? sum(square(r(y))) : f(y)) + change.offset;
                          }),
                          type, interpreted);
}

Result run(const TestProblem& problem, const Change& change, const Method& method) {
  const std::int64_t count = problem.dimensions.usual;
  std::vector<double> start = problem.start(count);
  const std::vector<double> units = units_of(change, start.size());
  for (std::size_t i = 0; i < start.size(); ++i) start[i] *= units[i];
  Objective f = changed(problem, change, start.size(), method.name() == "levenberg_marquardt");
  Result result = minimize(f, start, method, {.max_iterations = 20000});
  for (std::size_t i = 0; i < start.size(); ++i) result.x[i] /= units[i];
  return result;
}

void expect_the_same(const TestProblem& problem, const Method& method, const Change& change) {
  const Result plain = run(problem, {"nothing"}, method);
  const Result other = run(problem, change, method);
  const std::string what = std::string(method.name()) + " on " + std::string(problem.name) + " with " + change.name;
  // Beside 1e8 the fall of f may be lost in its rounding far from the minimum: then the run says so.
  if (change.offset != 0 && !other.success) {
    EXPECT_EQ(method.name(), "levenberg_marquardt") << what << ": " << other.message;
    EXPECT_EQ(other.reason, Reason::no_lower_point) << what;
    EXPECT_EQ(other.verdict.kind, Verdict::Kind::not_stationary) << what;
    return;
  }
  EXPECT_EQ(other.success, plain.success) << what << ": " << other.message << " / " << plain.message;
  EXPECT_EQ(other.verdict.kind, plain.verdict.kind)
      << what << ": " << other.verdict.explanation << " / " << plain.verdict.explanation;
  // Of f + 1e8 rounding leaves half of the digits of x.
  const double tolerance = change.offset != 0 ? 2e-2 : 1e-5;
  // Of several minima of one value rounding may choose another.
  const double value = (other.value - change.offset) / change.factor;
  if (problem.known_points(problem.dimensions.usual).size() > 1 && std::abs(value - plain.value) < 1e-6) return;
  for (std::size_t i = 0; i < plain.x.size(); ++i) {
    EXPECT_NEAR(other.x[i], plain.x[i], tolerance * std::max(1.0, std::abs(plain.x[i]))) << what << ", x[" << i << "]";
  }
}

const std::vector<Change>& changes() {
  static const std::vector<Change> all{{"1e-10 f", 1e-10},
                                       {"1e290 f", 1e290},
                                       {"f + 1e8", 1, 1e8},
                                       {"x in units 1e6 and 1e-6", 1, 0, {6, -6}},
                                       {"x in units 1e-3, 1e3 and 1", 1, 0, {-3, 3, 0}},
                                       {"x in units 1e5", 1, 0, {5}}};
  return all;
}

void expect_no_change_matters(std::initializer_list<const char*> problems, const Method& method) {
  for (const char* name : problems) {
    for (const Change& change : changes()) expect_the_same(test_problem(name), method, change);
  }
}

TEST(Invariance, Newton) {
  expect_no_change_matters({"rosenbrock", "beale", "helical_valley", "himmelblau", "three_hump_camel", "wood"},
                           Newton{});
}

TEST(Invariance, Lbfgs) {
  expect_no_change_matters({"rosenbrock", "beale", "helical_valley", "himmelblau", "three_hump_camel", "wood"},
                           Lbfgs{});
}

TEST(Invariance, Bfgs) {
  expect_no_change_matters({"rosenbrock", "beale", "helical_valley", "himmelblau", "three_hump_camel", "wood"}, Bfgs{});
}

TEST(Invariance, LevenbergMarquardt) {
  expect_no_change_matters({"rosenbrock", "beale", "helical_valley", "wood", "box_three_dimensional", "bard"},
                           LevenbergMarquardt{});
}

TEST(Invariance, NelderMead) { expect_no_change_matters({"rosenbrock", "beale", "himmelblau"}, NelderMead{}); }

}  // namespace
}  // namespace downhill
