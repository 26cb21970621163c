#include "runs.hpp"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <downhill/gradient_check.hpp>
#include <downhill/minimize.hpp>

#include <nlohmann/json.hpp>

#include "app/gradient_report.hpp"
#include "app/loss.hpp"
#include "app/method_tables.hpp"
#include "app/pictures/fits.hpp"
#include "app/pictures/reports.hpp"
#include "app/pictures/runs.hpp"
#include "app/pictures/target.hpp"
#include "app/report.hpp"
#include "app/server/schemas.hpp"
#include "app/solution.hpp"
#include "options/registry.hpp"
#include "subject.hpp"
#include "values.hpp"

namespace downhill::python {
namespace {

const app::Terminal plain{};

// Ends the run with what a signal raised (Ctrl-C), or with what `callback` raised but StopIteration, which ends it in peace.
Continue told_to_go_on(const nb::object& callback, const app::FlatVariables& variables, const Progress& progress) {
  const nb::gil_scoped_acquire held;
  if (PyErr_CheckSignals() != 0) throw nb::python_error();
  if (callback.is_none()) return Continue::yes;
  const auto n = static_cast<std::int64_t>(variables.size());
  try {
    callback(progress.iteration, progress.value, progress.gradient_norm, to_numpy(progress.x, std::span(&n, 1)),
             progress.seconds);
  } catch (nb::python_error& error) {
    if (!error.matches(PyExc_StopIteration)) throw;
    return Continue::no;
  }
  return Continue::yes;
}

template <class Take>
nb::object column(const std::vector<TracePoint>& trace, Take take) {
  std::vector<double> numbers;
  for (const TracePoint& point : trace) numbers.push_back(static_cast<double>(take(point)));
  const auto n = static_cast<std::int64_t>(numbers.size());
  return to_numpy(numbers, std::span(&n, 1));
}

nb::dict trace_of(const Result& result) {
  nb::dict columns;
  columns["iteration"] = column(result.trace, [](const TracePoint& p) { return p.iteration; });
  columns["value"] = column(result.trace, [](const TracePoint& p) { return p.value; });
  columns["gradient_norm"] = column(result.trace, [](const TracePoint& p) { return p.gradient_norm; });
  columns["step"] = column(result.trace, [](const TracePoint& p) { return p.step; });
  columns["evaluations"] = column(result.trace, [](const TracePoint& p) { return p.evaluations; });
  columns["seconds"] = column(result.trace, [](const TracePoint& p) { return p.seconds; });
  if (result.trace.empty() || result.trace.front().x.empty()) return columns;
  std::vector<double> points;
  for (const TracePoint& point : result.trace) points.insert(points.end(), point.x.begin(), point.x.end());
  const std::int64_t shape[] = {static_cast<std::int64_t>(result.trace.size()),
                                static_cast<std::int64_t>(result.x.size())};
  columns["x"] = to_numpy(points, shape);
  return columns;
}

// The answer of the command line's --json, its text for people, and what they leave out.
nb::tuple answer(const nlohmann::ordered_json& json, const std::string& text, const Result& result,
                 const std::string& why) {
  nb::dict rest;
  const auto n = static_cast<std::int64_t>(result.x.size());
  rest["x"] = to_numpy(result.x, std::span(&n, 1));
  rest["text"] = text;
  rest["trace"] = trace_of(result);
  rest["why"] = why;
  nb::list warnings;
  for (const std::string& warning : result.warnings) warnings.append(warning);
  rest["warnings"] = warnings;
  return nb::make_tuple(to_python(json), rest);
}

Record record_of(const std::string& text) {
  if (text == "nothing") return Record::nothing;
  if (text == "values") return Record::values;
  if (text == "points") return Record::points;
  throw nb::value_error(("record: unknown: '" + text + "' (known: nothing, values, points)").c_str());
}

// A fit to the columns of data as curve and residuals, any other run as its path.
void draw(const app::PlotTarget& target, const Subject& subject, Objective& objective, const Result& result,
          const std::optional<app::Fit>& fit) {
  const app::Problem& problem = subject.problem;
  if (fit && problem.program.left) {
    const app::Report report = app::report_of_fit(problem, result, fit->statistics, fit->intervals, {});
    draw_plot(target, app::picture_of_fit(problem, result, fit->statistics, fit->intervals), report, plain);
    return;
  }
  landscape::Subject pictured = subject.pictured(objective);
  draw_plot(target, app::picture_of_run(problem, pictured, result), app::report_of_run(problem, result, {}), plain);
}

nb::tuple run(const Subject& subject, const nb::object& callback, const std::string& record, double confidence,
              const std::optional<std::string>& plot) {
  const std::optional<app::PlotTarget> target = app::plot_target(plot);
  const app::Problem& problem = subject.problem;
  RunOptions options;
  options.seed = problem.seed;
  options.record = target ? Record::points : record_of(record);
  options.label = [&](std::size_t i) { return problem.variables.label(i); };
  options.callback = [&](const Progress& progress) { return told_to_go_on(callback, problem.variables, progress); };
  Result result;
  std::string why;
  nlohmann::ordered_json json;
  std::string text;
  {
    const nb::gil_scoped_release released;
    Objective objective = subject.objective();
    const Choice choice = app::choose_method(problem, objective);
    why = choice.why;
    result = minimize(objective, problem.variables.start(), choice.method, problem.stop, options);
    app::name_formulas(problem, result.diagnosis);
    std::optional<app::Fit> fit;
    if (app::is_fit(problem)) fit = app::finish_fit(problem, objective, result, confidence, subject.threads);
    json = app::result_json(problem.variables, result);
    if (fit) app::add_statistics(json, problem, fit->statistics, fit->intervals);
    text = fit ? app::fit_text(problem, result, fit->statistics, fit->intervals, plain)
               : app::result_text(problem.variables, result, plain);
    if (target && result.reason != Reason::bad_start) draw(*target, subject, objective, result, fit);
  }
  return answer(json, text, result, why);
}

// Value, flat gradient and n × n Hessian at the start, as far as `order` goes; None beyond.
nb::tuple evaluate(const Subject& subject, int order) {
  const std::vector<double>& x = subject.problem.variables.start();
  const auto n = static_cast<std::int64_t>(x.size());
  double value = 0;
  std::vector<double> gradient(order >= 1 ? x.size() : 0);
  std::vector<double> hessian(order >= 2 ? x.size() * x.size() : 0);
  {
    const nb::gil_scoped_release released;
    Objective objective = subject.objective();
    value = order == 0 ? objective.value(x) : objective.value_and_gradient(x, gradient);
    if (order >= 2) objective.hessian(x, hessian);
  }
  const std::int64_t square[] = {n, n};
  return nb::make_tuple(value, order >= 1 ? to_numpy(gradient, std::span(&n, 1)) : nb::none(),
                        order >= 2 ? to_numpy(hessian, square) : nb::none());
}

nb::tuple check(const Subject& subject, double tolerance) {
  const app::FlatVariables& variables = subject.problem.variables;
  GradientCheck found;
  {
    const nb::gil_scoped_release released;
    Objective objective = subject.objective();
    found = check_gradient(
        [&](std::span<const double> x) { return objective.value(x); },
        [&](std::span<const double> x, std::span<double> gradient) { objective.value_and_gradient(x, gradient); },
        variables.start(), tolerance, [&](std::size_t k) { return variables.label(k); });
  }
  return nb::make_tuple(to_python(app::check_json(variables, found)), app::check_text(variables, found, plain));
}

nb::list methods() {
  nb::list result;
  const auto& registry = Method::registry();
  const nlohmann::ordered_json forms = server::schemas(registry.declarations());
  std::size_t i = 0;
  for (const options::Declaration* declaration : registry.declarations()) {
    const std::string name(declaration->name);
    result.append(
        nb::make_tuple(name, std::string(declaration->doc), to_python(forms[i++]), app::table_of_method(name)));
  }
  return result;
}

}  // namespace

void bind_runs(nb::module_& module) {
  module.def("run", &run, nb::arg("subject"), nb::arg("callback").none(), nb::arg("record"), nb::arg("confidence"),
             nb::arg("plot").none());
  module.def("evaluate", &evaluate, nb::arg("subject"), nb::arg("order"));
  module.def("check_gradient", &check, nb::arg("subject"), nb::arg("tolerance"));
  module.def("methods", &methods, "Name, doc, JSON schema and table of every method.");
  module.def("overview_of_methods", &app::overview_of_methods);
}

}  // namespace downhill::python
