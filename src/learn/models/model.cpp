#include "learn/models/model_kind.hpp"

namespace downhill::learn {

std::string_view Model::name() const { return kind_->name(); }
std::string Model::text(options::Detail detail) const { return kind_->text(detail); }
std::string Model::text() const { return text(options::Detail::changed); }
std::vector<Layer> Model::layers(std::int64_t outputs) const { return kind_->layers(outputs); }

const options::Registry<Model>& Model::registry() {
  using options::entry;
  static const options::Registry<Model> models{
      "model", {entry<Model, Softmax>(), entry<Model, Mlp>(), entry<Model, Cnn>(), entry<Model, Sequential>()}};
  return models;
}

Model parse_model(std::string_view text) { return Model::registry().parse(text); }

}  // namespace downhill::learn
