#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "app/program.hpp"

/// Training from a table, and what becomes of the network.
namespace downhill::app {
namespace {

namespace fs = std::filesystem;

std::string flowers() {
  std::string csv = "petal,sepal,species\n";
  for (int k = 0; k < 40; ++k) {
    const bool is_red = k % 2 == 0;
    csv += std::to_string((is_red ? 1.0 : 3.0) + 0.01 * k) + "," + std::to_string(5 - 0.02 * k) +
           (is_red ? ",red\n" : ",blue\n");
  }
  return temporary_file("flowers.csv", csv);
}

std::string in_folder_of(const std::string& file, const std::string& name) {
  return (fs::path(file).parent_path() / name).string();
}

TEST(Network, IsTrainedOnATablePredictsByNameAndIsExported) {
  const std::string data = flowers();
  const std::string network = in_folder_of(data, "flowers.safetensors");
  const Outcome trained = run_program({"train", "--data", data, "--label", "species", "--model", "mlp(8)", "--scaling",
                                       "per_feature", "--epochs", "30", "--checkpoint", network, "--json"});
  ASSERT_EQ(trained.status, 0) << trained.err;
  EXPECT_FALSE(trained.json()["epochs"][0].contains("test"));
  const std::string other = temporary_file("other.csv", "note,sepal,petal\n7,4.9,1.1\n7,4.5,3.2\n");
  const Outcome predicted = run_program({"predict", "--network", network, "--data", other});
  EXPECT_EQ(predicted.out, "sample,label\n0,red\n1,blue\n") << predicted.err;
  const std::string object = in_folder_of(data, "flowers-net.o");
  const Outcome native = run_program({"export", "--network", network, "-o", object});
  EXPECT_EQ(native.out, object + ": the network as the C function flowers_net of 1 sample a call, declared in " +
                            in_folder_of(data, "flowers-net.h") + "\n")
      << native.err;
  const std::string onnx = in_folder_of(data, "flowers.onnx");
  EXPECT_EQ(run_program({"export", "--network", network, "-o", onnx}).status, 0);
  EXPECT_GT(fs::file_size(onnx), 100U);
}

TEST(Network, WhatCannotBeReadOrExportedIsSaid) {
  const std::string data = flowers();
  const auto error = [](const std::vector<std::string>& words) {
    const Outcome run = run_program(words);
    EXPECT_EQ(run.status, 2);
    return run.err;
  };
  EXPECT_NE(error({"train", "--data", data, "--label", "colour"})
                .find("unknown column 'colour' (known: petal, sepal, species)"),
            std::string::npos);
  EXPECT_NE(error({"train", "--data", data}).find("hint: --label NAME"), std::string::npos);
  EXPECT_NE(error({"export", "-o", "a.o"}).find("FORMULA or --network is required"), std::string::npos);
  EXPECT_NE(
      error({"export", "--network", "none.safetensors", "-o", "a.txt"}).find("a network becomes a .onnx or a .o file"),
      std::string::npos);
  EXPECT_NE(
      error({"train", "--data", data, "--label", "species", "--model", "sequential(embedding)", "--scaling", "overall"})
          .find("train: embedding takes whole numbers as they are: scaling = overall"),
      std::string::npos);
}

TEST(Network, AWordThatTheEmbeddingLacksIsToldBeforeAnythingElse) {
  const std::string model = "sequential(embedding(10, 4), flatten)";
  const std::vector<std::pair<std::string, std::string>> words{{"10", "10"}, {"-1", "-1"}, {"3e9", "3000000000"}};
  for (const auto& [written, told] : words) {
    const std::string data = temporary_file("words.csv", "a,b,y\n0,9,0\n3," + written + ",1\n4,4,1\n");
    const Outcome run = run_program({"train", "--data", data, "--label", "y", "--model", model});
    EXPECT_EQ(run.status, 2);
    EXPECT_EQ(run.out, "");
    EXPECT_NE(run.err.find(data + ": sample 1 has the word " + told + ", the embedding has 10 (0 to 9)"),
              std::string::npos)
        << run.err;
  }
}

}  // namespace
}  // namespace downhill::app
