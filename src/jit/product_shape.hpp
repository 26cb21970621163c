#pragma once
#include <cstdint>
#include <vector>

#include "ir/loops.hpp"
#include "jit/target.hpp"

namespace downhill::jit {

namespace loops = ir::loops;

/// A matrix product with lanes across the columns of C: what the emitted code depends on.
struct ProductShape {
  DType dtype = DType::f64;
  std::int64_t m = 0;
  std::int64_t n = 0;
  std::int64_t k = 0;
  std::int64_t a_row = 0;  ///< strides in elements
  std::int64_t a_column = 0;
  std::int64_t b_row = 0;
  std::int64_t b_column = 0;
  std::int64_t c_row = 0;
  std::int64_t c_column = 0;
  unsigned lanes = 1;

  /// Registers of one tile of C: `rows` times `vectors` of `lanes` elements.
  std::int64_t rows = 8;
  std::int64_t vectors = 3;

  /// How the second factor reaches the registers.
  enum class Second {
    direct,  ///< rows of B are contiguous: vectors are loaded as they are used
    packed,  ///< panels of B are copied first, k by k, so that they are contiguous (and transposed on the way if need be)
    transposed,  ///< columns of B are contiguous and used only once or twice: squares are transposed in registers
  };
  Second second = Second::direct;

  /// A is copied first, tile by tile, k by k, so that a tile reads one stream: for factors beyond the second level of cache that are used often.
  bool first_packed = false;
  [[nodiscard]] std::int64_t tile_row() const { return first_packed ? 1 : a_row; }
  [[nodiscard]] std::int64_t tile_column() const { return first_packed ? rows : a_column; }

  [[nodiscard]] std::int64_t bytes() const { return dtype == DType::f64 ? 8 : 4; }
  [[nodiscard]] std::int64_t panel() const { return vectors * lanes; }
  [[nodiscard]] std::int64_t k_blocks() const { return (k + block - 1) / block; }
  /// Partial results that wait at once for their partner when block results combine pairwise.
  [[nodiscard]] std::int64_t levels() const;
  /// With two blocks of k, the result of the first waits in C itself.
  [[nodiscard]] bool waits_in_c() const { return levels() == 1; }
  /// Panels of B that are copied together and stay in the second level of cache, so that a tile of A is fetched once for all of them.
  [[nodiscard]] std::int64_t group() const { return second == Second::packed ? 6 : 1; }
  /// Rows of C that are worked on between two passes over a panel of B.
  [[nodiscard]] std::int64_t row_chunk() const;

  static constexpr std::int64_t block = 512;  ///< of k, see ir/loops.hpp, Product
};

/// Whether the product is emitted as Cᵀ = Bᵀ Aᵀ, which has the same bits: lanes go where C is contiguous and long.
[[nodiscard]] bool is_better_swapped(const loops::Product& product, const Target& target);

/// The shape for `product`, its factors exchanged if `swapped`, with m and n as given (a tile loop cuts one of them).
[[nodiscard]] ProductShape product_shape(const loops::Product& product, bool swapped, std::int64_t m, std::int64_t n,
                                         const Target& target);

}  // namespace downhill::jit
