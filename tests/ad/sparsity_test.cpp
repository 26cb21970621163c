#include "analysis/sparsity.hpp"

#include "ir/trace.hpp"
#include "ops/primitives.hpp"

#include <downhill/derivatives.hpp>
#include <downhill/operations.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>

namespace downhill::analysis {
namespace {

const SparsityLimits no_limits{.entries = 1'000'000};

Sparsity jacobian_of(const ArrayFunction& f, const Type& x, const SparsityLimits& limits = no_limits) {
  const std::vector<Type> inputs{x};
  return jacobian_sparsity(ir::trace(f, inputs), limits);
}

ArrayFunction gradient_of(const ArrayFunction& f) {
  return [f](std::span<const Array> x) { return std::vector<Array>{value_and_gradient_at(f, x).gradient}; };
}

using Rows = std::vector<std::vector<std::uint32_t>>;
Rows rows_of(const SparsityPattern& pattern) {
  Rows rows;
  for (std::size_t i = 0; i < pattern.rows(); ++i) rows.emplace_back(pattern.row(i).begin(), pattern.row(i).end());
  return rows;
}
Rows jacobian_rows(const std::function<Array(const Array&)>& f, const Shape& shape) {
  const auto flat = [&](std::span<const Array> x) { return std::vector<Array>{f(x[0])}; };
  return rows_of(jacobian_of(flat, {DType::f64, shape}).pattern);
}

void expect_contains(const SparsityPattern& pattern, const std::vector<double>& matrix, const std::string& what) {
  ASSERT_EQ(pattern.rows() * pattern.columns, matrix.size()) << what;
  for (std::size_t i = 0; i < pattern.rows(); ++i) {
    for (std::size_t j = 0; j < pattern.columns; ++j) {
      if (matrix[i * pattern.columns + j] == 0) continue;
      EXPECT_TRUE(std::ranges::binary_search(pattern.row(i), static_cast<std::uint32_t>(j)))
          << what << ": " << i << ", " << j << " is " << matrix[i * pattern.columns + j];
    }
  }
}

// Every primitive at every example, as a function of one of its real operands.
class SparsityLaws : public testing::TestWithParam<const ir::Primitive*> {
 protected:
  template <class Check>
  void for_each_function(const Check& check) const {
    if (GetParam()->examples == nullptr) return;
    for (const ir::Example& example : GetParam()->examples()) {
      for (std::size_t k = 0; k < example.operands.size(); ++k) {
        if (example.operands[k].dtype() != DType::f64) continue;
        const ArrayFunction f = [&, k](std::span<const Array> x) {
          std::vector<Array> operands = example.operands;
          operands[k] = x[0];
          const std::vector<Array> all =
              ir::apply_all(*GetParam(), operands, example.attributes, std::source_location::current());
          std::vector<Array> real;
          for (const Array& result : all) {
            if (result.dtype() == DType::f64) real.push_back(reshape(result, {-1}));
          }
          return std::vector<Array>{real.empty() ? sum(x[0]) * 0.0 : concatenate(real, 0)};
        };
        check(f, example.operands[k], std::string(GetParam()->name) + " by operand " + std::to_string(k));
      }
    }
  }
};

TEST_P(SparsityLaws, ThePatternHasEveryEntryOfTheJacobianThatIsNotZero) {
  for_each_function([](const ArrayFunction& f, const Array& x, const std::string& what) {
    const std::array arguments{x};
    const Sparsity found = jacobian_of(f, x.type());
    ASSERT_EQ(found.kind, Sparsity::Kind::sparse) << what;
    expect_contains(found.pattern, jacobian_at(f, arguments).values(), what);
  });
}

TEST_P(SparsityLaws, ThePatternOfTheGradientHasEveryEntryOfTheHessianThatIsNotZero) {
  for_each_function([](const ArrayFunction& f, const Array& x, const std::string& what) {
    const ArrayFunction loss = [f](std::span<const Array> at) {
      const Array r = f(at).front() * 0.125;
      return std::vector<Array>{sum(r * r * r + r)};
    };
    const std::array arguments{x};
    const ArrayFunction gradient = [loss](std::span<const Array> at) {
      return std::vector<Array>{reshape(value_and_gradient_at(loss, at).gradient, {-1})};
    };
    expect_contains(symmetric(jacobian_of(gradient, x.type()).pattern), hessian_at(loss, arguments).values(), what);
  });
}

std::string primitive_name(const testing::TestParamInfo<const ir::Primitive*>& info) {
  return std::string(info.param->name);
}
INSTANTIATE_TEST_SUITE_P(All, SparsityLaws, testing::ValuesIn(ops::primitives().begin(), ops::primitives().end()),
                         primitive_name);

TEST(Sparsity, OfElementwiseFunctionsIsDiagonal) {
  EXPECT_EQ(jacobian_rows([](const Array& x) { return exp(x) * sin(x) + 2.0; }, {3}), (Rows{{0}, {1}, {2}}));
  EXPECT_EQ(jacobian_rows([](const Array& x) { return where(x > 0, x, 1.0); }, {2}), (Rows{{0}, {1}}));
}

TEST(Sparsity, FollowsWhatIsMovedSummedAndGathered) {
  EXPECT_EQ(jacobian_rows([](const Array& x) { return slice(x, {{1, 3, 1}}) * slice(x, {{0, 2, 1}}); }, {3}),
            (Rows{{0, 1}, {1, 2}}));
  EXPECT_EQ(jacobian_rows([](const Array& x) { return sum(transpose(x), Axes{{1}}); }, {2, 3}),
            (Rows{{0, 3}, {1, 4}, {2, 5}}));
  const Array places({2, 0}, {2}, DType::i32);
  EXPECT_EQ(jacobian_rows([&](const Array& x) { return gather(x, places); }, {3}), (Rows{{2}, {0}}));
}

TEST(Sparsity, OfAProductLeavesOutTheZerosOfAMatrixThatDoesNotVary) {
  std::vector<double> entries(100, 0.0);
  for (std::size_t i = 0; i < 10; ++i) entries[i * 10 + (i + 1) % 10] = 2;
  const Array captured(entries, {10, 10});
  const Rows rows = jacobian_rows([&](const Array& x) { return matmul(captured, x); }, {10});
  ASSERT_EQ(rows.size(), 10U);
  for (std::uint32_t i = 0; i < 10; ++i) EXPECT_EQ(rows[i], (std::vector<std::uint32_t>{(i + 1) % 10}));
  EXPECT_EQ(jacobian_rows([](const Array& x) { return x * Array({1, 0, 2}, {3}); }, {3}), (Rows{{0}, {}, {2}}));
}

TEST(Sparsity, OfTheGradientOfAChainIsTridiagonal) {
  const ArrayFunction chain = [](std::span<const Array> x) {
    const Array a = slice(x[0], {{0, 4, 1}}), b = slice(x[0], {{1, 5, 1}});
    return std::vector<Array>{sum(square(b - square(a)) * 100.0 + square(1.0 - a))};
  };
  EXPECT_EQ(rows_of(jacobian_of(gradient_of(chain), {DType::f64, {5}}).pattern),
            (Rows{{0, 1}, {0, 1, 2}, {1, 2, 3}, {2, 3, 4}, {3, 4}}));
}

TEST(Sparsity, OfMoreEntriesOrWorkThanAllowedIsNamedSo) {
  const ArrayFunction dense = gradient_of([](std::span<const Array> x) { return std::vector<Array>{exp(sum(x[0]))}; });
  EXPECT_EQ(jacobian_of(dense, {DType::f64, {1000}}, {.entries = 900'000}).kind, Sparsity::Kind::dense);
  EXPECT_EQ(jacobian_of(dense, {DType::f64, {1000}}, {.entries = 900'000, .work = 1000}).kind,
            Sparsity::Kind::too_costly);
}

}  // namespace
}  // namespace downhill::analysis
