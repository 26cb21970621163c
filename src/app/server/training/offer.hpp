#pragma once
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

namespace downhill::server {

/// What the person who starts the server lets the page use besides what comes with requests.
struct Offer {
  std::vector<std::string> data;    ///< sets, as `train --data` takes them
  std::vector<std::string> sets;    ///< named sets, fetched when a run asks for them
  std::vector<std::string> follow;  ///< files of runs that go on elsewhere: a checkpoint of `train`, or its metrics
  std::string checkpoints;          ///< folder that runs are kept in; empty: one that goes with the server
};

/// The folder that the runs of a server are kept in. Visitors name no file: each run has one by its own name.
class CheckpointFolder {
 public:
  /// given: empty for a temporary one, made when the first run asks for it.
  explicit CheckpointFolder(std::string given) : given_(std::move(given)) {}
  ~CheckpointFolder();
  CheckpointFolder(const CheckpointFolder&) = delete;
  CheckpointFolder& operator=(const CheckpointFolder&) = delete;

  /// Of a run, with the folder there. Throws InputError where it cannot be made.
  [[nodiscard]] std::string file_of(const std::string& run);
  /// The run's file is not needed any more.
  void forget(const std::string& run);

 private:
  std::filesystem::path folder();

  const std::string given_;
  std::mutex access_;
  std::filesystem::path temporary_;
};

}  // namespace downhill::server
