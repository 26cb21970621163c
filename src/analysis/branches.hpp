#pragma once
#include "ir/trace.hpp"

#include <optional>
#include <vector>

/// Where a loss chooses between smooth functions.
namespace downhill::analysis {

/// A value at which the loss may have a kink.
struct Branch {
  enum class Kind {
    pair,     ///< elementwise the larger or smaller of two operands: abs(p) is that of p and -p
    extreme,  ///< the largest or smallest element over axes of one operand
    length,   ///< the root of a sum of squares: the largest of u·v over all u of length 1
  };

  Kind kind = Kind::pair;
  bool is_largest = true;  ///< else the smallest
  ir::ValueId result = 0;
  ir::ValueId first = 0;   ///< `pair` and `extreme`
  ir::ValueId second = 0;  ///< `pair`; that of the first for an absolute value, which is compared with its negative
  bool is_absolute = false;
  std::vector<ir::ValueId> squares = {};   ///< `length`: products v·v; empty for hypot, of `first` and `second`
  ir::ValueId sum = 0;                     ///< `length`: what the root is taken of, linear in the squares
  std::optional<ir::ValueId> factor = {};  ///< `length`: of the root, without a derivative of its own
  std::vector<ir::ValueId> vectors = {};   ///< `length`: what it is the length of, but for constant factors
};

struct Branches {
  std::vector<Branch> all;  ///< in the order in which the graph computes them
  /// Comparisons by which the loss chooses among formulas that need not agree where the choice changes.
  std::vector<ir::ValueId> comparisons = {};
  /// Whether the loss is smooth but for these: no other operation on the way from the variables has a kink or jump.
  bool are_complete = true;
};

/// The branches through which the only output of a loss depends differentiably on its first input: abs, maximum, minimum, max, min, a
/// `where` that takes the larger or smaller of its sides, hypot, norms and roots of sums of squares. A few passes over the nodes.
[[nodiscard]] Branches branches(const ir::Traced& loss);

}  // namespace downhill::analysis
