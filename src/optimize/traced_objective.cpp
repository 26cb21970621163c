#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "analysis/convexity.hpp"
#include "analysis/degree.hpp"
#include "analysis/lowest_value.hpp"
#include "analysis/not_finite.hpp"
#include "analysis/smoothness.hpp"
#include "ir/trace.hpp"
#include "optimize/compiled.hpp"
#include "optimize/l1_split.hpp"
#include "optimize/square_split.hpp"
#include "optimize/traced_pieces.hpp"
#include "optimize/traced_sparse.hpp"
#include "optimize/traced_sum.hpp"

namespace downhill {

namespace {

using optimize::Compiled;

class TracedSource final : public LossSource {
 public:
  // `residuals` is empty for a plain loss.
  TracedSource(ArrayFunction loss, ArrayFunction residuals, const Type& x, const ProgramOptions& options)
      : loss_(std::move(loss)), residual_function_(std::move(residuals)), type_(x), options_(options) {
    if (x.dtype != DType::f64) {
      throw ShapeError(fmt::format("minimize: x is not f64: {}", to_string(x)));
    }
    n_ = static_cast<std::size_t>(x.shape.size());
    capabilities_.gradient = capabilities_.hessian = Derivatives::exact;
    look_at_graph();
  }

  std::size_t size() const override { return n_; }
  Capabilities capabilities() const override { return capabilities_; }
  double trace_seconds() const override { return trace_seconds_ + (sparse_ ? sparse_->trace_seconds() : 0); }
  double compile_seconds() const override { return compile_seconds_ + (sparse_ ? sparse_->compile_seconds() : 0); }
  std::string failure() const override { return failure_.message(); }

  std::string first_not_finite(std::span<const double> x) override {
    const std::array inputs{type_};
    std::string found = analysis::first_not_finite(ir::trace(loss_, inputs), x);
    if (!found.empty()) return found;
    const auto both = [f = loss_](std::span<const Array> arguments) -> std::vector<Array> {
      const ValueAndGradient at = value_and_gradient_at(f, arguments);
      return {at.value, at.gradient};
    };
    found = analysis::first_not_finite(ir::trace(both, inputs), x);
    return found.empty() ? found : "in the derivative " + found;
  }
  std::span<const L1Term> l1() const override { return split_.terms; }
  optimize::PieceSource* pieces() override { return pieces_.get(); }

  optimize::SparseSource* sparse() override {
    if (!is_sparsity_known_) {
      is_sparsity_known_ = true;
      const auto began = std::chrono::steady_clock::now();
      if (capabilities_.smooth == true && n_ >= least_sparse_variables)
        sparse_ = optimize::traced_sparse(loss_, residual_function_, type_, options_);
      trace_seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    }
    return sparse_.get();
  }

  double value(std::span<const double> x) override {
    if (!value_) compile(value_, loss_, 1);
    double result = 0;
    return run(*value_, {x.data()}, {&result}) ? result : not_a_number;
  }

  double value_and_gradient(std::span<const double> x, std::span<double> gradient) override {
    if (!gradient_) {
      compile(
          gradient_,
          [f = loss_](std::span<const Array> arguments) -> std::vector<Array> {
            const ValueAndGradient both = value_and_gradient_at(f, arguments);
            return {both.value, both.gradient};
          },
          1);
    }
    double result = 0;
    if (run(*gradient_, {x.data()}, {&result, gradient.data()})) return result;
    std::ranges::fill(gradient, not_a_number);
    return not_a_number;
  }

  SplitValue split_value_and_gradient(std::span<const double> x, std::span<double> gradient) override {
    if (split_.terms.empty()) return LossSource::split_value_and_gradient(x, gradient);
    if (!parts_) {
      compile(
          parts_,
          [f = loss_, g = split_.smooth_part](std::span<const Array> arguments) -> std::vector<Array> {
            const ValueAndGradient smooth = value_and_gradient_at(g, arguments);
            return {f(arguments).front(), smooth.value, smooth.gradient};
          },
          1);
    }
    SplitValue result;
    if (run(*parts_, {x.data()}, {&result.value, &result.smooth_part, gradient.data()})) return result;
    std::ranges::fill(gradient, not_a_number);
    return {not_a_number, not_a_number};
  }

  void hessian_vector(std::span<const double> x, std::span<const double> direction,
                      std::span<double> product) override {
    if (!product_) {
      compile(
          product_,
          [f = curved_part()](std::span<const Array> arguments) -> std::vector<Array> {
            return {hvp_at(f, arguments[0], arguments[1])};
          },
          2);
    }
    if (!run(*product_, {x.data(), direction.data()}, {product.data()})) std::ranges::fill(product, not_a_number);
  }

  void hessian(std::span<const double> x, std::span<double> hessian) override {
    if (!hessian_) {
      compile(
          hessian_,
          [f = curved_part()](std::span<const Array> arguments) -> std::vector<Array> {
            return {hessian_at(f, arguments)};
          },
          1);
    }
    if (!run(*hessian_, {x.data()}, {hessian.data()})) std::ranges::fill(hessian, not_a_number);
  }

  double residuals(std::span<const double> x, std::span<double> residuals) override {
    if (!residuals_) {
      compile(
          residuals_,
          [f = loss_, r = residual_function_](std::span<const Array> arguments) -> std::vector<Array> {
            return {f(arguments).front(), r(arguments).front()};
          },
          1);
    }
    double result = 0;
    if (run(*residuals_, {x.data()}, {&result, residuals.data()})) return result;
    std::ranges::fill(residuals, not_a_number);
    return not_a_number;
  }

  double residuals_and_jacobian(std::span<const double> x, std::span<double> residuals,
                                std::span<double> jacobian) override {
    if (!jacobian_) {
      compile(
          jacobian_,
          [f = loss_, r = residual_function_](std::span<const Array> arguments) -> std::vector<Array> {
            return {f(arguments).front(), r(arguments).front(), jacobian_at(r, arguments)};
          },
          1);
    }
    double result = 0;
    if (run(*jacobian_, {x.data()}, {&result, residuals.data(), jacobian.data()})) return result;
    std::ranges::fill(residuals, not_a_number);
    std::ranges::fill(jacobian, not_a_number);
    return not_a_number;
  }

  // A batch of points is one program for its size, once that size has come often enough to be worth compiling.
  void values(std::span<const double> points, std::span<double> values) override {
    const std::size_t count = values.size();
    if (count != batch_size_) {
      batch_size_ = count;
      batches_seen_ = 0;
      batch_.reset();
    }
    if (++batches_seen_ <= batches_before_compiling || count < 2) return LossSource::values(points, values);
    if (!batch_) {
      std::vector<std::int64_t> lengths{static_cast<std::int64_t>(count)};
      lengths.insert(lengths.end(), type_.shape.begin(), type_.shape.end());
      const std::array inputs{Type{DType::f64, Shape(std::move(lengths))}};
      compile(batch_, [f = loss_](std::span<const Array> arguments) { return vmap_at(f, arguments); }, inputs);
    }
    // One point that fails fails the whole batch: then they are tried one by one.
    if (!run(*batch_, {points.data()}, {values.data()})) LossSource::values(points, values);
  }

 private:
  static constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
  static constexpr std::uint64_t batches_before_compiling = 16;
  // A Hessian of fewer costs little as it is.
  static constexpr std::size_t least_sparse_variables = 11;
  // Up to here a Jacobian may be worth more than what stands for it; see choose_method.
  static constexpr std::size_t most_residual_variables = 300;

  void look_at_graph() {
    const auto began = std::chrono::steady_clock::now();
    const std::array inputs{type_};
    const ir::Traced traced = ir::trace(loss_, inputs);
    if (traced.graph.outputs().size() != 1) {
      throw ShapeError(
          fmt::format("minimize: the loss gives {} arrays where one is needed", traced.graph.outputs().size()));
    }
    const Type result = traced.graph.type(traced.graph.outputs().front());
    if (result.dtype != DType::f64 || result.shape.rank() != 0) {
      throw ShapeError(fmt::format("minimize: the loss is not one real number: it is {}", to_string(result)));
    }
    std::vector<bool> variable(traced.graph.inputs().size(), false);
    variable.front() = true;
    const analysis::Degree degree = analysis::degrees(traced.graph, variable).front();
    if (degree != analysis::Degree::other) capabilities_.quadratic = true;
    capabilities_.smooth = analysis::is_smooth(traced);
    switch (analysis::convexity(traced)) {
      case analysis::Convexity::unknown: break;
      case analysis::Convexity::convex: capabilities_.convexity = Convexity::convex; break;
      case analysis::Convexity::strictly_convex: capabilities_.convexity = Convexity::strictly_convex; break;
    }
    capabilities_.lower_bound = analysis::lower_bound(traced);
    if (!residual_function_) {
      split_ = optimize::split_l1(traced);
      pieces_ = optimize::traced_pieces(traced, options_);
    }
    if (!split_.terms.empty()) {
      capabilities_.smooth = false;
      const ir::Traced rest = ir::trace(split_.smooth_part, inputs);
      capabilities_.smooth_part = analysis::is_smooth(rest);
    }
    const bool may_have_residuals = split_.terms.empty() && capabilities_.smooth == true && !capabilities_.quadratic;
    if (!residual_function_ && may_have_residuals && n_ <= most_residual_variables) {
      residual_function_ = optimize::split_squares(traced);
    }
    if (residual_function_) {
      const ir::Traced residuals = ir::trace(residual_function_, inputs);
      capabilities_.residuals =
          static_cast<std::size_t>(residuals.graph.type(residuals.graph.outputs().front()).shape.size());
    }
    trace_seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  }

  // What second derivatives are of: straight terms have none.
  [[nodiscard]] const ArrayFunction& curved_part() const { return split_.terms.empty() ? loss_ : split_.smooth_part; }

  void compile(std::optional<Compiled>& slot, const ArrayFunction& f, std::span<const Type> inputs) {
    slot.emplace(f, inputs, options_);
    trace_seconds_ += slot->program().trace_seconds();
    compile_seconds_ += slot->program().compile_seconds();
  }
  void compile(std::optional<Compiled>& slot, const ArrayFunction& f, std::size_t count) {
    compile(slot, f, std::vector<Type>(count, type_));
  }

  template <std::size_t In, std::size_t Out>
  bool run(Compiled& compiled, const void* const (&inputs)[In], void* const (&outputs)[Out]) {
    RunStatus status = compiled.run(inputs, outputs);
    if (status.is_ok()) return true;
    failure_ = std::move(status);
    return false;
  }

  ArrayFunction loss_;
  ArrayFunction residual_function_;
  optimize::L1Split split_;
  std::unique_ptr<optimize::PieceSource> pieces_;
  std::unique_ptr<optimize::SparseSource> sparse_;
  bool is_sparsity_known_ = false;
  Type type_;
  ProgramOptions options_;
  std::size_t n_ = 0;
  Capabilities capabilities_;
  std::optional<Compiled> value_, gradient_, parts_, product_, hessian_, residuals_, jacobian_, batch_;
  std::size_t batch_size_ = 0;
  std::uint64_t batches_seen_ = 0;
  RunStatus failure_;
  double trace_seconds_ = 0;
  double compile_seconds_ = 0;
};

}  // namespace

std::shared_ptr<LossSource> optimize::traced_sum(ArrayFunction loss, ArrayFunction residuals, const Type& x,
                                                 const ProgramOptions& options) {
  return std::make_shared<TracedSource>(std::move(loss), std::move(residuals), x, options);
}

Objective traced_objective(ArrayFunction loss, const Type& x, const ProgramOptions& options) {
  return Objective(std::make_shared<TracedSource>(std::move(loss), ArrayFunction(), x, options));
}

Objective traced_least_squares(ArrayFunction residuals, const Type& x, const ProgramOptions& options) {
  ArrayFunction loss = [residuals](std::span<const Array> arguments) -> std::vector<Array> {
    const Array r = residuals(arguments).front();
    return {sum(r * r)};
  };
  return Objective(optimize::traced_sum(std::move(loss), std::move(residuals), x, options));
}

}  // namespace downhill
