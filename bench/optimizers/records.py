"""What there is to run on, and the runs there are."""

import ctypes
import json


def instances(library, seeds):
    """The problems as they are (seed 0), and moved as the other seeds draw it."""
    loaded = ctypes.CDLL(str(library))
    loaded.bench_instances.restype = loaded.bench_moved_instances.restype = ctypes.c_char_p
    loaded.bench_moved_instances.argtypes = [ctypes.c_uint64]
    return [one for seed in seeds
            for one in json.loads(loaded.bench_moved_instances(seed) if seed else loaded.bench_instances())]


def read_runs(path):
    """By solver and problem; the last one counts."""
    runs = {}
    if path.exists():
        for line in path.read_text().splitlines():
            try:
                record = json.loads(line)
            except ValueError:
                continue  # cut off by an interruption
            runs[record["solver"], record["problem"]] = record
    return runs
