#include "app/server/bodies.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include "options/fields.hpp"

namespace downhill::server {

using options::field;

namespace {

constexpr options::Range index = options::at_least(0);
constexpr options::Range finite = options::open(-options::infinity, options::infinity);

}  // namespace

options::Fields Setup::fields() {
  return {field("formula", &Setup::formula, "the loss as a formula"),
          field("problem", &Setup::problem, "a problem of the library, by name"),
          field("n", &Setup::n, "variables of that problem; 0: as many as is usual", options::at_least(0)),
          field("from", &Setup::from, "variables and where they start: x=[-1.2, 1], s=0.5"),
          field("bounds", &Setup::bounds, "on the variables: 0 <= x <= 1"),
          field("model", &Setup::model, "left ~ right, of columns of the data and of variables"),
          field("data", &Setup::data, "CSV text with a row of names"),
          field("loss", &Setup::loss, "of a model's residuals: squared, huber(scale=0.1), ...")};
}

options::Fields Describe::fields() { return {field("setup", &Describe::setup, "the loss")}; }

options::Fields LookAt::fields() {
  return {field("setup", &LookAt::setup, "the loss"),
          field("x", &LookAt::x, "all variables side by side; empty: where they start", finite)};
}

options::Fields Grid::fields() {
  return {field("setup", &Grid::setup, "the loss"),
          field("x", &Grid::x, "a point of the plane; empty: the start", finite),
          field("first", &Grid::first, "coordinate to the right", index),
          field("second", &Grid::second, "coordinate upwards", index),
          field("left", &Grid::left, "first coordinate of the first column", finite),
          field("right", &Grid::right, "first coordinate of the last column", finite),
          field("bottom", &Grid::bottom, "second coordinate of the first row", finite),
          field("top", &Grid::top, "second coordinate of the last row", finite),
          field("columns", &Grid::columns, "points to the right", options::at_least(2)),
          field("rows", &Grid::rows, "points upwards; 1: a line, without a second coordinate", options::at_least(1))};
}

void Grid::check() const {
  if (!(left < right)) throw OptionError(fmt::format("grid: left = {} is not below right = {}", left, right));
  if (rows > 1 && !(bottom < top))
    throw OptionError(fmt::format("grid: bottom = {} is not below top = {}", bottom, top));
}

options::Fields Start::fields() {
  return {field("setup", &Start::setup, "the loss"),
          field("method", &Start::method, "text of a method with its options, or auto"),
          field("stop", &Start::stop, "gradient_tolerance=1e-8, max_iterations=500"),
          field("seed", &Start::seed, "of methods that draw random numbers", index),
          field("first", &Start::first, "a coordinate that the path is recorded in", index),
          field("second", &Start::second, "the other one; not used for one variable", index)};
}

}  // namespace downhill::server
