#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace downhill::server {

/// What one visitor, or all of them together, can ask for. Each is refused clearly beyond.
struct Limits {
  std::size_t body_bytes = std::size_t{8} << 20U;
  std::size_t head_bytes = std::size_t{16} << 10U;  ///< request line and headers
  std::chrono::milliseconds head_time{10'000};      ///< from the first byte to the blank line
  std::chrono::milliseconds body_time{30'000};
  std::chrono::milliseconds write_time{10'000};  ///< for a client that does not read
  std::chrono::milliseconds idle_time{30'000};   ///< between two requests of a connection
  std::size_t connections = 480;
  std::size_t running = 8;                          ///< runs at a time
  std::size_t training = 2;                         ///< of them that train
  std::size_t kept = 64;                            ///< runs remembered, those that go on included
  std::size_t kept_bytes = std::size_t{16} << 20U;  ///< of what finished runs hold together
  double run_seconds = 60;
  double training_seconds = 3600;
  std::int64_t parameters = 4'000'000;  ///< weights of a network
  std::size_t layers = 100;
  std::int64_t variables = 2000;
  std::uint64_t elements = 4'000'000;  ///< of any array that a formula makes
  std::size_t nodes = 20'000;          ///< of the program of a formula
  std::int64_t grid_points = 250'000;
  std::int64_t hessian_variables = 200;
};

}  // namespace downhill::server
