"""PyTorch, eager and compiled: python pytorch.py ROW THREADS EPOCHS -> one JSON line per form."""

import json
import sys
import time

import torch
from torch import nn

from data import load
from rows import CHANNELS, CLASSES, DENSE, ROWS


def network(row):
    if row.hidden is None:
        first, second = CHANNELS
        return nn.Sequential(nn.Conv2d(1, first, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(first, second, 3), nn.ReLU(), nn.MaxPool2d(2),
                             nn.Flatten(), nn.Linear(second * 25, DENSE), nn.ReLU(), nn.Linear(DENSE, CLASSES))
    widths, layers = [784, *row.hidden], []
    for before, after in zip(widths, widths[1:]):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(widths[-1], CLASSES))


def optimizer(row, parameters):
    if row.method == "adam":
        return torch.optim.Adam(parameters, lr=0.001, foreach=True)
    return torch.optim.SGD(parameters, lr=0.02 if row.method == "momentum" else 0.1, momentum=0.9 if row.method == "momentum" else 0)


def run(row, epochs, is_compiled):
    torch.manual_seed(0)
    x, y, xt, yt = (torch.from_numpy(part) for part in load())
    model = network(row)
    if row.hidden is None:
        x, xt = (part[:, None].contiguous(memory_format=torch.channels_last) for part in (x, xt))
        model = model.to(memory_format=torch.channels_last)
    else:
        x, xt = x.reshape(-1, 784), xt.reshape(-1, 784)
    method = optimizer(row, model.parameters())
    loss_of = nn.CrossEntropyLoss()

    def forward(batch, labels):
        return loss_of(model(batch), labels)

    forward = torch.compile(forward) if is_compiled else forward
    seconds = []
    for _ in range(epochs):
        order = torch.randperm(len(x))
        begin = time.perf_counter()
        for first in range(0, len(x), row.batch):
            rows = order[first:first + row.batch]
            method.zero_grad(set_to_none=True)
            forward(x[rows], y[rows]).backward()
            method.step()
        seconds.append(time.perf_counter() - begin)
    with torch.no_grad():
        accuracy = (model(xt).argmax(1) == yt).double().mean().item()
    return {"peer": "PyTorch compiled" if is_compiled else "PyTorch", "version": torch.__version__, "seconds": seconds, "accuracy": accuracy}


if __name__ == "__main__":
    chosen, threads, epochs_wanted = ROWS[int(sys.argv[1])], int(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(threads)
    for form in (False, True):
        try:
            print(json.dumps(run(chosen, epochs_wanted, form)), flush=True)
        except Exception as error:  # a form that this installation cannot run is a named skip
            print(json.dumps({"peer": "PyTorch compiled" if form else "PyTorch", "skipped": str(error).splitlines()[0]}), flush=True)
