#pragma once
#include <optional>
#include <span>
#include <vector>

#include "optimize/box.hpp"
#include "optimize/draws.hpp"

/// Lengths of the methods that see values alone, one for each variable, so that no unit is wired in.
namespace downhill::optimize {

/// `given` for every variable; otherwise |x_i|, where that is 0 the largest |x_j|, where x is 0 one.
[[nodiscard]] std::vector<double> search_lengths(std::span<const double> x, std::optional<double> given);

/// The same, at most half the way between the bounds of a variable.
[[nodiscard]] std::vector<double> search_lengths(std::span<const double> x, std::optional<double> given,
                                                 const Box& box);

/// From where a method draws points: a box of half sides `lengths` about a centre, as far as bounds leave it; or all that lies between
/// the bounds, for variables that have two.
enum class Reach : std::uint8_t { around, everywhere };
/// Everywhere if no radius is given.
[[nodiscard]] Reach reach_of(const std::optional<double>& radius);
/// A number for variable i, drawn evenly.
[[nodiscard]] double drawn_about(double center, double length, const Box& box, std::size_t i, Reach reach,
                                 Draws& draws);

/// x, reflected at the bounds of variable i that it lies beyond, once, and projected if that does not do.
[[nodiscard]] double reflected(double x, const Box& box, std::size_t i);

/// Whether a spread of variable i is too small to matter: at most `relative` times the larger of |x| and the first length.
[[nodiscard]] bool is_negligible(double spread, double x, double first_length, double relative);

}  // namespace downhill::optimize
