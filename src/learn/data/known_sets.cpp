#include "learn/data/known_sets.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/program.hpp>

#include <array>
#include <filesystem>
#include <span>

#include "learn/data/download.hpp"
#include "learn/data/inflate.hpp"
#include "learn/data/table.hpp"

namespace downhill::learn {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view digits_file = "digits.csv.gz";

// 8 x 8 images of 0 … 16, then the digit; without a header. A fifth, drawn once for all, is the test.
Split read_images(const std::string& folder, const DataRequest& request) {
  return read_idx_folder(folder, request.on_labels, request.bytes);
}

Split read_digits(const std::string& folder, const DataRequest&) {
  constexpr int pixels = 64;
  const std::string path = (fs::path(folder) / digits_file).string();
  std::string text;
  for (int k = 0; k < pixels; ++k) text += fmt::format("pixel{},", k);
  const std::string content = read_unpacked(path);
  DataSet data = parse_table(path, text + "digit\n" + content, {.columns = {"digit"}}, Answers::needed);
  data.sample = {8, 8};
  data.names = {};
  constexpr double tested = 0.2;
  Held held = hold_out(data, tested, 0);
  return {std::move(held.kept), std::move(held.held_out)};
}

/// A set by name: where it is published, where a system keeps it, and how it is read.
struct KnownSet {
  std::string_view name;
  std::span<const PublishedFile> files;
  std::span<const std::string_view> mirrors;
  std::string_view folder;  ///< of Debian's package; empty for none
  Split (*read)(const std::string& folder, const DataRequest& request);
  std::span<const std::string_view> classes;
};

constexpr std::array<PublishedFile, 4> mnist_files{
    {{"train-images-idx3-ubyte.gz", "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"},
     {"train-labels-idx1-ubyte.gz", "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"},
     {"t10k-images-idx3-ubyte.gz", "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"},
     {"t10k-labels-idx1-ubyte.gz", "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"}}};
constexpr std::array<std::string_view, 2> mnist_mirrors{"https://storage.googleapis.com/cvdf-datasets/mnist/",
                                                        "https://ossci-datasets.s3.amazonaws.com/mnist/"};

constexpr std::array<PublishedFile, 4> fashion_files{
    {{"train-images-idx3-ubyte.gz", "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"},
     {"train-labels-idx1-ubyte.gz", "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"},
     {"t10k-images-idx3-ubyte.gz", "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"},
     {"t10k-labels-idx1-ubyte.gz", "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"}}};
constexpr std::array<std::string_view, 2> fashion_mirrors{
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"};
constexpr std::array<std::string_view, 10> fashion_classes{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                                                           "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};

constexpr std::array<PublishedFile, 1> digits_files{
    {{digits_file, "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22"}}};
constexpr std::array<std::string_view, 1> digits_mirrors{
    "https://raw.githubusercontent.com/scikit-learn/scikit-learn/1.5.0/sklearn/datasets/data/"};

const std::array<KnownSet, 3>& sets() {
  static const std::array<KnownSet, 3> all{{
      {"mnist", mnist_files, mnist_mirrors, {}, &read_images, {}},
      {"fashion-mnist", fashion_files, fashion_mirrors, "/usr/share/datasets/fashion-mnist", &read_images,
       fashion_classes},
      {"digits", digits_files, digits_mirrors, {}, &read_digits, {}},
  }};
  return all;
}

bool is_url(const std::string& source) { return source.find("://") != std::string::npos; }

// The folder of the cache with all files of the set, those that lack being downloaded.
std::string downloaded(const KnownSet& set, const DataRequest& request) {
  const std::string cache = default_cache_directory();
  if (cache.empty()) {
    throw InputError(
        fmt::format("data: there is no folder to download {} to: neither HOME nor XDG_CACHE_HOME is set", set.name));
  }
  const std::string folder = (fs::path(cache) / "data" / set.name).string();
  std::vector<std::string> mirrors(set.mirrors.begin(), set.mirrors.end());
  if (!request.source.empty()) mirrors = {request.source + (request.source.ends_with('/') ? "" : "/")};
  for (const PublishedFile& file : set.files) {
    std::error_code error;
    if (!fs::exists(fs::path(folder) / file.name, error)) download(file, mirrors, folder, request.on_download);
  }
  return folder;
}

std::string folder_of(const KnownSet& set, const DataRequest& request) {
  std::error_code error;
  if (!request.source.empty() && !is_url(request.source)) return request.source;
  if (request.source.empty() && fs::is_directory(set.folder, error)) return std::string(set.folder);
  return downloaded(set, request);
}

}  // namespace

std::optional<Split> read_known_set(const std::string& name, const DataRequest& request) {
  for (const KnownSet& set : sets()) {
    if (name != set.name) continue;
    Split split = set.read(folder_of(set, request), request);
    for (DataSet* part : {&split.train, &split.test})
      part->names.classes.assign(set.classes.begin(), set.classes.end());
    return split;
  }
  return std::nullopt;
}

std::vector<std::string> known_sets() {
  std::vector<std::string> names;
  for (const KnownSet& set : sets()) names.emplace_back(set.name);
  return names;
}

}  // namespace downhill::learn
