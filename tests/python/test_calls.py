"""Wrong calls, exceptions, signals, threads and memory."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
import weakref

import downhill
import numpy as np
import pytest


@pytest.mark.parametrize("call, error, message", [
    (lambda: downhill.minimize("x**2 +", {"x": 1}), ValueError, "formula:1:7: expected a value, found the end"),
    (lambda: downhill.minimize("x**2", {"x": 1}, "adm"), ValueError, "options: unknown method 'adm' .known: "),
    (lambda: downhill.minimize("x**2", {"x": 1}, "lbfgs(memry=2)"), ValueError, "lbfgs: unknown option 'memry'"),
    (lambda: downhill.minimize("x**2", {"x": 1}, stop="tol=1"), ValueError, "unknown option 'tol'"),
    (lambda: downhill.minimize("x**2", {"x": 1}, record="all"), ValueError, "record: unknown: 'all'"),
    (lambda: downhill.minimize("x**2", {"x": 1}, gradient="none"), ValueError, "gradient: that of a formula is exact"),
    (lambda: downhill.minimize("x**2", {"x": "one"}), ValueError, "start: x: expected real numbers"),
    (lambda: downhill.minimize("x**2", {"x": 1j}), ValueError, "start: x: expected real numbers"),
    (lambda: downhill.minimize("x**2", {"x": float("nan")}), ValueError, "start: x is not finite"),
    (lambda: downhill.minimize("x**2", {"x": []}), ValueError, "start: x is empty"),
    (lambda: downhill.minimize("x**2", {}), ValueError, "start: there are no variables"),
    (lambda: downhill.minimize(np.sin), ValueError, "start: there is none"),
    (lambda: downhill.minimize(3, 1.0), TypeError, "loss: expected a formula or a function, found int"),
    (lambda: downhill.minimize("y**2", {"x": 1}), ValueError, "unknown name 'y'"),
    (lambda: downhill.minimize("x**2", {"x": 1}, bounds={"y": (0, 1)}), ValueError, "there is no variable 'y'"),
    (lambda: downhill.minimize("sum(x)", {"x": [1, 2]}, bounds={"x": (0, [1, 2, 3])}), ValueError, r"bounds: x is f64\[2\]"),
    (lambda: downhill.minimize("x**2", {"x": 1}, bounds={"x": (2, 0)}), ValueError, "x"),
    (lambda: downhill.minimize(lambda x: x, 1.0, gradient=lambda x: [1, 2]), ValueError, r"gradient: x needs f64\[\]: given f64\[2\]"),
    (lambda: downhill.minimize(lambda x: x, 1.0, "newton", gradient="none"), ValueError, "newton"),
    (lambda: downhill.minimize(lambda x: [1, 2], 1.0, gradient="none"), ValueError, "the value must be one number"),
    (lambda: downhill.minimize(lambda x: None, 1.0), ValueError, "loss: nothing is returned"),
    (lambda: downhill.minimize(lambda x: None, 1.0, gradient="none"), ValueError, "the value must be one number, found object"),
    (lambda: downhill.minimize(lambda y: y, {"x": 1}), TypeError, "unexpected keyword argument 'x'"),
    (lambda: downhill.evaluate("x", {"x": 1}, order=3), ValueError, "order = 3"),
])
def test_a_wrong_call_is_told(call, error, message):
    with pytest.raises(error, match=message):
        call()


class Unlucky(Exception):
    pass


@pytest.mark.parametrize("method, gradient", [("nelder_mead", "none"), ("lbfgs", "returned"), ("newton", "differences"), ("cma_es", "none"),
                                              ("multi_start", "none"), ("differential_evolution", "none"), ("auto", "differences")])
@pytest.mark.parametrize("last", [1, 2, 7, 40])
def test_what_the_loss_raises_comes_through(method, gradient, last):
    calls = 0

    def loss(x):
        nonlocal calls
        calls += 1
        if calls == last:
            raise Unlucky(f"call {calls}")
        value = float(np.sum((x - 1)**4 + x**2))
        return (value, 4 * (x - 1)**3 + 2 * x) if gradient == "returned" else value

    with pytest.raises(Unlucky, match=f"call {last}"):
        downhill.minimize(loss, [3.0, 4.0, 5.0], method, gradient=gradient, stop={"max_iterations": 50})
    assert calls == last


def test_what_a_callback_raises_comes_through():
    def callback(progress):
        raise Unlucky

    with pytest.raises(Unlucky):
        downhill.minimize("x**2", {"x": 1}, callback=callback)


def interrupted(code):
    """Runs code that prints `ready` and then works on and on; interrupts it; what it printed, and the seconds until it ended."""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.3)
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    return out, err, time.monotonic() - start


@pytest.mark.parametrize("call", [
    'minimize("sum((x - 1)**2)", [1e9]*3, "sgd(learning_rate=1e-12)"',
    'minimize(lambda x: ((x - 1)**2).sum(), [1e9]*3, "sgd(learning_rate=1e-12)"',
    'minimize(lambda x: time.sleep(0.02) or ((x - 1)**2).sum(), [1e9]*3, "cma_es", gradient="none"',
])
def test_an_interrupt_ends_a_run(call):
    code = f"""
import time
import downhill
print("ready", flush=True)
try:
    downhill.{call}, stop="max_iterations=1000000000000, gradient_tolerance=0")
except KeyboardInterrupt:
    print("interrupted")
"""
    out, err, seconds = interrupted(code)
    assert out == "interrupted\n", err
    assert seconds < 10


def test_other_threads_go_on_while_a_run_does():
    ticks = 0
    is_over = threading.Event()

    def tick():
        nonlocal ticks
        while not is_over.is_set():
            ticks += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    downhill.minimize("sum((x - 1)**2)", {"x": np.full(3, 1e9)}, "sgd(learning_rate=1e-12)",
                      stop="max_seconds=0.3, gradient_tolerance=0, max_iterations=1000000000")
    is_over.set()
    thread.join()
    assert ticks > 20


def test_runs_in_threads_give_what_they_give_alone(rosenbrock):
    ways = ["exact", "differences", "none", "exact"]
    alone = [downhill.minimize(rosenbrock, [-1.2, 1.0, 0.5], gradient=way).x for way in ways]
    found = [None] * len(ways)

    def work(i):
        found[i] = downhill.minimize(rosenbrock, [-1.2, 1.0, 0.5], gradient=ways[i]).x

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(ways))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for x, y in zip(alone, found, strict=True):
        assert np.array_equal(x, y)


@pytest.mark.parametrize("gradient", ["exact", "differences", "none"])
def test_a_function_is_let_go_after_the_run(gradient):
    class Loss:
        def __call__(self, x):
            return ((x - 1)**2).sum()

    loss = Loss()
    gone = weakref.ref(loss)
    result = downhill.minimize(loss, [3.0, 4.0], gradient=gradient)
    del loss
    gc.collect()
    assert gone() is None
    assert result.value < 1e-6


def test_x_is_a_copy_of_its_own():
    start = np.array([3.0, 4.0])
    seen = []

    def loss(x):
        seen.append(x)
        return float(((x - 1)**2).sum())

    downhill.minimize(loss, start, gradient="none")
    assert list(start) == [3.0, 4.0]
    assert list(seen[0]) == [3.0, 4.0]
    assert len({id(x) for x in seen[:10]}) == 10
