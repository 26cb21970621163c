#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "optimize/method_model.hpp"
#include "options/fields.hpp"

/// Makes a Method of a struct of options and its implementation. Included by the files in methods/ alone, each of which defines
/// Implementation<Options> and ends with `template Method::Method(const Options&);`.
namespace downhill {

namespace optimize {

/// Specialised by each method, in its own file:
///
///   template <> struct Implementation<Newton> {
///     static Traits traits(const Newton&);
///     struct State { …; template <class Visitor> void visit(Visitor&); };   // optimize/state.hpp
///     static State init(const Newton&, Walk&);
///     static StepOutcome step(const Newton&, State&, Walk&);
///   };
template <class Options>
struct Implementation;

template <class Options>
class ErasedMethod final : public MethodModel {
 public:
  explicit ErasedMethod(const Options& options) : options_(options) {}
  std::string_view name() const override { return Options::name; }
  std::string text(options::Detail detail) const override { return options::print(options_, detail); }
  Traits traits() const override { return Implementation<Options>::traits(options_); }
  std::unique_ptr<Steps> start(Walk& walk) const override { return std::make_unique<Running>(options_, walk); }

 private:
  class Running final : public Steps {
   public:
    Running(const Options& options, Walk& walk)
        : options_(options), state_(Implementation<Options>::init(options_, walk)) {}
    StepOutcome step(Walk& walk) override { return Implementation<Options>::step(options_, state_, walk); }
    Snapshot save() override { return record_of(state_); }
    void load(const Snapshot& record) override { restore(record, state_); }

   private:
    Options options_;
    typename Implementation<Options>::State state_;
  };

  Options options_;
};

}  // namespace optimize

template <class Options>
Method::Method(const Options& options) {
  options::validate(options);
  model_ = std::make_shared<optimize::ErasedMethod<Options>>(options);
}

}  // namespace downhill
