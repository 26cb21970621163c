#pragma once
#include <optional>
#include <span>
#include <vector>

/// Lengths of the methods that see values alone, one for each variable, so that no unit is wired in.
namespace downhill::optimize {

/// `given` for every variable; otherwise |x_i|, where that is 0 the largest |x_j|, where x is 0 one.
[[nodiscard]] std::vector<double> search_lengths(std::span<const double> x, std::optional<double> given);

/// Whether a spread of variable i is too small to matter: at most `relative` times the larger of |x| and the first length.
[[nodiscard]] bool is_negligible(double spread, double x, double first_length, double relative);

}  // namespace downhill::optimize
