#pragma once
#include "exec/schedule/draft.hpp"

#include <map>
#include <unordered_map>

/// The list of steps while nodes are added to it. A nest joins an earlier one over the same domain where everything that
/// it reads is ready by then and something is saved by it.
namespace downhill::exec::scheduling {

/// Bounds on one body: the cost of native code is superlinear in the size of a function.
struct BodyLimits {
  std::size_t elements = 512;
  std::size_t instructions = 4096;
  std::size_t results = 16;
};

class Groups {
 public:
  using Index = std::size_t;
  enum class Joining { never, allowed };

  explicit Groups(Joining joining) : joining_(joining) {}

  /// Adds a nest, into an earlier group if that is right and good. Returns the group.
  Index add_nest(DraftNest nest);
  /// Adds any other step.
  Index add_step(DraftStep step);
  /// The group of straight-line code over `lanes` points (0: of scalars) to which elements can be added that need what
  /// groups before `ready` wrote.
  Index straight_group(std::int64_t lanes, Index ready);

  [[nodiscard]] DraftNest& nest(Index group) { return std::get<DraftNest>(groups_[group].step.what); }
  /// Stores an element of a group of straight-line code.
  void add_store(Index group, DraftStore store);
  /// Whether such a group can take so many reductions over its lanes.
  [[nodiscard]] bool can_reduce(Index group, std::size_t count);
  void add_reduction(Index group, DraftReduction reduction);
  /// The first group that may read the place; 0 if it was there before.
  [[nodiscard]] Index ready(PlaceId place) const;

  [[nodiscard]] DraftSteps take();

 private:
  struct Group {
    DraftStep step;
    bool is_nest = false;
    std::multimap<PlaceId, std::size_t> stored;  // positions in stores
    std::map<PlaceId, int> loaded;
  };

  [[nodiscard]] bool can_join(const DraftNest& nest, Index group) const;
  void join(const DraftNest& nest, Index group);
  void note(Index group, const DraftNest& nest);
  [[nodiscard]] const DraftStore* store_of(Index group, const DraftElement& load) const;

  Joining joining_;
  std::vector<Group> groups_;
  std::unordered_map<PlaceId, Index> writer_;
  std::map<std::vector<std::int64_t>, Index> last_nest_;
  std::map<std::int64_t, Index> last_straight_;  // by lanes
};

}  // namespace downhill::exec::scheduling
