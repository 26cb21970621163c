#include "ir/trace.hpp"
#include "ops/primitives.hpp"

#include <downhill/derivatives.hpp>
#include <downhill/operations.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

// The laws that every primitive obeys, tried at every example it declares.

namespace downhill {
namespace {

using ir::Example;
using ir::Primitive;

std::string example_name(const testing::TestParamInfo<const Primitive*>& info) { return std::string(info.param->name); }

class PrimitiveLaws : public testing::TestWithParam<const Primitive*> {
 protected:
  [[nodiscard]] std::vector<Example> examples() const {
    return GetParam()->examples == nullptr ? std::vector<Example>{} : GetParam()->examples();
  }
  [[nodiscard]] std::vector<Array> run(const Example& example, std::span<const Array> operands) const {
    return ir::apply_all(*GetParam(), operands, example.attributes, std::source_location::current());
  }
  /// The primitive as a function of its real operands in f64; the others stay as they are.
  [[nodiscard]] ArrayFunction as_function(const Example& example) const {
    return [this, example](std::span<const Array> real) {
      std::vector<Array> operands = example.operands;
      std::size_t next = 0;
      for (Array& operand : operands) {
        operand = operand.dtype() == DType::f64 ? real[next++] : operand;
      }
      std::vector<Array> results;
      for (const Array& result : run(example, operands)) {
        if (result.dtype() == DType::f64) {
          results.push_back(result);
        }
      }
      return results;
    };
  }
  [[nodiscard]] static std::vector<Array> real_operands(const Example& example) {
    std::vector<Array> real;
    for (const Array& operand : example.operands) {
      if (operand.dtype() == DType::f64) {
        real.push_back(operand);
      }
    }
    return real;
  }
  /// A fixed direction without structure.
  [[nodiscard]] static std::vector<Array> directions(const std::vector<Array>& like, double phase) {
    std::vector<Array> all;
    for (const Array& array : like) {
      std::vector<double> values(static_cast<std::size_t>(array.size()));
      for (std::size_t k = 0; k < values.size(); ++k) {
        values[k] = std::cos(phase + 1.7 * static_cast<double>(k) + static_cast<double>(all.size()));
      }
      all.push_back(Array(values, array.shape()));
    }
    return all;
  }
  [[nodiscard]] static std::vector<Array> moved(const std::vector<Array>& x, const std::vector<Array>& t, double h) {
    std::vector<Array> all;
    for (std::size_t k = 0; k < x.size(); ++k) {
      all.push_back(x[k] + t[k] * h);
    }
    return all;
  }
  static double inner(const std::vector<Array>& a, const std::vector<Array>& b) {
    double total = 0;
    for (std::size_t k = 0; k < a.size(); ++k) {
      const std::vector<double> x = a[k].values();
      const std::vector<double> y = b[k].values();
      for (std::size_t i = 0; i < x.size(); ++i) {
        total += x[i] * y[i];
      }
    }
    return total;
  }
  /// Central differences of f along t, extrapolated once (Richardson).
  static std::vector<std::vector<double>> differences(const ArrayFunction& f, const std::vector<Array>& x,
                                                      const std::vector<Array>& t) {
    const auto central = [&](double h) {
      const std::vector<Array> above = f(moved(x, t, h));
      const std::vector<Array> below = f(moved(x, t, -h));
      std::vector<std::vector<double>> slopes;
      for (std::size_t k = 0; k < above.size(); ++k) {
        const std::vector<double> u = above[k].values();
        const std::vector<double> v = below[k].values();
        std::vector<double> slope(u.size());
        for (std::size_t i = 0; i < u.size(); ++i) {
          slope[i] = (u[i] - v[i]) / (2 * h);
        }
        slopes.push_back(slope);
      }
      return slopes;
    };
    constexpr double h = 1e-4;
    std::vector<std::vector<double>> fine = central(h);
    const std::vector<std::vector<double>> coarse = central(2 * h);
    for (std::size_t k = 0; k < fine.size(); ++k) {
      for (std::size_t i = 0; i < fine[k].size(); ++i) {
        fine[k][i] += (fine[k][i] - coarse[k][i]) / 3;
      }
    }
    return fine;
  }
  static void expect_near(const std::vector<Array>& found, const std::vector<std::vector<double>>& wanted) {
    ASSERT_EQ(found.size(), wanted.size());
    for (std::size_t k = 0; k < found.size(); ++k) {
      const std::vector<double> values = found[k].values();
      for (std::size_t i = 0; i < values.size(); ++i) {
        EXPECT_NEAR(values[i], wanted[k][i], 2e-8 * (1 + std::abs(wanted[k][i])))
            << "result " << k << ", element " << i;
      }
    }
  }
  static bool has_derivative(const ArrayFunction& f, const std::vector<Array>& x) {
    return !x.empty() && !f(x).empty();
  }
};

TEST_P(PrimitiveLaws, HasDocumentationAndExamples) {
  EXPECT_FALSE(GetParam()->doc.empty());
  if (GetParam()->lowering != ir::Lowering::constant) {
    EXPECT_FALSE(examples().empty());
  }
}

TEST_P(PrimitiveLaws, ResultsHaveTheDeclaredTypes) {
  for (const Example& example : examples()) {
    std::vector<Type> types;
    for (const Array& operand : example.operands) {
      types.push_back(operand.type());
    }
    const std::vector<Type> declared = GetParam()->types(types, example.attributes);
    const std::vector<Array> results = run(example, example.operands);
    ASSERT_EQ(declared.size(), results.size());
    for (std::size_t k = 0; k < declared.size(); ++k) {
      EXPECT_EQ(declared[k], results[k].type());
    }
  }
}

TEST_P(PrimitiveLaws, ForwardModeAgreesWithDifferences) {
  for (const Example& example : examples()) {
    const ArrayFunction f = as_function(example);
    const std::vector<Array> x = real_operands(example);
    if (!has_derivative(f, x)) {
      continue;
    }
    const std::vector<Array> t = directions(x, 0.3);
    std::vector<std::vector<double>> slopes = differences(f, x, t);
    if (GetParam() == &primitives::stop_gradient) {
      slopes[0].assign(slopes[0].size(), 0.0);
    }
    expect_near(jvp(f, x, t).tangents, slopes);
  }
}

TEST_P(PrimitiveLaws, ReverseModeIsTheTransposeOfForwardMode) {
  for (const Example& example : examples()) {
    const ArrayFunction f = as_function(example);
    const std::vector<Array> x = real_operands(example);
    if (!has_derivative(f, x)) {
      continue;
    }
    const std::vector<Array> t = directions(x, 0.3);
    const JvpResult forward = jvp(f, x, t);
    const std::vector<Array> c = directions(forward.tangents, 1.1);
    const double wanted = inner(c, forward.tangents);
    EXPECT_NEAR(inner(vjp(f, x).pullback(c), t), wanted, 1e-11 * (1 + std::abs(wanted)));
  }
}

TEST_P(PrimitiveLaws, SecondAndThirdDerivativesAgreeWithDifferencesOfTheOrderBelow) {
  for (const Example& example : examples()) {
    const ArrayFunction f = as_function(example);
    const std::vector<Array> x = real_operands(example);
    if (!has_derivative(f, x)) {
      continue;
    }
    const std::vector<Array> t = directions(x, 0.3);
    // c · f is scalar: its gradient, then that gradient's derivative along t, twice.
    const std::vector<Array> c = directions(f(x), 1.1);
    const ArrayFunction gradient = [&](std::span<const Array> y) {
      return vjp(f, std::vector<Array>(y.begin(), y.end())).pullback(c);
    };
    const ArrayFunction second = [&](std::span<const Array> y) {
      return jvp(gradient, std::vector<Array>(y.begin(), y.end()), t).tangents;
    };
    expect_near(second(x), differences(gradient, x, t));
    expect_near(jvp(second, x, t).tangents, differences(second, x, t));
    // reverse over reverse
    const ArrayFunction slope = [&](std::span<const Array> y) -> std::vector<Array> {
      const std::vector<Array> g = gradient(y);
      Array total = zeros({});
      for (std::size_t k = 0; k < g.size(); ++k) {
        total = total + sum(g[k] * t[k]);
      }
      return {total};
    };
    std::vector<std::vector<double>> wanted;
    for (const Array& part : second(x)) {
      wanted.push_back(part.values());
    }
    expect_near(vjp(slope, x).pullback({ones({})}), wanted);
  }
}

TEST_P(PrimitiveLaws, BatchedEqualsLooped) {
  for (const Example& example : examples()) {
    if (example.operands.empty()) {
      continue;
    }
    // Every operand batched alone, and all of them together.
    const std::size_t count = example.operands.size();
    for (std::size_t choice = 0; choice <= count; ++choice) {
      std::vector<bool> batched(count, choice == count);
      if (choice < count) {
        batched[choice] = true;
      }
      std::vector<Array> stacked;
      std::vector<std::vector<Array>> single(2);
      for (std::size_t k = 0; k < count; ++k) {
        const Array& first = example.operands[k];
        const Array other = is_real(first.dtype()) && GetParam()->name != "cholesky" ? first * 0.5 : first;
        stacked.push_back(batched[k] ? stack({first, other}) : first);
        single[0].push_back(first);
        single[1].push_back(batched[k] ? other : first);
      }
      const std::vector<Array> together = vmap_at(
          [&](std::span<const Array> x) {
            return ir::apply_all(*GetParam(), x, example.attributes, std::source_location::current());
          },
          stacked, batched);
      for (std::size_t entry = 0; entry < 2; ++entry) {
        const std::vector<Array> alone = run(example, single[entry]);
        for (std::size_t k = 0; k < alone.size(); ++k) {
          ASSERT_EQ(index(together[k], static_cast<std::int64_t>(entry)).type(), alone[k].type());
          const std::vector<double> found = index(together[k], static_cast<std::int64_t>(entry)).values();
          const std::vector<double> wanted = alone[k].values();
          EXPECT_EQ(std::memcmp(found.data(), wanted.data(), found.size() * sizeof(double)), 0)
              << GetParam()->name << ", entry " << entry << ", batched " << choice;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, PrimitiveLaws, testing::ValuesIn(ops::primitives().begin(), ops::primitives().end()),
                         example_name);

}  // namespace
}  // namespace downhill
