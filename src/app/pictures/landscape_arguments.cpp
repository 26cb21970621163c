#include "app/pictures/landscape_arguments.hpp"

#include <CLI/CLI.hpp>

namespace downhill::app {

void define_landscape(CLI::App& subcommand, LandscapeArguments& given) {
  CLI::Option* axes = subcommand.add_option(
      "--axes", given.axes,
      "one or two variables: \"x[0], x[3]\"; of one or two variables they are the axes unless given");
  subcommand
      .add_option("--directions", given.directions,
                  "random, principal (of the path), curvature (extremes of the Hessian), each with :1 behind it for a "
                  "line, or vectors: \"u = [1, 0, 0], v = [0, 1, 1]\"")
      ->excludes(axes);
  subcommand.add_option("--window", given.window,
                        "range of each axis: \"[-2, 2], [-1, 3]\"; what shows the path unless given");
  subcommand.add_option("--points", given.points, "of the grid along each axis")
      ->check(CLI::Range(std::size_t{2}, std::size_t{4000}))
      ->capture_default_str();
  subcommand.add_option("--slice", given.slice, "also f along the step of this iteration")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1} << 31U));
  subcommand.add_option(
      "--trained", given.trained,
      "file that train wrote, in place of a formula: the mean loss over the samples of --data around its weights");
  subcommand.get_option("FORMULA")->required(false);
}

}  // namespace downhill::app
