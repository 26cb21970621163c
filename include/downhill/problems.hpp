#pragma once
#include <downhill/array.hpp>
#include <downhill/objective.hpp>
#include <downhill/program.hpp>

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Test functions with what is known about their minima, and where they come from.
namespace downhill {

/// A point where a test function is known to be stationary, or for nonsmooth ones to have no descent.
struct KnownPoint {
  enum class Kind : std::uint8_t {
    global_minimum,  ///< proved or undisputed
    best_known,      ///< the lowest value anybody has reported
    minimum,         ///< local
    saddle,
    maximum,
    limit,  ///< no point: what f tends to, falling, as x runs off; -inf where f has no lower bound
  };
  Kind kind = Kind::global_minimum;
  double value = 0;
  std::vector<double> x = {};  ///< n numbers, or empty where only the value is known
};

/// "global_minimum", "best_known", …
[[nodiscard]] std::string_view name(KnownPoint::Kind kind);

/// The numbers of variables a problem exists for, between `least` and `most`: every `step`, or the squares p².
struct Dimensions {
  enum class Progression : std::uint8_t { steps, squares };

  std::int64_t usual = 2;  ///< taken when nobody says otherwise
  std::int64_t least = usual;
  std::int64_t most = usual;
  std::int64_t step = 1;
  Progression progression = Progression::steps;

  static constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();
  [[nodiscard]] bool is_fixed() const { return least == most; }
  [[nodiscard]] bool admits(std::int64_t n) const;
};

/// "2", "any n >= 2", "2, 4, 6, …", "4, 9, 16, …"
[[nodiscard]] std::string to_string(const Dimensions& dimensions);

/// A test function. `loss` is empty where `residuals` is given: the function then is the sum of their squares.
struct TestProblem {
  enum class Family : std::uint8_t { more_garbow_hillstrom, cutest, landscape, regression, nonsmooth, noisy };

  std::string_view name;        ///< `rosenbrock`; unique
  std::string_view alias = {};  ///< another name, as in CUTEst's collection
  Family family = Family::landscape;
  std::string_view doc;         ///< what makes it worth trying, in a few words
  std::string_view paper;       ///< where it was published
  std::string_view notes = {};  ///< what published tables get wrong, and what to expect
  Dimensions dimensions;
  std::function<std::vector<double>(std::int64_t n)> start;              ///< the standard start, n numbers
  std::function<std::vector<double>(std::int64_t n)> second_start = {};  ///< regressions: nearer the solution
  std::function<Array(const Array& x)> loss = {};                        ///< f64[n] to f64[]
  std::function<Array(const Array& x)> residuals = {};                   ///< f64[n] to f64[m]
  std::function<std::vector<KnownPoint>(std::int64_t n)> known = {};     ///< lowest first; empty: nothing known

  [[nodiscard]] bool is_smooth() const { return family != Family::nonsmooth && family != Family::noisy; }
  /// Throws OptionError `extended_rosenbrock: n = 3 is not 2, 4, 6, …` unless n is admissible.
  void require(std::int64_t n) const;
  /// The function of n variables, with its residuals where it has some. Throws as `require`.
  [[nodiscard]] Objective objective(std::int64_t n, const ProgramOptions& options = {}) const;
  /// What is known for n variables, lowest value first.
  [[nodiscard]] std::vector<KnownPoint> known_points(std::int64_t n) const;
};

/// "more_garbow_hillstrom", "cutest", …
[[nodiscard]] std::string_view name(TestProblem::Family family);

/// All test problems, by family.
[[nodiscard]] const std::vector<TestProblem>& test_problems();

/// The problem of that name or alias, in any case: `ROSENBROCK`. Throws OptionError with what it may have meant.
///
///   const TestProblem& p = test_problem("rosenbrock");
///   Objective f = p.objective(2);
///   Result r = minimize(f, p.start(2));               // r.value = p.known_points(2).front().value
[[nodiscard]] const TestProblem& test_problem(std::string_view name);

}  // namespace downhill
