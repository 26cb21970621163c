"""downhill finds minima, and says what it found.

    >>> import downhill
    >>> downhill.minimize("(1 - x)**2 + 100*(y - x**2)**2", {"x": -1.2, "y": 1})
    >>> downhill.minimize(lambda x, y: (1 - x)**2 + 100*(y - x**2)**2, {"x": -1.2, "y": 1})

A function of Python is called once, with arrays that record what it does: its derivatives are exact, and it runs as native code.
docs/guide/python.md is the guide.
"""

from . import functions
from ._core import Array, __version__
from ._methods import Method, Methods, methods
from ._numpy import join_numpy
from ._runs import check_gradient, evaluate, fit, minimize
from .functions import *  # noqa: F403
from .results import (ActiveBound, CoordinateCheck, Evaluation, EvaluationCounts, Finding, Fit, GradientCheck, Progress, Result, Seconds,
                      Verdict)

join_numpy(Array)

__all__ = ["ActiveBound", "Array", "CoordinateCheck", "Evaluation", "EvaluationCounts", "Finding", "Fit", "GradientCheck", "Method",
           "Methods", "Progress", "Result", "Seconds", "Verdict", "__version__", "check_gradient", "evaluate", "fit", "functions",
           "methods", "minimize"]
