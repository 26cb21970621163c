#pragma once
#include <downhill/learn/data.hpp>

#include "app/arguments.hpp"
#include "app/terminal.hpp"

namespace downhill::app {

/// What a network is trained on and tried with, normalised.
struct Samples {
  learn::Split split = {};
  learn::DataSet validation = {};  ///< held out of the training data
  learn::Normalisation normalisation = {};
};

/// What the command line asks of the data; downloads are told on the terminal.
[[nodiscard]] learn::DataRequest data_request(const Arguments& arguments, const Terminal& terminal,
                                              learn::Answer answer);

}  // namespace downhill::app
