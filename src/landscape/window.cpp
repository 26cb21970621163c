#include <downhill/landscape.hpp>

#include <algorithm>
#include <cmath>

namespace downhill::landscape {
namespace {

constexpr double margin = 0.2;  // on each side, of the way that is shown

// All places, unless a few stray so far that the others would be crammed: then what holds start, end and all but the twentieth.
Window reach(std::vector<double> places) {
  const double first = places.front();
  const double last = places.back();
  std::ranges::sort(places);
  const Window all{places.front(), places.back()};
  const std::size_t strays = places.size() / 40;
  const Window most{std::min({places[strays], first, last}),
                    std::max({places[places.size() - 1 - strays], first, last})};
  constexpr double crammed = 10;
  return all.high - all.low > crammed * (most.high - most.low) && most.low < most.high ? most : all;
}

Window with_margin(Window seen, double end) {
  const double width = seen.high - seen.low;
  if (width > 1e-9 * std::max(std::abs(seen.low), std::abs(seen.high))) {
    return {seen.low - margin * width, seen.high + margin * width};
  }
  const double half = end == 0 ? 1 : std::abs(end) / 2;  // it did not move this way
  return {end - half, end + half};
}

// A way across of which next to nothing was used shows as much as the other one, where both are in the same unit.
void even_out(std::vector<Window>& result, std::span<const Position> positions) {
  constexpr double least = 0.02;
  const double widths[] = {result[0].high - result[0].low, result[1].high - result[1].low};
  for (std::size_t k = 0; k < 2; ++k) {
    if (widths[k] >= least * widths[1 - k]) continue;
    const double middle = k == 0 ? positions.back().s : positions.back().t;
    const double half = widths[1 - k] / 4;
    result[k] = {middle - half, middle + half};
  }
}

}  // namespace

std::vector<Window> windows(const Frame& frame, std::span<const Position> positions, const Bounds* bounds) {
  std::vector<Window> result;
  for (std::size_t k = 0; k < frame.directions.size(); ++k) {
    std::vector<double> places;
    for (const Position& position : positions) {
      const double place = k == 0 ? position.s : position.t;
      if (std::isfinite(place)) places.push_back(place);
    }
    if (places.empty()) places.push_back(0);
    const double end = places.back();
    result.push_back(with_margin(reach(std::move(places)), end));
  }
  const bool has_one_unit = frame.kind == Frame::Kind::principal || frame.kind == Frame::Kind::curvature;
  if (result.size() == 2 && has_one_unit && !positions.empty()) even_out(result, positions);
  if (bounds == nullptr || frame.kind != Frame::Kind::coordinates) return result;
  for (std::size_t k = 0; k < result.size(); ++k) {
    const auto& d = frame.directions[k];
    const auto i = static_cast<std::size_t>(std::ranges::find(d, 1.0) - d.begin());
    const Window clipped{std::max(result[k].low, bounds->lower[i]), std::min(result[k].high, bounds->upper[i])};
    if (clipped.low < clipped.high) result[k] = clipped;
  }
  return result;
}

}  // namespace downhill::landscape
