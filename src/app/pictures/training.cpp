#include "app/pictures/training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>

#include "support/numbers.hpp"

namespace downhill::app {
namespace {

using landscape::Chart;
using landscape::Series;
using learn::EpochReport;

Series by_epoch(const std::vector<EpochReport>& epochs, std::string name, std::size_t color,
                const std::function<double(const EpochReport&)>& value) {
  Series series{.kind = Series::Kind::line_points, .name = std::move(name), .color = color, .x = {}, .y = {}};
  for (const EpochReport& epoch : epochs) {
    series.x.push_back(static_cast<double>(epoch.steps));
    series.y.push_back(value(epoch));
  }
  return series;
}

// Losses over more than a decade are told apart by their ratios.
landscape::AxisScale scale_of(const Chart& chart) {
  double low = INFINITY, high = 0;
  for (const Series& series : chart.series) {
    for (const double value : series.y) {
      if (!std::isfinite(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  return low > 0 && high > 20 * low ? landscape::AxisScale::logarithmic : landscape::AxisScale::linear;
}

}  // namespace

void LossByStep::follow(learn::SessionOptions& session) {
  session.on_step = [this, shown = std::move(session.on_step)](const learn::TrainingProgress& progress) {
    if (shown) shown(progress);
    if (progress.step_in_epoch == 0) return;  // no loss yet
    steps.push_back(static_cast<double>(progress.epoch * progress.steps_per_epoch + progress.step_in_epoch));
    losses.push_back(progress.loss);
  };
}

Report report_of_training(const learn::Task& task, const learn::TrainingResult& result,
                          const std::vector<std::string>& words) {
  Report report{.title = task.model.text(), .sentence = result.message, .command = shell_line(words)};
  report.findings.emplace_back("ended", std::string(name(result.end)));
  for (const EpochReport& epoch : result.epochs) {
    report.findings.emplace_back(
        fmt::format("epoch {}", epoch.epoch),
        fmt::format("training loss {}, test loss {}, right answers {:.2f} %", rounded(epoch.training_loss, 5),
                    rounded(epoch.test.loss, 5), 100 * epoch.test.accuracy));
  }
  report.settings.emplace_back("loss", task.loss.text());
  report.settings.emplace_back("rule", task.rule.text());
  report.settings.emplace_back("batch", std::to_string(task.batch));
  report.settings.emplace_back("seed", std::to_string(task.seed));
  return report;
}

landscape::Figure picture_of_training(const learn::Task& task, const LossByStep& by_step,
                                      const learn::TrainingResult& result, const Scored& scored) {
  const std::vector<EpochReport>& epochs = result.epochs;
  landscape::Figure figure{.title = fmt::format("{}, {}, {}", task.model.text(), task.loss.text(), task.rule.text()),
                           .columns = {},
                           .width = 1120,
                           .height = 480};
  Chart loss{.title = "loss by step, with penalties in training", .x = {"step"}, .y = {"mean loss of a sample"}};
  if (by_step.steps.size() > 1) {
    loss.series.push_back({Series::Kind::line, "training, epoch so far", 5, by_step.steps, by_step.losses});
  }
  loss.series.push_back(by_epoch(epochs, "training", 0, [](const EpochReport& e) { return e.training_loss; }));
  if (scored.has_validation) {
    loss.series.push_back(by_epoch(epochs, "validation", 1, [](const EpochReport& e) { return e.validation.loss; }));
  }
  if (scored.has_test)
    loss.series.push_back(by_epoch(epochs, "test", 2, [](const EpochReport& e) { return e.test.loss; }));
  loss.y.scale = scale_of(loss);
  const double last = epochs.empty() ? 1 : static_cast<double>(epochs.back().steps);
  loss.x.range = landscape::Window{0, last};
  figure.columns.push_back({std::move(loss)});
  if (scored.has_labels) {
    Chart right{.title = "right answers by epoch", .x = {"step"}, .y = {"right answers [%]"}};
    if (scored.has_validation) {
      right.series.push_back(
          by_epoch(epochs, "validation", 1, [](const EpochReport& e) { return 100 * e.validation.accuracy; }));
    }
    if (scored.has_test)
      right.series.push_back(by_epoch(epochs, "test", 2, [](const EpochReport& e) { return 100 * e.test.accuracy; }));
    right.x.range = landscape::Window{0, last};
    figure.columns.push_back({std::move(right)});
  } else {
    figure.width = 700;
  }
  return figure;
}

landscape::Figure picture_of_training(const learn::Task& task, const Result& result) {
  const std::array runs{landscape::RunRecord{result.method, result.trace}};
  return {.title = fmt::format("{}, {}, {}", task.model.text(), task.loss.text(), result.method),
          .columns = {{landscape::value_chart(runs)}, {landscape::gradient_chart(runs)}},
          .width = 1120,
          .height = 480};
}

Report report_of_training(const learn::Task& task, const Result& result, const std::vector<std::string>& words) {
  Report report{.title = task.model.text(), .sentence = result.message, .command = shell_line(words)};
  report.findings.emplace_back("loss with penalties", rounded(result.value, 12));
  report.findings.emplace_back("verdict", fmt::format("{}: {}", name(result.verdict.kind), result.verdict.explanation));
  report.settings.emplace_back("loss", task.loss.text());
  report.settings.emplace_back("method", result.method);
  report.settings.emplace_back("seed", std::to_string(task.seed));
  return report;
}

}  // namespace downhill::app
