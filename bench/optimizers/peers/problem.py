"""The test problems as a Python optimizer sees them, and the protocol by which `run` talks to a program of peers.

The functions are those of the shared library that every optimizer of the comparison calls; see problems/interface.hpp.
"""

import ctypes
import json
import math
import sys

import numpy

REPEAT_SECONDS = 0.4
REPEAT_ONCE_SECONDS = 2  # a first run may have loaded or compiled something


class Expired(Exception):
    """The time for a run is over."""


def load(path):
    library = ctypes.CDLL(path)
    pointer, text, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
    signatures = {
        "instances": (text, []), "open": (pointer, [text]), "error": (text, []), "close": (None, [pointer]),
        "size": (size, [pointer]), "residual_count": (size, [pointer]), "start": (None, [pointer, pointer]),
        "reset": (None, [pointer, ctypes.c_double]), "is_expired": (ctypes.c_int, [pointer]), "report": (text, [pointer]),
        "value": (ctypes.c_double, [pointer, pointer]), "gradient": (ctypes.c_double, [pointer] * 3),
        "product": (None, [pointer] * 4), "hessian": (None, [pointer] * 3), "residuals": (None, [pointer] * 3),
        "jacobian": (None, [pointer] * 4),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, "bench_" + name)
        function.restype, function.argtypes = result, arguments
    return library


class Problem:
    """One problem. Every evaluation is counted; each raises Expired once the time is over."""

    def __init__(self, library, key):
        self.library = library
        self.handle = library.bench_open(key.encode())
        if not self.handle:
            raise RuntimeError(library.bench_error().decode())
        self.n = library.bench_size(self.handle)
        self.m = library.bench_residual_count(self.handle)
        self.start = numpy.empty(self.n)
        library.bench_start(self.handle, self.start.ctypes.data)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.library.bench_close(self.handle)

    def reset(self, limit):
        self.library.bench_reset(self.handle, limit)

    def report(self):
        return json.loads(self.library.bench_report(self.handle))

    def _ready(self, x):
        if self.library.bench_is_expired(self.handle):
            raise Expired
        return numpy.ascontiguousarray(x, dtype=float)

    def value(self, x):
        x = self._ready(x)
        return self.library.bench_value(self.handle, x.ctypes.data)

    def value_and_gradient(self, x):
        x, gradient = self._ready(x), numpy.empty(self.n)
        value = self.library.bench_gradient(self.handle, x.ctypes.data, gradient.ctypes.data)
        return value, gradient

    def product(self, x, direction):
        x, direction, product = self._ready(x), numpy.ascontiguousarray(direction, dtype=float), numpy.empty(self.n)
        self.library.bench_product(self.handle, x.ctypes.data, direction.ctypes.data, product.ctypes.data)
        return product

    def hessian(self, x):
        x, matrix = self._ready(x), numpy.empty((self.n, self.n))
        self.library.bench_hessian(self.handle, x.ctypes.data, matrix.ctypes.data)
        return matrix

    def residuals(self, x):
        x, residuals = self._ready(x), numpy.empty(self.m)
        self.library.bench_residuals(self.handle, x.ctypes.data, residuals.ctypes.data)
        return residuals

    def jacobian(self, x):
        x, residuals, matrix = self._ready(x), numpy.empty(self.m), numpy.empty((self.m, self.n))
        self.library.bench_jacobian(self.handle, x.ctypes.data, residuals.ctypes.data, matrix.ctypes.data)
        return matrix


def warm_up(problem, needs):
    """Calls each function once, so that none is compiled while the clock runs."""
    problem.reset(math.inf)
    x = problem.start
    problem.value(x)
    if needs == "residuals":
        problem.residuals(x)
        problem.jacobian(x)
        return
    if needs != "values":
        problem.value_and_gradient(x)
    if needs == "products":
        problem.product(x, x)
    if needs == "hessian":
        problem.hessian(x)


def run_once(solver, problem, limit):
    """solver["solve"](problem) gives x, whether success is claimed, the message and the number of iterations."""
    problem.reset(limit)
    try:
        x, claims, message, iterations = solver["solve"](problem)
    except Expired:
        return {"claims": False, "message": "stopped by the time limit", "verdict": "", "iterations": 0, "x": None,
                "value": None, "report": problem.report()}
    except (ArithmeticError, ValueError, RuntimeError, numpy.linalg.LinAlgError) as error:
        return {"claims": False, "message": f"{type(error).__name__}: {error}", "verdict": "", "iterations": 0, "x": None,
                "value": None, "report": problem.report()}
    record = {"report": problem.report(), "claims": claims, "message": message, "verdict": "", "iterations": iterations,
              "x": None, "value": None}
    x = numpy.asarray(x, dtype=float).reshape(-1)
    if numpy.isfinite(x).all():
        problem.reset(math.inf)
        record["x"] = x.tolist()
        value = problem.value(x)
        record["value"] = value if math.isfinite(value) else None
    return record


def run(library, solver, key, limit, most_runs):
    with Problem(library, key) as problem:
        warm_up(problem, solver["needs"])
        record = run_once(solver, problem, limit)
        mine = record["report"]
        spent = mine["seconds"]
        for k in range(1, most_runs):
            if spent >= (REPEAT_ONCE_SECONDS if k == 1 else REPEAT_SECONDS):
                break
            other = run_once(solver, problem, limit)["report"]
            spent += other["seconds"]
            mine["seconds"] = min(mine["seconds"], other["seconds"])
            for here, there in zip(mine["reached"], other["reached"]):
                if here and there:
                    here["seconds"] = min(here["seconds"], there["seconds"])
        return record


def serve(name, version, solvers):
    """With --list: prints what there is. With the path of the library of problems: answers jobs, as peers/serve.cpp does."""
    if sys.argv[1] == "--list":
        fields = ("name", "settings", "needs", "most_variables")
        print(json.dumps({"library": name, "version": version,
                          "solvers": [{field: solver[field] for field in fields} for solver in solvers]}))
        return
    library = load(sys.argv[1])
    by_name = {solver["name"]: solver for solver in solvers}
    for line in sys.stdin:
        solver, key, limit, most_runs = line.split()
        try:
            record = run(library, by_name[solver], key, float(limit), int(most_runs))
        except Exception as error:  # whatever it is, the other jobs go on
            record = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps({"solver": solver, "problem": key, **record}), flush=True)
