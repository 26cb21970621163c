#include <fmt/format.h>
#include <downhill/error.hpp>

#include <nlohmann/json.hpp>

#include "app/cpp_text.hpp"
#include "app/server/bodies.hpp"
#include "app/server/endpoint.hpp"
#include "app/server/export_python.hpp"
#include "app/server/read_body.hpp"
#include "options/fields.hpp"

/// A set-up for use elsewhere.
namespace downhill::server {
namespace {

// A word for a shell: what it would take apart is put between quotes.
std::string quoted(const std::string& text) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=";
  if (!text.empty() && text.find_first_not_of(plain) == text.npos) return text;
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::string command_line(const Start& body) {
  const Setup& setup = body.setup;
  std::string text = "downhill ";
  if (!setup.model.empty()) {
    text += "fit --data FILE.csv --model " + quoted(setup.model);
    if (!setup.loss.empty()) text += " --loss " + quoted(setup.loss);
  } else {
    text += "minimize " + (setup.problem.empty() ? quoted(setup.formula) : "problem:" + quoted(setup.problem));
    if (setup.n > 0) text += fmt::format(" --n {}", setup.n);
  }
  const auto option = [&](const char* name, const std::string& value) {
    if (!value.empty()) text += fmt::format(" {} {}", name, quoted(value));
  };
  option("--from", setup.from);
  option("--bounds", setup.bounds);
  if (body.method != "auto") option("--method", body.method);
  option("--stop", body.stop);
  if (body.seed != 0) option("--seed", std::to_string(body.seed));
  return text;
}

}  // namespace

Reply export_setup(Context& context, const Request& request, const std::string&) {
  const auto body = read_body<Start>(request.body);
  app::Problem problem = read_setup(body.setup, context.limits);
  if (!body.stop.empty()) problem.stop = options::parse_arguments<Stop>(body.stop);
  problem.seed = static_cast<std::uint64_t>(body.seed);
  nlohmann::ordered_json json{{"command", command_line(body)}};
  json["python"] = python_text(body, problem);
  try {
    json["cpp"] = app::cpp_text(problem, body.method);
  } catch (const Error& error) {
    json["cpp"] = nullptr;
    json["why_no_cpp"] = error.what();
  }
  return {.body = json.dump()};
}

}  // namespace downhill::server
