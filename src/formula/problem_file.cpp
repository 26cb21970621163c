#include "formula/problem_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <downhill/error.hpp>
#include <downhill/operations.hpp>

#include <toml++/toml.h>
#include <algorithm>
#include <array>

#include "formula/read.hpp"
#include "support/numbers.hpp"
#include "support/spelling.hpp"

namespace downhill::formula {
namespace {

constexpr std::array<std::string_view, 9> known_keys{"formula", "model",  "from", "bounds", "data",
                                                     "loss",    "method", "stop", "seed"};

class Reader {
 public:
  Reader(std::string_view name, const toml::table& table) : table_(table) { problem_.name = name; }

  ProblemFile read() {
    for (const auto& [key, node] : table_) {
      const std::string_view name = key.str();
      if (name == "formula") {
        problem_.formula = text(key, node);
      } else if (name == "model") {
        problem_.model = text(key, node);
      } else if (name == "loss") {
        problem_.loss = text(key, node);
      } else if (name == "method") {
        problem_.method = text(key, node);
      } else if (name == "from") {
        problem_.start = start(key, node);
      } else if (name == "bounds") {
        problem_.bounds = bounds(key, node);
      } else if (name == "data") {
        data(key, node);
      } else if (name == "stop") {
        problem_.stop = options(key, node);
      } else if (name == "seed") {
        problem_.seed = seed(key, node);
      } else {
        const std::string_view near = nearest(name, {known_keys.begin(), known_keys.end()});
        fail(key.source(), fmt::format("unknown key '{}' (known: {}){}", name, fmt::join(known_keys, ", "),
                                       near.empty() ? "" : fmt::format("\n  hint: did you mean '{}'?", near)));
      }
    }
    if (problem_.formula && problem_.model) {
      fail(table_.find("model")->first.source(), "a problem has a formula or a model, not both");
    }
    return std::move(problem_);
  }

 private:
  [[noreturn]] void fail(const toml::source_region& place, const std::string& what) const {
    throw InputError(fmt::format("{}:{}:{}: {}", problem_.name, place.begin.line, place.begin.column, what));
  }

  std::string text(const toml::key& key, const toml::node& node) const {
    if (const auto* value = node.as_string()) return value->get();
    fail(node.source(), fmt::format("{} must be text in quotes, found {}", key.str(), kind(node)));
  }

  std::uint64_t seed(const toml::key& key, const toml::node& node) const {
    const auto* value = node.as_integer();
    if (value == nullptr)
      fail(node.source(), fmt::format("{} must be a whole number, found {}", key.str(), kind(node)));
    if (value->get() < 0) fail(node.source(), fmt::format("seed = {} is outside [0, inf)", value->get()));
    return static_cast<std::uint64_t>(value->get());
  }

  static std::string kind(const toml::node& node) {
    switch (node.type()) {
      case toml::node_type::table: return "a table";
      case toml::node_type::array: return "an array";
      case toml::node_type::string: return "text";
      case toml::node_type::integer: return "a whole number";
      case toml::node_type::floating_point: return "a number";
      case toml::node_type::boolean: return "true or false";
      default: return "a date or time";
    }
  }

  // A number or an array of numbers of any depth, all rows of one length.
  Array numbers(const toml::node& node) const {
    std::vector<std::int64_t> shape;
    std::vector<double> values;
    collect(node, 0, shape, values);
    if (values.empty()) fail(node.source(), "the array is empty");
    return Array(values, Shape(shape));
  }

  // toml++ bounds how deep values nest.
  void collect(const toml::node& node, std::size_t depth, std::vector<std::int64_t>& shape,
               std::vector<double>& values) const {
    if (const auto* array = node.as_array()) {
      const auto length = static_cast<std::int64_t>(array->size());
      if (depth == shape.size()) {
        if (!values.empty()) fail(node.source(), "a row stands beside a number");
        shape.push_back(length);
      } else if (shape[depth] != length) {
        fail(node.source(), fmt::format("rows differ in length: {} and {}", shape[depth], length));
      }
      for (const auto& item : *array) collect(item, depth + 1, shape, values);
      return;
    }
    if (depth != shape.size()) fail(node.source(), "a number stands beside a row");
    if (const auto* real = node.as_floating_point()) {
      values.push_back(real->get());
    } else if (const auto* integer = node.as_integer()) {
      values.push_back(static_cast<double>(integer->get()));
    } else {
      fail(node.source(), fmt::format("expected a number, found {}", kind(node)));
    }
  }

  // A name that formulas can use.
  std::string variable(const toml::key& key) const {
    const std::string name(key.str());
    bool is_word = !name.empty() && (name[0] < '0' || name[0] > '9');
    for (const char c : name) {
      is_word = is_word && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_');
    }
    if (!is_word) fail(key.source(), fmt::format("'{}' is not a name: expected letters, digits and _", name));
    return name;
  }

  // Text is a start as on the command line; in a table, text is an expression.
  std::vector<Binding> start(const toml::key& key, const toml::node& node) const {
    if (const auto* value = node.as_string()) {
      return evaluate_start(read_start(value->get(), problem_.name + ": from"));
    }
    const auto* table = node.as_table();
    if (table == nullptr)
      fail(node.source(), fmt::format("{} must be text or a table, found {}", key.str(), kind(node)));
    std::vector<const toml::key*> order;
    for (const auto& [name, value] : *table) order.push_back(&name);
    // Tables are sorted by name; variables keep the order of the file.
    std::sort(order.begin(), order.end(),
              [](const toml::key* a, const toml::key* b) { return a->source().begin < b->source().begin; });
    std::vector<Binding> result;
    for (const toml::key* name : order) {
      const toml::node& value = *table->get(name->str());
      if (const auto* expression = value.as_string()) {
        const std::string text = fmt::format("{} = {}", variable(*name), expression->get());
        result.push_back(evaluate_start(read_start(text, problem_.name + ": from")).at(0));
      } else {
        result.push_back({variable(*name), numbers(value)});
      }
    }
    if (result.empty()) fail(node.source(), "from is empty: there are no variables");
    return result;
  }

  // Text is as on the command line; a table from variables to [lower, upper], as arrays or text.
  std::string bounds(const toml::key& key, const toml::node& node) const {
    if (const auto* value = node.as_string()) return value->get();
    const auto* table = node.as_table();
    if (table == nullptr)
      fail(node.source(), fmt::format("{} must be text or a table, found {}", key.str(), kind(node)));
    std::string result;
    for (const auto& [name, value] : *table) {
      const auto* expression = value.as_string();
      result += fmt::format("{}{} = {}", result.empty() ? "" : "; ", name.str(),
                            expression != nullptr ? expression->get() : literal(value));
    }
    return result;
  }

  // Numbers as a formula writes them.
  std::string literal(const toml::node& node) const {
    if (const auto* array = node.as_array()) {
      std::string result;
      for (const auto& item : *array) result += (result.empty() ? "" : ", ") + literal(item);
      return fmt::format("[{}]", result);
    }
    if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
    if (const auto* real = node.as_floating_point()) return shortest(real->get());
    fail(node.source(), fmt::format("expected a number, found {}", kind(node)));
  }

  void data(const toml::key& key, const toml::node& node) {
    if (const auto* value = node.as_string()) {
      problem_.data_file = value->get();
      return;
    }
    const auto* table = node.as_table();
    if (table == nullptr) {
      fail(node.source(),
           fmt::format("{} must be the name of a CSV file or a table of arrays, found {}", key.str(), kind(node)));
    }
    for (const auto& [name, value] : *table) problem_.data.push_back({variable(name), numbers(value)});
  }

  // `option=value, …` as text or as a table of numbers.
  std::string options(const toml::key& key, const toml::node& node) const {
    if (const auto* value = node.as_string()) return value->get();
    const auto* table = node.as_table();
    if (table == nullptr)
      fail(node.source(), fmt::format("{} must be text or a table, found {}", key.str(), kind(node)));
    std::string result;
    for (const auto& [name, value] : *table) {
      if (!result.empty()) result += ", ";
      if (const auto* integer = value.as_integer()) {
        result += fmt::format("{}={}", name.str(), integer->get());
      } else if (const auto* real = value.as_floating_point()) {
        result += fmt::format("{}={}", name.str(), shortest(real->get()));
      } else {
        fail(value.source(), fmt::format("{} must be a number, found {}", name.str(), kind(value)));
      }
    }
    return result;
  }

  const toml::table& table_;
  ProblemFile problem_;
};

}  // namespace

ProblemFile read_problem(std::string_view name, std::string_view text) {
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw InputError(
        fmt::format("{}:{}:{}: {}", name, error.source().begin.line, error.source().begin.column, error.description()));
  }
  return Reader(name, table).read();
}

bool is_problem_file(std::string_view argument) {
  constexpr std::string_view ending = ".toml";
  return argument.size() > ending.size() && argument.substr(argument.size() - ending.size()) == ending;
}

}  // namespace downhill::formula
