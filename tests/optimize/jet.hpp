#pragma once
#include <downhill/objective.hpp>

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

/// Losses for tests: written once as generic code, with exact first and second derivatives by second-order Taylor arithmetic.
namespace downhill::testing {

/// A number with its gradient and Hessian with respect to n variables.
struct Jet {
  double value = 0;
  std::vector<double> gradient;
  std::vector<double> hessian;  // n*n

  static Jet variable(double value, std::size_t index, std::size_t n) {
    Jet jet{value, std::vector<double>(n, 0.0), std::vector<double>(n * n, 0.0)};
    jet.gradient[index] = 1;
    return jet;
  }
  /// phi(this) from phi, phi', phi'' at the value.
  [[nodiscard]] Jet chain(double f, double d1, double d2) const {
    Jet jet{f, gradient, hessian};
    const std::size_t n = gradient.size();
    for (std::size_t i = 0; i < n; ++i) {
      jet.gradient[i] = d1 == 0 ? 0 : d1 * gradient[i];
      for (std::size_t j = 0; j < n; ++j) {
        double entry = d1 == 0 ? 0 : d1 * hessian[i * n + j];
        if (d2 != 0) entry += d2 * gradient[i] * gradient[j];
        jet.hessian[i * n + j] = entry;
      }
    }
    return jet;
  }
};

inline Jet combine(const Jet& a, const Jet& b, double value, double da, double db, double dab) {
  Jet jet{value, a.gradient, a.hessian};
  const std::size_t n = a.gradient.size();
  for (std::size_t i = 0; i < n; ++i) jet.gradient[i] = da * a.gradient[i] + db * b.gradient[i];
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      jet.hessian[i * n + j] = da * a.hessian[i * n + j] + db * b.hessian[i * n + j] +
                               dab * (a.gradient[i] * b.gradient[j] + b.gradient[i] * a.gradient[j]);
    }
  }
  return jet;
}

inline Jet operator+(const Jet& a, const Jet& b) { return combine(a, b, a.value + b.value, 1, 1, 0); }
inline Jet operator-(const Jet& a, const Jet& b) { return combine(a, b, a.value - b.value, 1, -1, 0); }
inline Jet operator*(const Jet& a, const Jet& b) { return combine(a, b, a.value * b.value, b.value, a.value, 1); }
inline Jet operator+(const Jet& a, double b) { return a.chain(a.value + b, 1, 0); }
inline Jet operator+(double a, const Jet& b) { return b + a; }
inline Jet operator-(const Jet& a) { return a.chain(-a.value, -1, 0); }
inline Jet operator-(const Jet& a, double b) { return a.chain(a.value - b, 1, 0); }
inline Jet operator-(double a, const Jet& b) { return b.chain(a - b.value, -1, 0); }
inline Jet operator*(const Jet& a, double b) { return a.chain(a.value * b, b, 0); }
inline Jet operator*(double a, const Jet& b) { return b * a; }
inline Jet reciprocal(const Jet& a) {
  const double r = 1 / a.value;
  return a.chain(r, -r * r, 2 * r * r * r);
}
inline Jet operator/(const Jet& a, const Jet& b) { return a * reciprocal(b); }
inline Jet operator/(const Jet& a, double b) { return a.chain(a.value / b, 1 / b, 0); }
inline Jet operator/(double a, const Jet& b) { return a * reciprocal(b); }
inline Jet exp(const Jet& a) {
  const double e = std::exp(a.value);
  return a.chain(e, e, e);
}
inline Jet log(const Jet& a) { return a.chain(std::log(a.value), 1 / a.value, -1 / (a.value * a.value)); }
inline Jet log1p(const Jet& a) {
  const double r = 1 / (1 + a.value);
  return a.chain(std::log1p(a.value), r, -r * r);
}
inline Jet sin(const Jet& a) { return a.chain(std::sin(a.value), std::cos(a.value), -std::sin(a.value)); }
inline Jet cos(const Jet& a) { return a.chain(std::cos(a.value), -std::sin(a.value), -std::cos(a.value)); }
inline Jet sqrt(const Jet& a) {
  const double s = std::sqrt(a.value);
  return a.chain(s, 0.5 / s, -0.25 / (s * a.value));
}
inline Jet abs(const Jet& a) { return a.chain(std::abs(a.value), a.value > 0 ? 1 : (a.value < 0 ? -1 : 0), 0); }
inline Jet floor(const Jet& a) { return a.chain(std::floor(a.value), 0, 0); }
inline Jet pow(const Jet& a, double p) {
  return a.chain(std::pow(a.value, p), p * std::pow(a.value, p - 1), p * (p - 1) * std::pow(a.value, p - 2));
}
inline Jet pow(const Jet& a, const Jet& b) { return exp(b * log(a)); }
template <class T>
T square(const T& a) {
  return a * a;
}

inline std::vector<Jet> variables(std::span<const double> x) {
  std::vector<Jet> result;
  for (std::size_t i = 0; i < x.size(); ++i) result.push_back(Jet::variable(x[i], i, x.size()));
  return result;
}

/// The objective of f, a generic callable over std::vector<double> and std::vector<Jet>.
template <class F>
Objective smooth(std::size_t n, F f, std::optional<bool> quadratic = std::nullopt) {
  Callbacks callbacks;
  callbacks.value = [f](std::span<const double> x) { return f(std::vector<double>(x.begin(), x.end())); };
  callbacks.value_and_gradient = [f](std::span<const double> x, std::span<double> gradient) {
    const Jet jet = f(variables(x));
    std::copy(jet.gradient.begin(), jet.gradient.end(), gradient.begin());
    return jet.value;
  };
  callbacks.hessian = [f](std::span<const double> x, std::span<double> hessian) {
    const Jet jet = f(variables(x));
    std::copy(jet.hessian.begin(), jet.hessian.end(), hessian.begin());
  };
  callbacks.quadratic = quadratic;
  return objective(n, std::move(callbacks));
}

/// The sum of squares of the residuals r, a generic callable that returns a vector of m of them.
template <class R>
Objective least_squares(std::size_t n, std::size_t m, const R& r) {
  const auto sum = [r](const auto& x) {
    auto residuals = r(x);
    auto total = residuals[0] * residuals[0];
    for (std::size_t i = 1; i < residuals.size(); ++i) total = total + residuals[i] * residuals[i];
    return total;
  };
  Callbacks callbacks;
  callbacks.residual_count = m;
  callbacks.value = [sum](std::span<const double> x) { return sum(std::vector<double>(x.begin(), x.end())); };
  callbacks.residuals_and_jacobian = [r, n](std::span<const double> x, std::span<double> out,
                                            std::span<double> jacobian) {
    const std::vector<Jet> residuals = r(variables(x));
    for (std::size_t i = 0; i < residuals.size(); ++i) {
      out[i] = residuals[i].value;
      for (std::size_t j = 0; j < n; ++j) jacobian[i * n + j] = residuals[i].gradient[j];
    }
  };
  callbacks.hessian = [sum](std::span<const double> x, std::span<double> hessian) {
    const Jet jet = sum(variables(x));
    std::copy(jet.hessian.begin(), jet.hessian.end(), hessian.begin());
  };
  return objective(n, std::move(callbacks));
}

}  // namespace downhill::testing
