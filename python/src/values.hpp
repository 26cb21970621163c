#pragma once
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <nlohmann/json.hpp>
#include <span>

#include "formula/value.hpp"

/// Python's numbers, lists and numpy arrays as values of formulas, and back.
namespace downhill::python {

namespace nb = nanobind;

using Numbers = nb::ndarray<const double, nb::c_contig, nb::device::cpu>;

/// Numbers, None, lists and tuples, arrays of downhill and of numpy, and names and types of elements (`"float32"`, `bool`).
/// Integers of numpy that are not 32 bits wide become f64. Throws nb::type_error for anything else.
[[nodiscard]] formula::Value value_of(nb::handle object);
[[nodiscard]] nb::object to_python(const formula::Value& value);

/// A numpy array of the elements. Throws nb::type_error for an array without numbers.
[[nodiscard]] nb::object to_numpy(const Array& array);
/// A new numpy array f64 of a shape.
[[nodiscard]] nb::object to_numpy(std::span<const double> numbers, std::span<const std::int64_t> shape);
[[nodiscard]] Array to_array(const Numbers& numbers);

/// Lists, dicts, numbers and texts; the texts "nan", "inf" and "-inf", which stand for numbers (app/json.hpp), as numbers.
[[nodiscard]] nb::object to_python(const nlohmann::ordered_json& json);

}  // namespace downhill::python
