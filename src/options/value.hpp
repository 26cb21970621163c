#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// The text form `name(option=value, nested(...))` read into a tree, before it is matched with any declaration.
namespace downhill::options {

/// One value of the text form: `0.1`, `relu`, `"a b"`, `[1, 0.1]` or `armijo(contraction=0.5)`.
struct Value {
  enum class Kind { number, word, string, list, call };

  Kind kind = Kind::word;
  std::string key;           ///< the option it is given to (`key=value`); empty when it stands alone
  std::string text;          ///< spelling of the number, the word, the string's content, the call's name
  double number = 0;         ///< for Kind::number
  std::vector<Value> items;  ///< elements of a list, arguments of a call
  std::size_t position = 0;  ///< byte offset in the text it was read from

  /// The value written out again, as messages quote it.
  [[nodiscard]] std::string spelling() const;
};

/// Reads one value; the whole text must be used. Throws OptionError that points at the character.
/// Nesting is limited to 100 levels and the text to 1 MiB.
[[nodiscard]] Value read_value(std::string_view text);

/// Reads `option=value, option=value` without a name, as in `--stop "max_iterations=500"`, into a call with the name
/// `name`.
[[nodiscard]] Value read_arguments(std::string_view name, std::string_view text);

/// A string as the text form writes it: a bare word when it is one, otherwise quoted.
[[nodiscard]] std::string quoted_if_needed(std::string_view text);

}  // namespace downhill::options
