#include "options/declaration.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <downhill/error.hpp>

#include "options/fields.hpp"

namespace downhill::options {
namespace {

std::vector<std::string_view> option_names(const Declaration& declaration) {
  std::vector<std::string_view> names;
  for (const Field& field : declaration.fields) names.push_back(field.name);
  return names;
}

const Field& keyword_field(const Declaration& declaration, const Value& argument) {
  if (const Field* field = declaration.find(argument.key)) return *field;
  refuse_unknown(declaration.name, "option", argument.key, option_names(declaration));
}

const Field& positional_field(const Declaration& declaration, std::size_t index, const Value& argument) {
  if (index < declaration.fields.size()) return declaration.fields[index];
  throw OptionError(fmt::format("{}: too many values: {} is number {}, but there are {} options", declaration.name,
                                argument.spelling(), index + 1, declaration.fields.size()));
}

// `f(1, 2, k=3)` as `f([1, 2], k=3)`, where the first field takes the rest.
Value with_rest_gathered(const Declaration& declaration, const Value& value) {
  if (declaration.fields.empty() || !declaration.fields.front().takes_rest) return value;
  Value gathered = value;
  gathered.items.clear();
  Value list;
  list.kind = Value::Kind::list;
  for (const Value& argument : value.items) {
    (argument.key.empty() && gathered.items.empty() ? list.items : gathered.items).push_back(argument);
  }
  if (list.items.empty()) return gathered;
  if (list.items.size() == 1 && list.items.front().kind == Value::Kind::list) list = Value(list.items.front());
  gathered.items.insert(gathered.items.begin(), list);
  return gathered;
}

std::string print_argument(const Field& field, const void* object, Detail detail) {
  const std::string text = field.print(object, detail);
  if (!field.takes_rest) return fmt::format("{}={}", field.name, text);
  const bool is_plain = text.size() > 2 && text.front() == '[';
  return is_plain ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

const Field* Declaration::find(std::string_view option) const {
  for (const Field& field : fields) {
    if (field.name == option) return &field;
  }
  return nullptr;
}

void read_into(const Declaration& declaration, void* object, const Value& value) {
  std::vector<const Field*> seen;
  bool has_keyword = false;
  for (const Value& argument : with_rest_gathered(declaration, value).items) {
    const bool is_keyword = !argument.key.empty();
    if (!is_keyword && has_keyword) {
      throw OptionError(fmt::format("{}: {} stands after a named option: name its option too", declaration.name,
                                    argument.spelling()));
    }
    has_keyword = is_keyword;
    const Field& field =
        is_keyword ? keyword_field(declaration, argument) : positional_field(declaration, seen.size(), argument);
    for (const Field* earlier : seen) {
      if (earlier == &field) throw OptionError(fmt::format("{}: {} is given twice", declaration.name, field.name));
    }
    seen.push_back(&field);
    field.read(object, argument, {declaration.name, std::string(field.name)});
  }
  if (declaration.check != nullptr) declaration.check(object);
}

void validate(const Declaration& declaration, const void* object) {
  for (const Field& field : declaration.fields) {
    field.check(object, {declaration.name, std::string(field.name)});
  }
  if (declaration.check != nullptr) declaration.check(object);
}

std::string print(const Declaration& declaration, const void* object, Detail detail) {
  std::string arguments;
  for (const Field& field : declaration.fields) {
    if (detail == Detail::changed && field.print(object, detail) == field.default_text) continue;
    if (!arguments.empty()) arguments += ", ";
    arguments += print_argument(field, object, detail);
  }
  if (arguments.empty()) return std::string(declaration.name);
  return fmt::format("{}({})", declaration.name, arguments);
}

Field rest(Field list) {
  list.takes_rest = true;
  return list;
}

Field non_empty(Field list) {
  const auto read = std::move(list.read);
  list.read = [read](void* object, const Value& value, const Place& place) {
    if (value.kind == Value::Kind::list && value.items.empty()) {
      throw OptionError(fmt::format("{}: {} is empty", place.owner, place.option));
    }
    read(object, value, place);
  };
  const auto check = std::move(list.check);
  const auto text = list.print;
  list.check = [check, text](const void* object, const Place& place) {
    if (text(object, Detail::changed) == "[]")
      throw OptionError(fmt::format("{}: {} is empty", place.owner, place.option));
    check(object, place);
  };
  return list;
}

void refuse_unknown(std::string_view owner, std::string_view what, std::string_view name,
                    const std::vector<std::string_view>& known) {
  if (known.empty()) throw OptionError(fmt::format("{}: unknown {} '{}' (there are none)", owner, what, name));
  throw OptionError(fmt::format("{}: unknown {} '{}' (known: {})", owner, what, name, fmt::join(known, ", ")));
}

void refuse_value(const Place& place, std::string_view value, std::string_view what) {
  throw OptionError(fmt::format("{}: {} = {} {}", place.owner, place.option, value, what));
}

}  // namespace downhill::options
