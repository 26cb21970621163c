#include <downhill/methods.hpp>

#include "optimize/method_model.hpp"
#include "optimize/rules/list.hpp"

namespace downhill {

const options::Registry<Method>& Method::registry() {
  using options::entry;
  static const options::Registry<Method> methods{"method", optimize::with_rules<Method>({
                                                               entry<Method, RandomSearch>(),
                                                               entry<Method, LocalSearch>(),
                                                               entry<Method, NelderMead>(),
                                                               entry<Method, PatternSearch>(),
                                                               entry<Method, Brent>(),
                                                               entry<Method, SimulatedAnnealing>(),
                                                               entry<Method, DifferentialEvolution>(),
                                                               entry<Method, ParticleSwarm>(),
                                                               entry<Method, CmaEs>(),
                                                               entry<Method, MultiStart>(),
                                                               entry<Method, GradientDescent>(),
                                                               entry<Method, Newton>(),
                                                               entry<Method, ClosedForm>(),
                                                               entry<Method, GaussNewton>(),
                                                               entry<Method, LevenbergMarquardt>(),
                                                               entry<Method, Dogleg>(),
                                                               entry<Method, BarzilaiBorwein>(),
                                                               entry<Method, NonlinearCg>(),
                                                               entry<Method, Bfgs>(),
                                                               entry<Method, Lbfgs>(),
                                                               entry<Method, Lbfgsb>(),
                                                               entry<Method, ProjectedGradient>(),
                                                               entry<Method, ProjectedNewton>(),
                                                               entry<Method, InteriorPoint>(),
                                                               entry<Method, NewtonCg>(),
                                                               entry<Method, TrustRegion>(),
                                                               entry<Method, AdaptiveCubic>(),
                                                               entry<Method, PiecewiseNewton>(),
                                                               entry<Method, ProximalGradient>(),
                                                               entry<Method, OwlQn>(),
                                                           })};
  return methods;
}

}  // namespace downhill
