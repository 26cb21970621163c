#pragma once
#include <nanobind/nanobind.h>

namespace downhill::python {

/// Binds what is done with a subject: minimize, fit, evaluate, check_gradient; and the tables of methods.
void bind_runs(nanobind::module_& module);

}  // namespace downhill::python
