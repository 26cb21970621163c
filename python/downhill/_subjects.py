"""From what a caller gives for a loss to what the core works on."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from . import _core
from ._variables import Variables, numbers, one_number, plain
from .results import Values

WAYS = ("exact", "returned", "differences", "none")


def text_of(options: Any) -> str:
    """`max_iterations=500, ...` of a mapping; a text as it is."""
    if options is None or isinstance(options, str):
        return options or ""
    return ", ".join(f"{name}={float(value)!r}" if isinstance(value, float) else f"{name}={value}" for name, value in options.items())


def set_bounds(subject: _core.Subject, variables: Variables, bounds: Any) -> None:
    """Bounds as text (`0 <= x <= 1`), or as a pair for each variable; None in it is no bound."""
    if bounds is None:
        return
    if isinstance(bounds, str):
        subject.set_bounds(bounds)
        return
    if variables.is_single:
        bounds = {"x": bounds}
    arrays = dict(variables.required())
    sides: list[list[np.ndarray]] = [[], []]
    if unknown := [name for name in bounds if name not in arrays]:
        raise ValueError(f"bounds: there is no variable '{unknown[0]}' (known: {', '.join(arrays)})")
    for name, array in arrays.items():
        pair = bounds.get(name, (None, None))
        if len(pair) != 2:
            raise ValueError(f"bounds: {name} needs a lower and an upper bound: given {len(pair)}")
        for side, bound, infinite in zip(sides, pair, (-np.inf, np.inf), strict=True):
            try:
                whole = np.broadcast_to(numbers(f"bounds: {name}", infinite if bound is None else bound), array.shape)
            except ValueError as error:
                raise ValueError(f"bounds: {name} is f64{list(array.shape)}: {error}") from None
            side.append(whole.reshape(-1))
    subject.set_bounds(np.concatenate(sides[0]), np.concatenate(sides[1]))


def traceable(variables: Variables, function: Callable[..., Any]) -> Callable[[list[_core.Array]], Any]:
    """`function` as the core calls it: with one list of arrays."""
    return lambda arrays: variables.call(function, arrays)


def called_subject(loss: Callable[..., Any], variables: Variables, gradient: Any) -> _core.Subject:
    """A loss that Python computes at every point."""

    def arrays(x: np.ndarray) -> list[Any]:
        parts, offset = [], 0
        for _, array in variables.required():
            parts.append(plain(x[offset:offset + array.size].reshape(array.shape)))
            offset += array.size
        return parts

    def value(x: np.ndarray) -> float:
        result = variables.call(loss, arrays(x))
        return one_number(result[0] if gradient == "returned" else result)

    def value_and_gradient(x: np.ndarray) -> tuple[float, np.ndarray]:
        if gradient == "returned":
            result, slope = variables.call(loss, arrays(x))
        else:
            result, slope = variables.call(loss, arrays(x)), variables.call(gradient, arrays(x))
        return one_number(result), variables.flat("gradient", slope)

    with_gradient = value_and_gradient if gradient == "returned" or callable(gradient) else None
    return _core.called_subject(value, with_gradient, gradient == "differences", variables.required())


def subject_of(loss: Any, variables: Variables, *, gradient: Any = "exact", data: Any = None, is_fit: bool = False) -> _core.Subject:
    """What the core works on. Raises ValueError for a wrong call, and what a function raises while it is traced."""
    if isinstance(loss, str):
        if gradient != "exact":
            raise ValueError(f"gradient: that of a formula is exact: given {gradient!r}")
        table = data if isinstance(data, str) else None
        columns = data.items() if isinstance(data, Mapping) else ()
        arrays = [(str(name), numbers(f"data: {name}", column)) for name, column in columns]
        return _core.formula_subject(loss, is_fit, variables.given(), arrays, table)
    if not callable(loss):
        raise TypeError(f"loss: expected a formula or a function, found {type(loss).__name__}")
    if data is not None:
        raise ValueError("data: a function uses its own: leave out data")
    if is_fit or gradient == "exact":
        subject = _core.traced_subject(traceable(variables, loss), is_fit, variables.required())
    elif callable(gradient) or gradient in WAYS:
        subject = called_subject(loss, variables, gradient)
    else:
        raise ValueError(f"gradient: expected a function or one of {', '.join(WAYS)}: given {gradient!r}")
    subject.set_name(getattr(loss, "__name__", type(loss).__name__).strip("<>"))
    return subject


def form_of(subject: _core.Subject, variables: Variables, x: np.ndarray) -> Values:
    """A flat x in the form of the start."""
    return variables.form(subject.split(x))
