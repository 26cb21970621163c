#pragma once
#include "app/server/endpoint.hpp"

namespace downhill::server {

/// Follows the runs of other programs that the server was told of: their checkpoints, whenever they are written anew, or their metrics.
/// A checkpoint is looked at over the first of the offered data that fits it.
void follow_offered(Context& context);

}  // namespace downhill::server
