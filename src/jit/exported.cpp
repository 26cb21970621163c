#include "jit/exported.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <downhill/error.hpp>
#include <set>

#include "jit/compiler.hpp"
#include "jit/exported_calls.hpp"
#include "jit/program.hpp"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalVariable.h"

namespace downhill::jit {
namespace {

using Place = loops::BufferDeclaration::Place;

// Up to here a call's workspace lies on the stack; beyond it is an argument.
constexpr std::uint64_t stack_limit = 1 << 16;

constexpr std::array c_words{"auto",    "break",  "case",     "char",   "const",    "continue", "default",
                             "do",      "double", "else",     "enum",   "extern",   "float",    "for",
                             "goto",    "if",     "inline",   "int",    "long",     "register", "restrict",
                             "return",  "short",  "signed",   "sizeof", "static",   "struct",   "switch",
                             "typedef", "union",  "unsigned", "void",   "volatile", "while"};

void check_name(const std::string& name) {
  const auto is_letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  const bool is_identifier = !name.empty() && is_letter(name[0]) && std::ranges::all_of(name, [&](char c) {
    return is_letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0;
  }) && std::ranges::find(c_words, name) == c_words.end();
  if (!is_identifier) throw OptionError(fmt::format("export: not a name of a C function: '{}'", name));
}

const char* c_type(DType dtype) {
  switch (dtype) {
    case DType::f64: return "double";
    case DType::f32: return "float";
    case DType::i32: return "int32_t";
    case DType::boolean: return "uint8_t";
  }
  return "";
}

// The buffers that are arguments, by slot. A slot that the program does not use is an argument all the same.
std::vector<const loops::BufferDeclaration*> arguments(const loops::LoopProgram& program, Place place) {
  std::vector<const loops::BufferDeclaration*> found;
  for (const loops::BufferDeclaration& buffer : program.buffers) {
    if (buffer.place != place) continue;
    if (found.size() <= buffer.slot) found.resize(buffer.slot + 1, nullptr);
    found[buffer.slot] = &buffer;
  }
  return found;
}

std::string guard_of(std::string name) {
  std::ranges::transform(name, name.begin(),
                         [](char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); });
  return name;
}

std::string header_of(const loops::LoopProgram& program, const std::string& name, std::size_t inputs,
                      const Target& target, std::uint64_t workspace, bool can_fail) {
  std::string parameters;
  std::string notes;
  const auto add = [&](const std::vector<const loops::BufferDeclaration*>& list, const char* word,
                       const char* qualifier) {
    for (std::size_t k = 0; k < list.size(); ++k) {
      const char* const type = list[k] == nullptr ? "void" : c_type(list[k]->dtype);
      parameters += fmt::format("{}{}{}* {}{}", parameters.empty() ? "" : ", ", qualifier, type, word, k);
      notes += list[k] == nullptr ? fmt::format(" * {}{}: not used\n", word, k)
                                  : fmt::format(" * {}{}: {} element{} of type {}\n", word, k, list[k]->elements,
                                                list[k]->elements == 1 ? "" : "s", type);
    }
  };
  std::vector<const loops::BufferDeclaration*> given = arguments(program, Place::input);
  given.resize(inputs);
  add(given, "input", "const ");
  add(arguments(program, Place::output), "output", "");
  if (workspace > stack_limit) {
    parameters += std::string(parameters.empty() ? "" : ", ") + "void* workspace";
    notes += fmt::format(" * workspace: {} bytes, aligned to 64\n", workspace);
  }
  if (can_fail)
    notes +=
        " * Returns 0, or another number where an index lies outside of what it picks from: outputs then say "
        "nothing.\n";
  const std::string sizes =
      workspace > stack_limit ? fmt::format("#define {}_WORKSPACE {}\n\n", guard_of(name), workspace) : "";
  return fmt::format(
      "#ifndef {0}_H\n#define {0}_H\n#include <stdint.h>\n#ifdef __cplusplus\nextern \"C\" {{\n#endif\n\n{5}"
      "/* Compiled for {1}. Arrays are row-major and do not overlap. Thread-safe.\n{2} */\n{6} {3}({4});\n\n#ifdef "
      "__cplusplus\n}}\n#endif\n#endif\n",
      guard_of(name), target.cpu, notes, name, parameters.empty() ? "void" : parameters, sizes,
      can_fail ? "int" : "void");
}

Value* constant_data(Emitter& emitter, std::string_view bytes) {
  llvm::Constant* const data = llvm::ConstantDataArray::getRaw(llvm::StringRef(bytes.data(), bytes.size()),
                                                               bytes.size(), emitter.ir.getInt8Ty());
  auto* const global = new llvm::GlobalVariable(
      emitter.module, data->getType(), true, llvm::GlobalValue::InternalLinkage, data, "data");  // the module owns it
  global->setAlignment(llvm::Align(64));
  return global;
}

}  // namespace

ir::Export export_program(const loops::LoopProgram& program, const ir::ExportRequest& request, const Target& target) {
  const std::string& name = request.name;
  check_name(name);
  const std::vector<const loops::KernelCall*> calls = ProgramEmitter::kernels(program);
  for (const loops::KernelCall* call : calls) {
    if (is_self_contained(*call)) continue;
    throw Error(
        fmt::format("export: the program calls '{}', which is part of downhill and cannot be put into an object file",
                    call->primitive->name));
  }
  Emitter emitter(target);
  ProgramEmitter emission(emitter, program);
  emission.emit(entry_name);
  llvm::Function* const entry = emitter.module.getFunction(entry_name);
  entry->setLinkage(llvm::Function::InternalLinkage);

  llvm::IRBuilder<>& ir = emitter.ir;
  const std::uint64_t workspace = emission.workspace_bytes();
  const std::size_t inputs = request.data.empty() ? arguments(program, Place::input).size() : request.inputs;
  const std::size_t outputs = arguments(program, Place::output).size();
  const bool takes_workspace = workspace > stack_limit;
  const std::vector<llvm::Type*> parameters(inputs + outputs + (takes_workspace ? 1 : 0), emitter.pointer());
  const bool can_fail = !calls.empty();
  llvm::Function* const callee = can_fail ? emit_calls(emitter, calls) : nullptr;
  llvm::Function* const function = emitter.begin_function(name, can_fail ? ir.getInt32Ty() : ir.getVoidTy(), parameters,
                                                          Emitter::Visibility::exported);
  const auto list = [&](const std::vector<Value*>& values) {
    const std::size_t count = std::max<std::size_t>(values.size(), 1);
    Value* const pointers = ir.CreateAlloca(llvm::ArrayType::get(emitter.pointer(), count));
    for (std::size_t k = 0; k < values.size(); ++k) {
      ir.CreateStore(values[k], emitter.at(pointers, static_cast<std::int64_t>(k) * 8));
    }
    return pointers;
  };
  std::vector<Value*> read, written;
  for (std::size_t k = 0; k < inputs; ++k) read.push_back(function->getArg(static_cast<unsigned>(k)));
  for (const std::string_view bytes : request.data) read.push_back(constant_data(emitter, bytes));
  for (std::size_t k = 0; k < outputs; ++k) written.push_back(function->getArg(static_cast<unsigned>(inputs + k)));
  Value* const input_list = list(read);
  Value* const output_list = list(written);
  Value* const control = ir.CreateAlloca(llvm::ArrayType::get(ir.getInt64Ty(), sizeof(Control) / 8));
  ir.CreateStore(llvm::Constant::getNullValue(llvm::ArrayType::get(ir.getInt64Ty(), sizeof(Control) / 8)), control);
  if (can_fail) ir.CreateStore(callee, emitter.at(control, static_cast<std::int64_t>(ControlOffset::kernel)));
  Value* room = nullptr;
  if (takes_workspace) {
    room = function->getArg(static_cast<unsigned>(inputs + outputs));
  } else {
    auto* const stack = ir.CreateAlloca(llvm::ArrayType::get(ir.getInt8Ty(), std::max<std::uint64_t>(workspace, 1)));
    stack->setAlignment(llvm::Align(64));
    room = stack;
  }
  Value* const status = ir.CreateCall(entry, {input_list, output_list, room, control});
  if (can_fail) {
    ir.CreateRet(status);
  } else {
    ir.CreateRetVoid();
  }
  const Object object = Compiler(target, Effort::optimised).compile(emitter.module);
  return {std::string(object.bytes().begin(), object.bytes().end()),
          header_of(program, name, inputs, target, workspace, can_fail)};
}

}  // namespace downhill::jit
