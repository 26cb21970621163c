#pragma once
#include <downhill/problems.hpp>

#include <vector>

/// The lists that the registry is made of, one function each.
namespace downhill::problems {

/// Problems 1-35 of Moré, Garbow & Hillstrom, Testing unconstrained optimization software, TOMS 7 (1981) 17-41.
[[nodiscard]] std::vector<TestProblem> more_garbow_hillstrom_small();
[[nodiscard]] std::vector<TestProblem> more_garbow_hillstrom_data();
[[nodiscard]] std::vector<TestProblem> more_garbow_hillstrom_any();
[[nodiscard]] std::vector<TestProblem> more_garbow_hillstrom_equations();

/// Families of any size as in the CUTE and CUTEst collections (Bongartz, Conn, Gould & Toint, TOMS 21 (1995) 123-160; Gould, Orban &
/// Toint, COAP 60 (2015) 545-557), which name them.
[[nodiscard]] std::vector<TestProblem> cutest_chains();
[[nodiscard]] std::vector<TestProblem> cutest_curved();
[[nodiscard]] std::vector<TestProblem> cutest_dixmaan();
[[nodiscard]] std::vector<TestProblem> cutest_matrices();
[[nodiscard]] std::vector<TestProblem> cutest_oscillating();
[[nodiscard]] std::vector<TestProblem> cutest_sums();

[[nodiscard]] std::vector<TestProblem> landscapes_of_two();
[[nodiscard]] std::vector<TestProblem> landscapes_of_many();
[[nodiscard]] std::vector<TestProblem> landscapes_with_kinks();
[[nodiscard]] std::vector<TestProblem> regressions();
[[nodiscard]] std::vector<TestProblem> nonsmooth();
[[nodiscard]] std::vector<TestProblem> noisy();

}  // namespace downhill::problems
