#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "landscape/figure.hpp"

/// Reports: one file that a browser opens without a network.
namespace downhill::app {

struct Report {
  std::string title;
  std::string sentence;  ///< what was found, in plain words
  std::vector<std::pair<std::string, std::string>> findings =
      {};  ///< the verdict with its evidence: what, and its number or text
  std::vector<std::pair<std::string, std::string>> settings = {};  ///< of the method and the run
  std::string command;                                             ///< that makes the run again, if one does
};

/// The drawing program that reports hold, Plotly's; empty where the build has none.
[[nodiscard]] std::string_view plotly();

/// Throws ExecutionError in a build without Plotly.
void require_plotly();

/// The whole file. Texts are escaped: nothing in them becomes markup or script.
[[nodiscard]] std::string report_html(const Report& report, const landscape::Figure& figure);

/// The words as a POSIX shell reads them.
[[nodiscard]] std::string shell_line(const std::vector<std::string>& words);

}  // namespace downhill::app
