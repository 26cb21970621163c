#include <mpi.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "support/link.hpp"

namespace downhill::mpi {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_bytes = std::size_t{1} << 30;  // MPI counts in int
constexpr int tag = 7;

// Short messages come within microseconds; a process that waits for long leaves the processor to others.
constexpr std::chrono::microseconds watchful{50};
constexpr std::chrono::milliseconds patient{2};
constexpr std::chrono::microseconds nap{100};

class MpiLink final : public Link {
 public:
  MpiLink() {
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
  }
  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return size_; }
  [[nodiscard]] std::string machine() const override {
    std::array<char, MPI_MAX_PROCESSOR_NAME> text{};
    int length = 0;
    MPI_Get_processor_name(text.data(), &length);
    return {text.data(), static_cast<std::size_t>(length)};
  }
  [[nodiscard]] bool send(int to, std::span<const std::byte> bytes, const GoesOn& goes_on) override {
    return in_pieces(
        bytes,
        [&](std::span<const std::byte> piece, MPI_Request& request) {
          return MPI_Isend(piece.data(), static_cast<int>(piece.size()), MPI_BYTE, to, tag, MPI_COMM_WORLD, &request);
        },
        goes_on);
  }
  [[nodiscard]] bool receive(int from, std::span<std::byte> bytes, const GoesOn& goes_on) override {
    return in_pieces(
        bytes,
        [&](std::span<std::byte> piece, MPI_Request& request) {
          return MPI_Irecv(piece.data(), static_cast<int>(piece.size()), MPI_BYTE, from, tag, MPI_COMM_WORLD, &request);
        },
        goes_on);
  }
  void close() override { MPI_Finalize(); }

 private:
  template <class Bytes, class Start>
  static bool in_pieces(Bytes bytes, const Start& start, const GoesOn& goes_on) {
    while (!bytes.empty()) {
      const std::size_t count = std::min(bytes.size(), most_bytes);
      MPI_Request request = MPI_REQUEST_NULL;
      if (start(bytes.first(count), request) != MPI_SUCCESS || !wait(request, goes_on)) return false;
      bytes = bytes.subspan(count);
    }
    return true;
  }

  static bool wait(MPI_Request& request, const GoesOn& goes_on) {
    const Clock::time_point begin = Clock::now();
    while (true) {
      int is_done = 0;
      if (MPI_Test(&request, &is_done, MPI_STATUS_IGNORE) != MPI_SUCCESS) return false;
      if (is_done != 0) return true;
      const auto waited = Clock::now() - begin;
      if (waited < watchful) continue;
      if (!goes_on()) return false;
      if (waited < patient) {
        std::this_thread::yield();
      } else {
        std::this_thread::sleep_for(nap);
      }
    }
  }

  int rank_ = 0;
  int size_ = 1;
};

}  // namespace
}  // namespace downhill::mpi

extern "C" __attribute__((visibility("default"))) downhill::Link* downhill_link(const char** reason) {
  int provided = 0;
  if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS) {
    *reason = "MPI_Init failed";
    return nullptr;
  }
  return new downhill::mpi::MpiLink;
}
