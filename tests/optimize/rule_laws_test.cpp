#include <gtest/gtest.h>
#include <downhill/loss.hpp>

#include <array>
#include <cmath>
#include <cstring>
#include <set>

#include "optimize/rules.hpp"

/// What holds for every rule of the registry; a new rule is tested by its list entry alone, and by its golden steps.
namespace downhill {
namespace {

using namespace downhill::testing;

std::vector<Rule> every_rule() {
  std::vector<Rule> rules;
  for (const std::string_view name : Rule::registry().names()) rules.push_back(parse_rule(name));
  for (const char* text :
       {"sgd(momentum=0.9)", "sgd(momentum=0.9, nesterov=yes)", "nesterov(momentum=none)", "muon(nesterov=no)",
        "adam(learning_rate=cosine(initial=0.1, steps=1000), clip=norm(1), average=ema(0.99))",
        "lion(learning_rate=warm_up(steps=3, then=step(initial=0.1, every=2)), weight_decay=0.1, clip=value(0.5))",
        "schedule_free(average=polyak(begin=2), learning_rate=exponential(every=5))"}) {
    rules.push_back(parse_rule(text));
  }
  return rules;
}

const std::vector<Type> types{{DType::f64, {5}}, {DType::f64, {}}, {DType::f64, {3, 2}}, {DType::f32, {2, 3}}};

// Numbers without a pattern, in (-1, 1).
Array numbers(const Type& type, double seed) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < type.shape.size(); ++i) values.push_back(std::sin(seed + 1.7 * static_cast<double>(i)));
  return {values, type.shape, type.dtype};
}

TEST(RuleLaws, ReadBackFromTheirTextForm) {
  for (const Rule& rule : every_rule()) {
    EXPECT_EQ(parse_rule(rule.text()).text(), rule.text());
    const std::string all = rule.text(options::Detail::all);
    EXPECT_EQ(parse_rule(all).text(options::Detail::all), all);
    EXPECT_EQ(parse_method(all).text(options::Detail::all), all) << "the method is written as the rule is";
  }
}

TEST(RuleLaws, TheirStateIsNamedAndKeepsItsTypes) {
  for (const Rule& rule : every_rule()) {
    for (const Type& type : types) {
      std::set<std::string> names;
      const std::vector<NamedArray> start = rule.start(numbers(type, 0));
      for (const NamedArray& one : start) EXPECT_TRUE(names.insert(one.name).second) << rule.text() << ": " << one.name;
      Rule::Parameter at = parameter(rule, numbers(type, 0));
      for (std::uint64_t k = 0; k < 3; ++k) at = stepped(rule, at, numbers(type, 3), k);
      EXPECT_EQ(at.x.type(), type) << rule.text();
      ASSERT_EQ(at.state.size(), start.size()) << rule.text();
      for (std::size_t i = 0; i < start.size(); ++i) {
        EXPECT_EQ(at.state[i].type(), start[i].array.type()) << rule.text() << ": " << start[i].name;
        EXPECT_EQ(at.state[i].dtype(), type.dtype) << rule.text() << ": " << start[i].name;
      }
      EXPECT_EQ(rule.result(at).type(), type) << rule.text();
    }
  }
}

TEST(RuleLaws, AreFunctionsOfTheirInputsAlone) {
  for (const Rule& rule : every_rule()) {
    const Type& type = types[2];
    const Rule::Parameter before = stepped(rule, parameter(rule, numbers(type, 0)), numbers(type, 1), 0);
    const std::vector<double> x = before.x.values();
    const Rule::Parameter once = stepped(rule, before, numbers(type, 2), 1);
    (void)stepped(rule, before, numbers(type, 5), 7);
    const Rule::Parameter again = stepped(rule, before, numbers(type, 2), 1);
    EXPECT_EQ(once.x.values(), again.x.values()) << rule.text();
    for (std::size_t i = 0; i < once.state.size(); ++i) {
      EXPECT_EQ(once.state[i].values(), again.state[i].values()) << rule.text();
    }
    EXPECT_EQ(before.x.values(), x) << rule.text();
    EXPECT_NE(once.x.values(), x) << rule.text() << " does not move";
  }
}

// Five steps by one program: the bytes of x and the state after each.
std::vector<std::vector<std::byte>> bytes_of_steps(const Rule& rule, const Type& type, Engine engine) {
  std::vector<Type> inputs{type, type, Type{}};
  std::vector<std::vector<std::byte>> now(1);
  const auto bytes = [](const Array& array) {
    const auto* first = static_cast<const std::byte*>(array.data());
    return std::vector<std::byte>(first, first + static_cast<std::size_t>(array.size()) * size_of(array.dtype()));
  };
  now[0] = bytes(numbers(type, 0));
  for (const NamedArray& one : rule.start(numbers(type, 0))) {
    inputs.push_back(one.array.type());
    now.push_back(bytes(one.array));
  }
  const Program program = Program::compile(
      [&](std::span<const Array> in) {
        const Rule::Parameter from{in[0], {in.begin() + 3, in.end()}};
        const Rule::Parameter next = rule.update({&from, 1}, in.subspan(1, 1), in[2]).front();
        std::vector<Array> out{next.x};
        out.insert(out.end(), next.state.begin(), next.state.end());
        return out;
      },
      inputs, {.engine = engine, .cache_directory = ""});
  EXPECT_EQ(program.engine(), engine) << program.fallback_reason();
  std::vector<double> workspace(program.workspace_bytes() / sizeof(double) + 16);
  void* scratch = workspace.data();
  std::size_t room = workspace.size() * sizeof(double);
  scratch = std::align(64, program.workspace_bytes(), scratch, room);
  std::vector<std::vector<std::byte>> all;
  for (int k = 0; k < 5; ++k) {
    const std::vector<std::byte> gradient = bytes(numbers(type, 1 + k));
    const double count = k;
    std::vector<std::vector<std::byte>> next = now;
    std::vector<const void*> in{now[0].data(), gradient.data(), &count};
    std::vector<void*> out;
    for (std::size_t i = 1; i < now.size(); ++i) in.push_back(now[i].data());
    for (auto& array : next) out.push_back(array.data());
    EXPECT_TRUE(program.run(in.data(), out.data(), scratch).is_ok());
    now = next;
    all.insert(all.end(), now.begin(), now.end());
  }
  return all;
}

TEST(RuleLaws, TheSameBitsCompiledAndInterpreted) {
  for (const Rule& rule : every_rule()) {
    for (const Type& type : {types[0], types[3]}) {
      EXPECT_EQ(bytes_of_steps(rule, type, Engine::native), bytes_of_steps(rule, type, Engine::interpreter))
          << rule.text() << " on " << to_string(type);
    }
  }
}

// Where `steps` steps lead from x, the loss, its gradient and the rule being one program.
Array walked(const Rule& rule, const ArrayFunction& loss, Array x, int steps) {
  Rule::Parameter at = parameter(rule, x);
  std::vector<Type> inputs{x.type(), Type{}};
  for (const Array& array : at.state) inputs.push_back(array.type());
  const Program program = Program::compile(
      [&](std::span<const Array> in) {
        const Rule::Parameter from{in[0], {in.begin() + 2, in.end()}};
        const Array gradient = value_and_gradient_at(loss, in.first(1)).gradient;
        const Rule::Parameter next = rule.update({&from, 1}, {&gradient, 1}, in[1]).front();
        std::vector<Array> out{next.x, rule.result(next)};
        out.insert(out.end(), next.state.begin(), next.state.end());
        return out;
      },
      inputs, {.engine = Engine::native, .cache_directory = ""});
  std::vector<std::vector<double>> now{x.values()};
  for (const Array& array : at.state) now.push_back(array.values());
  std::vector<double> result = x.values();
  std::vector<double> workspace(program.workspace_bytes() / sizeof(double) + 16);
  void* scratch = workspace.data();
  std::size_t room = workspace.size() * sizeof(double);
  scratch = std::align(64, program.workspace_bytes(), scratch, room);
  std::vector<std::vector<double>> next = now;
  for (int k = 0; k < steps; ++k) {
    const double count = k;
    std::vector<const void*> in{now[0].data(), &count};
    for (std::size_t i = 1; i < now.size(); ++i) in.push_back(now[i].data());
    std::vector<void*> out{next[0].data(), result.data()};
    for (std::size_t i = 1; i < now.size(); ++i) out.push_back(next[i].data());
    EXPECT_TRUE(program.run(in.data(), out.data(), scratch).is_ok());
    std::swap(now, next);
  }
  return {result, x.shape()};
}

TEST(RuleLaws, ReachTheMinimumOfAQuadratic) {
  const Array curvatures({1, 2, 0.5, 4}, {2, 2});
  const Array minimum({1, -1, 0.5, 0}, {2, 2});
  const ArrayFunction loss = [&](std::span<const Array> x) -> std::vector<Array> {
    return {0.5 * sum(curvatures * square(x[0] - minimum))};
  };
  for (const options::Declaration* declaration : Rule::registry().declarations()) {
    const std::string text = options_that_settle(*declaration);
    const Array x = walked(parse_rule(text), loss, zeros({2, 2}), 10'000);
    const std::array at{x};
    EXPECT_LE(loss(at).front().item(), 1e-12) << text;
  }
}

TEST(RuleLaws, ReachTheMinimumOfALogisticLoss) {
  // Points on a line, no two classes apart: the score is w[0,0] + w[1,0] s, and w[.,1] is kept small by the penalty.
  const Array rows({1, -2, 1, -1, 1, 0.5, 1, 1, 1, 2, 1, 3}, {6, 2});
  const Array labels{-1, -1, 1, -1, 1, 1};
  const ArrayFunction loss = [&](std::span<const Array> w) -> std::vector<Array> {
    return {logistic_loss(index(matmul(rows, w[0]), 0, 1), labels) + 0.05 * sum(square(w[0]))};
  };
  const Result newton = minimize(  // of the four numbers
      [&](const Array& w) {
        const std::array at{reshape(w, {2, 2})};
        return loss(at).front();
      },
      Array{1, 1, 1, 1}, Newton{});
  ASSERT_TRUE(newton.success) << newton.message;
  for (const options::Declaration* declaration : Rule::registry().declarations()) {
    std::string text = options_that_settle(*declaration);
    if (declaration->find("learning_rate")->doc == optimize::rate_on_gradient) text += "(learning_rate=0.5)";
    const Array w = walked(parse_rule(text), loss, ones({2, 2}), 10'000);
    const std::array at{w};
    EXPECT_LE(loss(at).front().item(), newton.value + 1e-10) << text;
  }
}

}  // namespace
}  // namespace downhill
