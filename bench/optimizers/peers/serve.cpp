#include "peers/serve.hpp"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace downhill::bench {

namespace {

using nlohmann::json;

std::string_view name(Needs needs) {
  switch (needs) {
    case Needs::values: return "values";
    case Needs::gradient: return "gradient";
    case Needs::products: return "products";
    case Needs::hessian: return "hessian";
    case Needs::residuals: return "residuals";
  }
  return "unknown";
}

// Calls each function once, so that none is compiled while the clock runs.
void warm_up(Problem& problem, Needs needs) {
  const std::size_t n = problem.size(), m = problem.residual_count();
  const std::vector<double>& x = problem.start();
  std::vector<double> vector(n), residuals(m);
  bench_reset(problem.handle(), std::numeric_limits<double>::infinity());
  (void)problem.value(x.data());
  if (needs == Needs::residuals) {
    std::vector<double> jacobian(m * n);
    problem.residuals(x.data(), residuals.data());
    problem.jacobian(x.data(), residuals.data(), jacobian.data());
    return;
  }
  if (needs != Needs::values) (void)problem.gradient(x.data(), vector.data());
  if (needs == Needs::products) problem.product(x.data(), x.data(), vector.data());
  if (needs == Needs::hessian) {
    std::vector<double> matrix(n * n);
    problem.hessian(x.data(), matrix.data());
  }
}

// A run is repeated, as often as the job says at most, while that costs little: the least time counts, for other work on the machine only
// adds to it.
constexpr double repeat_seconds = 0.4;
constexpr double repeat_once_seconds = 2;  // a first run may have loaded or compiled something

json run_once(const Solver& solver, Problem& problem, double limit) {
  json record;
  bench_reset(problem.handle(), limit);
  try {
    const Outcome outcome = solver.solve(problem);
    record["report"] = json::parse(bench_report(problem.handle()));
    record["claims"] = outcome.claims_success ? json(*outcome.claims_success) : json();
    record["message"] = outcome.message;
    record["verdict"] = outcome.verdict;
    record["iterations"] = outcome.iterations;
    const bool is_finite = std::ranges::all_of(outcome.x, [](double v) { return std::isfinite(v); });
    record["x"] = is_finite ? json(outcome.x) : json();
    const double value = is_finite && !outcome.x.empty() ? bench_value(problem.handle(), outcome.x.data()) : NAN;
    record["value"] = std::isfinite(value) ? json(value) : json();
  } catch (const Expired&) {
    record = {{"report", json::parse(bench_report(problem.handle()))},
              {"claims", false},
              {"message", "stopped by the time limit"},
              {"verdict", ""},
              {"iterations", 0},
              {"x", json()},
              {"value", json()}};
  }
  return record;
}

void keep_least_times(json& record, const json& other) {
  const auto keep = [](json& mine, const json& theirs) {
    if (theirs.get<double>() < mine.get<double>()) mine = theirs;
  };
  keep(record["report"]["seconds"], other["report"]["seconds"]);
  for (std::size_t k = 0; k < 2; ++k) {
    json& mine = record["report"]["reached"][k];
    const json& theirs = other["report"]["reached"][k];
    if (!mine.is_null() && !theirs.is_null()) keep(mine["seconds"], theirs["seconds"]);
  }
}

json run(const Solver& solver, const std::string& key, double limit, int most_runs) {
  Problem problem(key);
  warm_up(problem, solver.needs);
  json record = run_once(solver, problem, limit);
  double spent = record["report"]["seconds"];
  for (int k = 1; k < most_runs && spent < (k == 1 ? repeat_once_seconds : repeat_seconds); ++k) {
    const json again = run_once(solver, problem, limit);
    spent += again["report"]["seconds"].get<double>();
    keep_least_times(record, again);
  }
  record["solver"] = solver.name;
  record["problem"] = key;
  return record;
}

}  // namespace

Problem::Problem(const std::string& key) : handle_(bench_open(key.c_str())) {
  if (handle_ == nullptr) throw std::runtime_error(bench_error());
  n_ = bench_size(handle_);
  m_ = bench_residual_count(handle_);
  start_.resize(n_);
  bench_start(handle_, start_.data());
}

Problem::~Problem() { bench_close(handle_); }

double Problem::value(const double* x) {
  if (is_expired()) throw Expired();
  return bench_value(handle_, x);
}

double Problem::gradient(const double* x, double* gradient) {
  if (is_expired()) throw Expired();
  return bench_gradient(handle_, x, gradient);
}

void Problem::product(const double* x, const double* direction, double* product) {
  if (is_expired()) throw Expired();
  bench_product(handle_, x, direction, product);
}

void Problem::hessian(const double* x, double* hessian) {
  if (is_expired()) throw Expired();
  bench_hessian(handle_, x, hessian);
}

void Problem::residuals(const double* x, double* residuals) {
  if (is_expired()) throw Expired();
  bench_residuals(handle_, x, residuals);
}

void Problem::jacobian(const double* x, double* residuals, double* jacobian) {
  if (is_expired()) throw Expired();
  bench_jacobian(handle_, x, residuals, jacobian);
}

int serve(int argc, char** argv, const std::string& library, const std::string& version,
          const std::vector<Solver>& solvers) {
  if (argc > 1 && std::string_view(argv[1]) == "--list") {
    json list = {{"library", library}, {"version", version}, {"solvers", json::array()}};
    for (const Solver& solver : solvers) {
      list["solvers"].push_back({{"name", solver.name},
                                 {"settings", solver.settings},
                                 {"needs", name(solver.needs)},
                                 {"most_variables", solver.most_variables}});
    }
    std::cout << list.dump() << std::endl;
    return 0;
  }
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string solver_name, key;
    double limit = 0;
    int most_runs = 1;
    words >> solver_name >> key >> limit >> most_runs;
    json record = {{"solver", solver_name}, {"problem", key}};
    const auto solver = std::ranges::find(solvers, solver_name, &Solver::name);
    try {
      if (solver == solvers.end()) throw std::runtime_error("no such solver");
      record = run(*solver, key, limit, most_runs);
    } catch (const std::exception& error) {
      record["failed"] = error.what();
    }
    std::cout << record.dump() << std::endl;
  }
  return 0;
}

}  // namespace downhill::bench
