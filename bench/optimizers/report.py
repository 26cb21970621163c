#!/usr/bin/env python3
"""The report of the comparison: report.py LIBRARY FOLDER [DOCS] reads FOLDER/runs.jsonl.

Writes FOLDER/report.md and FOLDER/short.md (where downhill falls short), and with DOCS the tables between the markers of
DOCS/benchmarks.md and the performance profiles DOCS/optimizers-*.svg.
"""

import json
import math
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from judge import Judge, number  # noqa: E402
from records import instances, read_runs  # noqa: E402
from profiles import draw  # noqa: E402
from short import falls_short  # noqa: E402

BEGIN, END = "<!-- optimizers: generated -->", "<!-- optimizers: end -->"
SETS = {"nist": "NIST regressions, both starts", "mgh": "Moré-Garbow-Hillstrom 35", "cutest": "CUTEst-like families",
        "landscape": "landscapes", "nonsmooth": "nonsmooth and noisy", "hard": "hard cases"}
SETS |= {f"moved-{name}": f"{title}, in other coordinates" for name, title in SETS.items()}
REFERENCE = "downhill.auto"


def work(counts, n):
    """Values, gradients, products and residuals count one each, a Hessian n products, a Jacobian n residuals."""
    return (counts["value"] + counts["gradient"] + counts["hessian_vector"] + counts["residuals"]
            + n * (counts["hessian"] + counts["jacobian"]))


def digits(record, instance):
    """The decimal digits that all parameters have right, at most 11, as many as are certified."""
    x, certified = record.get("x"), instance["known"][0]["x"]
    if not x:
        return 0.0
    worst = max(abs(a - b) / abs(b) for a, b in zip(x, certified))
    return min(11.0, max(0.0, -math.log10(worst))) if worst > 0 else 11.0


def verdict_is_right(record, truth):
    """True, False, or None where none was given or it was left open."""
    verdict, kind = record.get("verdict"), truth["kind"]
    if not verdict or kind in ("none", "unknown"):
        return None
    if verdict == "strict_minimum":
        return truth["gap"] <= 1e-6 and kind in ("minimum", "strict_minimum")
    if verdict in ("saddle", "maximum"):
        return kind == verdict
    if verdict in ("unbounded", "unattained"):
        return kind == verdict
    if kind in ("unbounded", "unattained") and verdict not in ("undecided", "not_stationary"):
        return False
    return None


class Results:
    def __init__(self, library, folder):
        runs = read_runs(folder / "runs.jsonl")
        seeds = {int(key.rsplit(":", 1)[1]) for _, key in runs if key.startswith("moved-")}
        self.instances = {one["key"]: one for one in instances(library, {0, *seeds})}
        self.runs = {pair: record for pair, record in runs.items() if pair[1] in self.instances}
        self.judge = Judge(library, folder / "judged.json")
        self.truth = {key: self.judge(record, self.instances[key[1]]) for key, record in self.runs.items()
                      if "failed" not in record}
        self.judge.keep()

    verdict_is_right = staticmethod(verdict_is_right)

    def solvers(self, name):
        seen = dict.fromkeys(solver for solver, key in self.runs if self.instances[key]["set"] == name)
        return list(seen)

    def keys(self, name):
        return [key for key, one in self.instances.items() if one["set"] == name]

    def reached(self, solver, key, accuracy=1):
        """Seconds and work when the values first came within 1e-8 (or, 0, 1e-4) of the lowest known; None if never."""
        record = self.runs.get((solver, key))
        if not record or "failed" in record or not record["report"]["reached"][accuracy]:
            return None
        at = record["report"]["reached"][accuracy]
        return at["seconds"], work(at["counts"], self.instances[key]["n"])

    def row(self, solver, name):
        row = defaultdict(int)
        ratios = {"work": [], "seconds": []}
        for key in self.keys(name):
            record = self.runs.get((solver, key))
            if not record:
                continue
            row["runs"] += 1
            if "failed" in record:
                continue
            truth, instance = self.truth[solver, key], self.instances[key]
            row["lowest"] += truth["lowest"]
            is_minimum = truth["gap"] <= 1e-8 and truth["kind"] in ("minimum", "strict_minimum", "unattained")
            row["minimum"] += is_minimum
            claims = bool(record["claims"])
            row["refused"] += is_minimum and truth["kind"] != "unattained" and not claims
            row["claims"] += claims
            row["false"] += claims and truth["gap"] > 1e-8
            row["false4"] += claims and truth["gap"] > 1e-4
            right = verdict_is_right(record, truth)
            row["right"] += right is True
            row["wrong"] += right is False
            row["has_verdict"] += bool(record.get("verdict"))
            if name == "nist":
                row["digits"] += digits(record, instance)
                row["digits4"] += digits(record, instance) >= 4
            mine, ours = self.reached(solver, key), self.reached(REFERENCE, key)
            if mine and ours:
                ratios["seconds"].append(math.log(max(mine[0], 1e-9) / max(ours[0], 1e-9)))
                ratios["work"].append(math.log(mine[1] / ours[1]))
        for what, logs in ratios.items():
            row[what] = math.exp(sum(logs) / len(logs)) if logs else math.nan
        return row


def shown(value):
    return "" if math.isnan(value) else f"{value:.3g}"


def table(results, name):
    keys = results.keys(name)
    nist = name == "nist"
    lines = [f"### {SETS[name]}: {len(keys)} runs", "",
             "| solver | runs | lowest | minimum | refused | false 1e-8 | false 1e-4 | verdict right, wrong |"
             + (" solved, digits |" if nist else "") + " evaluations | time |",
             "|---" * (10 + nist) + "|"]
    rows = [(solver, results.row(solver, name)) for solver in results.solvers(name)]
    rows.sort(key=lambda item: (-item[1]["lowest"], item[1]["false"]))
    for solver, row in rows:
        verdict = f"{row['right']}, {row['wrong']}" if row["has_verdict"] else ""
        extra = f" {row['digits4']}, {row['digits'] / row['runs']:.2f} |" if nist else ""
        lines.append(f"| {solver} | {row['runs']} | {row['lowest']} | {row['minimum']} | {row['refused']} | {row['false']} | {row['false4']} | {verdict} |"
                     f"{extra} {shown(row['work'])} | {shown(row['seconds'])} |")
    return "\n".join(lines) + "\n"


def settings(folder):
    """What ran: versions, and what was set where that is not the library's default."""
    path = folder / "solvers.json"
    if not path.exists():
        return ""
    offers = json.loads(path.read_text())
    lines = ["Versions: " + ", ".join(f"{name} {offer['version']}" for name, offer in offers.items()) + ".", "",
             "| solver | set, other than the library's defaults |", "|---|---|"]
    lines += [f"| {solver['name']} | {solver['settings']} |" for offer in offers.values() for solver in offer["solvers"]
              if solver["settings"]]
    return "\n".join(lines) + "\n"


def main():
    folder = Path(sys.argv[2])
    results = Results(sys.argv[1], folder)
    names = [name for name in SETS if results.solvers(name)]
    text = "\n".join([table(results, name) for name in names] + [settings(folder)])
    (folder / "report.md").write_text(text)
    (folder / "short.md").write_text(falls_short(results, names))
    print(text)
    if len(sys.argv) > 3:
        docs = Path(sys.argv[3])
        page = docs / "benchmarks.md"
        before, rest = page.read_text().split(BEGIN)
        page.write_text(f"{before}{BEGIN}\n{text}{END}{rest.split(END)[1]}")
        draw(results, names, folder, docs)


if __name__ == "__main__":
    main()
