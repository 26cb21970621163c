#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <downhill/error.hpp>
#include <filesystem>
#include <fstream>

#include "jit/backend.hpp"
#include "jit/exported.hpp"
#include "jit/programs.hpp"

namespace downhill::jit {
namespace {

namespace fs = std::filesystem;

// value = Σ x², gradient = 2 x, and how many x are positive.
loops::LoopProgram square(std::int64_t n) {
  loops::LoopProgram program;
  const auto x = add_input(program, DType::f64, n);
  const auto value = add_output(program, DType::f64, 1);
  const auto gradient = add_output(program, DType::f64, n);
  const auto positive = add_output(program, DType::boolean, n);
  loops::Nest nest{.extents = {n}, .reduced = 1, .lane = 0, .body = {}, .stores = {}, .reductions = {}};
  nest.body = {load(DType::f64, x, affine({1})),
               apply(DType::f64, formula<double(double)>([](auto a) { return a * a; }), {0}),
               apply(DType::f64, formula<double(double)>([](auto a) { return a + a; }), {0}),
               apply(DType::boolean, formula<bool(double)>([](auto a) { return a > decltype(a)(0.0); }), {0})};
  nest.stores = {{2, gradient, affine({1})}, {3, positive, affine({1})}};
  nest.reductions = {{1, ir::Combine::sum, value, affine({0})}};
  program.steps = {nest};
  return program;
}

TEST(Export, LinksIntoAPlainCProgramWithoutAnyLibrary) {
  for (const std::int64_t n : {3, 5000, 40000}) {  // 40000: the results of its blocks need a workspace
    std::string pattern = (fs::temp_directory_path() / "downhill-export-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    const fs::path directory = pattern;
    NativeBackend backend;
    ir::Export made;
    std::string error;
    ASSERT_TRUE(backend.export_object(square(n), {.name = "square"}, made, error)) << error;
    std::ofstream(directory / "square.o", std::ios::binary) << made.object;
    std::ofstream(directory / "square.h") << made.header;
    const std::string size = std::to_string(n);
    std::ofstream(directory / "main.c")
        << "#include \"square.h\"\n#define N " + size +
               "\n"
               "static double x[N], gradient[N]; static uint8_t positive[N];\n"
               "int main(void) {\n"
               "  double value = 0, right = 0;\n"
               "  for (int i = 0; i < N; ++i) { x[i] = i % 7 - 3; right += x[i] * x[i]; }\n"
               "  square(x, &value, gradient, positive);\n"
               "  if (value != right) return 1;\n"
               "  for (int i = 0; i < N; ++i) if (gradient[i] != 2 * x[i] || positive[i] != (x[i] > 0)) return 2;\n"
               "  return 0;\n}\n";
    const std::string command =
        "cd " + directory.string() + " && cc -std=c99 -Wall -Wextra -Werror main.c square.o -o main && ./main";
    EXPECT_EQ(std::system(command.c_str()), 0) << made.header;
    // Nothing is left for a library to define.
    const std::string undefined = "cd " + directory.string() + " && test -z \"$(nm -u square.o)\"";
    EXPECT_EQ(std::system(undefined.c_str()), 0);
    fs::remove_all(directory);
  }
}

TEST(Export, DataOfTheProgramArePartOfTheObject) {
  // y = x + data
  loops::LoopProgram program;
  const auto x = add_input(program, DType::f64, 3);
  const auto own = add_input(program, DType::f64, 3);
  const auto y = add_output(program, DType::f64, 3);
  loops::Nest nest{.extents = {3}, .reduced = 0, .lane = 0, .body = {}, .stores = {}, .reductions = {}};
  nest.body = {load(DType::f64, x, affine({1})), load(DType::f64, own, affine({1})),
               apply(DType::f64, formula<double(double, double)>([](auto a, auto b) { return a + b; }), {0, 1})};
  nest.stores = {{2, y, affine({1})}};
  program.steps = {nest};
  const std::array<double, 3> numbers{10, 20, 30};
  const std::string_view bytes(reinterpret_cast<const char*>(numbers.data()), sizeof numbers);
  const ir::Export made = export_program(program, {.name = "shift", .data = {bytes}, .inputs = 1}, Target::host());
  std::string pattern = (fs::temp_directory_path() / "downhill-export-XXXXXX").string();
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  const fs::path directory = pattern;
  std::ofstream(directory / "shift.o", std::ios::binary) << made.object;
  std::ofstream(directory / "shift.h") << made.header;
  std::ofstream(directory / "main.c")
      << "#include \"shift.h\"\nint main(void) { double x[3] = {1, 2, 3}, y[3]; shift(x, y); "
         "return !(y[0] == 11 && y[1] == 22 && y[2] == 33); }\n";
  EXPECT_EQ(std::system(
                ("cd " + directory.string() + " && cc -std=c99 -Wall -Wextra -Werror main.c shift.o -o main && ./main")
                    .c_str()),
            0)
      << made.header;
  fs::remove_all(directory);
}

TEST(Export, TheHeaderTellsSizesAndTypes) {
  const ir::Export made = export_program(square(3), {.name = "square"}, Target::named("x86-64-v3"));
  EXPECT_NE(made.header.find("void square(const double* input0, double* output0, double* output1, uint8_t* output2);"),
            std::string::npos)
      << made.header;
  EXPECT_NE(made.header.find("input0: 3 elements of type double"), std::string::npos) << made.header;
}

TEST(Export, TwoObjectsLinkTogether) {
  std::string pattern = (fs::temp_directory_path() / "downhill-export-XXXXXX").string();
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  const fs::path directory = pattern;
  for (const char* name : {"first", "second"}) {
    std::ofstream(directory / (std::string(name) + ".o"), std::ios::binary)
        << export_program(square(2), {.name = name}, Target::host()).object;
  }
  std::ofstream(directory / "main.c") << "void first(); void second(); int main(int n, char** v) { if (n > 5) { "
                                         "first(); second(); } return v == 0; }\n";
  EXPECT_EQ(std::system(("cd " + directory.string() + " && cc -w main.c first.o second.o -o main && ./main").c_str()),
            0);
  fs::remove_all(directory);
}

TEST(Export, NamesThatAreNoFunctionAreRefused) {
  for (const char* name : {"", "3d", "a-b", "while", "a b"})
    EXPECT_THROW(static_cast<void>(export_program(square(2), {.name = name}, Target::host())), OptionError) << name;
}

const ir::Primitive pretended{.name = "pretended", .doc = ""};

TEST(Export, AProgramThatCallsDownhillIsRefusedByTheNameOfTheCall) {
  loops::LoopProgram program;
  program.steps = {loops::KernelCall{.primitive = &pretended,
                                     .attributes = nullptr,
                                     .operand_types = {},
                                     .result_types = {},
                                     .operands = {},
                                     .results = {}}};
  try {
    static_cast<void>(export_program(program, {.name = "f"}, Target::host()));
    FAIL() << "exported a call";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("'pretended'"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace downhill::jit
