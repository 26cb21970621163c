#include "optimize/state.hpp"

#include <fmt/format.h>

namespace downhill::optimize {

void state::refuse(std::string_view name) {
  throw InputError(
      fmt::format("checkpoint: '{}' is missing or of another size: it is of another method or version", name));
}

}  // namespace downhill::optimize
