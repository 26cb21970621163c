#!/usr/bin/env python3
"""Runs downhill and its peers on every row, one after the other, and prints a Markdown table.

  compare.py --downhill build/release/downhill --python VENV/bin/python [--threads 1] [--epochs 4] [--rows TEXT] [--write docs/benchmarks.md]
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

from rows import ROWS

HERE = Path(__file__).resolve().parent
PEERS = ("pytorch.py", "tensorflow_peer.py", "jax_peer.py")
BEGIN, END = "<!-- training: begin -->", "<!-- training: end -->"


def pinned(threads):
    """Keeps a program on `threads` processors, so that no peer uses more than it is given."""
    return ["taskset", "-c", ",".join(str(os.cpu_count() - 1 - k) for k in range(threads))]


def downhill(program, row, threads, epochs):
    words = [program, "train", "--data", "fashion-mnist", "--model", row.model, "--method", row.rule, "--batch", str(row.batch),
             "--epochs", str(epochs), "--threads", str(threads), "--json", "--quiet"]
    done = subprocess.run(pinned(threads) + words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return {"peer": "downhill", "skipped": done.stderr.strip()}
    epochs_done = json.loads(done.stdout)["epochs"]
    return {"peer": "downhill", "seconds": [one["epoch_seconds"] for one in epochs_done], "accuracy": epochs_done[-1]["test"]["accuracy"]}


def peer(python, script, number, threads, epochs):
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
    done = subprocess.run(pinned(threads) + [python, HERE / script, str(number), str(threads), str(epochs)], cwd=HERE, env=environment,
                          capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        reason = (done.stderr.strip().splitlines() or ["no output"])[-1]
        return [{"peer": script.removesuffix(".py").removesuffix("_peer"), "skipped": reason}]
    return [json.loads(line) for line in lines]


def seconds_of(result):
    return median(result["seconds"][1:] or result["seconds"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--downhill", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rows", default="")
    parser.add_argument("--write")
    given = parser.parse_args()
    table = ["| network, method, batch | downhill | fastest peer | ratio | others | accuracy: downhill, peer |", "|---|---|---|---|---|---|"]
    for number, row in enumerate(ROWS):
        if given.rows not in str(row):
            continue
        ours = downhill(given.downhill, row, given.threads, given.epochs)
        if "skipped" in ours:
            sys.exit(f"compare: downhill did not run {row}: {ours['skipped']}")
        peers = [result for script in PEERS for result in peer(given.python, script, number, given.threads, given.epochs)]
        ran = sorted((result for result in peers if "seconds" in result), key=seconds_of)
        for result in peers:
            if "skipped" in result:
                print(f"skipped: {result['peer']}: {result['skipped']}", file=sys.stderr)
        mine = seconds_of(ours)
        if ran:
            best = ran[0]
            others = ", ".join(f"{result['peer']} {seconds_of(result):.3f}" for result in ran[1:])
            line = (f"| {row} | {mine:.3f} s | {best['peer']} {best['version']}: {seconds_of(best):.3f} s | {seconds_of(best) / mine:.2f} | "
                    f"{others} | {100 * ours['accuracy']:.1f} %, {100 * best['accuracy']:.1f} % |")
        else:
            line = f"| {row} | {mine:.3f} s | none | | | {100 * ours['accuracy']:.1f} % |"
        print(line, flush=True)
        table.append(line)
    if given.write:
        path = Path(given.write)
        text = path.read_text(encoding="utf-8")
        before, rest = text.split(BEGIN)
        path.write_text(f"{before}{BEGIN}\n" + "\n".join(table) + f"\n{END}" + rest.split(END)[1], encoding="utf-8")


if __name__ == "__main__":
    main()
