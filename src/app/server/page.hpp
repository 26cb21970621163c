#pragma once
#include <span>
#include <string_view>

namespace downhill::server {

/// A file of the page as the build made it (cmake/Web.cmake); names other than index.html tell their content.
struct PageFile {
  std::string_view path;  ///< `/index.html`, `/assets/index-1f2e3d.js`
  std::string_view type;  ///< its media type
  std::string_view content;
};

/// Empty where the program was built without the page.
[[nodiscard]] std::span<const PageFile> page_files();

}  // namespace downhill::server
