#include "app/pictures/frames.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <numeric>

#include "formula/read.hpp"
#include "support/numbers.hpp"

namespace downhill::app {
namespace {

using landscape::Frame;

// The words between commas that stand outside brackets, without blanks.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  int depth = 0;
  for (const char c : text) {
    if (c == '[') ++depth;
    if (c == ']') --depth;
    if (c == ',' && depth == 0) {
      words.emplace_back();
    } else if (c != ' ') {
      words.back() += c;
    }
  }
  return words;
}

void require_one_or_two(std::string_view option, std::string_view text, std::size_t count) {
  if (count < 1 || count > 2) {
    throw InputError(fmt::format("{}: one or two are needed: '{}' has {}", option, text, count));
  }
}

std::size_t variable_of(const FlatVariables& variables, const std::string& word) {
  for (std::size_t i = 0; i < variables.size(); ++i) {
    if (variables.label(i) == word) return i;
  }
  throw InputError(
      fmt::format("axes: there is no variable '{}': they are called {}{}", word, variables.label(0),
                  variables.size() == 1 ? "" : fmt::format(" to {}", variables.label(variables.size() - 1))));
}

Frame axes(const std::string& text, const Problem& problem, const landscape::Subject& subject,
           std::span<const double> x) {
  const std::vector<std::string> words = words_of(text);
  require_one_or_two("axes", text, words.size());
  std::vector<std::size_t> variables;
  for (const std::string& word : words) variables.push_back(variable_of(problem.variables, word));
  return landscape::coordinate_axes(subject, x, variables);
}

Frame vectors(const std::string& text, std::span<const double> x) {
  std::vector<std::vector<double>> directions;
  std::vector<std::string> names;
  for (const formula::Binding& binding : formula::evaluate_start(formula::read_start(text, "directions"))) {
    directions.push_back(binding.value.values());
    names.push_back(binding.name);
  }
  require_one_or_two("directions", text, directions.size());
  return landscape::along_directions(x, std::move(directions), std::move(names));
}

Frame principal_or_curvature(landscape::Subject& subject, std::span<const TracePoint> path, std::span<const double> x) {
  try {
    return landscape::principal_directions(path, 2);
  } catch (const OptionError&) {
    return landscape::curvature_directions(subject.objective, x, 2);
  }
}

}  // namespace

void add_filters(const Shape& shape, std::size_t offset, std::vector<landscape::Filter>& filters) {
  const auto size = static_cast<std::size_t>(shape.size());
  const std::size_t columns = shape.rank() >= 2 ? static_cast<std::size_t>(shape[shape.rank() - 1]) : 1;
  for (std::size_t column = 0; column < columns; ++column)
    filters.push_back({offset + column, size / columns, columns});
}

std::vector<landscape::Filter> filters_of(const FlatVariables& variables) {
  std::vector<landscape::Filter> filters;
  std::size_t offset = 0;
  for (std::size_t i = 0; i < variables.count(); ++i) {
    add_filters(variables.shape(i), offset, filters);
    offset += static_cast<std::size_t>(variables.shape(i).size());
  }
  return filters;
}

Frame frame_of(const LandscapeArguments& arguments, const Problem& problem, landscape::Subject& subject,
               std::span<const TracePoint> path, std::span<const double> x) {
  if (arguments.axes) return axes(*arguments.axes, problem, subject, x);
  if (!arguments.directions) {
    if (x.size() > 2) return principal_or_curvature(subject, path, x);
    std::vector<std::size_t> variables(x.size());
    std::iota(variables.begin(), variables.end(), std::size_t{0});
    return landscape::coordinate_axes(subject, x, variables);
  }
  std::string kind = *arguments.directions;
  if (kind.find('=') != kind.npos) return vectors(kind, x);
  std::size_t count = x.size() > 1 ? 2 : 1;
  if (kind.ends_with(":1") || kind.ends_with(":2")) {
    count = kind.back() == '1' ? 1 : 2;
    kind.resize(kind.size() - 2);
  }
  if (kind == "principal") return landscape::principal_directions(path, count);
  if (kind == "curvature") return landscape::curvature_directions(subject.objective, x, count);
  if (kind == "random") return landscape::random_directions(x, count, problem.seed, filters_of(problem.variables));
  throw InputError(
      fmt::format("directions: unknown: '{}' (known: random, principal, curvature, or vectors as "
                  "\"u = [1, 0], v = [0, 1]\")",
                  *arguments.directions));
}

std::vector<landscape::Window> windows_of(const LandscapeArguments& arguments, const Frame& frame,
                                          std::span<const landscape::Position> path, const Bounds* bounds) {
  if (!arguments.window) {
    // Random and given directions are seen as far as they are long.
    const bool is_by_length =
        frame.kind == Frame::Kind::random || (frame.kind == Frame::Kind::directions && path.size() < 2);
    if (is_by_length) return std::vector<landscape::Window>(frame.directions.size(), {-1, 1});
    return landscape::windows(frame, path, bounds);
  }
  std::vector<landscape::Window> result;
  for (const std::string& word : words_of(*arguments.window)) {
    const auto comma = word.find(',');
    const bool has_brackets = word.size() > 2 && word.front() == '[' && word.back() == ']' && comma != word.npos;
    const auto low = has_brackets ? read_number(std::string_view(word).substr(1, comma - 1)) : std::nullopt;
    const auto high =
        has_brackets ? read_number(std::string_view(word).substr(comma + 1, word.size() - comma - 2)) : std::nullopt;
    if (!low || !high) throw InputError(fmt::format("window: '{}' is no range as [-2, 2]", word));
    if (!(*low < *high)) {
      throw InputError(fmt::format("window: the range is empty: {} to {}", shortest(*low), shortest(*high)));
    }
    result.push_back({*low, *high});
  }
  if (result.size() != frame.directions.size()) {
    throw InputError(
        fmt::format("window: as many ranges as axes are needed: {} and {}", result.size(), frame.directions.size()));
  }
  return result;
}

}  // namespace downhill::app
