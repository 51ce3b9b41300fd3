"""Section `nets`: published nets, before and after a conversion, in the real ncnn.

Every output of the source, and every blob whose name the result still has, must hold the same values; an output of the source must be
there by its name. Each net is converted with default options, and with `--keep '*'`, which must keep every blob. NCNN_NETS names a folder
with further nets, such as `benchmark/models` of ncnn.
"""

import glob
import json
import os
import subprocess
import tempfile

import numpy as np
from converter import convert_all, refusal
from isolation import run_isolated
from ncnn_runtime import Mismatch, RuntimeRefused, load
from section import section_arguments, wanted

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "fixtures")
# Relative to the largest value of a blob, because sums are computed in another order.
TOLERANCE = 1e-3
WAYS = {"default": (), "keep": ("--keep", "*")}


def main():
    options = section_arguments().parse_args()
    folders = [os.path.join(FIXTURES, "nets"), os.path.join(FIXTURES, "optimize", "**"), *filter(None, [os.environ.get("NCNN_NETS")])]
    files = [file for folder in folders for file in sorted(glob.glob(os.path.join(folder, "*.param"), recursive=True)) if wanted(file, options)]
    import ncnn  # noqa: F401 - once, and not in each of the processes that are forked

    results = {}
    with tempfile.TemporaryDirectory() as scratch:
        source = os.path.join(scratch, "source")
        done = subprocess.run([options.converter[0], options.generator, source, *files], stdout=subprocess.PIPE, text=True, check=True)
        nets = [json.loads(line) for line in done.stdout.splitlines()]
        models = [os.path.join(source, net["stem"] + ".param") for net in nets]
        tasks = []
        for way, words in WAYS.items():
            output = os.path.join(options.keep or scratch, way)
            answers = convert_all(options.converter, models, output, options.jobs, words)
            for net, model in zip(nets, models):
                if answers[model]["ok"]:
                    tasks.append((way, output, net))
                else:
                    results[f"{net['stem']}, {way}"] = f"refused: {refusal(answers[model])}"
        for (way, _, net), kind, value in run_isolated(tasks, lambda task: check(source, *task), options.jobs, seconds=300):
            results[f"{net['stem']}, {way}"] = f"crash: {value}" if kind == "crash" else value[0]
    failed = {name: reason for name, reason in results.items() if reason}
    for name, reason in sorted(results.items()):
        if reason or options.verbose:
            print(f"  {'FAILED' if reason else 'passed'} {name}: {reason or ''}")
    print(f"figures: {len(results) - len(failed)} of {len(results)} conversions of {len(nets)} nets, every output by its name")
    print(f"nets: {len(results) - len(failed)} passed, {len(failed)} failed")
    raise SystemExit(1 if failed else 0)


def check(source, way, output, net):
    """What is wrong with a conversion, or `None`."""
    with open(os.path.join(output, net["stem"] + ".ncnn.json"), encoding="utf-8") as file:
        manifest = json.load(file)
    random = np.random.default_rng(len(net["stem"]))
    feeds = {entry["blob"]: values_for(entry["shape"], random) for entry in net["inputs"]}
    try:
        before = Runner(os.path.join(source, net["stem"]), feeds)
        after = Runner(os.path.join(output, net["stem"]), feeds)
        there = set(after.blobs)
        for entry in manifest["outputs"]:
            compare(entry["name"], before.extract(entry["name"]), after.extract(entry["blob"]))
        missing = [name for name in net["blobs"] if name not in there and "_splitncnn_" not in name]
        if sorted(missing) != sorted(manifest.get("lostBlobs", [])):
            raise Mismatch(f"lostBlobs does not list what is gone: {missing[:5]}")
        if way == "keep" and missing:
            raise Mismatch(f"{missing[:5]} are gone, though all are kept")
        for name in net["blobs"]:
            if name in there:
                compare(name, before.extract(name), after.extract(name))
    except (Mismatch, RuntimeRefused) as fault:
        return str(fault)
    return None


def values_for(shape, random):
    """Noise, or an image-like array for an image input: with noise, the SPAN nets differ by a tenth from their own results without Winograd."""
    noise = random.standard_normal(shape)
    if len(shape) == 3 and shape[0] in (1, 3):
        noise = np.clip(0.5 + 0.01 * np.cumsum(noise, axis=2) + 0.01 * np.cumsum(noise, axis=1), 0, 1)
    return noise.astype(np.float32)


class Runner:
    """A net on fixed inputs, from which any blob is extracted: not in light mode, which frees a blob after its last reader."""

    def __init__(self, base, feeds):
        self.net = load(base + ".param", base + ".bin")
        with open(base + ".param", encoding="utf-8") as file:
            self.blobs = [word for line in file.read().splitlines()[2:] for word in tops_of(line.split())]
        import ncnn

        # One extractor for all blobs, so that each layer runs once.
        self.extractor = self.net.create_extractor()
        self.extractor.set_light_mode(False)
        self.fed = {name: ncnn.Mat(values).clone() for name, values in feeds.items() if name in self.net.input_names()}
        for name, mat in self.fed.items():
            self.extractor.input(name, mat)

    def extract(self, blob):
        status, mat = self.extractor.extract(blob)
        if status != 0:
            raise RuntimeRefused(f"extract {blob} gives {status}")
        # A detector without detections.
        return np.zeros(0, np.float32) if mat.empty() else np.array(mat)


def tops_of(words):
    bottoms, tops = int(words[2]), int(words[3])
    return words[4 + bottoms : 4 + bottoms + tops]


def compare(name, expected, actual):
    if actual.shape != expected.shape:
        raise Mismatch(f"{name}: the shape is {list(actual.shape)}, was {list(expected.shape)}")
    if expected.size == 0:
        return
    scale = max(1e-6, float(np.abs(expected).max()))
    error = float(np.abs(actual.astype(np.float64) - expected).max())
    if not error <= TOLERANCE * scale:
        raise Mismatch(f"{name}: differs by {error:.3g}, the largest value is {scale:.3g}")


if __name__ == "__main__":
    main()
