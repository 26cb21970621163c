#include "hand/losses.hpp"
#include "compiled.hpp"
#include "side_by_side.hpp"

#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

#include <cmath>
#include <cstdlib>
#include <new>
#include <optional>

// Value and gradient of whole losses, native against hand-written C++ (-O3 -march=native), one thread, f64.

namespace {

std::size_t allocations = 0;

}  // namespace

// Counted, to show that a call makes none.
void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* memory = std::malloc(bytes)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace downhill::bench {
namespace {

Array rosenbrock(const Array& x) {
  const Array head = slice(x, {{0, -1}});
  const Array tail = slice(x, {{1, std::nullopt}});
  return sum(100.0 * square(tail - square(head)) + square(1.0 - head));
}

void rosenbrock_rows() {
  for (const std::int64_t n : {2, 1000, 1000000}) {
    const Array x = sin(arange(n) * 0.37) * 1.5;
    Compiled ours(with_gradient(as_array_function(rosenbrock)), {x});
    std::vector<double> gradient(static_cast<std::size_t>(n));
    const auto* data = static_cast<const double*>(x.data());
    row("rosenbrock n=" + std::to_string(n),
        {{"native", [&] { ours(); }},
         {"by hand", [&] { hand::rosenbrock(data, gradient.data(), static_cast<std::size_t>(n)); }}});
    double worst = 0;
    for (std::size_t k = 0; k < gradient.size(); ++k) {
      worst = std::max(worst, std::abs(gradient[k] - ours.output(1)[k]) / (1 + std::abs(gradient[k])));
    }
    std::printf("  largest relative difference of gradients %.1e\n", worst);
  }
}

void objective_row() {
  const Array x{-1.2, 1};
  const std::span<const double> at(static_cast<const double*>(x.data()), 2);
  const ProgramOptions options{.threads = 1, .cache_directory = "", .first_code = FirstCode::optimised};
  Objective ours = traced_objective(as_array_function(rosenbrock), x.type(), options);
  std::vector<double> gradient(2);
  row("rosenbrock n=2 through Objective", {{"native", [&] { ours.value_and_gradient(at, gradient); }},
                                           {"by hand", [&] { hand::rosenbrock(at.data(), gradient.data(), 2); }}});
  const std::size_t before = allocations;
  for (int call = 0; call < 1000; ++call) ours.value_and_gradient(at, gradient);
  std::printf("  allocations in 1000 calls: %zu\n", allocations - before);
}

void logistic_rows() {
  const std::int64_t rows = 10000;
  const std::int64_t columns = 100;
  const Array data = reshape(sin(arange(rows * columns) * 0.731), {rows, columns});
  const Array labels = sign(cos(arange(rows) * 1.3));
  const Array w = sin(arange(columns)) * 0.1;
  const auto loss = [&](const Array& v) { return sum(log(1.0 + exp(-labels * matmul(data, v)))); };
  Compiled ours(with_gradient(as_array_function(loss)), {w});
  std::vector<double> gradient(columns);
  const auto number = [](const Array& a) { return static_cast<const double*>(a.data()); };
  row("logistic loss 10000x100",
      {{"native", [&] { ours(); }},
       {"by hand", [&] { hand::logistic(number(data), number(labels), number(w), gradient.data(), rows, columns); }}});
  double worst = 0;
  for (std::size_t k = 0; k < gradient.size(); ++k) {
    worst = std::max(worst, std::abs(gradient[k] - ours.output(1)[k]) / (1 + std::abs(gradient[k])));
  }
  std::printf("  largest relative difference of gradients %.1e\n", worst);
}

}  // namespace
}  // namespace downhill::bench

int main() {
  downhill::bench::objective_row();
  downhill::bench::rosenbrock_rows();
  downhill::bench::logistic_rows();
}
