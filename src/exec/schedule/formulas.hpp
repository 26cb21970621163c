#pragma once
#include "ir/primitive.hpp"

#include <map>
#include <memory>
#include <unordered_map>

/// Formulas as bodies use them, each recorded once for a program.
namespace downhill::exec::scheduling {

class Formulas {
 public:
  using Code = std::shared_ptr<const ir::ScalarCode>;

  /// The formula of a pointwise primitive for operands of these types.
  Code of(const ir::Primitive& primitive, const std::shared_ptr<const ir::Attributes>& attributes,
          std::span<const Type> operands);
  /// A number: the element of `literal` at `index`.
  Code constant(const ir::Literal& literal, std::int64_t index);
  /// How a reduction joins two partial results.
  Code combine(ir::Combine combine, DType dtype);
  /// fma(x, y, z)
  Code fma(DType dtype);

  /// Rough cost of one evaluation, in additions.
  [[nodiscard]] static std::int64_t cost(const ir::ScalarCode& code);

 private:
  struct Key {
    const ir::Primitive* primitive;
    const ir::Attributes* attributes;
    std::vector<DType> dtypes;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  std::map<Key, Code> pointwise_;
  std::map<std::pair<int, int>, Code> combine_;
  std::map<DType, Code> fma_;
  std::map<std::pair<DType, std::int64_t>, Code> constants_;
  std::vector<std::shared_ptr<const ir::Attributes>> kept_;  // so that no address in pointwise_ is reused
};

[[nodiscard]] ir::ScalarType scalar_type(DType dtype);
/// All elements have the same bits.
[[nodiscard]] bool is_uniform(const ir::Literal& literal);

}  // namespace downhill::exec::scheduling
