#pragma once
#include <downhill/learn/train.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// A training run seen from inside: what the gradient, the residual and the curvature do, layer by layer.
namespace downhill::learn {

struct LayerInspection {
  std::size_t layer = 0;     ///< index into Network::layers()
  std::string name;          ///< `2.dense`
  std::int64_t numbers = 0;  ///< in its parameters; 0: it has none, and the next three are 0
  double weights = 0;        ///< norm of its parameters
  double gradient = 0;       ///< norm of the loss's derivative with respect to them
  double curvature = 0;      ///< largest eigenvalue in size of the Hessian with respect to them, the others fixed
  double silent = 0;  ///< share of the units of an activation that give 0 for every sample: no derivative passes them
};

/// A state of the run, measured on the same samples each time.
struct Inspection {
  std::uint64_t steps = 0;
  double loss = 0;  ///< mean over the samples, penalties included
  /// Root mean square over the samples of the norm of d loss / d outputs: for cross-entropy of probability minus label.
  double residual = 0;
  double gradient = 0;  ///< norm, all layers together
  /// Largest eigenvalue in size of the whole Hessian: plain descent is unstable above the rate 2 / curvature.
  double curvature = 0;
  std::vector<LayerInspection> layers = {};
};

/// The last layer alone. With the layers before it held fast the loss is convex in its parameters, whatever is in front: all
/// losses are convex functions of the outputs, and the outputs are linear in them.
///
/// With L the curvature of this part, descent on it at a rate γ <= 1/L is after t steps at most distance² / (2 γ t) above the lowest
/// value. Reference: Garrigos & Gower, Handbook of Convergence Theorems for (Stochastic) Gradient Methods (2023), theorem 3.4.
struct ConvexPart {
  std::string layer;         ///< `4.dense`
  double loss = 0;           ///< where the run is
  double lowest = 0;         ///< by changing this layer alone
  double distance = 0;       ///< from here to where that is
  double curvature = 0;      ///< L, the larger of both ends
  bool is_attained = false;  ///< whether there is a minimum: labels that can be told apart without error have none
};

/// Looks at a run between its steps. Never changes it.
///
///   Inspector inspector(trainer);
///   const Inspection before = inspector.look(trainer);
///   while (trainer.epoch() < 1) trainer.step();
///   const Inspection after = inspector.look(trainer);
class Inspector {
 public:
  /// samples  how many of the training data are looked at: the first of a random order
  /// The cost of one look: some 15 gradients of that many samples for each layer with parameters.
  explicit Inspector(const Trainer& trainer, std::int64_t samples = 256);
  Inspector(Inspector&&) noexcept;
  Inspector& operator=(Inspector&&) noexcept;
  ~Inspector();

  [[nodiscard]] std::int64_t samples() const;
  [[nodiscard]] Inspection look(const Trainer& trainer);
  /// Minimises over the last layer; none where it is not dense. Cost: some hundred gradients of that layer.
  [[nodiscard]] std::optional<ConvexPart> convex_part(const Trainer& trainer);

 private:
  struct Work;
  std::unique_ptr<Work> work_;
};

/// What is wrong between the lines: units that are silent, gradients that vanish or grow from layer to layer, each with both numbers and
/// what to try. Empty if nothing is.
[[nodiscard]] std::vector<std::string> troubles(const Inspection& inspection);

/// Why the run descends, or does not, in words: from its first to its last inspection.
[[nodiscard]] std::string explain(std::span<const Inspection> run, const std::optional<ConvexPart>& convex);

}  // namespace downhill::learn
