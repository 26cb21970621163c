#include "subject.hpp"

#include <fmt/format.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>
#include <downhill/bounds.hpp>
#include <downhill/error.hpp>
#include <downhill/operations.hpp>

#include <memory>

#include "app/bounds.hpp"
#include "app/pictures/subject.hpp"
#include "app/solution.hpp"
#include "formula/evaluate.hpp"
#include "formula/problem_file.hpp"
#include "formula/read.hpp"
#include "ir/trace.hpp"
#include "options/fields.hpp"
#include "options/registry.hpp"
#include "values.hpp"

namespace downhill::python {
namespace {

using formula::Binding;

// A function of Python that C++ keeps: it may be copied and dropped where the interpreter is not held.
class Callable {
 public:
  explicit Callable(nb::object function)
      : function_(new nb::object(std::move(function)), [](nb::object* object) {
          const nb::gil_scoped_acquire held;
          delete object;
        }) {}
  template <class... Arguments>
  nb::object operator()(Arguments&&... arguments) const {
    return (*function_)(std::forward<Arguments>(arguments)...);
  }

 private:
  std::shared_ptr<nb::object> function_;
};

std::vector<Binding> bindings_of(nb::handle given) {
  std::vector<Binding> result;
  for (const nb::handle pair : given) {
    result.push_back({nb::cast<std::string>(pair[0]), to_array(nb::cast<Numbers>(pair[1]))});
  }
  return result;
}

// Runs `function` once on traced arrays. What it does is replayed from then on, without Python.
ArrayFunction traced(const app::FlatVariables& variables, const Callable& function, std::size_t rank_of_result) {
  const Type flat{DType::f64, Shape{static_cast<std::int64_t>(variables.size())}};
  const auto run = [&](std::span<const Array> inputs) -> std::vector<Array> {
    nb::list arguments;
    for (const Binding& variable : variables.unflatten(inputs[0])) arguments.append(variable.value);
    const formula::Value given = value_of(function(arguments));
    if (given.is_nothing())
      throw ShapeError(fmt::format("{}: nothing is returned", rank_of_result == 0 ? "loss" : "residuals"));
    Array value = formula::to_array(given);
    if (rank_of_result == 0 && value.size() != 1) {
      throw ShapeError(fmt::format("loss: the value must be one number, found {}\n  hint: take the sum, mean or norm",
                                   to_string(value.type())));
    }
    if (rank_of_result == 1 && value.rank() == 0) {
      throw ShapeError(fmt::format("residuals: must be an array, found {}", to_string(value.type())));
    }
    if (value.rank() != rank_of_result) value = reshape(value, rank_of_result == 0 ? Shape{} : Shape{value.size()});
    if (value.is_weak()) value = full({}, value.item());
    return {value.dtype() == DType::f64 ? value : astype(value, DType::f64)};
  };
  auto program = std::make_shared<const ir::Traced>(ir::trace(run, std::span(&flat, 1)));
  return [program](std::span<const Array> inputs) {
    std::vector<Array> all(inputs.begin(), inputs.end());
    all.insert(all.end(), program->captured.begin(), program->captured.end());
    return ir::replay(program->graph, all);
  };
}

void copy_to(nb::handle given, std::span<double> result, const char* what) {
  const auto numbers = nb::cast<Numbers>(given);
  if (numbers.size() != result.size()) {
    throw ShapeError(fmt::format("{}: needs {} numbers: given {}", what, result.size(), numbers.size()));
  }
  std::copy_n(numbers.data(), result.size(), result.begin());
}

nb::object flat(std::span<const double> x) {
  const auto n = static_cast<std::int64_t>(x.size());
  return to_numpy(x, std::span(&n, 1));
}

// value(flat x) and value_and_gradient(flat x), either of which may be None.
Callbacks called(nb::object value, nb::object value_and_gradient) {
  Callbacks result;
  if (!value.is_none()) {
    result.value = [f = Callable(std::move(value))](std::span<const double> x) {
      const nb::gil_scoped_acquire held;
      return nb::cast<double>(f(flat(x)));
    };
  }
  if (!value_and_gradient.is_none()) {
    result.value_and_gradient = [f = Callable(std::move(value_and_gradient))](std::span<const double> x,
                                                                              std::span<double> gradient) {
      const nb::gil_scoped_acquire held;
      const nb::object both = f(flat(x));
      copy_to(both[1], gradient, "gradient");
      return nb::cast<double>(both[0]);
    };
  }
  return result;
}

Subject given(nb::handle start) { return {.problem = {.variables = app::FlatVariables(bindings_of(start))}}; }

// A function that is called once: of the loss, or of the residuals of a fit.
Subject traced_subject(nb::object function, bool is_fit, nb::handle start) {
  Subject subject = given(start);
  ArrayFunction& made = is_fit ? subject.problem.residuals_function : subject.problem.loss_function;
  made = traced(subject.problem.variables, Callable(std::move(function)), is_fit ? 1 : 0);
  return subject;
}

// The text of a formula or model, as the command line reads it.
Subject formula_subject(const std::string& text, bool is_model, nb::object start, nb::handle arrays,
                        std::optional<std::string> table) {
  app::Arguments arguments;
  arguments.command = is_model ? app::Command::fit : app::Command::minimize;
  if (nb::isinstance<nb::str>(start)) {
    arguments.from = nb::cast<std::string>(start);
  } else if (!start.is_none()) {
    arguments.start = bindings_of(start);
    if (arguments.start->size() == 1) arguments.n = arguments.start->front().value.size();
  }
  if (is_model && !formula::is_problem_file(text)) {
    arguments.model = text;
  } else {
    arguments.problem = text;
  }
  arguments.arrays = bindings_of(arrays);
  arguments.data = std::move(table);
  return {.problem = app::read_problem(arguments)};
}

// The values of variables written as a start: `x=[-1.2, 1], s=0.5`.
nb::list read_start(const std::string& text) {
  nb::list result;
  for (const Binding& variable : formula::evaluate_start(formula::read_start(text)))
    result.append(nb::make_tuple(variable.name, to_numpy(variable.value)));
  return result;
}

// A flat x, or a gradient, as (name, array) for each variable.
nb::list split(const Subject& subject, const Numbers& numbers) {
  const app::FlatVariables& variables = subject.problem.variables;
  const std::span x(numbers.data(), numbers.size());
  nb::list result;
  for (std::size_t i = 0; i < variables.count(); ++i)
    result.append(nb::make_tuple(variables.name(i), to_numpy(variables.part(i, x), variables.shape(i).lengths())));
  return result;
}

void set_bounds(Subject& subject, const Numbers& lower, const Numbers& upper) {
  const app::FlatVariables& variables = subject.problem.variables;
  Bounds bounds;
  bounds.lower.assign(lower.data(), lower.data() + lower.size());
  bounds.upper.assign(upper.data(), upper.data() + upper.size());
  for (std::size_t i = 0; i < variables.size(); ++i) bounds.names.push_back(variables.label(i));
  subject.problem.bounds = std::move(bounds);
}

}  // namespace

Objective Subject::objective() const {
  if (!called) return app::bounded_objective(problem, threads);
  Objective result = downhill::objective(problem.variables.size(), *called);
  if (derivatives == Derivatives::differences) result = with_differences(result);
  return problem.bounds ? with_bounds(result, *problem.bounds) : result;
}

landscape::Subject Subject::pictured(const Objective& objective) const {
  if (!called) return app::subject_of(problem, objective, threads);
  landscape::Subject subject{.objective = objective};
  subject.label = [variables = problem.variables](std::size_t i) { return variables.label(i); };
  return subject;
}

void bind_subjects(nb::module_& module) {
  nb::class_<Subject> type(module, "Subject", "A loss with its variables and its start.");
  type.def_prop_ro("start", [](const Subject& s) { return flat(s.problem.variables.start()); });
  type.def_prop_ro("warnings", [](const Subject& s) { return s.problem.warnings; });
  type.def("split", &split, nb::arg("numbers"), "A flat x as name and array of each variable.");
  type.def("set_bounds", &set_bounds, nb::arg("lower"), nb::arg("upper"));
  type.def(
      "set_bounds",
      [](Subject& s, const std::string& text) {
        s.problem.bounds = app::read_bounds(text, "bounds", s.problem.variables);
      },
      nb::arg("text"));
  type.def(
      "set",
      [](Subject& s, const std::string& method, const std::string& stop, std::uint64_t seed, int threads) {
        if (!method.empty()) s.problem.method = method;
        if (!stop.empty()) s.problem.stop = options::parse_arguments<Stop>(stop);
        s.problem.seed = seed;
        if (threads != 0) s.threads = threads;
      },
      nb::arg("method"), nb::arg("stop"), nb::arg("seed"), nb::arg("threads"));
  type.def("set_name", [](Subject& s, const std::string& name) { s.problem.name = name; }, nb::arg("name"));
  type.def(
      "set_loss", [](Subject& s, const std::string& text) { s.problem.loss = ResidualLoss::registry().parse(text); },
      nb::arg("text"));

  module.def("read_start", &read_start, nb::arg("text"));
  module.def("formula_subject", &formula_subject, nb::arg("text"), nb::arg("is_model"), nb::arg("start").none(),
             nb::arg("arrays"), nb::arg("table").none());
  module.def("traced_subject", &traced_subject, nb::arg("function"), nb::arg("is_fit"), nb::arg("start"));
  module.def(
      "called_subject",
      [](nb::object value, nb::object value_and_gradient, bool with_differences, nb::handle start) {
        Subject subject = given(start);
        subject.called = called(std::move(value), std::move(value_and_gradient));
        if (with_differences) subject.derivatives = Derivatives::differences;
        return subject;
      },
      nb::arg("value").none(), nb::arg("value_and_gradient").none(), nb::arg("with_differences"), nb::arg("start"));
}

}  // namespace downhill::python
