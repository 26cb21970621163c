"""What runs give back. Names and meanings are those of the command line's --json."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

Values = Any
"""Numbers in the form of the start: a dict of arrays by variable, or one array."""


@dataclass(frozen=True)
class Verdict:
    """What kind of point a run ended at, with the evidence; docs/guide/verdicts.md."""

    kind: str  # strict_minimum, saddle, maximum, undecided, unattained, unbounded, not_stationary
    smallest_eigenvalue: float  # of the Hessian; NaN if not known
    largest_eigenvalue: float
    negative_directions: int | None
    direction: list[float]  # of negative curvature, or the way f falls; of unit length, or empty
    global_: bool  # whether the point is proved to be a global minimum
    explanation: str


@dataclass(frozen=True)
class ActiveBound:
    """A bound that keeps a variable from moving on; docs/guide/bounds.md."""

    variable: str
    side: str
    bound: float
    multiplier: float


@dataclass(frozen=True)
class Finding:
    """One thing that was found to be wrong with a run that ended without success, and what to change; docs/guide/diagnosis.md."""

    kind: str
    variables: list[str]
    evidence: dict[str, float]
    what: str
    advice: str
    point: Values | None


@dataclass(frozen=True)
class EvaluationCounts:
    """How often each kind of number was computed."""

    value: int
    gradient: int
    hessian_vector: int
    hessian: int
    residuals: int
    jacobian: int


@dataclass(frozen=True)
class Seconds:
    """Where the time went."""

    trace: float
    compile: float
    run: float


@dataclass(frozen=True)
class Progress:
    """The state of a run as a callback sees it."""

    iteration: int
    value: float
    gradient_norm: float
    x: Values
    seconds: float


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Result:
    """How a run ended. Not converging is not an error: it is told here.

    ``x`` has the form of the start. ``trace`` has an array for each column of the record: iteration, value, gradient_norm, step,
    evaluations, seconds, and with ``record="points"`` x, one row an iteration.
    """

    x: Values  # the last accepted point
    value: float  # the loss there
    gradient_norm: float  # Euclidean; NaN when the loss has no gradient
    success: bool  # x is stationary and not known to be a saddle or maximum
    reason: str  # gradient_small, max_iterations, ...
    message: str  # the reason as a sentence with both numbers
    verdict: Verdict
    active_bounds: list[ActiveBound]
    diagnosis: list[Finding]
    theory: dict[str, Any] | None = None  # of descent with a fixed rate
    method: str  # text form of the method that ran
    why: str  # why it was chosen; empty if it was named
    iterations: int
    evaluations: EvaluationCounts
    seconds: Seconds
    warnings: list[str]
    trace: dict[str, np.ndarray]
    text: str = field(repr=False)  # all of it for people

    def __repr__(self) -> str:
        return self.text.rstrip("\n")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Fit(Result):
    """The result of a fit, and what its residuals say about the parameters; docs/guide/fits.md."""

    loss: str
    standard_errors: Values
    confidence_level: float
    confidence_intervals: Values  # one more axis: from and to
    covariance: np.ndarray  # n x n, of the flat x
    residual_sum_of_squares: float
    residual_standard_deviation: float
    degrees_of_freedom: int
    rank: int  # of the Jacobian
    held: list[str]  # parameters at a bound
    null_space: dict[str, Any]  # directions that change no residual, and sentences about them
    curve: dict[str, np.ndarray] | None  # values of the model at the data, half widths of confidence and prediction


@dataclass(frozen=True)
class Evaluation:
    """A loss at a point: its value, gradient in the form of the point, and Hessian [n, n] of the flat x, as far as asked for."""

    value: float
    gradient: Values | None
    hessian: np.ndarray | None


@dataclass(frozen=True)
class CoordinateCheck:
    """One coordinate of a gradient beside differences of values."""

    name: str
    gradient: float
    differences: float
    error: float  # of the differences
    agrees: bool
    unjudged: str  # why it cannot be judged; empty where it can


@dataclass(frozen=True, repr=False)
class GradientCheck:
    """What a gradient check found."""

    agrees: bool
    message: str
    coordinates: list[CoordinateCheck]
    text: str

    def __repr__(self) -> str:
        return self.text.rstrip("\n")


def verdict_of(answer: dict[str, Any]) -> Verdict:
    """A verdict from its JSON; `global` is a word of Python."""
    return Verdict(**{"global_" if key == "global" else key: value for key, value in answer.items()})
