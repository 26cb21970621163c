#include <algorithm>

#include "jit/nest.hpp"
#include "llvm/IR/Constants.h"

namespace downhill::jit {

using loops::Affine;
using loops::Element;

// Records: where neighbouring points lie s elements apart in memory, and elements 0, 1, 2, … of each are all accessed, one point's elements
// are loaded and stored together as a vector, and squares of lanes are turned in registers.

namespace {

// One access of every lane, `stride` elements apart.
struct Access {
  std::size_t position = 0;  // in the body, or among the stores
  loops::BufferId buffer = 0;
  const Affine* index = nullptr;
};

bool is_beside(const Access& left, const Access& right) {
  return left.buffer == right.buffer && left.index->axis == right.index->axis &&
         left.index->loop == right.index->loop && left.index->offset + 1 == right.index->offset;
}

// Runs of accesses to adjacent elements, each a power of two long, at least 2 and at most `lanes`.
std::vector<std::vector<Access>> runs_of(std::vector<Access> accesses, std::size_t lanes) {
  std::ranges::stable_sort(accesses, [](const Access& a, const Access& b) {
    if (a.buffer != b.buffer) return a.buffer < b.buffer;
    if (a.index->axis != b.index->axis) return a.index->axis < b.index->axis;
    if (a.index->loop != b.index->loop) return a.index->loop < b.index->loop;
    return a.index->offset < b.index->offset;
  });
  std::vector<std::vector<Access>> runs;
  for (std::size_t begin = 0, end = 0; begin < accesses.size(); begin = end) {
    end = begin + 1;
    while (end < accesses.size() && is_beside(accesses[end - 1], accesses[end])) ++end;
    for (std::size_t at = begin; at + 1 < end;) {
      std::size_t length = lanes;
      while (length > end - at) length /= 2;
      runs.emplace_back(accesses.begin() + static_cast<std::ptrdiff_t>(at),
                        accesses.begin() + static_cast<std::ptrdiff_t>(at + length));
      at += length;
    }
  }
  return runs;
}

}  // namespace

// Between the open vector loop's lanes: none of them is masked.
bool NestEmitter::has_records() const {
  return plan_.lanes > 1 && !lane_bases_.empty() &&
         std::ranges::all_of(lane_masks_, [](const Value* mask) { return mask == nullptr; });
}

// The first `width` elements from `index` on of the record at one lane.
LaneAccess NestEmitter::record(const Affine& index, loops::BufferId buffer, std::size_t copy, unsigned lane,
                               std::size_t width) {
  const loops::BufferDeclaration& declared = scope_.layout.buffer(buffer);
  const bool in_tile = declared.place == loops::BufferDeclaration::Place::tile;
  const std::int64_t along = factor(index, plan_.lane) * static_cast<std::int64_t>(lane);
  return {.base = scope_.base(buffer),
          .dtype = declared.dtype,
          .index = emitter_.plus(position(index, copy, in_tile), emitter_.index(along)),
          .lanes = static_cast<unsigned>(width)};
}

// Beyond the second level of cache.
bool NestEmitter::is_far(loops::BufferId buffer) const {
  const loops::BufferDeclaration& declared = scope_.layout.buffer(buffer);
  const std::int64_t bytes = declared.elements * static_cast<std::int64_t>(size_of(declared.dtype));
  return declared.place != loops::BufferDeclaration::Place::tile && bytes > (std::int64_t{1} << 20);
}

// A record is written in parts, here and there: no processor foresees which line comes next.
void NestEmitter::fetch_ahead(const LaneAccess& access, std::int64_t stride) {
  constexpr std::int64_t vectors_ahead = 4;
  const std::int64_t elements = stride * vectors_ahead * static_cast<std::int64_t>(plan_.lanes);
  const auto bytes = static_cast<std::int64_t>(size_of(access.dtype));
  emitter_.prefetch(
      emitter_.at(access.base, emitter_.times(emitter_.plus(access.index, emitter_.index(elements)), bytes)));
}

std::vector<bool> NestEmitter::load_records(int level, const std::vector<bool>& needed) {
  std::vector<bool> loaded(values_.size(), false);
  if (!has_records()) return loaded;
  std::vector<Access> accesses;
  for (std::size_t k = 0; k < values_.size(); ++k) {
    const Element& element = plan_.nest.body[k];
    const bool is_wanted = plan_.level[k] == level && needed[k] && element.kind == Element::Kind::load &&
                           element.guards.empty() && element.dtype != DType::boolean;
    if (is_wanted && varies_[k] && factor(element.index, plan_.lane) > 1)
      accesses.push_back({k, element.buffer, &element.index});
  }
  for (const std::vector<Access>& run : runs_of(std::move(accesses), plan_.lanes)) {
    for (std::size_t copy = 0; copy < lane_bases_.size(); ++copy) {
      Values square;
      for (unsigned lane = 0; lane < plan_.lanes; ++lane) {
        Value* const row = load_lanes(emitter_, record(*run.front().index, run.front().buffer, copy, lane, run.size()));
        square.push_back(widened(emitter_, row, plan_.lanes));
      }
      square = transposed(emitter_, std::move(square));
      for (std::size_t k = 0; k < run.size(); ++k) values_[run[k].position].resize(lane_bases_.size());
      for (std::size_t k = 0; k < run.size(); ++k) values_[run[k].position][copy] = square[k];
    }
    for (const Access& access : run) loaded[access.position] = true;
  }
  return loaded;
}

std::vector<bool> NestEmitter::store_records() {
  std::vector<bool> stored(plan_.nest.stores.size(), false);
  if (!has_records()) return stored;
  std::vector<Access> accesses;
  for (std::size_t k = 0; k < stored.size(); ++k) {
    const loops::Store& one = plan_.nest.stores[k];
    const bool is_wanted = scope_.layout.buffer(one.buffer).dtype != DType::boolean;
    if (is_wanted && factor(one.index, plan_.lane) > 1) accesses.push_back({k, one.buffer, &one.index});
  }
  for (const std::vector<Access>& run : runs_of(std::move(accesses), plan_.lanes)) {
    for (std::size_t copy = 0; copy < lane_bases_.size(); ++copy) {
      Values square;
      for (const Access& access : run)
        square.push_back(operand(plan_.nest.stores[access.position].element, copy, true));
      llvm::Value* const nothing = llvm::PoisonValue::get(square.front()->getType());
      square.resize(plan_.lanes, nothing);
      square = transposed(emitter_, std::move(square));
      for (unsigned lane = 0; lane < plan_.lanes; ++lane) {
        const LaneAccess access = record(*run.front().index, run.front().buffer, copy, lane, run.size());
        if (is_far(run.front().buffer)) fetch_ahead(access, factor(*run.front().index, plan_.lane));
        store_lanes(emitter_, access, first_lanes(emitter_, square[lane], static_cast<unsigned>(run.size())));
      }
    }
    for (const Access& access : run) stored[access.position] = true;
  }
  return stored;
}

}  // namespace downhill::jit
