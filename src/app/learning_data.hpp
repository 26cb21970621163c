#pragma once
#include <downhill/learn/data.hpp>
#include <downhill/learn/model.hpp>
#include <downhill/learn/train.hpp>

#include <string>

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

/// auto, overall, per_feature, range or none, as the model's first layer takes numbers: those that stand for something are taken as they
/// are. Throws InputError for a scaling of such.
[[nodiscard]] learn::Scaling scaling_of(const std::string& word, const learn::Model& model);

/// Holds out the part `validation` of the training data, if that is above 0, and normalises every part as the rest of the training data
/// asks for. `scaling`: as for scaling_of. Throws InputError for a scaling that the model cannot take.
[[nodiscard]] Samples prepare(learn::Split split, const learn::Task& task, double validation,
                              const std::string& scaling);

}  // namespace downhill::app
