"""Section `caffe`: generated Caffe models, converted and run in ncnn, against OpenCV's dnn module or Caffe's formulas in numpy.

Where CAFFE2NCNN names ncnn's own converter, its results for the same models are counted, and the run fails if it converts a net correctly
that this converter does not.
"""

import json
import os
import re
import subprocess
import tempfile

import numpy as np
from cases import CASES
from nets import NETS
from converter import convert_all, refusal
from isolation import run_isolated
from ncnn_runtime import Mismatch, RuntimeRefused, compare, run_model
from section import conclude, print_results, section_arguments, wanted

RELATIVE, ABSOLUTE = 1e-3, 1e-4
DETECTORS = ("net-mobilenet_ssd", "net-vgg_ssd", "yolo", "yolov3")
VARIANTS = [("optimized", ()), ("plain", ("--no-optimize",))]


def main():
    options = section_arguments().parse_args()

    builders = {f"net-{build.__name__}": (build, None) for build in NETS} | CASES
    chosen = {name: entry for name, entry in builders.items() if wanted(name, options)}
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
                    results[f"caffe/{name}/{variant}"] = ("refused", refusal(answers[file]))
        work = lambda task: check(directory, task, *nets[task[0]])  # noqa: E731
        for (name, variant), kind, value in run_isolated(tasks, work, options.jobs, seconds=300):
            results[f"caffe/{name}/{variant}"] = ("crash", value) if kind == "crash" else value[0]
        if "CAFFE2NCNN" in os.environ:
            rival_tasks = [(name, "caffe2ncnn") for name, variant in tasks if variant == "plain" and convert_natively(directory, name)]
            rival = {}
            for (name, _), kind, value in run_isolated(rival_tasks, work, options.jobs, seconds=300):
                rival[name] = kind != "crash" and value[0][0] == "passed"
            right = [name for name in nets if rival.get(name)]
            ours = [name for name in nets if results[f"caffe/{name}/plain"][0] == "passed"]
            print(f"  caffe2ncnn: {len(rival_tasks)} of {len(nets)} nets converted, {len(right)} right; ours: {len(ours)} right")
            for name in sorted(set(right) - set(ours)):
                print(f"  BEHIND   {name}: caffe2ncnn gets it right")

    print_results(results, options.verbose or bool(options.only))
    conclude("caffe", results, options, failing=("refused", "wrong", "crash"), figures=f"conversions of {len(chosen)} nets")


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
    except Exception as error:  # Any exception of the bindings concerns this case only.
        return "crash", f"{type(error).__name__}: {error}"
    return "passed", f"largest difference {worst:.1e}"


def convert_natively(directory, name):
    """Whether CAFFE2NCNN writes a net; the manifest of this converter is written beside it, with Caffe's names of the blobs."""
    stem = os.path.join(directory, "caffe2ncnn", name)
    os.makedirs(os.path.dirname(stem), exist_ok=True)
    source = os.path.join(directory, name)
    words = [os.environ["CAFFE2NCNN"], f"{source}.prototxt", f"{source}.caffemodel", f"{stem}.param", f"{stem}.bin"]
    if subprocess.run(words, capture_output=True).returncode != 0 or not os.path.exists(f"{stem}.param"):
        return False
    with open(os.path.join(directory, "plain", f"{name}.ncnn.json"), encoding="utf-8") as file:
        manifest = json.load(file)
    for entry in manifest["inputs"] + manifest["outputs"]:
        entry["blob"] = entry["name"]
    with open(f"{stem}.ncnn.json", "w", encoding="utf-8") as file:
        json.dump(manifest, file)
    return True


def ordered(rows):
    """Detections sorted by class and score, because equal scores may have any order."""
    return rows[np.lexsort((rows[:, 2], -rows[:, 1].round(4), rows[:, 0]))]


def random_feeds(net):
    """Normal values for each Input of the text."""
    generator = np.random.default_rng(20261020)
    pattern = r'type: "Input" top: "([^"]+)" input_param \{ shape \{ ((?:dim: \d+ ?)+)\}'
    shapes = {name: [int(size) for size in re.findall(r"\d+", dims)] for name, dims in re.findall(pattern, "\n".join(net.text))}
    return {name: generator.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}


def opencv(stem, feeds, actual):
    """The outputs of OpenCV by top name. OpenCV needs a layer name: that of the last layer that writes the top."""
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
