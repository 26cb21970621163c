#include "learn/without_numbers.hpp"

#include <downhill/error.hpp>

#include "ir/trace.hpp"

namespace downhill::learn {

void without_numbers(const std::function<void()>& body) {
  try {
    static_cast<void>(ir::trace(
        [&](std::span<const Array>) -> std::vector<Array> {
          body();
          return {};
        },
        {}));
    return;
  } catch (const Error&) {
  }
  body();
}

}  // namespace downhill::learn
