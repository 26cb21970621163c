#include "options/value.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <cctype>

#include "support/numbers.hpp"
#include "support/source_text.hpp"

namespace downhill::options {
namespace {

constexpr int deepest_nesting = 100;
constexpr std::size_t longest_text = std::size_t{1} << 20U;

bool starts_word(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool continues_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {
    if (text.size() > longest_text) {
      throw OptionError(fmt::format("options: the text is too long: {} bytes, at most {}", text.size(), longest_text));
    }
  }

  Value whole_value() {
    Value value = read();
    expect_end();
    return value;
  }

  Value whole_arguments(std::string_view name) {
    Value call;
    call.kind = Value::Kind::call;
    call.text = name;
    skip_blanks();
    if (at_ < text_.size()) call.items = arguments('\0');
    expect_end();
    return call;
  }

 private:
  [[noreturn]] void fail(std::string_view what) const { fail_at(at_, what); }
  [[noreturn]] void fail_at(std::size_t offset, std::string_view what) const {
    throw OptionError(fmt::format("options: {}{}", what, point_at(text_, offset)));
  }

  void skip_blanks() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  void expect_end() {
    skip_blanks();
    if (at_ < text_.size()) fail(fmt::format("expected the end, found '{}'", text_[at_]));
  }

  bool accept(char c) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && continues_word(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  Value read() {
    skip_blanks();
    if (at_ == text_.size()) fail("expected a value, found the end");
    const char c = text_[at_];
    Value value;
    value.position = at_;
    if (starts_word(c)) {
      read_word(value);
    } else if (c == '"' || c == '\'') {
      read_string(value);
    } else if (c == '[') {
      ++at_;
      value.kind = Value::Kind::list;
      value.items = nested(']');
    } else {
      read_signed(value);
    }
    return value;
  }

  void read_word(Value& value) {
    value.text = word();
    if (accept('(')) {
      value.kind = Value::Kind::call;
      value.items = nested(')');
    } else if (const auto number = read_number(value.text)) {  // inf, nan
      value.kind = Value::Kind::number;
      value.number = *number;
    }
  }

  void read_signed(Value& value) {
    const std::size_t begin = at_;
    if (text_[at_] == '-' || text_[at_] == '+') ++at_;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const bool exponent_sign =
          (c == '-' || c == '+') && at_ > begin && (text_[at_ - 1] == 'e' || text_[at_ - 1] == 'E');
      if (!continues_word(c) && c != '.' && !exponent_sign) break;
      ++at_;
    }
    value.text = text_.substr(begin, at_ - begin);
    const auto number = read_number(value.text);
    if (!number) {
      if (value.text.empty()) fail_at(begin, fmt::format("expected a value, found '{}'", text_[begin]));
      fail_at(begin, fmt::format("'{}' is not a number", value.text));
    }
    value.kind = Value::Kind::number;
    value.number = *number;
  }

  void read_string(Value& value) {
    value.kind = Value::Kind::string;
    const std::size_t begin = at_;
    const char quote = text_[at_++];
    while (at_ < text_.size() && text_[at_] != quote) {
      char c = text_[at_++];
      if (c == '\\' && at_ < text_.size()) {
        c = text_[at_++];
        if (c == 'n') c = '\n';
      }
      value.text += c;
    }
    if (at_ == text_.size()) fail_at(begin, "the string is not closed");
    ++at_;
  }

  std::vector<Value> nested(char close) {
    if (++depth_ > deepest_nesting) fail_at(at_ - 1, fmt::format("nested deeper than {} levels", deepest_nesting));
    auto items = arguments(close);
    --depth_;
    return items;
  }

  // Comma-separated values, each with or without `key=`, up to and including `close` ('\0': the end). A trailing comma
  // is allowed.
  std::vector<Value> arguments(char close) {
    const std::size_t opening = at_ == 0 ? 0 : at_ - 1;
    std::vector<Value> items;
    const auto is_closed = [&] {
      skip_blanks();
      if (close == '\0') return at_ == text_.size();
      return accept(close);
    };
    while (!is_closed()) {
      if (at_ == text_.size()) fail_at(opening, fmt::format("'{}' is not closed", text_[opening]));
      if (close != ']' && starts_word(text_[at_])) {
        items.push_back(keyword_or_value());
      } else {
        items.push_back(read());
      }
      if (accept(',')) continue;
      if (is_closed()) break;
      if (at_ == text_.size()) fail_at(opening, fmt::format("'{}' is not closed", text_[opening]));
      fail(close == '\0' ? fmt::format("expected ',', found '{}'", text_[at_])
                         : fmt::format("expected ',' or '{}', found '{}'", close, text_[at_]));
    }
    return items;
  }

  Value keyword_or_value() {
    const std::size_t begin = at_;
    std::string name = word();
    if (!accept('=')) {
      at_ = begin;
      return read();
    }
    Value value = read();
    value.key = std::move(name);
    value.position = begin;
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

std::string joined(const std::vector<Value>& items) {
  std::string result;
  for (const Value& item : items) {
    if (!result.empty()) result += ", ";
    if (!item.key.empty()) result += item.key + "=";
    result += item.spelling();
  }
  return result;
}

}  // namespace

std::string Value::spelling() const {
  switch (kind) {
    case Kind::number:
    case Kind::word: return text;
    case Kind::string: return quoted_if_needed(text);
    case Kind::list: return "[" + joined(items) + "]";
    case Kind::call: return text + "(" + joined(items) + ")";
  }
  return text;
}

Value read_value(std::string_view text) { return Reader(text).whole_value(); }

Value read_arguments(std::string_view name, std::string_view text) { return Reader(text).whole_arguments(name); }

std::string quoted_if_needed(std::string_view text) {
  bool is_word = !text.empty() && starts_word(text.front()) && !read_number(text);
  for (const char c : text) is_word = is_word && continues_word(c);
  if (is_word) return std::string(text);
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n') {
      result += "\\n";
    } else {
      result += c;
    }
  }
  return result + '"';
}

}  // namespace downhill::options
