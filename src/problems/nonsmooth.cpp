#include <cmath>

#include "problems/families.hpp"
#include "problems/notation.hpp"

/// Nonsmooth functions with known minima.
namespace downhill::problems {
namespace {

constexpr auto family = TestProblem::Family::nonsmooth;
constexpr std::string_view luksan_vlcek =
    "Luksan & Vlcek, Test problems for nonsmooth optimization, ICS Prague 798, 2000";
constexpr std::string_view haarala = "Haarala, Miettinen & Mäkelä, Optim. Meth. Softw. 19 (2004) 673-692";

using Pair = Array (*)(const Array& x, const Array& y);

TestProblem of_two(std::string_view name, std::string_view doc, std::string_view paper, const Numbers& start,
                   double value, Numbers x, Pair f) {
  return {.name = name,
          .family = family,
          .doc = doc,
          .paper = paper,
          .dimensions = fixed(2),
          .start = given(start),
          .loss = [f](const Array& p) { return f(at(p, 0), at(p, 1)); },
          .known = points({{Kind::global_minimum, value, std::move(x)}})};
}

Array largest(const std::vector<Array>& values) { return max(stack(values)); }

Array cb2(const Array& x, const Array& y) {
  return largest({square(x) + fourth(y), square(2 - x) + square(2 - y), 2 * exp(y - x)});
}

Array cb3(const Array& x, const Array& y) {
  return largest({fourth(x) + square(y), square(2 - x) + square(2 - y), 2 * exp(y - x)});
}

Array crescent(const Array& x, const Array& y) {
  const Array r = square(x) + square(y - 1);
  return maximum(r + y - 1, -r + y + 1);
}

Array ql(const Array& x, const Array& y) {
  const Array q = square(x) + square(y);
  return largest({q, q + 10 * (-4 * x - y + 4), q + 10 * (-x - 2 * y + 6)});
}

Array wolfe(const Array& x, const Array& y) {
  const Array beside = 9 * x + 16 * abs(y) - where(x > 0, 0, pow(minimum(x, 0.0), 9.0));
  return where(x >= abs(y), 5 * sqrt(9 * square(x) + 16 * square(y)), beside);
}

/// max_i b_i |x - a_i|²
Array shor(const Array& x) {
  const Array a({0, 0, 0, 0, 0, 2, 1, 1, 1, 3, 1, 2, 1, 1, 2, 1, 4, 1, 2, 2, 3, 2, 1, 0, 1,
                 0, 2, 1, 0, 1, 1, 1, 1, 1, 1, 1, 0, 1, 2, 1, 0, 0, 2, 1, 0, 1, 1, 2, 0, 0},
                {10, 5});
  const Array b = {1, 5, 10, 2, 4, 3, 1.7, 2.5, 6, 4.5};
  return max(b * sum(square(x - a), Axes{{1}}));
}

/// max_k xᵀA_k x - b_kᵀx, k = 1 … 5
Array maxquad(const Array& x) {
  const std::int64_t n = 10;
  const Array i = integers(n), rows = reshape(i, {n, 1}), off = where(equal(rows, i), 0.0, 1.0);
  std::vector<Array> values;
  for (double k = 1; k <= 5; ++k) {
    const Array upper = exp(minimum(rows, i) / maximum(rows, i)) * cos(rows * i) * std::sin(k) * off;
    const Array diagonal = i / 10 * std::abs(std::sin(k)) + sum(abs(upper), Axes{{1}});
    const Array b = exp(i / k) * sin(i * k);
    values.push_back(dot(x, matmul(upper, x)) + sum(diagonal * square(x)) - dot(b, x));
  }
  return largest(values);
}

Array rosen_suzuki(const Array& x) {
  const Array a = at(x, 0), b = at(x, 1), c = at(x, 2), d = at(x, 3);
  const Array q = square(a) + square(b) + square(c) + square(d);
  const Array f = q + square(c) - 5 * a - 5 * b - 21 * c + 7 * d;
  return largest({f, f + 10 * (q + a - b + c - d - 8), f + 10 * (q + square(b) + square(d) - a - d - 10),
                  f + 10 * (square(a) + q - square(d) + 2 * a - b - d - 5)});
}

Array mxhilb(const Array& x) {
  const Array i = integers(x.size());
  return max(abs(matmul(1 / (reshape(i, {x.size(), 1}) + i - 1), x)));
}

/// Σ_i |Σ_j (x_j - 1) / (i + j - 1)|
Array l1hilb(const Array& x) {
  const Array i = integers(x.size());
  return sum(abs(matmul(1 / (reshape(i, {x.size(), 1}) + i - 1), x - 1)));
}

/// Least absolute deviations of a line and a parabola from 21 points, three of them wild; exact but for those.
Array l1_regression(const Array& b) {
  const Array t = linspace(-1, 1, 21);
  const Array wild = where(equal(astype(round(10 * t), DType::i32), -7), 5.0, 0.0) +
                     where(equal(astype(round(10 * t), DType::i32), 2), -8.0, 0.0) +
                     where(equal(astype(round(10 * t), DType::i32), 9), 3.0, 0.0);
  const Array y = 1 + 2 * t - 3 * square(t) + wild;
  return sum(abs(y - (at(b, 0) + at(b, 1) * t + at(b, 2) * square(t))));
}

Array neighbours(const Array& x, Pair f) { return f(part(x, 0, -1), part(x, 1)); }

Array chained_lq(const Array& x) {
  return sum(neighbours(
      x, [](const Array& a, const Array& b) { return maximum(-a - b, -a - b + (square(a) + square(b) - 1)); }));
}

Array chained_cb3_1(const Array& x) {
  return sum(neighbours(x, [](const Array& a, const Array& b) {
    return maximum(maximum(fourth(a) + square(b), square(2 - a) + square(2 - b)), 2 * exp(b - a));
  }));
}

Array chained_cb3_2(const Array& x) {
  const Array a = part(x, 0, -1), b = part(x, 1);
  return largest({sum(fourth(a) + square(b)), sum(square(2 - a) + square(2 - b)), sum(2 * exp(b - a))});
}

Array active_faces(const Array& x) { return maximum(log(abs(sum(x)) + 1), max(log(abs(x) + 1))); }

Array brown_2(const Array& x) {
  const Array a = part(x, 0, -1), b = part(x, 1);
  return sum(pow(abs(a), square(b) + 1) + pow(abs(b), square(a) + 1));
}

Array chained_mifflin_2(const Array& x) {
  const Array a = part(x, 0, -1), q = square(a) + square(part(x, 1)) - 1;
  return sum(-a + 2 * q + 1.75 * abs(q));
}

Array chained_crescent_1(const Array& x) {
  const Array a = part(x, 0, -1), b = part(x, 1), r = square(a) + square(b - 1);
  return maximum(sum(r + b - 1), sum(-r + b + 1));
}

Array chained_crescent_2(const Array& x) { return sum(neighbours(x, crescent)); }

/// Nesterov's nonsmooth relative of oscipath.
Array chebyshev_rosenbrock(const Array& x) {
  return abs(at(x, 0) - 1) / 4 + sum(abs(part(x, 1) - 2 * abs(part(x, 0, -1)) + 1));
}

TestProblem of_many(std::string_view name, std::string_view doc, std::string_view paper, Dimensions dimensions,
                    Start start, Known known, Array (*loss)(const Array&)) {
  return {.name = name,
          .family = family,
          .doc = doc,
          .paper = paper,
          .dimensions = dimensions,
          .start = std::move(start),
          .loss = loss,
          .known = std::move(known)};
}

/// `value` times the number of neighbouring pairs, at (v, v, …)
Known pairs(double value, double v) {
  return [value, v](std::int64_t n) { return minimum_everywhere(v, value * static_cast<double>(n - 1))(n); };
}

double signed_index(double i, double n) { return i <= n / 2 ? i : -i; }

}  // namespace

std::vector<TestProblem> nonsmooth() {
  const double half = std::sqrt(0.5);
  return {
      of_two("cb2", "largest of three smooth functions", "Charalambous & Bandler, IEEE Trans. CAS 23 (1976)", {1, -0.1},
             1.9522244939, {1.139037652, 0.899559938}, cb2),
      of_two("cb3", "largest of three smooth functions", "Charalambous & Conn, SIAM J. Numer. Anal. 15 (1978) 162-187",
             {2, 2}, 2, {1, 1}, cb3),
      of_two("crescent", "a crescent-shaped valley",
             "Kiwiel, Methods of Descent for Nondifferentiable Optimization, 1985", {-1.5, 2}, 0, {0, 0}, crescent),
      of_two("dem", "largest of two lines and a parabola", "Demyanov & Malozemov, Introduction to Minimax, 1974",
             {1, 1}, -3, {0, -3},
             [](const Array& x, const Array& y) {
               return largest({5 * x + y, -5 * x + y, square(x) + square(y) + 4 * y});
             }),
      of_two("lq", "a line and a circle", luksan_vlcek, {-0.5, -0.5}, -std::sqrt(2.0), {half, half},
             [](const Array& x, const Array& y) { return maximum(-x - y, -x - y + square(x) + square(y) - 1); }),
      of_two("mifflin_1", "a line with a steep penalty outside a circle", "Gupta & Mifflin; Luksan & Vlcek 2000",
             {0.8, 0.6}, -1, {1, 0},
             [](const Array& x, const Array& y) { return -x + 20 * maximum(square(x) + square(y) - 1, 0.0); }),
      of_two("mifflin_2", "a kink along a circle", "Gupta & Mifflin; Luksan & Vlcek 2000", {-1, -1}, -1, {1, 0},
             [](const Array& x, const Array& y) {
               const Array q = square(x) + square(y) - 1;
               return -x + 2 * q + 1.75 * abs(q);
             }),
      of_two("ql", "largest of three quadratics", luksan_vlcek, {-1, 5}, 7.2, {1.2, 2.4}, ql),
      of_two("wolfe", "steepest descent with exact searches ends at a point that is no minimum",
             "Wolfe, Math. Programming Study 3 (1975) 145-173", {3, 2}, -8, {-1, 0}, wolfe),
      {.name = "l1_regression",
       .family = family,
       .doc = "least absolute deviations with three wild points",
       .paper = "Barrodale & Roberts, SIAM J. Numer. Anal. 10 (1973) 839-848",
       .dimensions = fixed(3),
       .start = everywhere(0),
       .loss = l1_regression,
       .known = points({{Kind::global_minimum, 16, {1, 2, -3}}})},
      {.name = "maxquad",
       .family = family,
       .doc = "largest of five quadratics of ten variables",
       .paper = "Lemaréchal & Mifflin (eds.), Nonsmooth Optimization, IIASA 1978, problem 1",
       .dimensions = fixed(10),
       .start = everywhere(1),
       .loss = maxquad,
       .known = points({{Kind::global_minimum, -0.84140833459}})},
      {.name = "rosen_suzuki",
       .family = family,
       .doc = "a quadratic with exact penalties for three constraints",
       .paper = "Rosen & Suzuki, Comm. ACM 8 (1965) 113",
       .dimensions = fixed(4),
       .start = everywhere(0),
       .loss = rosen_suzuki,
       .known = points({{Kind::global_minimum, -44, {0, 1, 2, -1}}})},
      {.name = "shor",
       .family = family,
       .doc = "largest of ten squared distances",
       .paper = "Shor, Minimization Methods for Non-Differentiable Functions, 1985",
       .dimensions = fixed(5),
       .start = beginning({0, 0, 0, 0, 1}, 0),
       .loss = shor,
       .known = points({{Kind::global_minimum, 22.600162096}})},
      of_many("goffin", "the largest minus the mean: a ray of minima",
              "Lemaréchal & Mifflin (eds.) 1978; Luksan & Vlcek 2000", any(50),
              each([](double i, double n) { return i - (n + 1) / 2; }), minimum_everywhere(0),
              [](const Array& x) { return count(x) * max(x) - sum(x); }),
      of_many("maxq", "the largest square", haarala, any(20, 1), each(signed_index), minimum_everywhere(0),
              [](const Array& x) { return max(square(x)); }),
      of_many("mxhilb", "the largest product with Hilbert's matrix", haarala, any(20, 1), everywhere(1),
              minimum_everywhere(0), mxhilb),
      of_many("l1hilb", "absolute residuals with Hilbert's matrix", "Kiwiel 1989; Luksan & Vlcek 2000", any(20, 1),
              everywhere(0), minimum_everywhere(1), l1hilb),
      of_many("chained_lq", "lq between neighbours", haarala, any(20), everywhere(-0.5), pairs(-std::sqrt(2.0), half),
              chained_lq),
      of_many("chained_cb3_1", "cb3 between neighbours, summed", haarala, any(20), everywhere(2), pairs(2, 1),
              chained_cb3_1),
      of_many("chained_cb3_2", "largest of three sums of cb3", haarala, any(20), everywhere(2), pairs(2, 1),
              chained_cb3_2),
      of_many("active_faces", "logarithms of absolute values, nonconvex", haarala, any(20, 1), everywhere(1),
              minimum_everywhere(0), active_faces),
      of_many("brown_2", "powers of absolute values with variable exponents", haarala, any(20), repeated({1, -1}),
              minimum_everywhere(0), brown_2),
      of_many(
          "chained_mifflin_2", "mifflin_2 between neighbours", haarala, any(20), everywhere(-1),
          [](std::int64_t n) {
            return n == 2 ? KnownPoints{{Kind::global_minimum, -1, {1, 0}}} : best_known({{50, -34.795}})(n);
          },
          chained_mifflin_2),
      of_many("chained_crescent_1", "largest of two sums of crescents", haarala, any(20), repeated({-1.5, 2}),
              minimum_everywhere(0), chained_crescent_1),
      of_many("chained_crescent_2", "a sum of crescents", haarala, any(20), repeated({-1.5, 2}), minimum_everywhere(0),
              chained_crescent_2),
      of_many("chebyshev_rosenbrock", "2^(n-1) Clarke stationary points, one of them the minimum",
              "Gürbüzbalaban & Overton, Nonlinear Anal. 75 (2012) 1282-1289", any(5), beginning({-1}, 1),
              minimum_everywhere(1), chebyshev_rosenbrock),
  };
}

}  // namespace downhill::problems
