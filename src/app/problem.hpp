#pragma once
#include <downhill/bounds.hpp>
#include <downhill/derivatives.hpp>
#include <downhill/method.hpp>
#include <downhill/problems.hpp>
#include <downhill/residual_loss.hpp>
#include <downhill/stop.hpp>

#include <optional>
#include <string>
#include <vector>

#include "app/arguments.hpp"
#include "formula/evaluate.hpp"

/// The problem that a command works on, put together from the command line, a problem file and data.
namespace downhill::app {

/// The variables of a start side by side in one flat x.
class FlatVariables {
 public:
  explicit FlatVariables(std::vector<formula::Binding> start);

  [[nodiscard]] std::size_t size() const { return values_.size(); }
  [[nodiscard]] std::size_t count() const { return start_.size(); }
  [[nodiscard]] const std::string& name(std::size_t i) const { return start_[i].name; }
  [[nodiscard]] const Shape& shape(std::size_t i) const { return start_[i].value.shape(); }
  /// The part of a flat x that belongs to variable i.
  [[nodiscard]] std::span<const double> part(std::size_t i, std::span<const double> flat) const;
  /// The start, flat.
  [[nodiscard]] const std::vector<double>& start() const { return values_; }
  /// `b1`, or `x[3]`, or `A[1,0]`: what coordinate k of the flat x is called.
  [[nodiscard]] std::string label(std::size_t k) const;
  /// The variables cut out of a flat array, by array functions.
  [[nodiscard]] std::vector<formula::Binding> unflatten(const Array& flat) const;

 private:
  std::vector<formula::Binding> start_;
  std::vector<std::size_t> offsets_;
  std::vector<double> values_;
};

struct Problem {
  formula::Program program = {};  ///< a formula, or a model with its left side
  FlatVariables variables;
  std::vector<formula::Binding> data = {};
  std::size_t rows = 0;  ///< of the CSV file; 0 without one
  std::optional<std::string> method = {};
  ResidualLoss loss = SquaredLoss{};  ///< of the residuals of a model
  Stop stop = {};
  std::uint64_t seed = 0;
  std::vector<std::string> warnings = {};  ///< for people, on standard error
  const TestProblem* test = nullptr;       ///< of the library, in place of a program
  std::optional<Bounds> bounds = {};       ///< on the flat x
  /// Made elsewhere, in place of a program: the loss, or the residuals, of the flat x.
  ArrayFunction loss_function = {};
  ArrayFunction residuals_function = {};
  std::string name = {};  ///< of that function, for titles
};

/// Whether it is a sum of squares to fit, or a loss to minimise.
[[nodiscard]] bool is_fit(const Problem& problem);

/// Reads everything that `arguments` name. What the command line says goes before what the file says.
/// Throws InputError and OptionError.
[[nodiscard]] Problem read_problem(const Arguments& arguments);

/// The loss as a function of one flat array: [f64[n]] to a scalar. Throws InputError when the formula's value is not one number.
[[nodiscard]] ArrayFunction loss_of(const Problem& problem);

/// The residuals, left - right, of a model: [f64[n]] to f64[m]. Throws InputError when the sides do not fit.
[[nodiscard]] ArrayFunction residuals_of(const Problem& problem);

/// The part of the formula or model that is NaN or infinite at a flat x; empty if there is none, or no formula.
[[nodiscard]] std::string formula_not_finite_at(const Problem& problem, std::span<const double> x);

/// The right side of a model at a flat x, m numbers; nothing if its left side uses variables.
[[nodiscard]] std::optional<std::vector<double>> fitted_values(const Problem& problem, std::span<const double> x);

}  // namespace downhill::app
