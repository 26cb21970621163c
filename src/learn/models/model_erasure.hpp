#pragma once
#include <downhill/learn/model.hpp>

#include "learn/models/model_kind.hpp"
#include "options/fields.hpp"

/// Makes a Model of a struct of options. Included by the files of the models alone, each of which defines Layers<Options> and ends
/// with `template Model::Model(const Options&);`.
namespace downhill::learn {

/// Specialised by each:  static std::vector<Layer> of(const Options&, std::int64_t outputs)
template <class Options>
struct Layers;

template <class Options>
class ErasedModel final : public ModelKind {
 public:
  explicit ErasedModel(const Options& options) : options_(options) {}
  std::string_view name() const override { return Options::name; }
  std::string text(options::Detail detail) const override { return options::print(options_, detail); }
  std::vector<Layer> layers(std::int64_t outputs) const override { return Layers<Options>::of(options_, outputs); }

 private:
  Options options_;
};

template <class Options>
  requires requires { Options::name; }
Model::Model(const Options& options) {
  options::validate(options);
  kind_ = std::make_shared<ErasedModel<Options>>(options);
}

}  // namespace downhill::learn
