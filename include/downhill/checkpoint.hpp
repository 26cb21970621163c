#pragma once
#include <string>

/// Runs that last: kept in a file while they go on, and gone on with later.
namespace downhill {

/// Where and how often a run is kept. A file is replaced as a whole: whatever interrupts the process, there is the old one or
/// the new one. Where keeping fails (a full disk), the run goes on and Result::warnings tells.
struct Checkpoint {
  std::string file = {};  ///< empty: the run is not kept
  double seconds = 30;    ///< between two writes, at least; 0: after every iteration
};

/// The text form of the method of a run that was kept. Throws InputError if the file cannot be read, is damaged, or is none.
[[nodiscard]] std::string method_of_checkpoint(const std::string& file);

}  // namespace downhill
