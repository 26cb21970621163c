#pragma once
#include <downhill/verdict.hpp>

#include <cstdint>
#include <vector>

#include "optimize/walk.hpp"

namespace downhill::optimize {

/// Whether f falls for ever, bounded or not.
[[nodiscard]] inline bool is_far_fall(const Verdict& verdict) {
  return verdict.kind == Verdict::Kind::unbounded || verdict.kind == Verdict::Kind::unattained;
}

/// Watches a walk for a way along which f falls without bound.
class FarFall {
 public:
  explicit FarFall(std::vector<double> start) : landmark_(std::move(start)) {}

  /// After `iteration` steps; at powers of two, follows the way come since the last. Returns whether f falls without bound.
  bool look(Walk& walk, std::uint64_t iteration);
  /// Whether f was -inf at a trial point.
  bool look_for_infinity(Walk& walk);
  /// What was found goes before what the last point looks like.
  void tell(Verdict& verdict) const;

  template <class Visitor>
  void visit(Visitor& v) {
    v("landmark", landmark_);
    v("way", way_);
  }

 private:
  std::vector<double> landmark_;  // where the walk was at the last power of two of iterations
  std::vector<double> way_;       // empty until f is seen to fall along it
};

}  // namespace downhill::optimize
