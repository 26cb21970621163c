#pragma once
#include <downhill/error.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace downhill {
class Link;
}

/// Processes that train one network together, on one machine or several.
namespace downhill::learn {

/// A process of the team that does not answer.
struct LostProcess : Error {
  LostProcess(const std::string& message, bool given_up) : Error(message), was_interrupted(given_up) {}
  bool was_interrupted;  ///< the run was asked to end, and did not wait any longer
};

struct TeamOptions {
  double answer_within = 60;  ///< seconds that the leader waits for a process
  /// Whether the run was asked to end: whoever waits for another process then gives up after a moment. None: never.
  std::function<bool()> is_interrupted = {};
};

/// One process of a team. Process 0 leads: it holds the run, writes files and asks the others for their parts of sums. Whatever they
/// give is added in the order of processes, each number in f64: the same bits whenever the number of processes is the same.
///
/// When the leader's team is destroyed, the others are told to leave.
class Team {
 public:
  Team(std::unique_ptr<Link> link, TeamOptions options);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  [[nodiscard]] int size() const;
  [[nodiscard]] int rank() const;
  [[nodiscard]] bool is_leader() const { return rank() == 0; }

  /// What the leader can ask for. Each is answered by Trainer::follow or FullBatch::follow, but the first.
  enum class Question : std::uint32_t {
    leave,  ///< no answer
    ready,  ///< what they train and on which data, as a text that is the same in all of them; answered with `say`
    gradient,
    score,
    value,
    value_and_gradient,
    hessian_vector,
  };
  using Bytes = std::span<const std::byte>;

  /// Of the leader: asks all others. They compute at the same time; answers are then to be fetched in the order of processes.
  /// Throws LostProcess, after the first time at once.
  void ask(Question question, std::uint64_t number, Bytes content = {});
  /// Of the leader: an answer of as many bytes. Throws LostProcess, and ExecutionError with what went wrong in that process.
  void fetch(int process, std::span<std::byte> answer);
  [[nodiscard]] std::string fetch_text(int process);
  /// Of the leader: hears the answers of this process and those behind it, and forgets them.
  void drop_answers(int first = 1);
  /// Of the leader: asks whether all are ready, and throws InputError that names the process which gives another text.
  void agree(const std::string& text);

  /// Of the others: answers the next question; false after the last.
  using Answer = std::function<Bytes(Question question, std::uint64_t number, Bytes content)>;
  [[nodiscard]] bool answer_one(const Answer& answer);
  /// The answer to `ready`.
  [[nodiscard]] Bytes say(const std::string& text);
  /// Answers all further questions.
  void follow(const Answer& answer);

 private:
  [[nodiscard]] std::function<bool()> patience() const;
  [[nodiscard]] std::uint64_t fetch_size(int process);
  [[nodiscard]] std::string place_of(int process) const;
  [[noreturn]] void lose(int process);

  std::unique_ptr<Link> link_;
  TeamOptions options_;
  std::vector<std::string> machines_;  // of the processes, as far as known
  std::vector<std::byte> content_;
  std::string said_;
  std::optional<LostProcess> lost_;
};

/// The team of the processes that mpirun started together with this one, or null where it stands alone.
/// Throws ExecutionError if there are others and no way to talk to them.
[[nodiscard]] std::shared_ptr<Team> join_team(TeamOptions options = {});

}  // namespace downhill::learn
