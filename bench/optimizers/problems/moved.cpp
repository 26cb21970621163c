#include "problems/moved.hpp"

#include <downhill/operations.hpp>
#include <downhill/random.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <string_view>

namespace downhill::bench {

namespace {

constexpr std::int64_t most_any_rotation = 30;

// What is drawn for one problem, one thing after the other.
class Draws {
 public:
  Draws(std::string_view name, std::uint64_t seed) : key_(random_key(seed)) {
    for (const char letter : name) key_ = fold_in(key_, static_cast<int>(letter));
  }

  Array uniform(std::int64_t n) { return random_uniform(next(), Shape{n}); }
  Array normal(std::int64_t n) { return random_normal(next(), Shape{n}); }
  double number() { return uniform(1).item(); }
  Array direction(std::int64_t n) {
    const Array v = normal(n);
    return v / norm(v);
  }
  std::vector<std::int64_t> order(std::int64_t n) {
    const std::vector<double> marks = uniform(n).values();
    std::vector<std::int64_t> result(marks.size());
    std::iota(result.begin(), result.end(), 0);
    std::ranges::sort(result, {}, [&](std::int64_t i) { return marks[static_cast<std::size_t>(i)]; });
    return result;
  }

 private:
  Array next() { return fold_in(key_, ++drawn_); }

  Array key_;
  int drawn_ = 0;
};

Array reflected(const Array& x, const Array& normal) { return x - 2 * dot(normal, x) * normal; }

// Every variable turned with its partner, x cos + partner sin: the sines of partners are opposite.
struct PairTurns {
  Array partner, cosines, sines;

  [[nodiscard]] Array apply(const Array& x) const { return cosines * x + sines * gather(x, partner); }
  [[nodiscard]] Array undo(const Array& x) const { return cosines * x - sines * gather(x, partner); }
};

PairTurns pair_turns(Draws& draws, std::int64_t n) {
  const std::vector<double> angles = draws.uniform(n).values();
  const std::vector<std::int64_t> order = draws.order(n);
  std::vector<double> partner(angles.size()), cosines(angles.size(), 1.0), sines(angles.size(), 0.0);
  std::iota(partner.begin(), partner.end(), 0.0);
  for (std::size_t k = 0; k + 1 < order.size(); k += 2) {
    const auto i = static_cast<std::size_t>(order[k]), j = static_cast<std::size_t>(order[k + 1]);
    partner[i] = static_cast<double>(j);
    partner[j] = static_cast<double>(i);
    cosines[i] = cosines[j] = std::cos(6.3 * angles[i]);
    sines[i] = std::sin(6.3 * angles[i]);
    sines[j] = -sines[i];
  }
  return {astype(Array(partner), DType::i32), Array(cosines), Array(sines)};
}

// Q, in one of three forms.
struct Rotation {
  Array matrix;
  std::vector<Array> normals = {};
  std::vector<PairTurns> turns = {};
  bool is_dense = false;

  [[nodiscard]] Array apply(Array x) const {
    if (is_dense) return matmul(matrix, x);
    for (const Array& normal : normals) x = reflected(x, normal);
    for (const PairTurns& turn : turns) x = turn.apply(x);
    return x;
  }
  [[nodiscard]] Array undo(Array x) const {
    if (is_dense) return matmul(transpose(matrix), x);
    for (std::size_t k = turns.size(); k-- > 0;) x = turns[k].undo(x);
    for (std::size_t k = normals.size(); k-- > 0;) x = reflected(x, normals[k]);
    return x;
  }
};

Rotation rotation(Draws& draws, std::int64_t n, std::uint64_t seed) {
  Rotation result;
  if (n > most_any_rotation) {
    for (int k = 0; k < 2; ++k) {
      if (seed % 2 == 1) result.normals.push_back(draws.direction(n));
      if (seed % 2 == 0) result.turns.push_back(pair_turns(draws, n));
    }
    return result;
  }
  result.is_dense = true;
  Array rows = astype(equal(expand_dims(arange(n), 0), expand_dims(arange(n), 1)), DType::f64);
  for (std::int64_t k = 0; k < n; ++k) {
    const Array v = draws.direction(n);
    rows = rows - 2 * expand_dims(v, 1) * expand_dims(matmul(v, rows), 0);
  }
  result.matrix = rows;
  return result;
}

struct Map {
  Rotation rotation;
  Array shift, units;

  [[nodiscard]] Array there(const Array& x) const { return units * (rotation.apply(x) + shift); }
  [[nodiscard]] Array back(const Array& moved) const { return rotation.undo(moved / units - shift); }
};

double value_at(const TestProblem& problem, const Array& x) {
  return problem.residuals ? sum(square(problem.residuals(x))).item() : problem.loss(x).item();
}

std::function<std::vector<double>(std::int64_t)> moved_start(
    const std::function<std::vector<double>(std::int64_t)>& start, const std::shared_ptr<const Map>& map) {
  if (!start) return start;
  return [start, map](std::int64_t n) { return map->there(Array(start(n))).values(); };
}

}  // namespace

Moved moved(const TestProblem& problem, std::int64_t n, std::uint64_t seed) {
  Draws draws(problem.name, seed);
  const Array start(problem.start(n));
  const double length = max(abs(start)).item();
  auto drawn = std::make_shared<Map>();
  drawn->rotation = rotation(draws, n, seed);
  drawn->shift = (length > 0 ? length : 1.0) * draws.normal(n);
  drawn->units = pow(10.0, round(8 * draws.uniform(n) - 4));
  const std::shared_ptr<const Map> map = drawn;

  Moved result{problem, map->units.values(), std::pow(10.0, std::round(2 * draws.number() - 1) * 8)};
  const double at_start = value_at(problem, start);
  if (!std::isfinite(result.scale * at_start)) result.scale = 1;
  const double size = std::isfinite(at_start) ? std::min(std::abs(at_start), 10.0) : 0.0;
  const double drawn_offset = 2 * draws.number() - 1;
  const double offset = problem.residuals || seed % 3 == 0 ? 0.0 : result.scale * size * drawn_offset;

  TestProblem& there = result.problem;
  there.dimensions = {n, n, n};
  there.start = moved_start(problem.start, map);
  there.second_start = moved_start(problem.second_start, map);
  if (problem.residuals) {
    there.residuals = [map, r = problem.residuals, root = std::sqrt(result.scale)](const Array& x) {
      return root * r(map->back(x));
    };
  } else {
    there.loss = [map, f = problem.loss, scale = result.scale, offset](const Array& x) {
      return scale * f(map->back(x)) + offset;
    };
  }
  there.known = [map, known = problem.known, scale = result.scale, offset](std::int64_t size_of_x) {
    std::vector<KnownPoint> list = known ? known(size_of_x) : std::vector<KnownPoint>{};
    for (KnownPoint& point : list) {
      point.value = scale * point.value + offset;
      if (!point.x.empty()) point.x = map->there(Array(point.x)).values();
    }
    return list;
  };
  return result;
}

}  // namespace downhill::bench
