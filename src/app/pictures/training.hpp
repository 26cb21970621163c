#pragma once
#include <downhill/learn/session.hpp>
#include <downhill/result.hpp>

#include <string>
#include <vector>

#include "app/pictures/html.hpp"
#include "landscape/figure.hpp"

namespace downhill::app {

/// The training loss between two epochs' ends, as it went.
struct LossByStep {
  std::vector<double> steps;
  std::vector<double> losses;  ///< mean of the epoch so far

  /// Notes what a session tells of its steps; must outlive it.
  void follow(learn::SessionOptions& session);
};

/// What a training run was scored by.
struct Scored {
  bool has_validation = false;
  bool has_test = false;
  bool has_labels = false;
};

/// Loss by step and at the end of each epoch and, of a run with labels, the share of right answers.
[[nodiscard]] landscape::Figure picture_of_training(const learn::Task& task, const LossByStep& by_step,
                                                    const learn::TrainingResult& result, const Scored& scored);

/// words: of the command line
[[nodiscard]] Report report_of_training(const learn::Task& task, const learn::TrainingResult& result,
                                        const std::vector<std::string>& words);

/// Value and gradient by iteration of a run over all samples at once.
[[nodiscard]] landscape::Figure picture_of_training(const learn::Task& task, const Result& result);
[[nodiscard]] Report report_of_training(const learn::Task& task, const Result& result,
                                        const std::vector<std::string>& words);

}  // namespace downhill::app
