"""Judges from outside what a solver gave back: what kind of point it is, whatever the solver says of it.

A point whose value is not that of a known minimum is polished: modified Newton steps in scaled variables, which go down along
negative curvature too. What they gain tells how far from a minimum the point was; the scaled curvatures at their end tell its kind, and
where one of them is zero, how f goes on along it.
"""

import json
import math
import sys
from pathlib import Path

try:
    import numpy

    sys.path.insert(0, str(Path(__file__).resolve().parent / "peers"))
    from problem import Problem, load
except ImportError:  # without numpy only values are compared
    numpy = None

# A lowest value below this is what underflow makes of a term: as good as 0.
NOTHING = 1e-40
# Scaled curvatures below this fraction of the largest count as zero.
FLAT = 1e-9
MOST_STEPS = 60
# Above, curvatures are only those that conjugate gradients meet.
MOST_VARIABLES = 300
MOST_PRODUCTS = 400


def number(value):
    return float(value) if isinstance(value, str) else value


def allowance(lowest, relative, unit):
    """As in problems/instances.hpp."""
    size = abs(lowest) / unit
    return unit * (1e-2 * relative if size < NOTHING else max(relative * size, 1e-24))


class InUnits:
    """A problem whose variables are measured in units of their own: x = units * u."""

    def __init__(self, problem, units):
        self.problem, self.units = problem, units

    def value(self, u):
        return self.problem.value(self.units * u)

    def value_and_gradient(self, u):
        value, gradient = self.problem.value_and_gradient(self.units * u)
        return value, self.units * gradient

    def product(self, u, direction):
        return self.units * self.problem.product(self.units * u, self.units * direction)

    def hessian(self, u):
        return self.units[:, None] * self.problem.hessian(self.units * u) * self.units[None, :]


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
    for _ in range(MOST_STEPS):
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


def conjugate_gradients(problem, x, target):
    """H d = target by conjugate gradients, up to the first negative curvature: d, the direction of it or None, and the least and the
    largest curvature met."""
    d, rest = numpy.zeros_like(target), target.copy()
    way, square = rest.copy(), rest @ rest
    first, least, largest = square, math.inf, 0.0
    for _ in range(MOST_PRODUCTS):
        product = problem.product(x, way)
        curvature = (way @ product) / (way @ way)
        least, largest = min(least, curvature), max(largest, abs(curvature))
        if not curvature > FLAT * largest:
            return d, (way if curvature < -FLAT * largest else None), least, largest
        length = square / (way @ product)
        d, rest = d + length * way, rest - length * product
        square, before = rest @ rest, square
        if not square > 1e-24 * first:
            break
        way = rest + square / before * way
    return d, None, least, largest


def polish_large(problem, x):
    """As polish, with products only; the kind in place of the curvatures."""
    value, gradient = problem.value_and_gradient(x)
    rest = numpy.random.default_rng(0)
    for _ in range(MOST_STEPS):
        step, negative, _, _ = conjugate_gradients(problem, x, -gradient) if gradient.any() else (gradient, None, 0, 0)
        _, other, least, largest = conjugate_gradients(problem, x, rest.standard_normal(len(x)))
        ways = [sign * way / numpy.linalg.norm(way) * 1e-3 * (1 + numpy.linalg.norm(x))
                for way in (negative, other) if way is not None for sign in (1, -1)]
        found = lower(problem, x, value, ([step] if step.any() else []) + ways)
        if found is None:
            break
        gained = value - found[1]
        x, value, gradient = found
        if gained <= 1e-15 * abs(value):
            break
    if largest == 0:
        return x, value, "flat"
    if other is not None or negative is not None:
        return x, value, "saddle"
    return x, value, "strict_minimum" if least > FLAT * largest else "singular"


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


def rises_along_flat(problem, x):
    """Whether one scaled curvature is zero, all others are positive, and f, made least over the others, rises along it both ways: then
    its rise, of higher order, makes x a minimum (the splitting lemma)."""
    values, vectors, scale = scaled_curvatures(problem.hessian(x))
    if not abs(values[0]) <= FLAT * values[-1] < values[1]:
        return False
    flat, others = scale * vectors[:, 0], vectors[:, 1:]
    flat *= (1 + numpy.linalg.norm(x)) / numpy.linalg.norm(flat)
    for sign in (1, -1):
        before = problem.value(x) * (1 + math.copysign(1e-14, problem.value(x)))
        for length in (1e-3, 3e-3, 1e-2):
            there = x + sign * length * flat
            for _ in range(10):
                gradient = problem.value_and_gradient(there)[1]
                there = there - scale * (others @ ((others.T @ (scale * gradient)) / values[1:]))
            value = problem.value(there)
            if not value > before:
                return False
            before = value
    return True


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
    """Judges runs; what was polished once is kept in `file`."""

    def __init__(self, path, file):
        self.library = load(path) if numpy is not None else None
        self.file = file
        self.cache = json.loads(file.read_text()) if file.exists() else {}
        self.looked = 0

    def keep(self):
        if self.library:
            self.file.write_text(json.dumps(self.cache))

    def __call__(self, record, instance):
        """What is true of a run: {gap: how far above the nearest minimum that is known or found, relative; kind: what the point
        is; lowest: whether it is the lowest known}."""
        value = record.get("value")
        if instance["wanted"] != "minimum":
            return {"gap": 0.0 if instance["wanted"] == "unattained" else math.inf, "kind": instance["wanted"], "lowest": False}
        if value is None:
            return {"gap": math.inf, "kind": "none", "lowest": False}
        lowest, unit = number(instance["lowest"]), instance["unit"]
        if lowest == -math.inf:
            return self.beside_unbounded(record, instance, value)
        if any(point["kind"] == "global_minimum" for point in instance["known"]) and value < lowest - 1e-6 * max(unit, abs(lowest)):
            return {"gap": math.inf, "kind": "below", "lowest": False}  # rounding, far out
        if not math.isnan(lowest) and value <= number(instance["targets"][1]):
            is_limit = next(point["kind"] for point in instance["known"] if number(point["value"]) == lowest) == "limit"
            return {"gap": 0.0, "kind": "unattained" if is_limit else "minimum", "lowest": True}
        for point in instance["known"]:
            level = number(point["value"])
            if point["kind"] in ("minimum", "best_known", "global_minimum") and abs(value - level) <= allowance(level, 1e-8, unit):
                return {"gap": 0.0, "kind": "minimum", "lowest": False}
        return self.look(record, instance, value, lowest)

    def beside_unbounded(self, record, instance, value):
        """A function that falls without bound may have minima all the same."""
        truth = self.look(record, instance, value, value) if record["claims"] else {"kind": "unbounded"}
        if truth["kind"] == "strict_minimum" and truth["gap"] <= 1e-8:
            return truth
        return {"gap": math.inf, "kind": "unbounded", "lowest": False}

    def look(self, record, instance, value, lowest):
        found = self.cache.setdefault(instance["key"], {})
        key, unit = f"{value:.9e}", instance["unit"]
        if key not in found:
            # The minima that others were polished to need no second look.
            for truth in found.values():
                level = truth.get("level")
                if level is not None and truth["kind"] == "strict_minimum" and abs(value - level) <= allowance(level, 1e-8, unit):
                    return {**truth, "gap": 0.0}
            if not record["claims"] and not record["verdict"]:
                return self.by_value(value, lowest, instance)
            found[key] = self.polished(record, instance, value, lowest)
            self.looked += 1
            if self.looked % 50 == 0:
                self.keep()
        return found[key]

    def by_value(self, value, lowest, instance):
        return {"gap": (value - lowest) / allowance(lowest, 1.0, instance["unit"]), "kind": "unknown", "lowest": False}

    def polished(self, record, instance, value, lowest):
        x = record.get("x")
        # Where there are kinks Newton steps mean nothing: then only what is known counts.
        plain = (instance["smooth"] or instance["lowest"] == "-inf") and not instance["supplied"]
        if self.library is None or x is None or not plain:
            return self.by_value(value, lowest, instance)
        units = numpy.array(instance["units"] or [1.0] * len(x))
        with Problem(self.library, instance["key"]) as opened:
            opened.reset(math.inf)
            problem, start = InUnits(opened, units), numpy.array(x) / units
            if len(x) > MOST_VARIABLES:
                _, best, kind = polish_large(problem, start)
                first = None
            else:
                end, best, values = polish(problem, start)
                hessian = problem.hessian(start)
                first = scaled_curvatures(hessian)[0] if numpy.isfinite(hessian).all() and hessian.any() else None
                kind = kind_of(values)
                if kind == "singular" and rises_along_flat(problem, end):
                    kind = "strict_minimum"
        unit = instance["unit"]
        room = max(allowance(best, 1.0, unit), allowance(lowest, 1.0, unit) if abs(lowest) < NOTHING * unit else 0.0)
        gap = max(0.0, value - best) / room
        if gap <= 1e-4 and kind != "strict_minimum":
            gap = (value - lowest) / allowance(lowest, 1.0, unit)  # a plateau, a saddle, or a merging of terms: no minimum to be near to
        elif gap > 1e-4:
            near = gap < 1e-2 and first is not None
            kind = "saddle" if near and kind_of(first) in ("saddle", "maximum") else "not_stationary"
        return {"gap": gap, "kind": kind, "lowest": False, "level": best}
