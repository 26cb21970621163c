#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/loss.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <iterator>

#include "problems/families.hpp"
#include "problems/notation.hpp"
#include "support/spelling.hpp"

namespace downhill {
namespace {

using namespace problems;

std::vector<TestProblem> all() {
  std::vector<TestProblem> list;
  for (const auto family : {more_garbow_hillstrom_small, more_garbow_hillstrom_data, more_garbow_hillstrom_any,
                            more_garbow_hillstrom_equations, cutest_chains, cutest_curved, cutest_dixmaan,
                            cutest_matrices, cutest_oscillating, cutest_sums, landscapes_of_two, landscapes_of_many,
                            regressions, nonsmooth, landscapes_with_kinks, noisy}) {
    std::ranges::move(family(), std::back_inserter(list));
  }
  return list;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::int64_t root(std::int64_t n) { return std::llround(std::sqrt(static_cast<double>(n))); }

}  // namespace

std::string_view name(KnownPoint::Kind kind) {
  switch (kind) {
    case KnownPoint::Kind::global_minimum: return "global_minimum";
    case KnownPoint::Kind::best_known: return "best_known";
    case KnownPoint::Kind::minimum: return "minimum";
    case KnownPoint::Kind::saddle: return "saddle";
    case KnownPoint::Kind::maximum: return "maximum";
    case KnownPoint::Kind::limit: return "limit";
  }
  return "unknown";
}

std::string_view name(TestProblem::Family family) {
  switch (family) {
    case TestProblem::Family::more_garbow_hillstrom: return "more_garbow_hillstrom";
    case TestProblem::Family::cutest: return "cutest";
    case TestProblem::Family::landscape: return "landscape";
    case TestProblem::Family::regression: return "regression";
    case TestProblem::Family::nonsmooth: return "nonsmooth";
    case TestProblem::Family::noisy: return "noisy";
  }
  return "unknown";
}

bool Dimensions::admits(std::int64_t n) const {
  if (n < least || n > most) return false;
  if (progression == Progression::squares) return root(n) * root(n) == n;
  return (n - least) % step == 0;
}

std::string to_string(const Dimensions& d) {
  if (d.is_fixed()) return std::to_string(d.least);
  if (d.progression == Dimensions::Progression::squares) {
    const std::int64_t p = root(d.least);
    return fmt::format("{}, {}, {}, ...", p * p, (p + 1) * (p + 1), (p + 2) * (p + 2));
  }
  if (d.step > 1) return fmt::format("{}, {}, {}, ...", d.least, d.least + d.step, d.least + 2 * d.step);
  if (d.most == Dimensions::unlimited) return fmt::format("{} or more", d.least);
  return fmt::format("{} to {}", d.least, d.most);
}

void TestProblem::require(std::int64_t n) const {
  if (!dimensions.admits(n)) throw OptionError(fmt::format("{}: n = {} is not {}", name, n, to_string(dimensions)));
}

Objective TestProblem::objective(std::int64_t n, const ProgramOptions& options) const {
  require(n);
  const Type x{DType::f64, Shape{n}};
  return residuals ? traced_least_squares(as_array_function(residuals), x, options)
                   : traced_objective(as_array_function(loss), x, options);
}

std::vector<KnownPoint> TestProblem::known_points(std::int64_t n) const {
  require(n);
  if (!known) return {};
  std::vector<KnownPoint> list = known(n);
  std::ranges::stable_sort(list, {}, &KnownPoint::value);
  return list;
}

const std::vector<TestProblem>& test_problems() {
  static const std::vector<TestProblem> list = all();
  return list;
}

const TestProblem& test_problem(std::string_view name) {
  const std::string wanted = lower(name);
  std::vector<std::string_view> names;
  for (const TestProblem& problem : test_problems()) {
    if (problem.name == wanted || (!problem.alias.empty() && problem.alias == wanted)) return problem;
    names.push_back(problem.name);
    if (!problem.alias.empty()) names.push_back(problem.alias);
  }
  const std::string_view meant = nearest(wanted, names);
  throw OptionError(fmt::format("unknown problem '{}'{}", name,
                                meant.empty() ? std::string("\n  hint: downhill problems lists them")
                                              : fmt::format("\n  hint: did you mean '{}'?", meant)));
}

}  // namespace downhill
