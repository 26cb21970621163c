#include "ir/scalar_code.hpp"

#include <downhill/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <iterator>

namespace downhill::ir {
namespace {

constexpr std::size_t op_count = static_cast<std::size_t>(ScalarOp::rare) + 1;

struct OpInfo {
  std::string_view name;
  std::size_t operands;
};
constexpr std::array<OpInfo, op_count> op_info{{
    {"argument", 0},
    {"constant", 0},
    {"add", 2},
    {"subtract", 2},
    {"multiply", 2},
    {"divide", 2},
    {"negate", 1},
    {"fma", 3},
    {"sqrt", 1},
    {"abs", 1},
    {"copysign", 2},
    {"floor", 1},
    {"ceil", 1},
    {"trunc", 1},
    {"round_even", 1},
    {"multiply_high", 2},
    {"bit_and", 2},
    {"bit_or", 2},
    {"bit_xor", 2},
    {"bit_not", 1},
    {"shift_left", 1},
    {"shift_right", 1},
    {"shift_right_arithmetic", 1},
    {"shift_left_by", 2},
    {"shift_right_by", 2},
    {"less", 2},
    {"less_equal", 2},
    {"equal", 2},
    {"not_equal", 2},
    {"select", 3},
    {"convert", 1},
    {"bitcast", 1},
    {"lookup", 1},
    {"rare", 3},
}};

/// Walks the list once, keeping the open regions of `rare` and what may be used inside and after them.
class Verifier {
 public:
  explicit Verifier(const ScalarCode& code) : code_(code), hidden_(code.instructions.size(), false) {}

  void run() {
    const std::size_t n = code_.instructions.size();
    if (n < code_.arguments.size()) {
      throw Error(fmt::format("scalar code: fewer instructions than arguments: {} < {}", n, code_.arguments.size()));
    }
    for (at_ = 0; at_ < n; ++at_) {
      close_regions();
      check(code_.instructions[at_]);
    }
    at_ = n;
    close_regions();
    if (code_.result >= n || hidden_[code_.result] || code_.instructions[code_.result].type != code_.result_type) {
      throw Error(fmt::format("scalar code: the result is not a {} value: %{}", name(code_.result_type), code_.result));
    }
  }

 private:
  struct Region {
    std::size_t rare;
    std::size_t end;
  };

  void close_regions() {
    while (!open_.empty() && open_.back().end == at_) {
      const auto [rare, end] = open_.back();
      open_.pop_back();
      hidden_[rare] = false;
      const ScalarInstruction& instruction = code_.instructions[rare];
      if (instruction.operands[1] >= end || hidden_[instruction.operands[1]]) {
        fail(rare, "its slow value is not known at the end of its region");
      }
      if (code_.instructions[instruction.operands[1]].type != instruction.type) {
        fail(rare, "its slow value has another type");
      }
      for (std::size_t i = rare + 1; i < end; ++i) {
        hidden_[i] = true;
      }
    }
  }

  void check(const ScalarInstruction& instruction) {
    if (static_cast<std::size_t>(instruction.op) >= op_count) {
      fail(at_, "unknown operation");
    }
    if ((instruction.op == ScalarOp::argument) != (at_ < code_.arguments.size())) {
      fail(at_, "the arguments are not the first instructions");
    }
    const std::size_t count = operand_count(instruction.op);
    for (std::size_t k = 0; k < 3; ++k) {
      const std::uint32_t operand = instruction.operands[k];
      if (k >= count) {
        require(operand == 0, "an unused operand is not 0");
      } else if (!(instruction.op == ScalarOp::rare && k == 1)) {
        require(operand < at_ && !hidden_[operand], "an operand is not known here");
      }
    }
    check_types(instruction);
  }

  [[nodiscard]] ScalarType operand_type(const ScalarInstruction& instruction, std::size_t k) const {
    return code_.instructions[instruction.operands[k]].type;
  }

  void check_types(const ScalarInstruction& instruction) {
    const ScalarType type = instruction.type;
    const auto same = [&](std::size_t from) {
      for (std::size_t k = from; k < operand_count(instruction.op); ++k) {
        require(operand_type(instruction, k) == type, "an operand has another type");
      }
    };
    switch (instruction.op) {
      case ScalarOp::argument:
        require(instruction.immediate == static_cast<std::int64_t>(at_), "the arguments are out of order");
        require(code_.arguments[at_] == type, "the type is not that of the argument");
        break;
      case ScalarOp::constant:
        require(type != ScalarType::mask || instruction.immediate == 0 || instruction.immediate == 1, "not a mask");
        break;
      case ScalarOp::add:
      case ScalarOp::subtract:
      case ScalarOp::multiply:
        require(type != ScalarType::mask, "not a number");
        same(0);
        break;
      case ScalarOp::multiply_high:
      case ScalarOp::shift_left_by:
      case ScalarOp::shift_right_by:
        require(is_integer(type), "not an integer");
        same(0);
        break;
      case ScalarOp::shift_left:
      case ScalarOp::shift_right:
      case ScalarOp::shift_right_arithmetic:
        require(is_integer(type), "not an integer");
        require(instruction.immediate >= 0 && instruction.immediate < width(type), "the count is out of range");
        same(0);
        break;
      case ScalarOp::bit_and:
      case ScalarOp::bit_or:
      case ScalarOp::bit_xor:
        require(!is_real(type), "not an integer or mask");
        same(0);
        break;
      case ScalarOp::bit_not:
        require(type == ScalarType::mask, "not a mask");
        same(0);
        break;
      case ScalarOp::less:
      case ScalarOp::less_equal:
      case ScalarOp::equal:
      case ScalarOp::not_equal:
        require(type == ScalarType::mask, "not a mask");
        require(operand_type(instruction, 0) == operand_type(instruction, 1), "the operands have different types");
        require(operand_type(instruction, 0) != ScalarType::mask, "not a number");
        break;
      case ScalarOp::select:
        require(operand_type(instruction, 0) == ScalarType::mask, "the condition is not a mask");
        same(1);
        break;
      case ScalarOp::convert: {
        const ScalarType from = operand_type(instruction, 0);
        require(from != type && type != ScalarType::mask, "no such conversion");
        break;
      }
      case ScalarOp::bitcast: {
        const ScalarType from = operand_type(instruction, 0);
        require(width(from) == width(type) && is_real(from) != is_real(type), "no such conversion");
        break;
      }
      case ScalarOp::lookup:
        require(is_real(type), "not a real");
        require(is_integer(operand_type(instruction, 0)) && width(operand_type(instruction, 0)) == width(type),
                "the index is not an integer of the same width");
        require(instruction.immediate >= 0 && static_cast<std::size_t>(instruction.immediate) < code_.tables.size() &&
                    !code_.tables[static_cast<std::size_t>(instruction.immediate)].empty(),
                "no such table");
        break;
      case ScalarOp::rare: {
        require(operand_type(instruction, 0) == ScalarType::mask, "the condition is not a mask");
        require(operand_type(instruction, 2) == type, "an operand has another type");
        const std::size_t limit = open_.empty() ? code_.instructions.size() : open_.back().end;
        require(instruction.immediate >= 0 && static_cast<std::size_t>(instruction.immediate) < limit - at_,
                "its region is too long");
        hidden_[at_] = true;
        open_.push_back({at_, at_ + 1 + static_cast<std::size_t>(instruction.immediate)});
        break;
      }
      default:  // arithmetic of reals
        require(is_real(type), "not a real");
        same(0);
    }
  }

  void require(bool holds, std::string_view otherwise) const {
    if (!holds) {
      fail(at_, otherwise);
    }
  }
  [[noreturn]] void fail(std::size_t at, std::string_view what) const {
    const ScalarInstruction& instruction = code_.instructions[at];
    const bool known = static_cast<std::size_t>(instruction.op) < op_count;
    throw Error(fmt::format("scalar code: {}: %{} = {} {}", what, at, name(instruction.type),
                            known ? name(instruction.op) : std::string_view("?")));
  }

  const ScalarCode& code_;
  std::vector<bool> hidden_;  // values of closed regions, and rare values whose region is open
  std::vector<Region> open_;
  std::size_t at_ = 0;
};

std::string constant_text(const ScalarInstruction& instruction) {
  const ScalarValue value{instruction.type, instruction.immediate};
  if (is_real(instruction.type)) {
    return instruction.type == ScalarType::f64 ? fmt::format("{}", to_double(value))
                                               : fmt::format("{}", static_cast<float>(to_double(value)));
  }
  if (instruction.type == ScalarType::mask) {
    return instruction.immediate != 0 ? "true" : "false";
  }
  const auto magnitude = static_cast<std::uint64_t>(instruction.immediate);
  return instruction.immediate > 0xffff ? fmt::format("{:#x}", magnitude) : fmt::format("{}", instruction.immediate);
}

}  // namespace

std::string_view name(ScalarType type) {
  constexpr std::array<std::string_view, 5> names{"f64", "f32", "i64", "i32", "mask"};
  return names[static_cast<std::size_t>(type)];
}
std::string_view name(ScalarOp op) { return op_info[static_cast<std::size_t>(op)].name; }
std::size_t operand_count(ScalarOp op) { return op_info[static_cast<std::size_t>(op)].operands; }
bool is_real(ScalarType type) { return type == ScalarType::f64 || type == ScalarType::f32; }
bool is_integer(ScalarType type) { return type == ScalarType::i64 || type == ScalarType::i32; }
int width(ScalarType type) {
  if (type == ScalarType::mask) {
    return 1;
  }
  return type == ScalarType::f64 || type == ScalarType::i64 ? 64 : 32;
}

void verify(const ScalarCode& code) { Verifier(code).run(); }

std::string print(const ScalarCode& code) {
  std::string out;
  std::vector<std::size_t> ends;  // of open regions
  const auto close = [&](std::size_t at) {
    while (!ends.empty() && ends.back() == at) {
      ends.pop_back();
      fmt::format_to(std::back_inserter(out), "{:{}}}}\n", "", 2 * ends.size());
    }
  };
  for (std::size_t i = 0; i < code.instructions.size(); ++i) {
    close(i);
    const ScalarInstruction& instruction = code.instructions[i];
    const auto& operands = instruction.operands;
    fmt::format_to(std::back_inserter(out), "{:{}}%{} = {} {}", "", 2 * ends.size(), i, name(instruction.type),
                   name(instruction.op));
    if (instruction.op == ScalarOp::rare) {
      fmt::format_to(std::back_inserter(out), " %{} ? %{} : %{} {{\n", operands[0], operands[1], operands[2]);
      ends.push_back(i + 1 + static_cast<std::size_t>(instruction.immediate));
      continue;
    }
    for (std::size_t k = 0; k < operand_count(instruction.op); ++k) {
      fmt::format_to(std::back_inserter(out), " %{}", operands[k]);
    }
    switch (instruction.op) {
      case ScalarOp::constant: out += ' ' + constant_text(instruction); break;
      case ScalarOp::lookup: fmt::format_to(std::back_inserter(out), " table {}", instruction.immediate); break;
      case ScalarOp::argument:
      case ScalarOp::shift_left:
      case ScalarOp::shift_right:
      case ScalarOp::shift_right_arithmetic:
        fmt::format_to(std::back_inserter(out), " {}", instruction.immediate);
        break;
      default: break;
    }
    out += '\n';
  }
  close(code.instructions.size());
  fmt::format_to(std::back_inserter(out), "return %{}\n", code.result);
  return out;
}

std::uint64_t hash(const ScalarCode& code) {
  std::uint64_t state = 0x9e37'79b9'7f4a'7c15;
  const auto mix = [&](std::uint64_t value) {  // one round of splitmix64
    state = (state ^ value) + 0x9e37'79b9'7f4a'7c15;
    state = (state ^ (state >> 30U)) * 0xbf58'476d'1ce4'e5b9;
    state = (state ^ (state >> 27U)) * 0x94d0'49bb'1331'11eb;
    state ^= state >> 31U;
  };
  mix(code.arguments.size());
  for (const ScalarType type : code.arguments) {
    mix(static_cast<std::uint64_t>(type));
  }
  for (const ScalarInstruction& instruction : code.instructions) {
    mix(static_cast<std::uint64_t>(instruction.op) << 8U | static_cast<std::uint64_t>(instruction.type));
    mix(std::uint64_t{instruction.operands[0]} << 32U | instruction.operands[1]);
    mix(instruction.operands[2]);
    mix(static_cast<std::uint64_t>(instruction.immediate));
  }
  for (const auto& table : code.tables) {
    mix(table.size());
    for (const double element : table) {
      mix(std::bit_cast<std::uint64_t>(element));
    }
  }
  mix(code.result);
  mix(static_cast<std::uint64_t>(code.result_type));
  return state;
}

}  // namespace downhill::ir
