#include "optimize/residual_loss/residual_loss_model.hpp"

namespace downhill {

const options::Registry<ResidualLoss>& ResidualLoss::registry() {
  using options::entry;
  static const options::Registry<ResidualLoss> losses{"loss",
                                                      {
                                                          entry<ResidualLoss, SquaredLoss>(),
                                                          entry<ResidualLoss, Huber>(),
                                                          entry<ResidualLoss, SoftL1>(),
                                                          entry<ResidualLoss, Cauchy>(),
                                                          entry<ResidualLoss, Tukey>(),
                                                          entry<ResidualLoss, Arctan>(),
                                                      }};
  return losses;
}

std::string ResidualLoss::text(options::Detail detail) const { return model_->text(detail); }
std::string ResidualLoss::text() const { return model_->text(options::Detail::changed); }

bool is_squared(const ResidualLoss& loss) { return loss.text() == SquaredLoss::name; }

}  // namespace downhill
