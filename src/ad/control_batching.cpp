#include "ad/control.hpp"
#include "ad/control_parts.hpp"
#include "ir/trace.hpp"
#include "ops/control.hpp"

#include <downhill/control.hpp>
#include <downhill/operations.hpp>

#include <algorithm>

namespace downhill::ad {
namespace {

/// The first two axes exchanged.
Array exchanged(const Array& x) {
  std::vector<std::int64_t> axes(x.rank());
  for (std::size_t k = 0; k < axes.size(); ++k) {
    axes[k] = static_cast<std::int64_t>(k);
  }
  std::swap(axes[0], axes[1]);
  return transpose(x, axes);
}

}  // namespace

Batched loop_batched(const ir::Attributes& attributes, std::span<const Array> operands,
                     const std::vector<bool>& batched, std::int64_t size) {
  const ops::ScanLayout layout = ops::scan_layout(attributes);
  const std::size_t first_input = layout.constants + layout.carry;
  const auto constants = operands.subspan(0, layout.constants);
  std::vector<Array> inputs = to_vector(operands.subspan(first_input));
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    inputs[k] = batched[first_input + k] ? exchanged(inputs[k]) : inputs[k];
  }
  // A carry is batched from the start if any step makes it so; found by trying, at most once for each carry.
  std::vector<bool> flags = batched;
  std::vector<bool> output_flags;
  for (;;) {
    std::vector<Array> carry;
    for (std::size_t k = 0; k < layout.carry; ++k) {
      const Array& start = operands[layout.constants + k];
      const bool is_spread = flags[layout.constants + k] && !batched[layout.constants + k];
      carry.push_back(is_spread ? repeated(start, size) : start);
    }
    std::vector<bool> found;
    const auto body = [&](std::span<const Array> carried, std::span<const Array> slices) {
      Batched step = replay_batched(*layout.body, joined(constants, carried, slices), flags, size);
      found = step.batched;
      ScanStep next;
      for (std::size_t k = 0; k < step.outputs.size(); ++k) {
        const bool is_carry = k < layout.carry;
        if (!is_carry) {
          next.outputs.push_back(step.outputs[k]);
        } else if (flags[layout.constants + k] && !step.batched[k]) {
          next.carry.push_back(repeated(step.outputs[k], size));
        } else if (flags[layout.constants + k] == step.batched[k]) {
          next.carry.push_back(step.outputs[k]);
        } else {
          next.carry.push_back(carried[k]);  // the flag is wrong: this attempt is thrown away
        }
      }
      return next;
    };
    // Traced only, so that an attempt with wrong flags costs nothing.
    bool is_settled = true;
    {
      std::vector<Type> types;
      for (const Array& array : carry) {
        types.push_back(array.type());
      }
      for (const Array& array : inputs) {
        types.push_back(
            {array.dtype(), Shape(std::vector<std::int64_t>(array.shape().begin() + 1, array.shape().end()))});
      }
      (void)ir::trace(
          [&](std::span<const Array> arguments) {
            ScanStep step = body(arguments.subspan(0, layout.carry), arguments.subspan(layout.carry));
            return step.carry;
          },
          types);
    }
    for (std::size_t k = 0; k < layout.carry; ++k) {
      if (found[k] && !flags[layout.constants + k]) {
        flags[layout.constants + k] = true;
        is_settled = false;
      }
    }
    if (!is_settled) {
      continue;
    }
    const ScanResult all = scan(body, carry, inputs, layout.length, direction_of(layout.is_backward));
    Batched result;
    for (std::size_t k = 0; k < layout.carry; ++k) {
      result.outputs.push_back(all.carry[k]);
      result.batched.push_back(flags[layout.constants + k]);
    }
    for (std::size_t k = 0; k < all.outputs.size(); ++k) {
      const bool is_batched = found[layout.carry + k];
      result.outputs.push_back(is_batched ? exchanged(all.outputs[k]) : all.outputs[k]);
      result.batched.push_back(is_batched);
    }
    return result;
  }
}

std::vector<Array> branch_batched(const ir::Attributes& attributes, std::span<const Array> operands,
                                  const std::vector<bool>& batched, std::int64_t size) {
  const std::vector<bool> flags(batched.begin() + 1, batched.end());
  const auto branch = [&](std::string_view name) {
    return [&, name](std::span<const Array> arguments) {
      Batched results = replay_batched(*attributes.get<ir::SubGraph>(name), arguments, flags, size);
      for (std::size_t k = 0; k < results.outputs.size(); ++k) {
        results.outputs[k] = results.batched[k] ? results.outputs[k] : repeated(results.outputs[k], size);
      }
      return results.outputs;
    };
  };
  const std::vector<Array> inputs = to_vector(operands.subspan(1));
  if (!batched[0]) {
    return cond(operands[0], branch("then"), branch("else"), inputs);
  }
  // Each entry of the batch decides for itself: both branches run, and each entry takes its own.
  const std::vector<Array> on_true = branch("then")(inputs);
  const std::vector<Array> on_false = branch("else")(inputs);
  std::vector<Array> results;
  for (std::size_t k = 0; k < on_true.size(); ++k) {
    std::vector<std::int64_t> lengths(on_true[k].rank(), 1);
    lengths[0] = size;
    results.push_back(where(reshape(operands[0], Shape(lengths)), on_true[k], on_false[k]));
  }
  return results;
}

}  // namespace downhill::ad
