#include "ad/control.hpp"

#include "ad/control_parts.hpp"
#include "ad/reverse.hpp"
#include "ir/trace.hpp"
#include "ops/control.hpp"

#include <downhill/control.hpp>
#include <downhill/operations.hpp>

#include <algorithm>

namespace downhill::ad {
namespace {

using ops::ScanLayout;

/// Which operands of the body are active once the carry has gone round often enough.
std::vector<bool> settled(const ScanLayout& layout, std::vector<bool> active) {
  for (bool is_changed = true; is_changed;) {
    is_changed = false;
    const std::vector<bool> outputs = active_outputs(*layout.body, active);
    for (std::size_t k = 0; k < layout.carry; ++k) {
      if (outputs[k] && !active[layout.constants + k]) {
        active[layout.constants + k] = true;
        is_changed = true;
      }
    }
  }
  return active;
}

std::vector<bool> presence(const Tangents& tangents) {
  std::vector<bool> present;
  for (const auto& tangent : tangents) {
    present.push_back(tangent.has_value());
  }
  return present;
}

/// Takes arrays off a list one after the other.
class Reader {
 public:
  explicit Reader(std::span<const Array> arrays) : arrays_(arrays) {}
  const Array& next() { return arrays_[at_++]; }
  std::span<const Array> next(std::size_t count) {
    at_ += count;
    return arrays_.subspan(at_ - count, count);
  }

 private:
  std::span<const Array> arrays_;
  std::size_t at_ = 0;
};

Array value_or_zeros(const std::optional<Array>& value, const Array& like) { return value ? *value : zeros_like(like); }

}  // namespace

std::vector<bool> active_loop_results(const ir::Attributes& attributes, const std::vector<bool>& active_operands) {
  const ScanLayout layout = ops::scan_layout(attributes);
  const std::vector<bool> active = settled(layout, active_operands);
  std::vector<bool> results = active_outputs(*layout.body, active);
  for (std::size_t k = 0; k < layout.carry; ++k) {
    results[k] = active[layout.constants + k];
  }
  return results;
}

std::vector<bool> active_branch_results(const ir::Attributes& attributes, const std::vector<bool>& active_operands) {
  const std::vector<bool> inputs(active_operands.begin() + 1, active_operands.end());
  std::vector<bool> results = active_outputs(*attributes.get<ir::SubGraph>("then"), inputs);
  const std::vector<bool> others = active_outputs(*attributes.get<ir::SubGraph>("else"), inputs);
  for (std::size_t k = 0; k < results.size(); ++k) {
    results[k] = results[k] || others[k];
  }
  return results;
}

ForwardResult loop_forward(const ir::Attributes& attributes, std::span<const Array> operands,
                           const Tangents& tangents) {
  const ScanLayout layout = ops::scan_layout(attributes);
  const std::vector<bool> active = settled(layout, presence(tangents));
  const std::vector<bool> active_results = active_loop_results(attributes, presence(tangents));
  const auto constants = operands.subspan(0, layout.constants);
  const std::size_t first_input = layout.constants + layout.carry;
  const std::size_t input_count = operands.size() - first_input;
  // Carry and inputs, each followed by the tangents of those that have one.
  std::vector<Array> carry = to_vector(operands.subspan(layout.constants, layout.carry));
  std::vector<Array> inputs = to_vector(operands.subspan(first_input));
  for (std::size_t k = layout.constants; k < operands.size(); ++k) {
    if (active[k]) {
      (k < first_input ? carry : inputs).push_back(value_or_zeros(tangents[k], operands[k]));
    }
  }
  const auto body = [&](std::span<const Array> carried, std::span<const Array> slices) {
    const std::vector<Array> primals =
        joined(constants, carried.subspan(0, layout.carry), slices.subspan(0, input_count));
    Tangents moving(tangents.begin(), tangents.begin() + static_cast<std::ptrdiff_t>(layout.constants));
    Reader carry_tangents(carried.subspan(layout.carry));
    Reader input_tangents(slices.subspan(input_count));
    for (std::size_t k = layout.constants; k < operands.size(); ++k) {
      moving.push_back(active[k] ? std::optional((k < first_input ? carry_tangents : input_tangents).next())
                                 : std::nullopt);
    }
    const ForwardResult step = replay_forward(*layout.body, primals, moving);
    const auto split = step.outputs.begin() + static_cast<std::ptrdiff_t>(layout.carry);
    ScanStep next{{step.outputs.begin(), split}, {split, step.outputs.end()}};
    for (std::size_t k = 0; k < step.outputs.size(); ++k) {
      if (active_results[k]) {
        (k < layout.carry ? next.carry : next.outputs).push_back(value_or_zeros(step.tangents[k], step.outputs[k]));
      }
    }
    return next;
  };
  const ScanResult all = scan(body, carry, inputs, layout.length, direction_of(layout.is_backward));
  ForwardResult result;
  const std::size_t output_count = active_results.size() - layout.carry;
  result.outputs =
      joined({}, std::span(all.carry).subspan(0, layout.carry), std::span(all.outputs).subspan(0, output_count));
  Reader carry_tangents(std::span(all.carry).subspan(layout.carry));
  Reader output_tangents(std::span(all.outputs).subspan(output_count));
  for (std::size_t k = 0; k < active_results.size(); ++k) {
    result.tangents.push_back(
        active_results[k] ? std::optional((k < layout.carry ? carry_tangents : output_tangents).next()) : std::nullopt);
  }
  return result;
}

ForwardResult branch_forward(const ir::Attributes& attributes, std::span<const Array> operands,
                             const Tangents& tangents) {
  const std::vector<bool> active_results = active_branch_results(attributes, presence(tangents));
  std::vector<Array> all = to_vector(operands.subspan(1));
  const std::size_t count = all.size();
  for (std::size_t k = 1; k < tangents.size(); ++k) {
    if (tangents[k]) {
      all.push_back(*tangents[k]);
    }
  }
  const auto branch = [&](std::string_view name) {
    return [&, name](std::span<const Array> arguments) {
      Reader given(arguments.subspan(count));
      Tangents moving;
      for (std::size_t k = 1; k < tangents.size(); ++k) {
        moving.push_back(tangents[k] ? std::optional(given.next()) : std::nullopt);
      }
      ForwardResult step = replay_forward(*attributes.get<ir::SubGraph>(name), arguments.subspan(0, count), moving);
      const std::vector<Array> outputs = step.outputs;
      for (std::size_t k = 0; k < outputs.size(); ++k) {
        if (active_results[k]) {
          step.outputs.push_back(value_or_zeros(step.tangents[k], outputs[k]));
        }
      }
      return step.outputs;
    };
  };
  const std::vector<Array> results = cond(operands[0], branch("then"), branch("else"), all);
  Reader reader(results);
  ForwardResult result{to_vector(reader.next(active_results.size())), {}};
  for (const bool is_active : active_results) {
    result.tangents.push_back(is_active ? std::optional(reader.next()) : std::nullopt);
  }
  return result;
}

LoopRecord loop_recorded(const ir::Attributes& attributes, std::span<const Array> operands) {
  const ScanLayout layout = ops::scan_layout(attributes);
  const auto constants = operands.subspan(0, layout.constants);
  const auto body = [&](std::span<const Array> carried, std::span<const Array> slices) {
    const std::vector<Array> results = ir::replay(*layout.body, joined(constants, carried, slices));
    const auto split = results.begin() + static_cast<std::ptrdiff_t>(layout.carry);
    ScanStep next{{results.begin(), split}, {split, results.end()}};
    next.outputs.insert(next.outputs.end(), carried.begin(), carried.end());
    return next;
  };
  const ScanResult all = scan(body, to_vector(operands.subspan(layout.constants, layout.carry)),
                              to_vector(operands.subspan(layout.constants + layout.carry)), layout.length,
                              direction_of(layout.is_backward));
  const auto split = all.outputs.end() - static_cast<std::ptrdiff_t>(layout.carry);
  return {joined({}, all.carry, std::span(all.outputs.begin(), split)), {split, all.outputs.end()}};
}

Tangents loop_pulled(const ir::Attributes& attributes, std::span<const Array> operands,
                     const std::vector<Array>& carries, const Tangents& cotangents, const std::vector<bool>& wanted) {
  const ScanLayout layout = ops::scan_layout(attributes);
  const std::vector<bool> active = settled(layout, wanted);
  const auto constants = operands.subspan(0, layout.constants);
  const std::size_t first_input = layout.constants + layout.carry;
  // Carried backwards: the cotangents of active carries, then the sums of those of wanted constants.
  std::vector<Array> carry;
  for (std::size_t k = 0; k < layout.carry; ++k) {
    if (active[layout.constants + k]) {
      carry.push_back(value_or_zeros(cotangents[k], operands[layout.constants + k]));
    }
  }
  for (std::size_t k = 0; k < layout.constants; ++k) {
    if (wanted[k]) {
      carry.push_back(zeros_like(constants[k]));
    }
  }
  // Read step by step: the carry before the step, the inputs, the cotangents of the outputs.
  std::vector<Array> inputs = carries;
  inputs.insert(inputs.end(), operands.begin() + static_cast<std::ptrdiff_t>(first_input), operands.end());
  for (std::size_t k = layout.carry; k < cotangents.size(); ++k) {
    if (cotangents[k]) {
      inputs.push_back(*cotangents[k]);
    }
  }
  const auto body = [&](std::span<const Array> carried, std::span<const Array> slices) {
    Reader sliced(slices);
    const auto before = sliced.next(layout.carry);
    const auto given = sliced.next(operands.size() - first_input);
    const ReverseSweep sweep(*layout.body, joined(constants, before, given), active);
    const std::vector<Array> outputs = sweep.outputs();
    Reader reader(carried);
    Tangents incoming;
    for (std::size_t k = 0; k < layout.carry; ++k) {
      incoming.push_back(active[layout.constants + k] ? std::optional(reader.next()) : std::nullopt);
    }
    for (std::size_t k = layout.carry; k < cotangents.size(); ++k) {
      incoming.push_back(cotangents[k] ? std::optional(sliced.next()) : std::nullopt);
    }
    const Tangents pulled = sweep.pull(incoming);
    ScanStep next;
    for (std::size_t k = 0; k < layout.carry; ++k) {
      if (active[layout.constants + k]) {
        next.carry.push_back(value_or_zeros(pulled[layout.constants + k], before[k]));
      }
    }
    for (std::size_t k = 0; k < layout.constants; ++k) {
      if (wanted[k]) {
        const Array& total = reader.next();
        next.carry.push_back(pulled[k] ? total + *pulled[k] : total);
      }
    }
    for (std::size_t k = first_input; k < operands.size(); ++k) {
      if (wanted[k]) {
        next.outputs.push_back(value_or_zeros(pulled[k], given[k - first_input]));
      }
    }
    return next;
  };
  const ScanResult all = scan(body, carry, inputs, layout.length, direction_of(!layout.is_backward));
  Tangents result(operands.size());
  Reader final_carry(all.carry);
  for (std::size_t k = layout.constants; k < first_input; ++k) {
    if (active[k]) {
      result[k] = final_carry.next();
    }
  }
  for (std::size_t k = 0; k < layout.constants; ++k) {
    if (wanted[k]) {
      result[k] = final_carry.next();
    }
  }
  Reader stacked(all.outputs);
  for (std::size_t k = first_input; k < operands.size(); ++k) {
    if (wanted[k]) {
      result[k] = stacked.next();
    }
  }
  return result;
}

Tangents branch_pulled(const ir::Attributes& attributes, std::span<const Array> operands, const Tangents& cotangents,
                       const std::vector<bool>& wanted) {
  std::vector<Array> all = to_vector(operands.subspan(1));
  const std::size_t count = all.size();
  const std::vector<bool> inputs_wanted(wanted.begin() + 1, wanted.end());
  for (const auto& cotangent : cotangents) {
    if (cotangent) {
      all.push_back(*cotangent);
    }
  }
  const auto branch = [&](std::string_view name) {
    return [&, name](std::span<const Array> arguments) {
      const auto inputs = arguments.subspan(0, count);
      const ReverseSweep sweep(*attributes.get<ir::SubGraph>(name), inputs, inputs_wanted);
      Reader given(arguments.subspan(count));
      Tangents incoming;
      for (const auto& cotangent : cotangents) {
        incoming.push_back(cotangent ? std::optional(given.next()) : std::nullopt);
      }
      const Tangents pulled = sweep.pull(incoming);
      std::vector<Array> results;
      for (std::size_t k = 0; k < count; ++k) {
        if (inputs_wanted[k]) {
          results.push_back(value_or_zeros(pulled[k], inputs[k]));
        }
      }
      return results;
    };
  };
  const std::vector<Array> results = cond(operands[0], branch("then"), branch("else"), all);
  Reader reader(results);
  Tangents pulled(operands.size());
  for (std::size_t k = 1; k < operands.size(); ++k) {
    if (wanted[k]) {
      pulled[k] = reader.next();
    }
  }
  return pulled;
}

}  // namespace downhill::ad
