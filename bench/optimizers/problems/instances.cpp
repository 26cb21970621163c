#include "problems/instances.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>

#include "problems/moved.hpp"

namespace downhill::bench {

namespace {

using Family = TestProblem::Family;
using Kind = KnownPoint::Kind;

std::string_view set_of(Family family) {
  switch (family) {
    case Family::more_garbow_hillstrom: return "mgh";
    case Family::cutest: return "cutest";
    case Family::landscape: return "landscape";
    case Family::regression: return "nist";
    case Family::nonsmooth: return "nonsmooth";
    case Family::noisy: return "nonsmooth";
  }
  return "unknown";
}

bool has_value(const TestProblem& problem, std::int64_t n) {
  return std::ranges::any_of(problem.known_points(n),
                             [](const KnownPoint& point) { return point.kind != Kind::saddle; });
}

// The smallest admissible size from `wanted` on, or 0.
std::int64_t size_from(const TestProblem& problem, std::int64_t wanted) {
  for (std::int64_t n = wanted; n < 2 * wanted; ++n) {
    if (problem.dimensions.admits(n)) return n;
  }
  return 0;
}

// What costs n² and more of memory or time in the function itself stays small.
bool is_dense(std::string_view name) {
  constexpr std::array<std::string_view, 4> dense = {"mancino", "sensors", "hilberta", "hilbertb"};
  return std::ranges::find(dense, name) != dense.end();
}

std::set<std::int64_t> sizes(const TestProblem& problem) {
  std::set<std::int64_t> list{problem.dimensions.usual};
  for (const std::int64_t wanted : {10, 100, 1000}) {
    const std::int64_t n = size_from(problem, wanted);
    if (n == 0 || (n > 200 && is_dense(problem.name)) || !has_value(problem, n)) continue;
    // One of each order of magnitude, the usual one first.
    if (n != problem.dimensions.usual && n < 2 * problem.dimensions.usual && problem.dimensions.usual < 2 * n) continue;
    list.insert(n);
  }
  return list;
}

// One of a list that is there for good.
std::shared_ptr<const TestProblem> registered(const TestProblem& problem) {
  return {std::shared_ptr<void>(), &problem};
}

void add(std::vector<Instance>& list, const TestProblem& problem) {
  const std::string set(set_of(problem.family));
  const bool is_scaled = problem.family == Family::cutest;
  const bool is_scaled_too = problem.family == Family::more_garbow_hillstrom && !problem.dimensions.is_fixed();
  if (!is_scaled) {
    list.push_back({set, registered(problem), problem.dimensions.usual, 1});
    if (problem.second_start) list.push_back({set, registered(problem), problem.dimensions.usual, 2});
  }
  if (!is_scaled && !is_scaled_too) return;
  for (const std::int64_t n : sizes(problem)) {
    if (is_scaled_too && n == problem.dimensions.usual) continue;  // among the 35
    if (has_value(problem, n)) list.push_back({"cutest", registered(problem), n, 1});
  }
}

std::vector<Instance> all() {
  std::vector<Instance> list;
  for (const TestProblem& problem : test_problems()) add(list, problem);
  for (const HardCase& hard : hard_cases()) {
    list.push_back({"hard", registered(hard.problem), hard.problem.dimensions.usual, 1, &hard});
  }
  std::ranges::stable_sort(list, {}, [](const Instance& i) { return i.n; });
  std::ranges::stable_sort(list, {}, [](const Instance& i) {
    constexpr std::array<std::string_view, 6> order = {"nist", "mgh", "cutest", "landscape", "nonsmooth", "hard"};
    return std::ranges::find(order, i.set) - order.begin();
  });
  return list;
}

constexpr std::string_view moved_prefix = "moved-";

Instance moved_instance(Instance instance, std::uint64_t seed) {
  Moved there = moved(*instance.problem, instance.n, seed);
  instance.set.insert(0, moved_prefix);
  instance.problem = std::make_shared<const TestProblem>(std::move(there.problem));
  instance.seed = seed;
  instance.units = std::move(there.units);
  instance.unit = there.scale;
  return instance;
}

}  // namespace

std::string Instance::key() const {
  const std::string key = fmt::format("{}:{}:{}:{}", set, problem->name, n, which_start);
  return units.empty() ? key : fmt::format("{}:{}", key, seed);
}

std::vector<double> Instance::start() const { return which_start == 2 ? problem->second_start(n) : problem->start(n); }

const std::vector<Instance>& instances() {
  static const std::vector<Instance> list = all();
  return list;
}

std::vector<Instance> moved_instances(std::uint64_t seed) {
  std::vector<Instance> list;
  for (const Instance& one : instances()) list.push_back(moved_instance(one, seed));
  return list;
}

Instance instance(std::string_view key) {
  if (key.starts_with(moved_prefix)) {
    const std::size_t end = key.rfind(':');
    const std::string_view digits = key.substr(end + 1);
    std::uint64_t seed = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), seed).ec == std::errc()) {
      return moved_instance(instance(key.substr(moved_prefix.size(), end - moved_prefix.size())), seed);
    }
  }
  for (const Instance& one : instances()) {
    if (one.key() == key) return one;
  }
  throw OptionError(fmt::format("unknown instance '{}'", key));
}

double lowest_known(const Instance& instance) {
  for (const KnownPoint& point : instance.problem->known_points(instance.n)) {
    if (point.kind != Kind::saddle && point.kind != Kind::maximum) return point.value;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

std::array<double, 2> targets(const Instance& instance) {
  const double lowest = lowest_known(instance), unit = instance.unit;
  if (instance.hard != nullptr) {
    return {lowest + unit * instance.hard->allowance, lowest + unit * instance.hard->allowance};
  }
  return {lowest + allowance(lowest, 1e-4, unit), lowest + allowance(lowest, 1e-8, unit)};
}

double allowance(double lowest, double relative, double unit) {
  const double size = std::abs(lowest) / unit;
  return unit * (size < 1e-40 ? 1e-2 * relative : std::max(relative * size, 1e-24));
}

}  // namespace downhill::bench
