"""Models converted with the fp16 guard, in ncnn's ARM code.

The guard predicts what fp16 does without that code. So a net without masks must be right in fp16 on ARM, and masks must make the others right.
"""

import json
import os

import numpy as np
from converter import convert_all, refusal
from inputs import feeds_of
from ncnn_runtime import RuntimeRefused
from oracle import ARITHMETIC, Fault

TOLERANCE = 2e-2
RUNS = 2
# Outputs that apps cut at a threshold: twice the share of pixels that change, as the guard measures it.
MAPS = {"ocr-detector": 0.3}


def check_model(model, oracle, options, scratch, run_here, difference):
    """Whether the guard is right about a model, what is printed, and its row of the table."""
    name, file, shapes, words, kind = model
    inputs = [feeds_of(kind, shapes, seed + 1) for seed in range(RUNS)]
    calibration = os.path.join(scratch, f"{name}-inputs")
    os.makedirs(calibration)
    for number, feeds in enumerate(inputs):
        np.savez(os.path.join(calibration, f"{number}.npz"), **feeds)
    nets = {}
    for variant, extra in (("plain", ()), ("guarded", ("--calibrate", calibration))):
        folder = os.path.join(scratch, f"{name}-{variant}")
        path = os.path.abspath(file)
        fixed = [word for key, shape in shapes.items() for word in ("--shape", f"{key}={','.join(map(str, shape))}")]
        answer = convert_all(options.converter, [path], folder, 1, [*fixed, *words, *extra], seconds=3600)[path]
        if not answer["ok"]:
            return False, refusal(answer), None
        nets[variant] = os.path.join(folder, os.path.splitext(os.path.basename(path))[0])
    manifests = {variant: read_manifest(base) for variant, base in nets.items()}
    losses = {variant: 0.0 for variant in nets}
    for feeds in inputs:
        blobs = blobs_of(manifests["plain"], feeds)
        expected = run_here(nets["plain"], blobs, outputs_of(manifests["plain"]))
        for variant, base in nets.items():
            loss = loss_on_arm(oracle, base, blobs, expected, MAPS.get(name), difference)
            losses[variant] = max(losses[variant], loss)
    masks = [entry["mask"] for entry in manifests["guarded"].get("fp16Masks", [])]
    layers = count_layers(nets["plain"])
    row = {
        "model": name,
        "inputs": f"{RUNS} × {kind}",
        "layers": layers,
        "before": figure(losses["plain"]),
        "sums": masks.count(1),
        "blobs": masks.count(3),
        "casts": count_layers(nets["guarded"]) - layers,
        "after": figure(losses["guarded"]),
    }
    said = f"{row['before']} -> {row['after']} with {row['sums']} x 31=1, {row['blobs']} x 31=3, {row['casts']} casts"
    # Half of the tolerance, because sums are added in another order than the guard's.
    is_needed = not masks or losses["plain"] > TOLERANCE / 2
    return losses["guarded"] <= TOLERANCE and is_needed, said, row


def loss_on_arm(oracle, base, blobs, expected, cut, difference):
    try:
        actual = oracle.run(base + ".param", base + ".bin", ARITHMETIC, blobs, list(expected))
    except (Fault, RuntimeRefused):
        return float("inf")
    if cut is None:
        return max(difference(actual[name], array) for name, array in expected.items())
    return max(selection_loss(actual[name], array, cut) for name, array in expected.items())


def selection_loss(actual, expected, cut):
    if not np.isfinite(actual).all():
        return float("inf")
    either, both = ((actual >= cut) | (expected >= cut)).sum(), ((actual >= cut) & (expected >= cut)).sum()
    return 0.0 if either == 0 else 2 * (1 - both / either)


def figure(loss):
    return f"{loss:.1e}" if np.isfinite(loss) else "not finite"


def read_manifest(base):
    with open(base + ".ncnn.json", encoding="utf-8") as file:
        return json.load(file)


def blobs_of(manifest, feeds):
    return {entry["blob"]: feeds[entry["name"]].reshape(entry["ncnnShape"]) for entry in manifest["inputs"] if entry["blob"]}


def outputs_of(manifest):
    return [entry["blob"] for entry in manifest["outputs"]]


def count_layers(base):
    """The layers of a net, without those that only copy or feed."""
    with open(base + ".param", encoding="utf-8") as file:
        return sum(line.split()[0] not in ("Split", "Input") for line in file.read().splitlines()[2:])
