#include <fmt/format.h>
#include <fmt/ranges.h>
#include <downhill/error.hpp>
#include <downhill/learn/data.hpp>

#include <filesystem>
#include <map>
#include <utility>

#include "learn/data/arrays.hpp"
#include "learn/data/inflate.hpp"
#include "learn/data/known_sets.hpp"
#include "learn/data/npy.hpp"
#include "learn/data/table.hpp"
#include "learn/data/zip.hpp"

namespace downhill::learn {
namespace {

namespace fs = std::filesystem;

// The path of the file in the folder, as it is or with .gz behind it; empty if there is none.
std::string find_in(const fs::path& folder, const std::string& file) {
  std::error_code error;
  for (const char* suffix : {"", ".gz"}) {
    const fs::path path = folder / (file + suffix);
    if (fs::is_regular_file(path, error)) return path.string();
  }
  return {};
}

// `.csv` of `points.csv.gz`.
std::string kind_of(const fs::path& path) {
  return path.extension() == ".gz" ? path.stem().extension().string() : path.extension().string();
}

Split read_npz(const std::string& path, const DataRequest& request) {
  std::map<std::string, std::string> members;
  for (ZipMember& one : read_zip(read_unpacked(path), path, most_data_bytes)) {
    members[fs::path(one.name).replace_extension().string()] = std::move(one.bytes);
  }
  const FindArray find = [&](const std::string& name, Bytes bytes) -> std::optional<StoredArray> {
    const auto found = members.find(name);
    if (found == members.end()) return std::nullopt;
    return parse_npy(found->second, fmt::format("{}:{}", path, name), bytes);
  };
  return split_of(find, request, path);
}

StoredArray read_npy(const std::string& path, Bytes bytes) { return parse_npy(read_unpacked(path), path, bytes); }

Split read_tables(const std::string& train, const std::string& test, const DataRequest& request, Answers answers) {
  Split split{read_table(train, request, answers), {}};
  if (test.empty()) return split;
  DataRequest same = request;
  same.names = split.train.names;
  split.test = read_table(test, same, answers);
  require_agreement(split, test);
  return split;
}

Split read_folder(const std::string& folder, const DataRequest& request, Answers answers) {
  const std::string table = find_in(folder, "train.csv");
  if (!table.empty()) return read_tables(table, find_in(folder, "test.csv"), request, answers);
  if (!find_in(folder, "x_train.npy").empty() || !find_in(folder, "x.npy").empty()) {
    const FindArray find = [&](const std::string& name, Bytes bytes) -> std::optional<StoredArray> {
      const std::string path = find_in(folder, name + ".npy");
      if (path.empty()) return std::nullopt;
      return read_npy(path, bytes);
    };
    return split_of(find, request, folder);
  }
  return read_idx_folder(folder, request.on_labels, request.bytes);
}

Split read_any(const std::string& name, const DataRequest& request, Answers answers) {
  if (std::optional<Split> known = read_known_set(name, request)) return *std::move(known);
  std::error_code error;
  if (!fs::exists(name, error)) {
    throw InputError(fmt::format("data: there is no '{}'\n  hint: a folder, a .csv or .npz file, or one of {}", name,
                                 fmt::join(known_sets(), ", ")));
  }
  if (fs::is_directory(name, error)) return read_folder(name, request, answers);
  const std::string kind = kind_of(name);
  if (kind == ".csv") return read_tables(name, {}, request, answers);
  if (kind == ".npz") return read_npz(name, request);
  if (kind == ".npy") return {samples_of(read_npy(name, request.bytes), name), {}};
  return {samples_of(read_idx(name, request.bytes), name), {}};
}

}  // namespace

Split read_data(const std::string& name, const DataRequest& request) {
  Split split = read_any(name, request, Answers::needed);
  if (split.train.samples() == 0) {
    throw InputError(fmt::format("data: '{}' has {} features without a label or target to learn", name,
                                 split.train.feature_count()));
  }
  return split;
}

DataSet read_samples(const std::string& name, const DataRequest& request) {
  Split split = read_any(name, request, Answers::if_there);
  return split.test.feature_count() == 0 ? std::move(split.train) : std::move(split.test);
}

}  // namespace downhill::learn
