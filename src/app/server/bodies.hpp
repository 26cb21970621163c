#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace downhill::options {
struct Field;
}

/// The bodies of requests, declared like the options of methods: reading, checking and the OpenAPI document come from `fields()`.
namespace downhill::server {

/// A loss with its variables: a formula, a problem of the library, or a model with data.
struct Setup {
  std::string formula;
  std::string problem;
  std::int64_t n = 0;
  std::string from;
  std::string bounds;
  std::string model;
  std::string data;
  std::string loss;

  static constexpr std::string_view name = "setup";
  static constexpr std::string_view doc = "a loss with its variables: one of formula, problem and model";
  static std::vector<options::Field> fields();
};

/// What is known of a set-up before anything runs.
struct Describe {
  Setup setup;

  static constexpr std::string_view name = "describe";
  static constexpr std::string_view doc = "what is known of a loss before anything runs";
  static std::vector<options::Field> fields();
};

struct LookAt {
  Setup setup;
  std::vector<double> x;

  static constexpr std::string_view name = "look_at";
  static constexpr std::string_view doc = "a point to look at";
  static std::vector<options::Field> fields();
};

/// A plane through x along two coordinates, or a line where rows is 1.
struct Grid {
  Setup setup;
  std::vector<double> x;
  std::int64_t first = 0;
  std::int64_t second = 1;
  double left = -1;
  double right = 1;
  double bottom = -1;
  double top = 1;
  std::int64_t columns = 100;
  std::int64_t rows = 100;

  static constexpr std::string_view name = "grid";
  static constexpr std::string_view doc = "values over a plane along two coordinates";
  static std::vector<options::Field> fields();
  void check() const;
};

struct Start {
  Setup setup;
  std::string method = "auto";
  std::string stop;
  std::int64_t seed = 0;
  std::int64_t first = 0;
  std::int64_t second = 1;

  static constexpr std::string_view name = "start";
  static constexpr std::string_view doc = "a run to start";
  static std::vector<options::Field> fields();
};

}  // namespace downhill::server
