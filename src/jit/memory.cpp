#include "jit/memory.hpp"

#include <numeric>

#include "llvm/IR/Constants.h"

namespace downhill::jit {
namespace {

llvm::Align alignment(DType dtype) { return llvm::Align(size_of(dtype)); }

Value* address(Emitter& emitter, const LaneAccess& access) {
  return emitter.at(access.base, emitter.times(access.index, static_cast<std::int64_t>(size_of(access.dtype))));
}

// Addresses of all lanes, as a vector.
Value* addresses(Emitter& emitter, const LaneAccess& access) {
  const auto bytes = static_cast<std::int64_t>(size_of(access.dtype));
  std::vector<llvm::Constant*> offsets;
  for (unsigned lane = 0; lane < access.lanes; ++lane) {
    offsets.push_back(
        llvm::ConstantInt::getSigned(emitter.ir.getInt64Ty(), static_cast<std::int64_t>(lane) * access.stride * bytes));
  }
  return emitter.ir.CreateGEP(emitter.ir.getInt8Ty(), address(emitter, access), llvm::ConstantVector::get(offsets));
}

Value* lane_address(Emitter& emitter, Value* first, const LaneAccess& access, unsigned lane) {
  return emitter.at(first,
                    static_cast<std::int64_t>(lane) * access.stride * static_cast<std::int64_t>(size_of(access.dtype)));
}

Value* load_scalar(Emitter& emitter, const LaneAccess& access) {
  Value* place = address(emitter, access);
  if (access.mask != nullptr) place = emitter.ir.CreateSelect(access.mask, place, access.zeros);
  return emitter.ir.CreateAlignedLoad(memory_type(emitter, access.dtype, 1), place, alignment(access.dtype));
}

Value* load_strided(Emitter& emitter, const LaneAccess& access) {
  llvm::Type* const element = memory_type(emitter, access.dtype, 1);
  llvm::Type* const type = memory_type(emitter, access.dtype, access.lanes);
  if (access.mask != nullptr && access.dtype != DType::boolean) {
    return emitter.ir.CreateMaskedGather(type, addresses(emitter, access), alignment(access.dtype), access.mask,
                                         llvm::Constant::getNullValue(type));
  }
  // Scalar loads and insertions are faster than gathers on the processors at hand.
  Value* places = nullptr;
  if (access.mask != nullptr) {
    places = emitter.ir.CreateSelect(access.mask, addresses(emitter, access),
                                     emitter.ir.CreateVectorSplat(access.lanes, access.zeros));
  }
  Value* const first = address(emitter, access);
  Value* result = llvm::PoisonValue::get(type);
  for (unsigned lane = 0; lane < access.lanes; ++lane) {
    Value* const place =
        places != nullptr ? emitter.ir.CreateExtractElement(places, lane) : lane_address(emitter, first, access, lane);
    result = emitter.ir.CreateInsertElement(
        result, emitter.ir.CreateAlignedLoad(element, place, alignment(access.dtype)), lane);
  }
  return result;
}

Value* load_raw(Emitter& emitter, const LaneAccess& access) {
  if (access.lanes == 1) return load_scalar(emitter, access);
  llvm::Type* const type = memory_type(emitter, access.dtype, access.lanes);
  if (access.stride == 1) {
    if (access.mask == nullptr)
      return emitter.ir.CreateAlignedLoad(type, address(emitter, access), alignment(access.dtype));
    return emitter.ir.CreateMaskedLoad(type, address(emitter, access), alignment(access.dtype), access.mask,
                                       llvm::Constant::getNullValue(type));
  }
  if (access.stride == -1) {
    LaneAccess forward = access;
    forward.stride = 1;
    forward.index = emitter.plus(access.index, emitter.index(1 - static_cast<std::int64_t>(access.lanes)));
    if (access.mask != nullptr) forward.mask = emitter.ir.CreateVectorReverse(access.mask);
    return emitter.ir.CreateVectorReverse(load_raw(emitter, forward));
  }
  return load_strided(emitter, access);
}

}  // namespace

Value* load_lanes(Emitter& emitter, const LaneAccess& access) {
  return from_memory(emitter, access.dtype, load_raw(emitter, access));
}

void store_lanes(Emitter& emitter, const LaneAccess& access, Value* value) {
  value = to_memory(emitter, access.dtype, value);
  const llvm::Align align = alignment(access.dtype);
  if (access.lanes == 1 || access.stride == 0) {
    if (access.lanes > 1) value = emitter.ir.CreateExtractElement(value, std::uint64_t{0});
    emitter.ir.CreateAlignedStore(value, address(emitter, access), align);
  } else if (access.stride == 1 && access.mask != nullptr) {
    emitter.ir.CreateMaskedStore(value, address(emitter, access), align, access.mask);
  } else if (access.stride == 1) {
    emitter.ir.CreateAlignedStore(value, address(emitter, access), align);
  } else if (access.mask != nullptr) {
    emitter.ir.CreateMaskedScatter(value, addresses(emitter, access), align, access.mask);
  } else {
    Value* const first = address(emitter, access);
    for (unsigned lane = 0; lane < access.lanes; ++lane) {
      emitter.ir.CreateAlignedStore(emitter.ir.CreateExtractElement(value, lane),
                                    lane_address(emitter, first, access, lane), align);
    }
  }
}

// In log2(lanes) rounds, each exchanging blocks of half the size between pairs of rows.
Values transposed(Emitter& emitter, Values rows) {
  const auto count = static_cast<int>(rows.size());
  for (int half = count / 2; half > 0; half /= 2) {
    std::vector<int> upper;
    std::vector<int> lower;
    for (int lane = 0; lane < count; ++lane) {
      const bool second = (lane & half) != 0;
      upper.push_back(second ? count + lane - half : lane);
      lower.push_back(second ? count + lane : lane + half);
    }
    for (int row = 0; row < count; ++row) {
      if ((row & half) != 0) continue;
      Value*& first = rows[static_cast<std::size_t>(row)];
      Value*& second = rows[static_cast<std::size_t>(row + half)];
      Value* const a = emitter.ir.CreateShuffleVector(first, second, upper);
      second = emitter.ir.CreateShuffleVector(first, second, lower);
      first = a;
    }
  }
  return rows;
}

Value* widened(Emitter& emitter, Value* vector, unsigned lanes) {
  const auto* const type = llvm::cast<llvm::FixedVectorType>(vector->getType());
  if (type->getNumElements() == lanes) return vector;
  std::vector<int> places(lanes, -1);
  std::iota(places.begin(), places.begin() + type->getNumElements(), 0);
  return emitter.ir.CreateShuffleVector(vector, places);
}

Value* first_lanes(Emitter& emitter, Value* vector, unsigned lanes) {
  if (llvm::cast<llvm::FixedVectorType>(vector->getType())->getNumElements() == lanes) return vector;
  std::vector<int> places(lanes);
  std::iota(places.begin(), places.end(), 0);
  return emitter.ir.CreateShuffleVector(vector, places);
}

llvm::Constant* lane_numbers(Emitter& emitter, unsigned lanes) {
  std::vector<std::uint32_t> numbers(lanes);
  std::iota(numbers.begin(), numbers.end(), 0U);
  return llvm::ConstantDataVector::get(emitter.context, numbers);
}

Value* lanes_below(Emitter& emitter, Value* base, Value* end, unsigned lanes) {
  const auto* const first = llvm::dyn_cast<llvm::ConstantInt>(base);
  const auto* const last = llvm::dyn_cast<llvm::ConstantInt>(end);
  if (first != nullptr && last != nullptr) {
    std::vector<llvm::Constant*> below;
    for (std::int64_t lane = 0; lane < lanes; ++lane)
      below.push_back(emitter.ir.getInt1(first->getSExtValue() + lane < last->getSExtValue()));
    return llvm::ConstantVector::get(below);
  }
  // The difference is compared in 32 bits: it is cut at the number of lanes first.
  Value* const left = emitter.ir.CreateSub(end, base);
  Value* const cut = emitter.ir.CreateBinaryIntrinsic(llvm::Intrinsic::smin, left, emitter.index(lanes));
  return emitter.ir.CreateICmpSLT(
      lane_numbers(emitter, lanes),
      emitter.ir.CreateVectorSplat(lanes, emitter.ir.CreateTrunc(cut, emitter.ir.getInt32Ty())));
}

}  // namespace downhill::jit
