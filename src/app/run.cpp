#include "app/run.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <exception>
#include <new>

#include "app/commands.hpp"

namespace downhill::app {
namespace {

int dispatch(const Arguments& arguments, const Terminal& terminal) {
  switch (arguments.command) {
    case Command::minimize: return minimize_formula(arguments, terminal);
    case Command::fit: return fit_model(arguments, terminal);
    case Command::evaluate: return evaluate_formula(arguments, terminal);
    case Command::check: return check_formula(arguments, terminal);
    case Command::compare: return compare_methods(arguments, terminal);
    case Command::landscape: return draw_landscape(arguments, terminal);
    case Command::methods: return list_methods(arguments, terminal);
    case Command::problems: return list_problems(arguments, terminal);
    case Command::train: return train_network(arguments, terminal);
    case Command::predict: return predict_with_network(arguments, terminal);
    case Command::export_code:
      return arguments.training.network.empty() ? export_formula(arguments, terminal)
                                                : export_network(arguments, terminal);
    case Command::serve: return serve_page(arguments, terminal);
  }
  return internal_error;
}

// Writing an error must not raise another one.
int fail(int status, const char* what, const Terminal& terminal) noexcept {
  std::fputs(what, terminal.err);
  std::fputc('\n', terminal.err);
  return status;
}

}  // namespace

int run(std::vector<std::string> words, const Terminal& terminal) noexcept {
  try {
    const Parsed parsed = parse_arguments(std::move(words));
    if (parsed.arguments) return dispatch(*parsed.arguments, terminal);
    fmt::print(terminal.out, "{}", parsed.text);
    return success;
  } catch (const Error& error) {
    return fail(bad_input, error.what(), terminal);
  } catch (const std::bad_alloc&) {
    return fail(bad_input, "downhill: the problem needs more memory than there is", terminal);
  } catch (const std::exception& error) {
    std::fputs("downhill: internal error: ", terminal.err);
    return fail(internal_error, error.what(), terminal);
  } catch (...) {
    return fail(internal_error, "downhill: internal error", terminal);
  }
}

}  // namespace downhill::app
