#include <gtest/gtest.h>
#include <unistd.h>
#include <downhill/learn/export.hpp>
#include <downhill/learn/prediction.hpp>
#include <downhill/learn/train.hpp>
#include <downhill/rules.hpp>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

#include "learn/data/batch.hpp"
#include "learn/files/saved_run.hpp"
#include "learn/layer_model.hpp"
#include "learn/protobuf_reader.hpp"
#include "learn/temporary_file.hpp"
#include "options/registry.hpp"

// Laws that the networks of all layers keep when other programs run them.
namespace downhill::learn {
namespace {

namespace fs = std::filesystem;

/// 40 samples that the layer takes, of three classes.
DataSet samples_for(const Layer& layer) {
  DataSet data;
  data.classes = 3;
  for (const Shape& shape : {Shape{6}, Shape{6, 7, 2}, Shape{5, 6}}) {
    try {
      const Network network({layer}, shape);
      data.sample = shape;
      break;
    } catch (const ShapeError&) {
      continue;
    }
  }
  const bool has_indices = layer.takes() == Takes::indices;
  for (std::int64_t k = 0; k < 40 * data.sample.size(); ++k) {
    const auto wave = static_cast<float>(2 * std::sin(1.3 * static_cast<double>(k)));
    data.features.push_back(has_indices ? std::floor(std::abs(10 * wave)) : wave);
  }
  for (std::int32_t k = 0; k < 40; ++k) data.labels.push_back(k % 3);
  return data;
}

/// A network with that layer, after a few steps of training, in a file.
struct Trained {
  DataSet data;
  std::string file;
};
Trained trained_with(const std::string& layer, DType dtype = DType::f32) {
  const Layer one = parse_layer(layer);
  Trained result{samples_for(one), testing::TempDir() + "/" + std::string(one.name()) + ".safetensors"};
  const Normalisation normalisation =
      one.takes() == Takes::indices ? Normalisation() : Normalisation{.mean = {0.25F}, .deviation = {1.75F}};
  DataSet scaled = result.data;
  normalisation.apply(scaled);
  Trainer trainer({.model = parse_model("sequential(" + layer + ")"), .rule = Adam{}, .batch = 10, .dtype = dtype},
                  scaled);
  for (int k = 0; k < 6; ++k) trainer.step();
  std::ofstream(result.file, std::ios::binary) << encode_network(trainer, normalisation);
  return result;
}

template <class T>
void write_numbers(const std::string& file, const std::vector<T>& numbers) {
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(numbers.data()), static_cast<std::streamsize>(numbers.size() * sizeof(T)));
}
template <class T>
std::vector<T> read_numbers(const std::string& file, std::size_t count) {
  std::vector<T> numbers(count);
  std::ifstream(file, std::ios::binary)
      .read(reinterpret_cast<char*>(numbers.data()), static_cast<std::streamsize>(count * sizeof(T)));
  return numbers;
}

class ExportLaws : public testing::TestWithParam<std::string_view> {
 protected:
  const std::string layer_{GetParam()};
};

TEST_P(ExportLaws, EveryNodeOfTheOnnxGraphReadsWhatWasMadeBefore) {
  const std::string model = export_onnx(trained_with(layer_).file);
  const ProtobufFields fields(model);
  ASSERT_EQ(fields.whole.at(1).at(0), 8U);
  EXPECT_EQ(ProtobufFields(fields.nested.at(8).at(0)).whole.at(2).at(0), 17U);
  const ProtobufFields graph(fields.nested.at(7).at(0));
  std::set<std::string_view> known;
  std::set<std::string_view> unread;
  for (const std::string_view tensor : graph.nested.at(5)) {
    const ProtobufFields one(tensor);
    EXPECT_TRUE(known.insert(one.nested.at(8).at(0)).second);
    unread.insert(one.nested.at(8).at(0));
    std::uint64_t bytes = one.whole.at(2).at(0) == 1 ? 4 : 8;
    if (one.whole.contains(1)) {
      for (const std::uint64_t length : one.whole.at(1)) bytes *= length;
    }
    EXPECT_EQ(one.nested.at(9).at(0).size(), bytes);
  }
  for (const std::string_view input : graph.nested.at(11)) known.insert(ProtobufFields(input).nested.at(1).at(0));
  for (const std::string_view node : graph.nested.at(1)) {
    const ProtobufFields one(node);
    for (const std::string_view input : one.nested.at(1)) {
      EXPECT_TRUE(known.contains(input)) << input;
      unread.erase(input);
    }
    for (const std::string_view output : one.nested.at(2)) EXPECT_TRUE(known.insert(output).second) << output;
  }
  for (const std::string_view output : graph.nested.at(12)) {
    EXPECT_TRUE(known.contains(ProtobufFields(output).nested.at(1).at(0)));
  }
  EXPECT_TRUE(unread.empty()) << *unread.begin();
}

TEST_P(ExportLaws, ACProgramGivesTheBitsOfThePredictor) {
  if (std::system("cc --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "no C compiler";
  const Trained trained = trained_with(layer_);
  const bool takes_indices = parse_layer(layer_).takes() == Takes::indices;
  const Predictions expected = Predictor(trained.file).predict(trained.data);
  for (const std::int64_t samples : {1, 8}) {
    const Program::Exported made = export_c(trained.file, "network", samples);
    const std::string folder = testing::TempDir() + "/c-" + layer_ + std::to_string(::getpid());
    fs::create_directories(folder);
    std::ofstream(folder + "/network.o", std::ios::binary) << made.object;
    std::ofstream(folder + "/network.h") << made.header;
    write_numbers(folder + "/in", trained.data.features);
    const std::string in = std::to_string(samples * trained.data.sample.size());
    const std::string out = std::to_string(samples * 3);
    std::ofstream(folder + "/main.c")
        << "#include <stdio.h>\n#include \"network.h\"\n"
           "#ifdef NETWORK_WORKSPACE\n_Alignas(64) static char room[NETWORK_WORKSPACE];\n#define ROOM , "
           "room\n#else\n#define ROOM\n#endif\n"
           "static float x[" +
               in + "], y[" + out + "]; static int32_t label[" + std::to_string(samples) +
               "];\n"
               "int main(void) {\n"
               "  FILE *from = fopen(\"in\", \"rb\"), *numbers = fopen(\"numbers\", \"wb\"), *labels = "
               "fopen(\"labels\", \"wb\");\n"
               "  while (fread(x, sizeof x, 1, from) == 1) {\n"
               "    " +
               (takes_indices ? "if (network(x, y, label ROOM) != 0) return 2;\n" : "network(x, y, label ROOM);\n") +
               "    fwrite(y, sizeof y, 1, numbers); fwrite(label, sizeof label, 1, labels);\n"
               "  }\n" +
               (takes_indices ? "  x[0] = -1; if (network(x, y, label ROOM) == 0) return 3;\n"
                                "  x[0] = 1e6f; if (network(x, y, label ROOM) == 0) return 4;\n"
                              : "") +
               "  return fclose(from) | fclose(numbers) | fclose(labels);\n}\n";
    const std::string build =
        "cd " + folder + " && cc -std=c11 -Wall -Wextra -Werror main.c network.o -o main && ./main";
    ASSERT_EQ(std::system(build.c_str()), 0) << made.header;
    const std::vector<float> numbers = read_numbers<float>(folder + "/numbers", expected.numbers.size());
    EXPECT_EQ(std::memcmp(numbers.data(), expected.numbers.data(), numbers.size() * sizeof(float)), 0);
    EXPECT_EQ(read_numbers<std::int32_t>(folder + "/labels", expected.labels.size()), expected.labels);
    EXPECT_EQ(std::system(("cd " + folder + " && test -z \"$(nm -u network.o)\"").c_str()), 0);
    fs::remove_all(folder);
  }
}

INSTANTIATE_TEST_SUITE_P(All, ExportLaws, testing::ValuesIn(Layer::registry().names()),
                         [](const auto& entry) { return std::string(entry.param); });

/// A Python that has onnx and onnxruntime: $DOWNHILL_ONNX_PYTHON, or python3.
std::string python_with_onnx() {
  const char* given = std::getenv("DOWNHILL_ONNX_PYTHON");
  const std::string python = given != nullptr ? given : "python3";
  return std::system((python + " -c 'import onnx, onnxruntime' > /dev/null 2>&1").c_str()) == 0 ? python : "";
}

TEST(Onnx, OnnxruntimeGivesThePredictionsOfEveryLayer) {
  const std::string python = python_with_onnx();
  if (python.empty()) GTEST_SKIP() << "python3 has no onnx and onnxruntime; DOWNHILL_ONNX_PYTHON may name one that has";
  const std::string folder = testing::TempDir() + "/onnx-" + std::to_string(::getpid());
  fs::create_directories(folder);
  std::vector<std::string> layers;
  for (const std::string_view name : Layer::registry().names()) layers.emplace_back(name);
  for (const char* other : {"conv2d(4, size=3, stride=2, padding=same, groups=2)", "conv2d(4, dilation=2, bias=no)",
                            "max_pool(3, 2, padding=same)", "average_pool(3, 2, padding=same)", "lstm(5, output=all)",
                            "gru(5, output=all)", "rnn(5, output=all)", "attention(2, 3, mask=causal)"}) {
    layers.emplace_back(other);
  }
  std::vector<Predictions> expected;
  for (std::size_t k = 0; k < layers.size(); ++k) {
    const Trained trained = trained_with(layers[k]);
    expected.push_back(Predictor(trained.file).predict(trained.data));
    const std::string stem = folder + "/" + std::to_string(k);
    std::ofstream(stem + ".onnx", std::ios::binary) << export_onnx(trained.file);
    write_numbers(stem + ".in", trained.data.features);
  }
  ASSERT_EQ(std::system((python + " tests/learn/run_onnx.py " + folder).c_str()), 0);
  for (std::size_t k = 0; k < layers.size(); ++k) {
    const std::string stem = folder + "/" + std::to_string(k);
    const std::vector<float> numbers = read_numbers<float>(stem + ".output", expected[k].numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      EXPECT_NEAR(numbers[i], expected[k].numbers[i], 2e-5 * (1 + std::abs(expected[k].numbers[i]))) << layers[k];
    }
    const std::vector<std::int64_t> labels = read_numbers<std::int64_t>(stem + ".label", expected[k].labels.size());
    EXPECT_TRUE(std::equal(labels.begin(), labels.end(), expected[k].labels.begin())) << layers[k];
  }
  fs::remove_all(folder);
}

TEST(Onnx, ALayerOfOnesOwnIsRefusedByName) {
  const CustomLayer twice{.name = "twice", .apply = [](const LayerInput& in) -> LayerOutput { return {in.x}; }};
  OnnxGraph graph;
  EXPECT_EQ(input_error_of([&] { (void)Layer(twice).model().onnx({}, graph); }), "export: twice has no ONNX form");
}

}  // namespace
}  // namespace downhill::learn
