#include "app/bounds.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <downhill/error.hpp>
#include <downhill/operations.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "app/problem.hpp"
#include "formula/evaluate.hpp"
#include "formula/read.hpp"
#include "support/numbers.hpp"

namespace downhill::app {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_given = std::numeric_limits<double>::quiet_NaN();

// Text between separators outside brackets, without comments and blanks around it.
std::vector<std::string> entries_of(std::string_view text) {
  std::vector<std::string> result(1);
  int depth = 0;
  bool is_comment = false;
  for (const char c : text) {
    if (c == '\n') is_comment = false;
    if (c == '#') is_comment = true;
    if (is_comment) continue;
    if (c == '[' || c == '(') ++depth;
    if (c == ']' || c == ')') --depth;
    if (depth <= 0 && (c == ',' || c == ';' || c == '\n')) {
      result.emplace_back();
    } else {
      result.back() += c;
    }
  }
  for (std::string& entry : result) {
    constexpr const char* blanks = " \t\r\n";
    entry.erase(0, std::min(entry.find_first_not_of(blanks), entry.size()));
    entry.erase(entry.find_last_not_of(blanks) + 1);
  }
  std::erase_if(result, [](const std::string& entry) { return entry.empty(); });
  return result;
}

// `0 <= x <= 1` as its sides and what stands between them.
struct Relation {
  std::vector<std::string> sides;
  std::vector<std::string> signs;
};

Relation relation_of(const std::string& entry) {
  Relation result{{""}, {}};
  int depth = 0;
  for (std::size_t k = 0; k < entry.size(); ++k) {
    const char c = entry[k];
    if (c == '[' || c == '(') ++depth;
    if (c == ']' || c == ')') --depth;
    if (depth > 0 || (c != '<' && c != '>' && c != '=' && c != '!')) {
      result.sides.back() += c;
      continue;
    }
    std::string sign(1, c);
    if (k + 1 < entry.size() && entry[k + 1] == '=') sign += entry[++k];
    result.signs.push_back(sign);
    result.sides.emplace_back();
  }
  return result;
}

class Reader {
 public:
  Reader(std::string_view name, const FlatVariables& variables) : name_(name), variables_(variables) {
    const std::size_t n = variables.size();
    bounds_.lower.assign(n, not_given);
    bounds_.upper.assign(n, not_given);
    for (std::size_t k = 0; k < n; ++k) bounds_.names.push_back(variables.label(k));
    std::vector<double> indices;
    for (std::size_t k = 0; k < n; ++k) indices.push_back(static_cast<double>(k));
    indices_ = variables.unflatten(Array(indices));
  }

  void read(const std::string& entry) {
    const Relation relation = relation_of(entry);
    for (const std::string& sign : relation.signs) {
      if (sign == "<" || sign == ">" || sign == "!=") {
        refuse(entry, fmt::format("'{}' is no bound: bounds include their ends: write <= or >=", sign));
      }
    }
    if (relation.signs.size() == 1 && relation.signs[0] == "=") return interval(entry, relation);
    if (relation.signs.size() == 1 && relation.signs[0] == "==") {
      const bool is_first = is_target(relation.sides[0]);
      const Target to = target(entry, relation.sides[is_first ? 0 : 1]);
      const std::vector<double> values = numbers(entry, to, value_of(relation.sides[is_first ? 1 : 0]));
      set(to, bounds_.lower, values, "lower");
      return set(to, bounds_.upper, values, "upper");
    }
    if (relation.signs.size() == 1 && (relation.signs[0] == "<=" || relation.signs[0] == ">=")) {
      const bool is_first = is_target(relation.sides[0]);
      const Target to = target(entry, relation.sides[is_first ? 0 : 1]);
      const bool is_upper = is_first == (relation.signs[0] == "<=");
      return set(to, is_upper ? bounds_.upper : bounds_.lower,
                 numbers(entry, to, value_of(relation.sides[is_first ? 1 : 0])), is_upper ? "upper" : "lower");
    }
    if (relation.signs.size() == 2 && relation.signs[0] == relation.signs[1] && relation.signs[0] != "==" &&
        relation.signs[0] != "=") {
      const Target to = target(entry, relation.sides[1]);
      const bool is_rising = relation.signs[0] == "<=";
      set(to, bounds_.lower, numbers(entry, to, value_of(relation.sides[is_rising ? 0 : 2])), "lower");
      return set(to, bounds_.upper, numbers(entry, to, value_of(relation.sides[is_rising ? 2 : 0])), "upper");
    }
    refuse(entry, "expected x = [lower, upper], lower <= x <= upper, x >= lower, x <= upper or x == value");
  }

  Bounds take() {
    for (std::size_t k = 0; k < bounds_.lower.size(); ++k) {
      if (std::isnan(bounds_.lower[k])) bounds_.lower[k] = -infinity;
      if (std::isnan(bounds_.upper[k])) bounds_.upper[k] = infinity;
    }
    return std::move(bounds_);
  }

 private:
  struct Target {
    std::string text;
    std::vector<std::size_t> indices;  // into the flat x
    Shape shape;
  };

  [[noreturn]] void refuse(const std::string& entry, const std::string& what) const {
    throw InputError(fmt::format("{}: '{}': {}", name_, entry, what));
  }

  static std::string word_of(const std::string& side) {
    const auto begin = std::min(side.find_first_not_of(' '), side.size());
    const auto end = side.find_first_of(" [", begin);
    return side.substr(begin, end == std::string::npos ? std::string::npos : end - begin);
  }

  [[nodiscard]] bool is_variable(const std::string& word) const {
    for (std::size_t i = 0; i < variables_.count(); ++i) {
      if (variables_.name(i) == word) return true;
    }
    return false;
  }

  // Whether a side names a variable, known or not, rather than a number.
  [[nodiscard]] bool is_target(const std::string& side) const {
    const std::string word = word_of(side);
    if (is_variable(word)) return true;
    const bool is_word = !word.empty() && (std::isalpha(static_cast<unsigned char>(word[0])) != 0 || word[0] == '_');
    const bool is_constant = word == "inf" || word == "nan" || word == "pi" || word == "e";
    return is_word && !is_constant && word.find('(') == std::string::npos;
  }

  [[nodiscard]] Target target(const std::string& entry, const std::string& side) const {
    const std::string word = word_of(side);
    if (!is_variable(word)) {
      std::vector<std::string> known;
      for (std::size_t i = 0; i < variables_.count(); ++i) known.push_back(variables_.name(i));
      refuse(entry, fmt::format("unknown variable '{}' (known: {})", word, fmt::join(known, ", ")));
    }
    const Array chosen = formula::evaluate(formula::read_formula(side, name_), indices_);
    Target result{side, {}, chosen.shape()};
    result.text.erase(0, result.text.find_first_not_of(' '));
    result.text.erase(result.text.find_last_not_of(' ') + 1);
    for (const double index : chosen.values()) result.indices.push_back(static_cast<std::size_t>(index));
    return result;
  }

  [[nodiscard]] Array value_of(const std::string& side) const {
    return astype(formula::evaluate(formula::read_formula(side, name_), {}), DType::f64);
  }

  // A number for each of the target's.
  [[nodiscard]] std::vector<double> numbers(const std::string& entry, const Target& to, const Array& value) const {
    std::vector<double> result;
    try {
      result = broadcast_to(value, to.shape).values();
    } catch (const ShapeError&) {
      refuse(entry, fmt::format("the bound does not fit the variable: {} against {}", to_string(value.type()),
                                to_string(Type{DType::f64, to.shape})));
    }
    for (std::size_t k = 0; k < result.size(); ++k) {
      if (std::isnan(result[k])) refuse(entry, fmt::format("a bound of {} is nan", variables_.label(to.indices[k])));
    }
    return result;
  }

  // x = [lower, upper]
  void interval(const std::string& entry, const Relation& relation) {
    const Target to = target(entry, relation.sides[0]);
    const Array pair = value_of(relation.sides[1]);
    if (pair.rank() == 0 || pair.shape()[0] != 2) {
      refuse(entry, fmt::format("expected [lower, upper], found {}\n  hint: {} == value fixes a variable",
                                to_string(pair.type()), to.text));
    }
    const auto side = [&](std::int64_t k) {
      const Array half = slice(pair, {Range{k, k + 1, 1}});
      std::vector<std::int64_t> lengths(half.shape().begin() + 1, half.shape().end());
      return numbers(entry, to, reshape(half, Shape(std::move(lengths))));
    };
    set(to, bounds_.lower, side(0), "lower");
    set(to, bounds_.upper, side(1), "upper");
  }

  void set(const Target& to, std::vector<double>& side, const std::vector<double>& values, std::string_view which) {
    for (std::size_t k = 0; k < to.indices.size(); ++k) {
      double& bound = side[to.indices[k]];
      if (!std::isnan(bound)) {
        throw InputError(fmt::format("{}: the {} bound of {} is given twice: {} and {}", name_, which,
                                     variables_.label(to.indices[k]), shortest(bound), shortest(values[k])));
      }
      bound = values[k];
    }
  }

  std::string name_;
  const FlatVariables& variables_;
  Bounds bounds_;
  std::vector<formula::Binding> indices_;  // the variables, holding their places in the flat x
};

}  // namespace

Bounds read_bounds(std::string_view text, std::string_view name, const FlatVariables& variables) {
  Reader reader(name, variables);
  for (const std::string& entry : entries_of(text)) reader.read(entry);
  return reader.take();
}

}  // namespace downhill::app
