#pragma once
#include <downhill/objective.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace downhill::landscape {

/// Above this many variables only the extremes of a Hessian's spectrum are computed.
constexpr std::size_t most_dense = 600;

/// Eigenpairs of the Hessian at x, ascending.
struct Eigenpairs {
  std::vector<double> values;
  std::vector<std::vector<double>> vectors;
  bool is_complete = false;
};

/// All of them up to most_dense variables, else `ends` at each end by Lanczos on Hessian-vector products (Lanczos, J. Res. Nat. Bur.
/// Standards 45 (1950) 255-282). Throws OptionError that `operation` begins for an objective without second derivatives, or where they
/// are not finite.
[[nodiscard]] Eigenpairs eigenpairs(const char* operation, Objective& objective, std::span<const double> x,
                                    std::size_t ends);

}  // namespace downhill::landscape
