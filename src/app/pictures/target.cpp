#include "app/pictures/target.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <downhill/error.hpp>

#include <array>
#include <filesystem>
#include <string_view>

#include "app/pictures/text.hpp"
#include "landscape/gnuplot.hpp"
#include "support/files.hpp"

namespace downhill::app {
namespace {

constexpr const char* operation = "plot";

struct Ending {
  std::string_view text;
  PlotTarget::Kind kind;
};
constexpr std::array endings{Ending{".svg", PlotTarget::Kind::svg}, Ending{".png", PlotTarget::Kind::png},
                             Ending{".pdf", PlotTarget::Kind::pdf}, Ending{".html", PlotTarget::Kind::html}};

landscape::Format format_of(PlotTarget::Kind kind) {
  if (kind == PlotTarget::Kind::svg) return landscape::Format::svg;
  return kind == PlotTarget::Kind::png ? landscape::Format::png : landscape::Format::pdf;
}

}  // namespace

std::optional<PlotTarget> plot_target(const std::optional<std::string>& plot) {
  if (!plot) return std::nullopt;
  if (*plot == "-") return PlotTarget{};
  const std::filesystem::path path(*plot);
  for (const Ending& ending : endings) {
    if (path.extension() != ending.text) continue;
    std::filesystem::path folder = path.parent_path();
    if (folder.empty()) folder = ".";
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error)) {
      throw InputError(
          fmt::format("{}: cannot write '{}': there is no folder '{}'", operation, *plot, folder.string()));
    }
    if (::access(folder.c_str(), W_OK) != 0) {
      throw InputError(fmt::format("{}: cannot write '{}': the folder is read-only", operation, *plot));
    }
    ending.kind == PlotTarget::Kind::html ? require_plotly() : landscape::require_gnuplot();
    return PlotTarget{ending.kind, *plot};
  }
  throw InputError(fmt::format("{}: '{}' has no known ending (known: .svg, .png, .pdf, .html, and - for the terminal)",
                               operation, *plot));
}

void draw_plot(const PlotTarget& target, const landscape::Figure& figure, const Report& report,
               const Terminal& terminal) {
  if (target.kind == PlotTarget::Kind::terminal) {
    fmt::print(terminal.out, "{}", text_plot(figure, terminal));
    return;
  }
  if (target.kind == PlotTarget::Kind::html) {
    write_atomically(operation, target.path, report_html(report, figure));
    return;
  }
  write_atomically(operation, target.path, landscape::draw(figure, format_of(target.kind)));
}

}  // namespace downhill::app
