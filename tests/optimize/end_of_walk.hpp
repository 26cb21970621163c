#pragma once
#include <gtest/gtest.h>
#include <downhill/method.hpp>
#include <downhill/objective.hpp>
#include <downhill/stop.hpp>

#include <vector>

#include "optimize/method_model.hpp"
#include "optimize/walk.hpp"

namespace downhill {

/// Whether a method's state stays where it is, or is written and read back after every step.
enum class Through { memory, snapshots };

/// The end of a walk of up to 15 steps by the method's own steps.
inline std::vector<double> end_of_walk(const Method& method, Objective objective, const std::vector<double>& x,
                                       Through through) {
  optimize::Point start{x, 0, std::vector<double>(x.size())};
  start.value = objective.value_and_gradient(start.x, start.gradient);
  const Stop stop;  // outlives the walk
  optimize::Walk walk(objective, start, stop, {}, 3);
  auto steps = method.model().start(walk);
  for (int k = 0; k < 15; ++k) {
    if (steps->step(walk).kind != optimize::StepOutcome::Kind::moved) break;
    if (through == Through::memory) continue;
    const optimize::Snapshot snapshot = steps->save();
    const std::uint64_t position = walk.draws().position();
    steps = method.model().start(walk);
    walk.draws().go_to(position);
    steps->load(snapshot);
    EXPECT_EQ(steps->save(), snapshot) << method.text();
  }
  return walk.here().x;
}

}  // namespace downhill
