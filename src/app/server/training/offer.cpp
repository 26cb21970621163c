#include "app/server/training/offer.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include "app/server/guard.hpp"

namespace downhill::server {

namespace fs = std::filesystem;

CheckpointFolder::~CheckpointFolder() {
  std::error_code error;
  if (!temporary_.empty()) fs::remove_all(temporary_, error);
}

fs::path CheckpointFolder::folder() {
  const std::lock_guard lock(access_);
  if (given_.empty() && temporary_.empty()) temporary_ = fs::temp_directory_path() / ("downhill-" + random_name());
  const fs::path path = given_.empty() ? temporary_ : fs::path(given_);
  std::error_code error;
  fs::create_directories(path, error);
  if (!error && given_.empty()) fs::permissions(path, fs::perms::owner_all, error);
  if (error) throw InputError(fmt::format("serve: cannot make '{}': {}", path.string(), error.message()));
  return path;
}

std::string CheckpointFolder::file_of(const std::string& run) { return (folder() / (run + ".safetensors")).string(); }

void CheckpointFolder::forget(const std::string& run) {
  if (!given_.empty()) return;
  std::error_code error;
  fs::remove(file_of(run), error);
}

}  // namespace downhill::server
