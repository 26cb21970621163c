#pragma once
#include <downhill/learn/initialiser.hpp>

#include "learn/initialisers/initialiser_model.hpp"
#include "options/fields.hpp"

/// Makes an Initialiser of a struct of options. Included by the files of the initialisers alone, each of which defines
/// Draw<Options> and ends with `template Initialiser::Initialiser(const Options&);`.
namespace downhill::learn {

/// Specialised by each:  static Array draw(const Options&, const Weights&, const Array& key)
template <class Options>
struct Draw;

template <class Options>
class ErasedInitialiser final : public InitialiserModel {
 public:
  explicit ErasedInitialiser(const Options& options) : options_(options) {}
  std::string text(options::Detail detail) const override { return options::print(options_, detail); }
  Array draw(const Weights& weights, const Array& key) const override {
    return Draw<Options>::draw(options_, weights, key);
  }

 private:
  Options options_;
};

template <class Options>
  requires requires { Options::name; }
Initialiser::Initialiser(const Options& options) {
  options::validate(options);
  model_ = std::make_shared<ErasedInitialiser<Options>>(options);
}

/// Numbers of mean 0 and the given variance, of the weights' shape and type.
[[nodiscard]] Array drawn(Distribution distribution, double variance, const Weights& weights, const Array& key);

}  // namespace downhill::learn
