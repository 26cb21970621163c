#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <vector>

// How long the first value and gradient of Rosenbrock's function take: tracing, differentiating, compiling, running.
// Every state is measured in a process of its own.

namespace downhill::bench {
namespace {

constexpr int repetitions = 21;

// Another graph for every `scale`: no program is shared.
double first_gradient(double scale, const std::string& cache, FirstCode first_code) {
  const auto rosenbrock = [scale](const Array& x) {
    return scale * square(index(x, 1) - square(index(x, 0))) + square(1.0 - index(x, 0));
  };
  const double x[] = {-1.2, 1};
  double gradient[2];
  const auto begin = std::chrono::steady_clock::now();
  Objective f = traced_objective(as_array_function(rosenbrock), Type{DType::f64, Shape{2}},
                                 {.threads = 1, .cache_directory = cache, .first_code = first_code});
  (void)f.value_and_gradient(x, gradient);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median_of_graphs(const std::string& cache, FirstCode first_code) {
  std::vector<double> seconds;
  for (int k = 0; k < repetitions; ++k) seconds.push_back(first_gradient(100 + k, cache, first_code));
  std::ranges::nth_element(seconds, seconds.begin() + repetitions / 2);
  return seconds[repetitions / 2];
}

void in_own_process(const std::function<void()>& body) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    body();
    std::fflush(stdout);
    _exit(0);
  }
  waitpid(child, nullptr, 0);
}

void show(const char* what, double seconds) { std::printf("%-60s %.2f ms\n", what, seconds * 1e3); }

void all(const std::string& cache) {
  for (const FirstCode code : {FirstCode::quick, FirstCode::optimised}) {
    in_own_process([&] {
      std::printf("%s code first\n", code == FirstCode::quick ? "quick" : "optimised");
      show("  first program of a process, the compiler loaded with it", first_gradient(1, "", code));
      show("  later programs", median_of_graphs("", code));
    });
  }
  in_own_process([&] { (void)median_of_graphs(cache, FirstCode::optimised); });
  in_own_process([&] {
    (void)first_gradient(1, "", FirstCode::quick);
    show("later programs, from the disk cache", median_of_graphs(cache, FirstCode::quick));
  });
}

}  // namespace
}  // namespace downhill::bench

int main() {
  const auto cache = std::filesystem::temp_directory_path() / ("downhill_bench_" + std::to_string(getpid()));
  downhill::bench::all(cache.string());
  std::filesystem::remove_all(cache);
}
