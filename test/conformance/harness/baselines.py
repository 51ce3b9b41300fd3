"""Results of other converters for the same model: the layers, and whether the net matches the reference in ncnn."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
from isolation import run_isolated
from ncnn_runtime import Mismatch, RuntimeRefused, load

NOTHING = {"layers": None, "works": False}


@dataclass(frozen=True)
class Task:
    """The reference of a net: for each run the inputs and the expected results, in the order of the source model."""

    feeds: list
    wanted: list
    # Called with the actual and the expected result; raises Mismatch.
    compare: callable
    seconds: int = 300


def pnnx(path, scratch, shapes, task):
    """The net of pnnx for a traced model or an ONNX file; `shapes` are words such as `[1,3,224,224]` or `[1,7]i64`."""
    os.makedirs(scratch, exist_ok=True)
    # It writes all its files beside its input.
    copy = os.path.join(scratch, os.path.basename(path).replace("-", "_"))
    shutil.copyfile(path, copy)
    tool = os.path.join(os.path.dirname(sys.executable), "pnnx")
    words = [tool, copy, f"inputshape={','.join(shapes)}", "fp16=0"]
    try:
        subprocess.run(words, cwd=scratch, capture_output=True, timeout=3 * task.seconds)
    except (OSError, subprocess.TimeoutExpired):
        return NOTHING
    base = os.path.splitext(copy)[0] + ".ncnn"
    return judge(base + ".param", base + ".bin", task)


def native(path, scratch, task):
    """The net of onnx2ncnn and ncnnoptimize, if the environment names them."""
    convert, optimize = os.environ.get("ONNX2NCNN"), os.environ.get("NCNNOPTIMIZE")
    if not convert or not optimize or not os.path.exists(path):
        return NOTHING
    os.makedirs(scratch, exist_ok=True)
    files = [os.path.join(scratch, f"native{end}") for end in (".param", ".bin", "-opt.param", "-opt.bin")]
    subprocess.run([convert, path, *files[:2]], capture_output=True)
    if not os.path.exists(files[1]):
        return NOTHING
    subprocess.run([optimize, *files[:2], *files[2:], "0"], capture_output=True)
    if not os.path.exists(files[3]):
        return NOTHING
    return judge(files[2], files[3], task)


def judge(param, weights, task):
    if not os.path.exists(param) or layer_count(param) == 0:
        return NOTHING
    work = lambda _: runs_right(param, weights, task)  # noqa: E731
    ((_, kind, value),) = run_isolated([param], work, 1, seconds=task.seconds)
    return {"layers": layer_count(param), "works": kind == "value" and value[0]}


def runs_right(param, weights, task):
    """Whether the net computes the expected results, fed with or without a first axis of size 1."""
    try:
        net = load(param, weights)
    except RuntimeRefused:
        return False
    return any(all(run_right(net, *run, task.compare, view) for run in zip(task.feeds, task.wanted)) for view in (without_batch, as_it_is))


def run_right(net, feeds, wanted, compare, view):
    import ncnn

    names = net.input_names(), net.output_names()
    # The outputs of onnx2ncnn come after the unused tops of its Split layers.
    if len(names[0]) != len(feeds) or len(names[1]) < len(wanted):
        return False
    extractor = net.create_extractor()
    # A Mat is a view of its array and does not keep it alive.
    arrays = [np.ascontiguousarray(view(feed)) for feed in feeds]
    for name, array in zip(sorted(names[0], key=by_number), arrays):
        extractor.input(name, ncnn.Mat(array).clone())
    for name, expected in zip(sorted(names[1], key=by_number)[-len(wanted) :], wanted):
        status, mat = extractor.extract(name)
        if status != 0:
            return False
        result = np.array(mat)
        if expected.dtype.kind in "iub" and result.dtype == np.float32 and np.abs(result).max(initial=0) < 1e-30:
            result = result.view(np.int32)
        try:
            compare(result.reshape(expected.shape).astype(np.float64), expected)
        except (Mismatch, ValueError):
            return False
    return True


def without_batch(array):
    array = bits_of(array)
    return array[0] if array.ndim > 1 and array.shape[0] == 1 else array


def as_it_is(array):
    return bits_of(array)


def bits_of(array):
    """Integers as ncnn reads them."""
    return array.astype(np.int32).view(np.float32) if array.dtype.kind in "iu" else array.astype(np.float32)


def by_number(name):
    """pnnx names its blobs in0, in1 … and out0, out1 …"""
    digits = "".join(letter for letter in name if letter.isdigit())
    return (int(digits) if name.startswith(("in", "out")) and digits else 0, 0)


def layer_count(param):
    """Layers without the inputs."""
    with open(param, encoding="utf-8") as file:
        lines = file.read().splitlines()[2:]
    return sum(1 for line in lines if line.split()[:1] not in ([], ["Input"]))
