#pragma once
#include <downhill/checkpoint.hpp>

#include <string>
#include <string_view>

#include "optimize/state.hpp"

/// Checkpoint files.
namespace downhill::optimize {

/// A run as it is kept.
struct KeptRun {
  std::string method;  ///< its text form with all options
  Snapshot state;
};

/// The bytes of a checkpoint file: a line that names the format, a checksum, then names and numbers, little-endian.
[[nodiscard]] std::string encode(const KeptRun& run);
/// Throws InputError `checkpoint: '<name>' …` for bytes that are no checkpoint, are damaged or of another version.
[[nodiscard]] KeptRun decode(std::string_view bytes, const std::string& name);

/// Throws InputError.
void write_checkpoint(const std::string& file, const KeptRun& run);
[[nodiscard]] KeptRun read_checkpoint(const std::string& file);

/// Keeps a run in its file, now and then. What goes wrong after the first time is remembered, not thrown.
class Keeper {
 public:
  explicit Keeper(const Checkpoint& where) : where_(where) {}

  [[nodiscard]] bool is_wanted() const { return !where_.file.empty(); }
  /// `seconds` since the start of the run.
  [[nodiscard]] bool is_due(double seconds) const {
    return is_wanted() && (!has_kept_ || seconds >= last_ + where_.seconds);
  }
  /// Throws InputError the first time: then nothing is lost yet.
  void keep(const KeptRun& run, double seconds);
  /// The last thing that went wrong; empty if nothing did.
  [[nodiscard]] const std::string& failure() const { return failure_; }

 private:
  const Checkpoint& where_;
  bool has_kept_ = false;
  double last_ = 0;
  std::string failure_;
};

}  // namespace downhill::optimize
