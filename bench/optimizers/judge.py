"""Judges from outside what a solver gave back: what kind of point it is, whatever the solver says of it.

A point whose value is not that of a known minimum is polished: modified Newton steps in scaled variables, which go down along
negative curvature too. What they gain tells how far from a minimum the point was; the scaled curvatures at their end tell its kind.
"""

import math
import sys
from pathlib import Path

try:
    import numpy

    sys.path.insert(0, str(Path(__file__).resolve().parent / "peers"))
    from problem import Problem, load
except ImportError:  # without numpy only values are compared
    numpy = None

# Scaled curvatures below this fraction of the largest count as zero.
FLAT = 1e-9
MOST_STEPS = {300: 60, 3000: 8}


def number(value):
    return float(value) if isinstance(value, str) else value


def allowance(lowest, relative):
    """As in problems/instances.hpp."""
    return 1e-2 * relative if lowest == 0 else max(relative * abs(lowest), 1e-24)


def scaled_curvatures(hessian):
    """Eigenvalues and eigenvectors of the Hessian in variables that make its diagonal ±1, and the scales."""
    diagonal = numpy.abs(numpy.diag(hessian))
    least = diagonal.max() * 1e-30
    scale = 1 / numpy.sqrt(numpy.maximum(diagonal, least if least > 0 else 1.0))
    values, vectors = numpy.linalg.eigh(hessian * scale[:, None] * scale[None, :])
    return values, vectors, scale


def polish(problem, x):
    """The point that Newton steps lead to from x, its value, and the scaled curvatures there."""
    value, gradient = problem.value_and_gradient(x)
    values = None
    for _ in range(next(steps for most, steps in MOST_STEPS.items() if len(x) <= most)):
        hessian = problem.hessian(x)
        if not (numpy.isfinite(hessian).all() and numpy.isfinite(gradient).all()):
            break
        values, vectors, scale = scaled_curvatures(hessian)
        largest = max(abs(values[0]), abs(values[-1]))
        if largest == 0:
            break
        along = vectors.T @ (scale * gradient)
        step = -scale * (vectors @ (along / numpy.maximum(numpy.abs(values), 1e-13 * largest)))
        tries = [step]
        if values[0] < -FLAT * largest:
            way = scale * vectors[:, 0] * (numpy.linalg.norm(x) + 1) * 1e-3 / numpy.linalg.norm(scale * vectors[:, 0])
            tries += [way, -way]
        found = lower(problem, x, value, tries)
        if found is None:
            break
        gained = value - found[1]
        x, value, gradient = found
        if gained <= 1e-15 * abs(value):
            break
    return x, value, values


def lower(problem, x, value, steps):
    for step in steps:
        length = 1.0
        for _ in range(40):
            trial = x + length * step
            at, gradient = problem.value_and_gradient(trial)
            if at < value:
                return trial, at, gradient
            length /= 2
    return None


def kind_of(values):
    """strict_minimum, singular (zero curvatures within a minimum or not), saddle, maximum or flat."""
    if values is None:
        return "flat"
    largest = max(abs(values[0]), abs(values[-1]))
    if largest == 0:
        return "flat"
    if values[0] > FLAT * largest:
        return "strict_minimum"
    if values[0] < -1e-6 * largest:
        return "maximum" if values[-1] < -1e-6 * largest else "saddle"
    return "singular"


class Judge:
    def __init__(self, path):
        self.library = load(path) if numpy is not None else None
        self.cache = {}

    def __call__(self, record, instance):
        """What is true of a run: {gap: how far above the nearest minimum that is known or found, relative; kind: what the point
        is; lowest: whether it is the lowest known}."""
        value = record.get("value")
        if value is None:
            return {"gap": math.inf, "kind": "none", "lowest": False}
        lowest = number(instance["lowest"])
        if lowest == -math.inf:
            return {"gap": math.inf, "kind": "unbounded", "lowest": False}
        if not math.isnan(lowest) and value <= lowest + allowance(lowest, 1e-8):
            return {"gap": 0.0, "kind": "minimum", "lowest": True}
        for point in instance["known"]:
            level = number(point["value"])
            if point["kind"] in ("minimum", "best_known", "global_minimum") and abs(value - level) <= allowance(level, 1e-8):
                return {"gap": 0.0, "kind": "minimum", "lowest": False}
        return self.look(record, instance, value, lowest)

    def look(self, record, instance, value, lowest):
        key = (instance["key"], f"{value:.9e}")
        if key not in self.cache:
            self.cache[key] = self.polished(record, instance, value, lowest)
        return self.cache[key]

    def polished(self, record, instance, value, lowest):
        x = record.get("x")
        # Where there are kinks Newton steps mean nothing: then only what is known counts.
        if self.library is None or x is None or not instance["smooth"]:
            return {"gap": (value - lowest) / allowance(lowest, 1.0), "kind": "unknown", "lowest": False}
        with Problem(self.library, instance["key"]) as problem:
            problem.reset(math.inf)
            end, best, values = polish(problem, numpy.array(x))
            first = scaled_curvatures(problem.hessian(numpy.array(x)))[0] if best < value else values
        kind = kind_of(values)
        room = max(allowance(best, 1.0), allowance(lowest, 1.0) if lowest == 0 else 0.0)
        gap = max(0.0, value - best) / room
        if gap <= 1e-4 and kind != "strict_minimum":
            gap = (value - lowest) / allowance(lowest, 1.0)  # a plateau, a saddle, or a merging of terms: no minimum to be near to
        elif gap > 1e-4:
            kind = "saddle" if kind_of(first) in ("saddle", "maximum") and gap < 1e-2 else "not_stationary"
        return {"gap": gap, "kind": kind, "lowest": False}
