#pragma once
#include "exec/schedule/draft.hpp"

#include <optional>

namespace downhill::exec::scheduling {

/// What a nest or product reads and writes, by the step's own axes; a product's are (batch…, m, n, k).
struct StepAccesses {
  std::vector<std::int64_t> extents;
  std::vector<Access> reads;
  std::vector<Access> writes;
};

[[nodiscard]] StepAccesses accesses_of(const DraftNest& nest);
[[nodiscard]] StepAccesses accesses_of(const DraftProduct& product);

/// The axis if f is that axis plus a constant.
[[nodiscard]] std::optional<std::size_t> single_axis(const Affine& f);
/// The axis of the place that moves with `axis` of the step, index for index, and with nothing else.
[[nodiscard]] std::optional<std::size_t> aligned_dimension(const Access& access, std::size_t axis);

}  // namespace downhill::exec::scheduling
