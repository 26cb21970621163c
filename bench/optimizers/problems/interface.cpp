#include "problems/interface.hpp"

#include <exception>
#include <nlohmann/json.hpp>

#include "problems/handle.hpp"

namespace {

thread_local std::string last_text;
thread_local std::string last_error;

std::span<const double> input(const bench_problem* p, const double* x) { return {x, p->opened.recorder().size()}; }
std::span<double> output(const bench_problem* p, double* x) { return {x, p->opened.recorder().size()}; }

const char* text(const nlohmann::json& json) {
  last_text = json.dump();
  return last_text.c_str();
}

}  // namespace

extern "C" {

const char* bench_instances() { return text(instances_json(downhill::bench::instances())); }

const char* bench_moved_instances(uint64_t seed) {
  return text(instances_json(downhill::bench::moved_instances(seed)));
}

bench_problem* bench_open(const char* key) {
  try {
    return new bench_problem(key);
  } catch (const std::exception& error) {
    last_error = error.what();
    return nullptr;
  }
}

const char* bench_error() { return last_error.c_str(); }

void bench_close(bench_problem* problem) { delete problem; }

size_t bench_size(const bench_problem* problem) { return problem->opened.recorder().size(); }

size_t bench_residual_count(const bench_problem* problem) {
  return problem->opened.recorder().capabilities().residuals;
}

void bench_start(const bench_problem* problem, double* x) {
  const std::vector<double> start = problem->opened.start();
  std::copy(start.begin(), start.end(), x);
}

void bench_reset(bench_problem* problem, double limit) { problem->opened.recorder().reset(limit); }

int bench_is_expired(const bench_problem* problem) { return problem->opened.recorder().is_expired() ? 1 : 0; }

const char* bench_report(bench_problem* problem) {
  return text(downhill::bench::report_json(problem->opened.recorder()));
}

double bench_value(bench_problem* p, const double* x) { return p->opened.recorder().value(input(p, x)); }

double bench_gradient(bench_problem* p, const double* x, double* gradient) {
  return p->opened.recorder().value_and_gradient(input(p, x), output(p, gradient));
}

void bench_product(bench_problem* p, const double* x, const double* direction, double* product) {
  p->opened.recorder().hessian_vector(input(p, x), input(p, direction), output(p, product));
}

void bench_hessian(bench_problem* p, const double* x, double* hessian) {
  const size_t n = p->opened.recorder().size();
  p->opened.recorder().hessian(input(p, x), {hessian, n * n});
}

void bench_residuals(bench_problem* p, const double* x, double* residuals) {
  p->opened.recorder().residuals(input(p, x), {residuals, bench_residual_count(p)});
}

void bench_jacobian(bench_problem* p, const double* x, double* residuals, double* jacobian) {
  const size_t m = bench_residual_count(p);
  p->opened.recorder().residuals_and_jacobian(input(p, x), {residuals, m}, {jacobian, m * bench_size(p)});
}
}
