#pragma once
#include "ir/trace.hpp"

#include <optional>
#include <vector>

namespace downhill::analysis {

/// The numbers of those values of a traced function that do not depend on its first input.
class KnownValues {
 public:
  /// The function must outlive this. `wanted`: of every value, whether its numbers will be asked for. Values that depend on the first
  /// input, or cannot be computed, are not known. Cost: that of computing what is wanted.
  KnownValues(const ir::Traced& f, const std::vector<bool>& is_constant, std::vector<bool> wanted);

  /// The numbers of a value, or null.
  [[nodiscard]] const ir::Literal* of(ir::ValueId value) const { return all_[value] ? &*all_[value] : nullptr; }

 private:
  std::vector<std::optional<ir::Literal>> all_;
};

}  // namespace downhill::analysis
