"""How the variables of a loss are given: by name, as text, or as one array."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from . import _core
from .results import Values


def numbers(name: str, given: Any) -> np.ndarray:
    """An array f64 of a value given for `name`. Raises ValueError for anything but finite real numbers."""
    array = np.asarray(given)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name}: expected real numbers, found {array.dtype}")
    return np.ascontiguousarray(array, dtype=np.float64).reshape(array.shape)


def plain(array: np.ndarray) -> Any:
    """A scalar as a number."""
    return array.item() if array.ndim == 0 else array


class Variables:
    """The variables of a start: their names and arrays, in order."""

    def __init__(self, start: Any) -> None:
        self.text = start if isinstance(start, str) else None
        self.is_single = False
        if start is None:
            self.arrays = None
        elif isinstance(start, str):
            self.arrays = list(_core.read_start(start))
        elif isinstance(start, Mapping):
            self.arrays = [(str(name), numbers(f"start: {name}", value)) for name, value in start.items()]
        else:
            self.is_single = True
            self.arrays = [("x", numbers("start", start))]
        if self.arrays is not None and not self.arrays:
            raise ValueError("start: there are no variables")
        for name, array in self.arrays or ():
            if array.size == 0:
                raise ValueError(f"start: {name} is empty: f64{list(array.shape)}")
            if not np.all(np.isfinite(array)):
                raise ValueError(f"start: {name} is not finite: {array}")

    def given(self) -> Any:
        """The start as the core takes it."""
        return self.text if self.text is not None else self.arrays

    def required(self) -> list[tuple[str, np.ndarray]]:
        """The arrays, where a start cannot be done without."""
        if self.arrays is None:
            raise ValueError("start: there is none: give a dict of numbers by variable, or one array")
        return self.arrays

    def call(self, function: Callable[..., Any], arrays: Iterable[Any]) -> Any:
        """`function` with the variables by name, or with the one array."""
        if self.is_single:
            (array,) = arrays
            return function(array)
        return function(**dict(zip((name for name, _ in self.required()), arrays, strict=True)))

    def form(self, pairs: Iterable[tuple[str, Any]]) -> Values:
        """Names and values in the form of the start."""
        values = {name: plain(np.asarray(value)) for name, value in pairs}
        return values["x"] if self.is_single else values

    def flat(self, what: str, given: Any) -> np.ndarray:
        """Numbers given in the form of the start (or as one flat array, or one by one) as a flat x."""
        arrays = self.required()
        if isinstance(given, Mapping):
            if set(given) != {name for name, _ in arrays}:
                raise ValueError(f"{what}: needs {', '.join(name for name, _ in arrays)}: given {', '.join(map(str, given))}")
            given = [given[name] for name, _ in arrays]
        elif len(arrays) == 1 and not (isinstance(given, (tuple, list)) and len(given) == 1 and np.shape(given[0]) == arrays[0][1].shape):
            given = [given]
        elif isinstance(given, np.ndarray) and given.ndim == 1:
            return numbers(what, given)
        elif len(given) != len(arrays):
            raise ValueError(f"{what}: needs {len(arrays)} arrays: given {len(given)}")
        parts = []
        for (name, array), part in zip(arrays, given, strict=True):
            part = numbers(f"{what}: {name}", part)
            if part.shape != array.shape:
                raise ValueError(f"{what}: {name} needs f64{list(array.shape)}: given f64{list(part.shape)}")
            parts.append(part.reshape(-1))
        return np.concatenate(parts)


def one_number(value: Any) -> float:
    """The value of a loss. Raises ValueError unless it is one number."""
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in "fiub":
        raise ValueError(f"loss: the value must be one number, found {array.dtype}{list(array.shape)}\n  hint: take the sum, mean or norm")
    return float(array.reshape(()))
