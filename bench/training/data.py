"""Fashion-MNIST as arrays, scaled as downhill scales it."""

import gzip
from pathlib import Path

import numpy as np

FOLDER = Path("/usr/share/datasets/fashion-mnist")


def read(name):
    with gzip.open(FOLDER / name) as file:
        data = file.read()
    rank = data[3]
    shape = [int.from_bytes(data[4 + 4 * k:8 + 4 * k], "big") for k in range(rank)]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


def load():
    """(x, labels, x of the test set, its labels): f32 [samples, 28, 28] and int64."""
    x, y = read("train-images-idx3-ubyte.gz").astype(np.float32), read("train-labels-idx1-ubyte.gz")
    xt, yt = read("t10k-images-idx3-ubyte.gz").astype(np.float32), read("t10k-labels-idx1-ubyte.gz")
    mean, deviation = x.mean(dtype=np.float64), x.std(dtype=np.float64)
    return ((x - mean) / deviation).astype(np.float32), y.astype(np.int64), ((xt - mean) / deviation).astype(np.float32), yt.astype(np.int64)
