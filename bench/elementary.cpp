#include "hand/elementary.hpp"
#include "compiled.hpp"
#include "side_by_side.hpp"

#include <downhill/operations.hpp>

#include <cmath>
#include <optional>

// Elementary functions of n = 4096 elements, native against hand-written loops: -O3 -ffast-math with 512-bit vectors and
// libmvec, and SLEEF's functions of 1.0 ulp. Arguments of the command line: names of functions (all if none).

namespace downhill::bench {
namespace {

constexpr std::int64_t n = 4096;

struct Row {
  const char* name;
  double low;
  double high;
  ArrayFunction ours;
  bool in_f32;
};

ArrayFunction of_one(Array (*f)(const Operand&)) {
  return [f](std::span<const Array> x) { return std::vector<Array>{f(x[0])}; };
}

std::vector<Row> rows() {
  const ArrayFunction log_sum = [](std::span<const Array> x) { return std::vector<Array>{logsumexp(x[0])}; };
  const ArrayFunction soft = [](std::span<const Array> x) {
    return std::vector<Array>{reshape(softmax(reshape(x[0], {n / 64, 64}), 1), {n})};
  };
  const ArrayFunction power = [](std::span<const Array> x) { return std::vector<Array>{pow(x[0], x[1])}; };
  return {
      {"exp", -10, 10, of_one(exp), true},
      {"tanh", -5, 5, of_one(tanh), true},
      {"log", 0.001, 100, of_one(log), true},
      {"sin", -10, 10, of_one(sin), true},
      {"logsumexp", -10, 10, log_sum, true},
      {"cos", -10, 10, of_one(cos), false},
      {"tan", -10, 10, of_one(tan), false},
      {"expm1", -5, 5, of_one(expm1), false},
      {"log1p", -0.9, 10, of_one(log1p), false},
      {"erf", -4, 4, of_one(erf), false},
      {"cbrt", -100, 100, of_one(cbrt), false},
      {"pow", 0.01, 10, power, false},
      {"logistic", -10, 10, of_one(logistic), false},
      {"softmax_64", -10, 10, soft, false},
  };
}

/// n numbers of [low, high] in no order.
Array spread(double low, double high, DType dtype) {
  const Array turns = arange(n) * 0.6180339887498949;
  return astype(low + (high - low) * (turns - floor(turns)), dtype);
}

template <class T>
void measure(const Row& row_of, DType dtype) {
  std::vector<Array> inputs{spread(row_of.low, row_of.high, dtype)};
  const Array second = spread(-3, 3, dtype);
  if (std::string_view(row_of.name) == "pow") {
    inputs.push_back(second);
  }
  Compiled ours(row_of.ours, inputs);
  struct alignas(64) Numbers {
    T values[n];
  };
  const auto out = std::make_unique<Numbers>();
  const auto* const x = static_cast<const T*>(inputs[0].data());
  const auto* const y = static_cast<const T*>(second.data());
  std::vector<Contender> contenders{{"native", [&] { ours(); }}};
  const auto add = [&](const char* name, hand::Kernel<T> kernel) {
    if (kernel != nullptr) {
      contenders.push_back({name, [=, values = out->values] { kernel(x, y, values, n); }});
    }
  };
  add("fast-math", hand::fast_math<T>(row_of.name));
#ifdef DOWNHILL_BENCH_SLEEF
  add("sleef", hand::sleef<T>(row_of.name));
#endif
  // Short turns, many of them: most are not interrupted.
  row(std::string(row_of.name) + (dtype == DType::f64 ? " f64" : " f32"), contenders, 0.0002, 2001);

  const auto* const computed = static_cast<const T*>(ours.output_data(0));
  double worst = 0;
  for (std::int64_t k = 0; k < ours.program().outputs()[0].shape.size(); ++k) {
    worst = std::max(worst, std::abs(static_cast<double>(computed[k] - out->values[k])) /
                                std::abs(static_cast<double>(computed[k])));
  }
  if (!(worst < (dtype == DType::f64 ? 1e-13 : 1e-4))) {
    std::printf("  largest relative difference from %s %.1e\n", contenders.back().name.c_str(), worst);
  }
}

}  // namespace
}  // namespace downhill::bench

int main(int count, char** arguments) {
  using namespace downhill;
#ifndef DOWNHILL_BENCH_SLEEF
  std::printf("skipped: SLEEF (libsleef-dev is missing)\n");
#endif
  const auto wanted = [&](const bench::Row& row) {
    return count == 1 || std::find(arguments + 1, arguments + count, std::string_view(row.name)) != arguments + count;
  };
  const auto rows = bench::rows();
  for (const auto& row : rows) {
    if (wanted(row)) {
      bench::measure<double>(row, DType::f64);
    }
  }
  for (const auto& row : rows) {
    if (wanted(row) && row.in_f32) {
      bench::measure<float>(row, DType::f32);
    }
  }
}
