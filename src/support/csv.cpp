#include "support/csv.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <downhill/error.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "support/numbers.hpp"
#include "support/source_text.hpp"
#include "support/spelling.hpp"

namespace downhill {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  const auto first = text.find_first_not_of(blanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// The name as a formula can write it; empty when no character of it can stand in one.
std::string usable_name(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool is_usable = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    if (is_usable) {
      result += c;
    } else if (!result.empty() && result.back() != '_') {
      result += '_';
    }
  }
  if (!result.empty() && result.back() == '_' && text.back() != '_') result.pop_back();
  if (!result.empty() && std::isdigit(static_cast<unsigned char>(result.front())) != 0) result.insert(0, 1, '_');
  return result;
}

}  // namespace

// Reads records one after the other.
class CsvTable::Reader {
 public:
  explicit Reader(const CsvTable& table) : table_(table), text_(table.text_) {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;
  }

  // The next record that is neither blank nor a comment; false at the end.
  bool next(std::vector<Cell>& record) {
    record.clear();
    while (at_ < text_.size()) {
      start_ = at_;
      if (text_[at_] == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size() - 1) + 1;
      } else if (!is_blank_line()) {
        read_cells(record);
        return true;
      }
    }
    return false;
  }

  [[nodiscard]] std::size_t start() const { return start_; }

 private:
  bool is_blank_line() {
    const std::size_t end = std::min(text_.find_first_not_of(" \t\r", at_), text_.size());
    if (end < text_.size() && text_[end] != '\n') return false;
    at_ = std::min(end + 1, text_.size());
    return true;
  }

  void read_cells(std::vector<Cell>& record) {
    while (true) {
      record.push_back(text_.substr(at_, 1) == "\"" ? quoted_cell() : plain_cell());
      if (at_ == text_.size()) return;
      const char c = text_[at_++];
      if (c == '\n') return;  // otherwise a comma
    }
  }

  Cell plain_cell() {
    const std::size_t end = std::min(text_.find_first_of(",\n", at_), text_.size());
    std::size_t last = end;
    if (last > at_ && text_[last - 1] == '\r' && (end == text_.size() || text_[end] == '\n')) --last;
    const Cell cell{at_, last - at_};
    at_ = end;
    return cell;
  }

  // The content keeps its doubled quotes: numbers have none, and names undo them.
  Cell quoted_cell() {
    const std::size_t begin = at_ + 1;
    std::size_t end = text_.find('"', begin);
    while (end != text_.npos && text_.substr(end + 1, 1) == "\"") end = text_.find('"', end + 2);
    if (end == text_.npos) table_.fail(at_, "the quote is not closed");
    at_ = end + 1;
    if (text_.substr(at_, 2) == "\r\n") ++at_;
    if (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n') {
      table_.fail(at_, "expected ',' or the end of the line after a quoted cell");
    }
    return {begin, end - begin};
  }

  const CsvTable& table_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
};

void CsvTable::fail(std::size_t offset, std::string_view what, std::string_view hint) const {
  const TextPosition at = position_of(text_, offset);
  std::string message = fmt::format("{}:{}:{}: {}{}", name_, at.line, at.column, what, point_at(text_, offset));
  if (!hint.empty()) message += fmt::format("\n  hint: {}", hint);
  throw InputError(message);
}

CsvTable::CsvTable(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text)) {
  Reader reader(*this);
  std::vector<Cell> record;
  if (!reader.next(record)) throw InputError(fmt::format("{}: the file is empty", name_));
  const std::string_view all(text_);
  if (all.starts_with("\xFF\xFE") || all.starts_with("\xFE\xFF")) {
    throw InputError(fmt::format("{}: the file is UTF-16: expected UTF-8", name_));
  }
  if (record.size() == 1 && all.substr(record[0].offset, record[0].size).find_first_of(";\t") != all.npos) {
    fail(record[0].offset, "the header has no comma", "separate the columns by commas");
  }
  for (const Cell& cell : record) {
    const std::string_view label = trimmed(all.substr(cell.offset, cell.size));
    if (read_number(label)) {
      fail(cell.offset, fmt::format("expected a column name, found the number {}", label),
           "the first row holds the names of the columns");
    }
    std::string column = usable_name(label);
    if (column.empty()) fail(cell.offset, "a column has no name");
    if (std::find(names_.begin(), names_.end(), column) != names_.end()) {
      fail(cell.offset, fmt::format("two columns have the name '{}'", column));
    }
    names_.push_back(std::move(column));
  }
  while (reader.next(record)) {
    if (record.size() != names_.size()) {
      fail(reader.start(), fmt::format("the row has {} {}, the header {}", record.size(),
                                       record.size() == 1 ? "cell" : "cells", names_.size()));
    }
    cells_.insert(cells_.end(), record.begin(), record.end());
  }
  if (cells_.empty()) throw InputError(fmt::format("{}: there are no rows below the header", name_));
}

std::size_t CsvTable::place_of(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) {
    const std::vector<std::string_view> known(names_.begin(), names_.end());
    const std::string_view near = nearest(name, known);
    throw InputError(fmt::format("{}: unknown column '{}' (known: {}){}", name_, name, fmt::join(names_, ", "),
                                 near.empty() ? "" : fmt::format("\n  hint: did you mean '{}'?", near)));
  }
  return static_cast<std::size_t>(found - names_.begin());
}

void CsvTable::refuse(std::string_view column, std::size_t row, std::string_view what) const {
  fail(cells_[row * names_.size() + place_of(column)].offset, what);
}

std::vector<std::string> CsvTable::words(std::string_view name) const {
  std::vector<std::string> result;
  result.reserve(rows());
  for (std::size_t i = place_of(name); i < cells_.size(); i += names_.size()) {
    std::string word(trimmed(std::string_view(text_).substr(cells_[i].offset, cells_[i].size)));
    for (std::size_t at = word.find("\"\""); at != word.npos; at = word.find("\"\"", at + 1)) word.erase(at, 1);
    result.push_back(std::move(word));
  }
  return result;
}

std::vector<double> CsvTable::column(std::string_view name) const {
  std::vector<double> numbers;
  numbers.reserve(rows());
  for (std::size_t i = place_of(name); i < cells_.size(); i += names_.size()) {
    const std::string_view cell = trimmed(std::string_view(text_).substr(cells_[i].offset, cells_[i].size));
    const auto number = read_number(cell);
    if (cell.empty()) fail(cells_[i].offset, fmt::format("column '{}' has no value here", name));
    if (!number) fail(cells_[i].offset, fmt::format("column '{}': '{}' is not a number", name, cell.substr(0, 40)));
    if (!std::isfinite(*number))
      fail(cells_[i].offset, fmt::format("column '{}': {} is not finite", name, cell.substr(0, 40)));
    numbers.push_back(*number);
  }
  return numbers;
}

}  // namespace downhill
