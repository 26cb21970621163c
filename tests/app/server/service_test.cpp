#include "app/server/requests.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

/// The server's answers, without sockets.
namespace downhill::server {
namespace {

using nlohmann::json;

const json rosenbrock{{"formula", "(1 - x[0])**2 + 100*(x[1] - x[0]**2)**2"}, {"from", "x=[-1.2, 1]"}};

// The events of a run to its end.
std::string events_of(Service& service, const std::string& run, const std::string& last = {}) {
  Request asked = request("GET", "/api/runs/" + run + "/events");
  asked.last_event = last;
  Reply reply = service.answer(asked);
  EXPECT_EQ(reply.type, "text/event-stream");
  std::string text;
  while (true) {
    const Chunk chunk = reply.stream(std::chrono::milliseconds(1000));
    text += chunk.text;
    if (chunk.then == Chunk::Then::nothing) return text;
  }
}

json end_of(const std::string& events) {
  const auto at = events.rfind("data: ");
  return json::parse(events.substr(at + 6));
}

TEST(Service, MinimisesAFormulaAndTellsItsPathAndVerdict) {
  Service service(port);
  const json begun = read(post(service, "/api/runs", {{"setup", rosenbrock}, {"method", "newton"}}));
  const std::string events = events_of(service, begun["run"]);
  EXPECT_EQ(events.rfind("event: points\nid: ", 0), 0U) << events.substr(0, 200);
  const json result = end_of(events);
  EXPECT_EQ(result["verdict"]["kind"], "strict_minimum");
  EXPECT_NEAR(result["point"][0].get<double>(), 1, 1e-9);
  const auto data = events.find("data: ") + 6;
  const json points = json::parse(events.substr(data, events.find('\n', data) - data));
  ASSERT_EQ(points[0].size(), 5U);
  EXPECT_EQ(points[0][0], 0);
  EXPECT_DOUBLE_EQ(points[0][1].get<double>(), 24.2);
  EXPECT_NEAR(points[0][2].get<double>(), std::hypot(-215.6, -88), 1e-9);
  EXPECT_EQ(points[0][3], -1.2);
  EXPECT_EQ(points[0][4], 1);
  EXPECT_EQ(points.size(), result["iterations"].get<std::size_t>() + 1);
  EXPECT_EQ(read(service.answer(request("GET", "/api/runs/" + begun["run"].get<std::string>()))), result);
}

TEST(Service, GoesOnWithAStreamWhereItBroke) {
  Service service(port);
  const json begun = read(post(service, "/api/runs", {{"setup", rosenbrock}, {"method", "gradient_descent"}}));
  const std::string all = events_of(service, begun["run"]);
  const std::string rest = events_of(service, begun["run"], "5");
  const auto data = rest.find("data: ") + 6;
  EXPECT_EQ(json::parse(rest.substr(data, rest.find('\n', data) - data))[0][0], 5);
  EXPECT_EQ(end_of(rest), end_of(all));
}

TEST(Service, StopsARun) {
  Service service(port);
  const json begun = read(post(service, "/api/runs",
                               {{"setup", rosenbrock},
                                {"method", "gradient_descent(line_search=fixed(learning_rate=1e-9))"},
                                {"stop", "max_iterations=1000000000"}}));
  Request stop = request("DELETE", "/api/runs/" + begun["run"].get<std::string>());
  EXPECT_EQ(service.answer(stop).status, 200);
  EXPECT_EQ(end_of(events_of(service, begun["run"]))["reason"], "cancelled");
}

TEST(Service, HoldsRunsToTheirTime) {
  Limits limits;
  limits.run_seconds = 0.2;
  Service service(port, limits);
  const json begun = read(post(service, "/api/runs",
                               {{"setup", rosenbrock},
                                {"method", "gradient_descent(line_search=fixed(learning_rate=1e-9))"},
                                {"stop", "max_iterations=1000000000, max_seconds=1000"}}));
  EXPECT_EQ(end_of(events_of(service, begun["run"]))["reason"], "max_seconds");
}

TEST(Service, RefusesMoreRunsAtATimeThanItMay) {
  Limits limits;
  limits.running = 1;
  Service service(port, limits);
  const json slow{{"setup", rosenbrock},
                  {"method", "gradient_descent(line_search=fixed(learning_rate=1e-9))"},
                  {"stop", "max_iterations=1000000000"}};
  const json begun = read(post(service, "/api/runs", slow));
  const Reply refused = post(service, "/api/runs", slow);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(read(refused)["message"], "runs: 1 go on already: wait for one to end, or stop it");
  service.close();
  EXPECT_EQ(end_of(events_of(service, begun["run"]))["reason"], "cancelled");
}

TEST(Service, FitsDataThatComesWithTheRequest) {
  Service service(port);
  std::string data = "x,y\n";
  for (const double x : {1.0, 2.0, 3.0, 4.0}) data += std::to_string(x) + "," + std::to_string(2 + 3 * x) + "\n";
  const json body{{"setup", {{"model", "y ~ a + b*x"}, {"from", "a=0, b=0"}, {"data", data}}}};
  const json result = end_of(events_of(service, read(post(service, "/api/runs", body))["run"]));
  EXPECT_NEAR(result["x"]["a"].get<double>(), 2, 1e-9);
  EXPECT_NEAR(result["x"]["b"].get<double>(), 3, 1e-9);
  EXPECT_EQ(result["columns"]["x"].size(), 4U);
  EXPECT_TRUE(result.contains("standard_errors"));
}

TEST(Service, GivesTheValuesOfAPlaneAsDoubles) {
  Service service(port);
  const Reply reply = post(service, "/api/grid",
                           {{"setup", {{"formula", "x + 10*y"}, {"from", "x=0, y=0"}}},
                            {"left", -1},
                            {"right", 1},
                            {"bottom", 0},
                            {"top", 2},
                            {"columns", 3},
                            {"rows", 2}});
  ASSERT_EQ(reply.status, 200) << reply.body;
  std::vector<double> values(6);
  ASSERT_EQ(reply.body.size(), 6 * sizeof(double));
  std::memcpy(values.data(), reply.body.data(), reply.body.size());
  EXPECT_EQ(values, (std::vector<double>{-1, 0, 1, 19, 20, 21}));
}

TEST(Service, TellsValueGradientAndTheDirectionsOfTheHessian) {
  Service service(port);
  const json at = read(
      post(service, "/api/evaluate", {{"setup", {{"formula", "x**2 - 3*y**2"}, {"from", "x=1, y=1"}}}, {"x", {2, 1}}}));
  EXPECT_EQ(at["value"], 1);
  EXPECT_EQ(at["gradient"], json::parse("[4, -6]"));
  EXPECT_EQ(at["hessian"]["eigenvalues"], json::parse("[-6, 2]"));
  EXPECT_EQ(at["hessian"]["eigenvectors"][0], json::parse("[0, 1]"));
}

TEST(Service, ChecksTheGradient) {
  Service service(port);
  const json check = read(post(service, "/api/check", {{"setup", rosenbrock}}));
  EXPECT_EQ(check["agrees"], true);
  EXPECT_EQ(check["coordinates"][1]["name"], "x[1]");
}

TEST(Service, DescribesALoss) {
  Service service(port);
  const json d = read(post(service, "/api/describe", {{"setup", {{"problem", "himmelblau"}}}}));
  EXPECT_EQ(d["labels"], json::parse(R"(["x[0]", "x[1]"])"));
  EXPECT_GE(d["known"].size(), 4U);
  EXPECT_FALSE(d["why"].get<std::string>().empty());
}

TEST(Service, ListsMethodsWithTheirOptions) {
  Service service(port);
  const json list = read(service.answer(request("GET", "/api/methods")));
  EXPECT_GE(list["methods"].size(), 30U);
  EXPECT_EQ(list["stop"]["title"], "stop");
}

TEST(Service, DocumentsEveryEndpointWithTheBodyItReads) {
  Service service(port);
  const json document = read(service.answer(request("GET", "/api/openapi.json")));
  for (const Endpoint& endpoint : endpoints()) {
    const json& path = document["paths"][std::string(endpoint.path)];
    EXPECT_EQ(path.size() >= 1, true) << endpoint.path;
    if (endpoint.body == nullptr) continue;
    const json& schema = path["post"]["requestBody"]["content"]["application/json"]["schema"];
    EXPECT_EQ(schema["title"], endpoint.body()->name);
    EXPECT_EQ(schema["properties"].size(), endpoint.body()->fields.size());
  }
}

TEST(Service, ExportsACommandLineAndAProgram) {
  Service service(port);
  const json texts =
      read(post(service, "/api/export",
                {{"setup", {{"formula", "sum(x[1:]**2) - x[0]/(2*3)"}, {"from", "x=[1, 2]"}}}, {"method", "lbfgs"}}));
  EXPECT_EQ(texts["command"], "downhill minimize 'sum(x[1:]**2) - x[0]/(2*3)' --from 'x=[1, 2]' --method lbfgs");
  const std::string program = texts["cpp"];
  EXPECT_NE(program.find("sum(Array(square(slice(x, {Range{1, std::nullopt, 1}})))) - index(x, 0) / (2.0 * 3.0)"),
            std::string::npos)
      << program;
  EXPECT_NE(program.find("minimize(f, start, parse_method(R\"(lbfgs)\"))"), std::string::npos);
  EXPECT_NE(texts["python"].get<std::string>().find(
                R"text(downhill.minimize("sum(x[1:]**2) - x[0]/(2*3)", {"x": [1, 2]}, method="lbfgs"))text"),
            std::string::npos)
      << texts["python"];
  const json none =
      read(post(service, "/api/export", {{"setup", {{"formula", "sum(diff(x))"}, {"from", "x=[1, 2]"}}}}));
  EXPECT_TRUE(none["cpp"].is_null());
  EXPECT_NE(none["why_no_cpp"].get<std::string>().find("'diff'"), std::string::npos);
}

TEST(Service, ExportsStopAndSeedOfARun) {
  Service service(port);
  const json setup{{"formula", "x**2"}, {"from", "x=1"}};
  const json texts = read(
      post(service, "/api/export", {{"setup", setup}, {"stop", "max_iterations=5, target_value=1e-3"}, {"seed", 7}}));
  EXPECT_NE(
      texts["cpp"].get<std::string>().find(
          "minimize(f, start, choose_method(f).method, {.max_iterations = 5, .target_value = 0.001}, {.seed = 7})"),
      std::string::npos)
      << texts["cpp"];
  EXPECT_NE(texts["python"].get<std::string>().find(R"text(stop="max_iterations=5, target_value=1e-3", seed=7))text"),
            std::string::npos)
      << texts["python"];
}

TEST(Service, SaysWhatIsWrongWithABody) {
  Service service(port);
  const auto message = [&](const std::string& path, const std::string& text, int status) {
    Request asked = request("POST", path);
    asked.body = text;
    const Reply reply = service.answer(asked);
    EXPECT_EQ(reply.status, status) << reply.body;
    EXPECT_EQ(read(reply)["status"], status);
    return read(reply)["message"].get<std::string>();
  };
  EXPECT_EQ(message("/api/describe", "{", 400), "body: is not JSON: byte 2");
  EXPECT_EQ(message("/api/describe", "[]", 400), "body: is not a JSON object: array");
  EXPECT_EQ(message("/api/describe", std::string(100'000, '['), 400), "body: nested deeper than 16 levels");
  EXPECT_EQ(message("/api/describe", R"({"setup": {}})", 422),
            "setup: needs one of formula, problem and model: given 0");
  EXPECT_EQ(message("/api/describe", R"({"setup": {"formla": "x"}})", 422).substr(0, 33),
            "setup: unknown option 'formla' (k");
  EXPECT_EQ(message("/api/grid", R"({"columns": 1})", 422), "grid: columns = 1 is outside [2, inf)");
  EXPECT_EQ(message("/api/describe", R"({"setup": {"formula": "x[", "from": "x=1"}})", 422).substr(0, 10),
            "formula:1:");
  EXPECT_EQ(message("/api/runs", R"({"setup": {"formula": "x", "from": "x=1"}, "method": "sgdd"})", 422).substr(0, 30),
            "options: unknown method 'sgdd'");
}

TEST(Service, OpensNoFile) {
  Service service(port);
  for (const char* formula : {"/etc/passwd.toml", "examples/problem.toml", "problem:rosenbrock"}) {
    const Reply reply = post(service, "/api/describe", {{"setup", {{"formula", formula}, {"from", "x=1"}}}});
    EXPECT_EQ(reply.status, 422);
    EXPECT_NE(read(reply)["message"].get<std::string>().find("no file is opened here"), std::string::npos);
  }
}

TEST(Service, RefusesWhatIsTooLarge) {
  Service service(port);
  const auto refusal = [&](const json& setup) {
    const Reply reply = post(service, "/api/describe", {{"setup", setup}});
    EXPECT_EQ(reply.status, 413) << reply.body;
    return read(reply)["message"].get<std::string>();
  };
  EXPECT_EQ(refusal({{"formula", "sum(x)"}, {"from", "x=zeros(1000000)"}}),
            "from: 1000000 variables are more than 2000: use the command line");
  EXPECT_EQ(refusal({{"formula", "sum(x)"}, {"from", "x=zeros(1000000000)"}}),
            "from: an array of 1000000000 numbers is more than 4000000");
  EXPECT_EQ(refusal({{"formula", "sum(x + zeros([30000, 2000]))"}, {"from", "x=zeros(2000)"}}).substr(0, 8),
            "formula:");
  EXPECT_EQ(refusal({{"problem", "extended_rosenbrock"}, {"n", 1000000}}),
            "from: 1000000 variables are more than 2000: use the command line");
  const Reply grid = post(service, "/api/grid", {{"setup", rosenbrock}, {"columns", 100000}, {"rows", 100000}});
  EXPECT_EQ(grid.status, 413);
  EXPECT_EQ(read(grid)["message"], "grid: 100000 by 100000 points are more than 250000");
}

TEST(Service, KnowsNoOtherPaths) {
  Service service(port);
  for (const char* path : {"/../../etc/passwd", "/assets/../../x", "//etc/passwd", "/index.html/../..", "/%2e%2e/x"}) {
    EXPECT_EQ(service.answer(request("GET", path)).status, 404) << path;
  }
  EXPECT_EQ(service.answer(request("GET", "/api/nothing")).status, 404);
  EXPECT_EQ(service.answer(request("DELETE", "/api/methods")).status, 405);
  EXPECT_EQ(service.answer(request("GET", "/api/runs/none/events")).status, 404);
}

TEST(Guard, LetsOnlyItsOwnPageAsk) {
  const Guard guard(port, "secret", {});
  const auto status = [&](auto change) {
    Request asked = request("POST", "/api/runs");
    asked.token = "secret";
    change(asked);
    try {
      guard.check(asked);
      return 200;
    } catch (const Refusal& refusal) {
      return refusal.status;
    }
  };
  EXPECT_EQ(status([](Request&) {}), 200);
  EXPECT_EQ(status([](Request& r) { r.host = "localhost:8017"; }), 200);
  EXPECT_EQ(status([](Request& r) { r.host = "evil.example:8017"; }), 403);
  EXPECT_EQ(status([](Request& r) { r.host = "127.0.0.1"; }), 403);
  EXPECT_EQ(status([](Request& r) { r.host = ""; }), 403);
  EXPECT_EQ(status([](Request& r) { r.origin = "http://127.0.0.1:8017"; }), 200);
  EXPECT_EQ(status([](Request& r) { r.origin = "http://127.0.0.1:8018"; }), 403);
  EXPECT_EQ(status([](Request& r) { r.origin = "https://evil.example"; }), 403);
  EXPECT_EQ(status([](Request& r) { r.origin = "null"; }), 403);
  EXPECT_EQ(status([](Request& r) { r.token = "secreT"; }), 403);
  EXPECT_EQ(status([](Request& r) { r.token = ""; }), 403);
  EXPECT_EQ(status([](Request& r) { r.content_type = "text/plain"; }), 415);
  EXPECT_EQ(status([](Request& r) { r.body_length = std::uint64_t{1} << 30U; }), 413);
  EXPECT_EQ(status([](Request& r) { r.is_encoded = true; }), 411);
}

}  // namespace
}  // namespace downhill::server
