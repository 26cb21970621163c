#include <fmt/format.h>
#include <downhill/learn/team.hpp>

#include <charconv>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "support/link.hpp"
#include "support/plugin.hpp"

namespace downhill::learn {
namespace {

// How launchers say how many processes they started: Open MPI's mpirun, and those that speak PMI (MPICH, Slurm).
constexpr const char* sizes[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"};

int processes_started() {
  for (const char* variable : sizes) {
    const char* text = std::getenv(variable);
    if (text == nullptr) continue;
    int count = 1;
    const std::string_view digits(text);
    std::from_chars(digits.data(), digits.data() + digits.size(), count);
    return count;
  }
  return 1;
}

}  // namespace

std::shared_ptr<Team> join_team(TeamOptions options) {
  const int started = processes_started();
  if (started < 2) return nullptr;
  // Open MPI loads its own parts, which look for the symbols of its library.
  const Plugin plugin = load_plugin("libdownhill_mpi.so", "DOWNHILL_MPI_PLUGIN", link_symbol, Symbols::shared);
  const char* reason = plugin.reason.c_str();
  Link* link = plugin.entry == nullptr ? nullptr : reinterpret_cast<LinkEntry>(plugin.entry)(&reason);
  if (link == nullptr) {
    throw ExecutionError(fmt::format(
        "train: {} processes were started together, and they cannot reach each other: {}\n  hint: downhill is built "
        "with Open MPI where its package is installed (Debian: libopenmpi-dev)",
        started, reason));
  }
  auto joined = std::unique_ptr<Link>(link);
  if (joined->size() != started) {
    throw ExecutionError(
        fmt::format("train: {} processes were started together, and {} are connected", started, joined->size()));
  }
  return std::make_shared<Team>(std::move(joined), std::move(options));
}

}  // namespace downhill::learn
