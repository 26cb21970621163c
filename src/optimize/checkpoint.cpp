#include "optimize/checkpoint.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <bit>
#include <cstdint>
#include <cstring>

#include "support/checksum.hpp"
#include "support/files.hpp"

namespace downhill::optimize {

namespace {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie in memory");

constexpr std::string_view heading = "downhill checkpoint 1\n";
constexpr std::size_t checksum_length = 32;
constexpr int deepest = 16;  // parts within parts

void put(std::string& to, std::uint64_t number) { to.append(reinterpret_cast<const char*>(&number), sizeof number); }
void put(std::string& to, std::string_view text) {
  put(to, std::uint64_t{text.size()});
  to.append(text);
}
template <class Number>
void put(std::string& to, const std::vector<Number>& numbers) {
  static_assert(sizeof(Number) == 8);
  put(to, std::uint64_t{numbers.size()});
  to.append(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number));
}
void put(std::string& to, const Snapshot& snapshot);
void put(std::string& to, const std::vector<Snapshot>& list) {
  put(to, std::uint64_t{list.size()});
  for (const Snapshot& one : list) put(to, one);
}
template <class List>
void put(std::string& to, const std::map<std::string, List>& members) {
  put(to, std::uint64_t{members.size()});
  for (const auto& [name, list] : members) {
    put(to, std::string_view(name));
    put(to, list);
  }
}
void put(std::string& to, const Snapshot& snapshot) {
  put(to, snapshot.reals);
  put(to, snapshot.integers);
  put(to, snapshot.parts);
}

// Reads what put wrote; a length that goes beyond the end is damage.
class Bytes {
 public:
  Bytes(std::string_view rest, const std::string& name) : rest_(rest), name_(name) {}

  [[nodiscard]] bool is_empty() const { return rest_.empty(); }

  std::uint64_t number() {
    std::uint64_t result = 0;
    std::memcpy(&result, take(sizeof result).data(), sizeof result);
    return result;
  }
  std::string text() { return std::string(take(number())); }

  template <class Number>
  void read(std::vector<Number>& numbers, int) {
    const std::uint64_t count = number();
    if (count > rest_.size() / sizeof(Number)) end_too_soon();
    numbers.resize(count);
    if (count > 0) std::memcpy(numbers.data(), take(count * sizeof(Number)).data(), count * sizeof(Number));
  }
  void read(std::vector<Snapshot>& list, int depth) {
    for (std::uint64_t count = number(); count > 0; --count) read(list.emplace_back(), depth + 1);
  }
  template <class List>
  void read(std::map<std::string, List>& members, int depth) {
    for (std::uint64_t count = number(); count > 0; --count) {
      const std::string name = text();
      read(members[name], depth);
    }
  }
  void read(Snapshot& snapshot, int depth) {
    if (depth > deepest) {
      throw InputError(fmt::format("checkpoint: '{}' is damaged: parts lie more than {} deep", name_, deepest));
    }
    read(snapshot.reals, depth);
    read(snapshot.integers, depth);
    read(snapshot.parts, depth);
  }

 private:
  std::string_view take(std::uint64_t count) {
    if (count > rest_.size()) end_too_soon();
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  [[noreturn]] void end_too_soon() const {
    throw InputError(fmt::format("checkpoint: '{}' is damaged: it ends too soon", name_));
  }

  std::string_view rest_;
  const std::string& name_;
};

}  // namespace

std::string encode(const KeptRun& run) {
  std::string content;
  put(content, std::string_view(run.method));
  put(content, run.state);
  return fmt::format("{}{}\n{}", heading, checksum(content).hex(), content);
}

KeptRun decode(std::string_view bytes, const std::string& name) {
  constexpr std::string_view any_version = "downhill checkpoint ";
  if (!bytes.starts_with(heading)) {
    if (!bytes.starts_with(any_version)) throw InputError(fmt::format("checkpoint: '{}' is not a checkpoint", name));
    const std::string_view version = bytes.substr(any_version.size(), bytes.find('\n') - any_version.size());
    throw InputError(fmt::format("checkpoint: '{}' is of version {}, but this program reads version 1", name,
                                 version.substr(0, 20)));
  }
  bytes.remove_prefix(heading.size());
  if (bytes.size() < checksum_length + 1) {
    throw InputError(fmt::format("checkpoint: '{}' is damaged: it ends too soon", name));
  }
  const std::string_view expected = bytes.substr(0, checksum_length);
  bytes.remove_prefix(checksum_length + 1);
  const std::string found = checksum(bytes).hex();
  if (found != expected) {
    throw InputError(
        fmt::format("checkpoint: '{}' is damaged: its checksum is {} where {} is written", name, found, expected));
  }
  Bytes rest(bytes, name);
  KeptRun run;
  run.method = rest.text();
  rest.read(run.state, 0);
  if (!rest.is_empty()) throw InputError(fmt::format("checkpoint: '{}' is damaged: it goes on after its end", name));
  return run;
}

void write_checkpoint(const std::string& file, const KeptRun& run) {
  write_atomically("checkpoint", file, encode(run));
}

void Keeper::keep(const KeptRun& run, double seconds) {
  last_ = seconds;
  try {
    write_checkpoint(where_.file, run);
    failure_.clear();
  } catch (const InputError& error) {
    if (!has_kept_) throw;
    failure_ = error.what();
  }
  has_kept_ = true;
}

KeptRun read_checkpoint(const std::string& file) { return decode(read_file("checkpoint", file), file); }

}  // namespace downhill::optimize

namespace downhill {

std::string method_of_checkpoint(const std::string& file) { return optimize::read_checkpoint(file).method; }

}  // namespace downhill
