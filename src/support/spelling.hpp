#pragma once
#include <string_view>
#include <vector>

/// Guessing what a misspelled name was meant to be.
namespace downhill {

/// The candidate nearest to `name` by insertions, deletions, replacements and swaps of neighbours: at most 2 of them,
/// and at most a third of the name; empty when none is near. Case counts for nothing.
[[nodiscard]] std::string_view nearest(std::string_view name, const std::vector<std::string_view>& candidates);

}  // namespace downhill
