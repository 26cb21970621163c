#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/learn/export.hpp>

#include <filesystem>

#include "app/commands.hpp"
#include "app/export_name.hpp"
#include "support/files.hpp"

namespace downhill::app {

int export_network(const Arguments& arguments, const Terminal& terminal) {
  const std::filesystem::path file(arguments.output.value());
  const std::string& network = arguments.training.network;
  const bool is_shown = arguments.format == Output::people && arguments.noise == Noise::usual;
  if (file.extension() == ".onnx") {
    write_atomically("export", file.string(), learn::export_onnx(network));
    if (is_shown) fmt::print(terminal.out, "{}: the network as an ONNX graph from input to output\n", file.string());
    return success;
  }
  if (file.extension() != ".o") {
    throw InputError(fmt::format("export: a network becomes a .onnx or a .o file: given '{}'", file.string()));
  }
  const std::string name = function_name(file);
  const Program::Exported exported = learn::export_c(network, name, arguments.training.samples);
  std::filesystem::path header = file;
  header.replace_extension(".h");
  write_atomically("export", file.string(), exported.object);
  write_atomically("export", header.string(), exported.header);
  if (is_shown) {
    fmt::print(terminal.out, "{}: the network as the C function {} of {} sample{} a call, declared in {}\n",
               file.string(), name, arguments.training.samples, arguments.training.samples == 1 ? "" : "s",
               header.string());
  }
  return success;
}

}  // namespace downhill::app
