#include "jit/skipping_plan.hpp"

#include <algorithm>

namespace downhill::jit {
namespace {

std::int64_t divided_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

void choose_panel(SkippingPlan& plan, const Target& target) {
  ProductShape& shape = plan.shape;
  // Every element of A is loaded once for each panel: a wide one, as even as possible, and k's such that it fits the first level of cache.
  constexpr std::int64_t bytes_near = std::int64_t{1} << 15;
  const std::int64_t most = target.vector_registers >= 32 && shape.k <= SkippingPlan::word ? 12 : 8;
  const std::int64_t columns = divided_up(shape.n, shape.lanes);
  shape.vectors = divided_up(columns, divided_up(columns, most));
  // A last panel of its own width is code of its own.
  for (std::int64_t vectors = most; shape.n % shape.lanes == 0 && 2 * vectors > most; --vectors) {
    if (columns % vectors != 0) continue;
    shape.vectors = vectors;
    break;
  }
  const bool fits = 2 * SkippingPlan::word * shape.panel() * shape.bytes() <= bytes_near;
  plan.cut = fits && shape.k > SkippingPlan::word ? 2 * SkippingPlan::word : SkippingPlan::word;
}

// Whether rows of B are whole vectors, and some of them together fill the sets of a cache evenly: they follow each other, or are an odd
// number of lines apart.
bool stays_in_place(const ProductShape& shape) {
  constexpr std::int64_t line = 64;
  const std::int64_t row_bytes = shape.b_row * shape.bytes();
  if (shape.b_column != 1 || shape.n % shape.lanes != 0 || row_bytes % line != 0) return false;
  return shape.b_row == shape.panel() || row_bytes / line % 2 == 1;
}

}  // namespace

std::optional<SkippingPlan> plan_skipping(const loops::Product& product, Zeros of_a, Zeros of_b, const Target& target) {
  constexpr std::int64_t smallest = 1 << 18;  // multiplications that are worth a second kernel
  if (product.tiled != loops::Product::Axis::none || !product.batch.empty()) return std::nullopt;
  if (product.m * product.n * product.k < smallest || product.c.column != 1) return std::nullopt;
  SkippingPlan plan;
  plan.turned = of_b > of_a;
  if (!plan.turned && of_a == Zeros::none) return std::nullopt;
  plan.always = std::max(of_a, of_b) == Zeros::likely;
  plan.shape = product_shape(product, plan.turned, product.m, product.n, target);
  ProductShape& shape = plan.shape;
  shape.rows = 1;
  shape.first_packed = false;
  shape.second = ProductShape::Second::packed;
  constexpr std::int64_t fewest_vectors = 4;
  constexpr std::int64_t fewest = 8;  // rows and k's
  if (shape.lanes < 4 || shape.n < fewest_vectors * shape.lanes || shape.m < fewest || shape.k < fewest)
    return std::nullopt;
  if ((shape.a_column != 1 && shape.a_row != 1) || (shape.b_column != 1 && shape.b_row != 1)) return std::nullopt;
  plan.copied = shape.a_column != 1;
  choose_panel(plan, target);
  plan.packed = !stays_in_place(shape);
  // Enough chunks for several threads, long enough for the passes over B to pay.
  constexpr std::int64_t units = 4;
  constexpr std::int64_t shortest = 32;
  constexpr std::int64_t longest = 256;
  const std::int64_t rows = std::clamp(divided_up(shape.m * plan.panels(), units), shortest, longest);
  plan.chunk = divided_up(std::min(rows, shape.m), shape.lanes) * shape.lanes;
  plan.most_rows = std::clamp<std::int64_t>(longest / plan.chunk, 1, plan.chunks()) * plan.chunk;
  return plan;
}

}  // namespace downhill::jit
