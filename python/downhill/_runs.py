"""What is done with a loss."""

import os
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from . import _core
from ._methods import Method
from ._subjects import form_of, set_bounds, subject_of, text_of
from ._variables import Variables
from .results import (ActiveBound, CoordinateCheck, Evaluation, EvaluationCounts, Finding, Fit, GradientCheck, Progress, Result, Seconds,
                      Values, verdict_of)

Loss = str | Callable[..., Any]


def _warn(texts: list[str]) -> None:
    for text in texts:
        warnings.warn(text, UserWarning, stacklevel=4)


def _common(answer: dict[str, Any], rest: dict[str, Any], subject: _core.Subject, variables: Variables) -> dict[str, Any]:
    def by_variable(values: Mapping[str, Any]) -> Values:
        return variables.form(values.items())

    findings = [Finding(**{**finding, "point": finding["point"] and by_variable(finding["point"])}) for finding in answer["diagnosis"]]
    return {
        **answer,
        "x": form_of(subject, variables, rest["x"]),
        "verdict": verdict_of(answer["verdict"]),
        "active_bounds": [ActiveBound(**bound) for bound in answer["active_bounds"]],
        "diagnosis": findings,
        "evaluations": EvaluationCounts(**answer["evaluations"]),
        "seconds": Seconds(**answer["seconds"]),
        "why": rest["why"],
        "warnings": rest["warnings"],
        "trace": rest["trace"],
        "text": rest["text"],
    }


def _run(subject: _core.Subject, variables: Variables, method: str | Method, stop: Any, seed: int, threads: int,
         callback: Callable[[Progress], Any] | None, record: str, plot: Any, confidence: float) -> tuple[dict[str, Any], dict[str, Any]]:
    subject.set("" if method == "auto" else str(method.name if isinstance(method, Method) else method), text_of(stop), seed, threads)
    told = None
    if callback is not None:

        def told(iteration: int, value: float, gradient_norm: float, x: np.ndarray, seconds: float) -> None:
            callback(Progress(iteration, value, gradient_norm, form_of(subject, variables, x), seconds))

    answer, rest = _core.run(subject, told, record, confidence, None if plot is None else os.fspath(plot))
    _warn(list(subject.warnings) + rest["warnings"])
    return answer, rest


def minimize(loss: Loss, start: Any = None, method: str | Method = "auto", *, gradient: Any = "exact", data: Any = None, bounds: Any = None,
             stop: Any = None, seed: int = 0, callback: Callable[[Progress], Any] | None = None, record: str = "values",
             plot: Any = None, threads: int = 0) -> Result:
    """Finds a local minimum of `loss`, starting at `start`.

    loss      a formula (``"(1 - x)**2 + 100*(y - x**2)**2"``), a problem file (``"loss.toml"``), a problem of the library
              (``"problem:beale"``), or a function of the variables that gives one number
    start     numbers by variable (a dict, or a text as ``"x=[-1.2, 1], s=0.5"``), with which a function is called by name; or one array,
              with which it is called alone, and which a formula calls x
    method    ``"newton"``, ``"lbfgs(memory=20)"``, ...: see `methods`; ``"auto"`` takes the one that suits the loss
    gradient  of a function: ``"exact"`` derives it, calling the function once with arrays that record what it does. Otherwise it is called
              with numpy arrays at every point: give a function of the same arguments for its gradient, or ``"returned"`` if it gives
              (value, gradient), or ``"differences"``, or ``"none"``
    data      of a formula: arrays by name, or the name of a CSV file
    bounds    ``"0 <= x, y <= 2"``, or a pair (lower, upper) for each variable; None in it is no bound
    stop      ``"gradient_tolerance=1e-8, max_iterations=500"``, or a dict of the same
    callback  called with a `Progress` after every iteration; raising StopIteration ends the run
    record    what `Result.trace` holds: ``"nothing"``, ``"values"`` or ``"points"``
    plot      a file to draw what was found: .svg, .png, .pdf or .html
    threads   of native code; 0: all processors. Never changes a bit

    Raises ValueError for a wrong call, and what `loss` or `callback` raises. Not converging is no error: read the result.

        >>> result = minimize(lambda x: ((x - 1)**2).sum(), [3.0, 4.0])
        >>> result.x, result.verdict.kind
        (array([1., 1.]), 'strict_minimum')
    """
    variables = Variables(start)
    subject = subject_of(loss, variables, gradient=gradient, data=data)
    set_bounds(subject, variables, bounds)
    answer, rest = _run(subject, variables, method, stop, seed, threads, callback, record, plot, 0.95)
    return Result(**_common(answer, rest, subject, variables))


def fit(model: Loss, start: Any = None, method: str | Method = "auto", *, data: Any = None, loss: str = "", confidence: float = 0.95,
        bounds: Any = None, stop: Any = None, seed: int = 0, callback: Callable[[Progress], Any] | None = None, record: str = "values",
        plot: Any = None, threads: int = 0) -> Fit:
    """Fits the parameters of a model to data: least squares, or a robust loss of the residuals.

    model       ``"y ~ b1*(1 - exp(-b2*x))"``, or a function of the parameters that gives the array of residuals
    start       as in `minimize`; a model that is linear in its parameters needs none
    data        of a model in words: arrays by name, or the name of a CSV file
    loss        of a residual: ``"squared"``, ``"huber(scale=2)"``, ...
    confidence  level of the intervals

    The rest as in `minimize`.

        >>> x = np.array([0.0, 1, 2, 3]); y = 1 + 2*x
        >>> fit("y ~ a + b*x", data={"x": x, "y": y}).x
        {'a': 1.0, 'b': 2.0}
    """
    variables = Variables(start)
    if isinstance(model, str) and data is None and not model.endswith(".toml"):
        raise ValueError("fit: there is no data: give arrays by name, or the name of a CSV file")
    if not 0 < confidence < 1:
        raise ValueError(f"fit: confidence = {confidence} is outside (0, 1)")
    subject = subject_of(model, variables, data=data, is_fit=True)
    set_bounds(subject, variables, bounds)
    if loss:
        subject.set_loss(loss)
    answer, rest = _run(subject, variables, method, stop, seed, threads, callback, record, plot, confidence)

    def by_variable(values: Mapping[str, Any]) -> Values:
        return variables.form(values.items())

    common = _common(answer, rest, subject, variables)
    null_space = answer["null_space"]
    return Fit(**{
        **common,
        "standard_errors": by_variable(answer["standard_errors"]),
        "confidence_intervals": by_variable(answer["confidence_intervals"]),
        "covariance": np.array(answer["covariance"]),
        "null_space": {**null_space, "directions": [by_variable(direction) for direction in null_space["directions"]]},
        "curve": answer["curve"] and {name: np.array(numbers) for name, numbers in answer["curve"].items()},
    })


def evaluate(loss: Loss, at: Any, order: int = 1, *, gradient: Any = "exact", data: Any = None) -> Evaluation:
    """The value of a loss at a point, with its gradient (order 1, the default) and Hessian (order 2).

        >>> evaluate("x**3 - 3*x", {"x": 2}, order=2)
        Evaluation(value=2.0, gradient={'x': 9.0}, hessian=array([[12.]]))
    """
    if order not in (0, 1, 2):
        raise ValueError(f"evaluate: order = {order} is none of 0, 1, 2")
    variables = Variables(at)
    subject = subject_of(loss, variables, gradient=gradient, data=data)
    value, slope, hessian = _core.evaluate(subject, order)
    return Evaluation(value, None if slope is None else form_of(subject, variables, slope), hessian)


def check_gradient(loss: Loss, at: Any, *, gradient: Any = "exact", data: Any = None, tolerance: float = 1e-6) -> GradientCheck:
    """Compares the gradient of a loss with differences of its values, coordinate by coordinate.

    Worth it for a gradient written by hand: ``check_gradient(loss, at, gradient=mine)``. A coordinate agrees if both differ by at most
    `tolerance` of the larger plus ten times the differences' own estimated error.
    """
    variables = Variables(at)
    subject = subject_of(loss, variables, gradient=gradient, data=data)
    answer, text = _core.check_gradient(subject, tolerance)
    coordinates = [CoordinateCheck(**coordinate) for coordinate in answer["coordinates"]]
    return GradientCheck(answer["agrees"], answer["message"], coordinates, text)
