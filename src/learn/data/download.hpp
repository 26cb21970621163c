#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace downhill::learn {

/// A file that others publish.
struct PublishedFile {
  std::string_view name;
  std::string_view sha256;
};

/// Brings `file` into `folder` from the first of the `mirrors` that has it with its checksum: they are URLs that end in a slash. It is in the
/// folder whole and checked, or not at all. Takes the program curl.
/// Throws InputError with what went wrong at each mirror.
void download(const PublishedFile& file, std::span<const std::string> mirrors, const std::string& folder,
              const std::function<void(const std::string& url)>& on_download);

}  // namespace downhill::learn
