#include "app/pictures/runs.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <algorithm>
#include <numeric>
#include <optional>
#include <vector>

#include "app/pictures/frames.hpp"
#include "formula/source.hpp"
#include "support/numbers.hpp"

namespace downhill::app {
namespace {

using landscape::Chart;
using landscape::Figure;
using landscape::Frame;
using landscape::Line;
using landscape::Plane;
using landscape::Position;
using landscape::RunRecord;

constexpr double height = 470;
constexpr double stacked_height = 600;
constexpr double width = 1120;

std::string method_name(const Result& result) { return result.method.substr(0, result.method.find('(')); }

// Nothing where the path is a point and there are no second derivatives.
std::optional<Frame> frame_of_path(const Problem& problem, landscape::Subject& subject, const Result& result) {
  try {
    return frame_of({}, problem, subject, result.trace, result.x);
  } catch (const OptionError&) {
    return std::nullopt;
  }
}

// From end to end of the line that two points make, for one variable.
Chart curve(landscape::Subject& subject, const Frame& frame, std::span<const TracePoint> path) {
  const std::vector<Position> places = landscape::project(frame, path);
  const auto windows = landscape::windows(frame, places, subject.objective.bounds());
  const Line line = landscape::line(subject, frame, windows[0], {.columns = 801});
  Chart chart = landscape::line_chart(line, "f");
  landscape::Series steps{.kind = landscape::Series::Kind::points, .name = "iterations", .color = 1, .x = {}, .y = {}};
  for (std::size_t k = 0; k < path.size(); ++k) {
    steps.x.push_back(places[k].s);
    steps.y.push_back(path[k].value);
  }
  landscape::Series end{
      .kind = landscape::Series::Kind::end, .name = "end", .x = {steps.x.back()}, .y = {steps.y.back()}};
  landscape::Series start{
      .kind = landscape::Series::Kind::start, .name = "start", .x = {steps.x.front()}, .y = {steps.y.front()}};
  chart.series.push_back(std::move(steps));
  chart.series.push_back(std::move(start));
  chart.series.push_back(std::move(end));
  return chart;
}

// Of another run's way, what the best one's picture may be widened for: up to twice as wide.
void add_near(const std::vector<Position>& others, const std::vector<landscape::Window>& around,
              std::vector<Position>& seen) {
  const Position end = seen.back();
  seen.pop_back();
  for (const Position& other : others) {
    const auto is_near = [](double place, const landscape::Window& window) {
      const double half = (window.high - window.low) / 2;
      return place >= window.low - half && place <= window.high + half;
    };
    if (is_near(other.s, around[0]) && is_near(other.t, around[1])) seen.push_back(other);
  }
  seen.push_back(end);
}

Chart plane_of(landscape::Subject& subject, const Frame& frame, std::span<const Position> places) {
  const auto windows = landscape::windows(frame, places, subject.objective.bounds());
  return landscape::plane_chart(landscape::plane(subject, frame, windows[0], windows[1]), "f");
}

}  // namespace

std::string title_of(const Problem& problem) {
  if (problem.test != nullptr) return fmt::format("{}, n = {}", problem.test->name, problem.variables.size());
  std::string text = problem.name.empty() ? problem.program.source.text : problem.name;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  for (auto at = text.find('\n'); at != text.npos; at = text.find('\n', at)) text.replace(at, 1, at == 0 ? "" : "; ");
  constexpr std::size_t most = 90;
  if (text.size() <= most) return text;
  std::size_t end = most - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

Figure picture_of_run(const Problem& problem, landscape::Subject& subject, const Result& result) {
  Figure figure{.title = fmt::format("{}: {}", method_name(result), title_of(problem)), .columns = {}};
  figure.width = width;
  figure.height = height;
  const RunRecord record{.name = method_name(result), .trace = result.trace};
  std::vector<Chart> stack{landscape::value_chart({&record, 1})};
  Chart gradient = landscape::gradient_chart({&record, 1});
  if (!gradient.series.front().x.empty()) stack.push_back(std::move(gradient));
  if (stack.size() > 1) figure.height = stacked_height;
  if (!result.trace.empty()) {
    if (const auto frame = frame_of_path(problem, subject, result)) {
      if (frame->directions.size() == 1) {
        figure.columns.push_back({curve(subject, *frame, result.trace)});
      } else {
        const std::vector<Position> places = landscape::project(*frame, result.trace);
        Chart chart = plane_of(subject, *frame, places);
        landscape::add_path(chart, places, "path", 0);
        figure.columns.push_back({std::move(chart)});
      }
      figure.widths = {1.35, 1};
    }
  }
  figure.columns.push_back(std::move(stack));
  return figure;
}

Figure picture_of_comparison(const Problem& problem, landscape::Subject& subject, std::span<const Result> results) {
  Figure figure{.title = title_of(problem), .columns = {}};
  figure.width = width;
  figure.height = stacked_height;
  // As many as colours tell apart: those that came lowest, in the order in which they ran.
  std::vector<std::size_t> order(results.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return results[a].value < results[b].value; });
  constexpr std::size_t most = 6;
  const std::size_t best = order.empty() ? 0 : order.front();
  if (order.size() > most) {
    order.resize(most);
    figure.title += fmt::format(" (the {} of {} methods that came lowest)", most, results.size());
  }
  std::ranges::sort(order);
  std::vector<RunRecord> records;
  for (const std::size_t k : order) records.push_back({method_name(results[k]), results[k].trace});
  if (!order.empty() && results[best].x.size() >= 2 && !results[best].trace.empty()) {
    if (const auto frame = frame_of_path(problem, subject, results[best])) {
      std::vector<Position> seen = landscape::project(*frame, results[best].trace);
      const auto around = landscape::windows(*frame, seen, subject.objective.bounds());
      for (const std::size_t k : order) add_near(landscape::project(*frame, results[k].trace), around, seen);
      Chart chart = plane_of(subject, *frame, seen);
      chart.heat->tone = landscape::Heat::Tone::pale;
      chart.series.front().name.clear();  // the lowest point of the grid
      for (std::size_t k = 0; k < order.size(); ++k) {
        const auto places = landscape::project(*frame, results[order[k]].trace);
        landscape::add_path(chart, places, method_name(results[order[k]]), k);
        for (std::size_t mark = 1; mark <= 2 && k + 1 < order.size(); ++mark)
          chart.series[chart.series.size() - mark].name.clear();
      }
      figure.columns.push_back({std::move(chart)});
      figure.widths = {1.35, 1};
    }
  }
  std::vector<Chart> stack{landscape::value_chart(records), landscape::gradient_chart(records)};
  if (!figure.columns.empty()) {  // the landscape has the legend
    for (Chart& chart : stack) {
      for (landscape::Series& series : chart.series) series.name.clear();
    }
  }
  figure.columns.push_back(std::move(stack));
  return figure;
}

}  // namespace downhill::app
