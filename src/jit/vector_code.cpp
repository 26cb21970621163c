#include "jit/vector_code.hpp"

#include <algorithm>
#include <bit>
#include <downhill/error.hpp>
#include <limits>

#include "llvm/IR/Constants.h"
#include "llvm/IR/Intrinsics.h"
#include "llvm/IR/IntrinsicsX86.h"

namespace downhill::jit {
namespace {

using ir::ScalarInstruction;
using ir::ScalarOp;
using ir::ScalarType;

llvm::Type* one_lane(Emitter& emitter, ScalarType type) {
  switch (type) {
    case ScalarType::f64: return emitter.ir.getDoubleTy();
    case ScalarType::f32: return emitter.ir.getFloatTy();
    case ScalarType::i64: return emitter.ir.getInt64Ty();
    case ScalarType::i32: return emitter.ir.getInt32Ty();
    case ScalarType::mask: return emitter.ir.getInt1Ty();
  }
  throw Error("native code: unknown scalar type");
}

class CodeEmitter {
 public:
  CodeEmitter(Emitter& emitter, const ir::ScalarCode& code, std::span<const Values> copies, unsigned lanes)
      : emitter_(emitter),
        ir_(emitter.ir),
        code_(code),
        copies_(copies),
        lanes_(lanes),
        values_(code.instructions.size()) {}

  Values run() {
    emit_range(0, static_cast<std::uint32_t>(code_.instructions.size()));
    return values_[code_.result];
  }

 private:
  Emitter& emitter_;
  llvm::IRBuilder<>& ir_;
  const ir::ScalarCode& code_;
  std::span<const Values> copies_;
  unsigned lanes_;
  std::vector<Values> values_;  // [instruction][copy]

  void emit_range(std::uint32_t begin, std::uint32_t end) {
    for (std::uint32_t position = begin; position < end; ++position) {
      const ScalarInstruction& instruction = code_.instructions[position];
      if (instruction.op == ScalarOp::rare) {
        emit_rare(position);
        position += static_cast<std::uint32_t>(instruction.immediate);
        continue;
      }
      for (std::size_t copy = 0; copy < copies_.size(); ++copy)
        values_[position].push_back(emit_one(instruction, copy));
    }
  }

  // The slow side of all copies runs if any lane of any copy needs it; each lane then takes the side that is its own.
  void emit_rare(std::uint32_t position) {
    const ScalarInstruction& instruction = code_.instructions[position];
    const Values& masks = values_[instruction.operands[0]];
    Value* needed = masks[0];
    for (std::size_t copy = 1; copy < masks.size(); ++copy) needed = ir_.CreateOr(needed, masks[copy]);
    const Values& fast = values_[instruction.operands[2]];
    values_[position] = emitter_.branch(
        any_lane(emitter_, needed),
        [&] {
          emit_range(position + 1, position + 1 + static_cast<std::uint32_t>(instruction.immediate));
          const Values& slow = values_[instruction.operands[1]];
          Values chosen;
          for (std::size_t copy = 0; copy < masks.size(); ++copy)
            chosen.push_back(ir_.CreateSelect(masks[copy], slow[copy], fast[copy]));
          return chosen;
        },
        [&] { return fast; });
  }

  Value* operand(const ScalarInstruction& instruction, std::size_t k, std::size_t copy) const {
    return values_[instruction.operands[k]][copy];
  }
  ScalarType operand_type(const ScalarInstruction& instruction, std::size_t k) const {
    return code_.instructions[instruction.operands[k]].type;
  }
  llvm::Type* type_of(ScalarType type) { return lanes_type(emitter_, type, lanes_); }

  Value* constant(ScalarType type, std::int64_t bits) {
    llvm::Constant* scalar = nullptr;
    switch (type) {
      case ScalarType::f64:
        scalar = llvm::ConstantFP::get(ir_.getDoubleTy(), llvm::APFloat(std::bit_cast<double>(bits)));
        break;
      case ScalarType::f32:
        scalar = llvm::ConstantFP::get(ir_.getFloatTy(),
                                       llvm::APFloat(std::bit_cast<float>(static_cast<std::uint32_t>(bits))));
        break;
      default: scalar = llvm::ConstantInt::get(one_lane(emitter_, type), static_cast<std::uint64_t>(bits), true); break;
    }
    return lanes_ == 1 ? scalar : llvm::ConstantVector::getSplat(llvm::ElementCount::getFixed(lanes_), scalar);
  }

  Value* unary(llvm::Intrinsic::ID intrinsic, Value* a) { return ir_.CreateUnaryIntrinsic(intrinsic, a); }

  Value* emit_one(const ScalarInstruction& instruction, std::size_t copy) {
    const auto a = [&] { return operand(instruction, 0, copy); };
    const auto b = [&] { return operand(instruction, 1, copy); };
    const auto c = [&] { return operand(instruction, 2, copy); };
    const ScalarType type = instruction.type;
    const bool real = ir::is_real(type);
    const auto count = [&] { return constant(type, instruction.immediate); };
    const auto wrapped = [&] { return ir_.CreateAnd(b(), constant(type, ir::width(type) - 1)); };
    switch (instruction.op) {
      case ScalarOp::argument: return copies_[copy][static_cast<std::size_t>(instruction.immediate)];
      case ScalarOp::constant: return constant(type, instruction.immediate);
      case ScalarOp::add: return real ? ir_.CreateFAdd(a(), b()) : ir_.CreateAdd(a(), b());
      case ScalarOp::subtract: return real ? ir_.CreateFSub(a(), b()) : ir_.CreateSub(a(), b());
      case ScalarOp::multiply: return real ? ir_.CreateFMul(a(), b()) : ir_.CreateMul(a(), b());
      case ScalarOp::divide: return ir_.CreateFDiv(a(), b());
      case ScalarOp::negate: return ir_.CreateFNeg(a());
      case ScalarOp::fma: return ir_.CreateIntrinsic(llvm::Intrinsic::fma, {type_of(type)}, {a(), b(), c()});
      case ScalarOp::sqrt: return unary(llvm::Intrinsic::sqrt, a());
      case ScalarOp::abs: return unary(llvm::Intrinsic::fabs, a());
      case ScalarOp::copysign: return ir_.CreateBinaryIntrinsic(llvm::Intrinsic::copysign, a(), b());
      case ScalarOp::floor: return unary(llvm::Intrinsic::floor, a());
      case ScalarOp::ceil: return unary(llvm::Intrinsic::ceil, a());
      case ScalarOp::trunc: return unary(llvm::Intrinsic::trunc, a());
      case ScalarOp::round_even: return unary(llvm::Intrinsic::roundeven, a());
      case ScalarOp::multiply_high: return multiply_high(type, a(), b());
      case ScalarOp::bit_and: return ir_.CreateAnd(a(), b());
      case ScalarOp::bit_or: return ir_.CreateOr(a(), b());
      case ScalarOp::bit_xor: return ir_.CreateXor(a(), b());
      case ScalarOp::bit_not: return ir_.CreateNot(a());
      case ScalarOp::shift_left: return ir_.CreateShl(a(), count());
      case ScalarOp::shift_right: return ir_.CreateLShr(a(), count());
      case ScalarOp::shift_right_arithmetic: return ir_.CreateAShr(a(), count());
      case ScalarOp::shift_left_by: return ir_.CreateShl(a(), wrapped());
      case ScalarOp::shift_right_by: return ir_.CreateLShr(a(), wrapped());
      case ScalarOp::less: return compare(instruction, llvm::CmpInst::FCMP_OLT, llvm::CmpInst::ICMP_SLT, a(), b());
      case ScalarOp::less_equal:
        return compare(instruction, llvm::CmpInst::FCMP_OLE, llvm::CmpInst::ICMP_SLE, a(), b());
      case ScalarOp::equal: return compare(instruction, llvm::CmpInst::FCMP_OEQ, llvm::CmpInst::ICMP_EQ, a(), b());
      case ScalarOp::not_equal: return compare(instruction, llvm::CmpInst::FCMP_UNE, llvm::CmpInst::ICMP_NE, a(), b());
      case ScalarOp::select: return ir_.CreateSelect(a(), b(), c());
      case ScalarOp::convert: return convert(operand_type(instruction, 0), type, a());
      case ScalarOp::bitcast: return ir_.CreateBitCast(a(), type_of(type));
      case ScalarOp::lookup: return lookup(instruction, a());
      case ScalarOp::rare: break;  // emit_rare
    }
    throw Error("native code: unknown scalar operation: '" + std::string(ir::name(instruction.op)) + "'");
  }

  Value* compare(const ScalarInstruction& instruction, llvm::CmpInst::Predicate reals,
                 llvm::CmpInst::Predicate integers, Value* a, Value* b) {
    return ir::is_real(operand_type(instruction, 0)) ? ir_.CreateFCmp(reals, a, b) : ir_.CreateICmp(integers, a, b);
  }

  Value* convert(ScalarType from, ScalarType to, Value* a) {
    if (from == to) return a;
    llvm::Type* const type = type_of(to);
    if (from == ScalarType::mask) return ir::is_real(to) ? ir_.CreateUIToFP(a, type) : ir_.CreateZExt(a, type);
    if (ir::is_real(from)) {
      if (ir::is_real(to)) return ir_.CreateFPCast(a, type);
      return ir_.CreateIntrinsic(llvm::Intrinsic::fptosi_sat, {type, a->getType()}, {a});
    }
    return ir::is_real(to) ? ir_.CreateSIToFP(a, type) : ir_.CreateSExtOrTrunc(a, type);
  }

  // Upper half of an unsigned product. Vectors have no such instruction for 64 bits: from four products of halves
  // (Warren, Hacker's Delight, 2nd ed., 8-2).
  Value* multiply_high(ScalarType type, Value* a, Value* b) {
    if (type == ScalarType::i32 || lanes_ == 1) {
      const unsigned width = type == ScalarType::i32 ? 32 : 64;
      llvm::Type* wide = ir_.getIntNTy(2 * width);
      if (lanes_ > 1) wide = llvm::FixedVectorType::get(wide, lanes_);
      Value* const product = ir_.CreateMul(ir_.CreateZExt(a, wide), ir_.CreateZExt(b, wide));
      return ir_.CreateTrunc(ir_.CreateLShr(product, llvm::ConstantInt::get(wide, width)), a->getType());
    }
    const auto low = [&](Value* v) { return ir_.CreateAnd(v, constant(ScalarType::i64, 0xffffffff)); };
    const auto high = [&](Value* v) { return ir_.CreateLShr(v, constant(ScalarType::i64, 32)); };
    Value* const a_low = low(a);
    Value* const a_high = high(a);
    Value* const b_low = low(b);
    Value* const b_high = high(b);
    Value* const middle = ir_.CreateAdd(ir_.CreateMul(a_high, b_low), high(ir_.CreateMul(a_low, b_low)));
    Value* const other = ir_.CreateAdd(ir_.CreateMul(a_low, b_high), low(middle));
    return ir_.CreateAdd(ir_.CreateAdd(ir_.CreateMul(a_high, b_high), high(middle)), high(other));
  }

  llvm::GlobalVariable* table(std::size_t number, ScalarType type) {
    const std::vector<double>& numbers = code_.tables[number];
    llvm::Constant* values = nullptr;
    if (type == ScalarType::f64) {
      values = llvm::ConstantDataArray::get(emitter_.context, numbers);
    } else {
      std::vector<float> rounded(numbers.size());
      std::ranges::transform(numbers, rounded.begin(), [](double entry) { return static_cast<float>(entry); });
      values = llvm::ConstantDataArray::get(emitter_.context, rounded);
    }
    return emitter_.data(values);
  }

  Value* lookup(const ScalarInstruction& instruction, Value* index) {
    llvm::GlobalVariable* const data = table(static_cast<std::size_t>(instruction.immediate), instruction.type);
    llvm::Type* const element = one_lane(emitter_, instruction.type);
    const llvm::Align align(instruction.type == ScalarType::f64 ? 8 : 4);
    if (lanes_ == 1) return ir_.CreateAlignedLoad(element, ir_.CreateGEP(element, data, index), align);
    if (Value* const permuted = permute(instruction, data, index)) return permuted;
    Value* result = llvm::PoisonValue::get(type_of(instruction.type));
    for (unsigned lane = 0; lane < lanes_; ++lane) {
      Value* const place = ir_.CreateGEP(element, data, ir_.CreateExtractElement(index, lane));
      result = ir_.CreateInsertElement(result, ir_.CreateAlignedLoad(element, place, align), lane);
    }
    return result;
  }

  // A table of one or two vectors is looked up by one AVX-512 permutation.
  Value* permute(const ScalarInstruction& instruction, llvm::GlobalVariable* data, Value* index) {
    const std::size_t size = code_.tables[static_cast<std::size_t>(instruction.immediate)].size();
    const bool is_double = instruction.type == ScalarType::f64;
    const unsigned width = is_double ? 8 : 16;
    if (emitter_.target.vector_bytes != 64 || !emitter_.target.triple.starts_with("x86_64") || lanes_ != width ||
        size % width != 0 || size > 2UL * width)
      return nullptr;
    llvm::Type* const type = type_of(instruction.type);
    Value* const first = ir_.CreateAlignedLoad(type, data, llvm::Align(64));
    if (size == width) {
      return ir_.CreateIntrinsic(
          is_double ? llvm::Intrinsic::x86_avx512_permvar_df_512 : llvm::Intrinsic::x86_avx512_permvar_sf_512, {},
          {first, index});
    }
    Value* const second = ir_.CreateAlignedLoad(type, emitter_.at(data, 64), llvm::Align(64));
    return ir_.CreateIntrinsic(
        is_double ? llvm::Intrinsic::x86_avx512_vpermi2var_pd_512 : llvm::Intrinsic::x86_avx512_vpermi2var_ps_512, {},
        {first, index, second});
  }
};

}  // namespace

llvm::Type* lanes_type(Emitter& emitter, ScalarType type, unsigned lanes) {
  llvm::Type* const element = one_lane(emitter, type);
  return lanes == 1 ? element : llvm::FixedVectorType::get(element, lanes);
}

Value* splat(Emitter& emitter, Value* scalar, unsigned lanes) {
  return lanes == 1 || scalar->getType()->isVectorTy() ? scalar : emitter.ir.CreateVectorSplat(lanes, scalar);
}

Value* any_lane(Emitter& emitter, Value* mask) {
  return mask->getType()->isVectorTy() ? emitter.ir.CreateOrReduce(mask) : mask;
}

Values emit_code(Emitter& emitter, const ir::ScalarCode& code, std::span<const Values> copies, unsigned lanes) {
  return CodeEmitter(emitter, code, copies, lanes).run();
}

}  // namespace downhill::jit
