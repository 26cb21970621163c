#include "ir/recorded.hpp"

#include <downhill/error.hpp>

#include <algorithm>

namespace downhill::ir {
namespace {

thread_local ScalarRecorder* current_recorder = nullptr;

}  // namespace

ScalarRecorder::ScalarRecorder(std::span<const ScalarType> arguments) : outer_(current_recorder) {
  current_recorder = this;
  code_.arguments.assign(arguments.begin(), arguments.end());
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    code_.instructions.push_back({ScalarOp::argument, arguments[i], {}, static_cast<std::int64_t>(i)});
  }
}

ScalarRecorder::~ScalarRecorder() { current_recorder = outer_; }

ScalarRecorder& ScalarRecorder::current() {
  if (current_recorder == nullptr) {
    throw Error("scalar code: a recorded value outside a recording");
  }
  return *current_recorder;
}

std::size_t ScalarRecorder::Hash::operator()(const ScalarInstruction& instruction) const {
  std::uint64_t state = static_cast<std::uint64_t>(instruction.op) << 8U | static_cast<std::uint64_t>(instruction.type);
  for (const std::uint64_t part :
       {std::uint64_t{instruction.operands[0]}, std::uint64_t{instruction.operands[1]},
        std::uint64_t{instruction.operands[2]}, static_cast<std::uint64_t>(instruction.immediate)}) {
    state = (state ^ part) * 0x9e37'79b9'7f4a'7c15;
    state ^= state >> 32U;
  }
  return state;
}

std::uint32_t ScalarRecorder::constant(ScalarValue value) {
  return append(ScalarOp::constant, value.type, {}, value.bits);
}

std::uint32_t ScalarRecorder::append(ScalarOp op, ScalarType type, std::array<std::uint32_t, 3> operands,
                                     std::int64_t immediate) {
  const ScalarInstruction instruction{op, type, operands, immediate};
  const std::size_t count = operand_count(op);
  if (count > 0 && op != ScalarOp::lookup) {
    std::array<ScalarValue, 3> values;
    std::size_t known = 0;
    while (known < count) {
      const auto value = constant_at(operands[known]);
      if (!value) {
        break;
      }
      values[known++] = *value;
    }
    if (known == count) {
      return constant(apply(op, type, {values.data(), count}, immediate));
    }
  }
  const auto [found, is_new] = known_.try_emplace(instruction, static_cast<std::uint32_t>(code_.instructions.size()));
  if (is_new) {
    code_.instructions.push_back(instruction);
    if (!scopes_.empty()) {
      scopes_.back().push_back(instruction);
    }
  }
  return found->second;
}

std::uint32_t ScalarRecorder::lookup(ScalarType type, std::vector<double> table, std::uint32_t index) {
  const auto found = std::find(code_.tables.begin(), code_.tables.end(), table);
  const auto position = found - code_.tables.begin();
  if (found == code_.tables.end()) {
    code_.tables.push_back(std::move(table));
  }
  return append(ScalarOp::lookup, type, {index}, position);
}

std::uint32_t ScalarRecorder::begin_rare(std::uint32_t mask, std::uint32_t fast) {
  const auto position = static_cast<std::uint32_t>(code_.instructions.size());
  code_.instructions.push_back({ScalarOp::rare, code_.instructions[fast].type, {mask, 0, fast}, 0});
  scopes_.emplace_back();
  return position;
}

void ScalarRecorder::end_rare(std::uint32_t rare, std::uint32_t slow) {
  ScalarInstruction& instruction = code_.instructions[rare];
  instruction.operands[1] = slow;
  instruction.immediate = static_cast<std::int64_t>(code_.instructions.size() - rare - 1);
  for (const ScalarInstruction& inside : scopes_.back()) {
    known_.erase(inside);
  }
  scopes_.pop_back();
}

std::optional<ScalarValue> ScalarRecorder::constant_at(std::uint32_t value) const {
  const ScalarInstruction& instruction = code_.instructions[value];
  if (instruction.op != ScalarOp::constant) {
    return std::nullopt;
  }
  return ScalarValue{instruction.type, instruction.immediate};
}

ScalarCode ScalarRecorder::finish(std::uint32_t result) const {
  const auto& instructions = code_.instructions;
  std::vector<bool> used(instructions.size(), false);
  std::fill_n(used.begin(), code_.arguments.size(), true);
  used[result] = true;
  // A rare's slow value lies after it, so one backward pass is not enough: repeat until nothing is added.
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = instructions.size(); i-- > 0;) {
      for (std::size_t k = 0; used[i] && k < operand_count(instructions[i].op); ++k) {
        const std::uint32_t operand = instructions[i].operands[k];
        changed = changed || (!used[operand] && operand > i);
        used[operand] = true;
      }
    }
  }
  std::vector<std::uint32_t> position(instructions.size() + 1, 0);  // of each used instruction in the new list
  for (std::size_t i = 0; i < instructions.size(); ++i) {
    position[i + 1] = position[i] + (used[i] ? 1U : 0U);
  }
  ScalarCode code;
  code.arguments = code_.arguments;
  for (std::size_t i = 0; i < instructions.size(); ++i) {
    if (!used[i]) {
      continue;
    }
    ScalarInstruction instruction = instructions[i];
    for (std::size_t k = 0; k < operand_count(instruction.op); ++k) {
      instruction.operands[k] = position[instruction.operands[k]];
    }
    if (instruction.op == ScalarOp::rare) {
      const std::size_t end = i + 1 + static_cast<std::size_t>(instruction.immediate);
      instruction.immediate = position[end] - position[i] - 1;
    }
    if (instruction.op == ScalarOp::lookup) {
      const auto& table = code_.tables[static_cast<std::size_t>(instruction.immediate)];
      const auto found = std::find(code.tables.begin(), code.tables.end(), table);
      instruction.immediate = found - code.tables.begin();
      if (found == code.tables.end()) {
        code.tables.push_back(table);
      }
    }
    code.instructions.push_back(instruction);
  }
  code.result = position[result];
  code.result_type = instructions[result].type;
  return code;
}

}  // namespace downhill::ir
