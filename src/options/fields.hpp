#pragma once
#include <downhill/error.hpp>

#include <string>
#include <string_view>

#include "options/codec.hpp"
#include "options/declaration.hpp"
#include "options/range.hpp"
#include "options/value.hpp"

/// Options of methods, line searches, layers and models: each is declared once, in fields(), and everything else is
/// read from there.
///
/// A configurable thing is a plain struct (an aggregate) with three static members:
///
///     struct Armijo {
///       double sufficient_decrease = 1e-4;
///       double contraction = 0.5;
///
///       static constexpr std::string_view name = "armijo";
///       static constexpr std::string_view doc = "backtracks until f decreases enough";
///       static options::Fields fields() {
///         using options::field;
///         return {field("sufficient_decrease", &Armijo::sufficient_decrease,
///                       "c1 in f(x + t p) <= f(x) + c1 t slope", options::open(0, 1)),
///                 field("contraction", &Armijo::contraction, "factor on the step after a refusal",
///                       options::open(0, 1))};
///       }
///     };
///
/// A member may be
///   double, float           a number within the range (default: anything but NaN)
///   int, long, std::size_t… an integer within the range; also written 1e6
///   bool                    `true` or `false`; style prefers an enum with two names
///   an enum                 by name; found by argument-dependent look-up: `constexpr auto enum_names(Restart)
///                           { return std::array{std::pair{"never", Restart::never}, …}; }`
///   std::string             a bare word or a "quoted string"
///   std::vector<M>          a list `[1, 0.1, 0.01]`; the range holds for each element;
///                           `non_empty(field(...))` refuses `[]`, `rest(field(...))` needs no brackets
///   std::optional<M>        `none` or an M
///   std::variant<A, B, …>   a choice of configurable structs: `line_search=armijo(contraction=0.3)`
///   a configurable struct   a fixed group
///   an erased type          one with `static const Registry<T>& registry()` and `std::string text(Detail) const`
///                           (see registry.hpp); with `static T of_number(double)` a plain number as well
///
/// Optional, for conditions between options: `void check() const`, which throws OptionError
/// (`strong_wolfe: sufficient_decrease = 0.5 is not below curvature = 0.4`). It runs after every range was checked.
///
/// What that gives:
///     Armijo a = options::parse<Armijo>("armijo(contraction=0.3)");   // positional too: armijo(1e-4, 0.3)
///     Stop s   = options::parse_arguments<Stop>("gradient_tolerance=1e-8, max_iterations=500");   // without the name
///     options::print(a)                // "armijo(contraction=0.3)": no defaults; reads back to the same bits
///     options::print(a, Detail::all)   // "armijo(sufficient_decrease=0.0001, contraction=0.3)"
///     options::validate(a)             // throws "armijo: contraction = 1.5 is outside (0, 1)"
///     options::declaration<Armijo>()   // name, doc, fields with defaults and ranges; see describe.hpp
///
/// Messages:
///     adam: beta1 = 1.5 is outside (0, 1)
///     adam: unknown option 'lr' (known: learning_rate, beta1, beta2, epsilon)
///     adam: beta1 = fast is not a number
///     lbfgs: memory = 2.5 is not an integer
///     adam: beta1 is given twice
///     gradient_descent: unknown line_search 'wolf' (known: fixed, candidates, exact, armijo)
///     candidates: steps[1] = -1 is outside (0, inf)
namespace downhill::options {

/// Declares one option: its name in every text form, the member that holds it, one line of documentation, and its
/// range.
template <class T, class M>
[[nodiscard]] Field field(std::string_view name, M T::* member, std::string_view doc, Range range = anything()) {
  Field result;
  result.name = name;
  result.doc = doc;
  result.range = range;
  result.kind = Codec<M>::kind();
  result.words = &Codec<M>::words;
  result.choices = &Codec<M>::choices;
  result.read = [member, range](void* object, const Value& value, const Place& place) {
    static_cast<T*>(object)->*member = Codec<M>::read(value, place, range);
  };
  result.check = [member, range](const void* object, const Place& place) {
    Codec<M>::check(static_cast<const T*>(object)->*member, place, range);
  };
  result.print = [member](const void* object, Detail detail) {
    return Codec<M>::print(static_cast<const T*>(object)->*member, detail);
  };
  return result;
}

/// The same list option, but `[]` is refused: `candidates: steps is empty`.
[[nodiscard]] Field non_empty(Field list);

/// The same list option, which must be the first and takes all values that stand without a name: `mlp(512, 512, dropout=0.1)`.
[[nodiscard]] Field rest(Field list);

/// Reads `name(option=value, …)` or `name`. Throws OptionError for another name, an unknown option or a bad value.
template <Configurable T>
[[nodiscard]] T parse(std::string_view text) {
  return read<T>(read_value(text));
}

/// Reads `option=value, …` without the name.
template <Configurable T>
[[nodiscard]] T parse_arguments(std::string_view text) {
  return read<T>(read_arguments(T::name, text));
}

}  // namespace downhill::options
