#!/usr/bin/env python3
"""Checks every N.onnx of a folder and runs it on N.in, f32 samples, in two parts: writes N.output and N.label."""

import sys
from pathlib import Path

import numpy
import onnx
import onnxruntime

for path in sorted(Path(sys.argv[1]).glob("*.onnx")):
    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    lengths = session.get_inputs()[0].shape[1:]
    samples = numpy.fromfile(path.with_suffix(".in"), numpy.float32).reshape([-1, *lengths])
    first, second = (session.run(None, {"input": part}) for part in (samples[:7], samples[7:]))
    for output, begin, end in zip(session.get_outputs(), first, second):
        numpy.concatenate([begin, end]).tofile(path.with_suffix("." + output.name))
