#pragma once
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string_view>
#include <vector>

#include "problems/instances.hpp"
#include "problems/recorder.hpp"

namespace downhill::bench {

/// An instance ready to run on.
class Opened {
 public:
  /// Throws OptionError for an unknown key.
  explicit Opened(std::string_view key);

  [[nodiscard]] Recorder& recorder() const { return *recorder_; }
  [[nodiscard]] const std::vector<double>& start() const { return start_; }
  /// For downhill itself: its evaluations pass through the recorder like everybody's.
  [[nodiscard]] Objective objective() const { return Objective(recorder_); }

 private:
  std::shared_ptr<Recorder> recorder_;
  std::vector<double> start_;
};

/// The instances with what is known of each.
[[nodiscard]] nlohmann::json instances_json(const std::vector<Instance>& instances);
/// What was counted and seen since the last reset.
[[nodiscard]] nlohmann::json report_json(const Recorder& recorder);

}  // namespace downhill::bench
