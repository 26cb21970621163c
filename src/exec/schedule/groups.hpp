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
  std::size_t results = 12;
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
  /// The group of straight-line code to which an element can be added that needs what groups before `ready` wrote.
  Index scalar_group(Index ready);

  [[nodiscard]] DraftNest& nest(Index group) { return std::get<DraftNest>(groups_[group].step.what); }
  /// Stores an element of a group of straight-line code.
  void add_scalar_store(Index group, DraftStore store);
  /// The first group that may read the place; 0 if it was there before.
  [[nodiscard]] Index ready(PlaceId place) const;
  /// Nothing may join what is there so far.
  void close();

  [[nodiscard]] DraftSteps take();

 private:
  struct Group {
    DraftStep step;
    bool is_nest = false;
    bool is_scalar = false;
    std::map<PlaceId, std::size_t> stored;  // position in stores
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
  std::optional<Index> last_scalar_;
  Index first_open_ = 0;
};

}  // namespace downhill::exec::scheduling
