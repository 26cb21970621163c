#pragma once
#include <downhill/program.hpp>

#include <memory>

#include "ir/trace.hpp"
#include "optimize/pieces.hpp"

namespace downhill::optimize {

/// The pieces of a traced loss of one array; null where it has no kink that is understood. Programs are compiled when they are
/// first needed.
[[nodiscard]] std::unique_ptr<PieceSource> traced_pieces(const ir::Traced& loss, const ProgramOptions& options);

}  // namespace downhill::optimize
