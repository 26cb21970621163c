#pragma once
#include <cstddef>
#include <cstdint>

/// The test problems behind a plain C interface: what every optimizer of the comparison calls.
///
/// A problem is opened by its key and belongs to one thread. Vectors have n numbers, residuals m, matrices are row-major and dense.
/// Every evaluation is counted, a value that comes with its gradient as one of each. Where f or a derivative is not defined it is
/// NaN. Texts are JSON and stay valid until the next call that gives a text.
extern "C" {

struct bench_problem;  // NOLINT(readability-identifier-naming): as C would have it

/// A list of {key, set, name, n, smooth, unit, units, lowest, known: [{kind, value, x}], targets: [1e-4, 1e-8]}.
const char* bench_instances();
/// The same of the problems in other coordinates (problems/moved.hpp).
const char* bench_moved_instances(uint64_t seed);

/// Null if there is no such problem, or it cannot be opened; `bench_error` tells why.
bench_problem* bench_open(const char* key);
const char* bench_error();
void bench_close(bench_problem* problem);

size_t bench_size(const bench_problem* problem);
size_t bench_residual_count(const bench_problem* problem);  ///< 0 unless f is a sum of squares
void bench_start(const bench_problem* problem, double* x);

/// Begins a run: counts are 0, the clock starts; after `limit` seconds `bench_is_expired`.
void bench_reset(bench_problem* problem, double limit);
int bench_is_expired(const bench_problem* problem);
/// {seconds, counts, least, reached: [at 1e-4, at 1e-8, each null or {seconds, counts}]}
const char* bench_report(bench_problem* problem);

double bench_value(bench_problem* problem, const double* x);
double bench_gradient(bench_problem* problem, const double* x, double* gradient);  ///< returns the value
void bench_product(bench_problem* problem, const double* x, const double* direction, double* product);
void bench_hessian(bench_problem* problem, const double* x, double* hessian);
void bench_residuals(bench_problem* problem, const double* x, double* residuals);
void bench_jacobian(bench_problem* problem, const double* x, double* residuals, double* jacobian);
}
