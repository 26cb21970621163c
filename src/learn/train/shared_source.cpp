#include "learn/train/shared_source.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace downhill::learn {
namespace {

using Question = Team::Question;

std::span<std::byte> writable(std::span<double> numbers) { return std::as_writable_bytes(numbers); }

}  // namespace

SharedSource::SharedSource(std::shared_ptr<Team> team, const Objective& part, std::function<Objective()> whole,
                           std::function<void(const LostProcess&)> on_lost)
    : team_(std::move(team)), part_(part), make_whole_(std::move(whole)), on_lost_(std::move(on_lost)) {}

Capabilities SharedSource::capabilities() const {
  Capabilities known = part_.capabilities();
  known.residuals = 0;
  return known;
}

template <class Shared, class Alone>
auto SharedSource::compute(const Shared& shared, const Alone& alone) {
  if (!whole_) {
    try {
      return shared();
    } catch (const LostProcess& lost) {
      whole_ = std::make_shared<Objective>(make_whole_());
      if (on_lost_) on_lost_(lost);
    }
  }
  return alone(*whole_);
}

void SharedSource::add_answers(std::span<double> sum) {
  answer_.resize(sum.size());
  for (int process = 1; process < team_->size(); ++process) {
    team_->fetch(process, writable(answer_));
    std::ranges::transform(sum, answer_, sum.begin(), std::plus<>());
  }
}

double SharedSource::value(std::span<const double> x) {
  return compute(
      [&] {
        team_->ask(Question::value, 0, std::as_bytes(x));
        double sum = part_.value(x);
        add_answers(std::span(&sum, 1));
        return sum;
      },
      [&](Objective& whole) { return whole.value(x); });
}

double SharedSource::value_and_gradient(std::span<const double> x, std::span<double> gradient) {
  return compute(
      [&] {
        team_->ask(Question::value_and_gradient, 0, std::as_bytes(x));
        sum_.resize(x.size() + 1);
        sum_[0] = part_.value_and_gradient(x, std::span(sum_).subspan(1));
        add_answers(sum_);
        std::copy(sum_.begin() + 1, sum_.end(), gradient.begin());
        return sum_[0];
      },
      [&](Objective& whole) { return whole.value_and_gradient(x, gradient); });
}

SplitValue SharedSource::split_value_and_gradient(std::span<const double> x, std::span<double> gradient) {
  return compute(
      [&] {
        team_->ask(Question::value_and_gradient, 0, std::as_bytes(x));
        sum_.resize(x.size() + 1);
        const SplitValue own = part_.split_value_and_gradient(x, std::span(sum_).subspan(1));
        sum_[0] = own.smooth_part;
        add_answers(sum_);
        std::copy(sum_.begin() + 1, sum_.end(), gradient.begin());
        return SplitValue{sum_[0] + (own.value - own.smooth_part), sum_[0]};
      },
      [&](Objective& whole) { return whole.split_value_and_gradient(x, gradient); });
}

void SharedSource::hessian_vector(std::span<const double> x, std::span<const double> direction,
                                  std::span<double> product) {
  compute(
      [&] {
        sum_.assign(x.begin(), x.end());
        sum_.insert(sum_.end(), direction.begin(), direction.end());
        team_->ask(Question::hessian_vector, 0, std::as_bytes(std::span(sum_)));
        part_.hessian_vector(x, direction, product);
        add_answers(product);
      },
      [&](Objective& whole) { whole.hessian_vector(x, direction, product); });
}

void follow_source(Team& team, Objective& part, const std::string& identity) {
  const std::size_t n = part.size();
  std::vector<double> asked;
  std::vector<double> given;
  team.follow([&](Question question, std::uint64_t, Team::Bytes content) -> Team::Bytes {
    if (question == Question::ready) return team.say(identity);
    if (content.size() != n * sizeof(double) * (question == Question::hessian_vector ? 2 : 1)) {
      throw Error("train: the first process runs another version");
    }
    asked.resize(content.size() / sizeof(double));
    std::memcpy(asked.data(), content.data(), content.size());
    const std::span<const double> x = std::span(asked).first(n);
    if (question == Question::hessian_vector) {
      given.resize(n);
      part.hessian_vector(x, std::span(asked).subspan(n), given);
    } else if (question == Question::value_and_gradient) {
      given.resize(n + 1);
      given[0] = part.value_and_gradient(x, std::span(given).subspan(1));
    } else {
      given.assign(1, part.value(x));
    }
    return std::as_bytes(std::span(given));
  });
}

}  // namespace downhill::learn
