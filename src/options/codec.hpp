#pragma once
#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "options/declaration.hpp"

/// How one type of option is read, checked and printed. fields.hpp lists the types; this file gives one Codec each.
namespace downhill::options {

template <class T>
concept Configurable = std::default_initializable<T> && requires {
  { T::name } -> std::convertible_to<std::string_view>;
  { T::doc } -> std::convertible_to<std::string_view>;
  { T::fields() } -> std::same_as<Fields>;
};

/// Erased configurable things, such as Method: they know their registry and print themselves.
template <class T>
concept Registered = requires(const T& t, const Value& value, Detail detail) {
  { T::registry().read(value) } -> std::same_as<T>;
  { t.text(detail) } -> std::convertible_to<std::string>;
};

/// Those that a plain number stands for as well, such as a schedule of learning rates; the option's range holds for that number.
template <class T>
concept RegisteredOrNumber = Registered<T> && requires(double number) {
  { T::of_number(number) } -> std::same_as<T>;
};

template <class T>
concept NamedEnum = std::is_enum_v<T> && requires(T t) { enum_names(t); };

/// The declaration of T, built at first use; thread-safe.
template <Configurable T>
[[nodiscard]] const Declaration& declaration();

template <Configurable T>
[[nodiscard]] T read(const Value& value);

/// Throws OptionError for the first value out of its range.
template <Configurable T>
void validate(const T& object) {
  validate(declaration<T>(), &object);
}

template <Configurable T>
[[nodiscard]] std::string print(const T& object, Detail detail = Detail::changed) {
  return print(declaration<T>(), &object, detail);
}

// The parts that need no type, in codec.cpp.
[[nodiscard]] double read_real(const Value& value, const Place& place);
[[nodiscard]] std::int64_t read_signed(const Value& value, const Place& place);
[[nodiscard]] std::uint64_t read_unsigned(const Value& value, const Place& place);
[[nodiscard]] std::string read_word(const Value& value, const Place& place, std::string_view what);
[[nodiscard]] bool is_word(const Value& value, std::string_view word);
void check_range(double number, std::string_view spelling, const Place& place, Range range);
void expect_list(const Value& value, const Place& place);
void expect_struct(const Value& value, const Place& place);
[[nodiscard]] Place element(const Place& place, std::size_t index);
[[nodiscard]] std::string print_real(double number);
[[nodiscard]] std::string print_real(float number);
[[nodiscard]] std::string print_list(const std::vector<std::string>& items);

struct NoWords {
  static std::vector<std::string> words() { return {}; }
};
struct NoChoices {
  static std::vector<const Declaration*> choices() { return {}; }
};

template <class M>
struct Codec;

template <std::floating_point M>
struct Codec<M> : NoWords, NoChoices {
  static std::string kind() { return "number"; }
  static M read(const Value& value, const Place& place, Range range) {
    const M number = static_cast<M>(read_real(value, place));
    check(number, place, range);
    return number;
  }
  static void check(M number, const Place& place, Range range) {
    check_range(double{number}, print_real(number), place, range);
  }
  static std::string print(M number, Detail) { return print_real(number); }
};

template <std::integral M>
struct Codec<M> : NoWords, NoChoices {
  static std::string kind() { return "integer"; }
  static M read(const Value& value, const Place& place, Range range) {
    M number = 0;
    if constexpr (std::is_signed_v<M>) {
      number = narrow(read_signed(value, place), value, place);
    } else {
      check_range(read_real(value, place), value.spelling(), place, {0, range.upper, End::closed, range.upper_end});
      number = narrow(read_unsigned(value, place), value, place);
    }
    check(number, place, range);
    return number;
  }
  static void check(M number, const Place& place, Range range) {
    check_range(static_cast<double>(number), std::to_string(number), place, range);
  }
  static std::string print(M number, Detail) { return std::to_string(number); }

 private:
  template <class Wide>
  static M narrow(Wide wide, const Value& value, const Place& place) {
    if (!std::in_range<M>(wide)) {
      refuse_value(place, value.spelling(), "does not fit in " + std::to_string(8 * sizeof(M)) + " bits");
    }
    return static_cast<M>(wide);
  }
};

template <>
struct Codec<bool> : NoChoices {
  static std::string kind() { return "word"; }
  static std::vector<std::string> words() { return {"true", "false"}; }
  static bool read(const Value& value, const Place& place, Range) {
    const std::string word = read_word(value, place, "is neither true nor false");
    if (word != "true" && word != "false") refuse_value(place, word, "is neither true nor false");
    return word == "true";
  }
  static void check(bool, const Place&, Range) {}
  static std::string print(bool flag, Detail) { return flag ? "true" : "false"; }
};

template <NamedEnum M>
struct Codec<M> : NoChoices {
  static std::string kind() { return "word"; }
  static std::vector<std::string> words() {
    std::vector<std::string> names;
    for (const auto& entry : enum_names(M{})) names.emplace_back(entry.first);
    return names;
  }
  static M read(const Value& value, const Place& place, Range) {
    const std::string word = read_word(value, place, "is not a word");
    std::vector<std::string_view> known;
    for (const auto& [name, enumerator] : enum_names(M{})) {
      if (word == name) return enumerator;
      known.emplace_back(name);
    }
    refuse_unknown(place.owner, place.option, word, known);
  }
  static void check(M, const Place&, Range) {}
  static std::string print(M value, Detail) {
    for (const auto& [name, enumerator] : enum_names(M{})) {
      if (enumerator == value) return std::string(name);
    }
    return std::to_string(static_cast<long long>(value));
  }
};

template <>
struct Codec<std::string> : NoWords, NoChoices {
  static std::string kind() { return "string"; }
  static std::string read(const Value& value, const Place& place, Range) {
    return read_word(value, place, "is not a string");
  }
  static void check(const std::string&, const Place&, Range) {}
  static std::string print(const std::string& text, Detail) { return quoted_if_needed(text); }
};

template <class M>
struct Codec<std::vector<M>> {
  static std::string kind() { return "list of " + Codec<M>::kind(); }
  static std::vector<std::string> words() { return Codec<M>::words(); }
  static std::vector<const Declaration*> choices() { return Codec<M>::choices(); }
  static std::vector<M> read(const Value& value, const Place& place, Range range) {
    expect_list(value, place);
    std::vector<M> items;
    items.reserve(value.items.size());
    for (const Value& item : value.items) items.push_back(Codec<M>::read(item, element(place, items.size()), range));
    return items;
  }
  static void check(const std::vector<M>& items, const Place& place, Range range) {
    for (std::size_t i = 0; i < items.size(); ++i) Codec<M>::check(items[i], element(place, i), range);
  }
  static std::string print(const std::vector<M>& items, Detail detail) {
    std::vector<std::string> texts;
    for (const M& item : items) texts.push_back(Codec<M>::print(item, detail));
    return print_list(texts);
  }
};

template <class M>
struct Codec<std::optional<M>> {
  static std::string kind() { return Codec<M>::kind() + " or none"; }
  static std::vector<std::string> words() { return Codec<M>::words(); }
  static std::vector<const Declaration*> choices() { return Codec<M>::choices(); }
  static std::optional<M> read(const Value& value, const Place& place, Range range) {
    if (is_word(value, "none")) return std::nullopt;
    return Codec<M>::read(value, place, range);
  }
  static void check(const std::optional<M>& item, const Place& place, Range range) {
    if (item) Codec<M>::check(*item, place, range);
  }
  static std::string print(const std::optional<M>& item, Detail detail) {
    return item ? Codec<M>::print(*item, detail) : "none";
  }
};

template <Configurable M>
struct Codec<M> : NoWords {
  static std::string kind() { return "choice"; }
  static std::vector<const Declaration*> choices() { return {&declaration<M>()}; }
  static M read(const Value& value, const Place& place, Range) {
    expect_struct(value, place);
    if (value.text != M::name) refuse_unknown(place.owner, place.option, value.text, {M::name});
    return options::read<M>(value);
  }
  static void check(const M& object, const Place&, Range) { validate(object); }
  static std::string print(const M& object, Detail detail) { return options::print(object, detail); }
};

template <Configurable... Alternatives>
struct Codec<std::variant<Alternatives...>> : NoWords {
  using M = std::variant<Alternatives...>;
  static std::string kind() { return "choice"; }
  static std::vector<const Declaration*> choices() { return {&declaration<Alternatives>()...}; }
  static M read(const Value& value, const Place& place, Range) {
    expect_struct(value, place);
    std::optional<M> result;
    const auto take = [&]<class A>(std::type_identity<A>) {
      if (!result && value.text == A::name) result.emplace(options::read<A>(value));
    };
    (take(std::type_identity<Alternatives>{}), ...);
    if (!result) refuse_unknown(place.owner, place.option, value.text, {std::string_view(Alternatives::name)...});
    return *std::move(result);
  }
  static void check(const M& choice, const Place&, Range) {
    std::visit([](const auto& object) { validate(object); }, choice);
  }
  static std::string print(const M& choice, Detail detail) {
    return std::visit([&](const auto& object) { return options::print(object, detail); }, choice);
  }
};

template <Registered M>
struct Codec<M> : NoWords {
  static std::string kind() { return RegisteredOrNumber<M> ? "number or choice" : "choice"; }
  static std::vector<const Declaration*> choices() { return M::registry().declarations(); }
  static M read(const Value& value, const Place& place, [[maybe_unused]] Range range) {
    if constexpr (RegisteredOrNumber<M>) {
      if (value.kind == Value::Kind::number) return M::of_number(Codec<double>::read(value, place, range));
    }
    expect_struct(value, place);
    if (!M::registry().has(value.text)) refuse_unknown(place.owner, place.option, value.text, M::registry().names());
    return M::registry().read(value);
  }
  static void check(const M&, const Place&, Range) {}  // checked when it was made
  static std::string print(const M& object, Detail detail) { return object.text(detail); }
};

template <Configurable T>
const Declaration& declaration() {
  static const Declaration instance = [] {
    Declaration result{T::name, T::doc, T::fields(), nullptr};
    const T defaults{};
    for (Field& field : result.fields) field.default_text = field.print(&defaults, Detail::changed);
    if constexpr (requires(const T& t) { t.check(); }) {
      result.check = [](const void* object) { static_cast<const T*>(object)->check(); };
    }
    return result;
  }();
  return instance;
}

template <Configurable T>
T read(const Value& value) {
  expect_struct(value, {T::name, {}});
  if (value.text != T::name) refuse_unknown("options", "name", value.text, {T::name});
  T object{};
  read_into(declaration<T>(), &object, value);
  return object;
}

}  // namespace downhill::options
