#pragma once
#include <downhill/objective.hpp>

#include <array>
#include <chrono>
#include <limits>
#include <memory>
#include <vector>

#include "optimize/pieces.hpp"
#include "optimize/sparse_source.hpp"

namespace downhill::bench {

/// When the values that an optimizer saw first came down to a target.
struct Reached {
  double target = -std::numeric_limits<double>::infinity();
  bool is_reached = false;
  double seconds = 0;
  EvaluationCounts counts = {};
};

/// A loss that counts what is asked of it and watches the values that come out, for every optimizer alike.
class Recorder final : public LossSource {
 public:
  explicit Recorder(std::shared_ptr<LossSource> source);

  /// Forgets what was counted and starts the clock. After `limit` seconds `is_expired`. Seconds are those of the processor, of all
  /// threads together, so that other work on the machine does not count.
  void reset(double limit);
  /// The targets watched, the easier one first.
  void watch(std::array<double, 2> targets);

  [[nodiscard]] bool is_expired() const;
  [[nodiscard]] double limit() const { return limit_; }
  [[nodiscard]] double seconds() const;
  [[nodiscard]] const EvaluationCounts& counts() const { return counts_; }
  [[nodiscard]] const std::array<Reached, 2>& reached() const { return reached_; }
  [[nodiscard]] double least() const { return least_; }

  [[nodiscard]] std::size_t size() const override { return source_->size(); }
  [[nodiscard]] Capabilities capabilities() const override { return source_->capabilities(); }
  double value(std::span<const double> x) override;
  double value_and_gradient(std::span<const double> x, std::span<double> gradient) override;
  void hessian_vector(std::span<const double> x, std::span<const double> direction, std::span<double> product) override;
  void hessian(std::span<const double> x, std::span<double> hessian) override;
  double residuals(std::span<const double> x, std::span<double> residuals) override;
  double residuals_and_jacobian(std::span<const double> x, std::span<double> residuals,
                                std::span<double> jacobian) override;
  void values(std::span<const double> points, std::span<double> values) override;
  [[nodiscard]] const Bounds* bounds() const override { return source_->bounds(); }
  [[nodiscard]] std::span<const L1Term> l1() const override { return source_->l1(); }
  SplitValue split_value_and_gradient(std::span<const double> x, std::span<double> gradient) override;
  [[nodiscard]] optimize::PieceSource* pieces() override { return pieces_.get(); }
  [[nodiscard]] optimize::SparseSource* sparse() override;
  [[nodiscard]] std::string failure() const override { return source_->failure(); }
  [[nodiscard]] std::string first_not_finite(std::span<const double> x) override {
    return source_->first_not_finite(x);
  }

 private:
  using Clock = std::chrono::steady_clock;
  friend class RecordedSparse;
  void see(double value);

  std::shared_ptr<LossSource> source_;
  std::unique_ptr<optimize::PieceSource> pieces_;
  std::unique_ptr<optimize::SparseSource> sparse_;
  EvaluationCounts counts_;
  std::array<Reached, 2> reached_;
  double least_ = std::numeric_limits<double>::infinity();
  double limit_ = std::numeric_limits<double>::infinity();
  Clock::time_point began_ = Clock::now();
  double began_processor_ = 0;
};

}  // namespace downhill::bench
