#include <gtest/gtest.h>
#include <downhill/learn/model.hpp>
#include <downhill/rule.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "app/server/training_requests.hpp"
#include "learn/files/saved_run.hpp"
#include "options/registry.hpp"

/// Training through the server's answers, without sockets.
namespace downhill::server {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

const json endless{{"model", "mlp(8)"}, {"epochs", 100000}};

std::string temporary_folder() {
  const fs::path path = fs::temp_directory_path() / ("downhill-test-" + random_name());
  fs::create_directories(path);
  return path.string();
}

TEST(Training, TellsLossLayersAndTheLandscapeOfARun) {
  Service service(port);
  const std::string run = start(service, {{"model", "mlp(8)"}, {"epochs", 30}, {"validation", 0.2}, {"batch", 8}});
  Follower follower(service, run);
  follower.to_the_end();
  const json& setup = follower.last("setup");
  EXPECT_EQ(setup["run"], run);
  EXPECT_EQ(setup["samples"], (json{{"train", 160}, {"validation", 40}, {"test", 0}}));
  EXPECT_EQ(setup["layers"].size(), 4U);
  EXPECT_EQ(setup["parameters"], 2 * 8 + 8 + 8 * 2 + 2);
  EXPECT_EQ(follower.count("epoch"), 30U);
  EXPECT_EQ(follower.last("epoch")["epoch"], 30);
  EXPECT_DOUBLE_EQ(follower.last("epoch")["learning_rate"], 0.1);
  EXPECT_GT(follower.last("epoch")["validation"]["accuracy"], 0.9);
  const json& end = follower.last("end");
  EXPECT_EQ(end["reason"], "all_epochs");
  EXPECT_EQ(end["steps"], 600);
  // All samples are looked at, so that the middle of the landscape is the loss where the run is.
  const json& look = follower.last("look");
  const json& landscape = follower.last("landscape");
  EXPECT_EQ(look["steps"], 600);
  EXPECT_EQ(landscape["steps"], 600);
  EXPECT_EQ(landscape["samples"], 160);
  const auto points = landscape["points"].get<std::size_t>();
  ASSERT_EQ(landscape["values"].size(), points * points);
  EXPECT_NEAR(landscape["values"][points * points / 2], look["loss"], 1e-5);
  EXPECT_EQ(look["layers"].size(), 4U);
  EXPECT_GT(look["layers"][1]["gradient"], 0);
}

TEST(Training, TheLearningRateFollowsItsSchedule) {
  Service service(port);
  const std::string run =
      start(service, {{"model", "mlp(8)"},
                      {"epochs", 4},
                      {"batch", 50},
                      {"method", "momentum(learning_rate=step(initial=0.2, factor=0.5, every=4))"}});
  Follower follower(service, run);
  follower.to_the_end();
  std::map<int, double> rates;
  for (const Event& event : follower.events) {
    if (event.name == "epoch") rates[event.data["epoch"]] = event.data["learning_rate"];
  }
  EXPECT_EQ(rates, (std::map<int, double>{{1, 0.1}, {2, 0.05}, {3, 0.025}, {4, 0.0125}}));
}

TEST(Training, PausesGoesOnAndLeavesACheckpointWhenStopped) {
  Service service(port);
  const std::string run = start(service, endless);
  Follower follower(service, run);
  const auto is_state = [](const char* state) {
    return [state](const Event& event) { return event.name == "state" && event.data["state"] == state; };
  };
  ASSERT_TRUE(follower.until([](const Event& event) { return event.name == "epoch"; }));
  EXPECT_EQ(post(service, "/api/runs/" + run + "/pause").status, 200);
  ASSERT_TRUE(follower.until(is_state("paused")));
  EXPECT_EQ(read(service.answer(request("GET", "/api/trainings")))[0]["state"], "paused");
  const std::size_t known = follower.count("epoch");
  follower.until([](const Event&) { return false; }, std::chrono::milliseconds(400));
  EXPECT_EQ(follower.count("epoch"), known);
  EXPECT_EQ(post(service, "/api/runs/" + run + "/resume").status, 200);
  ASSERT_TRUE(follower.until(is_state("running")));
  ASSERT_TRUE(follower.until([](const Event& event) { return event.name == "epoch"; }));
  EXPECT_EQ(service.answer(request("DELETE", "/api/runs/" + run)).status, 200);
  follower.to_the_end();
  EXPECT_EQ(follower.last("end")["reason"], "interrupted");
  const Reply checkpoint = service.answer(request("GET", "/api/runs/" + run + "/checkpoint"));
  ASSERT_EQ(checkpoint.status, 200) << checkpoint.body;
  const std::string folder = temporary_folder();
  std::ofstream(folder + "/run.safetensors", std::ios::binary) << checkpoint.body;
  EXPECT_EQ(learn::read_run(folder + "/run.safetensors").record.steps, follower.last("end")["steps"]);
  EXPECT_EQ(learn::read_network(folder + "/run.safetensors").names.classes, (std::vector<std::string>{"in", "out"}));
  fs::remove_all(folder);
}

TEST(Training, APausedRunIsStopped) {
  Service service(port);
  const std::string run = start(service, endless);
  post(service, "/api/runs/" + run + "/pause");
  Follower follower(service, run);
  ASSERT_TRUE(
      follower.until([](const Event& event) { return event.name == "state" && event.data["state"] == "paused"; }));
  EXPECT_EQ(service.answer(request("DELETE", "/api/runs/" + run)).status, 200);
  follower.to_the_end();
  EXPECT_EQ(follower.last("end")["reason"], "interrupted");
}

TEST(Training, AStreamGoesOnWhereItBroke) {
  Service service(port);
  const std::string run = start(service, {{"model", "mlp(4)"}, {"epochs", 20}});
  Follower all(service, run);
  all.to_the_end();
  const auto fifth = std::ranges::find_if(
      all.events, [](const Event& event) { return event.name == "epoch" && event.data["epoch"] == 5; });
  ASSERT_NE(fifth, all.events.end());
  Follower rest(service, run, fifth->id);
  rest.to_the_end();
  EXPECT_EQ(rest.count("epoch"), 15U);
  EXPECT_EQ(rest.last("end"), all.last("end"));
}

TEST(Training, HoldsRunsToTheirTimeAndTheirNumber) {
  Limits limits;
  limits.training = 1;
  limits.training_seconds = 0.3;
  Service service(port, limits);
  const std::string run = start(service, endless);
  const Reply refused = post(service, "/api/trainings", {{"table", rings(20)}, {"label", "class"}});
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(read(refused)["message"], "training: 1 go on already: wait for one to end, or stop it");
  Follower follower(service, run);
  follower.to_the_end();
  EXPECT_EQ(follower.last("end")["reason"], "time_limit");
}

TEST(Training, RefusesWhatIsTooLargeBeforeItIsMade) {
  Service service(port);
  const auto refusal = [&](const char* model, int status) {
    const auto began = Clock::now();
    const Reply reply = post(service, "/api/trainings", {{"table", rings(20)}, {"label", "class"}, {"model", model}});
    EXPECT_EQ(reply.status, status) << reply.body;
    EXPECT_LT(Clock::now() - began, std::chrono::seconds(2)) << model;
    return read(reply)["message"].get<std::string>();
  };
  EXPECT_EQ(refusal("mlp(1000000)", 413), "model: 5000002 weights are more than 4000000: use the command line");
  EXPECT_EQ(refusal("mlp(100000, 100000)", 413).substr(0, 6), "model:");
  EXPECT_EQ(refusal("mlp(1000000000)", 413).substr(0, 6), "model:");
  std::string deep = "sequential(layers=[dense(2)";
  for (int k = 0; k < 150; ++k) deep += ", dense(2)";
  EXPECT_EQ(refusal((deep + "])").c_str(), 413), "model: 153 layers are more than 100");
}

TEST(Training, OpensNoFileThatWasNotOffered) {
  const std::string folder = temporary_folder();
  std::ofstream(folder + "/rings.csv") << rings(60);
  Service service(port, {}, {.data = {folder + "/rings.csv"}, .sets = {}, .follow = {}, .checkpoints = {}});
  EXPECT_EQ(read(service.answer(request("GET", "/api/learning")))["data"][0], "rings.csv");
  for (const std::string& data : {std::string("/etc/passwd"), std::string("../rings.csv"), folder + "/rings.csv"}) {
    const Reply reply = post(service, "/api/trainings", {{"data", data}, {"label", "class"}});
    EXPECT_EQ(reply.status, 422);
    EXPECT_NE(read(reply)["message"].get<std::string>().find("no other file is opened"), std::string::npos);
  }
  Follower follower(service, start(service, {{"data", "rings.csv"}, {"epochs", 1}}));
  follower.to_the_end();
  EXPECT_EQ(follower.last("end")["reason"], "all_epochs");
  fs::remove_all(folder);
}

TEST(Training, SaysWhatIsWrongWithABody) {
  Service service(port);
  const auto message = [&](const json& body) {
    const Reply reply = post(service, "/api/trainings", body);
    EXPECT_EQ(reply.status, 422) << reply.body;
    return read(reply)["message"].get<std::string>();
  };
  const std::string table = rings(20);
  EXPECT_EQ(message(json::object()), "training: needs one of data and table: given 0");
  EXPECT_EQ(message({{"table", table}, {"label", "kind"}, {"batch", 0}}), "training: batch = 0 is outside [1, inf)");
  EXPECT_EQ(message({{"table", table}, {"label", "class"}, {"model", "mpl(3)"}}).substr(0, 28),
            "options: unknown model 'mpl'");
  EXPECT_NE(message({{"table", table}}).find("which column is to be learnt"), std::string::npos);
  EXPECT_NE(message({{"table", table}, {"label", "class"}, {"loss", "squared_error"}}).find("table:2:"),
            std::string::npos);
}

TEST(Training, OnlyTrainingPauses) {
  Service service(port);
  const json begun = read(post(service, "/api/runs", {{"setup", {{"formula", "x**2"}, {"from", "x=1"}}}}));
  const std::string path = "/api/runs/" + begun["run"].get<std::string>();
  EXPECT_EQ(post(service, path + "/pause").status, 409);
  EXPECT_EQ(service.answer(request("GET", path + "/checkpoint")).status, 409);
  EXPECT_EQ(post(service, "/api/runs/none/pause").status, 404);
  const std::string run = start(service, {{"epochs", 1}, {"model", "mlp(4)"}});
  Follower(service, run).to_the_end();
  EXPECT_EQ(post(service, "/api/runs/" + run + "/pause").status, 409);
}

TEST(Training, NothingIsStartedOrSteeredWithoutTheToken) {
  Service service(port);
  for (const char* path : {"/api/trainings", "/api/runs/none/pause", "/api/runs/none/resume"}) {
    Request asked = request("POST", path);
    EXPECT_EQ(service.refuse(asked).value_or(Reply{}).status, 403) << path;
    asked.token = service.token();
    EXPECT_FALSE(service.refuse(asked)) << path;
    asked.host = "evil.example";
    EXPECT_EQ(service.refuse(asked).value_or(Reply{}).status, 403) << path;
    asked.host = "127.0.0.1:8017";
    asked.origin = "http://evil.example";
    EXPECT_EQ(service.refuse(asked).value_or(Reply{}).status, 403) << path;
  }
}

TEST(Training, FollowsARunOfAnotherProgram) {
  const std::string folder = temporary_folder();
  std::ofstream(folder + "/rings.csv") << rings(60);
  const std::string file = folder + "/run.safetensors";
  Service service(port, {}, {.data = {folder + "/rings.csv"}, .sets = {}, .follow = {file}, .checkpoints = {}});
  const auto list = [&] { return read(service.answer(request("GET", "/api/trainings"))); };
  while (list().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const std::string run = list()[0]["run"];
  Follower follower(service, run);
  ASSERT_TRUE(
      follower.until([](const Event& event) { return event.name == "state" && event.data["state"] == "waiting"; }));
  const learn::Split split =
      learn::read_data(folder + "/rings.csv", {.answer = learn::Answer::label, .columns = {"class"}});
  learn::Trainer trainer({.model = learn::parse_model("mlp(8)"), .batch = 10}, split.train);
  (void)learn::train(trainer, {}, {}, {}, {.epochs = 3, .files = {.checkpoint = file}});
  ASSERT_TRUE(follower.until([](const Event& event) { return event.name == "landscape"; }));
  ASSERT_TRUE(follower.count("epoch") == 3U ||
              follower.until([](const Event& event) { return event.name == "epoch" && event.data["epoch"] == 3; }));
  EXPECT_EQ(follower.last("setup")["model"], "mlp(8)");
  EXPECT_EQ(follower.last("setup")["steered"], false);
  EXPECT_EQ(post(service, "/api/runs/" + run + "/pause").status, 409);
  service.close();
  follower.to_the_end();
  fs::remove_all(folder);
}

TEST(Training, FollowsMetrics) {
  const std::string folder = temporary_folder();
  const std::string file = folder + "/metrics.csv";
  std::ofstream(file) << "epoch,steps,training_loss,validation_loss,validation_accuracy,test_loss,test_accuracy,"
                         "epoch_seconds,seconds\n1,10,0.5,0.6,0.7,0,0,1,1\n2,20,0.4,0.5,0.8,0,0,1,2\n";
  Service service(port, {}, {.data = {}, .sets = {}, .follow = {file}, .checkpoints = {}});
  const auto list = [&] { return read(service.answer(request("GET", "/api/trainings"))); };
  while (list().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  Follower follower(service, list()[0]["run"]);
  ASSERT_TRUE(follower.until([](const Event& event) { return event.name == "epoch" && event.data["epoch"] == 2; }));
  EXPECT_EQ(follower.last("epoch")["validation"], (json{{"loss", 0.5}, {"accuracy", 0.8}}));
  EXPECT_FALSE(follower.last("epoch").contains("test"));
  service.close();
  fs::remove_all(folder);
}

TEST(Training, ListsWhatThereIsToTrainWith) {
  Service service(port);
  const json list = read(service.answer(request("GET", "/api/learning")));
  EXPECT_EQ(list["models"].size(), learn::Model::registry().names().size());
  EXPECT_EQ(list["rules"].size(), Rule::registry().names().size());
  EXPECT_EQ(list["training"]["title"], "training");
}

TEST(Runs, FinishedOnesAreForgottenBeyondWhatTheyMayHold) {
  Limits limits;
  limits.kept_bytes = 3000;
  Service service(port, limits);
  std::vector<std::string> names;
  for (int k = 0; k < 6; ++k) {
    const json begun = read(
        post(service, "/api/runs",
             {{"setup", {{"formula", "(1-x)**2 + 100*(y-x**2)**2"}, {"from", "x=-1, y=1"}}}, {"method", "newton"}}));
    names.push_back(begun["run"]);
    Follower(service, names.back()).to_the_end();
  }
  EXPECT_EQ(service.answer(request("GET", "/api/runs/" + names.front())).status, 404);
  EXPECT_EQ(service.answer(request("GET", "/api/runs/" + names.back())).status, 200);
}

}  // namespace
}  // namespace downhill::server
