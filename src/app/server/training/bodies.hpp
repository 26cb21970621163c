#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/training_arguments.hpp"

namespace downhill::options {
struct Field;
}

namespace downhill::server {

enum class ScalingWord : std::uint8_t { automatic, overall, per_feature, range, none };
constexpr auto enum_names(ScalingWord) {
  using Named = std::pair<std::string_view, ScalingWord>;
  return std::array{Named{"auto", ScalingWord::automatic}, Named{"overall", ScalingWord::overall},
                    Named{"per_feature", ScalingWord::per_feature}, Named{"range", ScalingWord::range},
                    Named{"none", ScalingWord::none}};
}
enum class Precision : std::uint8_t { f32, f64 };
constexpr auto enum_names(Precision) {
  using Named = std::pair<std::string_view, Precision>;
  return std::array{Named{"f32", Precision::f32}, Named{"f64", Precision::f64}};
}

/// The body of a request that starts a training run: what `downhill train` takes, with its defaults.
struct StartTraining {
  std::string data;   ///< one of those that GET /api/learning lists
  std::string table;  ///< CSV, in its place
  std::string label;
  std::string model = app::TrainingArguments{}.model;
  std::string loss = app::TrainingArguments{}.loss;
  std::string method = app::usual_rule;
  std::int64_t batch = app::TrainingArguments{}.batch;
  std::uint64_t epochs = app::TrainingArguments{}.epochs;
  double validation = app::TrainingArguments{}.validation;
  std::uint64_t patience = app::TrainingArguments{}.patience;
  double l1 = app::TrainingArguments{}.l1;
  double l2 = app::TrainingArguments{}.l2;
  ScalingWord scaling = ScalingWord::automatic;
  Precision dtype = Precision::f32;
  std::int64_t seed = 0;

  static constexpr std::string_view name = "training";
  static constexpr std::string_view doc = "a training run to start";
  static std::vector<options::Field> fields();
  void check() const;
};

}  // namespace downhill::server
