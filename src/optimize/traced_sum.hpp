#pragma once
#include <downhill/objective.hpp>
#include <downhill/program.hpp>

#include <memory>

/// A traced sum over residuals.
namespace downhill::optimize {

/// loss        takes x and gives the sum of what each residual costs, its square or another function of it
/// residuals   takes x and gives one real array
[[nodiscard]] std::shared_ptr<LossSource> traced_sum(ArrayFunction loss, ArrayFunction residuals, const Type& x,
                                                     const ProgramOptions& options);

}  // namespace downhill::optimize
