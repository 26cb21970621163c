"""The guide and the docstrings say what happens."""

import doctest
from pathlib import Path

import downhill._runs
import numpy as np
import pytest

GUIDE = Path(__file__).parent.parent.parent / "docs" / "guide" / "python.md"


def test_the_guide_says_what_happens():
    failed, tried = doctest.testfile(str(GUIDE), module_relative=False)
    assert (failed, tried > 15) == (0, True)


@pytest.mark.filterwarnings("ignore:from. no start is needed")
def test_the_docstrings_say_what_happens():
    failed, tried = doctest.testmod(downhill._runs, extraglobs={"np": np})
    assert (failed, tried > 4) == (0, True)
