#include "learn/export/onnx_graph.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <cstddef>
#include <utility>

#include "learn/files/protobuf.hpp"

namespace downhill::learn {
namespace {

using namespace protobuf;

constexpr std::uint64_t ir_version = 8;
constexpr std::uint64_t operator_version = 17;
constexpr std::size_t most_bytes = (std::size_t{1} << 31U) - 1;

std::uint64_t as_field(std::int64_t number) { return static_cast<std::uint64_t>(number); }

// AttributeProto { name = 1, f = 2, i = 3, ints = 8, type = 20 }
std::string attribute(const OnnxAttribute& one) {
  std::string message = nested(1, one.name);
  if (const auto* number = std::get_if<std::int64_t>(&one.value)) {
    return message + whole(3, as_field(*number)) + whole(20, 2);
  }
  if (const auto* number = std::get_if<float>(&one.value)) return message + narrow(2, *number) + whole(20, 1);
  for (const std::int64_t number : std::get<std::vector<std::int64_t>>(one.value))
    message += whole(8, as_field(number));
  return message + whole(20, 7);
}

// TensorProto { dims = 1, data_type = 2, name = 8, raw_data = 9 }
std::string tensor(const std::string& name, const std::vector<std::int64_t>& lengths, std::int64_t type,
                   std::string_view bytes) {
  std::string message;
  for (const std::int64_t length : lengths) message += whole(1, as_field(length));
  return message + whole(2, as_field(type)) + nested(8, name) + nested(9, bytes);
}

// ValueInfoProto { name = 1, type = 2 }, TypeProto { tensor_type = 1 { elem_type = 1, shape = 2 { dim = 1 { dim_value = 1, dim_param = 2 } } } }
std::string value_info(const OnnxPort& port) {
  std::string shape = nested(1, nested(2, "samples"));
  for (const std::int64_t length : port.sample) shape += nested(1, whole(1, as_field(length)));
  return nested(1, port.name) + nested(2, nested(1, whole(1, as_field(port.type)) + nested(2, shape)));
}

}  // namespace

std::string OnnxGraph::next_name() { return fmt::format("value{}", ++values_); }

std::string OnnxGraph::add(const std::string& operation, const std::vector<std::string>& inputs,
                           const std::vector<OnnxAttribute>& attributes) {
  return add_several(operation, inputs, attributes, 1).front();
}

// NodeProto { input = 1, output = 2, name = 3, op_type = 4, attribute = 5 }
std::vector<std::string> OnnxGraph::add_several(const std::string& operation, const std::vector<std::string>& inputs,
                                                const std::vector<OnnxAttribute>& attributes, int outputs) {
  std::string node;
  for (const std::string& input : inputs) node += nested(1, input);
  read_.insert(inputs.begin(), inputs.end());
  std::vector<std::string> names;
  for (int k = 0; k < outputs; ++k) {
    names.push_back(next_name());
    node += nested(2, names.back());
  }
  node += nested(3, fmt::format("{}_{}", operation, values_)) + nested(4, operation);
  for (const OnnxAttribute& one : attributes) node += nested(5, attribute(one));
  nodes_ += nested(1, node);
  return names;
}

std::string OnnxGraph::keep(const std::string& name, std::string tensor) {
  constants_.emplace_back(name, std::move(tensor));
  return name;
}

std::string OnnxGraph::constant(const Array& array, const std::string& name) {
  const std::string result = name.empty() ? next_name() : name;
  const std::size_t bytes = static_cast<std::size_t>(array.size()) * size_of(array.dtype());
  return keep(result, tensor(result, array.shape().lengths(), array.dtype() == DType::f64 ? onnx_double : onnx_real,
                             {static_cast<const char*>(array.data()), bytes}));
}

std::string OnnxGraph::integers(const std::vector<std::int64_t>& numbers) {
  const std::string result = next_name();
  const std::size_t bytes = numbers.size() * sizeof(std::int64_t);
  return keep(result, tensor(result, {static_cast<std::int64_t>(numbers.size())}, onnx_integer,
                             {reinterpret_cast<const char*>(numbers.data()), bytes}));
}

void OnnxGraph::name_output(const std::string& value, const std::string& name) {
  read_.insert(value);
  nodes_ += nested(1, nested(1, value) + nested(2, name) + nested(3, "output_" + name) + nested(4, "Identity"));
}

// GraphProto { node = 1, name = 2, initializer = 5, input = 11, output = 12 }, ModelProto { ir_version = 1, producer_name = 2, graph = 7,
// opset_import = 8 { version = 2 }, metadata_props = 14 { key = 1, value = 2 } }
std::string OnnxGraph::model(const std::vector<OnnxPort>& inputs, const std::vector<OnnxPort>& outputs,
                             const std::vector<std::pair<std::string, std::string>>& metadata) const {
  std::string graph = nodes_ + nested(2, "network");
  for (const auto& [name, tensor] : constants_) {
    if (read_.contains(name)) graph += nested(5, tensor);
  }
  for (const OnnxPort& port : inputs) graph += nested(11, value_info(port));
  for (const OnnxPort& port : outputs) graph += nested(12, value_info(port));
  if (graph.size() > most_bytes) {
    throw InputError(fmt::format("export: the network is too large for an ONNX file: {} bytes, {} at most",
                                 graph.size(), most_bytes));
  }
  std::string result =
      whole(1, ir_version) + nested(2, "downhill") + nested(7, graph) + nested(8, whole(2, operator_version));
  for (const auto& [key, value] : metadata) result += nested(14, nested(1, key) + nested(2, value));
  return result;
}

}  // namespace downhill::learn
