#include "hand/losses.hpp"
#include "compiled.hpp"
#include "side_by_side.hpp"

#include <downhill/operations.hpp>

#include <cmath>
#include <optional>

// Value and gradient of whole losses, native against hand-written C++ (-O3 -march=native), one thread, f64.

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
  downhill::bench::rosenbrock_rows();
  downhill::bench::logistic_rows();
}
