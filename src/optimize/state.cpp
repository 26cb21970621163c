#include "optimize/state.hpp"

#include <fmt/format.h>

namespace downhill::optimize {

void state::refuse(std::string_view name) {
  throw InputError(
      fmt::format("checkpoint: '{}' is missing or of another size: it is of another method or version", name));
}

const Snapshot& part_of(const Snapshot& snapshot, const std::string& name) {
  const auto found = snapshot.parts.find(name);
  if (found == snapshot.parts.end() || found->second.size() != 1) state::refuse(name);
  return found->second.front();
}

}  // namespace downhill::optimize
