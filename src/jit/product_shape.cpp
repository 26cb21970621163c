#include "jit/product_shape.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace downhill::jit {
namespace {

// Cycles for one k of a tile: multiplications, loads (a vector of B each, an element of A for each row), and the latency of a
// chain, which a small tile cannot hide.
double tile_cost(double rows, double vectors) { return std::max({rows * vectors, vectors + 0.5 * rows, 8.0}); }

double cost(std::int64_t m, std::int64_t columns, std::int64_t rows, std::int64_t vectors) {
  const std::int64_t full_tiles = m / rows;
  double sum = 0;
  for (std::int64_t j = 0; j < columns; j += vectors) {
    const auto wide = static_cast<double>(std::min(vectors, columns - j));
    sum += static_cast<double>(full_tiles) * tile_cost(static_cast<double>(rows), wide);
    if (m % rows != 0) sum += tile_cost(static_cast<double>(m % rows), wide);
  }
  return sum;
}

void choose_tile(ProductShape& shape, const Target& target) {
  const std::int64_t columns = (shape.n + shape.lanes - 1) / shape.lanes;
  if (shape.second == ProductShape::Second::transposed) {
    shape.rows = std::min<std::int64_t>(shape.m, 4);
    shape.vectors = std::min<std::int64_t>(columns, 2);
    return;
  }
  // Accumulators, a row of B and an element of A must fit into the registers.
  const std::int64_t accumulators = target.vector_registers >= 32 ? 24 : 12;
  double best = 0;
  for (std::int64_t vectors = 1; vectors <= std::min<std::int64_t>(columns, 4); ++vectors) {
    for (std::int64_t rows = 1; rows <= std::min(shape.m, accumulators / vectors); ++rows) {
      const double found = cost(shape.m, columns, rows, vectors);
      // Of equals the squarer one: it loads least.
      const double taken =
          found * (1 + 0.001 * static_cast<double>(std::abs(rows - 3 * vectors) + 24 - rows * vectors));
      if (best == 0 || taken < best) {
        best = taken;
        shape.rows = rows;
        shape.vectors = vectors;
      }
    }
  }
}

}  // namespace

std::int64_t ProductShape::levels() const {
  return k_blocks() > 1 ? static_cast<std::int64_t>(std::bit_width(static_cast<std::uint64_t>(k_blocks() - 1))) : 0;
}

std::int64_t ProductShape::row_chunk() const {
  const std::int64_t most = levels() > 2 ? 128 : levels() > 1 ? 512 : 1024;
  std::int64_t wanted = most;
  // Nothing is copied for a chunk: then there are as many as several threads can share evenly.
  if (second == Second::direct) {
    constexpr std::int64_t units = 8;
    const std::int64_t panels = std::max<std::int64_t>((n + panel() - 1) / panel(), 1);
    const std::int64_t chunks = (units + panels - 1) / panels;
    wanted = std::min(most, (m + chunks - 1) / chunks + rows - 1);
  }
  return std::max(rows, wanted / rows * rows);
}

bool is_better_swapped(const loops::Product& product, const Target& target) {
  const auto lanes = static_cast<std::int64_t>(target.lanes(size_of(product.dtype)));
  // Lanes that are used, then contiguous stores.
  const auto used = [&](std::int64_t n) { return n >= lanes ? lanes : n; };
  if (used(product.n) != used(product.m)) return used(product.m) > used(product.n);
  // A second factor that lies transposed has to be copied. Exchanged, that is the first one, and the result is turned on its way to memory.
  const bool fills_lanes = product.m % lanes == 0 || product.m > 4 * lanes;
  if (product.b.row == 1 && product.b.column != 1 && product.a.column == 1 && product.c.column == 1 && fills_lanes)
    return product.m * (product.k + product.n) < product.n * product.k;
  return product.c.row == 1 && product.c.column != 1;
}

ProductShape product_shape(const loops::Product& product, bool swapped, std::int64_t m, std::int64_t n,
                           const Target& target) {
  ProductShape shape{.dtype = product.dtype, .m = m, .n = n, .k = product.k};
  shape.a_row = product.a.row;
  shape.a_column = product.a.column;
  shape.b_row = product.b.row;
  shape.b_column = product.b.column;
  shape.c_row = product.c.row;
  shape.c_column = product.c.column;
  if (swapped) {
    std::swap(shape.m, shape.n);
    std::swap(shape.a_row, shape.b_column);
    std::swap(shape.a_column, shape.b_row);
    std::swap(shape.c_row, shape.c_column);
  }
  shape.lanes = static_cast<unsigned>(target.lanes(size_of(product.dtype)));
  using Second = ProductShape::Second;
  const std::int64_t bytes_of_b = shape.k * shape.n * shape.bytes();
  if (shape.b_column == 1 || shape.n == 1) {
    const bool beyond_cache = bytes_of_b > (std::int64_t{1} << 19) && shape.m >= 64;
    shape.second = beyond_cache ? Second::packed : Second::direct;
  } else if (shape.b_row == 1 && shape.m <= 4) {
    shape.second = Second::transposed;
  } else {
    shape.second = Second::packed;
  }
  choose_tile(shape, target);
  const std::int64_t bytes_of_a = shape.m * shape.k * shape.bytes();
  // Columns of A far apart share few sets of the caches: then a copy pays even for a small A.
  const std::int64_t most_in_place = std::int64_t{1} << (shape.a_row == 1 && shape.a_column > 256 ? 18 : 21);
  shape.first_packed = product.tiled == loops::Product::Axis::none && product.batch.empty() &&
                       bytes_of_a > most_in_place && shape.n >= 8 * shape.panel();
  return shape;
}

}  // namespace downhill::jit
