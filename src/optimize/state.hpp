#pragma once
#include <downhill/error.hpp>

#include <concepts>
#include <cstdint>
#include <iterator>
#include <map>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// The state of a run as named numbers, which is what a checkpoint holds.
///
/// A state names its members once, in a template that both the writer and the reader visit:
///
///   struct State {
///     double radius = 0;
///     std::vector<double> last_step;
///     template <class Visitor>
///     void visit(Visitor& v) {
///       v("radius", radius);
///       v("last_step", last_step);
///     }
///   };
///
/// Members that are computed anew in every step (scratch) are left out. A member may be a real, an integer, an enum, a bool, a
/// vector or deque of these, a struct with such a `visit`, or a vector or deque of such structs.
namespace downhill::optimize {

struct Snapshot {
  std::map<std::string, std::vector<double>> reals = {};
  std::map<std::string, std::vector<std::uint64_t>> integers = {};
  std::map<std::string, std::vector<Snapshot>> parts = {};

  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

namespace state {

template <class T>
concept Whole = std::integral<T> || std::is_enum_v<T>;
template <class T>
concept List = std::ranges::range<T> && requires(T& list, typename T::value_type entry) {
  list.clear();
  list.push_back(entry);
};

/// Throws InputError: the record is of another state.
[[noreturn]] void refuse(std::string_view name);

}  // namespace state

/// Writes what it visits.
class StateWriter {
 public:
  explicit StateWriter(Snapshot& record) : record_(record) {}

  template <class T>
  void operator()(const std::string& name, T& member) {
    if constexpr (std::same_as<T, Snapshot>) {
      record_.parts[name] = {member};
    } else if constexpr (std::floating_point<T>) {
      record_.reals[name] = {member};
    } else if constexpr (state::Whole<T>) {
      record_.integers[name] = {static_cast<std::uint64_t>(member)};
    } else if constexpr (state::List<T>) {
      using Entry = typename T::value_type;
      if constexpr (std::floating_point<Entry>) {
        record_.reals[name].assign(member.begin(), member.end());
      } else if constexpr (state::Whole<Entry>) {
        std::vector<std::uint64_t>& to = record_.integers[name];
        for (const Entry entry : member) to.push_back(static_cast<std::uint64_t>(entry));
      } else {
        std::vector<Snapshot>& to = record_.parts[name];
        for (Entry& entry : member) to.push_back(part(entry));
      }
    } else {
      record_.parts[name] = {part(member)};
    }
  }

 private:
  template <class T>
  static Snapshot part(T& member) {
    Snapshot record;
    StateWriter writer(record);
    if constexpr (state::List<T>) {
      writer("list", member);
    } else {
      member.visit(writer);
    }
    return record;
  }

  Snapshot& record_;
};

/// Reads what it visits. Throws InputError where the record lacks a member.
class StateReader {
 public:
  explicit StateReader(const Snapshot& record) : record_(record) {}

  template <class T>
  void operator()(const std::string& name, T& member) {
    if constexpr (std::same_as<T, Snapshot>) {
      member = one(find(record_.parts, name), name);
    } else if constexpr (std::floating_point<T>) {
      member = one(find(record_.reals, name), name);
    } else if constexpr (state::Whole<T>) {
      member = static_cast<T>(one(find(record_.integers, name), name));
    } else if constexpr (state::List<T>) {
      using Entry = typename T::value_type;
      member.clear();
      if constexpr (std::floating_point<Entry>) {
        for (const double entry : find(record_.reals, name)) member.push_back(entry);
      } else if constexpr (state::Whole<Entry>) {
        for (const std::uint64_t entry : find(record_.integers, name)) member.push_back(static_cast<Entry>(entry));
      } else {
        for (const Snapshot& entry : find(record_.parts, name)) {
          member.push_back(Entry{});
          read_part(entry, member.back());
        }
      }
    } else {
      read_part(one(find(record_.parts, name), name), member);
    }
  }

 private:
  template <class T>
  static const T& find(const std::map<std::string, T>& members, const std::string& name) {
    const auto found = members.find(name);
    if (found == members.end()) state::refuse(name);
    return found->second;
  }
  template <class T>
  static const T& one(const std::vector<T>& list, const std::string& name) {
    if (list.size() != 1) state::refuse(name);
    return list.front();
  }
  template <class T>
  static void read_part(const Snapshot& record, T& member) {
    StateReader reader(record);
    if constexpr (state::List<T>) {
      reader("list", member);
    } else {
      member.visit(reader);
    }
  }

  const Snapshot& record_;
};

/// The only part of that name. Throws InputError if there is none.
[[nodiscard]] const Snapshot& part_of(const Snapshot& snapshot, const std::string& name);

/// The record of a state, and the state of a record.
template <class T>
[[nodiscard]] Snapshot record_of(T& member) {
  Snapshot record;
  StateWriter writer(record);
  member.visit(writer);
  return record;
}
template <class T>
void restore(const Snapshot& record, T& member) {
  StateReader reader(record);
  member.visit(reader);
}

}  // namespace downhill::optimize
