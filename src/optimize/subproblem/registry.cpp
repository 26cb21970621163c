#include "optimize/subproblem/subproblem_model.hpp"

namespace downhill {

const options::Registry<Subproblem>& Subproblem::registry() {
  using options::entry;
  static const options::Registry<Subproblem> subproblems{"subproblem",
                                                         {
                                                             entry<Subproblem, DoglegPath>(),
                                                             entry<Subproblem, Steihaug>(),
                                                             entry<Subproblem, Gltr>(),
                                                             entry<Subproblem, MoreSorensen>(),
                                                         }};
  return subproblems;
}

std::string Subproblem::text(options::Detail detail) const { return model_->text(detail); }

}  // namespace downhill
