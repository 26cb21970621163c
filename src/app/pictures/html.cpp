#include "app/pictures/html.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <nlohmann/json.hpp>

#include "app/pictures/figure_json.hpp"
#include "app/pictures/report_page.hpp"

namespace downhill::app {
namespace {

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      default: result += c;
    }
  }
  return result;
}

// JSON inside a script element: no text in it can end the element.
std::string script_json(const nlohmann::ordered_json& json) {
  std::string result;
  for (const char c : json.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace)) {
    if (c == '<') {
      result += "\\u003c";
    } else {
      result += c;
    }
  }
  return result;
}

std::string list(const std::vector<std::pair<std::string, std::string>>& rows) {
  std::string text = "<dl>\n";
  for (const auto& [what, how] : rows) text += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escaped(what), escaped(how));
  return text + "</dl>\n";
}

}  // namespace

void require_plotly() {
  if (plotly().empty()) {
    throw ExecutionError(
        "plot: this build cannot write HTML: it has no Plotly\n  hint: build with npm and -DDOWNHILL_WEB=ON, or draw a "
        ".svg, .png or .pdf");
  }
}

std::string report_html(const Report& report, const landscape::Figure& figure) {
  require_plotly();
  std::string text = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width, "
      "initial-scale=1\">\n<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<h1>{}</h1>\n",
      escaped(report.title), report_style, escaped(report.title));
  text += fmt::format("<p class=\"sentence\">{}</p>\n<div id=\"charts\"></div>\n", escaped(report.sentence));
  if (!report.findings.empty()) text += "<h2>Verdict and evidence</h2>\n" + list(report.findings);
  if (!report.settings.empty()) text += "<h2>Settings</h2>\n" + list(report.settings);
  if (!report.command.empty())
    text += fmt::format("<h2>How to make this again</h2>\n<pre>{}</pre>\n", escaped(report.command));
  text += "<script>";
  text += plotly();
  text += "</script>\n<script>const figure = " + script_json(figure_json(figure)) + ";\n";
  text += report_script;
  return text + "</script>\n</body>\n</html>\n";
}

std::string shell_line(const std::vector<std::string>& words) {
  std::string line = "downhill";
  for (const std::string& word : words) {
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:,=";
    if (!word.empty() && word.find_first_not_of(plain) == word.npos) {
      line += " " + word;
      continue;
    }
    line += " '";
    for (const char c : word) {
      if (c == '\'') {
        line += "'\\''";
      } else {
        line += c;
      }
    }
    line += "'";
  }
  return line;
}

}  // namespace downhill::app
