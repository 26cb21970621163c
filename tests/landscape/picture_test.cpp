#include <gtest/gtest.h>
#include <downhill/error.hpp>
#include <downhill/minimize.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "landscape/figure.hpp"
#include "landscape/gnuplot.hpp"
#include "landscape/subjects.hpp"
#include "landscape/thinned.hpp"
#include "landscape/xml.hpp"

namespace downhill::landscape {
namespace {

Figure picture_of_rosenbrock(const std::string& title) {
  Subject subject = subject_of(rosenbrock, 2);
  const Result result =
      minimize(subject.objective, std::vector{-1.2, 1.0}, parse_method("newton"), {}, {.record = Record::points});
  const Frame frame = coordinate_axes(subject, result.x, std::vector<std::size_t>{0, 1});
  const auto places = project(frame, result.trace);
  const auto around = windows(frame, places);
  Chart chart = plane_chart(plane(subject, frame, around[0], around[1], {.columns = 40, .rows = 40}), "f");
  chart.heat->arrows = Heat::Arrows::shown;
  add_path(chart, places, "newton", 0);
  const RunRecord record{"newton", result.trace};
  return {.title = title,
          .columns = {{std::move(chart)}, {value_chart({&record, 1}), gradient_chart({&record, 1})}},
          .widths = {2, 1},
          .width = 900,
          .height = 500};
}

TEST(Picture, PathPointsAreTheIterates) {
  const Figure figure = picture_of_rosenbrock("");
  const Series& path = figure.columns[0][0].series[1];
  ASSERT_EQ(path.kind, Series::Kind::path);
  EXPECT_EQ(path.x.front(), -1.2);
  EXPECT_EQ(path.y.front(), 1.0);
  // Newton's first step from (-1.2, 1) by hand: H = [[1330, 480], [480, 200]], g = (-215.6, -88).
  EXPECT_NEAR(path.x[1], -1.2 + (215.6 * 200 - 88 * 480) / (1330 * 200.0 - 480 * 480.0), 1e-12);
  EXPECT_NEAR(path.y[1], 1.0 + (88 * 1330 - 215.6 * 480) / (1330 * 200.0 - 480 * 480.0), 1e-12);
  EXPECT_NEAR(path.x.back(), 1, 1e-9);
  EXPECT_NEAR(path.y.back(), 1, 1e-9);
}

TEST(Picture, SvgIsWellFormedAndHasTheLabels) {
  const std::string svg = draw(picture_of_rosenbrock("a < b & 'c' {/Symbol x}"), Format::svg);
  EXPECT_EQ(fault_of_xml(svg), "");
  EXPECT_NE(svg.find("x[0]"), svg.npos);
  EXPECT_NE(svg.find("iteration"), svg.npos);
  EXPECT_NE(svg.find("a &lt; b &amp; \u2019c\u2019 {/Symbol x}"), svg.npos) << "text stands as it is";
}

TEST(Picture, PngAndPdfAreWhole) {
  const Figure figure = picture_of_rosenbrock("Rosenbrock");
  EXPECT_EQ(draw(figure, Format::png).substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_EQ(draw(figure, Format::pdf).substr(0, 5), "%PDF-");
}

TEST(Picture, TextOfAUserIsNoCommand) {
  const std::string file = testing::TempDir() + "picture_injection";
  std::filesystem::remove(file);
  const std::string title = "'; system('touch " + file + "') #`touch " + file + "`\n!touch " + file;
  Figure figure = picture_of_rosenbrock(title);
  figure.columns[0][0].x.label = title;
  figure.columns[0][0].series[1].name = title;
  EXPECT_EQ(fault_of_xml(draw(figure, Format::svg)), "");
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(Picture, AMissingGnuplotIsSaid) {
  try {
    (void)run_gnuplot("exit\n", "gnuplot-that-is-not-there");
    FAIL();
  } catch (const ExecutionError& error) {
    EXPECT_STREQ(
        error.what(),
        "plot: gnuplot is not installed: there is no 'gnuplot-that-is-not-there' in the PATH\n  hint: Debian's "
        "package gnuplot-nox");
  }
}

TEST(Picture, WhatGnuplotRefusesIsSaidInItsWords) {
  try {
    (void)run_gnuplot("plot no_such_function(x)\n");
    FAIL();
  } catch (const ExecutionError& error) {
    const std::string what = error.what();
    EXPECT_TRUE(what.starts_with("plot: gnuplot failed: line 0: ")) << what;
    EXPECT_NE(what.find("no_such_function"), what.npos) << what;
  }
}

TEST(Charts, ValuesThatFallOverDecadesHaveALogarithmicAxis) {
  std::vector<TracePoint> trace(10);
  for (std::size_t k = 0; k < 10; ++k) {
    trace[k].iteration = k;
    trace[k].value = std::pow(0.1, static_cast<double>(k));
  }
  const RunRecord record{"run", trace};
  const Chart falls = value_chart({&record, 1});
  EXPECT_EQ(falls.y.scale, AxisScale::logarithmic);
  EXPECT_EQ(falls.y.label, "f");
  EXPECT_EQ(falls.series[0].y.size(), 10U);
  for (TracePoint& point : trace) point.value -= 3;
  const Chart settles = value_chart({&record, 1});
  EXPECT_EQ(settles.y.scale, AxisScale::logarithmic);
  EXPECT_EQ(settles.y.label, "f above -3");
  EXPECT_EQ(settles.series[0].y.size(), 9U) << "the lowest itself has no logarithm";
  for (std::size_t k = 0; k < 10; ++k) trace[k].value = 5 - static_cast<double>(k) / 10;
  EXPECT_EQ(value_chart({&record, 1}).y.scale, AxisScale::linear);
}

TEST(Charts, ALongLineKeepsItsBeginningItsEndAndItsExtremes) {
  Series series{.kind = Series::Kind::line, .name = "", .x = {}, .y = {}};
  for (int k = 0; k < 20000; ++k) {
    series.x.push_back(k);
    series.y.push_back(k == 12345 ? 99 : std::sin(k));
  }
  const Series few = thinned(series);
  EXPECT_LT(few.x.size(), 1500U);
  EXPECT_TRUE(std::ranges::is_sorted(few.x));
  for (std::size_t k = 0; k < 200; ++k) ASSERT_EQ(few.x[k], series.x[k]);
  EXPECT_EQ(few.x.back(), 19999);
  EXPECT_NE(std::ranges::find(few.y, 99.0), few.y.end());
}

}  // namespace
}  // namespace downhill::landscape
