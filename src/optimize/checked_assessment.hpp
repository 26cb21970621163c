#pragma once
#include <downhill/diagnosis.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "optimize/assessment.hpp"

namespace downhill::optimize {

/// The second-derivative test, in doubt of supplied derivatives: a method of values alone does not notice when they are wrong. After one
/// what they say of the point counts only if differences of values agree with them; if not, differences of values decide.
///
/// label  what to call coordinate i, `x[i]` if empty
/// wrong  set to what is wrong with the supplied derivatives, empty if nothing is; left alone if the method goes by them
[[nodiscard]] Assessment assess_checked(Walk& walk, const Question& question,
                                        const std::function<std::string(std::size_t)>& label,
                                        std::optional<std::vector<Finding>>& wrong);

}  // namespace downhill::optimize
