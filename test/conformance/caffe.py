"""Section `caffe`: generated Caffe models, converted and run in ncnn, against OpenCV's dnn module or Caffe's formulas in numpy."""

import argparse
import os
import re
import tempfile

import numpy as np
from caffe_cases import CASES
from caffe_nets import NETS
from converter import convert_all
from isolation import run_isolated
from ncnn_runtime import Mismatch, RuntimeRefused, compare, run_model
from passing import Passing

RELATIVE, ABSOLUTE = 1e-3, 1e-4
DETECTORS = ("net-mobilenet_ssd", "net-vgg_ssd", "yolo", "yolov3")
VARIANTS = [("optimised", ()), ("plain", ("--no-optimize",))]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cache", required=True)
    parser.add_argument("--converter", required=True, action="append", help="the command of the tool, word by word")
    parser.add_argument("--passing", required=True)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--keep", help="directory for the models and what they are converted to, which stay there")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()

    builders = {f"net-{build.__name__}": (build, None) for build in NETS} | CASES
    chosen = {name: entry for name, entry in builders.items() if not options.only or any(word in name for word in options.only)}
    results = {}
    with tempfile.TemporaryDirectory() as scratch:
        directory = options.keep or scratch
        nets = {}
        for name, (build, reference) in chosen.items():
            net = build()
            nets[name] = (net, reference)
            net.write(os.path.join(directory, name), getattr(net, "style", "float"))
        tasks = []
        for variant, arguments in VARIANTS:
            output = os.path.join(directory, variant)
            files = [os.path.join(directory, f"{name}.prototxt") for name in nets]
            answers = convert_all(options.converter, files, output, options.jobs, arguments)
            for name, file in zip(nets, files):
                if answers[file]["ok"]:
                    tasks.append((name, variant))
                else:
                    errors = [entry for entry in answers[file]["diagnostics"] if entry["severity"] == "error"]
                    results[f"caffe/{name}/{variant}"] = ("refused", "; ".join(f"{entry['code']}: {entry['message']}" for entry in errors))
        work = lambda task: check(directory, task, *nets[task[0]])  # noqa: E731
        for (name, variant), kind, value in run_isolated(tasks, work, options.jobs, seconds=300):
            results[f"caffe/{name}/{variant}"] = ("crash", value) if kind == "crash" else value[0]

    for name, (kind, reason) in sorted(results.items()):
        if kind != "passed" or options.verbose or options.only:
            print(f"  {kind if kind in ('passed', 'refused') else kind.upper():<8} {name:<48} {reason}")
    passing = Passing(options.passing)
    passed = {name for name, (kind, _) in results.items() if kind == "passed"}
    lost = passing.compare(results, passed, options.update)
    for name in lost:
        print(f"  LOST {name}")
    failed = set(lost) | {name for name, (kind, _) in results.items() if kind != "passed"}
    print(f"caffe: {len(passed)} passed, {len(failed)} failed")
    raise SystemExit(1 if failed else 0)


def check(directory, task, net, reference):
    name, variant = task
    feeds = net.feeds() if hasattr(net, "feeds") else random_feeds(net)
    try:
        actual = run_model(os.path.join(directory, variant), name, feeds)
        expected = opencv(os.path.join(directory, name), feeds, actual) if reference is None else reference(net, feeds)
        worst = 0.0
        for output, array in expected.items():
            if output not in actual:
                raise Mismatch(f"output {output} is not in the manifest: {list(actual)}")
            found = actual[output]
            if array.ndim == 4 and array.shape[:2] == (1, 1) and array.shape[3] == 7 and found.shape[-1:] == (6,):
                array = array.reshape(-1, 7)[:, 1:]
            if found.ndim == 2 and array.ndim == 2 and found.shape[1] == 6 and name in DETECTORS:
                array, found = ordered(array), ordered(found)
            compare(output, found, array, RELATIVE, ABSOLUTE)
            worst = max(worst, float(np.abs(found.reshape(array.shape) - array).max(initial=0)))
    except Mismatch as mismatch:
        return "wrong", str(mismatch)
    except RuntimeRefused as refused:
        return "crash", str(refused)
    except Exception as error:  # Whatever the bindings throw is about this case alone.
        return "crash", f"{type(error).__name__}: {error}"
    return "passed", f"largest difference {worst:.1e}"


def ordered(rows):
    """Detections by class and score: equal scores may come in any order."""
    return rows[np.lexsort((rows[:, 2], -rows[:, 1].round(4), rows[:, 0]))]


def random_feeds(net):
    """Normal values for each Input of the text."""
    generator = np.random.default_rng(20261020)
    pattern = r'type: "Input" top: "([^"]+)" input_param \{ shape \{ ((?:dim: \d+ ?)+)\}'
    shapes = {name: [int(size) for size in re.findall(r"\d+", dims)] for name, dims in re.findall(pattern, "\n".join(net.text))}
    return {name: generator.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}


def opencv(stem, feeds, actual):
    """The outputs of OpenCV by the names of the tops; a layer is asked for by its own name, that of the last one to write a top."""
    import cv2

    cv2.setNumThreads(1)
    net = cv2.dnn.readNetFromCaffe(stem + ".prototxt", stem + ".caffemodel")
    net.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
    net.enableWinograd(False)
    for name, array in feeds.items():
        net.setInput(array, name)
    with open(stem + ".prototxt", encoding="utf-8") as file:
        text = file.read()
    writers = {}
    for layer, line in re.findall(r'^layer \{ name: "([^"]+)"(.*)$', text, re.M):
        for top in re.findall(r'top: "([^"]+)"', line):
            writers[top] = layer
    names = list(actual)
    results = [net.forward(writers[name]) if len(set(writers.values())) and writers[name] else None for name in names]
    return dict(zip(names, results))


if __name__ == "__main__":
    main()
