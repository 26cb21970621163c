#pragma once
#include <cstdint>

#include "problems/notation.hpp"

/// Observations of NIST's Statistical Reference Datasets for nonlinear regression (Rogers, Filliben, Gill, Guthrie, Lagergren & Vangel,
/// National Institute of Standards and Technology, 1999), works of the US government.
namespace downhill::problems::data {

struct Observations {
  Numbers y;
  Numbers x;
  Numbers z = {};  ///< a second predictor
};

/// 1, 2, …, n
[[nodiscard]] Numbers counted(std::int64_t n);

[[nodiscard]] Observations misra1a();
[[nodiscard]] Observations chwirut2();
[[nodiscard]] Observations chwirut1();
[[nodiscard]] Observations lanczos3();
[[nodiscard]] Observations gauss1();
[[nodiscard]] Observations gauss2();
[[nodiscard]] Observations danwood();
[[nodiscard]] Observations misra1b();
[[nodiscard]] Observations kirby2();
[[nodiscard]] Observations hahn1();
[[nodiscard]] Observations nelson();
[[nodiscard]] Observations mgh17();
[[nodiscard]] Observations lanczos1();
[[nodiscard]] Observations lanczos2();
[[nodiscard]] Observations gauss3();
[[nodiscard]] Observations misra1c();
[[nodiscard]] Observations misra1d();
[[nodiscard]] Observations roszman1();
[[nodiscard]] Observations enso();
[[nodiscard]] Observations mgh09();
[[nodiscard]] Observations thurber();
[[nodiscard]] Observations boxbod();
[[nodiscard]] Observations rat42();
[[nodiscard]] Observations mgh10();
[[nodiscard]] Observations eckerle4();
[[nodiscard]] Observations rat43();
[[nodiscard]] Observations bennett5();

}  // namespace downhill::problems::data
