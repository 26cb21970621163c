#include "landscape/sampler.hpp"

#include <downhill/error.hpp>
#include <downhill/operations.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <new>
#include <vector>

#include "ir/trace.hpp"
#include "optimize/box.hpp"

namespace downhill::landscape {
namespace {

constexpr std::align_val_t alignment{64};
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

struct Free {
  void operator()(void* memory) const { ::operator delete(memory, alignment); }
};

// Bytes of all that is computed for one point: an upper bound on what a batch needs for each.
std::size_t bytes_of_one(const ArrayFunction& loss, const Type& x) {
  const ir::Traced traced = ir::trace(loss, std::array{x});
  std::size_t bytes = 0;
  for (const ir::Node& node : traced.graph.nodes()) {
    for (std::uint32_t k = 0; k < node.result_count; ++k) {
      const Type& type = traced.graph.type(node.first_result + k);
      bytes += static_cast<std::size_t>(type.shape.size()) * size_of(type.dtype);
    }
  }
  return bytes + static_cast<std::size_t>(x.shape.size()) * sizeof(double);
}

}  // namespace

struct Sampler::Compiled {
  Program program;
  std::unique_ptr<void, Free> workspace;
  std::vector<double> s, t, values;  // of a batch that is not full
};

Sampler::Sampler(Subject& subject, const Frame& frame, std::size_t points, std::size_t most_bytes)
    : subject_(subject), frame_(frame) {
  if (!subject.loss || points < 2) return;
  const auto began = std::chrono::steady_clock::now();
  const Type x{DType::f64, Shape{static_cast<std::int64_t>(frame.size())}};
  const std::size_t fit = most_bytes / std::max<std::size_t>(bytes_of_one(subject.loss, x), 1);
  if (fit < 2) return;
  const std::size_t batches = (points + fit - 1) / fit;
  const std::size_t batch = (points + batches - 1) / batches;
  const Type places{DType::f64, Shape{static_cast<std::int64_t>(batch)}};
  std::vector<Type> inputs{places, x, x};
  std::vector<bool> batched{true, false, false};
  if (frame.directions.size() == 2) {
    inputs = {places, x, x, places, x};
    batched = {true, false, false, true, false};
  }
  const ArrayFunction one = [loss = subject.loss](std::span<const Array> in) {
    Array point = in[1] + in[0] * in[2];
    if (in.size() > 3) point = point + in[3] * in[4];
    return loss(std::array{point});
  };
  Program program =
      Program::compile([&](std::span<const Array> in) { return vmap_at(one, in, batched); }, inputs, subject.options);
  void* workspace = program.workspace_bytes() == 0 ? nullptr : ::operator new(program.workspace_bytes(), alignment);
  compiled_ = std::make_unique<Compiled>(Compiled{std::move(program), std::unique_ptr<void, Free>(workspace),
                                                  std::vector<double>(batch), std::vector<double>(batch),
                                                  std::vector<double>(batch)});
  batch_ = batch;
  compile_seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

Sampler::~Sampler() = default;

double Sampler::value_at(double s, double t) {
  const std::vector<double> x = frame_.point(s, t);
  return optimize::Box(subject_.objective.bounds()).contains(x) ? subject_.objective.value(x) : not_a_number;
}

// What lies outside the bounds is given the place of a point that does not.
void Sampler::evaluate_batch(std::span<const double> s, std::span<const double> t, std::span<double> values) {
  const std::size_t count = s.size();
  Compiled& c = *compiled_;
  std::vector<bool> is_outside;
  std::size_t inside = count;
  if (subject_.objective.bounds() != nullptr) {
    const optimize::Box box(subject_.objective.bounds());
    is_outside.resize(count);
    for (std::size_t k = 0; k < count; ++k) {
      is_outside[k] = !box.contains(frame_.point(s[k], t.empty() ? 0 : t[k]));
      if (!is_outside[k]) inside = std::min(inside, k);
    }
    if (inside == count) {
      std::ranges::fill(values, not_a_number);
      return;
    }
  }
  const bool is_plain = is_outside.empty() && count == batch_;
  if (!is_plain) {
    const std::size_t first = is_outside.empty() ? 0 : inside;
    for (std::size_t k = 0; k < batch_; ++k) {
      const std::size_t from = k < count && (is_outside.empty() || !is_outside[k]) ? k : first;
      c.s[k] = s[from];
      if (!t.empty()) c.t[k] = t[from];
    }
  }
  const double* const at_s = is_plain ? s.data() : c.s.data();
  const double* const at_t = is_plain ? t.data() : c.t.data();
  double* const out = is_plain ? values.data() : c.values.data();
  const std::vector<const void*> inputs =
      t.empty() ? std::vector<const void*>{at_s, frame_.origin.data(), frame_.directions[0].data()}
                : std::vector<const void*>{at_s, frame_.origin.data(), frame_.directions[0].data(), at_t,
                                           frame_.directions[1].data()};
  void* const outputs[] = {out};
  if (!c.program.run(inputs.data(), outputs, c.workspace.get()).is_ok()) {
    for (std::size_t k = 0; k < count; ++k) values[k] = value_at(s[k], t.empty() ? 0 : t[k]);
    return;
  }
  if (!is_plain) std::ranges::copy(std::span(out, count), values.begin());
  for (std::size_t k = 0; k < is_outside.size(); ++k) {
    if (is_outside[k]) values[k] = not_a_number;
  }
}

void Sampler::evaluate(std::span<const double> s, std::span<const double> t, std::span<double> values) {
  if (compiled_ == nullptr) {
    for (std::size_t k = 0; k < s.size(); ++k) values[k] = value_at(s[k], t.empty() ? 0 : t[k]);
    return;
  }
  for (std::size_t k = 0; k < s.size(); k += batch_) {
    const std::size_t count = std::min(batch_, s.size() - k);
    evaluate_batch(s.subspan(k, count), t.empty() ? t : t.subspan(k, count), values.subspan(k, count));
  }
}

}  // namespace downhill::landscape
