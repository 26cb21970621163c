#include "jit/combine.hpp"

#include <limits>
#include <numeric>

#include "llvm/IR/Constants.h"
#include "llvm/IR/Intrinsics.h"

namespace downhill::jit {

using ir::Combine;

llvm::Type* register_type(Emitter& emitter, DType dtype, unsigned lanes) {
  llvm::Type* const element = dtype == DType::boolean ? emitter.ir.getInt1Ty() : memory_type(emitter, dtype, 1);
  return lanes == 1 ? element : llvm::FixedVectorType::get(element, lanes);
}

llvm::Type* memory_type(Emitter& emitter, DType dtype, unsigned lanes) {
  llvm::Type* element = nullptr;
  switch (dtype) {
    case DType::f64: element = emitter.ir.getDoubleTy(); break;
    case DType::f32: element = emitter.ir.getFloatTy(); break;
    case DType::i32: element = emitter.ir.getInt32Ty(); break;
    case DType::boolean: element = emitter.ir.getInt8Ty(); break;
  }
  return lanes == 1 ? element : llvm::FixedVectorType::get(element, lanes);
}

Value* from_memory(Emitter& emitter, DType dtype, Value* loaded) {
  return dtype == DType::boolean ? emitter.ir.CreateICmpNE(loaded, llvm::Constant::getNullValue(loaded->getType()))
                                 : loaded;
}

Value* to_memory(Emitter& emitter, DType dtype, Value* value) {
  if (dtype != DType::boolean) return value;
  llvm::Type* type = emitter.ir.getInt8Ty();
  if (const auto* vector = llvm::dyn_cast<llvm::FixedVectorType>(value->getType()))
    type = llvm::FixedVectorType::get(type, vector->getNumElements());
  return emitter.ir.CreateZExt(value, type);
}

Value* Combiner::operator()(Value* a, Value* b) const {
  if (a == nullptr) return b;
  if (b == nullptr) return a;
  llvm::IRBuilder<>& ir = emitter_.ir;
  const bool real = is_real(dtype_);
  const bool truth = dtype_ == DType::boolean;
  switch (combine_) {
    case Combine::sum: return real ? ir.CreateFAdd(a, b) : truth ? ir.CreateOr(a, b) : ir.CreateAdd(a, b);
    case Combine::product: return real ? ir.CreateFMul(a, b) : truth ? ir.CreateAnd(a, b) : ir.CreateMul(a, b);
    case Combine::maximum:
      if (truth) return ir.CreateOr(a, b);
      return ir.CreateBinaryIntrinsic(real ? llvm::Intrinsic::maximum : llvm::Intrinsic::smax, a, b);
    case Combine::minimum:
      if (truth) return ir.CreateAnd(a, b);
      return ir.CreateBinaryIntrinsic(real ? llvm::Intrinsic::minimum : llvm::Intrinsic::smin, a, b);
  }
  return nullptr;
}

Value* Combiner::identity(unsigned lanes) const {
  llvm::Type* const type = register_type(emitter_, dtype_, lanes);
  const bool real = is_real(dtype_);
  switch (combine_) {
    case Combine::sum: return real ? llvm::ConstantFP::getNegativeZero(type) : llvm::Constant::getNullValue(type);
    case Combine::product: return real ? llvm::ConstantFP::get(type, 1.0) : llvm::ConstantInt::get(type, 1);
    case Combine::maximum:
      if (real) return llvm::ConstantFP::getInfinity(type, true);
      return dtype_ == DType::boolean ? llvm::Constant::getNullValue(type)
                                      : llvm::ConstantInt::getSigned(type, std::numeric_limits<std::int32_t>::min());
    case Combine::minimum:
      if (real) return llvm::ConstantFP::getInfinity(type, false);
      return dtype_ == DType::boolean ? llvm::ConstantInt::get(type, 1)
                                      : llvm::ConstantInt::getSigned(type, std::numeric_limits<std::int32_t>::max());
  }
  return nullptr;
}

Value* Combiner::empty() const {
  return combine_ == Combine::sum ? llvm::Constant::getNullValue(register_type(emitter_, dtype_, 1)) : identity(1);
}

Value* Combiner::fold(Values partials) const {
  while (partials.size() > 1) {
    const std::size_t half = partials.size() / 2;
    for (std::size_t j = 0; j < half; ++j) partials[j] = (*this)(partials[j], partials[j + half]);
    partials.resize(half);
  }
  return partials[0];
}

Value* Combiner::fold_lanes(Values vectors) const {
  Value* whole = fold(std::move(vectors));  // halves of the list are vectors as long as there are several
  if (const auto* type = llvm::dyn_cast<llvm::FixedVectorType>(whole->getType())) {
    for (unsigned half = type->getNumElements() / 2; half > 0; half /= 2) {
      std::vector<int> low(half);
      std::iota(low.begin(), low.end(), 0);
      std::vector<int> high(half);
      std::iota(high.begin(), high.end(), static_cast<int>(half));
      whole = (*this)(emitter_.ir.CreateShuffleVector(whole, low), emitter_.ir.CreateShuffleVector(whole, high));
    }
    whole = emitter_.ir.CreateExtractElement(whole, std::uint64_t{0});
  }
  return whole;
}

}  // namespace downhill::jit
