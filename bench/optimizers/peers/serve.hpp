#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "problems/interface.hpp"

/// What all programs that run a library's optimizers share: jobs come in by lines, records go out by lines.
namespace downhill::bench {

/// Thrown out of an evaluation when the time for the run is over.
struct Expired {};

/// A problem of the comparison as a solver sees it.
class Problem {
 public:
  /// Throws std::runtime_error if there is no such problem.
  explicit Problem(const std::string& key);
  ~Problem();
  Problem(const Problem&) = delete;
  Problem& operator=(const Problem&) = delete;

  [[nodiscard]] std::size_t size() const { return n_; }
  [[nodiscard]] std::size_t residual_count() const { return m_; }
  [[nodiscard]] const std::vector<double>& start() const { return start_; }
  [[nodiscard]] bench_problem* handle() const { return handle_; }

  [[nodiscard]] bool is_expired() const { return bench_is_expired(handle_) != 0; }

  // Each throws Expired once the time is over.
  double value(const double* x);
  double gradient(const double* x, double* gradient);
  void product(const double* x, const double* direction, double* product);
  void hessian(const double* x, double* hessian);
  void residuals(const double* x, double* residuals);
  void jacobian(const double* x, double* residuals, double* jacobian);

 private:
  bench_problem* handle_;
  std::size_t n_ = 0;
  std::size_t m_ = 0;
  std::vector<double> start_;
};

/// What a solver gives back.
struct Outcome {
  std::vector<double> x;
  std::optional<bool> claims_success;  ///< none where the library says neither
  std::string message;                 ///< in its own words
  std::string verdict = {};            ///< the kind of point, where it names one
  std::uint64_t iterations = 0;
};

/// What a solver asks of a problem.
enum class Needs : std::uint8_t { values, gradient, products, hessian, residuals };

/// A solver with its settings.
struct Solver {
  std::string name;      ///< `nlopt.lbfgs`
  std::string settings;  ///< what was set: `xtol_rel=1e-8`; empty for the library's defaults
  Needs needs = Needs::gradient;
  std::size_t most_variables = 0;  ///< it is not run on larger problems
  std::function<Outcome(Problem&)> solve;
};

/// With `--list`: prints what there is as JSON. Otherwise reads jobs, lines of a solver's name, a problem's key and a limit in
/// seconds with tabs between, and answers each with a JSON object on a line of its own. Returns the exit status.
int serve(int argc, char** argv, const std::string& library, const std::string& version,
          const std::vector<Solver>& solvers);

}  // namespace downhill::bench
