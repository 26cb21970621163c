#pragma once
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

/// Times of several ways to do one thing, measured in turns within one run so that a drifting machine drifts for all.
namespace downhill::bench {

struct Contender {
  std::string name;
  std::function<void()> run;
};

/// Seconds a call.
struct Times {
  double median = 0;
  double least = 0;
};

/// One each: `rounds` rounds, in each of which every contender runs for `seconds`.
inline std::vector<Times> times_of(const std::vector<Contender>& contenders, double seconds = 0.02, int rounds = 21) {
  using Clock = std::chrono::steady_clock;
  const auto timed = [](const Contender& c, long calls) {
    const auto begin = Clock::now();
    for (long k = 0; k < calls; ++k) {
      c.run();
    }
    return std::chrono::duration<double>(Clock::now() - begin).count();
  };
  std::vector<long> calls;
  for (const Contender& c : contenders) {
    long count = 1;
    double spent = timed(c, count);  // the first call may compile, page in and warm up
    while ((spent = timed(c, count)) < seconds / 4) {
      count *= 2;
    }
    calls.push_back(std::max(1L, static_cast<long>(static_cast<double>(count) * seconds / spent)));
  }
  std::vector<std::vector<double>> samples(contenders.size());
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t k = 0; k < contenders.size(); ++k) {
      samples[k].push_back(timed(contenders[k], calls[k]) / static_cast<double>(calls[k]));
    }
  }
  std::vector<Times> result;
  for (std::vector<double>& times : samples) {
    std::ranges::nth_element(times, times.begin() + rounds / 2);
    result.push_back({times[static_cast<std::size_t>(rounds / 2)], std::ranges::min(times)});
  }
  return result;
}

/// One row: the median of each contender in microseconds, and the first one's ratio to the fastest other: of the medians,
/// and of the least times, which a busy machine disturbs less.
inline void row(const std::string& what, const std::vector<Contender>& contenders, double seconds = 0.02,
                int rounds = 21) {
  const std::vector<Times> times = times_of(contenders, seconds, rounds);
  std::printf("%-44s", what.c_str());
  for (std::size_t k = 0; k < times.size(); ++k) {
    std::printf("  %s %.4g us", contenders[k].name.c_str(), times[k].median * 1e6);
  }
  if (times.size() > 1) {
    const auto ratio = [&](double Times::* which) {
      const auto other = std::ranges::min_element(times.begin() + 1, times.end(), {}, which);
      return times[0].*which / ((*other).*which);
    };
    std::printf("  ratio %.2f", ratio(&Times::median));
    std::printf(" (least %.2f)", ratio(&Times::least));
  }
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace downhill::bench
