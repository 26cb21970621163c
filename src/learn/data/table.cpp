#include "learn/data/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <downhill/error.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <set>

#include "learn/data/inflate.hpp"
#include "support/csv.hpp"
#include "support/numbers.hpp"

namespace downhill::learn {
namespace {

constexpr double largest_label = 1e6;

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

// Columns side by side, row after row.
std::vector<float> numbers_of(const CsvTable& table, const std::vector<std::string>& columns) {
  std::vector<float> result(table.rows() * columns.size());
  for (std::size_t k = 0; k < columns.size(); ++k) {
    const std::vector<double> column = table.column(columns[k]);
    for (std::size_t row = 0; row < column.size(); ++row) {
      result[row * columns.size() + k] = static_cast<float>(column[row]);
    }
  }
  return result;
}

void add_classes_by_name(DataSet& data, const CsvTable& table, const std::string& column,
                         const std::vector<std::string>& words) {
  for (std::size_t row = 0; row < words.size(); ++row) {
    const auto found = std::ranges::find(data.names.classes, words[row]);
    if (found == data.names.classes.end()) {
      table.refuse(column, row,
                   fmt::format("class '{}' is not one that training knows (known: {})", words[row],
                               fmt::join(data.names.classes, ", ")));
    }
    data.labels.push_back(static_cast<std::int32_t>(found - data.names.classes.begin()));
  }
  data.classes = static_cast<std::int64_t>(data.names.classes.size());
}

void add_labels_of(DataSet& data, const CsvTable& table, const std::string& column) {
  const std::vector<std::string> words = table.words(column);
  const auto empty = std::ranges::find(words, std::string());
  if (empty != words.end()) {
    table.refuse(column, static_cast<std::size_t>(empty - words.begin()),
                 fmt::format("column '{}' has no label here", column));
  }
  const bool is_numeric =
      std::ranges::any_of(words, [](const std::string& word) { return read_number(word).has_value(); });
  if (!data.names.classes.empty() || !is_numeric) {
    if (data.names.classes.empty()) {
      const std::set<std::string> distinct(words.begin(), words.end());
      data.names.classes.assign(distinct.begin(), distinct.end());
    }
    return add_classes_by_name(data, table, column, words);
  }
  for (std::size_t row = 0; row < words.size(); ++row) {
    const std::optional<double> label = read_number(words[row]);
    if (!label || !(*label >= 0 && *label <= largest_label) || *label != std::floor(*label)) {
      table.refuse(column, row,
                   fmt::format("column '{}': label '{}' is no whole number from 0 to {:g}, as others are", column,
                               words[row], largest_label));
    }
    data.labels.push_back(static_cast<std::int32_t>(*label));
    data.classes = std::max<std::int64_t>(data.classes, data.labels.back() + 1);
  }
}

}  // namespace

DataSet parse_table(const std::string& path, std::string text, const DataRequest& request, Answers answers) {
  const CsvTable table(path, std::move(text));
  std::vector<std::string> targets = request.columns.empty() ? request.names.targets : request.columns;
  if (answers == Answers::if_there)
    std::erase_if(targets, [&](const std::string& name) { return !has(table.names(), name); });
  if (targets.empty() && answers == Answers::needed) {
    throw InputError(
        fmt::format("data: '{}': which column is to be learnt is not said (known: {})\n  hint: --label NAME", path,
                    fmt::join(table.names(), ", ")));
  }
  if (request.answer == Answer::label && targets.size() > 1) {
    throw InputError(fmt::format("data: '{}': a label is one column: {} are given", path, targets.size()));
  }
  DataSet data;
  data.names = {request.names.classes, request.names.features, targets};
  if (data.names.features.empty()) {
    std::ranges::copy_if(table.names(), std::back_inserter(data.names.features),
                         [&](const std::string& name) { return !has(targets, name); });
  }
  if (data.names.features.empty()) {
    throw InputError(
        fmt::format("data: '{}': no column is left for the features: {} is learnt", path, fmt::join(targets, ", ")));
  }
  if (!targets.empty() && request.answer == Answer::label) add_labels_of(data, table, targets.front());
  if (!targets.empty() && request.answer == Answer::number) {
    data.outputs = static_cast<std::int64_t>(targets.size());
    data.targets = numbers_of(table, targets);
  }
  data.sample = {static_cast<std::int64_t>(data.names.features.size())};
  data.features = numbers_of(table, data.names.features);
  return data;
}

DataSet read_table(const std::string& path, const DataRequest& request, Answers answers) {
  return parse_table(path, read_unpacked(path), request, answers);
}

}  // namespace downhill::learn
