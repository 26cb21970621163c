#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Measured data from text files: RFC 4180 with a header row.
namespace downhill {

/// The cells of a CSV text. Numbers are read when a column is asked for, so that a column of words does no harm unless used.
///
/// A first row of names, then rows of as many cells, separated by commas, ended by LF or CRLF. Quotes `"…"` may hold commas,
/// line ends and doubled quotes. Blank lines and lines that begin with `#` are skipped, so is a byte order mark.
/// In names, each run of characters that a formula cannot use becomes one `_`: `Sepal length (cm)` is `Sepal_length_cm`.
class CsvTable {
 public:
  /// `name` is the file's, for messages. Throws InputError `<name>:<line>:<column>: …` for ragged rows, open quotes,
  /// a header without names or with the same name twice, and a table without rows.
  CsvTable(std::string name, std::string text);

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] std::size_t rows() const { return names_.empty() ? 0 : cells_.size() / names_.size(); }

  /// The numbers of a column. Throws InputError that names file, line and column for a missing value, a word,
  /// a number that is not finite; and, listing the columns, for an unknown name.
  [[nodiscard]] std::vector<double> column(std::string_view name) const;
  /// The cells of a column as they are written, without blanks around them and quotes. Throws InputError for an unknown name.
  [[nodiscard]] std::vector<std::string> words(std::string_view name) const;
  /// Throws InputError `<name>:<line>:<column>: <what>` that points to a cell.
  [[noreturn]] void refuse(std::string_view column, std::size_t row, std::string_view what) const;

 private:
  struct Cell {
    std::size_t offset;  // of its first character, after a quote
    std::size_t size;
  };
  class Reader;

  [[nodiscard]] std::size_t place_of(std::string_view column) const;
  [[noreturn]] void fail(std::size_t offset, std::string_view what, std::string_view hint = {}) const;

  std::string name_;
  std::string text_;
  std::vector<std::string> names_;
  std::vector<Cell> cells_;  // row after row
};

}  // namespace downhill
