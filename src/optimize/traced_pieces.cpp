#include "optimize/traced_pieces.hpp"

#include <downhill/error.hpp>

#include <array>
#include <cstdint>
#include <numeric>
#include <optional>

#include "optimize/compiled.hpp"
#include "optimize/piece_functions.hpp"

namespace downhill::optimize {

namespace {

constexpr std::size_t most_variables = 300;
constexpr std::size_t most_weights = 20000;

class TracedPieces final : public PieceSource {
 public:
  TracedPieces(PieceFunctions functions, bool are_complete, Type x, const ProgramOptions& options)
      : functions_(std::move(functions)), x_(std::move(x)), options_(options) {
    parts_ = functions_.parts();
    comparisons_ = functions_.comparisons();
    are_complete_ = are_complete;
  }

  bool alternatives(std::span<const double> x, std::span<const double> weights, std::span<const double> direction,
                    std::span<double> numbers, std::span<double> changes) override {
    if (!alternatives_) {
      compile(alternatives_, {x_, functions_.weights_type(), x_},
              [this](std::span<const Array> a) { return functions_.alternatives(a[0], a[1], a[2]); });
    }
    const std::array<const void*, 3> inputs{x.data(), weights.data(), direction.data()};
    const std::array<void*, 2> outputs{numbers.data(), changes.data()};
    return alternatives_->run(inputs.data(), outputs.data()).is_ok();
  }

  bool cut(std::span<const double> x, std::span<const double> weights, std::span<double> gradient,
           std::span<double> slopes, std::span<double> gaps) override {
    if (!cut_) {
      compile(cut_, {x_, functions_.weights_type()},
              [this](std::span<const Array> a) { return functions_.cut(a[0], a[1]); });
    }
    const std::array<const void*, 2> inputs{x.data(), weights.data()};
    const std::array<void*, 3> outputs{gradient.data(), slopes.data(), gaps.data()};
    return cut_->run(inputs.data(), outputs.data()).is_ok();
  }

  bool margins(std::span<const double> x, std::span<const double> weights, std::span<const double> direction,
               std::span<double> margins, std::span<double> changes) override {
    if (!margins_) {
      compile(margins_, {x_, functions_.weights_type(), x_},
              [this](std::span<const Array> a) { return functions_.margins(a[0], a[1], a[2]); });
    }
    const std::array<const void*, 3> inputs{x.data(), weights.data(), direction.data()};
    const std::array<void*, 2> outputs{margins.data(), changes.data()};
    return margins_->run(inputs.data(), outputs.data()).is_ok();
  }

  bool hessian(std::span<const double> x, std::span<const double> weights, std::span<double> hessian) override {
    if (!hessian_) {
      compile(hessian_, {x_, functions_.weights_type()},
              [this](std::span<const Array> a) -> std::vector<Array> { return {functions_.hessian(a[0], a[1])}; });
    }
    const std::array<const void*, 2> inputs{x.data(), weights.data()};
    const std::array<void*, 1> outputs{hessian.data()};
    return hessian_->run(inputs.data(), outputs.data()).is_ok();
  }

 private:
  void compile(std::optional<Compiled>& slot, const std::vector<Type>& inputs, const ArrayFunction& f) {
    slot.emplace(f, inputs, options_);
  }

  PieceFunctions functions_;
  Type x_;
  ProgramOptions options_;
  std::optional<Compiled> alternatives_, cut_, hessian_, margins_;
};

}  // namespace

std::size_t PieceSource::weights() const {
  return std::accumulate(parts_.begin(), parts_.end(), std::size_t{0},
                         [](std::size_t sum, const Part& part) { return sum + part.weights; });
}

std::size_t PieceSource::groups() const {
  return std::accumulate(parts_.begin(), parts_.end(), std::size_t{0},
                         [](std::size_t sum, const Part& part) { return sum + part.groups; });
}

std::unique_ptr<PieceSource> traced_pieces(const ir::Traced& loss, const ProgramOptions& options) {
  const Type x = loss.graph.type(loss.graph.inputs().front());
  if (static_cast<std::size_t>(x.shape.size()) > most_variables) return nullptr;
  analysis::Branches found = analysis::branches(loss);
  if (found.all.empty()) return nullptr;
  const bool are_complete = found.are_complete;
  PieceFunctions functions(loss, std::move(found));
  if (static_cast<std::size_t>(functions.weights_type().shape.size()) + functions.comparisons() > most_weights)
    return nullptr;
  return std::make_unique<TracedPieces>(std::move(functions), are_complete, x, options);
}

}  // namespace downhill::optimize
