#include <array>
#include <vector>

#include "problems/families.hpp"
#include "problems/notation.hpp"

/// The sixteen families of Dixon & Maany: weights and powers of i/n on four sums.
namespace downhill::problems {
namespace {

struct Weights {
  std::string_view name, alias;
  double alpha, beta, gamma, delta;
  std::array<int, 4> powers;
};

/// x_i² (i/n)^k for a sum of terms with weight and power.
Array weighted(const Array& terms, double weight, int power, const Array& ratio) {
  const Array part_of_ratio = part(ratio, 0, terms.size());
  if (power == 0) return weight * sum(terms);
  return weight * sum((power == 1 ? part_of_ratio : square(part_of_ratio)) * terms);
}

/// n = 3m: 1 + Σ_(i<=n) α x_i² + Σ_(i<n) β x_i² (x_(i+1) + x_(i+1)²)² + Σ_(i<=2m) γ x_i² x_(i+m)⁴ + Σ_(i<=m) δ x_i x_(i+2m),
/// each term times its power of i/n.
Array dixmaan(const Array& x, const Weights& w) {
  const std::int64_t n = x.size(), m = n / 3;
  const Array ratio = integers(n) / static_cast<double>(n);
  const Array next = part(x, 1);
  return 1 + weighted(square(x), w.alpha, w.powers[0], ratio) +
         weighted(square(part(x, 0, -1)) * square(next + square(next)), w.beta, w.powers[1], ratio) +
         weighted(square(part(x, 0, 2 * m)) * fourth(part(x, m)), w.gamma, w.powers[2], ratio) +
         weighted(part(x, 0, m) * part(x, 2 * m), w.delta, w.powers[3], ratio);
}

}  // namespace

std::vector<TestProblem> cutest_dixmaan() {
  const std::vector<Weights> table = {
      {"dixmaana", "dixmaana1", 1, 0, 0.125, 0.125, {0, 0, 0, 0}},
      {"dixmaanb", "", 1, 0.0625, 0.0625, 0.0625, {0, 0, 0, 0}},
      {"dixmaanc", "", 1, 0.125, 0.125, 0.125, {0, 0, 0, 0}},
      {"dixmaand", "", 1, 0.26, 0.26, 0.26, {0, 0, 0, 0}},
      {"dixmaane", "dixmaane1", 1, 0, 0.125, 0.125, {1, 0, 0, 1}},
      {"dixmaanf", "", 1, 0.0625, 0.0625, 0.0625, {1, 0, 0, 1}},
      {"dixmaang", "", 1, 0.125, 0.125, 0.125, {1, 0, 0, 1}},
      {"dixmaanh", "", 1, 0.26, 0.26, 0.26, {1, 0, 0, 1}},
      {"dixmaani", "dixmaani1", 1, 0, 0.125, 0.125, {2, 0, 0, 2}},
      {"dixmaanj", "", 1, 0.0625, 0.0625, 0.0625, {2, 0, 0, 2}},
      {"dixmaank", "", 1, 0.125, 0.125, 0.125, {2, 0, 0, 2}},
      {"dixmaanl", "", 1, 0.26, 0.26, 0.26, {2, 0, 0, 2}},
      {"dixmaanm", "dixmaanm1", 1, 0, 0.125, 0.125, {2, 1, 1, 2}},
      {"dixmaann", "", 1, 0.0625, 0.0625, 0.0625, {2, 1, 1, 2}},
      {"dixmaano", "", 1, 0.125, 0.125, 0.125, {2, 1, 1, 2}},
      {"dixmaanp", "", 1, 0.26, 0.26, 0.26, {2, 1, 1, 2}},
  };
  std::vector<TestProblem> list;
  for (const Weights& w : table) {
    list.push_back({.name = w.name,
                    .alias = w.alias,
                    .family = TestProblem::Family::cutest,
                    .doc = w.powers[0] == 0   ? "quartic, well-conditioned"
                           : w.powers[0] == 1 ? "quartic of condition n"
                                              : "quartic of condition n²",
                    .paper = "Dixon & Maany, A family of test problems with sparse Hessians, TR 206, Hatfield 1988",
                    .dimensions = multiples(90, 3, 3),
                    .start = everywhere(2),
                    .loss = [w](const Array& x) { return dixmaan(x, w); },
                    .known = minimum_everywhere(0, 1)});
  }
  return list;
}

}  // namespace downhill::problems
