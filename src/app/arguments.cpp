#include "app/arguments.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <downhill/error.hpp>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <map>
#include <system_error>

#include "app/whole_number.hpp"

namespace downhill::app {
namespace {

constexpr const char* version = "downhill 0.1.0";

constexpr const char* footer = R"text(examples:
  downhill minimize "(1 - x[0])**2 + 100*(x[1] - x[0]**2)**2" --from "x=[-1.2, 1]"
  downhill fit --data points.csv --model "y ~ b1*(1 - exp(-b2*x))" --from "b1=500, b2=1e-4"
  downhill check "sum(log(1 + exp(-x)))" --from "x=[1, 2, 3]"

exit status: 0 success, 1 ran without success, 2 wrong call or bad input, 3 internal error)text";

// Formulas may begin with a sign, which an option parser takes for an option: a blank in front hides it, and is taken
// away again. Options are `--word…`, `-h` and `-o`.
bool is_signed_text(const std::string& word) {
  if (word.size() < 2 || word[0] != '-') return false;
  if (word[1] == '-') return word.size() > 2 && std::isalpha(static_cast<unsigned char>(word[2])) == 0;
  return word != "-h" && word != "-o";
}

void hide_signs(std::vector<std::string>& words) {
  for (std::string& word : words) {
    if (is_signed_text(word)) word.insert(0, 1, ' ');
  }
}

void show_sign(std::string& text) {
  if (text.size() > 1 && text[0] == ' ' && text[1] == '-') text.erase(0, 1);
}

class Definition {
 public:
  Definition() {
    app_.name("downhill");
    app_.require_subcommand(1);
    app_.footer(footer);
    app_.set_version_flag("--version", version);

    CLI::App* minimize = add(Command::minimize, "minimize", "find a minimum of a formula");
    formula(minimize);
    run_options(minimize);
    method(minimize);

    CLI::App* fit = add(Command::fit, "fit", "fit a model to data by least squares");
    fit->add_option("FILE.toml", given_.problem, "problem file with model, data and from");
    fit->add_option("--model", given_.model, "left ~ right, both of columns and variables: \"y ~ a*exp(-b*x)\"");
    run_options(fit);
    fit->add_option(
        "--loss", given_.loss,
        "of each residual: squared, or robust against outliers: huber, soft_l1, cauchy, tukey, arctan, each "
        "with its scale in units of the residuals: \"huber(scale=0.1)\"");
    fit->add_option("--confidence", given_.confidence, "level of the intervals, between 0 and 1")
        ->check([](const std::string& text) {
          const char* end = text.data() + text.size();
          double level = 0;
          const auto read = std::from_chars(text.data(), end, level);
          const bool is_level = read.ec == std::errc() && read.ptr == end && level > 0 && level < 1;
          return is_level ? std::string() : fmt::format("{} is outside (0, 1)", text);
        })
        ->capture_default_str();
    method(fit);

    CLI::App* evaluate = add(Command::evaluate, "evaluate", "value, gradient and Hessian at a point");
    formula(evaluate);
    evaluate->add_option("--order", given_.order, "0 value, 1 and gradient, 2 and Hessian")
        ->check(CLI::Range(0, 2))
        ->capture_default_str();
    evaluate->add_option("--with", given_.with, "native code, the interpreter, or finite differences")
        ->transform(CLI::CheckedTransformer(std::map<std::string, With>{{"native", With::native},
                                                                        {"interpreter", With::interpreter},
                                                                        {"differences", With::differences}})
                        .description(""))
        ->type_name("native|interpreter|differences");

    CLI::App* check = add(Command::check, "check", "derivatives against finite differences, coordinate by coordinate");
    formula(check);

    CLI::App* compare = add(Command::compare, "compare", "several methods side by side");
    formula(compare);
    run_options(compare);
    compare->add_option("--methods", given_.methods,
                        "\"gradient_descent, newton\"; all that suit the problem unless given");

    CLI::App* landscape =
        add(Command::landscape, "landscape", "f along a line or over a plane, with the path of a run");
    formula(landscape);
    run_options(landscape);
    landscape->add_option("--method", given_.method,
                          "of the run whose path is drawn; chosen by the problem unless given; none: no run");
    define_landscape(*landscape, given_.landscape);

    CLI::App* methods = add(Command::methods, "methods", "the methods, or the options of one");
    methods->add_option("NAME", given_.problem, "a method");

    CLI::App* problems = add(Command::problems, "problems", "the test problems, or what is known of one");
    problems->add_option("NAME", given_.problem, "a problem");

    CLI::App* train = add(Command::train, "train", "train a network");
    train->add_option("--data", given_.data, data_help())->required();
    define_training(*train, given_.training);
    train
        ->add_option("--method", given_.method,
                     "a rule, by mini-batches, or another method, on all samples at once; see downhill methods")
        ->default_str("sgd(learning_rate=0.1)");
    train->add_option("--stop", given_.stop,
                      "of methods that are no rules: \"gradient_tolerance=1e-8\"; else --epochs iterations");
    train->add_option("--seed", given_.seed, "of weights, orders and dropout")->check(whole_number, "", "");
    train->add_option("--threads", given_.threads, "threads of native code")->check(CLI::Range(1, 1024));
    keeping(train);
    plot(train);

    CLI::App* predict = add(Command::predict, "predict", "labels or numbers by a trained network");
    predict->add_option("--network", given_.training.network, "file that train wrote")->required();
    predict->add_option("--data", given_.data, data_help() + "; an IDX or .npy file of samples alone")->required();
    define_samples(*predict, given_.training);
    predict->add_option("-o,--output", given_.output, "CSV file to write; else standard output");
    predict->add_option("--threads", given_.threads, "threads of native code")->check(CLI::Range(1, 1024));

    CLI::App* code = add(Command::export_code, "export",
                         "native code of value and gradient, for use without downhill; or a trained network");
    formula(code);
    CLI::Option* const network = code->add_option(
        "--network", given_.training.network, "file that train wrote, in place of a formula; to a .o or a .onnx file");
    code->get_option("FORMULA")->required(false)->excludes(network);
    code->add_option("--samples", given_.training.samples, "of a network, in one call of its C function")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 24))
        ->capture_default_str();
    code->add_option("-o,--output", given_.output, "object file; its C header goes beside it")->required();
    code->final_callback([this] {
      if (given_.problem.empty() && given_.training.network.empty()) throw CLI::RequiredError("FORMULA or --network");
    });

    CLI::App* serve = add(Command::serve, "serve", "the page: losses, methods and their paths in a browser");
    serve->add_option("--port", given_.port, "on 127.0.0.1; 0 takes any that is free")
        ->check(CLI::Range(0, 65535))
        ->default_str("8017");
    serve->add_option("--data", given_.offer.data, data_help() + "; that the page may train on, again for each");
    serve->add_option("--follow", given_.offer.follow,
                      "a run of `train` that goes on elsewhere: its checkpoint or its metrics, again for each");
    serve->add_option("--checkpoints", given_.offer.checkpoints,
                      "folder to keep the page's training runs in; one that goes with the server unless given");
  }

  Parsed parse(std::vector<std::string> words) {
    given_.words = words;
    std::vector<std::string> known;
    for (const auto& [subcommand, command] : commands_) known.emplace_back(command_name(command));
    std::ranges::sort(known);
    const bool is_word = !words.empty() && !words[0].starts_with('-');
    if (is_word && std::ranges::find(known, words[0]) == known.end()) {
      throw InputError(fmt::format("downhill: unknown command '{}' (known: {})\n  hint: downhill --help", words[0],
                                   fmt::join(known, ", ")));
    }
    hide_signs(words);
    std::reverse(words.begin(), words.end());  // as CLI11 wants them
    try {
      app_.parse(words);
    } catch (const CLI::CallForHelp&) {
      return {std::nullopt, app_.help()};  // of the subcommand, where one is given
    } catch (const CLI::CallForVersion&) {
      return {std::nullopt, std::string(version) + "\n"};
    } catch (const CLI::ParseError& error) {
      throw InputError(fmt::format("downhill: {}\n  hint: downhill --help", error.what()));
    }
    given_.command = commands_.at(app_.get_subcommands().front());
    for (auto* text : {&given_.from, &given_.bounds, &given_.model, &given_.stop}) {
      if (*text) show_sign(**text);
    }
    show_sign(given_.problem);
    return {given_, {}};
  }

 private:
  CLI::App* add(Command command, const std::string& name, const std::string& doc) {
    CLI::App* subcommand = app_.add_subcommand(name, doc);
    commands_[subcommand] = command;
    subcommand->add_flag_callback(
        "--json", [this] { given_.format = Output::json; }, "one JSON object on standard output");
    subcommand->add_flag_callback("--quiet", [this] { given_.noise = Noise::quiet; }, "no progress, no warnings");
    return subcommand;
  }

  void formula(CLI::App* subcommand) {
    subcommand->add_option("FORMULA", given_.problem, "a formula, a problem file FILE.toml, or problem:NAME")
        ->required();
    subcommand->add_option("--from", given_.from, "variables and where they start: \"x=[-1.2, 1], s=0.5\"");
    subcommand->add_option("--data", given_.data, "CSV file whose columns the formula uses");
    subcommand->add_option("--n", given_.n, "variables of problem:NAME");
    subcommand->add_option("--threads", given_.threads, "threads of native code")->check(CLI::Range(1, 1024));
  }

  void run_options(CLI::App* subcommand) {
    if (subcommand->get_option_no_throw("--from") == nullptr) {
      subcommand->add_option("--from", given_.from, "variables and where they start: \"b1=500, b2=1e-4\"");
      subcommand->add_option("--data", given_.data, "CSV file with a header row");
      subcommand->add_option("--threads", given_.threads, "threads of native code")->check(CLI::Range(1, 1024));
    }
    subcommand->add_option("--bounds", given_.bounds,
                           "on the variables: \"x = [0, 1], s >= 1e-3, 0 <= A <= 10\"; see docs/guide/bounds.md");
    subcommand->add_option("--stop", given_.stop, "\"gradient_tolerance=1e-8, max_iterations=500\"");
    subcommand->add_option("--seed", given_.seed, "of the methods that draw random numbers")
        ->check(whole_number, "", "");
    plot(subcommand);
  }

  void plot(CLI::App* subcommand) {
    subcommand->add_option("--plot", given_.plot,
                           "picture to draw: FILE.svg, .png, .pdf or .html, or - for the terminal");
  }

  void method(CLI::App* subcommand) {
    subcommand->add_option("--method", given_.method, "see downhill methods; chosen by the problem unless given");
    subcommand->add_option("--trace", given_.trace, "CSV file for value, gradient and x of every iteration");
    keeping(subcommand);
  }

  void keeping(CLI::App* subcommand) {
    subcommand->add_option("--checkpoint", given_.checkpoint, "file in which the run is kept while it goes on");
    subcommand->add_option("--resume", given_.resume,
                           "checkpoint to go on from, with the same problem; kept up to date unless "
                           "--checkpoint names another");
  }

  CLI::App app_{"downhill finds minima."};
  std::map<CLI::App*, Command> commands_;
  Arguments given_;
};

}  // namespace

Parsed parse_arguments(std::vector<std::string> words) { return Definition().parse(std::move(words)); }

std::string_view command_name(Command command) {
  switch (command) {
    case Command::minimize: return "minimize";
    case Command::fit: return "fit";
    case Command::evaluate: return "evaluate";
    case Command::check: return "check";
    case Command::compare: return "compare";
    case Command::landscape: return "landscape";
    case Command::methods: return "methods";
    case Command::problems: return "problems";
    case Command::train: return "train";
    case Command::predict: return "predict";
    case Command::export_code: return "export";
    case Command::serve: return "serve";
  }
  return "downhill";
}

}  // namespace downhill::app
