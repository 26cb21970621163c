"""PyTorch's side of compare.py: pytorch.py NETWORK DATA POINTS prints {"seconds", "middle"}."""

import gzip
import json
import struct
import sys
import time
from pathlib import Path

import numpy as np
import torch

torch.set_num_threads(1)


def read_network(path):
    """A safetensors file: the length of a JSON header, the header, then the arrays."""
    raw = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    header.pop("__metadata__")
    arrays = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        arrays[name] = np.frombuffer(raw[8 + length + begin : 8 + length + end], dtype=np.float32).reshape(entry["shape"])
    return arrays


def read_idx(path):
    raw = gzip.decompress(path.read_bytes())
    rank = raw[3]
    shape = struct.unpack(f">{rank}I", raw[4 : 4 + 4 * rank])
    return np.frombuffer(raw, dtype=np.uint8, offset=4 + 4 * rank).reshape(shape)


def main():
    network, data, points = read_network(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    images = read_idx(data / "t10k-images-idx3-ubyte.gz").reshape(10000, -1).astype(np.float32)
    images = (images - network["normalisation.mean"]) / network["normalisation.deviation"]
    x = torch.from_numpy(images)
    labels = torch.from_numpy(read_idx(data / "t10k-labels-idx1-ubyte.gz").astype(np.int64))
    names = ["2.dense.weight", "2.dense.bias", "4.dense.weight", "4.dense.bias"]
    weights = [torch.from_numpy(network[name].copy()) for name in names]
    torch.manual_seed(0)
    # Random directions with the length of the weights of each unit, which are columns: Li et al., NeurIPS 2018.
    u, v = ([torch.randn_like(w) for w in weights] for _ in range(2))
    for direction in (u, v):
        for d, w in zip(direction, weights):
            d.mul_(w.norm(dim=0, keepdim=True) / d.norm(dim=0, keepdim=True))
    places = np.linspace(-1, 1, points)
    values = np.zeros((points, points))

    def loss(s, t):
        a, b, c, d = (w + s * p + t * q for w, p, q in zip(weights, u, v))
        return torch.nn.functional.cross_entropy(torch.relu(x @ a + b) @ c + d, labels).item()

    with torch.inference_mode():
        loss(0.0, 0.0)
        began = time.perf_counter()
        for i, t in enumerate(places):
            for j, s in enumerate(places):
                values[i, j] = loss(float(s), float(t))
        seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "middle": values[points // 2, points // 2]}))


if __name__ == "__main__":
    main()
