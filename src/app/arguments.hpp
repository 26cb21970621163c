#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/pictures/landscape_arguments.hpp"
#include "app/server/training/offer.hpp"
#include "app/training_arguments.hpp"
#include "formula/evaluate.hpp"

/// The command line as data.
namespace downhill::app {

enum class Command : std::uint8_t {
  minimize,
  fit,
  evaluate,
  check,
  compare,
  landscape,
  methods,
  problems,
  export_code,
  train,
  predict,
  serve
};
/// As it is written on the command line; messages begin with it.
[[nodiscard]] std::string_view command_name(Command command);

enum class Output : std::uint8_t { people, json };
enum class Noise : std::uint8_t { usual, quiet };

/// Where `evaluate` takes its numbers from.
enum class With : std::uint8_t { native, interpreter, differences };

struct Arguments {
  Command command = Command::minimize;
  std::string problem;  ///< a formula, the name of a TOML file, or problem:NAME; for `methods` and `problems` a name
  std::optional<std::string> from;
  std::optional<std::vector<formula::Binding>> start;  ///< its values, in place of a text
  std::optional<std::string> bounds;                   ///< on the variables
  std::optional<std::string> data;                     ///< CSV file
  std::optional<std::string> table;                    ///< its content, in place of a file
  std::vector<formula::Binding> arrays;                ///< data by name
  std::optional<std::int64_t> n;                       ///< variables of a library problem
  std::optional<std::string> model;
  std::optional<std::string> method;
  std::optional<std::string> methods;  ///< of `compare`
  std::optional<std::string> stop;
  std::optional<std::string> loss;  ///< of the residuals of `fit`
  double confidence = 0.95;         ///< level of the intervals of `fit`
  std::optional<std::uint64_t> seed;
  std::optional<std::string> trace;  ///< CSV file to write
  LandscapeArguments landscape;
  std::optional<std::string> plot;        ///< picture to draw; - for the terminal
  std::vector<std::string> words;         ///< all of the above as they were given
  std::optional<std::string> checkpoint;  ///< file to keep the run in
  std::optional<std::string> resume;      ///< checkpoint to go on from
  std::optional<std::string> output;      ///< object file to write
  std::optional<int> threads;
  std::optional<int> port;  ///< of `serve`; 0: any that is free
  server::Offer offer;      ///< of `serve`
  TrainingArguments training;
  int order = 2;
  With with = With::native;
  Output format = Output::people;
  Noise noise = Noise::usual;
};

/// What the command line asks for: work, or a text to print at once (`--help`, `--version`).
struct Parsed {
  std::optional<Arguments> arguments;
  std::string text;
};

/// Reads the words after the program's name. Throws InputError.
[[nodiscard]] Parsed parse_arguments(std::vector<std::string> words);

}  // namespace downhill::app
