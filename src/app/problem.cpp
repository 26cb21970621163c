#include "app/problem.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <downhill/checkpoint.hpp>
#include <downhill/error.hpp>
#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "app/bounds.hpp"
#include "app/start.hpp"
#include "formula/functions.hpp"
#include "formula/problem_file.hpp"
#include "formula/read.hpp"
#include "formula/source.hpp"
#include "options/fields.hpp"
#include "options/registry.hpp"
#include "support/csv.hpp"
#include "support/files.hpp"

namespace downhill::app {
namespace {

using formula::Binding;

bool has_binding(const std::vector<Binding>& bindings, const std::string& name) {
  return std::any_of(bindings.begin(), bindings.end(), [&](const Binding& binding) { return binding.name == name; });
}

struct Table {
  std::string path;
  CsvTable content;
};

std::optional<Table> read_table(const Arguments& arguments, const formula::ProblemFile& file) {
  if (arguments.table) return Table{"data", CsvTable("data", *arguments.table)};
  std::string path = arguments.data.value_or("");
  if (path.empty() && file.data_file) {
    path = (std::filesystem::path(file.name).parent_path() / *file.data_file).string();
  }
  if (path.empty()) return std::nullopt;
  return Table{path, CsvTable(path, read_file(command_name(arguments.command), path))};
}

// The columns that the program uses, as arrays. A column that a variable has the name of is refused where it matters:
// the program could mean either.
void add_columns(std::string_view command, const Table& given, const std::vector<std::string>& used,
                 const std::vector<Binding>& start, Problem& problem) {
  const auto& [path, table] = given;
  problem.rows = table.rows();
  for (const std::string& column : table.names()) {
    if (std::find(used.begin(), used.end(), column) == used.end()) continue;
    if (has_binding(start, column)) {
      throw InputError(fmt::format("{}: '{}' is a variable and a column of {}: give the variable another name", command,
                                   column, path));
    }
    if (has_binding(problem.data, column)) {
      throw InputError(fmt::format("{}: '{}' is given twice: in the problem file and in {}", command, column, path));
    }
    problem.data.push_back({column, Array(table.column(column))});
  }
  // A name that means nothing is best explained with the columns at hand.
  for (const std::string& name : used) {
    const bool is_known = has_binding(start, name) || has_binding(problem.data, name) ||
                          formula::find_function(name) != nullptr || formula::is_constant(name);
    if (!is_known && problem.program.left) (void)table.column(name);
  }
}

formula::ProblemFile read_file_of(const Arguments& arguments) {
  if (!formula::is_problem_file(arguments.problem)) return {};
  return formula::read_problem(arguments.problem,
                               read_file(command_name(arguments.command), arguments.problem, std::size_t{1} << 28U));
}

formula::Program read_program(const Arguments& arguments, const formula::ProblemFile& file) {
  const std::string_view command = command_name(arguments.command);
  if (arguments.command == Command::fit) {
    if (arguments.model) return formula::read_model(*arguments.model);
    if (file.model) return formula::read_model(*file.model, file.name + ": model");
    if (!arguments.problem.empty() && file.name.empty()) {
      throw InputError(fmt::format(
          "fit: '{}' is not a problem file: expected a name that ends in .toml\n  hint: a model is given by "
          "--model \"y ~ a*x\"",
          arguments.problem));
    }
    throw InputError("fit: there is no model: give --model \"y ~ a*x\"");
  }
  if (file.name.empty()) return formula::read_formula(arguments.problem);
  if (file.formula) return formula::read_formula(*file.formula, file.name + ": formula");
  throw InputError(
      fmt::format("{}: {} has no formula{}", command, file.name, file.model ? ": a model belongs to fit" : ""));
}

std::string label_of(const std::string& name, const Shape& shape, std::size_t index) {
  if (shape.rank() == 0) return name;
  std::vector<std::int64_t> indices(shape.rank());
  auto rest = static_cast<std::int64_t>(index);
  for (std::size_t k = shape.rank(); k-- > 0;) {
    indices[k] = rest % shape[k];
    rest /= shape[k];
  }
  return fmt::format("{}[{}]", name, fmt::join(indices, ","));
}

}  // namespace

FlatVariables::FlatVariables(std::vector<Binding> start) : start_(std::move(start)) {
  for (const Binding& binding : start_) {
    offsets_.push_back(values_.size());
    const std::vector<double> numbers = binding.value.values();
    values_.insert(values_.end(), numbers.begin(), numbers.end());
  }
  offsets_.push_back(values_.size());
}

std::span<const double> FlatVariables::part(std::size_t i, std::span<const double> flat) const {
  return flat.subspan(offsets_[i], offsets_[i + 1] - offsets_[i]);
}

std::string FlatVariables::label(std::size_t k) const {
  const auto next = std::upper_bound(offsets_.begin(), offsets_.end(), k);
  const auto i = static_cast<std::size_t>(next - offsets_.begin()) - 1;
  return label_of(name(i), shape(i), k - offsets_[i]);
}

std::vector<Binding> FlatVariables::unflatten(const Array& flat) const {
  std::vector<Binding> result;
  for (std::size_t i = 0; i < count(); ++i) {
    const auto begin = static_cast<std::int64_t>(offsets_[i]);
    const auto end = static_cast<std::int64_t>(offsets_[i + 1]);
    const bool is_all = count() == 1;
    Array part = is_all ? flat : slice(flat, {Range{begin, end, 1}});
    if (part.shape() != shape(i)) part = reshape(part, shape(i));
    result.push_back({name(i), std::move(part)});
  }
  return result;
}

namespace {

constexpr std::string_view test_prefix = "problem:";

// `x = f64[3], s = f64[]`
std::string types_of(const std::vector<Binding>& bindings) {
  std::vector<std::string> types;
  for (const Binding& one : bindings) types.push_back(fmt::format("{} = {}", one.name, to_string(one.value.type())));
  return fmt::format("{}", fmt::join(types, ", "));
}

// A problem of the library at its standard start, or at the x that --from gives.
Problem read_test_problem(const Arguments& arguments) {
  const std::string_view command = command_name(arguments.command);
  const TestProblem& test = test_problem(std::string_view(arguments.problem).substr(test_prefix.size()));
  if (arguments.data)
    throw InputError(fmt::format("{}: problem:{} takes no data: leave out --data", command, test.name));
  const std::int64_t n = arguments.n.value_or(test.dimensions.usual);
  test.require(n);
  std::vector<Binding> start{{"x", Array(test.start(n))}};
  if (arguments.from) start = formula::evaluate_start(formula::read_start(*arguments.from));
  if (arguments.start) start = *arguments.start;
  if (start.size() != 1 || start[0].name != "x" || start[0].value.shape() != Shape{n}) {
    throw InputError(fmt::format("from: problem:{} has the variable x, f64[{}]: given '{}'", test.name, n,
                                 arguments.from.value_or(types_of(start))));
  }
  Problem problem{.program = {},
                  .variables = FlatVariables(std::move(start)),
                  .data = {},
                  .method = arguments.method,
                  .stop = {},
                  .seed = arguments.seed.value_or(0),
                  .warnings = {},
                  .test = &test};
  if (arguments.stop) problem.stop = options::parse_arguments<Stop>(*arguments.stop);
  if (arguments.bounds) problem.bounds = read_bounds(*arguments.bounds, "bounds", problem.variables);
  return problem;
}

// Only then does it not matter where a fit starts.
void require_linear(Problem& problem) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < problem.variables.count(); ++i) names.push_back(problem.variables.name(i));
  const Type x{DType::f64, {static_cast<std::int64_t>(problem.variables.size())}};
  if (traced_least_squares(residuals_of(problem), x).capabilities().quadratic != true) {
    throw InputError(fmt::format("fit: there is no start, and the model is not linear in {}: give {}",
                                 fmt::join(names, ", "), from_of(names)));
  }
  problem.warnings.push_back(
      fmt::format("from: no start is needed, for the model is linear in {}: they start at 0", fmt::join(names, ", ")));
}

}  // namespace

Problem read_problem(const Arguments& arguments) {
  if (arguments.problem.starts_with(test_prefix)) return read_test_problem(arguments);
  const std::string_view command = command_name(arguments.command);
  const formula::ProblemFile file = read_file_of(arguments);
  formula::Program program = read_program(arguments, file);
  const std::optional<Table> table = read_table(arguments, file);
  const std::vector<Binding> start =
      start_of(arguments, file, program, table ? table->content.names() : std::vector<std::string>());
  const std::vector<std::string> used = formula::free_names(program, formula::Constants::kept);
  Problem problem{.program = std::move(program), .variables = FlatVariables(start), .data = file.data};
  problem.data.insert(problem.data.end(), arguments.arrays.begin(), arguments.arrays.end());
  for (const Binding& binding : start) {
    if (has_binding(problem.data, binding.name)) {
      throw InputError(
          fmt::format("{}: '{}' is a variable and data: give the variable another name", command, binding.name));
    }
    if (std::find(used.begin(), used.end(), binding.name) == used.end()) {
      problem.warnings.push_back(
          fmt::format("from: '{}' is not used by the {}", binding.name, problem.program.left ? "model" : "formula"));
    }
  }
  if (table) {
    add_columns(command, *table, used, start, problem);
  } else if (problem.program.left && problem.data.empty()) {
    throw InputError("fit: there is no data: give --data FILE.csv");
  }
  if (!arguments.start && !arguments.from && !file.start) require_linear(problem);
  problem.method = arguments.method ? arguments.method : file.method;
  if (arguments.resume && !arguments.method) problem.method = method_of_checkpoint(*arguments.resume);
  const std::optional<std::string> loss = arguments.loss ? arguments.loss : file.loss;
  if (loss) problem.loss = ResidualLoss::registry().parse(*loss);
  const std::optional<std::string> stop = arguments.stop ? arguments.stop : file.stop;
  if (stop) problem.stop = options::parse_arguments<Stop>(*stop);
  problem.seed = arguments.seed.value_or(file.seed.value_or(0));
  if (arguments.bounds) {
    problem.bounds = read_bounds(*arguments.bounds, "bounds", problem.variables);
  } else if (file.bounds) {
    problem.bounds = read_bounds(*file.bounds, file.name + ": bounds", problem.variables);
  }
  return problem;
}

namespace {

std::vector<Binding> names_at(const Problem& problem, const Array& flat) {
  std::vector<Binding> names = problem.variables.unflatten(flat);
  names.insert(names.end(), problem.data.begin(), problem.data.end());
  return names;
}

}  // namespace

bool is_fit(const Problem& problem) { return problem.program.left || problem.residuals_function; }

ArrayFunction loss_of(const Problem& problem) {
  if (problem.loss_function) return problem.loss_function;
  if (problem.test != nullptr) {
    if (problem.test->loss) return as_array_function(problem.test->loss);
    return as_array_function([r = problem.test->residuals](const Array& x) { return sum(square(r(x))); });
  }
  auto shared = std::make_shared<const Problem>(problem);
  return [shared](std::span<const Array> inputs) -> std::vector<Array> {
    const Array value = formula::evaluate(shared->program, names_at(*shared, inputs[0]));
    const formula::Statement& last = shared->program.statements.back();
    if (value.size() != 1) {
      formula::fail(shared->program.source, shared->program.expressions[last.value].position,
                    fmt::format("the value must be one number, found {}", to_string(value.type())),
                    "take the sum, mean or norm");
    }
    const Array scalar = value.rank() == 0 ? value : reshape(value, Shape{});
    return {scalar.dtype() == DType::f64 && !scalar.is_weak() ? scalar : astype(scalar, DType::f64)};
  };
}

ArrayFunction residuals_of(const Problem& problem) {
  if (problem.residuals_function) return problem.residuals_function;
  auto shared = std::make_shared<const Problem>(problem);
  return [shared](std::span<const Array> inputs) -> std::vector<Array> {
    const formula::Program& model = shared->program;
    const auto sides = formula::evaluate_model(model, names_at(*shared, inputs[0]));
    Array residuals;
    try {
      residuals = astype(sides.left - sides.right, DType::f64);
    } catch (const ShapeError&) {
      formula::fail(model.source, model.expressions[*model.left].position,
                    fmt::format("the sides of the model do not fit: {} ~ {}", to_string(sides.left.type()),
                                to_string(sides.right.type())));
    }
    if (residuals.rank() == 0) {
      formula::fail(model.source, model.expressions[*model.left].position, "the model uses no column of the data");
    }
    return {residuals.rank() == 1 ? residuals : reshape(residuals, Shape{residuals.size()})};
  };
}

std::string formula_not_finite_at(const Problem& problem, std::span<const double> x) {
  if (problem.program.statements.empty()) return {};
  const Array flat(std::vector<double>(x.begin(), x.end()));
  return formula::first_not_finite(problem.program, names_at(problem, flat));
}

std::optional<std::vector<double>> fitted_values(const Problem& problem, std::span<const double> x) {
  const formula::Program& model = problem.program;
  if (!model.left) return std::nullopt;
  for (std::size_t k = 0; k <= *model.left; ++k) {  // the left side comes first
    const formula::Expression& expression = model.expressions[k];
    if (expression.kind != formula::Expression::Kind::name) continue;
    for (std::size_t i = 0; i < problem.variables.count(); ++i) {
      if (problem.variables.name(i) == expression.name) return std::nullopt;
    }
  }
  const Array flat(std::vector<double>(x.begin(), x.end()));
  const auto sides = formula::evaluate_model(model, names_at(problem, flat));
  const Array right = astype(sides.right, DType::f64);
  return broadcast_to(right, (sides.left - sides.right).shape()).values();
}

}  // namespace downhill::app
