#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>

#include "app/program.hpp"

namespace downhill::app {
namespace {

constexpr const char* rosenbrock = "(1 - x[0])**2 + 100*(x[1] - x[0]**2)**2";

TEST(Minimize, FindsRosenbrocksMinimumAndPrintsTheWholeContract) {
  const Outcome run = run_program({"minimize", rosenbrock, "--from", "x=[-1.2,1]", "--json"});
  EXPECT_EQ(run.status, 0) << run.err;
  const auto json = run.json();
  EXPECT_NEAR(json["x"]["x"][0].get<double>(), 1, 1e-9);
  EXPECT_NEAR(json["x"]["x"][1].get<double>(), 1, 1e-9);
  EXPECT_EQ(json["success"], true);
  EXPECT_EQ(json["verdict"]["kind"], "strict_minimum");
  EXPECT_NEAR(json["verdict"]["smallest_eigenvalue"].get<double>(), 0.39936077, 1e-6);
  EXPECT_NEAR(json["verdict"]["largest_eigenvalue"].get<double>(), 1001.600639, 1e-3);
  EXPECT_EQ(json["verdict"]["negative_directions"], 0);
  EXPECT_EQ(json["method"], "dogleg");
  for (const char* key : {"value", "gradient_norm", "reason", "message", "iterations"})
    EXPECT_TRUE(json.contains(key)) << key;
  for (const char* key : {"value", "gradient", "hessian_vector", "hessian"})
    EXPECT_TRUE(json["evaluations"].contains(key)) << key;
  for (const char* key : {"trace", "compile", "run"}) EXPECT_TRUE(json["seconds"].contains(key)) << key;
  for (const char* key : {"direction", "global", "explanation"}) EXPECT_TRUE(json["verdict"].contains(key)) << key;
}

TEST(Minimize, VariablesKeepTheirNamesAndShapes) {
  const Outcome run = run_program(
      {"minimize", "sum((A - [[1, 2], [3, 4]])**2) + (s - 5)**2", "--from", "A=zeros((2,2)), s=0", "--json"});
  EXPECT_EQ(run.status, 0) << run.err;
  const auto x = run.json()["x"];
  EXPECT_NEAR(x["A"][1][0].get<double>(), 3, 1e-9);
  EXPECT_NEAR(x["s"].get<double>(), 5, 1e-9);
}

TEST(Minimize, PeopleGetASentenceAndATable) {
  const Outcome run = run_program({"minimize", rosenbrock, "--from", "x=[-1.2,1]", "--method", "newton"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run.out.rfind("newton found a strict minimum: f = ", 0), 0U) << run.out;
  EXPECT_NE(run.out.find("\n  x[0]  "), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("\n  verdict      strict_minimum: "), std::string::npos) << run.out;
  EXPECT_EQ(run.out.find('\033'), std::string::npos);
  EXPECT_EQ(run.err, "");
}

TEST(Minimize, ARunGoesOnFromItsCheckpointWithTheMethodItHad) {
  const std::string file = temporary_file("run.checkpoint", "");
  const std::vector<std::string> whole{"minimize", rosenbrock, "--from", "x=[-1.2,1]", "--json", "--quiet"};
  std::vector<std::string> first = whole;
  first.insert(first.end(), {"--method", "gradient_descent", "--stop", "max_iterations=5", "--checkpoint", file});
  EXPECT_EQ(run_program(first).status, 1);
  std::vector<std::string> second = whole;
  second.insert(second.end(), {"--resume", file, "--stop", "max_iterations=9"});
  std::vector<std::string> uninterrupted = whole;
  uninterrupted.insert(uninterrupted.end(), {"--method", "gradient_descent", "--stop", "max_iterations=9"});
  const auto resumed = run_program(second).json();
  const auto expected = run_program(uninterrupted).json();
  for (const char* key : {"x", "value", "method", "iterations"}) EXPECT_EQ(resumed[key], expected[key]) << key;
}

TEST(Minimize, ARunWithoutSuccessPrintsItsResultAndEndsWithOne) {
  const Outcome run = run_program({"minimize", rosenbrock, "--from", "x=[-1.2,1]", "--method", "gradient_descent",
                                   "--stop", "max_iterations=3", "--json"});
  EXPECT_EQ(run.status, 1);
  EXPECT_EQ(run.json()["success"], false);
  EXPECT_EQ(run.json()["reason"], "max_iterations");
  EXPECT_EQ(run.json()["iterations"], 3);
}

TEST(Minimize, NonFiniteNumbersAreStrings) {
  const Outcome run = run_program({"minimize", "log(x)", "--from", "x=-1", "--json"});
  EXPECT_EQ(run.status, 2) << run.err;
  EXPECT_EQ(run.json()["value"], "nan");
  EXPECT_EQ(run.json()["reason"], "bad_start");
  EXPECT_EQ(run.json()["x"]["x"], -1);
}

TEST(Minimize, AFormulaMayBeginWithASign) {
  const Outcome run = run_program({"minimize", "-exp(-x**2)", "--from", "x=0.3", "--json"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_NEAR(run.json()["value"].get<double>(), -1, 1e-12);
}

TEST(Minimize, ReadsProblemFilesAndWritesTraces) {
  const std::string file = temporary_file(
      "rosenbrock.toml", "formula = \"" + std::string(rosenbrock) +
                             "\"\nfrom = \"x=[-1.2, 1]\"\nmethod = \"newton\"\n[stop]\nmax_iterations = 50\n");
  const std::string trace = temporary_file("trace.csv", "");
  const Outcome run = run_program({"minimize", file, "--trace", trace, "--json"});
  EXPECT_EQ(run.status, 0) << run.err;
  const Outcome again =
      run_program({"minimize", file, "--method", "gradient_descent", "--stop", "max_iterations=2", "--json"});
  EXPECT_EQ(again.json()["method"], "gradient_descent");
  EXPECT_EQ(again.status, 1);
}

TEST(Examples, TheProblemFilesRun) {
  const auto rosenbrock_file = run_program({"minimize", "examples/rosenbrock.toml", "--json"});
  EXPECT_EQ(rosenbrock_file.status, 0) << rosenbrock_file.err;
  EXPECT_NEAR(rosenbrock_file.json()["x"]["x"][0].get<double>(), 1, 1e-9);
  const auto fit = run_program({"fit", "examples/adsorption.toml", "--json"});
  EXPECT_EQ(fit.status, 0) << fit.err;
  EXPECT_NEAR(fit.json()["x"]["b1"].get<double>(), 337.99746163, 1e-7);
  const auto ridge = run_program({"minimize", "examples/ridge.toml", "--json"});
  EXPECT_EQ(ridge.status, 0) << ridge.err;
  // Normal equations: [4 10; 10 30.1] w = [20.2, 60.7].
  EXPECT_NEAR(ridge.json()["x"]["w"][0].get<double>(), (20.2 * 30.1 - 10 * 60.7) / (4 * 30.1 - 100), 1e-12);
  EXPECT_EQ(ridge.json()["reason"], "solved");
}

TEST(Export, WritesAnObjectAndItsHeader) {
  const std::string object = temporary_file("my-gradient.o", "");
  const Outcome run = run_program({"export", rosenbrock, "--from", "x=[-1.2,1]", "-o", object});
  EXPECT_EQ(run.status, 0) << run.err;
  const std::string header = object.substr(0, object.size() - 1) + "h";
  EXPECT_NE(run.out.find("as the C function my_gradient, declared in " + header), std::string::npos) << run.out;
  std::ifstream file(header);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  EXPECT_NE(text.find("void my_gradient(const double* input0, double* output0, double* output1);"), std::string::npos)
      << text;
  EXPECT_EQ(run_program({"export", "x**2", "--from", "x=1"}).status, 2);
}

TEST(Evaluate, GivesValueGradientAndHessianToTheLastDigit) {
  const Outcome run = run_program({"evaluate", rosenbrock, "--from", "x=[-1.2,1]", "--json"});
  EXPECT_EQ(run.status, 0) << run.err;
  const auto json = run.json();
  EXPECT_NEAR(json["value"].get<double>(), 24.2, 1e-13);
  EXPECT_NEAR(json["gradient"][0].get<double>(), -215.6, 1e-12);
  EXPECT_NEAR(json["hessian"][0][1].get<double>(), 480, 1e-12);
  EXPECT_FALSE(
      run_program({"evaluate", "x**2", "--from", "x=3", "--order", "0", "--json"}).json().contains("gradient"));
  EXPECT_FALSE(run_program({"evaluate", "x**2", "--from", "x=3", "--order", "1", "--json"}).json().contains("hessian"));
  EXPECT_EQ(run_program({"evaluate", "1/x", "--from", "x=0", "--order", "0", "--json"}).json()["value"], "inf");
}

TEST(Evaluate, AllEnginesAgree) {
  const char* formula = "sum(exp(-x)*sin(x)) + s*x[0]";
  const auto native = run_program({"evaluate", formula, "--from", "x=[0.5,2], s=3", "--json"}).json();
  const auto interpreter =
      run_program({"evaluate", formula, "--from", "x=[0.5,2], s=3", "--with", "interpreter", "--json"}).json();
  const auto differences =
      run_program({"evaluate", formula, "--from", "x=[0.5,2], s=3", "--with", "differences", "--json"}).json();
  EXPECT_EQ(native, interpreter);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(differences["gradient"][i].get<double>(), native["gradient"][i].get<double>(), 1e-8);
    for (std::size_t j = 0; j < 3; ++j)
      EXPECT_NEAR(differences["hessian"][i][j].get<double>(), native["hessian"][i][j].get<double>(), 1e-3);
  }
}

TEST(Check, ListsEveryCoordinate) {
  const Outcome run = run_program({"check", "sum(sin(x))*s", "--from", "x=[1,2], s=0.5", "--json"});
  EXPECT_EQ(run.status, 0) << run.err;
  const auto json = run.json();
  EXPECT_EQ(json["agrees"], true);
  ASSERT_EQ(json["coordinates"].size(), 3U);
  EXPECT_EQ(json["coordinates"][1]["name"], "x[1]");
  EXPECT_NEAR(json["coordinates"][0]["gradient"].get<double>(), 0.5 * std::cos(1.0), 1e-15);
}

TEST(Compare, ShowsMethodsSideBySide) {
  const Outcome run = run_program({"compare", rosenbrock, "--from", "x=[-1.2,1]", "--methods",
                                   "newton, gradient_descent(line_search=exact)", "--json"});
  EXPECT_EQ(run.status, 0) << run.err;
  const auto runs = run.json()["runs"];
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[1]["method"], "gradient_descent(line_search=exact)");
  const Outcome table = run_program({"compare", rosenbrock, "--from", "x=[-1.2,1]", "--methods", "newton"});
  EXPECT_NE(table.out.find("newton"), std::string::npos);
  EXPECT_NE(table.out.find("strict_minimum"), std::string::npos);
}

TEST(Methods, AreListedWithTheirOptions) {
  const Outcome all = run_program({"methods"});
  EXPECT_EQ(all.status, 0);
  for (const char* name :
       {"newton", "gradient_descent", "random_search", "local_search", "closed_form", "gradient_tolerance"}) {
    EXPECT_NE(all.out.find(name), std::string::npos) << name;
  }
  const Outcome one = run_program({"methods", "gradient_descent"});
  EXPECT_NE(one.out.find("sufficient_decrease"), std::string::npos);
  EXPECT_EQ(run_program({"methods", "--json"}).json()[0]["type"], "object");
}

TEST(Help, IsPrintedWithSuccess) {
  EXPECT_EQ(run_program({"--help"}).status, 0);
  EXPECT_EQ(run_program({"minimize", "--help"}).status, 0);
  EXPECT_EQ(run_program({"--version"}).out.rfind("downhill ", 0), 0U);
  const std::string evaluate = run_program({"evaluate", "--help"}).out;
  EXPECT_NE(evaluate.find("downhill evaluate [OPTIONS] FORMULA"), std::string::npos) << evaluate;
  EXPECT_NE(evaluate.find("native|interpreter|differences"), std::string::npos) << evaluate;
  EXPECT_EQ(evaluate.find("ENUM"), std::string::npos) << evaluate;
}

TEST(Check, WhatCannotBeJudgedIsNoSuccess) {
  const Outcome run = run_program({"check", "log(x)", "--from", "x=-1"});
  EXPECT_EQ(run.status, 1);
  EXPECT_EQ(run.out.rfind("gradient cannot be judged in the one coordinate: ", 0), 0U) << run.out;
}

struct Refused {
  std::vector<std::string> words;
  std::string begins;
};

// Every wrong call is one message on standard error, nothing on standard output, and status 2.
TEST(WrongCalls, AreOneMessageAndStatusTwo) {
  const std::string ragged = temporary_file("ragged.csv", "x,y\n1,2\n3\n");
  const std::string words = temporary_file("words.csv", "x,y\n1,2\n3,lots\n");
  const std::string missing = temporary_file("missing.csv", "x,y\n1,\n");
  const std::string binary = temporary_file("binary.csv", std::string("\x00\x01\x02\xff\n\x00", 6));
  const std::string empty = temporary_file("empty.csv", "");
  const std::string bad_toml = temporary_file("bad.toml", "formula = \n");
  const std::string unknown_key = temporary_file("key.toml", "formla = 'x'\n");
  const std::string no_formula = temporary_file("none.toml", "from = 'x=1'\n");
  const std::string points = temporary_file("points.csv", "x,y\n1,2\n2,4.1\n3,5.9\n");
  std::string brackets(100000, '(');
  const std::vector<Refused> table{
      {{}, "downhill: A subcommand is required"},
      {{"minimise", "x"}, "downhill: unknown command 'minimise' (known: check, compare, evaluate, "},
      {{"minimize", "x**2", "--from", "x=1", "--seed", "-1"}, "downhill: --seed: "},
      {{"minimize", "x**2", "--from", "x=1", "--seed", "99999999999999999999"}, "downhill: --seed: "},
      {{"train", "--data", points, "--patience", "-1"}, "downhill: --patience: "},
      {{"minimize", "x**2", "--from", "x=1", "--quiet", "--trace", "/dev/full"},
       "trace: cannot write '/dev/full': No space left on device"},
      {{"minimize"}, "downhill: FORMULA is required"},
      {{"minimize", "x**2"}, "minimize: there is no start: give --from \"x=1\""},
      {{"minimize", "x**2", "--from", "x=1", "--frm", "y=2"}, "downhill: "},
      {{"minimize", "", "--from", "x=1"}, "formula: the text is empty"},
      {{"minimize", "x^2", "--from", "x=1"},
       "formula:1:2: expected an operator or the end of the line, found '^'\n  x^2\n   ^\n  hint: write ** for a "
       "power"},
      {{"minimize", "(x", "--from", "x=1"}, "formula:1:1: '(' is not closed"},
      {{"minimize", brackets, "--from", "x=1"}, "formula:1:201: brackets nest deeper than 200 levels"},
      {{"minimize", "x + z", "--from", "x=1"}, "formula:1:5: unknown name 'z' (known: x)"},
      {{"minimize", "a = b; b = a; a", "--from", "x=1"}, "formula:1:5: assignments go in a circle: b needs a needs b"},
      {{"minimize", "x", "--from", "x=[1,2]"}, "formula:1:1: the value must be one number, found f64[2]"},
      {{"minimize", "A @ x", "--from", "A=ones((2,3)), x=[1,2]"},
       "formula:1:3: matmul: inner dimensions differ: f64[2,3] @ f64[2]"},
      {{"minimize", "sum(x)", "--from", "x=[]"}, "from:1:3: "},
      {{"minimize", "sum(x)", "--from", "x=zeros(0)"}, "from:1:3: x is empty: f64[0]"},
      {{"minimize", "x", "--from", "x=nan"}, "from: x is not finite: "},
      {{"minimize", "x", "--from", "x=1, x=2"}, "from:1:6: 'x' is assigned twice: first at 1:1"},
      {{"minimize", "x", "--from", "y"}, "from:1:1: expected name = value"},
      {{"minimize", "x**2", "--from", "x=1", "--method", "newtn"}, "options: unknown method 'newtn' (known: "},
      {{"minimize", "x**2", "--from", "x=1", "--method", "newton(shrink=2)"}, "newton: shrink = 2 is outside (0, 1)"},
      {{"minimize", "x**2", "--from", "x=1", "--method", "gradient_descent(lr=2)"},
       "gradient_descent: unknown option 'lr' (known: line_search)"},
      {{"minimize", "x**2", "--from", "x=1", "--stop", "tol=1"},
       "stop: unknown option 'tol' (known: gradient_tolerance, "},
      {{"minimize", "exp(x)", "--from", "x=1", "--method", "closed_form"}, "closed_form: "},
      {{"minimize", "x**2", "--from", "x=1", "--trace", "/no/such/folder/t.csv"},
       "trace: cannot write '/no/such/folder/t.csv': No such file or directory"},
      {{"minimize", "/no/such.toml"}, "minimize: cannot read '/no/such.toml': No such file or directory"},
      {{"minimize", bad_toml}, bad_toml + ":1:"},
      {{"minimize", unknown_key}, unknown_key + ":1:1: unknown key 'formla'"},
      {{"minimize", no_formula}, "minimize: " + no_formula + " has no formula"},
      {{"evaluate", "x", "--from", "x=1", "--order", "3"}, "downhill: "},
      {{"evaluate", "sum(x**2)", "--from", "x=zeros(100000)"}, "evaluate: the Hessian of 100000 variables takes 80 GB"},
      {{"evaluate", "x", "--from", "x=1", "--with", "magic"}, "downhill: "},
      {{"compare", "x**2", "--from", "x=1", "--methods", ""}, "method: the list is empty"},
      {{"methods", "newtn"}, "options: unknown method 'newtn'"},
      {{"fit", "--from", "a=1"}, "fit: there is no model"},
      {{"fit", "--model", "y ~ a*x", "--from", "a=1"}, "fit: there is no data: give --data FILE.csv"},
      {{"fit", "--model", "y + x", "--from", "a=1", "--data", points}, "model:1:3: a model has the form left ~ right"},
      {{"fit", "--model", "y ~ a*x", "--from", "a=1", "--data", "/no.csv"},
       "fit: cannot read '/no.csv': No such file or directory"},
      {{"fit", "--model", "y ~ a*x", "--from", "a=1", "--data", ragged},
       ragged + ":3:1: the row has 1 cell, the header 2"},
      {{"fit", "--model", "y ~ a*x", "--from", "a=1", "--data", words},
       words + ":3:3: column 'y': 'lots' is not a number"},
      {{"fit", "--model", "y ~ a*x", "--from", "a=1", "--data", missing},
       missing + ":2:3: column 'y' has no value here"},
      {{"fit", "--model", "y ~ a*x", "--from", "a=1", "--data", binary}, binary + ":1:1: a column has no name"},
      {{"fit", "--model", "y ~ a*x", "--from", "a=1", "--data", empty}, empty + ": the file is empty"},
      {{"fit", "--model", "z ~ a*x", "--from", "a=1", "--data", points}, points + ": unknown column 'z' (known: x, y)"},
      {{"fit", "--model", "Y ~ m*x + b", "--data", points},
       "fit: unknown name 'Y' on the left of the model (columns: x, y)"},
      {{"fit", "--model", "y ~ x*x", "--from", "x=1", "--data", points}, "fit: 'x' is a variable and a column of "},
      {{"fit", "--model", "y ~ [a, a]", "--from", "a=1", "--data", points},
       "model:1:1: the sides of the model do not fit: f64[3] ~ f64[2]"},
  };
  for (const auto& [call, begins] : table) {
    const Outcome run = run_program(call);
    const std::string shown = call.empty() ? "" : call[0] + " " + (call.size() > 1 ? call[1].substr(0, 50) : "");
    EXPECT_EQ(run.status, 2) << shown << "\n" << run.err;
    EXPECT_EQ(run.out, "") << shown;
    EXPECT_EQ(run.err.substr(0, begins.size()), begins) << shown << "\n" << run.err;
    EXPECT_LT(run.err.size(), 1000U) << shown;
  }
}

}  // namespace
}  // namespace downhill::app
