#include <fmt/format.h>
#include <downhill/learn/team.hpp>

#include <chrono>
#include <exception>
#include <limits>
#include <optional>
#include <utility>

#include "support/link.hpp"

namespace downhill::learn {
namespace {

using Clock = std::chrono::steady_clock;

// After the run was asked to end: a launcher that ends its processes leaves them a second.
constexpr double moment = 0.4;
constexpr std::chrono::milliseconds short_moment{50};

struct Head {
  std::uint32_t what = 0;  // of a question: which; of an answer: 1 for an error, whose text follows
  std::uint32_t format = 1;
  std::uint64_t number = 0;
  std::uint64_t bytes = 0;
};

Team::Bytes bytes_of(const Head& head) { return std::as_bytes(std::span(&head, 1)); }
Team::Bytes bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

}  // namespace

Team::Team(std::unique_ptr<Link> link, TeamOptions options) : link_(std::move(link)), options_(std::move(options)) {}

Team::~Team() {
  if (lost_) {
    // The others may wait for a question. This process goes without farewell, so that the launcher ends the one that is lost.
    const Head leave{.what = static_cast<std::uint32_t>(Question::leave)};
    for (int process = 1; is_leader() && process < size(); ++process) {
      (void)link_->send(process, bytes_of(leave),
                        [begin = Clock::now()] { return Clock::now() - begin < short_moment; });
    }
    return;
  }
  try {
    if (is_leader()) ask(Question::leave, 0);
    link_->close();
  } catch (const LostProcess&) {
    // Nobody is left to tell.
  }
}

int Team::size() const { return link_->size(); }
int Team::rank() const { return link_->rank(); }

// The leader waits for as long as it was told, the others until they are asked, both no longer than a moment after an interruption.
std::function<bool()> Team::patience() const {
  const double most = is_leader() ? options_.answer_within : std::numeric_limits<double>::infinity();
  return [this, most, begin = Clock::now(), given_up = std::optional<Clock::time_point>()]() mutable {
    const Clock::time_point now = Clock::now();
    const auto since = [&](Clock::time_point start) { return std::chrono::duration<double>(now - start).count(); };
    if (!given_up && options_.is_interrupted && options_.is_interrupted()) given_up = now;
    return since(begin) < most && (!given_up || since(*given_up) < moment);
  };
}

std::string Team::place_of(int process) const {
  const std::string machine = machines_.empty() ? "" : machines_[static_cast<std::size_t>(process)];
  return fmt::format("process {} of {}{}", process + 1, size(), machine.empty() ? "" : " on " + machine);
}

void Team::lose(int process) {
  const bool was_interrupted = options_.is_interrupted && options_.is_interrupted();
  const std::string how =
      was_interrupted ? "did not answer any more" : fmt::format("has not answered for {:g} s", options_.answer_within);
  lost_.emplace(fmt::format("train: {} {}", place_of(process), how), was_interrupted);
  throw LostProcess(*lost_);
}

void Team::ask(Question question, std::uint64_t number, Bytes content) {
  if (lost_) throw LostProcess(*lost_);
  const Head head{.what = static_cast<std::uint32_t>(question), .number = number, .bytes = content.size()};
  for (int process = 1; process < size(); ++process) {
    if (!link_->send(process, bytes_of(head), patience()) || !link_->send(process, content, patience())) lose(process);
  }
}

std::uint64_t Team::fetch_size(int process) {
  Head head;
  if (!link_->receive(process, std::as_writable_bytes(std::span(&head, 1)), patience())) lose(process);
  if (head.what == 0) return head.bytes;
  std::string text(head.bytes, ' ');
  if (!link_->receive(process, std::as_writable_bytes(std::span(text)), patience())) lose(process);
  drop_answers(process + 1);
  throw ExecutionError(fmt::format("train: {} failed\n  {}", place_of(process), text));
}

// Whoever answers waits until it is heard.
void Team::drop_answers(int first) {
  for (int process = first; process < size(); ++process) {
    Head head;
    if (!link_->receive(process, std::as_writable_bytes(std::span(&head, 1)), patience())) lose(process);
    content_.resize(head.bytes);
    if (!link_->receive(process, content_, patience())) lose(process);
  }
}

void Team::fetch(int process, std::span<std::byte> answer) {
  const std::uint64_t bytes = fetch_size(process);
  if (bytes != answer.size()) {
    lost_.emplace(fmt::format("train: {} runs another version: {} bytes where {} are expected", place_of(process),
                              bytes, answer.size()),
                  false);
    throw LostProcess(*lost_);
  }
  if (!link_->receive(process, answer, patience())) lose(process);
}

std::string Team::fetch_text(int process) {
  std::string text(fetch_size(process), ' ');
  if (!link_->receive(process, std::as_writable_bytes(std::span(text)), patience())) lose(process);
  return text;
}

void Team::agree(const std::string& text) {
  ask(Question::ready, 0);
  std::vector<std::string> texts{text};
  machines_.assign(static_cast<std::size_t>(size()), "");
  for (int process = 1; process < size(); ++process) {
    const std::string said = fetch_text(process);
    const std::size_t end = said.find('\n');
    machines_[static_cast<std::size_t>(process)] = said.substr(0, end);
    texts.push_back(said.substr(end + 1));
  }
  for (int process = 1; process < size(); ++process) {
    const std::string& other = texts[static_cast<std::size_t>(process)];
    if (other != text) {
      throw InputError(fmt::format("train: {} trains something else\n  {}\n  where the first has\n  {}",
                                   place_of(process), other, text));
    }
  }
}

Team::Bytes Team::say(const std::string& text) {
  said_ = link_->machine() + "\n" + text;
  return bytes_of(said_);
}

bool Team::answer_one(const Answer& answer) {
  Head asked;
  const auto lost = [&] {
    lost_.emplace("train: the first process did not ask any more", false);
    return false;
  };
  if (!link_->receive(0, std::as_writable_bytes(std::span(&asked, 1)), patience())) return lost();
  content_.resize(asked.bytes);
  if (!link_->receive(0, content_, patience())) return lost();
  const auto question = static_cast<Question>(asked.what);
  if (question == Question::leave) return false;
  Head head;
  std::string failure;
  Bytes given;
  try {
    given = answer(question, asked.number, content_);
  } catch (const std::exception& error) {
    failure = error.what();
    head.what = 1;
    given = bytes_of(failure);
  }
  head.bytes = given.size();
  if (!link_->send(0, bytes_of(head), patience()) || !link_->send(0, given, patience())) return lost();
  return true;
}

void Team::follow(const Answer& answer) {
  while (answer_one(answer)) {
  }
}

}  // namespace downhill::learn
