#pragma once
#include "problems/interface.hpp"
#include "problems/opened.hpp"

/// What the plain C interface hands out.
struct bench_problem {  // NOLINT(readability-identifier-naming): as C would have it
  explicit bench_problem(const char* key) : opened(key) {}
  downhill::bench::Opened opened;
};
