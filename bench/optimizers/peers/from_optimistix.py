"""Optimistix and Optax, on JAX. Their users write losses in JAX; here these call the functions that everybody calls, from within a
compiled loop. The first run compiles that loop and does not count."""

import jax
import jax.numpy as jnp
import numpy
import optax
import optimistix
from problem import Expired, serve

jax.config.update("jax_enable_x64", True)

# Compiling the loop takes a second or two a problem.
MOST_VARIABLES, MANY, TOLERANCE = 12, 20_000, 1e-8


def loss_of(problem):
    """The loss as JAX sees it: its derivative is what the library gives."""
    shapes = (jax.ShapeDtypeStruct((), jnp.float64), jax.ShapeDtypeStruct((problem.n,), jnp.float64))

    def both(x):
        value, gradient = problem.value_and_gradient(numpy.asarray(x))
        return numpy.float64(value), gradient

    @jax.custom_jvp
    def loss(x):
        return jax.pure_callback(lambda x: numpy.float64(problem.value(numpy.asarray(x))), shapes[0], x)

    @loss.defjvp
    def derivative(primals, tangents):
        value, gradient = jax.pure_callback(both, shapes, primals[0])
        return value, gradient @ tangents[0]

    return loss


def residuals_of(problem):
    shape = jax.ShapeDtypeStruct((problem.m,), jnp.float64)
    shapes = (shape, jax.ShapeDtypeStruct((problem.m, problem.n), jnp.float64))

    def both(x):
        x = numpy.asarray(x)
        return problem.residuals(x), problem.jacobian(x)

    @jax.custom_jvp
    def residuals(x):
        return jax.pure_callback(lambda x: problem.residuals(numpy.asarray(x)), shape, x)

    @residuals.defjvp
    def derivative(primals, tangents):
        value, matrix = jax.pure_callback(both, shapes, primals[0])
        return value, matrix @ tangents[0]

    return residuals


def kept(problem, make):
    """The same function object for all runs of a problem, so that JAX compiles once."""
    if not hasattr(problem, "made"):
        problem.made = make(problem)
    return problem.made


def or_expired(function, *arguments, **named):
    """What is raised within a compiled loop comes out as an error of JAX that tells of it."""
    try:
        return jax.block_until_ready(function(*arguments, **named))
    except Exception as error:
        if "Expired" in str(error):
            raise Expired from None
        raise


def with_arguments(make):
    def made(problem):
        function = make(problem)
        return lambda x, _: function(x)

    return made


def run_optimistix(problem, solver, make, minimise):
    solution = or_expired(minimise, kept(problem, with_arguments(make)), solver, jnp.asarray(problem.start), max_steps=MANY,
                          throw=False)
    claims = bool(solution.result == optimistix.RESULTS.successful)
    return numpy.asarray(solution.value), claims, str(solution.result), int(solution.stats["num_steps"])


def loop_of_optax(problem):
    loss, solver = loss_of(problem), optax.lbfgs()
    value_and_grad = optax.value_and_grad_from_state(loss)

    def step(carry):
        x, state, k, _ = carry
        value, gradient = value_and_grad(x, state=state)
        updates, state = solver.update(gradient, state, x, value=value, grad=gradient, value_fn=loss)
        return optax.apply_updates(x, updates), state, k + 1, jnp.linalg.norm(gradient)

    def goes_on(carry):
        return (carry[2] < MANY) & (carry[3] > TOLERANCE)

    return jax.jit(lambda x0: jax.lax.while_loop(goes_on, step, (x0, solver.init(x0), 0, jnp.inf)))


def run_optax(problem):
    x, _, steps, norm = or_expired(kept(problem, loop_of_optax), jnp.asarray(problem.start))
    return numpy.asarray(x), bool(norm <= TOLERANCE), f"gradient {float(norm):.2g}", int(steps)


def offer(name, needs, settings, solve):
    return {"name": name, "settings": settings, "needs": needs, "most_variables": MOST_VARIABLES, "solve": solve}


def optimistix_solver(name, needs, make, minimise):
    solver = getattr(optimistix, name)(rtol=TOLERANCE, atol=TOLERANCE)
    return offer(f"optimistix.{name}", needs, f"rtol=atol={TOLERANCE}, {MANY} steps",
                 lambda problem: run_optimistix(problem, solver, make, minimise))


serve("optimistix", f"{optimistix.__version__} (optax {optax.__version__}, jax {jax.__version__})", [
    optimistix_solver("BFGS", "gradient", loss_of, optimistix.minimise),
    optimistix_solver("NonlinearCG", "gradient", loss_of, optimistix.minimise),
    optimistix_solver("LevenbergMarquardt", "residuals", residuals_of, optimistix.least_squares),
    optimistix_solver("Dogleg", "residuals", residuals_of, optimistix.least_squares),
    offer("optax.lbfgs", "gradient", f"{MANY} steps, gradient below {TOLERANCE}", run_optax),
])
