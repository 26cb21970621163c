#include "landscape/thinned.hpp"

#include <algorithm>

namespace downhill::landscape {

Series thinned(const Series& series) {
  constexpr std::size_t kept = 200;
  constexpr std::size_t share = 60;  // of the way so far that one stretch has
  const bool is_line = series.kind == Series::Kind::line || series.kind == Series::Kind::path;
  const std::size_t count = series.x.size();
  if (!is_line || count <= 2 * kept) return series;
  Series result = series;
  result.x.assign(series.x.begin(), series.x.begin() + kept);
  result.y.assign(series.y.begin(), series.y.begin() + kept);
  for (std::size_t first = kept; first < count;) {
    const std::size_t end = std::min(count, first + first / share + 1);
    std::vector<std::size_t> points{first, end - 1};
    for (const auto* numbers : {&series.x, &series.y}) {
      const auto begin = numbers->begin();
      const auto [low, high] =
          std::minmax_element(begin + static_cast<std::ptrdiff_t>(first), begin + static_cast<std::ptrdiff_t>(end));
      points.push_back(static_cast<std::size_t>(low - begin));
      points.push_back(static_cast<std::size_t>(high - begin));
    }
    std::ranges::sort(points);
    const auto repeated = std::ranges::unique(points);
    points.erase(repeated.begin(), repeated.end());
    for (const std::size_t k : points) {
      result.x.push_back(series.x[k]);
      result.y.push_back(series.y[k]);
    }
    first = end;
  }
  return result;
}

}  // namespace downhill::landscape
