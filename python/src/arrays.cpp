#include "arrays.hpp"

#include <fmt/format.h>
#include <nanobind/operators.h>
#include <nanobind/stl/string.h>
#include <downhill/operations.hpp>

#include <string>

#include "formula/functions.hpp"
#include "formula/subscript.hpp"
#include "values.hpp"

namespace downhill::python {
namespace {

using Binary = Array (*)(const Operand&, const Operand&);
using formula::Index;
using Kind = formula::Subscript::Kind;

Array operand(nb::handle object) { return formula::to_array(value_of(object)); }

// An operator of Python in both orders: `x * 2` and `2 * x`.
template <Binary f>
void bind_operator(nb::class_<Array>& type, const char* name, const char* reflected) {
  type.def(name, [](const Array& x, nb::object y) { return f(x, operand(y)); }, nb::is_operator());
  type.def(reflected, [](const Array& x, nb::object y) { return f(operand(y), x); }, nb::is_operator());
}

template <Binary f>
void bind_comparison(nb::class_<Array>& type, const char* name) {
  type.def(name, [](const Array& x, nb::object y) { return f(x, operand(y)); }, nb::is_operator());
}

std::int64_t whole(nb::handle object, const char* what) { return formula::to_integer(value_of(object), what); }

std::optional<std::int64_t> bound(nb::handle object, const char* what) {
  return object.is_none() ? std::nullopt : std::optional(whole(object, what));
}

Index index_of(nb::handle key) {
  Index index;
  if (key.is_none()) {
    index.kind = Kind::new_axis;
  } else if (key.is(nb::ellipsis())) {
    index.kind = Kind::ellipsis;
  } else if (nb::isinstance<nb::slice>(key)) {
    index.kind = Kind::slice;
    index.start = bound(key.attr("start"), "slice: start");
    index.stop = bound(key.attr("stop"), "slice: stop");
    index.step = bound(key.attr("step"), "slice: step");
  } else {
    index.value = value_of(key);
    const auto* array = std::get_if<Array>(&index.value.content);
    if (array != nullptr && array->dtype() == DType::boolean) {
      throw nb::type_error("index: the length would depend on numbers: bool array\n  hint: use where(condition, x, y)");
    }
  }
  return index;
}

nb::object item(const Array& x, nb::handle key) {
  std::vector<Index> indices;
  if (nb::isinstance<nb::tuple>(key)) {
    for (const nb::handle part : key) indices.push_back(index_of(part));
  } else {
    indices.push_back(index_of(key));
  }
  return to_python(formula::subscript({x}, std::move(indices)));
}

std::int64_t length(const Array& x) {
  if (x.rank() == 0) throw nb::type_error(fmt::format("len: needs an axis: {}", to_string(x.type())).c_str());
  return x.shape()[0];
}

nb::object rows(const Array& x) {
  nb::list result;
  for (std::int64_t i = 0; i < length(x); ++i) result.append(index(x, i));
  return nb::iter(result);
}

// Python itself needs the number: `if x > 0`, `float(x)`, math.sin(x).
double number(const Array& x, const char* what) {
  if (x.is_traced()) {
    throw nb::type_error(
        fmt::format("{}: an array has no numbers while a loss is traced: {}\n  hint: use where(condition, x, "
                    "y) for a branch, maximum for max, downhill's or numpy's functions for math's; or give "
                    "gradient=\"differences\"",
                    what, to_string(x.type()))
            .c_str());
  }
  if (x.size() != 1)
    throw nb::type_error(fmt::format("{}: needs one number, found {}", what, to_string(x.type())).c_str());
  return x.item();
}

nb::object call(const std::string& name, nb::args positional, nb::kwargs named) {
  const formula::Function* function = formula::find_function(name);
  if (function == nullptr) throw nb::attribute_error(fmt::format("no function '{}'", name).c_str());
  std::vector<formula::GivenArgument> arguments;
  for (const nb::handle argument : positional) arguments.push_back({"", value_of(argument)});
  for (const auto& [key, argument] : named) arguments.push_back({nb::cast<std::string>(key), value_of(argument)});
  return to_python(formula::call(*function, std::move(arguments)));
}

nb::list functions() {
  nb::list result;
  for (const formula::Function& function : formula::functions()) {
    result.append(
        nb::make_tuple(std::string(function.name), std::string(function.parameters), std::string(function.doc)));
  }
  return result;
}

std::string text_of(const Array& x) {
  if (x.is_traced()) return fmt::format("Array(traced, {})", to_string(x.type()));
  const nb::object text = nb::module_::import_("numpy").attr("array2string")(to_numpy(x), nb::arg("separator") = ", ");
  return fmt::format("Array({}, {})", nb::cast<std::string>(text), to_string(x.type()));
}

void bind_attributes(nb::class_<Array>& type) {
  type.def_prop_ro("shape", [](const Array& x) {
    nb::list lengths;
    for (const std::int64_t one : x.shape()) lengths.append(one);
    return nb::tuple(lengths);
  });
  type.def_prop_ro("ndim", &Array::rank);
  type.def_prop_ro("size", &Array::size);
  type.def_prop_ro("dtype", [](const Array& x) { return to_python(formula::Value{x.dtype()}); });
  type.def_prop_ro("T", [](const Array& x) { return transpose(x); });
  type.def("item", [](const Array& x) { return number(x, "item"); }, "The only element.");
}

void bind_operators(nb::class_<Array>& type) {
  bind_operator<add>(type, "__add__", "__radd__");
  bind_operator<subtract>(type, "__sub__", "__rsub__");
  bind_operator<multiply>(type, "__mul__", "__rmul__");
  bind_operator<divide>(type, "__truediv__", "__rtruediv__");
  bind_operator<matmul>(type, "__matmul__", "__rmatmul__");
  bind_operator<pow>(type, "__pow__", "__rpow__");
  bind_comparison<less>(type, "__lt__");
  bind_comparison<less_equal>(type, "__le__");
  bind_comparison<greater>(type, "__gt__");
  bind_comparison<greater_equal>(type, "__ge__");
  bind_comparison<equal>(type, "__eq__");
  bind_comparison<not_equal>(type, "__ne__");
  bind_operator<logical_and>(type, "__and__", "__rand__");
  bind_operator<logical_or>(type, "__or__", "__ror__");
  type.def("__invert__", [](const Array& x) { return logical_not(x); });
  type.def("__neg__", [](const Array& x) { return negative(x); });
  type.def("__pos__", [](const Array& x) { return x; });
  type.def("__abs__", [](const Array& x) { return abs(x); });
}

}  // namespace

void bind_arrays(nb::module_& module) {
  nb::class_<Array> type(
      module, "Array",
      "Numbers of a static shape: f64, f32, i32 or bool. Immutable.\n\n"
      "A loss is called once with arrays that have no numbers yet, which record what it does with them;\n"
      "its derivatives and native code are made from that.");
  type.def("__init__", [](Array* self, nb::object values) { new (self) Array(operand(values)); }, nb::arg("values"));
  bind_attributes(type);
  bind_operators(type);
  type.def("__getitem__", [](const Array& x, nb::object key) { return item(x, key); });
  type.def("__len__", &length);
  type.def("__iter__", &rows);
  type.def("__bool__", [](const Array& x) { return number(x, "bool") != 0; });
  type.def("__float__", [](const Array& x) { return number(x, "float"); });
  type.def("__int__", [](const Array& x) { return static_cast<std::int64_t>(number(x, "int")); });
  type.def(
      "__array__",
      [](const Array& x, nb::object dtype, nb::object) {
        nb::object result = to_numpy(x);
        return dtype.is_none() ? result : nb::object(result.attr("astype")(dtype));
      },
      nb::arg("dtype") = nb::none(), nb::arg("copy") = nb::none());
  type.def("__repr__", &text_of);
  type.attr("__hash__") = nb::none();
  module.def("call", &call, "Calls a function of formulas by its name.");
  module.def("functions", &functions, "Name, parameters and doc of every function of formulas.");
}

}  // namespace downhill::python
