#pragma once
#include <downhill/bounds.hpp>
#include <downhill/derivatives.hpp>
#include <downhill/objective.hpp>
#include <downhill/program.hpp>
#include <downhill/result.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// What a loss looks like: along a line, over a plane, around a run.
namespace downhill::landscape {

/// The loss that is looked at.
struct Subject {
  Objective objective;
  /// The same loss as a function of one f64[n], where there is one: a grid is then evaluated as one native call.
  ArrayFunction loss = {};
  /// Where the loss is a mean over rows of data, as of a network: grids then go through the data piece by piece, and what is linear in x, as
  /// the first layer is, is computed once for all points.
  struct Rows {
    ArrayFunction sum;        ///< (x f64[n], some rows of each array of data) to the sum of the loss over them, f64[]
    std::vector<Array> data;  ///< of one number of rows, along the first axis
  };
  std::optional<Rows> rows = {};
  ProgramOptions options = {};
  std::function<std::string(std::size_t)> label = {};  ///< what coordinate i is called; `x[i]` unless given
  [[nodiscard]] std::string label_of(std::size_t i) const;
};

/// The points origin + s directions[0] + t directions[1] of a plane, or without t those of a line.
struct Frame {
  enum class Kind : std::uint8_t { coordinates, directions, random, principal, curvature };
  Kind kind = Kind::directions;
  std::vector<double> origin;                   ///< n
  std::vector<std::vector<double>> directions;  ///< one or two, n each
  std::vector<std::string> names;               ///< of s and t, as axes of a picture are labelled
  /// One a direction. principal: its share of the path's variance; curvature: the eigenvalue; else empty.
  std::vector<double> weights;

  [[nodiscard]] std::size_t size() const { return origin.size(); }
  [[nodiscard]] std::vector<double> point(double s, double t = 0) const;
};
/// "coordinates", "directions", "random", "principal", "curvature"
[[nodiscard]] std::string_view name(Frame::Kind kind);

/// The axes of one or two variables through x; s and t are the values of the variables themselves.
/// Throws OptionError for a variable there is not, or the same one twice.
[[nodiscard]] Frame coordinate_axes(const Subject& subject, std::span<const double> x,
                                    std::span<const std::size_t> variables);

/// Directions as they are given: s and t are in units of their lengths.
/// Throws ShapeError unless each has n numbers, OptionError for one that is zero or not finite, or two that are parallel.
[[nodiscard]] Frame along_directions(std::span<const double> origin, std::vector<std::vector<double>> directions,
                                     std::vector<std::string> names);

/// Variables that are scaled together: first, first + stride, …, `count` of them. A filter of a network, a column of weights.
struct Filter {
  std::size_t first = 0;
  std::size_t count = 1;
  std::size_t stride = 1;
};
/// Normal random directions whose part in each filter has the length of x there, so that pictures of networks of different scale
/// compare; the whole x is one filter where none are given. A filter that is zero in x does not move.
/// Reference: Li, Xu, Taylor, Studer & Goldstein, Visualizing the loss landscape of neural nets, NeurIPS 2018, section 4.
[[nodiscard]] Frame random_directions(std::span<const double> x, std::size_t count, std::uint64_t seed,
                                      std::span<const Filter> filters = {});

/// The unit directions in which the points of a path spread most, seen from its last point; at most 400 of them, evenly chosen, are
/// looked at. Throws OptionError for a path whose points do not spread in as many directions.
[[nodiscard]] Frame principal_directions(std::span<const TracePoint> path, std::size_t count);

/// Unit eigenvectors of the Hessian at x: of the largest eigenvalue, and with count = 2 of the smallest.
/// Throws OptionError for an objective without second derivatives, or where they are not finite.
[[nodiscard]] Frame curvature_directions(Objective& objective, std::span<const double> x, std::size_t count);

/// Where a point lies in a frame: its nearest point of the line or plane, and how far it is from that.
struct Position {
  double s = 0;
  double t = 0;
  double distance = 0;
};
[[nodiscard]] Position project(const Frame& frame, std::span<const double> x);
[[nodiscard]] std::vector<Position> project(const Frame& frame, std::span<const TracePoint> path);

/// A closed range of s or t.
struct Window {
  double low = 0;
  double high = 1;
};
/// Windows, one a direction, that show the positions with a margin; where a twentieth of them strays so far that the others would be
/// crammed into a tenth of the picture, without those. Clipped to the bounds along coordinate axes.
[[nodiscard]] std::vector<Window> windows(const Frame& frame, std::span<const Position> positions,
                                          const Bounds* bounds = nullptr);

/// f along a line. Values outside the bounds of the objective, and where f fails, are NaN.
struct Line {
  Frame frame;
  std::vector<double> s;       ///< ascending
  std::vector<double> values;  ///< one a point
  std::size_t lowest = none;   ///< index of the lowest value
  static constexpr std::size_t none = ~std::size_t{0};
};

/// -gradient of f on a coarse grid, in units of f by s and by t.
struct Field {
  std::vector<double> s, t;              ///< of each arrow
  std::vector<double> along_s, along_t;  ///< derivatives of f(s, t), not negated
};

/// f over a plane. Values outside the bounds of the objective, and where f fails, are NaN.
struct Plane {
  Frame frame;
  std::vector<double> s, t;    ///< ascending
  std::vector<double> values;  ///< row-major, t.size() × s.size()
  std::size_t lowest = none;   ///< index of the lowest value into `values`
  Field field;                 ///< empty unless the objective has gradients
  static constexpr std::size_t none = Line::none;

  [[nodiscard]] double at(std::size_t row, std::size_t column) const { return values[row * s.size() + column]; }
};

/// What a grid took.
struct GridCost {
  double compile = 0;     ///< seconds, tracing included
  double run = 0;         ///< seconds
  std::size_t batch = 0;  ///< points in one native call; 1: one by one
  std::size_t points = 0;
};

struct GridOptions {
  std::size_t columns = 200;                         ///< points along s
  std::size_t rows = 200;                            ///< points along t
  std::size_t arrows = 16;                           ///< of the gradient field along each axis; 0: no field
  std::size_t most_bytes = std::size_t{256} << 20U;  ///< of scratch for one batch
};

/// f at `options.columns` even points of the window.
[[nodiscard]] Line line(Subject& subject, const Frame& frame, const Window& window, const GridOptions& options = {},
                        GridCost* cost = nullptr);
/// f at options.rows × options.columns points. Batches are as large as most_bytes allows.
/// Throws OptionError for a frame of one direction, fewer than two points an axis, or a window that is empty.
[[nodiscard]] Plane plane(Subject& subject, const Frame& frame, const Window& s, const Window& t,
                          const GridOptions& options = {}, GridCost* cost = nullptr);

/// The slice that iteration k of a recorded run walked along, extended to both sides: s = 0 at the point before it, 1 after it.
/// Throws OptionError unless the trace holds points and has an iteration k >= 1 that moved.
[[nodiscard]] Line search_slice(Subject& subject, std::span<const TracePoint> path, std::size_t k);

/// Eigenvalues of the Hessian at x, ascending.
struct Spectrum {
  std::vector<double> eigenvalues;
  bool is_complete = false;  ///< all n, up to 600 variables; else the extremes of both ends
  std::size_t size = 0;      ///< n
};
/// Throws OptionError for an objective without second derivatives, or where they are not finite.
[[nodiscard]] Spectrum spectrum(Objective& objective, std::span<const double> x);

/// How heights are told apart: by differences, or by ratios above `base`.
struct HeightScale {
  enum class Kind : std::uint8_t { linear, logarithmic };
  Kind kind = Kind::linear;
  double base = 0;  ///< logarithmic: heights are f - base
  double low = 0;   ///< linear: of f; logarithmic: of f - base, positive
  double high = 1;

  /// From 0 at low to 1 at high, clamped; NaN for NaN.
  [[nodiscard]] double position(double value) const;
};
/// Logarithmic where most of the values lie in the lowest tenth of their range. Not finite values are left out.
[[nodiscard]] HeightScale height_scale(std::span<const double> values);
/// About `count` levels at round numbers of the scale, ascending.
[[nodiscard]] std::vector<double> contour_levels(const HeightScale& scale, std::size_t count = 10);

/// The lines of one height, closed or from edge to edge.
struct Contour {
  double level = 0;
  struct Polyline {
    std::vector<double> s, t;
    [[nodiscard]] bool is_closed() const { return s.front() == s.back() && t.front() == t.back(); }
  };
  std::vector<Polyline> lines;
};
/// By marching squares, linear along the edges of cells and by the mean of four corners where two lines cross a cell; cells with a
/// value that is not finite are left out. Reference: Lorensen & Cline, SIGGRAPH 1987, in two dimensions.
[[nodiscard]] std::vector<Contour> contours(const Plane& plane, std::span<const double> levels);

}  // namespace downhill::landscape
