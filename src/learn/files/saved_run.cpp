#include "learn/files/saved_run.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/operations.hpp>

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "learn/train/step.hpp"
#include "learn/train/tensors.hpp"
#include "options/declaration.hpp"
#include "support/files.hpp"

namespace downhill::learn {
namespace {

using Json = nlohmann::ordered_json;
using Metadata = std::map<std::string, std::string>;

constexpr const char* format_key = "downhill";
constexpr const char* data_key = "data";
constexpr const char* run_format = "training run 2";
constexpr const char* network_format = "network 2";
constexpr const char* mean_name = "normalisation.mean";
constexpr const char* deviation_name = "normalisation.deviation";
constexpr std::size_t most_bytes = std::size_t{1} << 34U;

Json names_json(const Names& names) {
  return {{"classes", names.classes}, {"features", names.features}, {"targets", names.targets}};
}
Names names_of(const Json& json) { return {json.at("classes"), json.at("features"), json.at("targets")}; }

Metadata network_metadata(const Trainer& trainer) {
  const Task& task = trainer.task();
  return {{"model", task.model.text(options::Detail::all)},
          {"loss", task.loss.text(options::Detail::all)},
          {"dtype", std::string(downhill::name(task.dtype))},
          {"sample", Json(trainer.network().sample().lengths()).dump()},
          {"outputs", std::to_string(trainer.network().output().size())},
          {"names", names_json(trainer.data().names).dump()}};
}

// What further steps depend on besides the arrays.
Metadata task_metadata(const Trainer& trainer) {
  const Task& task = trainer.task();
  Metadata result = network_metadata(trainer);
  result["rule"] = task.rule.text(options::Detail::all);
  result["batch"] = std::to_string(task.batch);
  result["seed"] = std::to_string(task.seed);
  result["l1"] = fmt::format("{}", task.l1);
  result["l2"] = fmt::format("{}", task.l2);
  result["steps_per_epoch"] = std::to_string(trainer.steps_per_epoch());
  result[data_key] = trainer.data_checksum();
  return result;
}

Json epoch_json(const EpochReport& one) {
  return {one.epoch,     one.steps,         one.training_loss, one.validation.loss, one.validation.accuracy,
          one.test.loss, one.test.accuracy, one.epoch_seconds, one.seconds};
}
EpochReport epoch_of(const Json& json) {
  return {json.at(0), json.at(1), json.at(2), {json.at(3), json.at(4)}, {json.at(5), json.at(6)},
          json.at(7), json.at(8)};
}

Json record_json(const RunRecord& record) {
  Json epochs = Json::array();
  for (const EpochReport& one : record.epochs) epochs.push_back(epoch_json(one));
  return {{"steps", record.steps},
          {"loss_sum", record.loss_sum},
          {"seconds", record.seconds},
          {"best_epoch", record.best_epoch},
          {"epochs", epochs}};
}
RunRecord record_of(const Json& json) {
  RunRecord record{json.at("steps"), json.at("loss_sum"), json.at("seconds"), {}, json.at("best_epoch")};
  for (const Json& one : json.at("epochs")) record.epochs.push_back(epoch_of(one));
  return record;
}

void add_normalisation(const Normalisation& normalisation, std::vector<NamedNumbers>& tensors) {
  if (normalisation.mean.empty()) return;
  const Type type{DType::f32, {static_cast<std::int64_t>(normalisation.mean.size())}};
  tensors.push_back({mean_name, type, normalisation.mean.data()});
  tensors.push_back({deviation_name, type, normalisation.deviation.data()});
}

std::vector<float> floats_of(const TensorFile& file, const char* tensor, const std::string& name) {
  const NamedNumbers* found = file.find(tensor);
  if (found == nullptr) return {};
  if (found->type.dtype != DType::f32) {
    throw InputError(fmt::format("train: '{}' has {} of type {}: f32 is needed", name, tensor, to_string(found->type)));
  }
  const auto* numbers = static_cast<const float*>(found->data);
  return {numbers, numbers + found->type.shape.size()};
}

TensorFile read(const std::string& name) {
  TensorFile file = decode_safetensors(read_file("train", name, most_bytes), name);
  (void)file.text(checksum_key, name);  // ours have one
  return file;
}

template <class T>
T number_of(const TensorFile& file, const char* key, const std::string& name) {
  const std::string& text = file.text(key, name);
  T number{};
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) {
    throw InputError(fmt::format("train: '{}' has {} = '{}', which is not a number", name, key, text));
  }
  return number;
}

TensorFile read_run_file(const std::string& name) {
  TensorFile file = read(name);
  if (file.text(format_key, name) != run_format) {
    throw InputError(
        fmt::format("train: '{}' holds '{}': a '{}' is needed", name, file.text(format_key, name), run_format));
  }
  return file;
}

RunRecord record_in(const TensorFile& file, const std::string& name) {
  try {
    return record_of(Json::parse(file.text("record", name)));
  } catch (const nlohmann::json::exception& error) {
    throw InputError(fmt::format("train: '{}' has a damaged record: {}", name, error.what()));
  }
}

std::pair<Shape, Names> sample_and_names(const TensorFile& file, const std::string& name) {
  try {
    return {Shape(Json::parse(file.text("sample", name)).get<std::vector<std::int64_t>>()),
            names_of(Json::parse(file.text("names", name)))};
  } catch (const nlohmann::json::exception& error) {
    throw InputError(
        fmt::format("train: '{}' has damaged names or a damaged shape of samples: {}", name, error.what()));
  }
}

DType dtype_in(const TensorFile& file, const std::string& name) {
  return file.text("dtype", name) == downhill::name(DType::f64) ? DType::f64 : DType::f32;
}

Normalisation normalisation_in(const TensorFile& file, const std::string& name) {
  Normalisation result{floats_of(file, mean_name, name), floats_of(file, deviation_name, name)};
  if (result.mean.size() != result.deviation.size()) {
    throw InputError(
        fmt::format("train: '{}' has {} means and {} deviations", name, result.mean.size(), result.deviation.size()));
  }
  return result;
}

Array array_of(const NamedNumbers& tensor) {
  Tensors one({tensor.type});
  one.set(0, tensor.data);
  return one.array(0);
}

// The arrays of these names and types, in their order.
std::vector<Array> arrays_of(const TensorFile& file, const std::vector<std::string>& names,
                             const std::vector<Type>& types, const std::string& name) {
  std::vector<Array> result;
  for (std::size_t k = 0; k < names.size(); ++k) {
    const NamedNumbers* found = file.find(names[k]);
    if (found == nullptr) throw InputError(fmt::format("train: '{}' has no {}", name, names[k]));
    if (found->type != types[k]) {
      throw InputError(fmt::format("train: '{}' has another type of {}: {} where {} is needed", name, names[k],
                                   to_string(found->type), to_string(types[k])));
    }
    result.push_back(array_of(*found));
  }
  return result;
}

}  // namespace

std::string encode_run(const Trainer& trainer, const Normalisation& normalisation, const RunRecord& record) {
  Metadata metadata = task_metadata(trainer);
  metadata[format_key] = run_format;
  metadata["record"] = record_json(record).dump();
  std::vector<NamedNumbers> tensors = trainer.state();
  add_normalisation(normalisation, tensors);
  return encode_safetensors(std::move(metadata), tensors);
}

RunRecord restore_run(Trainer& trainer, const std::string& name) {
  const TensorFile file = read_run_file(name);
  const Metadata own = task_metadata(trainer);
  for (const auto& [key, wanted] : own) {
    const std::string& kept = file.text(key, name);
    if (kept != wanted && key != data_key) {
      throw InputError(fmt::format("train: '{}' is of another run: {} = {} there, {} here", name, key, kept, wanted));
    }
  }
  if (file.text(data_key, name) != own.at(data_key)) {
    throw InputError(
        fmt::format("train: '{}' is of another run: its samples are others than those given\n  hint: the same data, "
                    "validation, scaling and seed are needed",
                    name));
  }
  RunRecord record = record_in(file, name);
  trainer.restore(file.tensors, record.steps);
  return record;
}

SavedRun read_run(const std::string& name) {
  TensorFile file = read_run_file(name);
  auto [sample, names] = sample_and_names(file, name);
  return {.task = {.model = parse_model(file.text("model", name)),
                   .loss = parse_loss(file.text("loss", name)),
                   .rule = parse_rule(file.text("rule", name)),
                   .batch = number_of<std::int64_t>(file, "batch", name),
                   .l1 = number_of<double>(file, "l1", name),
                   .l2 = number_of<double>(file, "l2", name),
                   .dtype = dtype_in(file, name),
                   .seed = number_of<std::uint64_t>(file, "seed", name)},
          .sample = std::move(sample),
          .steps_per_epoch = number_of<std::uint64_t>(file, "steps_per_epoch", name),
          .record = record_in(file, name),
          .normalisation = normalisation_in(file, name),
          .names = std::move(names),
          .file = std::move(file)};
}

std::string encode_network(const Trainer& trainer, const Normalisation& normalisation) {
  Metadata metadata = network_metadata(trainer);
  metadata[format_key] = network_format;
  const std::vector<NamedArray> weights = trainer.weights();
  std::vector<NamedNumbers> tensors;
  for (const NamedArray& one : weights) tensors.push_back({one.name, one.array.type(), one.array.data()});
  add_normalisation(normalisation, tensors);
  return encode_safetensors(std::move(metadata), tensors);
}

Array TrainedNetwork::scaled(const Array& features) const {
  if (normalisation.mean.empty()) return features;
  const Shape shape = normalisation.mean.size() == 1 ? Shape{} : network.sample();
  const auto array = [&](const std::vector<float>& numbers) {
    return Array(std::vector<double>(numbers.begin(), numbers.end()), shape, DType::f32);
  };
  return (features - array(normalisation.mean)) / array(normalisation.deviation);
}

std::vector<Array> TrainedNetwork::outputs(const Array& scaled) const {
  const Array y = network.apply(astype(scaled, network.dtype()), parameters, buffers).y;
  const Array flat = reshape(y, {y.shape()[0], network.output().size()});
  std::vector<Array> result{astype(flat, DType::f32)};
  if (loss.target() != Target::number) result.push_back(predicted_labels(flat));
  return result;
}

TrainedNetwork read_network(const std::string& name) {
  const TensorFile file = read(name);
  const std::string& format = file.text(format_key, name);
  if (format != run_format && format != network_format) {
    throw InputError(fmt::format("train: '{}' holds '{}': a '{}' is needed", name, format, network_format));
  }
  auto [sample, names] = sample_and_names(file, name);
  const DType dtype = dtype_in(file, name);
  const Model model = parse_model(file.text("model", name));
  TrainedNetwork result{Network(model.layers(number_of<std::int64_t>(file, "outputs", name)), sample, dtype),
                        parse_loss(file.text("loss", name)),
                        {},
                        {},
                        normalisation_in(file, name),
                        std::move(names)};
  Task task{.model = model, .loss = result.loss, .dtype = dtype};
  const bool is_run = format == run_format;
  if (is_run) task.rule = parse_rule(file.text("rule", name));
  Layout layout = layout_of(result.network, task.rule, 0);
  if (is_run) {
    const std::vector<Array> arrays = arrays_of(file, layout.names, layout.types(), name);
    result.parameters = reported(task, layout, arrays);
    result.buffers.assign(arrays.begin() + static_cast<std::ptrdiff_t>(layout.first_buffer), arrays.end());
    return result;
  }
  const auto read_all = [&](const std::vector<Network::Variable>& variables) {
    std::vector<std::string> array_names;
    std::vector<Type> types;
    for (const Network::Variable& one : variables) {
      array_names.push_back(one.name);
      types.push_back(one.type);
    }
    return arrays_of(file, array_names, types, name);
  };
  result.parameters = read_all(result.network.parameters());
  result.buffers = read_all(result.network.buffers());
  return result;
}

}  // namespace downhill::learn
