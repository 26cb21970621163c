"""The methods there are, from their registry."""

from dataclasses import dataclass
from typing import Any

from . import _core


@dataclass(frozen=True, repr=False)
class Method:
    """A method: its doc, and its options by name, each as a JSON schema with type, default, limits and description."""

    name: str
    doc: str
    options: dict[str, Any]
    text: str

    def __repr__(self) -> str:
        return self.text.rstrip("\n")


class Methods(dict[str, Method]):
    """The methods by name. It prints as a table."""

    def __repr__(self) -> str:
        return _core.overview_of_methods().rstrip("\n")


def methods() -> Methods:
    """The methods that `minimize` and `fit` know, by name: ``methods()["lbfgs"]`` shows the options of one."""
    return Methods({name: Method(name, doc, form.get("properties", {}), text) for name, doc, form, text in _core.methods()})
