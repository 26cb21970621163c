#pragma once
#include <optional>

#include "jit/product_shape.hpp"
#include "jit/zero_sources.hpp"

namespace downhill::jit {

/// How a product is emitted that skips the zeros of its first factor, see docs/adr/0013: a row of C at a time, `shape.vectors` registers wide.
///
/// The bits are those of the dense product: sums start at +0, and fma(0, b, sum) is `sum` for every finite b but where `sum` is -0.
/// Both exceptions are looked for while the product runs.
struct SkippingPlan {
  /// Rows of one, the factors exchanged if `turned`.
  ProductShape shape = {};
  /// C = (BᵀAᵀ)ᵀ with the zeros of B skipped; squares of C are turned in registers on their way to memory or to the epilogue.
  bool turned = false;
  /// The zeros are likely: there is no dense kernel beside this one, which costs up to a third more where there are none after all.
  bool always = false;
  /// Rows of A lie across memory: `lanes` of them together are copied k by k.
  bool copied = false;
  /// Rows of B that are walked together are copied side by side first: where they lie they would not be vectors, or not stay in the cache.
  bool packed = true;
  std::int64_t cut = 64;        ///< k's of B that are walked together, to stay in the first level of cache
  std::int64_t chunk = 16;      ///< rows of one piece of work, a multiple of lanes
  std::int64_t most_rows = 16;  ///< rows between two passes over the k's of a cut, a multiple of chunk

  [[nodiscard]] std::int64_t panels() const { return (shape.n + shape.panel() - 1) / shape.panel(); }
  [[nodiscard]] std::int64_t chunks() const { return (shape.m + chunk - 1) / chunk; }
  /// Rows up to a whole vector of them.
  [[nodiscard]] std::int64_t padded_rows() const { return (shape.m + shape.lanes - 1) / shape.lanes * shape.lanes; }
  /// Words of 32 k's up to a whole cut.
  [[nodiscard]] std::int64_t words() const { return (shape.k + cut - 1) / cut * (cut / word); }

  static constexpr std::int64_t word = 32;
};

/// The plan for a product with zeros in a factor; none where skipping them would not pay.
[[nodiscard]] std::optional<SkippingPlan> plan_skipping(const loops::Product& product, Zeros of_a, Zeros of_b,
                                                        const Target& target);

}  // namespace downhill::jit
