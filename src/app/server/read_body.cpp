#include "app/server/read_body.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/server/message.hpp"
#include "support/numbers.hpp"

namespace downhill::server {
namespace {

using nlohmann::json;
using options::Value;

constexpr int deepest = 16;

Value number(double value, std::string spelling) {
  Value result;
  result.kind = Value::Kind::number;
  result.text = std::move(spelling);
  result.number = value;
  return result;
}

// Not deeper than `deepest`, which the parser has seen to.
Value value_of(const json& element, const std::string& key) {
  Value result;
  if (element.is_object()) {
    result.kind = Value::Kind::call;
    result.text = key;
    for (const auto& [name, member] : element.items()) result.items.push_back(value_of(member, name));
  } else if (element.is_array()) {
    result.kind = Value::Kind::list;
    result.items.reserve(element.size());
    for (const json& item : element) {
      result.items.push_back(value_of(item, {}));
      result.items.back().key.clear();
    }
  } else if (element.is_number_integer()) {
    result = number(element.get<double>(), element.dump());
  } else if (element.is_number()) {
    result = number(element.get<double>(), shortest(element.get<double>()));
  } else if (element.is_boolean()) {
    result.text = element.get<bool>() ? "true" : "false";
  } else if (element.is_string()) {
    result.kind = Value::Kind::string;
    result.text = element.get<std::string>();
  } else {
    result.text = "none";
  }
  result.key = key;
  return result;
}

}  // namespace

Value read_json_object(const std::string& text, std::string_view name) {
  const json::parser_callback_t limit_depth = [](int depth, json::parse_event_t event, json&) {
    const bool opens = event == json::parse_event_t::object_start || event == json::parse_event_t::array_start;
    if (opens && depth >= deepest) throw Refusal(400, fmt::format("body: nested deeper than {} levels", deepest));
    return true;
  };
  json body;
  try {
    body = json::parse(text, limit_depth);
  } catch (const json::parse_error& error) {
    throw Refusal(400, fmt::format("body: is not JSON: byte {}", error.byte));
  } catch (const json::exception&) {
    throw Refusal(400, "body: is not JSON");
  }
  if (!body.is_object()) throw Refusal(400, fmt::format("body: is not a JSON object: {}", body.type_name()));
  Value result = value_of(body, std::string(name));
  result.key.clear();
  return result;
}

}  // namespace downhill::server
