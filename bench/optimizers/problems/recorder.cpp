#include "problems/recorder.hpp"

#include <downhill/bounds.hpp>

#include <ctime>

namespace downhill::bench {

namespace {

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// The pieces of a loss with kinks: what its alternatives are costs as much as a value, a cut as much as a gradient.
class RecordedPieces final : public optimize::PieceSource {
 public:
  RecordedPieces(optimize::PieceSource& pieces, EvaluationCounts& counts) : pieces_(pieces), counts_(counts) {
    parts_.assign(pieces.parts().begin(), pieces.parts().end());
    comparisons_ = pieces.comparisons();
    are_complete_ = pieces.are_complete();
  }

  bool alternatives(std::span<const double> x, std::span<const double> weights, std::span<const double> direction,
                    std::span<double> numbers, std::span<double> changes) override {
    ++counts_.value;
    return pieces_.alternatives(x, weights, direction, numbers, changes);
  }
  bool margins(std::span<const double> x, std::span<const double> weights, std::span<const double> direction,
               std::span<double> margins, std::span<double> changes) override {
    ++counts_.value;
    return pieces_.margins(x, weights, direction, margins, changes);
  }
  bool cut(std::span<const double> x, std::span<const double> weights, std::span<double> gradient,
           std::span<double> slopes, std::span<double> gaps) override {
    ++counts_.gradient;
    return pieces_.cut(x, weights, gradient, slopes, gaps);
  }
  bool hessian(std::span<const double> x, std::span<const double> weights, std::span<double> hessian) override {
    ++counts_.hessian;
    return pieces_.hessian(x, weights, hessian);
  }

 private:
  optimize::PieceSource& pieces_;
  EvaluationCounts& counts_;
};

}  // namespace

// Derivatives of few entries: a Hessian costs the products that give it, a Jacobian as many evaluations of the residuals.
class RecordedSparse final : public optimize::SparseSource {
 public:
  RecordedSparse(optimize::SparseSource& source, Recorder& recorder) : source_(source), recorder_(recorder) {
    if (source.jacobian() != nullptr) jacobian_ = std::make_unique<Jacobian>(*source.jacobian(), recorder);
  }

  const analysis::SparsityPattern& pattern() const override { return source_.pattern(); }
  std::size_t products() const override { return source_.products(); }
  bool has_cheap_factors() const override { return source_.has_cheap_factors(); }
  optimize::SparseJacobian* jacobian() override { return jacobian_.get(); }
  double trace_seconds() const override { return source_.trace_seconds(); }
  double compile_seconds() const override { return source_.compile_seconds(); }
  void hessian(std::span<const double> x, std::span<double> entries) override {
    source_.hessian(x, entries);
    recorder_.counts_.hessian_vector += source_.products();
  }

 private:
  class Jacobian final : public optimize::SparseJacobian {
   public:
    Jacobian(optimize::SparseJacobian& jacobian, Recorder& recorder) : jacobian_(jacobian), recorder_(recorder) {}
    const analysis::SparsityPattern& pattern() const override { return jacobian_.pattern(); }
    std::size_t products() const override { return jacobian_.products(); }
    double evaluate(std::span<const double> x, std::span<double> residuals, std::span<double> entries) override {
      const double value = jacobian_.evaluate(x, residuals, entries);
      recorder_.counts_.residuals += 1 + jacobian_.products();
      recorder_.see(value);
      return value;
    }

   private:
    optimize::SparseJacobian& jacobian_;
    Recorder& recorder_;
  };

  optimize::SparseSource& source_;
  Recorder& recorder_;
  std::unique_ptr<Jacobian> jacobian_;
};

optimize::SparseSource* Recorder::sparse() {
  optimize::SparseSource* const source = source_->sparse();
  if (source != nullptr && !sparse_) sparse_ = std::make_unique<RecordedSparse>(*source, *this);
  return sparse_.get();
}

Recorder::Recorder(std::shared_ptr<LossSource> source) : source_(std::move(source)) {
  if (optimize::PieceSource* pieces = source_->pieces()) pieces_ = std::make_unique<RecordedPieces>(*pieces, counts_);
}

void Recorder::reset(double limit) {
  counts_ = {};
  for (Reached& one : reached_) one = {.target = one.target};
  least_ = std::numeric_limits<double>::infinity();
  limit_ = limit;
  began_ = Clock::now();
  began_processor_ = processor_seconds();
}

void Recorder::watch(std::array<double, 2> targets) {
  for (std::size_t k = 0; k < targets.size(); ++k) reached_[k].target = targets[k];
}

double Recorder::seconds() const { return processor_seconds() - began_processor_; }

// The clock on the wall is cheaper to read, and never behind that of one thread.
bool Recorder::is_expired() const {
  return std::chrono::duration<double>(Clock::now() - began_).count() > limit_ && seconds() > limit_;
}

void Recorder::see(double value) {
  if (!(value < least_)) return;
  least_ = value;
  for (Reached& one : reached_) {
    if (one.is_reached || !(value <= one.target)) continue;
    one.is_reached = true;
    one.seconds = seconds();
    one.counts = counts_;
  }
}

double Recorder::value(std::span<const double> x) {
  const double value = source_->value(x);
  ++counts_.value;
  see(value);
  return value;
}

double Recorder::value_and_gradient(std::span<const double> x, std::span<double> gradient) {
  const double value = source_->value_and_gradient(x, gradient);
  ++counts_.value;
  ++counts_.gradient;
  see(value);
  return value;
}

void Recorder::hessian_vector(std::span<const double> x, std::span<const double> direction, std::span<double> product) {
  source_->hessian_vector(x, direction, product);
  ++counts_.hessian_vector;
}

void Recorder::hessian(std::span<const double> x, std::span<double> hessian) {
  source_->hessian(x, hessian);
  ++counts_.hessian;
}

double Recorder::residuals(std::span<const double> x, std::span<double> residuals) {
  const double value = source_->residuals(x, residuals);
  ++counts_.residuals;
  see(value);
  return value;
}

double Recorder::residuals_and_jacobian(std::span<const double> x, std::span<double> residuals,
                                        std::span<double> jacobian) {
  const double value = source_->residuals_and_jacobian(x, residuals, jacobian);
  ++counts_.residuals;
  ++counts_.jacobian;
  see(value);
  return value;
}

void Recorder::values(std::span<const double> points, std::span<double> values) {
  source_->values(points, values);
  for (const double value : values) {
    ++counts_.value;
    see(value);
  }
}

SplitValue Recorder::split_value_and_gradient(std::span<const double> x, std::span<double> gradient) {
  const SplitValue split = source_->split_value_and_gradient(x, gradient);
  ++counts_.value;
  ++counts_.gradient;
  see(split.value);
  return split;
}

}  // namespace downhill::bench
