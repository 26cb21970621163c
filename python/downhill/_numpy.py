"""Functions of numpy on arrays of downhill: those that downhill has under the same meaning."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from . import functions
from ._core import Array

# numpy's other names of the same functions, and of their parameters.
_ALIASES = {"absolute": "abs", "amax": "max", "amin": "min", "arccos": "acos", "arccosh": "acosh", "arcsin": "asin", "arcsinh": "asinh",
            "arctan": "atan", "arctan2": "atan2", "arctanh": "atanh", "power": "pow", "true_divide": "divide"}
_PARAMETERS = {"a_min": "min", "a_max": "max"}

# The largest rank at which a function means the same without an axis: numpy's takes all elements, another axis, or something else.
_SAME_UP_TO = {"argmax": 1, "argmin": 1, "cumsum": 1, "diff": 1, "outer": 1, "sinc": -1, "tile": 1}


def _counterpart(name: str, arguments: list[Any], is_along_axis: bool) -> Callable[..., Any]:
    found: Callable[..., Any] | None = getattr(functions, _ALIASES.get(name, name), None)
    rank = max((np.ndim(argument) if not isinstance(argument, Array) else argument.ndim for argument in arguments
                if isinstance(argument, (Array, np.ndarray))), default=0)
    if found is None or (rank > _SAME_UP_TO.get(name, rank) and not (is_along_axis and name != "sinc")):
        raise TypeError(f"numpy.{name}: downhill has no function of this meaning for its arrays\n"
                        "  hint: see downhill.functions, or give gradient=\"differences\"")
    return found


def _of_ufunc(self: Array, ufunc: np.ufunc, how: str, *inputs: Any, **options: Any) -> Any:
    if how != "__call__" or options:
        return NotImplemented
    return _counterpart(ufunc.__name__, list(inputs), False)(*inputs)


def _of_function(self: Array, function: Callable[..., Any], _types: Any, positional: tuple[Any, ...], named: dict[str, Any]) -> Any:
    name = function.__name__
    try:
        bound = inspect.signature(function).bind(*positional, **named).arguments
    except ValueError:  # written in C
        bound = {**{f"argument {i}": value for i, value in enumerate(positional)}, **named}
    target = _counterpart(name, list(bound.values()), bound.get("axis") is not None)
    parameters = inspect.signature(target).parameters
    required = sum(parameter.default is parameter.empty for parameter in parameters.values())
    items = list(bound.items())
    options = {_PARAMETERS.get(key, key): value for key, value in items[required:]}
    return target(*(value for _, value in items[:required]), **options)


def join_numpy(array: Any) -> None:
    """Gives arrays the functions whose first parameter is x as methods, and numpy's ways to its functions."""
    for name in functions.__all__:
        function = getattr(functions, name)
        if next(iter(inspect.signature(function).parameters)) == "x" and not hasattr(array, name):
            setattr(array, name, function)
    array.__array_ufunc__ = _of_ufunc
    array.__array_function__ = _of_function
