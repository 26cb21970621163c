#include <nanobind/nanobind.h>
#include <downhill/error.hpp>

#include <exception>
#include <string>

#include "arrays.hpp"
#include "runs.hpp"
#include "subject.hpp"

/// The module downhill._core: what the package in python/downhill is made on.
namespace downhill::python {
namespace {

// The message without the place in the sources of the module: Python's own traceback names the line.
std::string message_of(const Error& error) {
  std::string message = error.what();
  if (const auto place = message.find("\n  at "); place != std::string::npos) {
    const auto end = message.find('\n', place + 1);
    message.erase(place, end == std::string::npos ? std::string::npos : end - place);
  }
  return message;
}

void translate(const std::exception_ptr& thrown, void*) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& error) {
    PyErr_SetString(PyExc_ValueError, message_of(error).c_str());
  }
}

}  // namespace
}  // namespace downhill::python

NB_MODULE(_core, module) {
  using namespace downhill::python;
  nanobind::set_leak_warnings(false);  // arrays may be alive when Python ends: in a traceback, in a debugger
  nanobind::register_exception_translator(&translate);
  module.attr("__version__") = DOWNHILL_VERSION;
  bind_arrays(module);
  bind_subjects(module);
  bind_runs(module);
}
