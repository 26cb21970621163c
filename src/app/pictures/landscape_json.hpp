#pragma once
#include <downhill/landscape.hpp>

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>

/// Landscapes as the command line's JSON, and the page's, have them.
namespace downhill::app {

/// `kind`, `origin`, `directions`, `names`, `weights`
[[nodiscard]] nlohmann::ordered_json frame_json(const landscape::Frame& frame);
/// `s`, `t`, `distance`: one number a point each
[[nodiscard]] nlohmann::ordered_json path_json(std::span<const landscape::Position> path);
/// `frame`, `s`, `values`, `lowest` {`s`, `value`}
[[nodiscard]] nlohmann::ordered_json line_json(const landscape::Line& line);
/// `frame`, `s`, `t`, `values` (rows of one t), `lowest` {`s`, `t`, `value`}, `scale` {`kind`, `base`, `low`, `high`}, `contours`
/// [{`level`, `lines` [{`s`, `t`}]}], `field` {`s`, `t`, `along_s`, `along_t`}
[[nodiscard]] nlohmann::ordered_json plane_json(const landscape::Plane& plane);
/// `eigenvalues`, `complete`, `size`
[[nodiscard]] nlohmann::ordered_json spectrum_json(const landscape::Spectrum& spectrum);
/// `iteration`, `value`, `gradient_norm`, `step`: one number an iteration each
[[nodiscard]] nlohmann::ordered_json convergence_json(std::span<const TracePoint> trace);

}  // namespace downhill::app
