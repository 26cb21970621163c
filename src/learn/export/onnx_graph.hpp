#pragma once
#include <downhill/array.hpp>

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// Graphs in the format of ONNX (onnx.proto, IR version 8, operators of version 17), which other programs run.
namespace downhill::learn {

/// ONNX's codes of element types.
inline constexpr std::int64_t onnx_real = 1;
inline constexpr std::int64_t onnx_integer = 7;  ///< of 64 bits
inline constexpr std::int64_t onnx_double = 11;

struct OnnxAttribute {
  std::string name;
  std::variant<std::int64_t, float, std::vector<std::int64_t>> value;
};

/// A value that goes in or comes out: its axes after the first, which is the number of samples and may be any.
struct OnnxPort {
  std::string name;
  std::int64_t type = onnx_real;
  Shape sample = {};
};

/// A graph that grows from its inputs on. Values are known by their names.
class OnnxGraph {
 public:
  /// Applies an operator and returns the name of its output.
  std::string add(const std::string& operation, const std::vector<std::string>& inputs,
                  const std::vector<OnnxAttribute>& attributes = {});
  std::vector<std::string> add_several(const std::string& operation, const std::vector<std::string>& inputs,
                                       const std::vector<OnnxAttribute>& attributes, int outputs);
  /// A real array of the graph's own, with that name or one of its own.
  std::string constant(const Array& array, const std::string& name = "");
  /// i64[n]
  std::string integers(const std::vector<std::int64_t>& numbers);
  /// Gives the value the name of an output.
  void name_output(const std::string& value, const std::string& name);

  /// The bytes of a file, without constants that no operator reads. Throws InputError for more than 2 GiB, the most that the format can hold.
  [[nodiscard]] std::string model(const std::vector<OnnxPort>& inputs, const std::vector<OnnxPort>& outputs,
                                  const std::vector<std::pair<std::string, std::string>>& metadata) const;

 private:
  std::string next_name();
  std::string keep(const std::string& name, std::string tensor);

  std::string nodes_;                                           // fields of a GraphProto
  std::vector<std::pair<std::string, std::string>> constants_;  // names and TensorProtos
  std::set<std::string> read_;                                  // values that nodes read
  int values_ = 0;
};

/// What a layer's ONNX form is made from.
struct OnnxInput {
  std::string x;                        ///< [samples, …]
  Shape sample;                         ///< of one sample of x
  DType dtype;                          ///< of x
  std::vector<std::string> parameters;  ///< names of the trained arrays, as declared by `start`
  std::vector<Array> values;            ///< and their numbers
  std::vector<Array> buffers;           ///< running means
};

}  // namespace downhill::learn
