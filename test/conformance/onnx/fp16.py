"""Section `fp16`: real models with `--fp16`. The weights must be those of the float32 net, rounded as NumPy rounds, and the net
must compute in ncnn what the float32 net computes with the rounded weights, bit for bit."""

import os
import shutil
import struct
import tempfile

import numpy as np
from converter import convert_all, refusal
from isolation import run_isolated
from models import FREE_SIZES, MODELS, SCALES, random_feeds
from ncnn_runtime import Mismatch, RuntimeRefused, run_model
from section import conclude, print_results, section_arguments, wanted

FLOAT32, FLOAT16 = 0, 0x01306B47
LARGEST_LOSS = 1e-2


def main():
    options = section_arguments().parse_args()

    models = [model for model in MODELS if wanted(model[0], options)]
    with tempfile.TemporaryDirectory() as scratch:
        output = options.keep or scratch
        work = lambda model: check(model, options.converter, output)  # noqa: E731
        results = {}
        for model, kind, value in run_isolated(models, work, options.jobs, seconds=300):
            results[f"fp16/{model[0]}"] = ("crash", value) if kind == "crash" else value[0]
    print_results(results)
    conclude("fp16", results, options, failing=("wrong", "crash"), figures="models")


def check(model, command, output):
    name, file, shapes, pinned = model
    path = os.path.abspath(file)
    stem = os.path.splitext(os.path.basename(path))[0]
    fixed = [word for key, shape in shapes.items() for word in ("--shape", f"{key}={','.join(map(str, shape))}")]
    fixed += [word for key, value in pinned.items() for word in ("--const", f"{key}={value}")]
    folders = {form: os.path.join(output, f"{name}-{form}") for form in ("float32", "float16", "rounded")}
    kept = set()
    for form, flags in (("float32", []), ("float16", ["--fp16"])):
        answer = convert_all(command, [path], folders[form], 1, [*fixed, *flags])[path]
        if not answer["ok"]:
            return "refused", refusal(answer)
        kept = {entry["place"].get("node") for entry in answer["diagnostics"] if entry["code"] == "precision-loss"}
    try:
        halves, total = round_weights(stem, folders, kept)
        for scale, free in zip(SCALES, FREE_SIZES, strict=True):
            feeds = random_feeds(np.random.default_rng(20261020), shapes, scale, free)
            expected = run_model(folders["rounded"], stem, feeds)
            actual = run_model(folders["float16"], stem, feeds)
            for key, array in expected.items():
                if not np.array_equal(actual[key], array, equal_nan=True):
                    raise Mismatch(f"{key} differs by {np.abs(actual[key] - array).max()}")
    except Mismatch as mismatch:
        return "wrong", str(mismatch)
    except RuntimeRefused as refused:
        return "crash", str(refused)
    return "passed", f"{halves} of {total} weights are float16, {len(kept)} layers kept"


def round_weights(stem, folders, kept):
    """Writes the float32 net with rounded weights while comparing it with the float16 net; returns the numbers of fp16 weights and of all weights."""
    files = {form: os.path.join(folders[form], stem) for form in folders}
    shutil.copytree(folders["float32"], folders["rounded"], dirs_exist_ok=True)
    text = read(files["float32"] + ".param")
    if text != read(files["float16"] + ".param"):
        raise Mismatch("the nets differ in more than their weights")
    single, half = read(files["float32"] + ".bin"), read(files["float16"] + ".bin")
    rounded = bytearray()
    at, at_half, halves, total = 0, 0, 0, 0
    for layer, slots in weights_of(text.decode()):
        loses = False
        for tagged, length in slots:
            size = 4 * length
            total += 1
            if not tagged:
                data = single[at : at + size]
                if half[at_half : at_half + size] != data:
                    raise Mismatch(f"{layer}: a weight without a flag has changed")
                rounded += data
                at, at_half = at + size, at_half + size
                continue
            values = np.frombuffer(single, np.float32, length, at + 4)
            (flag,) = struct.unpack_from("<I", half, at_half)
            with np.errstate(over="ignore"):
                wanted = values.astype(np.float16)
            error = np.linalg.norm(values.astype(np.float64) - wanted.astype(np.float64))
            norm = np.linalg.norm(values.astype(np.float64))
            loses = loses or not np.isfinite(wanted).all() or error > LARGEST_LOSS * norm
            rounded += struct.pack("<I", FLOAT32)
            if flag == FLOAT16:
                halves += 1
                data = wanted.tobytes() + b"\0" * (-2 * length % 4)
                if half[at_half + 4 : at_half + 4 + len(data)] != data:
                    raise Mismatch(f"{layer}: a weight is not rounded as NumPy does")
                if layer in kept or loses:
                    raise Mismatch(f"{layer} should have stayed float32")
                rounded += wanted.astype(np.float32).tobytes()
                at_half += 4 + len(data)
            else:
                if layer not in kept:
                    raise Mismatch(f"{layer} is float32, and nothing tells why")
                rounded += values.tobytes()
                at_half += 4 + size
            at += 4 + size
        if layer in kept and not loses:
            raise Mismatch(f"{layer} stays float32 and would lose little")
    if (at, at_half) != (len(single), len(half)):
        raise Mismatch(f"{len(single) - at} and {len(half) - at_half} bytes are left")
    with open(files["rounded"] + ".bin", "wb") as file:
        file.write(rounded)
    return halves, total


def weights_of(text):
    """Name and weights of each layer: whether a weight has a flag, and its number of elements."""
    for line in text.splitlines()[2:]:
        kind, name, bottoms, tops, *rest = line.split()
        pairs = [word.split("=", 1) for word in rest[int(bottoms) + int(tops) :]]
        params = {int(key): value for key, value in pairs if not value.startswith('"') and "," not in value}
        yield name, slots_of(kind, lambda key, default=0: int(float(params.get(key, default))))  # noqa: B023


def slots_of(kind, value):
    if kind in ("Convolution", "Convolution1D", "ConvolutionDepthWise", "ConvolutionDepthWise1D") and not value(19):
        return [(True, value(6))] + [(False, value(0))] * value(5)
    if kind in ("Deconvolution", "DeconvolutionDepthWise") and not value(28):
        return [(True, value(6))] + [(False, value(0))] * value(5)
    if kind == "InnerProduct":
        return [(True, value(2))] + [(False, value(0))] * value(1)
    if kind == "Embed":
        return [(True, value(3))] + [(False, value(0))] * value(2)
    if kind == "BatchNorm":
        return [(False, value(0))] * 4
    if kind == "LayerNorm":
        return [(False, value(0))] * 2 * value(2, 1)
    if kind in ("InstanceNorm", "GroupNorm"):
        return [(False, value(0 if kind == "InstanceNorm" else 1))] * 2 * value(2 if kind == "InstanceNorm" else 3, 1)
    if kind == "PReLU":
        return [(False, value(0))]
    if kind == "Scale" and value(0) != -233:
        return [(False, value(0))] * (1 + value(1))
    if kind == "MemoryData":
        sizes = [value(0), value(1), value(11), value(2)]
        return [(value(21, 1) == 0, int(np.prod([size for size in sizes if size > 0])))]
    if kind == "LSTM":
        outputs, directions = value(0), 2 if value(2) == 2 else 1
        hidden = value(3, outputs)
        slots = [value(1), 4 * hidden * directions, 4 * hidden * outputs * directions]
        return [(True, size) for size in [*slots, *([hidden * outputs * directions] if hidden != outputs else [])]]
    if kind == "Gemm":
        m, n, k = value(7), value(8), value(9)
        c = [1, m, m, n * m, n][value(10)] if value(6) and value(10) >= 0 else 0
        return [(True, size) for size in (m * k * value(4), n * k * value(5), c) if size]
    return []


def read(file):
    with open(file, "rb") as handle:
        return handle.read()


if __name__ == "__main__":
    main()
