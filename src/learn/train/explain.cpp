#include <downhill/learn/inspection.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace downhill::learn {
namespace {

constexpr double most_silent = 0.5;
constexpr double steepest_ratio = 1e3;  // of relative gradients, from one end of the network to the other

// The gradient in units of the weights: what a step changes of each part of them.
double relative_gradient(const LayerInspection& layer) {
  return layer.weights > 0 ? layer.gradient / layer.weights : layer.gradient;
}

std::string factor(double before, double after) {
  if (!(before > 0)) return fmt::format("from {:.3g} to {:.3g}", before, after);
  return fmt::format("from {:.3g} to {:.3g}, to {:.2g} of what it was", before, after, after / before);
}

}  // namespace

std::vector<std::string> troubles(const Inspection& inspection) {
  std::vector<std::string> result;
  for (const LayerInspection& layer : inspection.layers) {
    if (layer.silent <= most_silent) continue;
    result.push_back(
        fmt::format("{}: {:.0f} % of its units give 0 for every sample, and no derivative passes them: they no longer "
                    "learn; try a smaller "
                    "learning rate, or leaky_relu",
                    layer.name, 100 * layer.silent));
  }
  const LayerInspection* first = nullptr;
  const LayerInspection* last = nullptr;
  for (const LayerInspection& layer : inspection.layers) {
    if (layer.numbers == 0) continue;
    if (first == nullptr) first = &layer;
    last = &layer;
  }
  if (first == last || !(inspection.gradient > 0)) return result;
  const double front = relative_gradient(*first);
  const double back = relative_gradient(*last);
  if (front * steepest_ratio < back) {
    result.push_back(
        fmt::format("the gradient vanishes on its way back: {:.2g} of the weights in {}, {:.2g} in {}; try relu, "
                    "batch_norm or fewer layers",
                    back, last->name, front, first->name));
  } else if (back * steepest_ratio < front) {
    result.push_back(
        fmt::format("the gradient grows on its way back: {:.2g} of the weights in {}, {:.2g} in {}; try clip=norm(1), "
                    "batch_norm or "
                    "smaller weights at the start",
                    back, last->name, front, first->name));
  }
  return result;
}

std::string explain(std::span<const Inspection> run, const std::optional<ConvexPart>& convex) {
  if (run.empty()) return "";
  const Inspection& first = run.front();
  const Inspection& last = run.back();
  std::string text;
  if (run.size() > 1) {
    const bool has_relu =
        std::ranges::any_of(last.layers, [](const LayerInspection& layer) { return layer.name.ends_with(".relu"); });
    text = fmt::format(
        "The gradient is the residual, the slope of the loss at the outputs, carried back through the layers{}.\n"
        "From step {} to {} the residual went {},\nthe gradient {}.\n",
        has_relu ? ": relu passes it on or stops it, and its slope never shrinks" : "", first.steps, last.steps,
        factor(first.residual, last.residual), factor(first.gradient, last.gradient));
    if (last.loss < first.loss && last.residual < first.residual) {
      text +=
          "So steps of a fixed rate become small: not because a slope shrinks, but because there is less left to "
          "correct.\n";
    } else if (last.loss < first.loss) {
      text +=
          "The loss fell all the same: the outputs move, and what is left to correct is spread over fewer samples.\n";
    }
  }
  text += fmt::format("Plain descent is stable below a rate of 2 / curvature: {:.2g} at step {}", 2 / first.curvature,
                      first.steps);
  text += run.size() > 1 ? fmt::format(", {:.2g} at step {}.\n", 2 / last.curvature, last.steps) : ".\n";
  if (convex) {
    text += fmt::format(
        "{} alone is a convex problem, whatever stands before it: with the other layers held fast the loss could fall "
        "from "
        "{:.4g} to {:.4g}{}.\n",
        convex->layer, convex->loss, convex->lowest, convex->is_attained ? "" : ", where it still falls");
    if (convex->curvature > 0) {
      const double rate = 1 / convex->curvature;
      text += fmt::format(
          "Descent on it at rate 1/L = {:.2g} would be at most distance^2 / (2 rate t) = {:.3g} / t above that after t "
          "steps.\n",
          rate, convex->distance * convex->distance / (2 * rate));
    }
  }
  return text;
}

}  // namespace downhill::learn
