"""JAX, jit: python jax_peer.py ROW THREADS EPOCHS -> one JSON line."""

import json
import os
import sys
import time

if sys.argv[2] == "1":
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
import jax
import jax.numpy as jnp
import numpy as np

from data import load
from rows import CHANNELS, CLASSES, DENSE, ROWS


def parameters(row, key):
    def dense(before, after):
        nonlocal key
        key, use = jax.random.split(key)
        return jax.random.normal(use, (before, after)) * np.sqrt(2 / before), jnp.zeros(after)

    def convolution(before, after):
        nonlocal key
        key, use = jax.random.split(key)
        return jax.random.normal(use, (3, 3, before, after)) * np.sqrt(2 / (9 * before)), jnp.zeros(after)

    if row.hidden is None:
        first, second = CHANNELS
        return [convolution(1, first), convolution(first, second), dense(second * 25, DENSE), dense(DENSE, CLASSES)]
    widths = [784, *row.hidden, CLASSES]
    return [dense(before, after) for before, after in zip(widths, widths[1:])]


def scores(row, p, x):
    if row.hidden is None:
        for w, b in p[:2]:
            x = jax.nn.relu(jax.lax.conv_general_dilated(x, w, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")) + b)
            x = jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
        x, p = x.reshape(len(x), -1), p[2:]
    for w, b in p[:-1]:
        x = jax.nn.relu(x @ w + b)
    return x @ p[-1][0] + p[-1][1]


def run(row, epochs):
    x, y, xt, yt = load()
    shape = (-1, 28, 28, 1) if row.hidden is None else (-1, 784)
    x, xt, y = jnp.asarray(x.reshape(shape)), jnp.asarray(xt.reshape(shape)), jnp.asarray(y)
    p = parameters(row, jax.random.key(0))
    state = jax.tree.map(lambda a: (jnp.zeros_like(a), jnp.zeros_like(a)), p)

    def loss_of(p, xb, yb):
        logits = scores(row, p, xb)
        return jnp.mean(jax.nn.logsumexp(logits, 1) - jnp.take_along_axis(logits, yb[:, None], 1)[:, 0])

    def update(w, g, s, t):
        m, v = s
        if row.method == "adam":
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
            return w - 0.001 * (m / (1 - 0.9**t)) / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8), (m, v)
        if row.method == "momentum":
            m = 0.9 * m + g
            return w - 0.02 * m, (m, v)
        return w - 0.1 * g, s

    def step(p, state, rows, t):
        loss, g = jax.value_and_grad(loss_of)(p, x[rows], y[rows])
        flat, tree = jax.tree.flatten(p)
        gs, ss = tree.flatten_up_to(g), tree.flatten_up_to(state)
        new = [update(w, d, s, t) for w, d, s in zip(flat, gs, ss)]
        return tree.unflatten([n[0] for n in new]), tree.unflatten([n[1] for n in new]), loss

    step = jax.jit(step, donate_argnums=(0, 1))
    random, seconds, t = np.random.default_rng(0), [], 0
    for _ in range(epochs):
        order = random.permutation(len(x)).astype(np.int32)
        begin = time.perf_counter()
        for first in range(0, len(x), row.batch):
            t += 1
            p, state, loss = step(p, state, order[first:first + row.batch], np.float32(t))
        jax.block_until_ready(loss)
        seconds.append(time.perf_counter() - begin)
    accuracy = float(np.mean(np.argmax(np.asarray(scores(row, p, xt)), 1) == yt))
    return {"peer": "JAX", "version": jax.__version__, "seconds": seconds, "accuracy": accuracy}


if __name__ == "__main__":
    try:
        print(json.dumps(run(ROWS[int(sys.argv[1])], int(sys.argv[3]))), flush=True)
    except Exception as error:  # what this installation cannot run is a named skip
        print(json.dumps({"peer": "JAX", "skipped": str(error).splitlines()[0]}), flush=True)
