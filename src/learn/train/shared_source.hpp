#pragma once
#include <downhill/learn/team.hpp>
#include <downhill/objective.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace downhill::learn {

/// The sum of the parts of a loss that the processes of a team have, as the leader sees it: value, gradient and Hessian-vector products
/// are added in the order of processes. What is known of the leader's part must hold for the sum.
class SharedSource final : public LossSource {
 public:
  /// part     the leader's
  /// whole    makes the loss of all parts, for when a process is lost; on_lost is called then, once
  SharedSource(std::shared_ptr<Team> team, const Objective& part, std::function<Objective()> whole,
               std::function<void(const LostProcess&)> on_lost);

  [[nodiscard]] std::size_t size() const override { return part_.size(); }
  /// Without residuals: their parts are not gathered.
  [[nodiscard]] Capabilities capabilities() const override;
  [[nodiscard]] double value(std::span<const double> x) override;
  double value_and_gradient(std::span<const double> x, std::span<double> gradient) override;
  void hessian_vector(std::span<const double> x, std::span<const double> direction, std::span<double> product) override;
  [[nodiscard]] std::span<const L1Term> l1() const override { return part_.l1(); }
  SplitValue split_value_and_gradient(std::span<const double> x, std::span<double> gradient) override;
  [[nodiscard]] double trace_seconds() const override { return part_.source()->trace_seconds(); }
  [[nodiscard]] double compile_seconds() const override { return part_.source()->compile_seconds(); }

 private:
  /// Runs `shared` while the team holds, and `alone` on the whole loss after that.
  template <class Shared, class Alone>
  auto compute(const Shared& shared, const Alone& alone);
  /// Adds what the others answer to `sum`.
  void add_answers(std::span<double> sum);

  std::shared_ptr<Team> team_;
  Objective part_;
  std::function<Objective()> make_whole_;
  std::function<void(const LostProcess&)> on_lost_;
  std::shared_ptr<Objective> whole_;  // once a process is lost
  std::vector<double> answer_;
  std::vector<double> sum_;
};

/// Of the others: answers what SharedSource asks until it is told to leave. identity: the text that all must have in common.
void follow_source(Team& team, Objective& part, const std::string& identity);

}  // namespace downhill::learn
