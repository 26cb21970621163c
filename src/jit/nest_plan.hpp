#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "ir/loops.hpp"

namespace downhill::jit {

namespace loops = ir::loops;

/// How a nest is emitted: what the nest itself leaves open.
struct NestPlan {
  loops::Nest nest;            ///< axes of extent 1 dropped, neighbouring axes joined where every access allows it
  std::int64_t parallel = 0;   ///< number of axes that are not reduced; they come first
  unsigned lanes = 1;          ///< elements in a vector
  int lane = -1;               ///< the axis across a vector
  int tiled = -1;              ///< the axis cut by the enclosing tile loop
  unsigned copies = 1;         ///< vectors in flight side by side
  std::vector<bool> unrolled;  ///< axes whose points are written out
  std::vector<int> level;      ///< of every element: how many axes, outermost first, it needs to be known
  std::int64_t weight = 0;     ///< instructions of one point
  std::int64_t points = 1;     ///< of the domain

  [[nodiscard]] int rank() const { return static_cast<int>(nest.extents.size()); }
  [[nodiscard]] std::int64_t extent(int axis) const { return nest.extents[static_cast<std::size_t>(axis)]; }
  [[nodiscard]] bool is_reduction() const { return !nest.reductions.empty(); }
  /// Number of points over the reduced axes.
  [[nodiscard]] std::int64_t reduced_points() const;
};

/// The factor of an axis; an affine function may leave its last axes out.
[[nodiscard]] inline std::int64_t factor(const loops::Affine& affine, int axis) {
  return static_cast<std::size_t>(axis) < affine.axis.size() ? affine.axis[static_cast<std::size_t>(axis)] : 0;
}

/// What is known of an index: low <= index <= high.
struct IndexRange {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

/// Whether a guard holds wherever the axes have indices in `ranges`: true, false, or unknown.
[[nodiscard]] std::optional<bool> known_truth(const loops::Guard& guard, const std::vector<IndexRange>& ranges);

/// The elements that stores and reductions need there: where a selection is decided, its other side is not.
[[nodiscard]] std::vector<bool> needed_elements(const loops::Nest& nest, const std::vector<IndexRange>& ranges);

/// Depends on the nest only: equal nests are emitted equally.
[[nodiscard]] NestPlan plan_nest(const loops::Nest& nest);

/// For an epilogue: its axes as they are, `lanes` across the last.
[[nodiscard]] NestPlan plan_epilogue(const loops::Nest& nest, unsigned lanes);

}  // namespace downhill::jit
