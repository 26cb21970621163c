#include "options/describe.hpp"

#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <variant>

#include "options/fields.hpp"

namespace downhill::options {
namespace {

struct Fixed {
  double learning_rate = 0.1;
  static constexpr std::string_view name = "fixed";
  static constexpr std::string_view doc = "the same \"step\" always";
  static Fields fields() { return {field("learning_rate", &Fixed::learning_rate, "length", positive())}; }
};

enum class Restart { never, on_increase };
constexpr auto enum_names(Restart) {
  return std::array{std::pair{"never", Restart::never}, std::pair{"on_increase", Restart::on_increase}};
}

struct Descent {
  std::variant<Fixed> line_search;
  Restart restart = Restart::never;
  std::optional<int> memory;
  std::vector<double> steps{1, 0.1};
  static constexpr std::string_view name = "descent";
  static constexpr std::string_view doc = "goes down";
  static Fields fields() {
    return {field("line_search", &Descent::line_search, "how far"),
            field("restart", &Descent::restart, "when to forget"),
            field("memory", &Descent::memory, "pairs kept", at_least(1)),
            field("steps", &Descent::steps, "tried", left_open(0, 1))};
  }
};

TEST(Describe, TableHasOneAlignedLinePerOption) {
  EXPECT_EQ(table(declaration<Descent>()),
            "descent: goes down\n"
            "  line_search  fixed     fixed                        how far\n"
            "  restart      never     never | on_increase          when to forget\n"
            "  memory       none      integer or none in [1, inf)  pairs kept\n"
            "  steps        [1, 0.1]  list of number in (0, 1]     tried\n");
}

TEST(Describe, SchemaIsJsonWithTypesLimitsAndDefaults) {
  const auto json = nlohmann::json::parse(schema(declaration<Descent>()));
  EXPECT_EQ(json["title"], "descent");
  const auto& properties = json["properties"];
  EXPECT_EQ(properties["line_search"]["oneOf"][0]["properties"]["learning_rate"]["exclusiveMinimum"], 0);
  EXPECT_EQ(properties["line_search"]["oneOf"][0]["description"], "the same \"step\" always");
  EXPECT_EQ(properties["restart"]["enum"], (nlohmann::json{"never", "on_increase"}));
  EXPECT_EQ(properties["memory"]["oneOf"][0]["minimum"], 1);
  EXPECT_EQ(properties["memory"]["oneOf"][1]["const"], "none");
  EXPECT_EQ(properties["steps"]["items"]["maximum"], 1);
  EXPECT_EQ(properties["steps"]["default"], "[1, 0.1]");
}

}  // namespace
}  // namespace downhill::options
