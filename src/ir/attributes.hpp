#pragma once
#include "ir/buffer.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace downhill::ir {

class Graph;
using SubGraph = std::shared_ptr<const Graph>;

/// Value of one static parameter of a node.
using Attribute = std::variant<std::int64_t, double, std::string, std::vector<std::int64_t>, DType, Literal, SubGraph>;

/// The static parameters of a node by name (axes, a target shape, a loop body), in the order given.
/// Names are string literals that live as long as the program.
class Attributes {
 public:
  Attributes() = default;
  Attributes(std::initializer_list<std::pair<std::string_view, Attribute>> entries) : entries_(entries) {}
  explicit Attributes(std::vector<std::pair<std::string_view, Attribute>> entries) : entries_(std::move(entries)) {}

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] auto begin() const { return entries_.begin(); }
  [[nodiscard]] auto end() const { return entries_.end(); }

  /// The attribute called `name` as a T. A primitive asks only for what its array function sets: std::logic_error
  /// otherwise.
  template <class T>
  [[nodiscard]] const T& get(std::string_view name) const {
    return std::get<T>(at(name));
  }
  [[nodiscard]] bool has(std::string_view name) const;

  /// Same names and values in the same order; sub-graphs by structure.
  friend bool operator==(const Attributes& a, const Attributes& b);

 private:
  [[nodiscard]] const Attribute& at(std::string_view name) const;
  std::vector<std::pair<std::string_view, Attribute>> entries_;
};

[[nodiscard]] std::uint64_t hash(const Attributes& attributes);

}  // namespace downhill::ir
