#pragma once
#include "ir/graph.hpp"

#include <vector>

namespace downhill::exec::passes {

using Pass = ir::Graph (*)(const ir::Graph& graph);

/// The attributes with `pass` applied to every body among them.
[[nodiscard]] ir::Attributes with_bodies(const ir::Attributes& attributes, Pass pass);

/// A graph being written as a variant of another: the same inputs, and for each old value the new one that stands for it.
class Rewrite {
 public:
  explicit Rewrite(const ir::Graph& from);

  const ir::Graph& from;
  ir::Graph to;

  /// The new value for an old one.
  [[nodiscard]] ir::ValueId operator[](ir::ValueId old) const { return values_[old]; }
  void replace(ir::ValueId old, ir::ValueId by) { values_[old] = by; }
  /// The new values of a node's operands.
  [[nodiscard]] std::vector<ir::ValueId> operands(const ir::Node& node) const;
  /// Appends the node as it was, with `pass` applied to its bodies; its results are replaced.
  void copy(const ir::Node& node, Pass pass = nullptr);
  /// Sets the outputs and gives the graph away.
  [[nodiscard]] ir::Graph finish();

 private:
  std::vector<ir::ValueId> values_;
};

}  // namespace downhill::exec::passes
