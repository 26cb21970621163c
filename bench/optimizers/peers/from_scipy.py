"""SciPy: `minimize` and `least_squares`, with default tolerances and with tight ones."""

import warnings

import scipy
from problem import serve
from scipy.optimize import least_squares, minimize

warnings.simplefilter("ignore")

ANY, DENSE, SMALL = 100_000, 300, 12
MANY = 50_000
TIGHT = 1e-14

# Method, what it needs, the most variables, and the options of the tight run.
MINIMIZERS = [
    ("BFGS", "gradient", DENSE, {"gtol": TIGHT, "maxiter": MANY}),
    ("L-BFGS-B", "gradient", ANY, {"ftol": 0.0, "gtol": TIGHT, "maxiter": MANY, "maxfun": MANY}),
    ("CG", "gradient", ANY, {"gtol": TIGHT, "maxiter": MANY}),
    ("TNC", "gradient", ANY, {"ftol": 0.0, "gtol": TIGHT, "xtol": 0.0, "maxfun": MANY}),
    ("SLSQP", "gradient", DENSE, {"ftol": TIGHT, "maxiter": 10_000}),
    ("Newton-CG", "products", ANY, {"xtol": TIGHT, "maxiter": MANY}),
    ("trust-krylov", "products", ANY, {"gtol": TIGHT, "maxiter": MANY}),
    ("trust-ncg", "products", ANY, {"gtol": TIGHT, "maxiter": MANY}),
    ("trust-exact", "hessian", DENSE, {"gtol": TIGHT, "maxiter": MANY}),
    ("dogleg", "hessian", DENSE, {"gtol": TIGHT, "maxiter": MANY}),
    ("Nelder-Mead", "values", SMALL, {"xatol": 1e-10, "fatol": 1e-14, "maxiter": MANY, "maxfev": MANY}),
    ("Powell", "values", SMALL, {"xtol": 1e-10, "ftol": 1e-14, "maxiter": MANY, "maxfev": MANY}),
]


def minimizer(method, needs, most_variables, options):
    def solve(problem):
        arguments = {"fun": problem.value if needs == "values" else problem.value_and_gradient, "jac": needs != "values" or None}
        if needs == "products":
            arguments["hessp"] = problem.product
        if needs == "hessian":
            arguments["hess"] = problem.hessian
        result = minimize(x0=problem.start, method=method, options=options, **arguments)
        return result.x, bool(result.success), str(result.message), int(result.get("nit", 0))

    return {"name": f"scipy.{method}{'.tight' if options else ''}", "settings": ", ".join(f"{k}={v}" for k, v in options.items()),
            "needs": needs, "most_variables": most_variables, "solve": solve}


def fit(method, options):
    def solve(problem):
        if method == "lm" and problem.m < problem.n:
            return problem.start, False, "fewer residuals than variables", 0
        result = least_squares(problem.residuals, problem.start, jac=problem.jacobian, method=method, **options)
        return result.x, bool(result.success), str(result.message), int(result.nfev)

    return {"name": f"scipy.least_squares.{method}{'.tight' if options else ''}",
            "settings": ", ".join(f"{k}={v}" for k, v in options.items()), "needs": "residuals", "most_variables": DENSE,
            "solve": solve}


# Below 2.3e-16 a tolerance of least_squares is refused.
TIGHT_FIT = {"xtol": 3e-16, "ftol": 3e-16, "gtol": 3e-16, "x_scale": "jac", "max_nfev": 100_000}

serve("scipy", scipy.__version__,
      [minimizer(*method, tight) for *method, tight_options in MINIMIZERS for tight in ({}, tight_options)]
      + [fit(method, options) for method in ("trf", "dogbox", "lm") for options in ({}, TIGHT_FIT)])
