#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/learn/data.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "learn/data/byte_numbers.hpp"
#include "learn/data/order.hpp"
#include "learn/data/rows.hpp"

namespace downhill::learn {
namespace {

struct Moments {
  double mean = 0;
  double deviation = 1;
};

// Of each of `kinds` numbers that come by turns: two passes, for the differences lose no digits then. A single kind is summed in
// strands, side by side.
std::vector<Moments> moments(const std::vector<float>& numbers, std::size_t kinds) {
  constexpr std::size_t strands = 16;
  const std::size_t width = kinds == 1 ? strands : kinds;
  const auto count = static_cast<double>(numbers.size() / kinds);
  const auto sums = [&](auto term) {
    std::vector<double> result(width, 0.0);
    for (std::size_t first = 0; first < numbers.size(); first += width) {
      const std::size_t here = std::min(width, numbers.size() - first);
      for (std::size_t k = 0; k < here; ++k) result[k] += term(static_cast<double>(numbers[first + k]), k);
    }
    if (kinds == 1) result = {std::accumulate(result.begin(), result.end(), 0.0)};
    return result;
  };
  std::vector<double> mean = sums([](double number, std::size_t) { return number; });
  for (double& one : mean) one /= count;
  mean.resize(width, mean[0]);
  const std::vector<double> squares = sums([&](double number, std::size_t k) {
    const double away = number - mean[k];
    return away * away;
  });
  std::vector<Moments> result;
  for (std::size_t k = 0; k < kinds; ++k) {
    const double deviation = std::sqrt(squares[k] / count);
    result.push_back({mean[k], deviation > 0 ? deviation : 1});
  }
  return result;
}

}  // namespace

std::int64_t DataSet::samples() const {
  if (!labels.empty()) return static_cast<std::int64_t>(labels.size());
  return outputs > 0 ? static_cast<std::int64_t>(targets.size()) / outputs : 0;
}

void require_consistent(const DataSet& data, const std::string& name) {
  const std::int64_t samples = data.samples();
  if (samples == 0) throw InputError(fmt::format("data: there are no {}", name));
  const std::int64_t wanted = samples * data.sample.size();
  if (static_cast<std::int64_t>(data.feature_count()) != wanted) {
    throw InputError(fmt::format("data: the {} have {} features: {} samples of shape {} have {}", name,
                                 data.feature_count(), samples, to_string(data.sample), wanted));
  }
  for (std::size_t k = 0; k < data.labels.size(); ++k) {
    if (data.labels[k] < 0 || data.labels[k] >= data.classes) {
      throw InputError(fmt::format("data: the {} have a label outside 0 … {}: label {} is {}", name, data.classes - 1,
                                   k, data.labels[k]));
    }
  }
  for (const auto* numbers : {&data.features, &data.targets}) {
    const auto bad = std::ranges::find_if(*numbers, [](float number) { return !std::isfinite(number); });
    if (bad == numbers->end()) continue;
    const auto width = static_cast<std::size_t>(numbers == &data.features ? data.sample.size() : data.outputs);
    const auto place = static_cast<std::size_t>(bad - numbers->begin());
    throw InputError(fmt::format("data: the {} have a number that is not finite: {} {} of sample {} is {}", name,
                                 numbers == &data.features ? "feature" : "target", place % width, place / width, *bad));
  }
}

std::string word_outside(const DataSet& data, std::int64_t vocabulary) {
  const auto width = static_cast<std::size_t>(data.sample.size());
  const auto told = [&](std::size_t place, float word) {
    return fmt::format("sample {} has the word {}, the embedding has {} (0 to {})", place / width, word, vocabulary,
                       vocabulary - 1);
  };
  // As a layer takes them: towards zero.
  const auto is_outside = [&](float word) {
    return !(word > -1 && std::trunc(static_cast<double>(word)) < static_cast<double>(vocabulary));
  };
  const auto bad = std::ranges::find_if(data.features, is_outside);
  if (bad != data.features.end()) return told(static_cast<std::size_t>(bad - data.features.begin()), *bad);
  const std::array<float, 256> numbers = numbers_of(data.packed);
  const auto byte = std::ranges::find_if(data.packed.bytes, [&](std::uint8_t one) { return is_outside(numbers[one]); });
  if (byte == data.packed.bytes.end()) return {};
  return told(static_cast<std::size_t>(byte - data.packed.bytes.begin()), numbers[*byte]);
}

std::int64_t held_out_of(std::int64_t samples, double fraction) {
  if (samples < 2) throw InputError(fmt::format("data: {} samples cannot be split in two", samples));
  return std::clamp<std::int64_t>(std::llround(fraction * static_cast<double>(samples)), 1, samples - 1);
}

Held hold_out(const DataSet& data, double fraction, std::uint64_t seed) {
  const std::int64_t samples = data.samples();
  const auto held = static_cast<std::size_t>(held_out_of(samples, fraction));
  const std::vector<std::int32_t> order = random_order(samples, seed, held_out_stream);
  const std::span rows(order);
  return {rows_of(data, rows.first(rows.size() - held)), rows_of(data, rows.last(held))};
}

Normalisation measure_normalisation(const DataSet& data, Scaling scaling) {
  Normalisation result;
  if (scaling == Scaling::none || data.feature_count() == 0) return result;
  if (!data.packed.bytes.empty()) {
    if (scaling != Scaling::per_feature) return measure_overall(data.packed, scaling);
    DataSet unpacked{.sample = data.sample, .packed = data.packed};
    unpack(unpacked);
    return measure_normalisation(unpacked, scaling);
  }
  if (scaling == Scaling::range) {
    const auto [lowest, highest] = std::ranges::minmax(data.features);
    return {{lowest}, {highest > lowest ? highest - lowest : 1.0F}};
  }
  const std::size_t kinds = scaling == Scaling::overall ? 1 : static_cast<std::size_t>(data.sample.size());
  for (const Moments& one : moments(data.features, kinds)) {
    result.mean.push_back(static_cast<float>(one.mean));
    result.deviation.push_back(static_cast<float>(one.deviation));
  }
  return result;
}

void Normalisation::apply(DataSet& data) const {
  if (mean.empty()) return;
  ByteNumbers& packed = data.packed;
  if (!packed.bytes.empty() && mean.size() == 1 && packed.mean == 0 && packed.deviation == 1) {
    packed.mean = mean[0];
    packed.deviation = deviation[0];
    return;
  }
  unpack(data);
  if (mean.size() == 1) {
    for (float& number : data.features) number = (number - mean[0]) / deviation[0];
    return;
  }
  std::size_t k = 0;
  for (float& number : data.features) {
    number = (number - mean[k]) / deviation[k];
    k = k + 1 == mean.size() ? 0 : k + 1;
  }
}

}  // namespace downhill::learn
