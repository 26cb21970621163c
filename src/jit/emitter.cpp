#include "jit/emitter.hpp"

#include "jit/llvm_start.hpp"

namespace downhill::jit {

Emitter::Emitter(const Target& for_target, const std::string& name)
    : target(for_target), module(name, context), ir(context) {
  start_llvm();
  module.setTargetTriple(target.triple);
}

llvm::Function* Emitter::begin_function(const std::string& name, llvm::Type* result,
                                        const std::vector<llvm::Type*>& parameters, Visibility visibility) {
  auto* type = llvm::FunctionType::get(result, parameters, false);
  auto* made = llvm::Function::Create(
      type, visibility == Visibility::exported ? llvm::Function::ExternalLinkage : llvm::Function::InternalLinkage,
      name, module);
  made->addFnAttr(llvm::Attribute::NoUnwind);
  if (visibility == Visibility::internal) made->addFnAttr(llvm::Attribute::NoInline);
  ir.SetInsertPoint(llvm::BasicBlock::Create(context, "", made));
  return made;
}

llvm::GlobalVariable* Emitter::data(llvm::Constant* contents) {
  for (llvm::GlobalVariable& known : module.globals()) {
    if (known.getInitializer() == contents) return &known;  // constants are unique in a context
  }
  auto* const made = llvm::cast<llvm::GlobalVariable>(
      module.getOrInsertGlobal("data" + std::to_string(module.global_size()), contents->getType()));
  made->setInitializer(contents);
  made->setConstant(true);
  made->setLinkage(llvm::GlobalValue::InternalLinkage);
  made->setAlignment(llvm::Align(64));
  return made;
}

void Emitter::prefetch(Value* place) {
  constexpr std::uint32_t for_reading = 0;
  constexpr std::uint32_t into_first_level = 3;
  constexpr std::uint32_t data_cache = 1;
  ir.CreateIntrinsic(llvm::Intrinsic::prefetch, {pointer()},
                     {place, ir.getInt32(for_reading), ir.getInt32(into_first_level), ir.getInt32(data_cache)});
}

namespace {

/// An index as a part that varies (null: there is none) and a constant.
struct Sum {
  Value* varying = nullptr;
  std::int64_t constant = 0;
};

Sum taken_apart(Value* value) {
  if (const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(value)) return {nullptr, constant->getSExtValue()};
  auto* const sum = llvm::dyn_cast<llvm::BinaryOperator>(value);
  if (sum == nullptr || sum->getOpcode() != llvm::Instruction::Add || !sum->hasNoSignedWrap()) return {value, 0};
  const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(sum->getOperand(1));
  return constant == nullptr ? Sum{value, 0} : Sum{sum->getOperand(0), constant->getSExtValue()};
}

Value* put_together(Emitter& emitter, const Sum& sum) {
  if (sum.varying == nullptr) return emitter.index(sum.constant);
  if (sum.constant == 0) return sum.varying;
  return emitter.ir.CreateAdd(sum.varying, emitter.index(sum.constant), "", false, true);
}

}  // namespace

Value* Emitter::at(Value* base, Value* offset) {
  const Sum sum = taken_apart(offset);
  Value* const start = sum.varying == nullptr ? base : ir.CreateGEP(ir.getInt8Ty(), base, sum.varying);
  return sum.constant == 0 ? start : ir.CreateGEP(ir.getInt8Ty(), start, index(sum.constant));
}

Value* Emitter::times(Value* a, std::int64_t b) {
  if (b == 0) return index(0);
  if (b == 1) return a;
  const Sum sum = taken_apart(a);
  Value* const varying = sum.varying == nullptr ? nullptr : ir.CreateMul(sum.varying, index(b), "", false, true);
  return put_together(*this, {varying, sum.constant * b});
}

Value* Emitter::plus(Value* a, Value* b) {
  const Sum left = taken_apart(a);
  const Sum right = taken_apart(b);
  Value* varying = left.varying != nullptr ? left.varying : right.varying;
  if (left.varying != nullptr && right.varying != nullptr)
    varying = ir.CreateAdd(left.varying, right.varying, "", false, true);
  return put_together(*this, {varying, left.constant + right.constant});
}

Values Emitter::loop(Value* begin, Value* end, std::int64_t step, Values carried, const Body& body) {
  const auto* first = llvm::dyn_cast<llvm::ConstantInt>(begin);
  const auto* last = llvm::dyn_cast<llvm::ConstantInt>(end);
  const bool known = first != nullptr && last != nullptr;
  if (known && first->getSExtValue() >= last->getSExtValue()) return carried;
  if (known && first->getSExtValue() + step >= last->getSExtValue()) return body(begin, carried);  // a single turn

  llvm::Function* const in = function();
  llvm::BasicBlock* const before = ir.GetInsertBlock();
  llvm::BasicBlock* const turn = llvm::BasicBlock::Create(context, "", in);
  llvm::BasicBlock* const after = llvm::BasicBlock::Create(context, "");
  if (known) {
    ir.CreateBr(turn);
  } else {
    ir.CreateCondBr(ir.CreateICmpSLT(begin, end), turn, after);
  }
  ir.SetInsertPoint(turn);
  llvm::PHINode* const i = ir.CreatePHI(begin->getType(), 2);
  i->addIncoming(begin, before);
  std::vector<llvm::PHINode*> phis;
  Values current;
  for (Value* value : carried) {
    phis.push_back(ir.CreatePHI(value->getType(), 2));
    phis.back()->addIncoming(value, before);
    current.push_back(phis.back());
  }
  Values next = body(i, current);
  llvm::BasicBlock* const bottom = ir.GetInsertBlock();
  Value* const following = ir.CreateAdd(i, llvm::ConstantInt::getSigned(i->getType(), step), "", false, true);
  i->addIncoming(following, bottom);
  for (std::size_t k = 0; k < phis.size(); ++k) phis[k]->addIncoming(next[k], bottom);
  ir.CreateCondBr(ir.CreateICmpSLT(following, end), turn, after);

  after->insertInto(in);
  ir.SetInsertPoint(after);
  if (known) return next;
  Values results;
  for (std::size_t k = 0; k < carried.size(); ++k) {
    llvm::PHINode* const result = ir.CreatePHI(carried[k]->getType(), 2);
    result->addIncoming(carried[k], before);
    result->addIncoming(next[k], bottom);
    results.push_back(result);
  }
  return results;
}

void Emitter::loop(Value* begin, Value* end, std::int64_t step, const std::function<void(Value* i)>& body) {
  loop(begin, end, step, Values{}, [&](Value* i, const Values&) {
    body(i);
    return Values{};
  });
}

Values Emitter::branch(Value* condition, const std::function<Values()>& then,
                       const std::function<Values()>& otherwise) {
  llvm::Function* const in = function();
  llvm::BasicBlock* const yes = llvm::BasicBlock::Create(context, "", in);
  llvm::BasicBlock* const no = llvm::BasicBlock::Create(context, "");
  llvm::BasicBlock* const after = llvm::BasicBlock::Create(context, "");
  ir.CreateCondBr(condition, yes, no);
  ir.SetInsertPoint(yes);
  const Values chosen = then();
  llvm::BasicBlock* const yes_end = ir.GetInsertBlock();
  ir.CreateBr(after);
  no->insertInto(in);
  ir.SetInsertPoint(no);
  const Values other = otherwise();
  llvm::BasicBlock* const no_end = ir.GetInsertBlock();
  ir.CreateBr(after);
  after->insertInto(in);
  ir.SetInsertPoint(after);
  Values results;
  for (std::size_t k = 0; k < chosen.size(); ++k) {
    llvm::PHINode* const result = ir.CreatePHI(chosen[k]->getType(), 2);
    result->addIncoming(chosen[k], yes_end);
    result->addIncoming(other[k], no_end);
    results.push_back(result);
  }
  return results;
}

void Emitter::when(Value* condition, const std::function<void()>& then) {
  llvm::Function* const in = function();
  llvm::BasicBlock* const yes = llvm::BasicBlock::Create(context, "", in);
  llvm::BasicBlock* const after = llvm::BasicBlock::Create(context, "");
  ir.CreateCondBr(condition, yes, after);
  ir.SetInsertPoint(yes);
  then();
  ir.CreateBr(after);
  after->insertInto(in);
  ir.SetInsertPoint(after);
}

}  // namespace downhill::jit
