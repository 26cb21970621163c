"""minimize, evaluate and check_gradient."""

import json
import math
import os
import subprocess

import downhill
import numpy as np
import pytest

FORMULA = "(1 - x)**2 + 100*(y - x**2)**2"
START = {"x": -1.2, "y": 1.0}
PROGRAM = os.environ.get("DOWNHILL_PROGRAM", "")


def of_two(x, y):
    return (1 - x)**2 + 100 * (y - x**2)**2


def test_a_traced_function_and_its_formula_give_the_same_bits():
    formula = downhill.minimize(FORMULA, START)
    function = downhill.minimize(of_two, START)
    assert function.method == formula.method
    assert (function.x, function.value, function.iterations) == (formula.x, formula.value, formula.iterations)
    assert np.array_equal(function.trace["value"], formula.trace["value"])


@pytest.mark.skipif(not PROGRAM, reason="DOWNHILL_PROGRAM is not set")
@pytest.mark.parametrize("method", ["newton", "lbfgs(memory=3)", "nelder_mead"])
def test_the_answer_is_that_of_the_command_line(method):
    done = subprocess.run([PROGRAM, "minimize", FORMULA, "--from", "x=-1.2, y=1", "--method", method, "--json"], capture_output=True,
                          text=True, check=False)
    command = json.loads(done.stdout)
    result = downhill.minimize(FORMULA, START, method)
    assert result.x == command["x"]
    assert result.message == command["message"]
    assert result.verdict.kind == command["verdict"]["kind"]
    assert result.evaluations.value == command["evaluations"]["value"]
    assert set(command) <= set(vars(result))


def test_a_start_of_one_array_gives_one_array_back(rosenbrock):
    result = downhill.minimize(rosenbrock, [0.5, 0.5, 0.5, 0.5])
    assert isinstance(result.x, np.ndarray)
    assert result.x.shape == (4,)
    assert result.success
    assert np.allclose(result.x, 1)


def test_variables_keep_their_shapes():
    a = np.array([[1.0, 2.0], [3.0, 4.0]])
    result = downhill.minimize(lambda a, s: np.sum((a - 2)**2) + (s + a[0, 1])**2, {"a": a, "s": 0})
    assert result.x["a"].shape == (2, 2)
    assert isinstance(result.x["s"], float)
    assert np.allclose(result.x["a"], 2) and math.isclose(result.x["s"], -2)


def test_the_function_is_called_once_when_it_is_traced():
    calls = []

    def loss(x):
        calls.append(x)
        return (x**2).sum()

    assert downhill.minimize(loss, [3.0, 4.0], "newton").success
    assert len(calls) == 1


@pytest.mark.parametrize("gradient", ["exact", "returned", "differences", "mine"])
def test_every_way_to_a_gradient_finds_the_minimum(rosenbrock, slope, gradient):
    loss = (lambda x: (rosenbrock(x), slope(x))) if gradient == "returned" else rosenbrock
    result = downhill.minimize(loss, [-1.2, 1.0], "lbfgs", gradient=slope if gradient == "mine" else gradient)
    assert result.success
    assert np.allclose(result.x, 1, atol=1e-5)


def test_values_alone_are_enough(rosenbrock):
    result = downhill.minimize(rosenbrock, [-1.2, 1.0], gradient="none")
    assert result.evaluations.gradient == 0
    assert np.allclose(result.x, 1, atol=1e-4)


def test_a_gradient_by_variable_is_a_dict_or_a_sequence():
    def as_dict(x, y):
        return {"y": 200 * (y - x**2), "x": -2 * (1 - x) - 400 * x * (y - x**2)}

    def as_tuple(x, y):
        return as_dict(x, y)["x"], as_dict(x, y)["y"]

    for gradient in (as_dict, as_tuple):
        result = downhill.minimize(of_two, START, "bfgs", gradient=gradient)
        assert result.success and math.isclose(result.x["y"], 1)


def test_a_wrong_gradient_is_found_out(rosenbrock, slope):
    result = downhill.minimize(rosenbrock, [-1.2, 1.0], "lbfgs", gradient=lambda x: slope(x) * [1, -1])
    assert not result.success
    assert [finding.kind for finding in result.diagnosis][:1] == ["wrong_gradient"]
    check = downhill.check_gradient(rosenbrock, [-1.2, 1.0], gradient=lambda x: slope(x) * [1, -1])
    assert [coordinate.agrees for coordinate in check.coordinates] == [True, False]
    assert "DIFFERS" in repr(check)


def test_gradient_and_hessian_are_those_of_the_formula():
    at = downhill.evaluate(of_two, START, order=2)
    assert at.value == of_two(-1.2, 1.0)
    assert at.gradient == downhill.evaluate(FORMULA, START).gradient
    assert np.allclose(at.hessian, [[1330, 480], [480, 200]])
    assert downhill.evaluate(of_two, START, order=0).gradient is None
    assert downhill.check_gradient(of_two, START).agrees


def test_the_text_of_a_result_is_the_block_of_the_command_line():
    text = repr(downhill.minimize(FORMULA, START, "newton"))
    assert text.startswith("newton found a strict minimum: f = ")
    assert "\n  verdict      strict_minimum: " in text
    assert not text.endswith("\n")


def test_a_saddle_is_called_one():
    result = downhill.minimize("x**2 - y**2", {"x": 1, "y": 0}, "gradient_descent", stop={"max_iterations": 3})
    assert result.verdict.kind in ("saddle", "unbounded", "not_stationary")
    assert not result.success


def test_the_record_has_a_row_for_every_iteration(rosenbrock):
    result = downhill.minimize(rosenbrock, [-1.2, 1.0], "lbfgs", record="points")
    assert result.trace["x"].shape == (result.iterations + 1, 2)
    assert list(result.trace["x"][0]) == [-1.2, 1.0]
    assert math.isclose(result.trace["value"][0], 24.2)
    assert downhill.minimize(rosenbrock, [-1.2, 1.0], record="nothing").trace["value"].size == 0


def test_stop_is_a_text_or_a_dict(rosenbrock):
    for stop in ("max_iterations=3", {"max_iterations": 3}):
        result = downhill.minimize(rosenbrock, [-1.2, 1.0], "lbfgs", stop=stop)
        assert (result.iterations, result.reason) == (3, "max_iterations")
    tight = downhill.minimize(rosenbrock, [-1.2, 1.0], "lbfgs", stop={"gradient_tolerance": 1e-3})
    assert tight.iterations < downhill.minimize(rosenbrock, [-1.2, 1.0], "lbfgs").iterations


def test_bounds_are_a_text_or_pairs():
    text = downhill.minimize(of_two, START, bounds="-2 <= x, x <= 0.5")
    pairs = downhill.minimize(of_two, START, bounds={"x": (-2, 0.5)})
    one = downhill.minimize(lambda x: of_two(x[0], x[1]), [-1.2, 1], bounds=([-2, -9], [0.5, 9]))
    assert text.x == pairs.x and math.isclose(text.x["x"], 0.5) and math.isclose(text.x["y"], 0.25)
    assert np.allclose(one.x, [0.5, 0.25])
    assert [(bound.variable, bound.side) for bound in pairs.active_bounds] == [("x", "upper")]


def test_data_are_arrays_by_name():
    t = np.linspace(0, 1, 50)
    result = downhill.minimize("sum((y - a*t)**2)", {"a": 0}, data={"t": t, "y": 3 * t})
    assert math.isclose(result.x["a"], 3)


def test_arrays_of_the_surroundings_are_data(rosenbrock):
    t = np.linspace(0, 1, 500)
    result = downhill.minimize(lambda a: np.sum((3 * t - a * t)**2), {"a": 0})
    assert math.isclose(result.x["a"], 3)


def test_problems_of_the_library_and_problem_files_are_losses(tmp_path):
    assert downhill.minimize("problem:beale").success
    assert downhill.minimize("problem:extended_rosenbrock", [-1.2, 1, -1.2, 1]).x.shape == (4,)
    file = tmp_path / "bowl.toml"
    file.write_text('formula = "sum((x - 1)**2)"\nfrom = "x = [3, 4]"\n')
    assert np.allclose(downhill.minimize(str(file)).x["x"], 1)


def test_the_seed_fixes_the_bits(rosenbrock):
    runs = [downhill.minimize(rosenbrock, [-1.2, 1.0], "cma_es", seed=seed, stop={"max_iterations": 20}) for seed in (1, 1, 2)]
    assert np.array_equal(runs[0].x, runs[1].x)
    assert not np.array_equal(runs[0].x, runs[2].x)


def test_a_callback_sees_the_run_and_ends_it(rosenbrock):
    seen = []

    def callback(progress):
        seen.append((progress.iteration, progress.x.copy(), progress.value))
        if progress.iteration == 4:
            raise StopIteration

    result = downhill.minimize(rosenbrock, [-1.2, 1.0], "lbfgs", callback=callback)
    assert result.reason == "stopped_by_callback"
    assert [iteration for iteration, _, _ in seen] == [0, 1, 2, 3, 4]
    assert seen[-1][2] == rosenbrock(seen[-1][1])


@pytest.mark.parametrize("loss, gradient, title", [(FORMULA, "exact", FORMULA), (of_two, "exact", "of_two"), (of_two, "none", "of_two")])
def test_what_was_found_is_drawn(tmp_path, loss, gradient, title):
    plain = downhill.minimize(loss, START, gradient=gradient)
    drawn = downhill.minimize(loss, START, gradient=gradient, plot=tmp_path / "own.svg")
    picture = (tmp_path / "own.svg").read_text()
    assert picture.lstrip().startswith("<?xml") and "</svg>" in picture
    assert f"{plain.method.split('(')[0]}: {title}" in picture
    assert drawn.x == plain.x
    with pytest.raises(ValueError, match="own.bmp"):
        downhill.minimize(loss, START, gradient=gradient, plot=str(tmp_path / "own.bmp"))


def test_what_is_odd_about_a_call_is_a_warning():
    with pytest.warns(UserWarning, match="'z' is not used by the formula"):
        downhill.minimize("x**2", {"x": 1, "z": 1})


def test_methods_are_those_of_the_registry():
    methods = downhill.methods()
    assert {"newton", "lbfgs", "nelder_mead"} <= set(methods)
    assert int(methods["lbfgs"].options["memory"]["default"]) > 0
    assert repr(methods).startswith("methods:\n")
    assert "memory" in repr(methods["lbfgs"])
    for name in methods:
        assert methods[name].doc
    assert downhill.minimize(FORMULA, START, methods["newton"]).method.startswith("newton")
