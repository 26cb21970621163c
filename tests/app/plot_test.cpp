#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/pictures/html.hpp"
#include "app/pictures/text.hpp"
#include "app/program.hpp"
#include "landscape/xml.hpp"

namespace downhill::app {
namespace {

const std::string rosenbrock = "(1 - x[0])**2 + 100*(x[1] - x[0]**2)**2";

std::string fresh(const std::string& name) {
  const std::string path = testing::TempDir() + name;
  std::filesystem::remove(path);
  return path;
}

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// A variable of the environment, as it was before when this ends.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    ::setenv(name, value, 1);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment() { ::setenv(name_, before_.c_str(), 1); }

 private:
  const char* name_;
  std::string before_;
};

TEST(Plot, OfARunIsAWholeSvg) {
  for (const auto& [formula, from] : std::vector<std::pair<std::string, std::string>>{
           {rosenbrock, "x=[-1.2, 1]"}, {"x**4 - x", "x=3"}, {"sum((x - arange(5))**4)", "x=[3, 1, 4, 1, 5]"}}) {
    const std::string path = fresh("plot_run.svg");
    const Outcome outcome = run_program({"minimize", formula, "--from", from, "--plot", path});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(landscape::fault_of_xml(content(path)), "") << formula;
  }
}

TEST(Plot, OfAFitHasDataBandAndResiduals) {
  const std::string path = fresh("plot_fit.svg");
  const Outcome outcome = run_program({"fit", "--data", "examples/data/misra1b.csv", "--model",
                                       "y ~ b1*(1 - (1 + b2*x/2)**(-2))", "--from", "b1=500, b2=1e-4", "--plot", path});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  const std::string svg = content(path);
  EXPECT_EQ(landscape::fault_of_xml(svg), "");
  for (const char* word : {"95 % confidence", "residuals", ">data<", ">fit<"})
    EXPECT_NE(svg.find(word), svg.npos) << word;
}

TEST(Plot, OfAComparisonNamesTheMethods) {
  const std::string path = fresh("plot_compare.svg");
  const Outcome outcome =
      run_program({"compare", rosenbrock, "--from", "x=[-1.2, 1]", "--methods", "newton, lbfgs, bfgs", "--plot", path});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  const std::string svg = content(path);
  EXPECT_EQ(landscape::fault_of_xml(svg), "");
  for (const char* method : {"newton", "lbfgs", "bfgs"}) EXPECT_NE(svg.find(method), svg.npos) << method;
}

TEST(Plot, WhatCannotBeDrawnIsSaidBeforeTheRun) {
  const auto message = [](const std::string& plot) {
    return run_program({"minimize", "x**2", "--from", "x=1", "--plot", plot});
  };
  Outcome outcome = message("picture.jpg");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err,
            "plot: 'picture.jpg' has no known ending (known: .svg, .png, .pdf, .html, and - for the terminal)\n");
  outcome = message("/no/such/folder/picture.svg");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err, "plot: cannot write '/no/such/folder/picture.svg': there is no folder '/no/such/folder'\n");
}

TEST(Plot, WithoutGnuplotThereIsOneErrorAndNoFile) {
  const std::string path = fresh("plot_missing.svg");
  const Environment nowhere("PATH", "/nonexistent");
  const Outcome outcome = run_program({"minimize", "x**2", "--from", "x=1", "--plot", path});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(
      outcome.err,
      "plot: gnuplot is not installed: there is no 'gnuplot' in the PATH\n  hint: Debian's package gnuplot-nox\n");
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Plot, AFailingGnuplotLeavesTheOldPictureAlone) {
  const std::filesystem::path folder = testing::TempDir() + "plot_failing";
  std::filesystem::create_directories(folder);
  {
    // Says hello to the first call, which looks whether it is there, and fails half-way through the second.
    std::ofstream(folder / "gnuplot") << "#!/bin/sh\nif [ -e " << (folder / "called").string()
                                      << " ]; then printf '<svg>half'; echo 'line 7: no room' >&2; exit 1; fi\n: > "
                                      << (folder / "called").string() << "\n";
  }
  std::filesystem::permissions(folder / "gnuplot", std::filesystem::perms::owner_all);
  std::filesystem::remove(folder / "called");
  const std::string path = temporary_file("plot_old.svg", "old");
  const Environment there("PATH", folder.c_str());
  const Outcome outcome = run_program({"minimize", "x**2", "--from", "x=1", "--plot", path, "--quiet"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_NE(outcome.out.find("found a strict minimum"), std::string::npos) << "the result is told all the same";
  EXPECT_EQ(outcome.err, "plot: gnuplot failed: line 7: no room\n");
  EXPECT_EQ(content(path), "old");
}

TEST(Plot, AReportNeedsNothingFromOutside) {
  const std::string path = fresh("plot_report.html");
  const std::string formula = "x**2 + 0*y # </script><b>";
  const Outcome outcome = run_program({"minimize", formula, "--from", "x=1, y=2", "--plot", path, "--quiet"});
  if (plotly().empty()) {
    EXPECT_EQ(outcome.status, 2);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err.substr(0, outcome.err.find('\n')), "plot: this build cannot write HTML: it has no Plotly");
    EXPECT_FALSE(std::filesystem::exists(path));
    return;
  }
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  const std::string html = content(path);
  EXPECT_EQ(html.find("<script src"), html.npos);
  EXPECT_EQ(html.find("<link"), html.npos);
  EXPECT_EQ(html.find("</script><b>"), html.npos) << "a formula is text";
  EXPECT_NE(html.find("Verdict and evidence"), html.npos);
  EXPECT_NE(html.find("downhill minimize"), html.npos);
}

TEST(Plot, CommandsAreQuotedForAShell) {
  EXPECT_EQ(shell_line({"minimize", "x**2", "--from", "x=1"}), "downhill minimize 'x**2' --from x=1");
  EXPECT_EQ(shell_line({"it's", ""}), "downhill 'it'\\''s' ''");
}

TEST(Landscape, TellsWhatItDraws) {
  const Outcome outcome =
      run_program({"landscape", rosenbrock, "--from", "x=[-1.2, 1]", "--method", "newton", "--points", "50", "--json"});
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const nlohmann::json json = outcome.json();
  EXPECT_EQ(json["plane"]["frame"]["names"], (nlohmann::json{"x[0]", "x[1]"}));
  EXPECT_EQ(json["plane"]["values"].size(), 50U);
  EXPECT_EQ(json["grid"]["batch"], 2500);
  EXPECT_EQ(json["path"]["s"][0], -1.2);
  EXPECT_EQ(json["path"]["t"][0], 1.0);
  EXPECT_NEAR(json["path"]["s"].back().get<double>(), 1, 1e-9);
  const double s = json["plane"]["s"][7], t = json["plane"]["t"][31];
  const double f = (1 - s) * (1 - s) + 100 * (t - s * s) * (t - s * s);
  EXPECT_NEAR(json["plane"]["values"][31][7].get<double>(), f, 1e-12 * f);
  for (const auto& contour : json["plane"]["contours"]) {
    const double level = contour["level"];
    for (const auto& line : contour["lines"]) {
      for (std::size_t k = 0; k < line["s"].size(); ++k) {
        // Between grid points f is not straight: the height there lies between those of the cell's corners.
        const double a = line["s"][k], b = line["t"][k];
        const double height = (1 - a) * (1 - a) + 100 * (b - a * a) * (b - a * a);
        EXPECT_NEAR(std::sqrt(height), std::sqrt(level), 2.2);
      }
    }
  }
  EXPECT_NEAR(json["spectrum"]["eigenvalues"][1].get<double>(), 1001.6, 0.1);
}

TEST(Landscape, RefusesWhatThereIsNot) {
  const auto message = [](const std::vector<std::string>& more) {
    std::vector<std::string> words{"landscape", "sum(x**2)", "--from", "x=[1, 2, 3]"};
    words.insert(words.end(), more.begin(), more.end());
    const Outcome outcome = run_program(words);
    EXPECT_EQ(outcome.status, 2);
    return outcome.err;
  };
  EXPECT_EQ(message({"--axes", "x[0], y"}), "axes: there is no variable 'y': they are called x[0] to x[2]\n");
  EXPECT_EQ(message({"--axes", "x[0], x[1], x[2]"}), "axes: one or two are needed: 'x[0], x[1], x[2]' has 3\n");
  EXPECT_EQ(
      message({"--directions", "up"}),
      "directions: unknown: 'up' (known: random, principal, curvature, or vectors as \"u = [1, 0], v = [0, 1]\")\n");
  EXPECT_EQ(message({"--directions", "u = [1, 0]"}),
            "landscape: a direction has not as many numbers as there are variables: 2 and 3\n");
  EXPECT_EQ(message({"--window", "[2, -2], [0, 1]", "--directions", "random"}),
            "window: the range is empty: 2 to -2\n");
  EXPECT_EQ(message({"--window", "[0, 1]", "--directions", "random"}),
            "window: as many ranges as axes are needed: 1 and 2\n");
  EXPECT_EQ(message({"--window", "0..1", "--directions", "random"}), "window: '0..1' is no range as [-2, 2]\n");
  EXPECT_EQ(message({"--slice", "7000"}).substr(0, 47), "landscape: there is no recorded iteration 7000:");
}

TEST(TextPlot, OnTheTerminalIsInTheLettersOfTheLocale) {
  const std::vector<std::string> words{"minimize", rosenbrock, "--from", "x=[-1.2, 1]",
                                       "--method", "newton",   "--plot", "-"};
  {
    const Environment utf8("LC_ALL", "C.UTF-8");
    const Outcome outcome = run_program(words);
    EXPECT_EQ(outcome.status, 0);
    EXPECT_NE(outcome.out.find("\xe2\xa0"), std::string::npos);  // braille
    EXPECT_NE(outcome.out.find("iteration"), std::string::npos);
    EXPECT_EQ(outcome.out.find('\033'), std::string::npos) << "no colours where nobody looks";
  }
  const Environment plain("LC_ALL", "C");
  const Outcome outcome = run_program(words);
  EXPECT_EQ(outcome.status, 0);
  for (const char c : outcome.out) ASSERT_LT(static_cast<unsigned char>(c), 0x80);
  EXPECT_NE(outcome.out.find('*'), std::string::npos);
}

TEST(TextPlot, SeveralMethodsAreToldApartWhereThereAreNoColours) {
  const Environment utf8("LC_ALL", "C.UTF-8");
  const Outcome outcome = run_program(
      {"compare", rosenbrock, "--from", "x=[-1.2, 1]", "--methods", "newton, gradient_descent", "--plot", "-"});
  EXPECT_NE(outcome.out.find(" * newton\n"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find(" o gradient_descent"), std::string::npos) << outcome.out;
  EXPECT_EQ(outcome.out.find("\xe2\xa0"), std::string::npos) << "no braille, whose dots look alike";
}

TEST(TextPlot, AStraightLineIsADiagonal) {
  const landscape::Chart chart{
      .title = "",
      .x = {"n"},
      .y = {"f"},
      .series = {{.kind = landscape::Series::Kind::line, .name = "", .x = {0, 9}, .y = {0, 9}}}};
  EXPECT_EQ(text_chart(chart, 10, 5, Letters::ascii, Terminal{}),
            "  f\n"
            "           9 |        **\n"
            "             |      **\n"
            "         4.5 |    **\n"
            "             |  **\n"
            "           0 |**\n"
            "             +----------\n"
            "              0   n    9\n");
}

}  // namespace
}  // namespace downhill::app
