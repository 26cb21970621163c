#include "app/learning_data.hpp"

#include <fmt/format.h>

#include "app/commands.hpp"

namespace downhill::app {

learn::DataRequest data_request(const Arguments& arguments, const Terminal& terminal, learn::Answer answer) {
  return {
      .answer = answer,
      .columns = arguments.training.label,
      .source = arguments.training.source,
      .on_download = [&](const std::string& url) { warn({fmt::format("downloading {}", url)}, arguments, terminal); }};
}

}  // namespace downhill::app
