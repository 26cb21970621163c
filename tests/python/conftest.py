import numpy as np
import pytest


@pytest.fixture
def rosenbrock():
    """A loss of one array, written with numpy alone."""
    return lambda x: np.sum(100 * (x[1:] - x[:-1]**2)**2 + (1 - x[:-1])**2)


@pytest.fixture
def slope():
    """The gradient of the loss above, for two numbers."""
    return lambda x: np.array([-2 * (1 - x[0]) - 400 * x[0] * (x[1] - x[0]**2), 200 * (x[1] - x[0]**2)])
