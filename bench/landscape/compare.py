#!/usr/bin/env python3
"""The loss of a trained network over a plane of its weights: downhill beside PyTorch, one thread each, side by side.

  bench/landscape/compare.py --downhill build/release/downhill --python VENV/bin/python --data FOLDER [--points 20] [--rounds 3]

Both evaluate the same weights, images and number of points; PyTorch one point after the other, all images in one product, as it is
usually written. The two must agree on the loss at the weights themselves. With --full also the whole grid of 200 x 200 points by downhill.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path


def run(words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(map(str, words))}\n{done.stderr}")
    return done.stdout


def downhill_grid(options, network, points):
    out = json.loads(run([options.downhill, "landscape", "--trained", network, "--data", options.data, "--points", points,
                          "--threads", 1, "--json"]))
    return out["grid"], out["plane"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--downhill", required=True)
    parser.add_argument("--python", required=True, help="of an environment with torch")
    parser.add_argument("--data", required=True, help="folder of MNIST")
    parser.add_argument("--points", type=int, default=21)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        network = Path(folder) / "network.safetensors"
        run([options.downhill, "train", "--data", options.data, "--model", "mlp(128)", "--epochs", 1, "--checkpoint", network])
        peer = Path(__file__).with_name("pytorch.py")
        points = options.points | 1  # odd, so that the weights are a point of the grid
        rounds = []
        for _ in range(options.rounds):  # in turns, so that both see the same machine
            grid, plane = downhill_grid(options, network, points)
            torch = json.loads(run([options.python, peer, network, options.data, points]))
            rounds.append((grid["seconds"], grid["compile_seconds"], torch["seconds"]))
            middle = plane["values"][points // 2][points // 2]
            if abs(middle - torch["middle"]) > 1e-4 * abs(middle):
                raise SystemExit(f"the two differ at the weights: {middle} and {torch['middle']}")
        ours, compile_seconds, theirs = (min(column) for column in zip(*rounds))
        print(f"{points} x {points} points, best of {options.rounds}: downhill {ours:.2f} s (and {compile_seconds:.2f} s to compile), "
              f"PyTorch {theirs:.2f} s: {theirs / ours:.1f} times as long")
        if options.full:
            grid, _ = downhill_grid(options, network, 200)
            print(f"200 x 200 points: downhill {grid['seconds']:.1f} s, and {grid['compile_seconds']:.2f} s to compile")


if __name__ == "__main__":
    main()
