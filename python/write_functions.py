"""Writes functions.py, every function that a formula can call, and the stub of _core into a built package, from the module's own table.

  write_functions.py build/release/python/downhill
"""

import importlib.util
import sys
from pathlib import Path

HEAD = '''"""The functions of arrays, under numpy's names: those that a formula can call.

They work on arrays of downhill, on numpy arrays, lists and numbers, and give arrays of downhill. docs/guide/formulas.md says more.
"""

from typing import Any

from . import _core
from ._core import Array
'''


# What type checkers see of the module written in C++; its functions of arrays are added as methods.
STUB = '''from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

__version__: str

class Array:
    """Numbers of a static shape: f64, f32, i32 or bool. Immutable."""

    def __init__(self, values: Any) -> None: ...
    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def ndim(self) -> int: ...
    @property
    def size(self) -> int: ...
    @property
    def dtype(self) -> str: ...
    @property
    def T(self) -> Array: ...
    def item(self) -> float: ...
    def __getitem__(self, key: Any) -> Array: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Array]: ...
    def __bool__(self) -> bool: ...
    def __float__(self) -> float: ...
    def __int__(self) -> int: ...
    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray: ...
'''
STUB_END = '''
class Subject:
    @property
    def start(self) -> np.ndarray: ...
    @property
    def warnings(self) -> list[str]: ...
    def split(self, numbers: np.ndarray) -> list[tuple[str, np.ndarray]]: ...
    def set_bounds(self, *bounds: Any) -> None: ...
    def set(self, method: str, stop: str, seed: int, threads: int) -> None: ...
    def set_loss(self, text: str) -> None: ...
    def set_name(self, name: str) -> None: ...

def call(name: str, *positional: Any, **named: Any) -> Array: ...
def functions() -> list[tuple[str, str, str]]: ...
def read_start(text: str) -> list[tuple[str, np.ndarray]]: ...
def formula_subject(text: str, is_model: bool, start: Any, arrays: Any, table: str | None) -> Subject: ...
def traced_subject(function: Callable[[list[Array]], Any], is_fit: bool, start: Any) -> Subject: ...
def called_subject(value: Any, value_and_gradient: Any, with_differences: bool, start: Any) -> Subject: ...
def run(subject: Subject, callback: Any, record: str, confidence: float, plot: str | None) -> tuple[dict[str, Any], dict[str, Any]]: ...
def evaluate(subject: Subject, order: int) -> tuple[float, Any, Any]: ...
def check_gradient(subject: Subject, tolerance: float) -> tuple[dict[str, Any], str]: ...
def methods() -> list[tuple[str, str, dict[str, Any], str]]: ...
def overview_of_methods() -> str: ...
'''


def load(package):
    """The module _core alone: the package around it is not there yet."""
    (path,) = package.glob("_core*.so")
    spec = importlib.util.spec_from_file_location("_core", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def signature_of(parameters):
    """`x: Any, axis: Any = None`. A default of a type of elements is its name."""
    signature = []
    for parameter in parameters.split(", "):
        argument, _, default = parameter.partition("=")
        default = f'"{default}"' if default.startswith(("float", "int32", "bool")) else default
        signature.append(f"{argument}: Any" + (f" = {default}" if default else ""))
    return signature


def source_of(name, parameters, doc):
    """One function."""
    signature = signature_of(parameters)
    arguments = [parameter.partition(":")[0] for parameter in signature]
    call = f'_core.call("{name}", {", ".join(arguments)})'
    is_count = name in ("len", "size")
    return (f'\n\ndef {name}({", ".join(signature)}) -> {"int" if is_count else "Array"}:\n    """{doc}."""\n'
            f'    return {f"int({call})" if is_count else call}\n')


def stub_of(functions):
    """The stub of _core."""
    operators = ["add", "sub", "mul", "truediv", "matmul", "pow", "and", "or"]
    lines = [f"    def __{'r' * side}{name}__(self, other: Any) -> Array: ..." for name in operators for side in (0, 1)]
    lines += [f"    def __{name}__(self, other: Any) -> Array: ..." for name in ("lt", "le", "gt", "ge")]
    lines += [f"    def __{name}__(self, other: Any) -> Array: ...  # type: ignore[override]" for name in ("eq", "ne")]
    lines += [f"    def __{name}__(self) -> Array: ..." for name in ("neg", "pos", "abs", "invert")]
    for name, parameters, _ in functions:
        signature = signature_of(parameters)
        if signature[0] == "x: Any" and name not in ("len", "size"):
            lines.append(f"    def {name}({', '.join(['self', *signature[1:]])}) -> Array: ...")
    return STUB + "\n".join(lines) + "\n" + STUB_END


def main():
    package = Path(sys.argv[1])
    functions = load(package).functions()
    names = [name for name, _, _ in functions]
    text = HEAD + f"\n__all__ = {names!r}\n" + "".join(source_of(*function) for function in functions)
    (package / "functions.py").write_text(text, encoding="utf-8")
    (package / "_core.pyi").write_text(stub_of(functions), encoding="utf-8")


if __name__ == "__main__":
    main()
