#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "options/range.hpp"
#include "options/value.hpp"

/// What is known about a configurable struct, without its type. Built by fields.hpp, read by parse, print and describe.
namespace downhill::options {

struct Declaration;

/// How much a printed form says: the options that differ from their defaults, or all of them.
enum class Detail { changed, all };

/// Where a value belongs, for messages: the struct's name and the option's, as in `adam: beta1 = …`.
struct Place {
  std::string_view owner;
  std::string option;
};

/// One declared option. The functions take a pointer to the struct that declared it.
struct Field {
  std::string_view name;
  std::string_view doc;
  Range range;
  /// Whether a list takes all values that stand without a name: `mlp(512, 512, dropout=0.1)`.
  bool takes_rest = false;
  std::string kind;  ///< `number`, `integer`, `word`, `string`, `list of number`, `choice`, …
  std::vector<std::string> (*words)() = nullptr;  ///< the names of an enum; empty for other kinds
  std::vector<const Declaration*> (*choices)() =
      nullptr;               ///< the structs a nested option may hold; empty for other kinds
  std::string default_text;  ///< printed default; filled in by declaration<T>()
  std::function<void(void*, const Value&, const Place&)> read;
  std::function<void(const void*, const Place&)> check;
  std::function<std::string(const void*, Detail)> print;
};

using Fields = std::vector<Field>;

/// A configurable struct: what `T::name`, `T::doc` and `T::fields()` say.
struct Declaration {
  std::string_view name;
  std::string_view doc;
  Fields fields;
  void (*check)(const void*) = nullptr;  ///< the struct's own check(), if it has one

  /// The field named `option`, or nullptr.
  [[nodiscard]] const Field* find(std::string_view option) const;
};

/// Fills `object` from `value`, a word or call whose name has been checked; options not given keep their values. Checks
/// every range and check().
void read_into(const Declaration& declaration, void* object, const Value& value);

/// Throws OptionError for the first value out of its range, nested ones included.
void validate(const Declaration& declaration, const void* object);

/// The text form: `name`, or `name(option=value, …)`.
[[nodiscard]] std::string print(const Declaration& declaration, const void* object, Detail detail);

/// Throws `owner: unknown what 'name' (known: …)`.
[[noreturn]] void refuse_unknown(std::string_view owner, std::string_view what, std::string_view name,
                                 const std::vector<std::string_view>& known);

/// Throws `owner: option = value what`.
[[noreturn]] void refuse_value(const Place& place, std::string_view value, std::string_view what);

}  // namespace downhill::options
