#include <downhill/line_searches/hager_zhang.hpp>
#include <downhill/line_searches/more_thuente.hpp>
#include <downhill/line_searches/strong_wolfe.hpp>

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
                                                          entry<LineSearch, StrongWolfe>(),
                                                          entry<LineSearch, MoreThuente>(),
                                                          entry<LineSearch, HagerZhang>(),
                                                      }};
  return searches;
}

}  // namespace downhill
