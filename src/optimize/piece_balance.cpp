#include "optimize/piece_balance.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "optimize/cut_program.hpp"

namespace downhill::optimize {

void balance(const Walk& walk, PieceModel& model, double height, PieceStep& found) {
  constexpr double least_scale = 1e-12;  // of the steepest variable's
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const Eigen::Index n = found.gradient.size();
  Eigen::VectorXd scale = Eigen::VectorXd::Zero(n);
  for (const auto& cut : found.cuts) scale = scale.cwiseMax(cut.gradient.cwiseAbs());
  if (found.cuts.size() < 2 || !(scale.maxCoeff() > 0)) return;
  scale = scale.cwiseMax(least_scale * scale.maxCoeff()).eval();
  const auto length = [&](const Eigen::VectorXd& rest) { return rest.cwiseQuotient(scale).cwiseAbs().maxCoeff(); };
  std::vector<double> low(walk.size()), high(walk.size());
  for (std::size_t i = 0; i < walk.size(); ++i) {
    low[i] = walk.box().is_at_lower(i, walk.here().x[i]) ? 0 : -infinity;
    high[i] = walk.box().is_at_upper(i, walk.here().x[i]) ? 0 : infinity;
  }
  CutProgram program(Eigen::LLT<Eigen::MatrixXd>(Eigen::MatrixXd::Identity(n, n)), std::move(low), std::move(high));
  PieceStep other = found;
  std::erase_if(other.cuts, [&](const auto& cut) { return !(cut.gap <= height); });
  if (other.cuts.empty()) return;
  for (const auto& cut : other.cuts) program.add(cut.gradient.cwiseQuotient(scale), 0);
  program.solve();
  if (!program.step().allFinite()) return;
  std::vector<PieceModel::Cut> cuts = std::exchange(other.cuts, {});
  other.share.clear();
  other.gap = 0;
  other.gradient.setZero();
  other.multipliers = program.multipliers().cwiseProduct(scale);
  for (std::size_t j = 0; j < cuts.size(); ++j) {
    const double share = program.weights()[j];
    if (!(share > 0)) continue;
    other.gradient += share * cuts[j].gradient;
    other.gap += share * cuts[j].gap;
    other.share.push_back(share);
    other.cuts.push_back(std::move(cuts[j]));
  }
  if (!(length(other.gradient + other.multipliers) < length(found.gradient + found.multipliers))) return;
  other.hessian = model.hessian(mean_weights(model.pieces(), other.cuts, other.share));
  if (other.hessian.size() > 0) found = std::move(other);
}

}  // namespace downhill::optimize
