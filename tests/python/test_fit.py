"""fit."""

import math

import downhill
import numpy as np
import pytest

MISRA1B = "examples/data/misra1b.csv"
MODEL = "y ~ b1*(1 - (1 + b2*x/2)**(-2))"
START = {"b1": 500, "b2": 1e-4}
CERTIFIED = {"b1": 3.3799746163e2, "b2": 3.9039091287e-4}
CERTIFIED_ERRORS = {"b1": 3.1643950207, "b2": 4.2547321834e-6}


def columns():
    table = np.genfromtxt(MISRA1B, delimiter=",", names=True)
    return {"x": table["x"], "y": table["y"]}


def agrees(fitted):
    return all(math.isclose(fitted.x[name], CERTIFIED[name], rel_tol=1e-10) for name in CERTIFIED) and all(
        math.isclose(fitted.standard_errors[name], CERTIFIED_ERRORS[name], rel_tol=1e-9) for name in CERTIFIED_ERRORS)


def test_a_model_in_words_agrees_with_the_certified_values():
    assert agrees(downhill.fit(MODEL, START, data=MISRA1B))
    assert agrees(downhill.fit(MODEL, "b1=500, b2=1e-4", data=columns()))


def test_a_function_of_residuals_agrees_with_the_certified_values():
    data = columns()
    fitted = downhill.fit(lambda b1, b2: data["y"] - b1 * (1 - (1 + b2 * data["x"] / 2)**-2), START)
    assert agrees(fitted)
    assert fitted.covariance.shape == (2, 2)
    assert fitted.confidence_intervals["b1"][0] < CERTIFIED["b1"] < fitted.confidence_intervals["b1"][1]
    assert fitted.degrees_of_freedom == data["x"].size - 2


def test_a_linear_model_needs_no_start():
    x = np.array([0.0, 1, 2, 3])
    with pytest.warns(UserWarning, match="linear in a, b"):
        fitted = downhill.fit("y ~ a + b*x", data={"x": x, "y": 1 + 2 * x})
    assert math.isclose(fitted.x["a"], 1) and math.isclose(fitted.x["b"], 2)
    assert np.allclose(fitted.curve["values"], 1 + 2 * x)


def test_a_robust_loss_does_not_follow_an_outlier():
    x = np.arange(20.0)
    y = 1 + 2 * x + np.where(x == 7, 1000.0, 0.0)
    plain = downhill.fit(lambda a, b: a + b * x - y, {"a": 0, "b": 0})
    robust = downhill.fit(lambda a, b: a + b * x - y, {"a": 0, "b": 0}, loss="huber(scale=0.1)")
    assert abs(plain.x["a"] - 1) > 10 > 0.1 > abs(robust.x["a"] - 1)
    assert robust.loss.startswith("huber")


def test_what_the_data_cannot_tell_apart_is_said():
    x = np.arange(10.0)
    fitted = downhill.fit(lambda a, b: 3 * x - (a + b) * x, {"a": 1, "b": 1})
    assert fitted.rank == 1
    assert fitted.null_space["directions"][0].keys() == {"a", "b"}
    assert fitted.null_space["explanation"]


def test_a_fit_is_drawn_with_its_data_or_as_its_path(tmp_path):
    data = columns()
    downhill.fit(MODEL, START, data=data, plot=tmp_path / "words.svg")
    assert "residuals" in (tmp_path / "words.svg").read_text()
    downhill.fit(lambda b1, b2: data["y"] - b1 * (1 - (1 + b2 * data["x"] / 2)**-2), START, plot=tmp_path / "function.svg")
    assert "value by iteration" in (tmp_path / "function.svg").read_text()


@pytest.mark.parametrize("call, message", [
    (lambda: downhill.fit(MODEL, START), "fit: there is no data"),
    (lambda: downhill.fit(MODEL, START, data={"x": [1, 2], "y": [1, 2, 3]}), "model"),
    (lambda: downhill.fit(MODEL, START, data="no.csv"), "no.csv"),
    (lambda: downhill.fit(MODEL, START, data=MISRA1B, confidence=1.5), "confidence = 1.5 is outside"),
    (lambda: downhill.fit(MODEL, START, data=MISRA1B, loss="hubert"), "hubert"),
    (lambda: downhill.fit(lambda a: a, {"a": 1}), "residuals: must be an array"),
])
def test_a_wrong_call_is_a_value_error(call, message):
    with pytest.raises(ValueError, match=message):
        call()
