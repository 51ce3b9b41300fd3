"""Section `optimize`: nets before and after the passes, run in ncnn on the same random input.

Every net is run without passes, with all passes, and with each single pass that changes it. The nets that ncnnoptimize was run
on must not have more layers than it reached, nor all of them together more than `MOST_LAYERS`.
"""

import glob
import json
import os
import subprocess
import tempfile

import numpy as np
from isolation import run_isolated
from ncnn_runtime import Mismatch, RuntimeRefused, load
from section import section_arguments, wanted

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "fixtures", "optimize")
MOST_LAYERS = 155
# Relative to the largest output, for each pass that changed something.
TOLERANCE = 2e-5


def main():
    options = section_arguments().parse_args()

    with open(os.path.join(FOLDER, "layer-counts.json"), encoding="utf-8") as file:
        native = {stem: counts["ncnnoptimize"] for stem, counts in json.load(file).items()}
    nets = sorted(glob.glob(os.path.join(FOLDER, "**", "*.param"), recursive=True))
    nets = [net for net in nets if wanted(net, options)]
    import ncnn  # noqa: F401 - once, and not in each of the processes that are forked

    with tempfile.TemporaryDirectory() as scratch:
        output = options.keep or scratch
        done = subprocess.run([options.converter[0], options.generator, output, *nets], stdout=subprocess.PIPE, text=True, check=True)
        found = [json.loads(line) for line in done.stdout.splitlines()]
        tasks = [(net["stem"], net) for net in found]
        results = {}
        for (stem, _), kind, value in run_isolated(tasks, lambda task: check(output, task[1]), options.jobs, seconds=60):
            results[stem] = [("crash", value)] if kind == "crash" else value[0]

    passed = failed = 0
    ours = {}
    for net in found:
        stem = net["stem"]
        layers = {variant["name"]: variant["layers"] for variant in net["variants"]}
        ours[stem] = layers["fewest"]
        faults = [reason for _, reason in results[stem] if reason]
        if layers["fewest"] > native.get(stem, layers["before"]):
            faults.append(f"{layers['fewest']} layers, {native.get(stem, layers['before'])} would do")
        if len(net["variants"]) <= 2 and stem not in native:
            faults.append("no pass finds anything")
        counted = f"{layers['before']:>3} -> {layers['all']:>3}" + (f", native {native[stem]:>3}" if stem in native else "")
        alone = ", ".join(variant["name"] for variant in net["variants"][3:])
        if options.verbose or options.only or faults:
            print(f"  {'FAILED' if faults else 'passed':<8} {stem:<60} {counted}  {alone}")
        for fault in faults:
            print(f"           {fault}")
        failed += bool(faults)
        passed += not faults
    counted = [stem for stem in native if stem in ours]
    total, theirs = sum(ours[stem] for stem in counted), sum(native[stem] for stem in counted)
    if len(counted) == len(native):
        failed += total > MOST_LAYERS
        print(f"  {total} layers of {len(counted)} nets that ncnnoptimize makes {theirs} of, at most {MOST_LAYERS}")
    print(f"figures: {passed} of {passed + failed} nets; {total} layers where ncnnoptimize leaves {theirs}")
    print(f"optimize: {passed} passed, {failed} failed")
    raise SystemExit(1 if failed else 0)


def check(output, net):
    """For each variant its name and its errors."""
    random = np.random.default_rng(len(net["stem"]))
    feeds = {entry["blob"]: random.standard_normal(entry["shape"]).astype(np.float32) for entry in net["inputs"]}
    reference, faults = None, []
    for variant in net["variants"]:
        name = variant["name"]
        try:
            results = run(os.path.join(output, net["stem"], name), feeds, variant["outputs"])
            if reference is None:
                reference = results
            else:
                compare(results, reference, TOLERANCE * max(1, len(variant["passes"])))
            faults.append((name, None))
        except (Mismatch, RuntimeRefused) as fault:
            faults.append((name, f"{name}: {fault}"))
            if reference is None:
                break
    return faults


def run(base, feeds, outputs):
    import ncnn

    net = load(base + ".param", base + ".bin")
    results = []
    for blob in outputs:
        extractor = net.create_extractor()
        for name, values in feeds.items():
            # A blob that no output needs is no longer in the net.
            if name in net.input_names():
                extractor.input(name, ncnn.Mat(values).clone())
        status, mat = extractor.extract(blob)
        if status != 0:
            raise RuntimeRefused(f"extract {blob} gives {status}")
        results.append(np.array(mat))
    return results


def compare(results, reference, tolerance):
    for result, expected in zip(results, reference, strict=True):
        if result.shape != expected.shape:
            raise Mismatch(f"the shape is {list(result.shape)}, was {list(expected.shape)}")
        scale = float(np.abs(expected).max())
        error = float(np.abs(result.astype(np.float64) - expected).max())
        if not error <= tolerance * scale or not np.isfinite(scale):
            raise Mismatch(f"differs by {error:.3g}, the largest value is {scale:.3g}")


if __name__ == "__main__":
    main()
