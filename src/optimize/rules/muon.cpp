#include <downhill/rules/muon.hpp>

#include <algorithm>
#include <cmath>

#include "optimize/rules/adam_update.hpp"
#include "optimize/rules/rule_erasure.hpp"

namespace downhill {

options::Fields Muon::fields() {
  using options::field;
  return optimize::rule_fields<Muon>(
      optimize::rate_in_x,
      {field("momentum", &Muon::momentum, "decay of the sum of gradients of a matrix", options::right_open(0, 1)),
       field("nesterov", &Muon::nesterov, "whether a matrix steps as momentum would next"),
       field("iterations", &Muon::iterations, "of Newton and Schulz", options::closed(1, 100)),
       field("beta1", &Muon::beta1, "of adam, for vectors", options::right_open(0, 1)),
       field("beta2", &Muon::beta2, "of adam, for vectors", options::right_open(0, 1)),
       field("epsilon", &Muon::epsilon, "added to the divisor, in units of the gradient", options::non_negative())});
}

namespace optimize {

template <>
struct Update<Muon> {
  static std::vector<NamedArray> start(const Muon&, const Array& x) {
    if (!is_matrix(x)) return AdamUpdate::start(x);
    return {{"momentum", zeros_like(x)}};
  }
  static RuleOutput step(const Muon& options, const RuleInput& in) {
    if (!is_matrix(in.x)) return AdamUpdate{options.beta1, options.beta2, options.epsilon}.step(in);
    const Array m = options.momentum * in.state[0] + in.gradient;
    const Array b = options.nesterov == Lookahead::yes ? in.gradient + options.momentum * m : m;
    const std::int64_t rows = in.x.shape()[0];
    const Array o = orthogonalised(reshape(b, {rows, -1}), options);
    const double scale = 0.2 * std::sqrt(static_cast<double>(std::max(rows, in.x.size() / rows)));
    return {in.x - in.learning_rate * scale * reshape(o, in.x.shape()), {m}};
  }

 private:
  static bool is_matrix(const Array& x) { return x.rank() >= 2 && x.size() > 0; }

  // About U Vᵀ of b = U Σ Vᵀ. The products are of the smaller side.
  static Array orthogonalised(const Array& b, const Muon& options) {
    const bool is_tall = b.shape()[0] > b.shape()[1];
    Array o = (is_tall ? transpose(b) : b) / (norm(b) + options.epsilon);
    for (int k = 0; k < options.iterations; ++k) {
      const Array square = matmul(o, transpose(o));
      o = 3.4445 * o + matmul(-4.7750 * square + 2.0315 * matmul(square, square), o);
    }
    return is_tall ? transpose(o) : o;
  }
};

}  // namespace optimize

template Rule::Rule(const Muon&);
template Method::Method(const Muon&);

}  // namespace downhill
