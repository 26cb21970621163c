#include <downhill/error.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "formula/evaluate.hpp"
#include "formula/read.hpp"
#include "ir/trace.hpp"

/// Any text is read as a formula, a model and a start, and what can be read is run inside a trace, where shapes count and
/// no large array comes to be: a result or an InputError, nothing else.
namespace {

using downhill::Array;
using downhill::formula::Expression;
using downhill::formula::Program;

// Large plain numbers can ask for arrays that would fill the fuzzer's memory.
bool is_small(const Program& program) {
  for (const Expression& expression : program.expressions) {
    if (expression.kind == Expression::Kind::number && expression.number > 100) return false;
    if (expression.operation == downhill::formula::Operator::power) return false;
  }
  return program.expressions.size() < 200;
}

void run(const Program& program) {
  const std::vector<downhill::Type> inputs{
      {downhill::DType::f64, {}}, {downhill::DType::f64, {4}}, {downhill::DType::f64, {3, 4}}};
  (void)downhill::ir::trace(
      [&](std::span<const Array> in) {
        const std::vector<downhill::formula::Binding> names{{"s", in[0]}, {"x", in[1]}, {"A", in[2]}};
        if (!program.left) return std::vector<Array>{downhill::formula::evaluate(program, names)};
        const auto sides = downhill::formula::evaluate_model(program, names);
        return std::vector<Array>{sides.left, sides.right};
      },
      inputs);
}

template <class Work>
void expect_input_error_at_most(const Work& work) {
  try {
    work();
  } catch (const downhill::InputError&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  expect_input_error_at_most([&] {
    const Program program = downhill::formula::read_formula(text);
    if (is_small(program)) run(program);
  });
  expect_input_error_at_most([&] {
    const Program program = downhill::formula::read_model(text);
    if (is_small(program)) run(program);
  });
  expect_input_error_at_most([&] {
    const Program program = downhill::formula::read_start(text);
    if (is_small(program)) (void)downhill::formula::free_names(program);
  });
  return 0;
}
