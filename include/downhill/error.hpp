#pragma once
#include <stdexcept>
#include <string>

/// Errors of downhill. A wrong call throws where the call is; a numerical outcome is data and never throws.
///
/// A message reads `<operation>: <what is wrong>: <both values>`, lower case, no final stop,
/// with at most one hint on a line of its own (`\n  hint: …`).
namespace downhill {

/// Base of every exception thrown by downhill.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Shapes or types that do not fit together, or a value of the wrong shape or type.
struct ShapeError : Error {
  using Error::Error;
};

/// An option or method that is unknown, out of range, or not possible for this problem.
struct OptionError : Error {
  using Error::Error;
};

/// Text or a file that cannot be read: formula, CSV, TOML, command line.
struct InputError : Error {
  using Error::Error;
};

/// A run that cannot go on: memory refused, index out of range, matrix not positive definite.
struct ExecutionError : Error {
  using Error::Error;
};

}  // namespace downhill
