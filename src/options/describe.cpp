#include "options/describe.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "support/numbers.hpp"

namespace downhill::options {
namespace {

// JSON text written by hand: options/ stays free of a JSON library, which costs seconds in every file that includes it.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (static_cast<unsigned char>(c) < 0x20U) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      result += c;
    }
  }
  return result + '"';
}

bool starts_with(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

constexpr std::string_view number_or_choice = "number or choice";

bool is_numeric(std::string_view kind) { return kind.find("number") != kind.npos || kind.find("integer") != kind.npos; }

std::string limits(const Range& range) {
  std::string result;
  if (std::isfinite(range.lower)) {
    result += fmt::format(",\"{}\":{}", range.lower_end == End::closed ? "minimum" : "exclusiveMinimum",
                          shortest(range.lower));
  }
  if (std::isfinite(range.upper)) {
    result += fmt::format(",\"{}\":{}", range.upper_end == End::closed ? "maximum" : "exclusiveMaximum",
                          shortest(range.upper));
  }
  return result;
}

// The type part of a property, without braces. `kind` loses its prefixes from the left: `list of number or none`.
std::string type_of(const Declaration& owner, const Field& field, std::string_view kind) {
  constexpr std::string_view list = "list of ";
  constexpr std::string_view none = " or none";
  if (kind.size() > none.size() && kind.substr(kind.size() - none.size()) == none) {
    return fmt::format("\"oneOf\":[{{{}}},{{\"const\":\"none\"}}]",
                       type_of(owner, field, kind.substr(0, kind.size() - none.size())));
  }
  if (starts_with(kind, list)) {
    return fmt::format("\"type\":\"array\",\"items\":{{{}}}", type_of(owner, field, kind.substr(list.size())));
  }
  if (kind == "choice" || kind == number_or_choice) {
    std::vector<std::string> alternatives;
    if (kind == number_or_choice) alternatives.push_back(fmt::format("{{{}}}", type_of(owner, field, "number")));
    for (const Declaration* choice : field.choices()) {
      alternatives.push_back(is_recursive(field, owner) ? fmt::format("{{\"title\":{}}}", quoted(choice->name))
                                                        : schema(*choice));
    }
    return fmt::format("\"oneOf\":[{}]", fmt::join(alternatives, ","));
  }
  if (kind == "word") {
    std::vector<std::string> words;
    for (const std::string& word : field.words()) words.push_back(quoted(word));
    return fmt::format("\"enum\":[{}]", fmt::join(words, ","));
  }
  if (is_numeric(kind)) return fmt::format("\"type\":\"{}\"{}", kind, limits(field.range));
  return "\"type\":\"string\"";
}

}  // namespace

std::string accepted(const Field& field) {
  if (const auto words = field.words(); !words.empty()) return fmt::format("{}", fmt::join(words, " | "));
  if (const auto choices = field.choices(); !choices.empty()) {
    std::vector<std::string_view> names;
    if (field.kind == number_or_choice) names.emplace_back("number");
    for (const Declaration* choice : choices) names.push_back(choice->name);
    return fmt::format("{}", fmt::join(names, " | "));
  }
  const bool is_limited = std::isfinite(field.range.lower) || std::isfinite(field.range.upper);
  return is_limited ? fmt::format("{} in {}", field.kind, field.range.text()) : field.kind;
}

bool is_recursive(const Field& field, const Declaration& declaration) {
  const auto choices = field.choices();
  return std::ranges::find(choices, &declaration) != choices.end();
}

std::string table(const Declaration& declaration) {
  std::size_t name_width = 0;
  std::size_t default_width = 0;
  std::size_t accepted_width = 0;
  for (const Field& field : declaration.fields) {
    name_width = std::max(name_width, field.name.size());
    default_width = std::max(default_width, field.default_text.size());
    accepted_width = std::max(accepted_width, accepted(field).size());
  }
  std::string result = fmt::format("{}: {}\n", declaration.name, declaration.doc);
  for (const Field& field : declaration.fields) {
    result += fmt::format("  {:<{}}  {:<{}}  {:<{}}  {}\n", field.name, name_width, field.default_text, default_width,
                          accepted(field), accepted_width, field.doc);
  }
  return result;
}

std::string schema(const Declaration& declaration) {
  std::vector<std::string> properties;
  for (const Field& field : declaration.fields) {
    properties.push_back(fmt::format("{}:{{{},\"default\":{},\"description\":{}}}", quoted(field.name),
                                     type_of(declaration, field, field.kind), quoted(field.default_text),
                                     quoted(field.doc)));
  }
  return fmt::format(
      "{{\"title\":{},\"description\":{},\"type\":\"object\",\"properties\":{{{}}},\"additionalProperties\":false}}",
      quoted(declaration.name), quoted(declaration.doc), fmt::join(properties, ","));
}

}  // namespace downhill::options
