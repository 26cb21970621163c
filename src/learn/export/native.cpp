#include <downhill/learn/export.hpp>
#include <downhill/operations.hpp>

#include "learn/data/batch.hpp"
#include "learn/files/saved_run.hpp"

namespace downhill::learn {

Program::Exported export_c(const std::string& network, const std::string& function, std::int64_t samples) {
  const TrainedNetwork trained = read_network(network);
  const Type features{DType::f32, batch_shape(samples, trained.network.sample())};
  const ArrayFunction whole = [&trained](std::span<const Array> in) { return trained.outputs(trained.scaled(in[0])); };
  return Program::compile(whole, std::vector{features}).export_object(function);
}

}  // namespace downhill::learn
