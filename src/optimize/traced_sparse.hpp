#pragma once
#include <downhill/program.hpp>

#include <memory>

#include "optimize/sparse_source.hpp"

namespace downhill::optimize {

/// The Hessian of a traced loss of one array x by its entries, all products in one program; null unless it is worth it: where a quarter
/// as many products as variables give it. With it the Jacobian of `residuals`, where there are any and factors are cheap.
/// Cost: the gradient is traced once, and the residuals.
[[nodiscard]] std::unique_ptr<SparseSource> traced_sparse(const ArrayFunction& loss, const ArrayFunction& residuals,
                                                          const Type& x, const ProgramOptions& options);

}  // namespace downhill::optimize
