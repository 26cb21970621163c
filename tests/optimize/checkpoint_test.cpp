#include "optimize/checkpoint.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <downhill/error.hpp>
#include <downhill/minimize.hpp>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "optimize/cases.hpp"
#include "optimize/method_model.hpp"
#include "support/files.hpp"

namespace downhill {
namespace {

using namespace downhill::testing;
using optimize::Needs;

class CheckpointFile : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("downhill_checkpoint_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    file_ = (folder_ / "run.checkpoint").string();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
  std::string file_;
};

Result run_of(const MinimumCase& c, const Method& method, const Stop& stop, const RunOptions& run) {
  Objective objective = c.objective;
  return minimize(objective, c.start, method, stop, run);
}

void expect_same_run(const Result& a, const Result& b, const std::string& what) {
  ASSERT_EQ(a.x.size(), b.x.size());
  EXPECT_EQ(std::memcmp(a.x.data(), b.x.data(), a.x.size() * sizeof(double)), 0) << what;
  EXPECT_EQ(std::memcmp(&a.value, &b.value, sizeof a.value), 0) << what;
  EXPECT_EQ(a.reason, b.reason) << what;
  EXPECT_EQ(a.iterations, b.iterations) << what;
  EXPECT_EQ(a.evaluations, b.evaluations) << what;
  ASSERT_EQ(a.trace.size(), b.trace.size()) << what;
  for (std::size_t k = 0; k < a.trace.size(); ++k) EXPECT_EQ(a.trace[k].value, b.trace[k].value) << what << ", " << k;
}

std::vector<Method> suitable_methods(const MinimumCase& c) {
  std::vector<Method> methods;
  for (const std::string_view name : Method::registry().names()) {
    const Method method = parse_method(name);
    const optimize::Traits traits = method.model().traits();
    const bool is_possible = (traits.needs != Needs::quadratic || c.is_quadratic) &&
                             (traits.needs != Needs::residuals || c.is_least_squares) &&
                             c.start.size() <= traits.most_variables;
    if (is_possible) methods.push_back(method);
  }
  return methods;
}

TEST_F(CheckpointFile, ARunThatGoesOnHasTheBitsOfOneThatWasNeverInterrupted) {
  const Stop stop{.max_iterations = 40};
  for (const MinimumCase& c : minimum_cases()) {
    for (const Method& method : suitable_methods(c)) {
      const RunOptions whole{.seed = 5, .record = Record::points, .checkpoint = {file_, 1e9}};
      const Result expected = run_of(c, method, stop, whole);
      for (const std::uint64_t interruption : {1, 7}) {
        const std::string what = method.text() + " on " + c.name + ", interrupted at " + std::to_string(interruption);
        RunOptions first = whole;
        first.checkpoint.seconds = 0;
        first.callback = [&](const Progress& p) { return p.iteration == interruption ? Continue::no : Continue::yes; };
        const Result part = run_of(c, method, stop, first);
        if (part.reason != Reason::stopped_by_callback) continue;
        RunOptions second{.seed = 99, .record = Record::points};
        second.resume = file_;
        second.checkpoint = {file_, 1e9};
        expect_same_run(expected, run_of(c, method, stop, second), what);
      }
    }
  }
}

TEST_F(CheckpointFile, ARunCutShortByItsLimitGoesOnUnderALargerOne) {
  const MinimumCase c = minimum_cases()[4];
  for (const char* text : {"newton", "lbfgs", "cma_es"}) {
    const Method method = parse_method(text);
    const Result expected = run_of(c, method, {.max_iterations = 60}, {.checkpoint = {file_, 1e9}});
    (void)run_of(c, method, {.max_iterations = 4}, {.checkpoint = {file_, 1e9}});
    RunOptions on{.checkpoint = {file_, 1e9}};
    on.resume = file_;
    expect_same_run(expected, run_of(c, method, {.max_iterations = 60}, on), text);
  }
}

// The child is killed in the middle of writing, again and again; what it leaves is always a whole file.
TEST_F(CheckpointFile, IsWholeWheneverTheProcessIsKilled) {
  const MinimumCase c = minimum_cases()[4];
  const Method method = parse_method("lbfgs");
  const Result expected = run_of(c, method, {.max_iterations = 60}, {.checkpoint = {file_, 1e9}});
  int resumed = 0;
  for (int delay = 0; delay < 200 && resumed < 8; ++delay) {
    std::filesystem::remove(file_);
    const pid_t child = fork();
    if (child == 0) {
      (void)run_of(c, method, {.max_iterations = 60}, {.checkpoint = {file_, 0}});
      _exit(0);
    }
    usleep(static_cast<useconds_t>(150 * delay));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    if (!std::filesystem::exists(file_)) continue;
    ++resumed;
    RunOptions on{.checkpoint = {file_, 1e9}};
    on.resume = file_;
    const Result result = run_of(c, method, {.max_iterations = 60}, on);
    EXPECT_EQ(std::memcmp(result.x.data(), expected.x.data(), 2 * sizeof(double)), 0) << "killed after " << delay;
    EXPECT_EQ(result.evaluations, expected.evaluations) << "killed after " << delay;
  }
  EXPECT_GT(resumed, 0);
}

TEST_F(CheckpointFile, AFullDiskDoesNotEndTheRun) {
  const MinimumCase c = minimum_cases()[4];
  RunOptions run{.checkpoint = {file_, 0}};
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_IGN);
  run.callback = [&](const Progress& p) {
    const rlimit none{p.iteration == 3 ? 16 : before.rlim_cur, before.rlim_max};
    if (p.iteration == 3) setrlimit(RLIMIT_FSIZE, &none);
    return Continue::yes;
  };
  const Result result = run_of(c, parse_method("newton"), {}, run);
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_DFL);
  EXPECT_TRUE(result.success) << result.message;
  ASSERT_EQ(result.warnings.size(), 1u);
  EXPECT_EQ(result.warnings[0].rfind("checkpoint: cannot write '" + file_ + "': ", 0), 0u) << result.warnings[0];
  EXPECT_EQ(method_of_checkpoint(file_), parse_method("newton").text(options::Detail::all)) << "the old one is there";
}

std::string refusal(const std::string& bytes) {
  try {
    (void)optimize::decode(bytes, "run");
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST_F(CheckpointFile, EveryDamageIsFound) {
  (void)run_of(minimum_cases()[0], parse_method("newton"), {.max_iterations = 1}, {.checkpoint = {file_, 0}});
  const std::string good = read_file("test", file_);
  EXPECT_EQ(refusal(good), "accepted");
  for (std::size_t length = 0; length < good.size(); length += 7) {
    EXPECT_NE(refusal(good.substr(0, length)), "accepted") << length;
  }
  for (std::size_t at = 0; at < good.size(); at += 5) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    EXPECT_NE(refusal(bad), "accepted") << at;
  }
  EXPECT_EQ(refusal("x, y\n1, 2\n"), "checkpoint: 'run' is not a checkpoint");
  EXPECT_EQ(refusal("downhill checkpoint 7\n"), "checkpoint: 'run' is of version 7, but this program reads version 1");
}

TEST_F(CheckpointFile, OfAnotherMethodSizeOrLossIsRefused) {
  const std::vector<MinimumCase> cases = minimum_cases();
  const Method newton = parse_method("newton");
  (void)run_of(cases[1], newton, {.max_iterations = 1}, {.checkpoint = {file_, 0}});
  RunOptions on;
  on.resume = file_;
  const auto message = [&](const MinimumCase& c, const char* method) -> std::string {
    try {
      (void)run_of(c, parse_method(method), {}, on);
    } catch (const InputError& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_NE(message(cases[1], "local_search").find("is of another method: newton("), std::string::npos);
  EXPECT_NE(message(cases[0], "newton").find("is of another number of variables: 2 where the loss has 3"),
            std::string::npos);
  EXPECT_NE(message(cases[4], "newton").find("is of another loss: f is "), std::string::npos);
  EXPECT_EQ(message(cases[1], "newton"), "accepted");
}

}  // namespace
}  // namespace downhill
