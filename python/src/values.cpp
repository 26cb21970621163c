#include "values.hpp"

#include <fmt/format.h>
#include <downhill/operations.hpp>

#include <algorithm>
#include <cmath>

namespace downhill::python {
namespace {

constexpr int most_nested = 200;  // lists in lists, as brackets of formulas

nb::object numpy() { return nb::module_::import_("numpy"); }

std::optional<DType> dtype_called(const std::string& name) {
  if (name == "float64") return DType::f64;
  if (name == "float32") return DType::f32;
  if (name == "int32") return DType::i32;
  if (name == "bool") return DType::boolean;
  return std::nullopt;
}

const char* numpy_name(DType dtype) {
  switch (dtype) {
    case DType::f64: return "float64";
    case DType::f32: return "float32";
    case DType::i32: return "int32";
    case DType::boolean: return "bool";
  }
  return "float64";
}

std::string class_of(nb::handle object) { return nb::cast<std::string>(object.type().attr("__name__")); }

// What numpy makes of an object, f64 unless it has one of the other types of elements.
formula::Value from_numpy(nb::handle object) {
  const nb::object array = numpy().attr("asarray")(object);
  const nb::object dtype = array.attr("dtype");
  const auto name = nb::cast<std::string>(dtype.attr("name"));
  if (std::string_view("fiub").find(nb::cast<std::string>(dtype.attr("kind"))) == std::string_view::npos) {
    throw nb::type_error(fmt::format("array: expected numbers, found {} of {}", class_of(object), name).c_str());
  }
  const nb::object whole = numpy().attr("ascontiguousarray")(array, nb::arg("dtype") = numpy().attr("float64"));
  const auto numbers = nb::cast<Numbers>(whole);
  if (nb::cast<std::size_t>(array.attr("ndim")) == 0) return {numbers.data()[0]};
  const DType elements = dtype_called(name).value_or(DType::f64);
  return {elements == DType::f64 ? to_array(numbers) : astype(to_array(numbers), elements)};
}

formula::Value value_at(nb::handle object, int depth) {
  if (nb::isinstance<Array>(object)) return {nb::cast<Array>(object)};
  if (object.is_none()) return {formula::Nothing{}};
  if (PyFloat_Check(object.ptr()) || PyLong_Check(object.ptr())) return {nb::cast<double>(nb::float_(object))};
  if (nb::isinstance<nb::list>(object) || nb::isinstance<nb::tuple>(object)) {
    if (depth == most_nested) throw nb::value_error("list: it nests too deep");
    formula::List list;
    for (const nb::handle item : object) list.items.push_back(value_at(item, depth + 1));
    return {std::move(list)};
  }
  std::string name;
  if (nb::isinstance<nb::str>(object)) {
    name = nb::cast<std::string>(object);
  } else if (PyType_Check(object.ptr()) || nb::isinstance(object, numpy().attr("dtype"))) {
    name = nb::cast<std::string>(numpy().attr("dtype")(object).attr("name"));
  } else {
    return from_numpy(object);
  }
  if (const std::optional<DType> dtype = dtype_called(name)) return {*dtype};
  throw nb::type_error(fmt::format("dtype: '{}' is none (known: float64, float32, int32, bool)", name).c_str());
}

}  // namespace

formula::Value value_of(nb::handle object) { return value_at(object, 0); }

Array to_array(const Numbers& numbers) {
  std::vector<std::int64_t> lengths;
  for (std::size_t k = 0; k < numbers.ndim(); ++k) lengths.push_back(static_cast<std::int64_t>(numbers.shape(k)));
  return Array(std::span(numbers.data(), numbers.size()), Shape(std::move(lengths)));
}

nb::object to_numpy(std::span<const double> numbers, std::span<const std::int64_t> shape) {
  auto* copy = new double[numbers.size()];
  std::ranges::copy(numbers, copy);
  const nb::capsule owner(copy, [](void* p) noexcept { delete[] static_cast<double*>(p); });
  std::vector<std::size_t> lengths(shape.begin(), shape.end());
  return nb::cast(nb::ndarray<nb::numpy, double>(copy, lengths.size(), lengths.data(), owner));
}

nb::object to_numpy(const Array& array) {
  if (array.is_traced()) {
    throw nb::type_error(
        fmt::format("array: it has no numbers while a loss is traced: {}\n  hint: use functions of downhill or "
                    "numpy on it, stack((a, b)) in place of array([a, b]); or give gradient=\"differences\"",
                    to_string(array.type()))
            .c_str());
  }
  const nb::object numbers = to_numpy(array.values(), array.shape().lengths());
  return array.dtype() == DType::f64 ? numbers : nb::object(numbers.attr("astype")(numpy_name(array.dtype())));
}

nb::object to_python(const formula::Value& value) {
  if (const auto* array = std::get_if<Array>(&value.content)) return nb::cast(*array);
  if (const auto* number = std::get_if<double>(&value.content)) {
    if (std::floor(*number) == *number) return nb::int_(static_cast<std::int64_t>(*number));
    return nb::float_(*number);
  }
  if (const formula::List* list = value.list()) {
    nb::list items;
    for (const formula::Value& item : list->items) items.append(to_python(item));
    return nb::tuple(items);
  }
  if (const auto* dtype = std::get_if<DType>(&value.content)) return nb::str(numpy_name(*dtype));
  return nb::none();
}

nb::object to_python(const nlohmann::ordered_json& json) {
  using Kind = nlohmann::ordered_json::value_t;
  switch (json.type()) {
    case Kind::boolean: return nb::bool_(json.get<bool>());
    case Kind::number_integer: return nb::int_(json.get<std::int64_t>());
    case Kind::number_unsigned: return nb::int_(json.get<std::uint64_t>());
    case Kind::number_float: return nb::float_(json.get<double>());
    case Kind::string: {
      const auto& text = json.get_ref<const std::string&>();
      if (text == "nan" || text == "inf" || text == "-inf") return nb::float_(std::stod(text));
      return nb::str(text.c_str(), text.size());
    }
    case Kind::array: {
      nb::list items;
      for (const auto& item : json) items.append(to_python(item));
      return items;
    }
    case Kind::object: {
      nb::dict items;
      for (const auto& [key, item] : json.items()) items[key.c_str()] = to_python(item);
      return items;
    }
    default: return nb::none();
  }
}

}  // namespace downhill::python
