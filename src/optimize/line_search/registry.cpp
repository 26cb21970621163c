#include "optimize/line_search/line_search_model.hpp"

namespace downhill {

const options::Registry<LineSearch>& LineSearch::registry() {
  using options::entry;
  static const options::Registry<LineSearch> searches{"line_search",
                                                      {
                                                          entry<LineSearch, Fixed>(),
                                                          entry<LineSearch, Candidates>(),
                                                          entry<LineSearch, Exact>(),
                                                          entry<LineSearch, Armijo>(),
                                                      }};
  return searches;
}

}  // namespace downhill
