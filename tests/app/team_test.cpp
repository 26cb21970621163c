#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "app/program.hpp"

/// Processes that mpirun starts.
namespace downhill::app {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

std::string points() {
  std::string csv = "a,b,kind\n";
  for (int k = 0; k < 400; ++k) {
    const bool is_out = k % 2 == 0;
    const double angle = 2.399963 * k;
    const double radius = (is_out ? 2.0 : 1.0) + 0.2 * std::sin(7.0 * k);
    csv += std::to_string(radius * std::cos(angle)) + "," + std::to_string(radius * std::sin(angle)) +
           (is_out ? ",out\n" : ",in\n");
  }
  return temporary_file("points.csv", csv);
}

Words train(const std::string& data, const Words& more) {
  Words words{"train", "--data", data, "--label", "kind", "--dtype", "f64", "--json", "--batch", "30"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

Words by_processes(int count, const Words& words) {
  Words all{"mpirun", "--oversubscribe", "-n", std::to_string(count), std::getenv("DOWNHILL_PROGRAM")};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

class TeamOfProcesses : public testing::Test {
 protected:
  void SetUp() override {
    setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 1);
    setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 1);
    const fs::path plugin = fs::path(std::getenv("DOWNHILL_PROGRAM")).parent_path() / "libdownhill_mpi.so";
    if (!fs::exists(plugin)) GTEST_SKIP() << "built without Open MPI: no " << plugin;
  }
};

TEST_F(TeamOfProcesses, TrainsAsOneProcessDoesUpToTheOrderOfSums) {
  const std::string data = points();
  for (const Words& more : {Words{"--model", "mlp(8)", "--method", "adam", "--epochs", "3", "--validation", "0.2"},
                            Words{"--model", "softmax", "--method", "lbfgs", "--l2", "1e-2", "--epochs", "300"}}) {
    const Outcome one = run_program(train(data, more));
    const Outcome three = run_command(by_processes(3, train(data, more)));
    ASSERT_FALSE(three.out.empty()) << three.err;
    const auto loss = [](const Outcome& outcome) {
      const nlohmann::json json = outcome.json();
      return json.contains("value") ? json["value"].get<double>()
                                    : json["epochs"].back()["training_loss"].get<double>();
    };
    EXPECT_NEAR(loss(three), loss(one), 1e-10);
  }
}

TEST_F(TeamOfProcesses, ErrorsAreSaidOnceByTheFirst) {
  const Outcome run = run_command(by_processes(2, train("nowhere.csv", {})));
  EXPECT_EQ(run.status, 2);
  const std::string message = "data: there is no 'nowhere.csv'";
  const std::size_t first = run.err.find(message);
  ASSERT_NE(first, std::string::npos) << run.err;
  EXPECT_EQ(run.err.find(message, first + 1), std::string::npos) << run.err;
}

// The processes that this one started, and those that they did.
std::vector<int> descendants(int of) {
  std::vector<int> result;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "stat");
    std::string pid;
    std::string name;
    std::string state;
    int parent = 0;
    if (!(file >> pid >> name >> state >> parent) || parent != of) continue;
    result.push_back(std::stoi(pid));
  }
  return result;
}

TEST_F(TeamOfProcesses, WhenOneIsKilledTheRunEndsWithACheckpointThatGoesOnWithTheSameBits) {
  const std::string data = points();
  const std::string file = fs::path(data).parent_path() / "team.safetensors";
  fs::remove(file);
  const Words endless = train(data, {"--epochs", "1000000", "--checkpoint", file, "--checkpoint-seconds", "0.05"});
  const Outcome killed = run_command(by_processes(2, endless), [&](int launcher) {
    while (!fs::exists(file)) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::this_thread::sleep_for(std::chrono::seconds(1));
    const std::vector<int> processes = descendants(launcher);
    EXPECT_EQ(processes.size(), 2U);
    ::kill(processes.size() == 2 ? std::max(processes[0], processes[1]) : launcher, SIGKILL);
  });
  EXPECT_NE(killed.status, 0);
  const auto resumed = [&](const std::string& from) {
    return run_command(by_processes(2, train(data, {"--epochs", "1000000", "--resume", from, "--checkpoint", from,
                                                    "--time-limit", "0"})))
        .json()["steps"]
        .get<std::uint64_t>();
  };
  const std::uint64_t steps = resumed(file);
  EXPECT_GT(steps, 10U);
  const std::uint64_t epochs = steps / 14 + 2;
  const auto end = [&](const Words& more) {
    Words words = train(data, {"--epochs", std::to_string(epochs)});
    words.insert(words.end(), more.begin(), more.end());
    return run_command(by_processes(2, words)).json()["epochs"].back()["training_loss"].get<double>();
  };
  EXPECT_EQ(end({"--resume", file}), end({}));
}

}  // namespace
}  // namespace downhill::app
