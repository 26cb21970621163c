#include "app/server/setup.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <algorithm>

#include "app/loss.hpp"
#include "app/server/message.hpp"
#include "formula/evaluate.hpp"
#include "formula/problem_file.hpp"
#include "formula/read.hpp"
#include "ir/trace.hpp"
#include "options/fields.hpp"

namespace downhill::server {
namespace {

void require_size(std::int64_t n, const Limits& limits) {
  if (n > limits.variables) {
    throw Refusal(413, fmt::format("from: {} variables are more than {}: use the command line", n, limits.variables));
  }
}

// Of everything that a trace would compute.
void require_sizes(const ir::Graph& graph, std::string_view what, const Limits& limits) {
  if (graph.nodes().size() > limits.nodes) {
    throw Refusal(413, fmt::format("{}: {} operations are more than {}", what, graph.nodes().size(), limits.nodes));
  }
  for (const ir::Value& value : graph.values()) {
    const auto size = static_cast<std::uint64_t>(value.type.shape.size());
    if (size > limits.elements) {
      throw Refusal(413, fmt::format("{}: an array of {} numbers is more than {}", what, size, limits.elements));
    }
  }
}

// The start is traced before it is computed: a trace knows shapes and holds no large array. What a trace cannot tell the
// evaluation itself refuses, in its own words.
void require_small_start(const std::string& from, const Limits& limits) {
  const formula::Program program = formula::read_start(from);
  std::int64_t n = 0;
  try {
    const ir::Traced traced = ir::trace(
        [&](std::span<const Array>) {
          std::vector<Array> results;
          for (const formula::Binding& binding : formula::evaluate_start(program)) {
            n += binding.value.size();
            results.push_back(binding.value);
          }
          return results;
        },
        {});
    require_sizes(traced.graph, "from", limits);
  } catch (const Error&) {
    return;
  }
  require_size(n, limits);
}

void require_small_loss(const app::Problem& problem, const Limits& limits) {
  const Type x{DType::f64, Shape{static_cast<std::int64_t>(problem.variables.size())}};
  const ArrayFunction f = is_fit(problem) ? app::residuals_of(problem) : app::loss_of(problem);
  require_sizes(ir::trace(f, std::span(&x, 1)).graph, is_fit(problem) ? "model" : "formula", limits);
}

std::optional<std::string> given(const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); }

}  // namespace

app::Problem read_setup(const Setup& setup, const Limits& limits) {
  const int count = (setup.formula.empty() ? 0 : 1) + (setup.problem.empty() ? 0 : 1) + (setup.model.empty() ? 0 : 1);
  if (count != 1) throw InputError(fmt::format("setup: needs one of formula, problem and model: given {}", count));
  app::Arguments arguments;
  arguments.from = given(setup.from);
  arguments.bounds = given(setup.bounds);
  arguments.loss = given(setup.loss);
  if (!setup.problem.empty()) {
    const TestProblem& test = test_problem(setup.problem);
    const std::int64_t n = setup.n == 0 ? test.dimensions.usual : setup.n;
    require_size(n, limits);
    arguments.n = n;
    arguments.problem = "problem:" + setup.problem;
  } else if (setup.formula.starts_with("problem:") || formula::is_problem_file(setup.formula)) {
    throw InputError(fmt::format("formula: '{}' is no formula: no file is opened here", setup.formula));
  }
  if (!setup.formula.empty()) arguments.problem = setup.formula;
  if (!setup.model.empty()) {
    arguments.command = app::Command::fit;
    arguments.model = setup.model;
    arguments.table = setup.data;
    if (setup.data.empty()) throw InputError("data: a model needs data: choose a CSV file");
  } else {
    arguments.table = given(setup.data);
  }
  if (arguments.from) require_small_start(*arguments.from, limits);
  app::Problem problem = app::read_problem(arguments);
  require_size(static_cast<std::int64_t>(problem.variables.size()), limits);
  require_small_loss(problem, limits);
  return problem;
}

Opened::Opened(app::Problem given_one) : problem(std::move(given_one)), objective(app::objective_of(problem)) {}

std::shared_ptr<Opened> OpenSetups::open(const Setup& setup) {
  const std::string text = options::print(setup, options::Detail::all);
  {
    const std::lock_guard lock(access_);
    const auto found = std::ranges::find(entries_, text, &Entry::text);
    if (found != entries_.end()) {
      entries_.splice(entries_.begin(), entries_, found);
      return found->opened;
    }
  }
  auto opened = std::make_shared<Opened>(read_setup(setup, limits_));
  const std::lock_guard lock(access_);
  entries_.push_front({text, opened});
  if (entries_.size() > most) entries_.pop_back();
  return opened;
}

}  // namespace downhill::server
