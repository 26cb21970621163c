#pragma once
#include <memory>
#include <span>

#include "optimize/face.hpp"
#include "optimize/pieces.hpp"

namespace downhill::optimize {

/// The pieces of a loss as a function of a face's variables, the others held as in x. `whole` outlives the result.
[[nodiscard]] std::unique_ptr<PieceSource> pieces_on_face(PieceSource& whole, std::span<const double> x,
                                                          const Face& face);

}  // namespace downhill::optimize
