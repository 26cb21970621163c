#pragma once
#include <fmt/format.h>
#include <downhill/error.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "options/codec.hpp"

/// Explicit lists of configurable structs behind one erased type: all methods, all layers.
///
///     const Registry<Method>& Method::registry() {
///       static const Registry<Method> methods{"method", {entry<Method, GradientDescent>(), entry<Method, Newton>()}};
///       return methods;
///     }
///     Method m = Method::registry().parse("newton(damping=1e-3)");
namespace downhill::options {

/// One line of a registry. Function pointers, so that nothing is built before it is used.
template <class Erased>
struct Entry {
  std::string_view name;
  const Declaration& (*declaration)() = nullptr;
  Erased (*read)(const Value&) = nullptr;
};

/// The entry of T, from which an Erased can be made.
template <class Erased, Configurable T>
[[nodiscard]] Entry<Erased> entry() {
  return {T::name, &options::declaration<T>, [](const Value& value) { return Erased(options::read<T>(value)); }};
}

template <class Erased>
class Registry {
 public:
  /// `what` names the kind of thing in messages: `unknown method 'adm' (known: …)`.
  Registry(std::string_view what, std::vector<Entry<Erased>> entries) : what_(what), entries_(std::move(entries)) {}

  /// Reads `name` or `name(option=value, …)`. Throws OptionError.
  [[nodiscard]] Erased parse(std::string_view text) const { return read(read_value(text)); }

  /// Reads a list `a, b(c=1), d` of them, as `--methods` takes it. Throws OptionError, also for an empty list.
  [[nodiscard]] std::vector<Erased> parse_list(std::string_view text) const {
    std::vector<Erased> result;
    for (const Value& value : read_arguments(what_, text).items) {
      if (!value.key.empty()) throw OptionError(fmt::format("{}: '{}=' is not a {}", what_, value.key, what_));
      result.push_back(read(value));
    }
    if (result.empty()) throw OptionError(fmt::format("{}: the list is empty", what_));
    return result;
  }

  [[nodiscard]] Erased read(const Value& value) const {
    expect_struct(value, {what_, {}});
    return find(value.text).read(value);
  }

  [[nodiscard]] bool has(std::string_view name) const {
    for (const auto& entry : entries_) {
      if (entry.name == name) return true;
    }
    return false;
  }

  /// Throws OptionError for an unknown name.
  [[nodiscard]] const Declaration& declaration(std::string_view name) const { return find(name).declaration(); }

  [[nodiscard]] std::vector<std::string_view> names() const {
    std::vector<std::string_view> result;
    for (const auto& entry : entries_) result.push_back(entry.name);
    return result;
  }

  [[nodiscard]] std::vector<const Declaration*> declarations() const {
    std::vector<const Declaration*> result;
    for (const auto& entry : entries_) result.push_back(&entry.declaration());
    return result;
  }

 private:
  [[nodiscard]] const Entry<Erased>& find(std::string_view name) const {
    for (const auto& entry : entries_) {
      if (entry.name == name) return entry;
    }
    refuse_unknown("options", what_, name, names());
  }

  std::string_view what_;
  std::vector<Entry<Erased>> entries_;
};

}  // namespace downhill::options
