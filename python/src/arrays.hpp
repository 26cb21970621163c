#pragma once
#include <nanobind/nanobind.h>

namespace downhill::python {

/// Binds Array with Python's operators, and `call` for the functions of formulas.
void bind_arrays(nanobind::module_& module);

}  // namespace downhill::python
