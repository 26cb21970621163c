#include "options/fields.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <variant>

#include "options/registry.hpp"

namespace downhill::options {
namespace {

// The worked example at the top of fields.hpp, and one struct with every kind of member.
struct Armijo {
  double sufficient_decrease = 1e-4;
  double contraction = 0.5;

  static constexpr std::string_view name = "armijo";
  static constexpr std::string_view doc = "backtracks until f decreases enough";
  static Fields fields() {
    return {
        field("sufficient_decrease", &Armijo::sufficient_decrease, "c1 in f(x + t p) <= f(x) + c1 t slope", open(0, 1)),
        field("contraction", &Armijo::contraction, "factor on the step after a refusal", open(0, 1))};
  }
};

struct StrongWolfe {
  double sufficient_decrease = 1e-4;
  double curvature = 0.9;

  static constexpr std::string_view name = "strong_wolfe";
  static constexpr std::string_view doc = "strong Wolfe conditions";
  static Fields fields() {
    return {field("sufficient_decrease", &StrongWolfe::sufficient_decrease, "c1", open(0, 1)),
            field("curvature", &StrongWolfe::curvature, "c2", open(0, 1))};
  }
  void check() const {
    if (sufficient_decrease >= curvature) {
      refuse_value({name, "sufficient_decrease"}, print_real(sufficient_decrease),
                   "is not below curvature = " + print_real(curvature));
    }
  }
};

struct Candidates {
  std::vector<double> steps = {1, 0.1, 0.01};

  static constexpr std::string_view name = "candidates";
  static constexpr std::string_view doc = "the best of several steps";
  static Fields fields() { return {non_empty(field("steps", &Candidates::steps, "steps to try", positive()))}; }
};

enum class Restart { never, on_increase };
constexpr auto enum_names(Restart) {
  return std::array{std::pair{"never", Restart::never}, std::pair{"on_increase", Restart::on_increase}};
}

struct Everything {
  double learning_rate = 0.1;
  float momentum = 0.9F;
  int memory = 10;
  std::uint64_t seed = 0;
  bool nesterov = false;
  Restart restart = Restart::never;
  std::string label = "plain";
  std::vector<int> sizes;
  std::optional<double> radius;
  std::variant<Armijo, StrongWolfe, Candidates> line_search = Armijo{};
  Armijo inner{};

  static constexpr std::string_view name = "everything";
  static constexpr std::string_view doc = "one option of each kind";
  static Fields fields() {
    using E = Everything;
    return {field("learning_rate", &E::learning_rate, "step length", positive()),
            field("momentum", &E::momentum, "weight of the last step", right_open(0, 1)),
            field("memory", &E::memory, "pairs kept", at_least(1)),
            field("seed", &E::seed, "of the random numbers"),
            field("nesterov", &E::nesterov, "look ahead"),
            field("restart", &E::restart, "when to forget"),
            field("label", &E::label, "shown in plots"),
            field("sizes", &E::sizes, "of the layers", at_least(1)),
            field("radius", &E::radius, "of trust", positive()),
            field("line_search", &E::line_search, "how far to go"),
            field("inner", &E::inner, "a fixed group")};
  }
};

std::string refusal(std::string_view text) {
  try {
    (void)parse<Everything>(text);
  } catch (const OptionError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Fields, WorkedExampleParsesAndPrints) {
  const auto armijo = parse<Armijo>("armijo(contraction=0.3)");
  EXPECT_EQ(armijo.contraction, 0.3);
  EXPECT_EQ(armijo.sufficient_decrease, 1e-4);
  EXPECT_EQ(print(armijo), "armijo(contraction=0.3)");
  EXPECT_EQ(print(armijo, Detail::all), "armijo(sufficient_decrease=0.0001, contraction=0.3)");
  EXPECT_EQ(print(Armijo{}), "armijo");
  EXPECT_EQ(print(parse<Armijo>("armijo(1e-3, 0.25)")), "armijo(sufficient_decrease=0.001, contraction=0.25)");
  EXPECT_EQ(print(parse_arguments<Armijo>(" contraction = 0.25 ")), "armijo(contraction=0.25)");
  EXPECT_EQ(print(parse_arguments<Armijo>("")), "armijo");
}

TEST(Fields, EveryKindOfOptionRoundTripsThroughText) {
  for (const std::string text :
       {"everything", "everything(learning_rate=0.30000000000000004)", "everything(momentum=0.1)",
        "everything(memory=7, seed=18446744073709551615)", "everything(nesterov=true, restart=on_increase)",
        R"(everything(label="two words"))", R"(everything(label="a \"b\" \\ c"))", "everything(sizes=[3, 1, 4])",
        "everything(radius=5e-324)", "everything(line_search=strong_wolfe(curvature=0.4))",
        "everything(line_search=candidates(steps=[1e-300]))", "everything(line_search=candidates)",
        "everything(inner=armijo(contraction=0.75))", R"(everything(label="inf"))", R"(everything(label=""))"}) {
    EXPECT_EQ(print(parse<Everything>(text)), text);
  }
}

TEST(Fields, AllOptionsPrintedReadBackToTheSame) {
  const auto original = parse<Everything>("everything(0.1e-3, memory=1e2, radius=2, line_search=strong_wolfe)");
  const std::string full = print(original, Detail::all);
  EXPECT_EQ(full,
            "everything(learning_rate=0.0001, momentum=0.9, memory=100, seed=0, nesterov=false, restart=never, "
            "label=plain, sizes=[], "
            "radius=2, line_search=strong_wolfe(sufficient_decrease=0.0001, curvature=0.9), "
            "inner=armijo(sufficient_decrease=0.0001, contraction=0.5))");
  EXPECT_EQ(print(parse<Everything>(full), Detail::all), full);
}

TEST(Fields, MessagesNameTheOptionAndBothValues) {
  EXPECT_EQ(refusal("everything(learning_rate=-1)"), "everything: learning_rate = -1 is outside (0, inf)");
  EXPECT_EQ(refusal("everything(learning_rate=inf)"), "everything: learning_rate = inf is outside (0, inf)");
  EXPECT_EQ(refusal("everything(learning_rate=nan)"), "everything: learning_rate = nan is outside (0, inf)");
  EXPECT_EQ(refusal("everything(momentum=1)"), "everything: momentum = 1 is outside [0, 1)");
  EXPECT_EQ(refusal("everything(memory=0)"), "everything: memory = 0 is outside [1, inf)");
  EXPECT_EQ(refusal("everything(memory=2.5)"), "everything: memory = 2.5 is not an integer");
  EXPECT_EQ(refusal("everything(memory=1e10)"), "everything: memory = 1e10 does not fit in 32 bits");
  EXPECT_EQ(refusal("everything(seed=-1)"), "everything: seed = -1 is outside [0, inf]");
  EXPECT_EQ(refusal("everything(seed=1e30)"), "everything: seed = 1e30 does not fit in 64 bits");
  EXPECT_EQ(refusal("everything(learning_rate=fast)"), "everything: learning_rate = fast is not a number");
  EXPECT_EQ(refusal("everything(nesterov=1)"), "everything: nesterov = 1 is neither true nor false");
  EXPECT_EQ(refusal("everything(restart=often)"), "everything: unknown restart 'often' (known: never, on_increase)");
  EXPECT_EQ(refusal("everything(sizes=3)"), "everything: sizes = 3 is not a list: write [3]");
  EXPECT_EQ(refusal("everything(sizes=[3, 0])"), "everything: sizes[1] = 0 is outside [1, inf)");
  EXPECT_EQ(refusal("everything(line_search=wolf)"),
            "everything: unknown line_search 'wolf' (known: armijo, strong_wolfe, candidates)");
  EXPECT_EQ(refusal("everything(line_search=armijo(contraction=1.5))"), "armijo: contraction = 1.5 is outside (0, 1)");
  EXPECT_EQ(refusal("everything(line_search=candidates(steps=[]))"), "candidates: steps is empty");
  EXPECT_EQ(refusal("everything(line_search=strong_wolfe(sufficient_decrease=0.95))"),
            "strong_wolfe: sufficient_decrease = 0.95 is not below curvature = 0.9");
  EXPECT_EQ(refusal("everything(line_search=3)"), "everything: line_search = 3 is not a name with options");
  EXPECT_EQ(refusal("everything(memory=3, memory=4)"), "everything: memory is given twice");
  EXPECT_EQ(refusal("everything(memory=3, 4)"), "everything: 4 stands after a named option: name its option too");
  EXPECT_EQ(refusal("something"), "options: unknown name 'something' (known: everything)");
  EXPECT_EQ(refusal("3"), "everything: 3 is not a name with options");
  try {
    (void)parse<Armijo>("armijo(lr=1)");
    FAIL();
  } catch (const OptionError& error) {
    EXPECT_STREQ(error.what(), "armijo: unknown option 'lr' (known: sufficient_decrease, contraction)");
  }
  try {
    (void)parse<Armijo>("armijo(0.1, 0.2, 0.3)");
    FAIL();
  } catch (const OptionError& error) {
    EXPECT_STREQ(error.what(), "armijo: too many values: 0.3 is number 3, but there are 2 options");
  }
}

TEST(Fields, ValidateChecksValuesSetInCode) {
  Everything object;
  EXPECT_NO_THROW(validate(object));
  object.line_search = Candidates{.steps = {1, -1}};
  try {
    validate(object);
    FAIL();
  } catch (const OptionError& error) {
    EXPECT_STREQ(error.what(), "candidates: steps[1] = -1 is outside (0, inf)");
  }
  EXPECT_THROW(validate(Candidates{.steps = {}}), OptionError);
  EXPECT_THROW(validate(StrongWolfe{.sufficient_decrease = 0.5, .curvature = 0.4}), OptionError);
}

// An erased type as src/optimize has them, one of whose members holds another of the same kind.
class Search {
 public:
  template <Configurable T>
  Search(T object)  // NOLINT(google-explicit-constructor): a Search is any of them
      : text_([object = std::move(object)](Detail detail) { return print(object, detail); }) {}
  [[nodiscard]] static const Registry<Search>& registry();
  [[nodiscard]] std::string text(Detail detail) const { return text_(detail); }

 private:
  std::function<std::string(Detail)> text_;
};

struct Repeat {
  Search search = Armijo{};
  int times = 2;

  static constexpr std::string_view name = "repeat";
  static constexpr std::string_view doc = "a search, again";
  static Fields fields() {
    return {field("search", &Repeat::search, "what to repeat"),
            field("times", &Repeat::times, "how often", at_least(1))};
  }
};

const Registry<Search>& Search::registry() {
  static const Registry<Search> searches{
      "search", {entry<Search, Armijo>(), entry<Search, Candidates>(), entry<Search, Repeat>()}};
  return searches;
}

struct Widths {
  std::vector<int> hidden = {128};
  double rate = 0;

  static constexpr std::string_view name = "widths";
  static constexpr std::string_view doc = "a list without brackets";
  static Fields fields() {
    return {rest(field("hidden", &Widths::hidden, "of layers", at_least(1))), field("rate", &Widths::rate, "some")};
  }
};

TEST(Rest, TakesAllValuesWithoutAName) {
  EXPECT_EQ(parse<Widths>("widths(512, 256, rate=0.1)").hidden, (std::vector{512, 256}));
  EXPECT_EQ(parse<Widths>("widths(512, 256, rate=0.1)").rate, 0.1);
  EXPECT_EQ(parse<Widths>("widths([3, 4])").hidden, (std::vector{3, 4}));
  EXPECT_EQ(parse<Widths>("widths(hidden=[3, 4])").hidden, (std::vector{3, 4}));
  EXPECT_EQ(parse<Widths>("widths([])").hidden, std::vector<int>());
  EXPECT_EQ(parse<Widths>("widths").hidden, std::vector{128});
}

TEST(Rest, PrintsAsItReads) {
  for (const std::string text : {"widths(512, 256, rate=0.1)", "widths(3)", "widths", "widths([])"}) {
    EXPECT_EQ(print(parse<Widths>(text)), text);
  }
  EXPECT_THROW((void)parse<Widths>("widths(512, 0)"), OptionError);
  EXPECT_THROW((void)parse<Widths>("widths(512, rate=1, 2)"), OptionError);
}

TEST(Registry, ParsesByNameAndNests) {
  for (const std::string text : {"armijo", "candidates(steps=[2])", "repeat", "repeat(search=candidates, times=3)",
                                 "repeat(search=repeat(search=armijo(contraction=0.1)))"}) {
    EXPECT_EQ(Search::registry().parse(text).text(Detail::changed), text);
  }
  const auto list = Search::registry().parse_list("armijo, repeat(times=4)");
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[1].text(Detail::changed), "repeat(times=4)");
  EXPECT_EQ(Search::registry().declaration("repeat").fields[0].default_text, "armijo");
}

TEST(Registry, AnUnknownNameListsTheKnownOnes) {
  try {
    (void)Search::registry().parse("wolf");
    FAIL();
  } catch (const OptionError& error) {
    EXPECT_STREQ(error.what(), "options: unknown search 'wolf' (known: armijo, candidates, repeat)");
  }
  try {
    (void)Search::registry().parse("repeat(search=wolf)");
    FAIL();
  } catch (const OptionError& error) {
    EXPECT_STREQ(error.what(), "repeat: unknown search 'wolf' (known: armijo, candidates, repeat)");
  }
}

}  // namespace
}  // namespace downhill::options
