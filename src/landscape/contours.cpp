#include <downhill/landscape.hpp>

#include <array>
#include <cmath>
#include <deque>
#include <unordered_map>

namespace downhill::landscape {
namespace {

struct Place {
  double s = 0;
  double t = 0;
};

// The edges of the grid: those along s first, then those along t. A level crosses an edge at one place at most.
class Crossings {
 public:
  Crossings(const Plane& plane, double level)
      : plane_(plane), level_(level), columns_(plane.s.size()), along_s_(plane.t.size() * plane.s.size()) {}

  using Edge = std::size_t;
  [[nodiscard]] Edge along_s(std::size_t row, std::size_t column) const { return row * columns_ + column; }
  [[nodiscard]] Edge along_t(std::size_t row, std::size_t column) const { return along_s_ + row * columns_ + column; }

  [[nodiscard]] Place place(Edge edge) const {
    const bool is_along_t = edge >= along_s_;
    const std::size_t corner = is_along_t ? edge - along_s_ : edge;
    const std::size_t row = corner / columns_;
    const std::size_t column = corner % columns_;
    const double here = plane_.at(row, column);
    if (is_along_t) {
      const double share = (level_ - here) / (plane_.at(row + 1, column) - here);
      return {plane_.s[column], plane_.t[row] + share * (plane_.t[row + 1] - plane_.t[row])};
    }
    const double share = (level_ - here) / (plane_.at(row, column + 1) - here);
    return {plane_.s[column] + share * (plane_.s[column + 1] - plane_.s[column]), plane_.t[row]};
  }

 private:
  const Plane& plane_;
  double level_;
  std::size_t columns_;
  std::size_t along_s_;
};

// Segments as links between edges: each edge has one or two.
class Links {
 public:
  using Edge = Crossings::Edge;
  void add(Edge a, Edge b) {
    join(a, b);
    join(b, a);
  }

  // Takes out the polylines: open ones from one end to the other, then closed ones.
  std::vector<std::deque<Edge>> take() {
    std::vector<std::deque<Edge>> result;
    for (const Edge start : order_) {
      if (links_.at(start).is_used) continue;
      std::deque<Edge> line{start};
      links_.at(start).is_used = true;
      const bool is_closed = follow(line, 0, true);
      if (!is_closed) follow(line, 1, false);
      result.push_back(std::move(line));
    }
    return result;
  }

 private:
  struct Ends {
    std::array<Edge, 2> to = {};
    int count = 0;
    bool is_used = false;
  };

  void join(Edge from, Edge to) {
    const auto [entry, is_new] = links_.try_emplace(from);
    if (is_new) order_.push_back(from);
    Ends& ends = entry->second;
    if (ends.count < 2) ends.to[static_cast<std::size_t>(ends.count++)] = to;
  }

  // Goes on from the first edge's link `which` until the end, or until it is back where it began.
  bool follow(std::deque<Edge>& line, int which, bool is_forward) {
    const Edge start = line.front();
    const Ends& ends = links_.at(start);
    if (which >= ends.count) return false;
    Edge before = start;
    Edge at = ends.to[static_cast<std::size_t>(which)];
    while (true) {
      if (at == start) {
        line.push_back(at);
        return true;
      }
      Ends& next = links_.at(at);
      if (next.is_used) return false;
      next.is_used = true;
      if (is_forward) {
        line.push_back(at);
      } else {
        line.push_front(at);
      }
      if (next.count < 2) return false;
      const Edge onwards = next.to[0] == before ? next.to[1] : next.to[0];
      before = at;
      at = onwards;
    }
  }

  std::unordered_map<Edge, Ends> links_;
  std::vector<Edge> order_;  // in which edges were met: the same lines every time
};

// The corners of a cell, counted around it from (row, column) along s; edge k joins corner k and k + 1.
void add_cell(const Plane& plane, const Crossings& crossings, double level, std::size_t row, std::size_t column,
              Links& links) {
  const std::array corners{plane.at(row, column), plane.at(row, column + 1), plane.at(row + 1, column + 1),
                           plane.at(row + 1, column)};
  std::array<bool, 4> is_above{};
  int above = 0;
  for (std::size_t k = 0; k < 4; ++k) {
    if (!std::isfinite(corners[k])) return;
    is_above[k] = corners[k] > level;
    above += is_above[k] ? 1 : 0;
  }
  if (above == 0 || above == 4) return;
  const std::array edges{crossings.along_s(row, column), crossings.along_t(row, column + 1),
                         crossings.along_s(row + 1, column), crossings.along_t(row, column)};
  if (above == 2 && is_above[0] == is_above[2]) {
    // Two lines: they part the corners that differ from the middle.
    const bool middle = 0.25 * (corners[0] + corners[1] + corners[2] + corners[3]) > level;
    const std::size_t first = is_above[0] == middle ? 1 : 0;  // a corner that is cut off
    links.add(edges[(first + 3) % 4], edges[first]);
    links.add(edges[(first + 1) % 4], edges[(first + 2) % 4]);
    return;
  }
  std::array<std::size_t, 2> crossed{};
  std::size_t count = 0;
  for (std::size_t k = 0; k < 4; ++k) {
    if (is_above[k] != is_above[(k + 1) % 4]) crossed[count++] = edges[k];
  }
  links.add(crossed[0], crossed[1]);
}

}  // namespace

std::vector<Contour> contours(const Plane& plane, std::span<const double> levels) {
  std::vector<Contour> result;
  for (const double level : levels) {
    const Crossings crossings(plane, level);
    Links links;
    for (std::size_t row = 0; row + 1 < plane.t.size(); ++row) {
      for (std::size_t column = 0; column + 1 < plane.s.size(); ++column) {
        add_cell(plane, crossings, level, row, column, links);
      }
    }
    Contour contour{level, {}};
    for (const auto& edges : links.take()) {
      Contour::Polyline line;
      for (const auto edge : edges) {
        const Place place = crossings.place(edge);
        line.s.push_back(place.s);
        line.t.push_back(place.t);
      }
      contour.lines.push_back(std::move(line));
    }
    result.push_back(std::move(contour));
  }
  return result;
}

}  // namespace downhill::landscape
