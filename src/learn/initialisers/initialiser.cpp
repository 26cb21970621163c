#include "learn/initialisers/initialiser_model.hpp"

namespace downhill::learn {

Array Initialiser::draw(const Weights& weights, const Array& key) const { return model_->draw(weights, key); }
std::string Initialiser::text(options::Detail detail) const { return model_->text(detail); }

const options::Registry<Initialiser>& Initialiser::registry() {
  using options::entry;
  static const options::Registry<Initialiser> initialisers{
      "initialiser", {entry<Initialiser, He>(), entry<Initialiser, Glorot>(), entry<Initialiser, Orthogonal>()}};
  return initialisers;
}

}  // namespace downhill::learn
