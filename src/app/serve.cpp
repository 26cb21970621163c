#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/learn/data.hpp>

#include <malloc.h>
#include <sys/resource.h>
#include <csignal>

#include "app/commands.hpp"
#include "app/server/http_server.hpp"

namespace downhill::app {
namespace {

constexpr int usual_port = 8017;
constexpr rlim_t most_memory = rlim_t{8} << 30U;  // of addresses, thread stacks among them

// A formula that asks for more is then told so, in place of bringing the machine down.
void limit_memory() {
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur <= most_memory) return;
  limit.rlim_cur = most_memory;
  (void)setrlimit(RLIMIT_AS, &limit);
}

// Threads come and go with connections and runs: few heaps for all of them, so that what one gave back serves the next.
void share_heaps() {
  constexpr int heaps = 4;
  mallopt(M_ARENA_MAX, heaps);
}

}  // namespace

int serve_page(const Arguments& arguments, const Terminal& terminal) {
  // Blocked before any thread starts, so that only this one takes them.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  limit_memory();
  share_heaps();
  {
    server::Offer offer = arguments.offer;
    offer.sets = learn::known_sets();
    const server::HttpServer server(arguments.port.value_or(usual_port), {}, std::move(offer));
    fmt::print(terminal.out, "downhill serves its page at {}\n", server.url());
    if (arguments.noise == Noise::usual) fmt::print(terminal.out, "Ctrl-C ends it.\n");
    std::fflush(terminal.out);
    int signal = 0;
    sigwait(&ends, &signal);
    // A second one ends the process at once.
    pthread_sigmask(SIG_UNBLOCK, &ends, nullptr);
  }
  if (arguments.noise == Noise::usual) fmt::print(terminal.out, "\n");
  return success;
}

}  // namespace downhill::app
