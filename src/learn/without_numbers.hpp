#pragma once
#include <functional>

namespace downhill::learn {

/// Runs `body` where operations on arrays tell types and compute nothing; once more as it is, should that not work: it reads numbers, say,
/// or throws. Such a body can begin anew.
void without_numbers(const std::function<void()>& body);

}  // namespace downhill::learn
