#pragma once
#include "ir/loops.hpp"

#include <downhill/type.hpp>

#include <optional>
#include <span>
#include <vector>

/// Where values live while a program is scheduled. A place has a shape and is indexed axis by axis, so that its layout
/// can still be chosen when everything else is decided.
namespace downhill::exec::scheduling {

using ir::loops::Affine;
using PlaceId = std::uint32_t;

struct Place {
  using Kind = ir::loops::BufferDeclaration::Place;
  Type type;
  Kind kind = Kind::workspace;
  std::uint64_t slot = 0;  ///< of inputs and outputs
  ir::Literal literal = {};
  std::int32_t tiled = -1;  ///< Kind::tile: the axis of which a block is held
  std::int64_t block = 0;
};

/// An element of a place: one affine function for every axis of the place or, if `flat`, a single row-major index.
struct Access {
  PlaceId place = 0;
  bool flat = false;
  std::vector<Affine> index;
};

/// A value that is stored: an Access whose axes are those of the value.
using View = Access;

[[nodiscard]] bool operator==(const Access& a, const Access& b);

/// The affine function i -> i_axis over `rank` axes.
[[nodiscard]] Affine axis_index(std::size_t axis, std::size_t rank);
[[nodiscard]] std::vector<Affine> identity_index(std::size_t rank);
/// f(index[0], index[1], …): `f` over axes that are themselves affine functions of other axes.
[[nodiscard]] Affine substitute(const Affine& f, std::span<const Affine> index);
[[nodiscard]] Access substitute(const View& view, std::span<const Affine> index);
/// factor · f
[[nodiscard]] Affine scaled(const Affine& f, std::int64_t factor);
void add_to(Affine& f, const Affine& g);
[[nodiscard]] bool is_zero(std::span<const std::int64_t> factors);
/// Equality as functions: missing factors are zero.
[[nodiscard]] bool same(const Affine& f, const Affine& g);

/// The whole of a place.
[[nodiscard]] View whole(PlaceId place, const Shape& shape);
/// The same elements by one row-major index.
[[nodiscard]] View flattened(const View& view, const Shape& place);

/// The indices of an element in shape `from`, in terms of its indices in shape `to` of the same size (row-major order
/// kept); empty if they are not affine functions of those.
[[nodiscard]] std::optional<std::vector<Affine>> reshape_index(const Shape& from, const Shape& to);
/// A view of shape `from`, seen as shape `to`; empty if it would not be affine.
[[nodiscard]] std::optional<View> reshaped(const View& view, const Shape& place, const Shape& from, const Shape& to);

/// If the view of a value of this shape is one run of row-major elements: the index of the first.
[[nodiscard]] std::optional<Affine> contiguous_offset(const View& view, const Shape& place, const Shape& shape);

}  // namespace downhill::exec::scheduling
