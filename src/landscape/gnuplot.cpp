#include "landscape/gnuplot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "landscape/color_map.hpp"
#include "landscape/thinned.hpp"
#include "landscape/ticks.hpp"
#include "support/numbers.hpp"

namespace downhill::landscape {
namespace {

// Pixels around the axes of a chart.
struct Margins {
  double left = 92, right = 24, top = 14, bottom = 60;
};
constexpr double title_height = 24;
constexpr double legend_line = 19;
constexpr double colorbox_room = 92;
constexpr double figure_title_height = 34;

// In single quotes nothing is special but the quote itself, which becomes a typographic one: gnuplot does not read a doubled quote everywhere.
std::string quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') {
      result += "\u2019";
    } else {
      result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return result + "'";
}

std::string number(double value) { return std::isfinite(value) ? fmt::format("{:.17g}", value) : "NaN"; }

/// Collects data blocks and the commands that plot them.
class Script {
 public:
  explicit Script(const Figure& figure) : figure_(figure) {}

  std::string text(Format format) {
    head(format);
    double widths = 0;
    for (std::size_t c = 0; c < figure_.columns.size(); ++c) widths += share(c);
    const double top = figure_.title.empty() ? 0 : figure_title_height;
    double left = 0;
    for (std::size_t c = 0; c < figure_.columns.size(); ++c) {
      const double width = figure_.width * share(c) / widths;
      const double height = (figure_.height - top) / static_cast<double>(figure_.columns[c].size());
      double from_top = top;
      for (const Chart& one : figure_.columns[c]) {
        chart(one, left, from_top, width, height);
        from_top += height;
      }
      left += width;
    }
    return text_ + "unset multiplot\n";
  }

 private:
  [[nodiscard]] double share(std::size_t column) const { return figure_.widths.empty() ? 1 : figure_.widths[column]; }
  [[nodiscard]] double across(double x) const { return x / figure_.width; }
  [[nodiscard]] double up(double from_top) const { return 1 - from_top / figure_.height; }

  template <class... Args>
  void add(fmt::format_string<Args...> form, Args&&... args) {
    text_ += fmt::format(form, std::forward<Args>(args)...);
    text_ += '\n';
  }

  void head(Format format) {
    const double w = figure_.width;
    const double h = figure_.height;
    switch (format) {
      case Format::svg:
        add("set terminal svg enhanced size {},{} font 'DejaVu Sans,Helvetica,Arial,12' background '#ffffff'", w, h);
        break;
      case Format::png:
        add("set terminal pngcairo enhanced size {},{} font 'DejaVu Sans,12' fontscale 1.75 linewidth 2 pointscale 3.8",
            2 * w, 2 * h);
        break;
      case Format::pdf:
        add("set terminal pdfcairo enhanced size {:.3f}in,{:.3f}in font 'DejaVu Sans,9' fontscale 1 linewidth 1 "
            "pointscale 1",
            w / 96, h / 96);
        break;
    }
    add("set encoding utf8");
    add("set multiplot");
    if (!figure_.title.empty()) {
      add("set label 1000 {} at screen 0.5,{:.5f} center noenhanced font ',{}'", quoted(figure_.title),
          up(figure_title_height * 0.62), format == Format::pdf ? 10 : 14);
    }
    add("set border 3 lc rgb '#444444'");
    add("set tics nomirror out scale 0.6 textcolor rgb '#222222'");
    add("set clip two");
    add("set datafile missing 'NaN'");
  }

  void chart(const Chart& chart, double left, double from_top, double width, double height) {
    Margins margins;
    std::size_t entries = 0;
    for (const Series& series : chart.series) entries += series.name.empty() ? 0 : 1;
    std::size_t longest = 0;
    for (const Series& series : chart.series) longest = std::max(longest, series.name.size());
    if (chart.heat) margins.right = colorbox_room;
    const double per_entry = 48 + 8.2 * static_cast<double>(longest);
    const double room = width - margins.left - margins.right;
    const auto in_line = static_cast<std::size_t>(std::clamp(std::floor(room / per_entry), 1.0, 6.0));
    const std::size_t lines = (entries + in_line - 1) / in_line;
    margins.bottom += legend_line * static_cast<double>(lines) + (lines > 0 ? 4 : 0);
    if (!chart.title.empty()) margins.top += title_height;
    const double x0 = left + margins.left;
    const double x1 = left + width - margins.right;
    const double y0 = from_top + height - margins.bottom;
    const double y1 = from_top + margins.top;
    add("set lmargin at screen {:.5f}; set rmargin at screen {:.5f}", across(x0), across(x1));
    add("set bmargin at screen {:.5f}; set tmargin at screen {:.5f}", up(y0), up(y1));
    add("set title {} noenhanced offset 0,-0.4 textcolor rgb '#000000'", quoted(chart.title));
    axis("x", chart.x);
    add("set xlabel {} noenhanced textcolor rgb '#000000'", quoted(chart.x.label));
    add("set label 1 {} at screen {:.5f},{:.5f} center rotate by 90 noenhanced textcolor rgb '#000000'",
        quoted(chart.y.label), across(left + 16), (up(y0) + up(y1)) / 2);
    add("set xtics autofreq");
    if (chart.x.ticks == ChartAxis::Ticks::whole && chart.x.scale == AxisScale::linear) whole_ticks(chart);
    axis("y", chart.y);
    if (entries == 0) {
      add("unset key");
    } else {
      add("set key at screen {:.5f},{:.5f} center bottom horizontal maxcols {} maxrows {} samplen 1.8 noenhanced Left "
          "reverse",
          across(left + width / 2 - (chart.heat ? 20 : 0)), up(from_top + height - 6), in_line, lines);
    }
    plots_.clear();
    if (chart.heat) {
      heat(*chart.heat, x1, y0, y1);
    } else {
      add("set grid back lc rgb '#dddddd' lw 0.6 lt 1");
    }
    for (const Series& series : chart.series) {
      if (series.kind != Series::Kind::lowest) draw(series, chart);
    }
    for (const Series& series : chart.series) {
      if (series.kind == Series::Kind::lowest) draw(series, chart);  // above all
    }
    if (plots_.empty()) plots_.push_back("NaN notitle");
    text_ += "plot ";
    for (std::size_t k = 0; k < plots_.size(); ++k) text_ += (k == 0 ? "" : ", \\\n  ") + plots_[k];
    text_ += "\nunset label 1000\n";
  }

  // At most seven ticks on a linear axis of whole numbers, from end to end of the data.
  void whole_ticks(const Chart& chart) {
    Window seen = chart.x.range.value_or(Window{INFINITY, -INFINITY});
    for (const Series& series : chart.series) {
      for (const double x : series.x) seen = {std::min(seen.low, x), std::max(seen.high, x)};
    }
    if (!(seen.low < seen.high)) return;
    add("set xrange [{}:{}]", number(seen.low), number(seen.high));
    add("set xtics {}", number(std::max(1.0, round_step((seen.high - seen.low) / 7))));
  }

  void axis(const char* which, const ChartAxis& axis) {
    const bool is_log = axis.scale == AxisScale::logarithmic;
    add("{} logscale {}", is_log ? "set" : "unset", which);
    add("set format {} {}", which, is_log ? "'10^{%T}'" : "'%g'");
    if (axis.range) {
      add("set {}range [{}:{}]", which, number(axis.range->low), number(axis.range->high));
    } else {
      add("set {}range [*:*]", which);
    }
  }

  // Rows of numbers under a name; an empty row parts lines.
  template <class Rows>
  std::string block(const Rows& write) {
    std::string name = fmt::format("$d{}", blocks_++);
    text_ += name + " << EOD\n";
    write();
    text_ += "EOD\n";
    return name;
  }
  std::string points(const std::vector<double>& x, const std::vector<double>& y, const std::vector<double>& z = {}) {
    return block([&] {
      for (std::size_t k = 0; k < x.size(); ++k) {
        text_ += number(x[k]) + " " + number(y[k]);
        if (!z.empty()) text_ += " " + number(z[k]);
        text_ += '\n';
      }
    });
  }

  void heat(const Heat& heat, double right, double bottom, double top) {
    add("unset grid");
    const Plane& plane = heat.plane;
    std::string colors;
    for (std::size_t k = 0; k < stops(ColorMap::viridis).size(); ++k) {
      Color color = stops(ColorMap::viridis)[k];
      if (heat.tone == Heat::Tone::pale) {
        const auto gray = static_cast<std::uint8_t>(200 + 5 * k);
        color = {gray, gray, gray};
      }
      colors += fmt::format("{}{} '{}'", k == 0 ? "" : ", ", k, hex(color));
    }
    add("set palette defined ({})", colors);
    add("set cbrange [0:1]");
    add("set colorbox user origin screen {:.5f},{:.5f} size screen {:.5f},{:.5f} noborder", across(right + 12),
        up(bottom), across(14), up(top) - up(bottom));
    std::string ticks;
    for (const double level : contour_levels(heat.scale, 7)) {
      const double shown = heat.scale.kind == HeightScale::Kind::linear ? level : level - heat.scale.base;
      ticks += fmt::format("{}'{}' {:.5f}", ticks.empty() ? "" : ", ", tick_text(shown), heat.scale.position(level));
    }
    add("set cbtics ({}) scale 0.4", ticks);
    const bool is_above = heat.scale.kind == HeightScale::Kind::logarithmic && heat.scale.base != 0;
    add("set cblabel {} noenhanced offset 0.6,0",
        quoted(is_above ? fmt::format("{} above {}", heat.label, rounded(heat.scale.base, 5)) : heat.label));
    const std::string grid = block([&] {
      for (std::size_t row = 0; row < plane.t.size(); ++row) {
        for (std::size_t column = 0; column < plane.s.size(); ++column) {
          const double place = heat.scale.position(plane.at(row, column));
          text_ += std::isnan(place) ? std::string("NaN ") : fmt::format("{:.4f} ", place);
        }
        text_ += '\n';
      }
    });
    const double ds = (plane.s.back() - plane.s.front()) / static_cast<double>(plane.s.size() - 1);
    const double dt = (plane.t.back() - plane.t.front()) / static_cast<double>(plane.t.size() - 1);
    // To the outer edges of its cells.
    add("set xrange [{}:{}]", number(plane.s.front() - ds / 2), number(plane.s.back() + ds / 2));
    add("set yrange [{}:{}]", number(plane.t.front() - dt / 2), number(plane.t.back() + dt / 2));
    add("set format x '%.{}g'", tick_digits(plane.s.front(), plane.s.back()));
    add("set format y '%.{}g'", tick_digits(plane.t.front(), plane.t.back()));
    plots_.push_back(fmt::format("{} matrix using ({}+$1*({})):({}+$2*({})):3 with image notitle", grid,
                                 number(plane.s.front()), number(ds), number(plane.t.front()), number(dt)));
    contour_lines(heat);
    if (heat.arrows == Heat::Arrows::shown) arrows(plane);
  }

  // Light lines on the dark half, dark ones on the light half.
  void contour_lines(const Heat& heat) {
    for (const bool is_dark_ground : {true, false}) {
      std::size_t lines = 0;
      const std::string name = block([&] {
        for (const Contour& contour : heat.contours) {
          if ((heat.scale.position(contour.level) < 0.6) != is_dark_ground) continue;
          for (const Contour::Polyline& line : contour.lines) {
            for (std::size_t k = 0; k < line.s.size(); ++k) text_ += number(line.s[k]) + " " + number(line.t[k]) + "\n";
            text_ += '\n';
            ++lines;
          }
        }
      });
      if (lines == 0) continue;
      const char* color = heat.tone == Heat::Tone::pale ? "#8a8a8a" : is_dark_ground ? "#60ffffff" : "#80000000";
      plots_.push_back(fmt::format("{} using 1:2 with lines lc rgb '{}' lw 0.8 notitle", name, color));
    }
  }

  // Down the slope, of one length: where descent goes.
  void arrows(const Plane& plane) {
    const Field& field = plane.field;
    if (field.s.empty()) return;
    const double width = plane.s.back() - plane.s.front();
    const double height = plane.t.back() - plane.t.front();
    const double cell = 0.62 / std::sqrt(static_cast<double>(field.s.size()));
    const std::string name = block([&] {
      for (std::size_t k = 0; k < field.s.size(); ++k) {
        const double across_s = field.along_s[k] / width;
        const double across_t = field.along_t[k] / height;
        const double length = std::hypot(across_s, across_t);
        if (!(length > 0)) continue;
        const double ds = -cell * across_s / length * width;
        const double dt = -cell * across_t / length * height;
        text_ += fmt::format("{} {} {} {}\n", number(field.s[k] - ds / 2), number(field.t[k] - dt / 2), number(ds),
                             number(dt));
      }
    });
    plots_.push_back(fmt::format(
        "{} using 1:2:3:4 with vectors head filled size graph 0.009,22 fixed lc rgb '#48ffffff' lw 0.9 notitle", name));
  }

  void plot(const std::string& name, const std::string& how, const std::string& title) {
    plots_.push_back(
        fmt::format("{} {} {}", name, how, title.empty() ? std::string("notitle") : "title " + quoted(title)));
  }

  void draw(const Series& all, const Chart& chart) {
    const Series series = thinned(all);
    const std::string color = hex(distinct(series.color));
    const std::string name = points(series.x, series.y, series.high);
    const bool is_on_colors = chart.heat && chart.heat->tone == Heat::Tone::full;
    switch (series.kind) {
      case Series::Kind::line: plot(name, fmt::format("with lines lc rgb '{}' lw 1.8", color), series.name); break;
      case Series::Kind::line_points:
        plot(name, fmt::format("with linespoints lc rgb '{}' lw 1.8 pt 7 ps 0.4", color), series.name);
        break;
      case Series::Kind::points:
        plot(name, fmt::format("with points lc rgb '{}' pt 7 ps 0.55", color), series.name);
        break;
      case Series::Kind::band:
        plot(name, fmt::format("using 1:2:3 with filledcurves fc rgb '{}' fs transparent solid 0.22 noborder", color),
             series.name);
        break;
      case Series::Kind::impulses:
        plot(name, fmt::format("with impulses lc rgb '{}' lw 2", color), "");
        plot(name, fmt::format("with points lc rgb '{}' pt 7 ps 0.4", color), series.name);
        break;
      case Series::Kind::path: path(name, series, color, is_on_colors); break;
      case Series::Kind::start:
        plot(name, "with points lc rgb '#000000' pt 7 ps 1.15", "");
        plot(name, "with points lc rgb '#ffffff' pt 7 ps 0.75", "");
        plot("NaN", "with points lc rgb '#000000' pt 6 ps 0.95 lw 1.5", series.name);
        break;
      case Series::Kind::end:
        plot(name, "with points lc rgb '#000000' pt 13 ps 1.5", "");
        plot(name, fmt::format("with points lc rgb '{}' pt 13 ps 1.0", is_on_colors || !chart.heat ? "#ff8c1a" : color),
             "");
        plot("NaN", "with points lc rgb '#d55e00' pt 13 ps 1.2", series.name);
        break;
      case Series::Kind::lowest:  // on colours the lowest is the darkest
        plot(name, fmt::format("with points lc rgb '{}' pt 2 ps 0.9 lw 1.6", is_on_colors ? "#ffffff" : "#000000"), "");
        plot("NaN", "with points lc rgb '#000000' pt 2 ps 0.9 lw 1.6", series.name);
        break;
    }
  }

  void path(const std::string& name, const Series& series, const std::string& color, bool is_on_colors) {
    constexpr std::size_t most_dots = 60;
    const bool has_dots = series.x.size() <= most_dots;
    if (is_on_colors) {
      plot(name, "with lines lc rgb '#000000' lw 3.6", series.name);
      if (has_dots) plot(name, "with points lc rgb '#000000' pt 7 ps 0.62", "");
      plot(name, "with lines lc rgb '#ffffff' lw 1.6", "");
      if (has_dots) plot(name, "with points lc rgb '#ffffff' pt 7 ps 0.38", "");
      return;
    }
    plot(name, "with lines lc rgb '#ffffff' lw 3.6", "");
    plot(name, fmt::format("with lines lc rgb '{}' lw 1.8", color), series.name);
    if (has_dots) plot(name, fmt::format("with points lc rgb '{}' pt 7 ps 0.4", color), "");
  }

  const Figure& figure_;
  std::string text_;
  std::vector<std::string> plots_;
  std::size_t blocks_ = 0;
};

}  // namespace

std::string gnuplot_script(const Figure& figure, Format format) { return Script(figure).text(format); }

}  // namespace downhill::landscape
