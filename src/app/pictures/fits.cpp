#include "app/pictures/fits.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/loss.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/pictures/runs.hpp"

namespace downhill::app {
namespace {

using landscape::Chart;
using landscape::Series;

// Names that stand in the left side of the model: its expressions come first.
std::set<std::string> names_on_left(const Problem& problem) {
  std::set<std::string> names;
  const formula::Program& model = problem.program;
  for (std::size_t k = 0; k <= *model.left; ++k) {
    if (model.expressions[k].kind == formula::Expression::Kind::name) names.insert(model.expressions[k].name);
  }
  return names;
}

// The column that the right side alone uses, if it is one; every column then has one number a row.
const formula::Binding* abscissa(const Problem& problem, std::size_t rows) {
  const std::set<std::string> left = names_on_left(problem);
  const formula::Binding* found = nullptr;
  for (const formula::Binding& column : problem.data) {
    if (column.value.shape() != Shape{static_cast<std::int64_t>(rows)}) return nullptr;
    if (left.contains(column.name)) continue;
    if (found != nullptr) return nullptr;
    found = &column;
  }
  return found;
}

// As in the formula: `y` where the left side is one name.
std::string left_label(const Problem& problem) {
  const std::set<std::string> names = names_on_left(problem);
  return names.size() == 1 ? *names.begin() : "left side of the model";
}

struct Curve {
  std::vector<double> x, low, values, high;
};

// Between the data: standard errors of the curve by linearisation, as at the rows (Seber & Wild 1989, 5.1).
std::optional<Curve> curve_between(const Problem& problem, const formula::Binding& column, std::span<const double> x,
                                   const FitStatistics& statistics, double quantile) {
  constexpr std::size_t count = 301;
  const std::vector<double> given = column.value.values();
  const auto [least, most] = std::ranges::minmax(given);
  if (!(least < most)) return std::nullopt;
  Curve curve;
  const double room = 0.02 * (most - least);
  for (std::size_t k = 0; k < count; ++k) {
    curve.x.push_back(least - room +
                      (most - least + 2 * room) * static_cast<double>(k) / static_cast<double>(count - 1));
  }
  Problem between = problem;
  for (formula::Binding& data : between.data) {
    data.value = data.name == column.name ? Array(curve.x) : Array(std::vector<double>(count, 1.0));
  }
  const auto values = fitted_values(between, x);
  if (!values) return std::nullopt;
  curve.values = *values;
  const std::size_t n = x.size();
  ProgramOptions options;
  options.engine = Engine::interpreter;  // once
  Objective residuals =
      traced_least_squares(residuals_of(between), Type{DType::f64, Shape{static_cast<std::int64_t>(n)}}, options);
  std::vector<double> ignored(count), jacobian(count * n);
  residuals.residuals_and_jacobian(x, ignored, jacobian);
  for (std::size_t k = 0; k < count; ++k) {
    double variance = 0;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        const double covariance = statistics.covariance[i * n + j];
        const double part = jacobian[k * n + i] * jacobian[k * n + j];
        if (part != 0 && !std::isnan(covariance)) variance += part * covariance;  // NaN: held at a bound
      }
    }
    const double half = quantile * std::sqrt(std::max(variance, 0.0));
    curve.low.push_back(curve.values[k] - half);
    curve.high.push_back(curve.values[k] + half);
  }
  return curve;
}

bool is_all_finite(const std::vector<double>& numbers) {
  return std::ranges::all_of(numbers, [](double number) { return std::isfinite(number); });
}

std::vector<double> in_order(const std::vector<double>& numbers, const std::vector<std::size_t>& order) {
  std::vector<double> result;
  for (const std::size_t k : order) result.push_back(numbers[k]);
  return result;
}

// Positive numbers over more than two decades, evenly enough that most would be crammed otherwise.
bool wants_logarithm(const std::vector<double>& numbers) {
  std::vector<double> sorted = numbers;
  std::ranges::sort(sorted);
  return sorted.front() > 0 && sorted.back() > 300 * sorted.front() && sorted[sorted.size() / 2] < 0.1 * sorted.back();
}

}  // namespace

landscape::Figure picture_of_fit(const Problem& problem, const Result& result, const FitStatistics& statistics,
                                 const FitIntervals& intervals) {
  std::vector<double> residuals;
  for (const Array& array : residuals_of(problem)(std::vector<Array>{Array(result.x)})) residuals = array.values();
  const formula::Binding* column = abscissa(problem, residuals.size());
  std::vector<double> x(residuals.size());
  std::iota(x.begin(), x.end(), 1.0);
  if (column != nullptr) x = column->value.values();
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return x[a] < x[b]; });
  const std::vector<double> places = in_order(x, order);
  const landscape::AxisScale scale =
      column != nullptr && wants_logarithm(x) ? landscape::AxisScale::logarithmic : landscape::AxisScale::linear;
  const std::string x_label = column != nullptr ? column->name : "row of the data";

  landscape::Figure figure{.title = title_of(problem), .columns = {}, .widths = {1.4, 1}, .width = 1120, .height = 560};
  if (intervals.curve) {
    Chart chart{.title = "data and fit", .x = {x_label, scale}, .y = {left_label(problem)}};
    const std::string band = fmt::format("{:g} % confidence", 100 * intervals.level);
    std::optional<Curve> between;
    if (column != nullptr) between = curve_between(problem, *column, result.x, statistics, intervals.quantile);
    if (!between) {
      between = Curve{places, {}, in_order(intervals.curve->values, order), {}};
      const std::vector<double> half = in_order(intervals.curve->confidence, order);
      for (std::size_t k = 0; k < half.size(); ++k) {
        between->low.push_back(between->values[k] - half[k]);
        between->high.push_back(between->values[k] + half[k]);
      }
    }
    if (is_all_finite(between->low) && is_all_finite(between->high)) {
      chart.series.push_back({Series::Kind::band, band, 0, between->x, between->low, between->high});
    }
    std::vector<double> measured = intervals.curve->values;
    for (std::size_t k = 0; k < measured.size(); ++k) measured[k] += residuals[k];
    chart.series.push_back({Series::Kind::line, "fit", 1, between->x, between->values});
    chart.series.push_back({Series::Kind::points, "data", 6, places, in_order(measured, order)});
    figure.columns.push_back({std::move(chart)});
  }
  Chart rest{.title = "residuals", .x = {x_label, scale}, .y = {"left side less right side"}};
  rest.series.push_back({Series::Kind::impulses, "", 0, places, in_order(residuals, order)});
  std::vector<Chart> stack{std::move(rest)};
  if (!result.trace.empty()) {
    const landscape::RunRecord record{.name = "", .trace = result.trace};
    stack.push_back(landscape::value_chart({&record, 1}));
    stack.back().y.label =
        (is_squared(problem.loss) ? "sum of squares" : problem.loss.text()) + stack.back().y.label.substr(1);
  }
  if (!intervals.curve) figure.widths.clear();
  figure.columns.push_back(std::move(stack));
  return figure;
}

}  // namespace downhill::app
