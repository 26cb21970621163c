#pragma once
#include <downhill/derivatives.hpp>
#include <downhill/learn/train.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "learn/data/batch_reader.hpp"

/// The functions that training compiles.
namespace downhill::learn {

/// The arrays of a run, in the order of the programs' inputs: parameters, each parameter's state of the rule, buffers.
struct Layout {
  std::vector<std::string> names;
  std::vector<Array> start;
  std::size_t parameters = 0;
  std::vector<std::size_t> states;  ///< arrays of the rule for each parameter
  std::size_t first_buffer = 0;

  [[nodiscard]] std::size_t size() const { return start.size(); }
  [[nodiscard]] std::vector<Type> types() const;
};
[[nodiscard]] Layout layout_of(const Network& network, const Rule& rule, std::uint64_t seed);
/// The same with arrays that have types and no numbers.
[[nodiscard]] Layout bare_layout_of(const Network& network, const Rule& rule);

/// What a step of so many samples wants its features to be counted from. Much of an image is background, its lowest number:
/// x W + b = (x - low) W + (b + low Σ_k W_k), and products skip the zeros of x - low.
[[nodiscard]] Origin origin_of_step(const Network& network, std::int64_t samples);

/// (arrays of the layout, features [batch, …] less low, targets, low f32[], steps before f64[]) -> (loss, arrays of the layout, as they
/// were if the loss is not finite)
[[nodiscard]] ArrayFunction step_function(const Network& network, const Task& task, const Layout& layout);

/// (arrays of the layout, features of the part less low, targets, low f32[], steps before f64[]) -> (loss f64[], gradients): what this
/// part adds to the mean loss of its batch. The part that begins the batch has the penalties.
[[nodiscard]] ArrayFunction part_function(const Network& network, const Task& task, const Layout& layout,
                                          const PartOfBatch& part);
/// (arrays of the layout, gradients, steps before f64[]) -> (arrays of the layout but buffers)
[[nodiscard]] ArrayFunction update_function(const Task& task, const Layout& layout);

/// The loss of a batch with its penalties, or what a part adds to it, and the buffers after it.
struct BatchLoss {
  Array value;
  Network::Output output;
};
/// data  features [batch, …] less low, targets, low f32[]; low may be 0
[[nodiscard]] BatchLoss batch_loss(const Network& network, const Task& task, std::span<const Array> parameters,
                                   std::span<const Array> buffers, std::span<const Array> data, const Array& count,
                                   const PartOfBatch& part = {});

/// (arrays of the layout) -> (parameters that the rule reports)
[[nodiscard]] std::vector<Array> reported(const Task& task, const Layout& layout, std::span<const Array> arrays);

/// (arrays of the layout, features, targets) -> (sum of losses f64[], number of right labels f64[])
[[nodiscard]] ArrayFunction score_function(const Network& network, const Task& task, const Layout& layout);
/// (arrays of the layout, features) -> (outputs f32[samples, outputs])
[[nodiscard]] ArrayFunction output_function(const Network& network, const Task& task, const Layout& layout);

/// l1 Σ|w| + l2/2 Σw² over the parameters of two axes and more; 0 of `dtype` where both are 0.
[[nodiscard]] Array penalty(const Task& task, std::span<const Array> parameters, DType dtype);

}  // namespace downhill::learn
