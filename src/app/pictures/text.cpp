#include "app/pictures/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "support/numbers.hpp"

namespace downhill::app {
namespace {

using landscape::AxisScale;
using landscape::Chart;
using landscape::Series;

constexpr std::string_view marks = "*o+x#@%";                                       // of series, in ASCII
constexpr std::array colors{Color::bold, Color::green, Color::yellow, Color::red};  // of series, in braille

/// Dots, 2 × 4 to a character in braille, 1 × 2 in ASCII; the last series that touches a character has it.
class Dots {
 public:
  Dots(std::size_t width, std::size_t height, Letters letters)
      : width_(width),
        height_(height),
        letters_(letters),
        across_(letters == Letters::braille ? 2 : 1),
        down_(letters == Letters::braille ? 4 : 2),
        cells_(width * height) {}

  [[nodiscard]] std::size_t columns() const { return width_ * across_; }
  [[nodiscard]] std::size_t rows() const { return height_ * down_; }

  void set(std::size_t column, std::size_t row, std::size_t series) {
    Cell& cell = cells_[row / down_ * width_ + column / across_];
    cell.series = series;
    // Unicode 15, Braille Patterns: dots 1-3 and 7 down the left, 4-6 and 8 down the right.
    constexpr std::array<std::array<unsigned, 2>, 4> bits{{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}};
    cell.bits |= letters_ == Letters::braille ? bits[row % 4][column % 2] : static_cast<unsigned>(row % 2) + 1;
  }

  [[nodiscard]] std::string line(std::size_t row, const Terminal& terminal) const {
    std::string text;
    for (std::size_t column = 0; column < width_; ++column) {
      const Cell& cell = cells_[row * width_ + column];
      if (cell.bits == 0) {
        text += ' ';
      } else if (letters_ == Letters::ascii) {
        text += marks[cell.series % marks.size()];
      } else {
        const unsigned code = 0x2800 + cell.bits;
        const std::string letter{static_cast<char>(0xE0 | (code >> 12U)),
                                 static_cast<char>(0x80 | ((code >> 6U) & 0x3FU)),
                                 static_cast<char>(0x80 | (code & 0x3FU))};
        text += terminal.paint(colors[cell.series % colors.size()], letter);
      }
    }
    return text;
  }

 private:
  struct Cell {
    unsigned bits = 0;
    std::size_t series = 0;
  };
  std::size_t width_, height_;
  Letters letters_;
  std::size_t across_, down_;
  std::vector<Cell> cells_;
};

/// From numbers to shares of an axis.
struct Scale {
  bool is_log = false;
  double low = 0;
  double high = 1;

  [[nodiscard]] double measure(double value) const { return is_log ? std::log10(value) : value; }
  [[nodiscard]] double share(double value) const { return (measure(value) - low) / (high - low); }
  [[nodiscard]] double value(double share) const {
    const double at = low + share * (high - low);
    return is_log ? std::pow(10, at) : at;
  }
};

bool is_line(const Series& series) {
  return series.kind == Series::Kind::line || series.kind == Series::Kind::line_points;
}

bool is_drawn(const Series& series) {
  return is_line(series) || series.kind == Series::Kind::points || series.kind == Series::Kind::impulses ||
         series.kind == Series::Kind::path;
}

Scale scale_of(const Chart& chart, const std::vector<double> Series::* numbers, AxisScale kind) {
  Scale scale{kind == AxisScale::logarithmic, INFINITY, -INFINITY};
  for (const Series& series : chart.series) {
    if (!is_drawn(series)) continue;
    for (const double number : series.*numbers) {
      const double at = scale.measure(number);
      if (!std::isfinite(at)) continue;
      scale.low = std::min(scale.low, at);
      scale.high = std::max(scale.high, at);
    }
  }
  if (!(scale.low <= scale.high)) return {scale.is_log, 0, 1};
  if (scale.low == scale.high) {
    scale.low -= 0.5;
    scale.high += 0.5;
  }
  return scale;
}

void draw(const Series& series, std::size_t k, const Scale& x, const Scale& y, Dots& dots) {
  const auto place = [](double share, std::size_t count) {
    return static_cast<std::ptrdiff_t>(std::lround(share * static_cast<double>(count - 1)));
  };
  bool has_last = false;
  std::ptrdiff_t last_column = 0, last_row = 0;
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    const double at_x = x.share(series.x[i]);
    const double at_y = y.share(series.y[i]);
    if (!std::isfinite(at_x) || !std::isfinite(at_y)) {
      has_last = false;
      continue;
    }
    const std::ptrdiff_t column = place(at_x, dots.columns());
    const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(dots.rows()) - 1 - place(at_y, dots.rows());
    if (!has_last || !is_line(series)) {
      last_column = column;
      last_row = row;
    }
    const std::ptrdiff_t steps =
        std::max({std::abs(column - last_column), std::abs(row - last_row), std::ptrdiff_t{1}});
    for (std::ptrdiff_t step = 0; step <= steps; ++step) {
      const double share = static_cast<double>(step) / static_cast<double>(steps);
      const double c = static_cast<double>(last_column) + share * static_cast<double>(column - last_column);
      const double r = static_cast<double>(last_row) + share * static_cast<double>(row - last_row);
      dots.set(static_cast<std::size_t>(std::lround(c)), static_cast<std::size_t>(std::lround(r)), k);
    }
    last_column = column;
    last_row = row;
    has_last = true;
  }
}

// As the C library settles it (POSIX: LC_ALL, LC_CTYPE, LANG).
Letters letters_of_locale() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string_view text(value);
    const bool is_utf8 = text.find("UTF-8") != text.npos || text.find("utf8") != text.npos ||
                         text.find("UTF8") != text.npos || text.find("utf-8") != text.npos;
    return is_utf8 ? Letters::braille : Letters::ascii;
  }
  return Letters::ascii;
}

// With the names that another chart of the figure, which has the legend, gives the same colours.
Chart named(Chart chart, const landscape::Figure& figure) {
  if (std::ranges::count_if(chart.series, is_drawn) < 2) return chart;
  for (Series& series : chart.series) {
    for (const auto& column : figure.columns) {
      for (const Chart& other : column) {
        const auto same = std::ranges::find_if(
            other.series, [&](const Series& one) { return one.color == series.color && !one.name.empty(); });
        if (series.name.empty() && same != other.series.end()) series.name = same->name;
      }
    }
  }
  return chart;
}

// Several series are told apart by colours, or else by letters.
Letters letters_for(const Chart& chart, const Terminal& terminal) {
  const auto count = static_cast<std::size_t>(std::ranges::count_if(chart.series, is_drawn));
  const bool are_told_apart = count < 2 || (terminal.has_color && count <= colors.size());
  return are_told_apart ? letters_of_locale() : Letters::ascii;
}

}  // namespace

std::string text_chart(const Chart& chart, std::size_t width, std::size_t height, Letters letters,
                       const Terminal& terminal) {
  const Scale x = scale_of(chart, &Series::x, chart.x.scale);
  const Scale y = scale_of(chart, &Series::y, chart.y.scale);
  Dots dots(width, height, letters);
  std::vector<std::string> legend;
  std::size_t drawn = 0;
  for (const Series& series : chart.series) {
    if (!is_drawn(series)) continue;
    draw(series, drawn, x, y, dots);
    if (!series.name.empty()) {
      const std::string mark = letters == Letters::ascii ? std::string(1, marks[drawn % marks.size()])
                                                         : terminal.paint(colors[drawn % colors.size()], "⣿");
      legend.push_back(fmt::format("{} {}", mark, series.name));
    }
    ++drawn;
  }
  const std::string scale = y.is_log ? ", logarithmic" : "";
  std::string text = fmt::format("  {}{}\n", chart.y.label, scale);
  constexpr std::size_t label_width = 10;
  for (std::size_t row = 0; row < height; ++row) {
    const bool is_labelled = row == 0 || row + 1 == height || row == height / 2;
    const double share = 1 - static_cast<double>(row) / static_cast<double>(height - 1);
    std::string label = is_labelled ? rounded(y.value(share), 3) : "";
    std::string line = fmt::format("  {:>{}} |{}", label, label_width, dots.line(row, terminal));
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  const std::string low = rounded(x.value(0), 4), high = rounded(x.value(1), 4);
  text += fmt::format("  {:>{}} +{}\n", "", label_width, std::string(width, '-'));
  text += fmt::format("  {:>{}}  {}{:^{}}{}\n", "", label_width, low, chart.x.label,
                      width - std::min(width, low.size() + high.size()), high);
  for (const std::string& line : legend) text += fmt::format("  {:>{}}  {}\n", "", label_width, line);
  return text;
}

std::string text_plot(const landscape::Figure& figure, const Terminal& terminal) {
  constexpr std::size_t width = 60, height = 12;
  std::string text;
  for (const auto& column : figure.columns) {
    for (const Chart& chart : column) {
      const bool has_lines = std::ranges::any_of(chart.series, is_drawn);
      if (chart.heat || !has_lines) continue;
      text += "\n" + text_chart(named(chart, figure), width, height, letters_for(chart, terminal), terminal);
      break;
    }
  }
  return text;
}

}  // namespace downhill::app
