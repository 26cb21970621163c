"""TensorFlow, tf.function with and without XLA: python tensorflow_peer.py ROW THREADS EPOCHS -> one JSON line per form."""

import json
import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

from data import load
from rows import CHANNELS, CLASSES, DENSE, ROWS


def network(row):
    dense = tf.keras.layers.Dense
    if row.hidden is None:
        layers = [tf.keras.Input((28, 28, 1))]
        for channels in CHANNELS:
            layers += [tf.keras.layers.Conv2D(channels, 3, activation="relu"), tf.keras.layers.MaxPool2D()]
        return tf.keras.Sequential([*layers, tf.keras.layers.Flatten(), dense(DENSE, activation="relu"), dense(CLASSES)])
    return tf.keras.Sequential([tf.keras.Input((784,)), *(dense(width, activation="relu") for width in row.hidden), dense(CLASSES)])


def run(row, epochs, has_xla):
    tf.keras.utils.set_random_seed(0)
    x, y, xt, yt = load()
    shape = (-1, 28, 28, 1) if row.hidden is None else (-1, 784)
    x, xt, y = tf.constant(x.reshape(shape)), tf.constant(xt.reshape(shape)), tf.constant(y)
    model = network(row)
    if row.method == "adam":
        method = tf.keras.optimizers.Adam(0.001)
    else:
        method = tf.keras.optimizers.SGD(0.02 if row.method == "momentum" else 0.1, momentum=0.9 if row.method == "momentum" else 0.0)
    method.build(model.trainable_variables)

    @tf.function(jit_compile=has_xla)
    def step(rows):
        with tf.GradientTape() as tape:
            scores = model(tf.gather(x, rows), training=True)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(tf.gather(y, rows), scores))
        method.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
        return loss

    random, seconds = np.random.default_rng(0), []
    for _ in range(epochs):
        order = tf.constant(random.permutation(len(x)).astype(np.int32))
        begin = time.perf_counter()
        for first in range(0, len(x), row.batch):
            step(order[first:first + row.batch])
        seconds.append(time.perf_counter() - begin)
    accuracy = float(np.mean(np.argmax(model(xt).numpy(), 1) == yt))
    return {"peer": "TensorFlow XLA" if has_xla else "TensorFlow", "version": tf.__version__, "seconds": seconds, "accuracy": accuracy}


if __name__ == "__main__":
    chosen, threads, epochs_wanted = ROWS[int(sys.argv[1])], int(sys.argv[2]), int(sys.argv[3])
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    for form in (False, True):
        try:
            print(json.dumps(run(chosen, epochs_wanted, form)), flush=True)
        except Exception as error:  # a form that this installation cannot run is a named skip
            print(json.dumps({"peer": "TensorFlow XLA" if form else "TensorFlow", "skipped": str(error).splitlines()[0]}), flush=True)
