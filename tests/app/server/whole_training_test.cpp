#include "app/server/training_requests.hpp"

/// Training by methods for all samples at once, through the server's answers.
namespace downhill::server {
namespace {

using nlohmann::json;

TEST(Training, TakesAllSamplesAtOnceByAMethodThatIsNoRule) {
  Service service(port);
  const json body{
      {"model", "mlp(6, activation=tanh)"}, {"method", "lbfgs(memory=5)"}, {"epochs", 40}, {"validation", 0.2}};
  Follower events(service, start(service, body));
  events.to_the_end();
  const json& setup = events.last("setup");
  EXPECT_EQ(setup["method"], "lbfgs(memory=5)");
  EXPECT_EQ(setup["batch"], 160);
  EXPECT_EQ(setup["steps_per_epoch"], 1);
  const json& result = events.last("end");
  ASSERT_FALSE(result.is_null()) << events.events.back().data;
  EXPECT_LE(result["iterations"], 40);
  EXPECT_FALSE(result["verdict"]["explanation"].get<std::string>().empty());
  const json& epoch = events.last("epoch");
  EXPECT_EQ(epoch["epoch"], result["iterations"]);
  EXPECT_EQ(epoch["training_loss"], result["value"]);
  EXPECT_GT(epoch["validation"]["accuracy"], 0.95);
  EXPECT_EQ(events.last("look")["steps"], result["iterations"]);
  EXPECT_EQ(events.last("landscape")["steps"], result["iterations"]);
}

TEST(Training, AMethodForAllSamplesPausesGoesOnAndLeavesItsNetwork) {
  Service service(port);
  const std::string run = start(service, {{"model", "mlp(64, 64)"},
                                          {"method", "adaptive_cubic"},
                                          {"epochs", 100000},
                                          {"loss", "cross_entropy"},
                                          {"l2", 1e-7},
                                          {"table", rings(5000)}});
  Follower events(service, run);
  ASSERT_TRUE(events.until([](const Event& event) { return event.name == "epoch"; }));
  EXPECT_EQ(post(service, "/api/runs/" + run + "/pause").status, 200);
  ASSERT_TRUE(events.until([](const Event& e) { return e.name == "state" && e.data["state"] == "paused"; }));
  const Reply kept = service.answer(request("GET", "/api/runs/" + run + "/checkpoint"));
  EXPECT_EQ(kept.status, 200);
  EXPECT_NE(kept.body.find("mlp(64, 64"), kept.body.npos) << kept.body.substr(0, 400);
  EXPECT_EQ(post(service, "/api/runs/" + run + "/resume").status, 200);
  ASSERT_TRUE(events.until([](const Event& e) { return e.name == "state" && e.data["state"] == "running"; }));
  EXPECT_EQ(service.answer(request("DELETE", "/api/runs/" + run)).status, 200);
  events.to_the_end();
  EXPECT_EQ(events.last("end")["reason"], "cancelled");
}

TEST(Training, AMethodForAllSamplesHasNoPatience) {
  Service service(port);
  const Reply reply =
      post(service, "/api/trainings", {{"table", rings(20)}, {"label", "class"}, {"method", "lbfgs"}, {"patience", 3}});
  EXPECT_EQ(reply.status, 422);
  EXPECT_NE(reply.body.find("patience = 3: only a rule"), reply.body.npos) << reply.body;
}

}  // namespace
}  // namespace downhill::server
