"""Arrays, their functions, and numpy's functions on them."""

import inspect
import math

import downhill
import numpy as np
import pytest
from downhill import _core, functions

RNG = np.random.default_rng(1)
ALIASES = {"abs": "absolute", "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh", "atan": "arctan",
           "atan2": "arctan2", "atanh": "arctanh", "pow": "power", "norm": "linalg.norm", "cholesky": "linalg.cholesky"}


def of_numpy(name):
    """numpy's function that may mean the same, or None."""
    found = np
    for part in ALIASES.get(name, name).split("."):
        found = getattr(found, part, None)
    return found if callable(found) and not isinstance(found, type) else None


def required(name):
    """The parameters of a function that have no default."""
    return [p for p in inspect.signature(getattr(functions, name)).parameters.values() if p.default is p.empty]


def arguments(name, rank):
    """Numbers inside the domain of a function, one array for each of its required parameters."""
    shape = (3, 3)[:rank]
    values = [RNG.uniform(0.1, 0.9, shape) for _ in required(name)]
    if name == "acosh":
        values = [value + 1 for value in values]
    if name == "cholesky":
        values = [values[0] @ values[0].T + np.eye(3)] if rank == 2 else [np.eye(3)]
    return values


def takes_arrays_alone(name):
    """Whether a function needs nothing but arrays of numbers; the others are tried one by one below."""
    return {p.name for p in required(name)} <= {"x", "y", "lower", "b"} and name not in ("arange", "expand_dims")


@pytest.mark.parametrize("name", [name for name in functions.__all__ if of_numpy(name) and takes_arrays_alone(name)])
@pytest.mark.parametrize("rank", [1, 2])
def test_a_function_of_numpy_means_on_arrays_what_it_means_in_numpy(name, rank):
    values = arguments(name, rank)
    numpy_function = of_numpy(name)
    arrays = [downhill.Array(value) for value in values]
    try:
        found = np.asarray(numpy_function(*arrays))
    except TypeError as error:
        assert "no function of this meaning" in str(error) or "too many arguments" in str(error)
        return
    assert np.allclose(found, numpy_function(*values), rtol=1e-14, atol=1e-15)


def test_numpy_functions_with_options_mean_the_same():
    x = RNG.uniform(0.1, 0.9, (3, 4))
    a = downhill.Array(x)
    for call in (lambda x: np.sum(x, axis=0), lambda x: np.mean(x, axis=(0, 1)), lambda x: np.max(x, axis=1, keepdims=True),
                 lambda x: np.reshape(x, (4, 3)), lambda x: np.transpose(x, (1, 0)), lambda x: np.concatenate((x, x), axis=1),
                 lambda x: np.stack((x, x)), lambda x: np.where(x > 0.5, x, -x), lambda x: np.clip(x, 0.2, 0.6),
                 lambda x: np.dot(x, x.T), lambda x: np.linalg.norm(x, axis=1), lambda x: np.cumsum(x, axis=1),
                 lambda x: np.argmax(x, axis=0), lambda x: np.expand_dims(x, 1), lambda x: np.var(x, axis=0), lambda x: np.squeeze(x[:1]),
                 lambda x: np.array([2.0, 3.0, 4.0, 5.0]) * x, lambda x: np.ones(3) @ x, lambda x: 2**x - 1 / x):
        assert np.allclose(np.asarray(call(a)), call(x), rtol=1e-14)


@pytest.mark.parametrize("call", [lambda x: np.linalg.norm(x, 1), lambda x: np.var(x, ddof=1), lambda x: np.fft.fft(x),
                                  lambda x: np.add.reduce(x), lambda x: np.sinc(x), lambda x: np.round(x, 2), lambda x: np.diff(x, n=2)])
def test_what_downhill_cannot_mean_is_refused(call):
    with pytest.raises((TypeError, ValueError)):
        call(downhill.Array([0.1, 0.2, 0.4]))


def test_the_functions_are_those_of_formulas():
    table = {name: parameters for name, parameters, _ in _core.functions()}
    assert list(table) == functions.__all__
    for name, parameters in table.items():
        signature = inspect.signature(getattr(downhill, name))
        assert ", ".join(parameter.split("=")[0] for parameter in parameters.split(", ")) == ", ".join(signature.parameters)
        assert getattr(downhill, name).__doc__


def test_indices_are_numpys():
    x = np.arange(24.0).reshape(2, 3, 4)
    a = downhill.Array(x)
    for key in (0, -1, (1, 2), (0, slice(None), 1), slice(None, None, -1), (Ellipsis, 2), (None, 1), (slice(0, 1), slice(1, 3)), [1, 0, 1],
                np.array([0, 1]), (slice(None), np.array([2, 0]))):
        assert np.array_equal(np.asarray(a[key]), x[key]), key
    assert [row.shape for row in a] == [(3, 4), (3, 4)]
    assert (a.shape, a.ndim, a.size, len(a), a.T.shape) == ((2, 3, 4), 3, 24, 2, (4, 3, 2))
    with pytest.raises(ValueError, match="index 2 is outside axis 0"):
        a[2]


def test_element_types_are_kept():
    for dtype in ("float64", "float32", "int32", "bool"):
        assert downhill.Array(np.zeros(3, dtype)).dtype == dtype
        assert np.asarray(downhill.Array(np.zeros(3, dtype))).dtype == dtype
    assert downhill.Array(np.arange(3)).dtype == "float64"
    assert downhill.astype([1.5], np.int32).dtype == "int32"
    assert downhill.zeros((2, 3), dtype="float32").shape == (2, 3)


def test_arrays_with_numbers_are_numbers():
    assert float(downhill.sum([1, 2])) == 3.0
    assert bool(downhill.Array([1.0])[0] > 0)
    assert math.isclose(downhill.exp(1.0).item(), math.e)
    assert repr(downhill.Array([1, 2])) == "Array([1., 2.], f64[2])"


@pytest.mark.parametrize("loss, error, message", [
    (lambda x: x**2 if x > 0 else x, TypeError, "bool: an array has no numbers while a loss is traced.*\n.*where"),
    (lambda x: math.sin(x), TypeError, "float: an array has no numbers"),
    (lambda x: np.asarray(x).sum(), TypeError, "array: it has no numbers while a loss is traced"),
    (lambda x: np.array([x, x]).sum(), TypeError, r"stack\(\(a, b\)\) in place of array\(\[a, b\]\)"),
    (lambda x: "one", TypeError, "dtype: 'one' is none"),
    (lambda x: [x, x], ValueError, "the value must be one number"),
    (lambda x: downhill.matmul(np.ones((2, 3)), x + np.ones(2)), ValueError, r"matmul: inner dimensions differ: f64\[2,3\] @ f64\[2\]$"),
    (lambda x: downhill.sum(x, axes=0), TypeError, "axes"),
    (lambda x: np.array(["a"]) + x, TypeError, "expected numbers|no function"),
])
def test_what_cannot_be_traced_is_told(loss, error, message):
    with pytest.raises((error, TypeError), match=message):
        downhill.minimize(loss, 1.0)


def test_an_array_kept_from_a_trace_is_refused_later():
    kept = []
    downhill.minimize(lambda x: kept.append(x) or x**2, 1.0)
    assert repr(kept[0]) == "Array(traced, f64[])"
    with pytest.raises(ValueError, match="trace"):
        downhill.minimize(lambda x: (x - kept[0])**2, 1.0)
