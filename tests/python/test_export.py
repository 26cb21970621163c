"""What the page exports as Python gives the page's own answer."""

import json
import os
import re
import subprocess
import urllib.request

import downhill
import pytest

PROGRAM = os.environ.get("DOWNHILL_PROGRAM", "")
ROWS = "\n".join(f"{t},{2.5 * 0.9**t}" for t in range(12))
SETUPS = {
    "a formula": {"setup": {"formula": "(1 - x[0])**2 + 100*(x[1] - x[0]**2)**2", "from": "x=[-1.2, 1]"}, "method": "newton"},
    "lines, quotes and a comment": {"setup": {"formula": "r = x - y # it's a \"line\"\n r**2 + (x*y - 1)**2", "from": "x=3, y=0.5"}},
    "a matrix and a number": {"setup": {"formula": "sum((A - 2)**2) + exp(s) - s", "from": "A=[[1, 2], [3, 4]], s=1"}},
    "a long start": {"setup": {"formula": "sum((x - 1)**2)", "from": "x = tile([-1.2, 1], 50)"}, "method": "lbfgs(memory=3)"},
    "a problem": {"setup": {"problem": "himmelblau"}},
    "a problem of many variables": {"setup": {"problem": "extended_rosenbrock", "n": 6}, "method": "bfgs"},
    "bounds, stop and seed": {"setup": {"formula": "sum(x**4 - x)", "from": "x=[0.1, 0.2]", "bounds": "x <= 0.3"}, "method": "cma_es",
                              "stop": "max_iterations=20", "seed": 3},
    "a fit": {"setup": {"model": "y ~ a*b**t", "data": f"t,y\n{ROWS}\n", "from": "a=1, b=0.5"}},
    "a robust fit of a line without a start": {"setup": {"model": "y ~ a + b*t", "data": f"t,y\n{ROWS}\n", "loss": "huber(scale=0.1)"}},
}


class Page:
    """A server of the page on this machine."""

    def __init__(self):
        self.process = subprocess.Popen([PROGRAM, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
        self.url = re.search(r"http://\S+", self.process.stdout.readline())[0].rstrip("/")
        with urllib.request.urlopen(self.url) as reply:
            found = re.search(r'name="downhill-token" content="([^"]+)"', reply.read().decode())
        self.token = found[1] if found else ""

    def ask(self, path, body=None):
        request = urllib.request.Request(self.url + path, data=None if body is None else json.dumps(body).encode())
        request.add_header("Content-Type", "application/json")
        request.add_header("X-Downhill-Token", self.token)
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.read().decode()

    def result(self, body):
        """The answer of a run, once its stream has ended."""
        run = json.loads(self.ask("/api/runs", body))["run"]
        self.ask(f"/api/runs/{run}/events")
        return json.loads(self.ask(f"/api/runs/{run}"))


@pytest.fixture(scope="module")
def page():
    if not PROGRAM:
        pytest.skip("DOWNHILL_PROGRAM is not set")
    page = Page()
    try:
        if not page.token:
            pytest.skip("the program was built without its page")
        yield page
    finally:
        page.process.terminate()
        page.process.wait()


@pytest.mark.filterwarnings("ignore:from. no start is needed")
@pytest.mark.parametrize("name", SETUPS)
def test_the_exported_program_gives_the_answer_of_the_page(page, name, capsys):
    body = SETUPS[name]
    names = {}
    exec(json.loads(page.ask("/api/export", body))["python"], names)  # noqa: S102
    result, answer = names["result"], page.result(body)
    assert isinstance(result, downhill.Fit if "model" in body["setup"] else downhill.Result)
    x = result.x if isinstance(result.x, dict) else {"x": result.x}
    assert {key: value if isinstance(value, float) else value.tolist() for key, value in x.items()} == answer["x"]
    assert (result.value, result.message, result.iterations) == (answer["value"], answer["message"], answer["iterations"])
    assert capsys.readouterr().out == repr(result) + "\n"
