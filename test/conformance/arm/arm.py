"""Section `arm`: nets in ncnn's ARM code, in fp32 and in fp16, compared with ncnn on this machine in fp32.

In fp32 the results must be those of x86. In fp16, which is ncnn's default on ARM, they must be finite and within 2e-2 of the largest value,
except for nets with larger losses: those are in `KNOWN_LOSSES`, each with the reason. Converted with the guard, all must be. Without the tools
the section is skipped with a message.
"""

import glob
import json
import os
import subprocess
import tempfile

import numpy as np
from converter import convert_all, refusal
from guarded import blobs_of, check_model, outputs_of, read_manifest
from inputs import feeds_of
from ncnn_runtime import RuntimeRefused, load
from oracle import ARITHMETIC, FP32, STORAGE, Fault, Oracle, start_or_skip
from real_models import REAL_MODELS, all_models
from section import section_arguments, wanted

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "..", "..", "fixtures")
# Relative to the largest value of a blob.
LIMITS = {FP32: 1e-4, STORAGE: 2e-2, ARITHMETIC: 2e-2}
WAYS = {"fp32": FP32, "fp16 storage": STORAGE, "fp16": ARITHMETIC}
SQUARES = "squares of 16-bit samples are larger than 65504"
POWERS = "powers of the spectrum are up to 2e7"
KNOWN_LOSSES = {
    "ocr-detector, fp16": "the sums of p2o.Conv.61 overflow; `--calibrate` masks it",
    "ocr-detector, fp16 storage": "edges of the text mask differ by up to 9e-2",
    **{f"wakeword-melspectrogram, {way}": SQUARES for way in ("fp16", "fp16 storage")},
    "yolov3_bits, fp16": "sizes of boxes are exponentials of the convolutions' results",
    **{f"voice-legacy, {way}": POWERS for way in ("fp16", "fp16 storage")},
}


def main():
    options = section_arguments(full="all real models").parse_args()
    results = {}
    with tempfile.TemporaryDirectory() as scratch:
        oracle = start_or_skip("arm", lambda: Oracle(options.cache, scratch))
        for name, base, feeds, outputs in [*published_nets(options, scratch), *real_models(options, scratch, results)]:
            for way, mode in WAYS.items():
                results[f"{name}, {way}"] = check(oracle, base, feeds, outputs, mode)
        check_guard(oracle, options, scratch, results)
    known = {name: reason for name, reason in KNOWN_LOSSES.items() if results.get(name, (True, ""))[0] is False}
    failed = {name for name, (ok, _) in results.items() if not ok and name not in known}
    for name, (ok, said) in sorted(results.items()):
        kind = "passed" if ok else "known" if name in known else "FAILED"
        print(f"  {kind:<8} {name:<56} {said} {known.get(name, '')}")
    print(f"figures: {len(results) - len(failed) - len(known)} of {len(results)} runs on the ARM code of ncnn, {len(known)} with known losses")
    print(f"arm: {len(results) - len(failed)} passed, {len(failed)} failed")
    raise SystemExit(1 if failed else 0)


def check_guard(oracle, options, scratch, results):
    """Converts the models with calibration; with --update, writes the table of docs/phones.md."""
    rows = []
    for model in all_models(options.cache, scratch):
        if wanted(f"{model[0]}, guarded", options):
            ok, said, row = check_model(model, oracle, options, scratch, run_here, difference)
            results[f"{model[0]}, guarded"] = (ok, said)
            print(f"  {model[0]}: {said}", flush=True)
            rows += [] if row is None else [row]
    if options.update:
        write_table(rows)


def write_table(rows):
    """Replaces the rows of the models that ran."""
    path = os.path.join(HERE, "guarded.json")
    known = []
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            known = json.load(file)
    found = {row["model"]: row for row in [*known, *rows]}
    with open(path, "w", encoding="utf-8") as file:
        json.dump([found[name] for name in sorted(found)], file, indent=2, ensure_ascii=False)
        file.write("\n")


def published_nets(options, scratch):
    """Name, path without extension, feeds and outputs of the nets that the sections `nets` and `optimize` run."""
    pattern = [os.path.join(FIXTURES, "nets", "*.param"), os.path.join(FIXTURES, "optimize", "*.param")]
    files = [file for each in pattern for file in sorted(glob.glob(each)) if wanted(file, options)]
    source, made = (os.path.join(scratch, name) for name in ("source", "nets"))
    done = subprocess.run([options.converter[0], options.generator, source, *files], stdout=subprocess.PIPE, text=True, check=True)
    nets = [json.loads(line) for line in done.stdout.splitlines()]
    models = [os.path.join(source, net["stem"] + ".param") for net in nets]
    answers = convert_all(options.converter, models, made, options.jobs)
    for net, model in zip(nets, models):
        if answers[model]["ok"]:
            random = np.random.default_rng(len(net["stem"]))
            given = {entry["blob"]: random.standard_normal(entry["shape"]).astype(np.float32) for entry in net["inputs"]}
            base = os.path.join(made, net["stem"])
            inputs, outputs = ends_of(base)
            yield net["stem"], base, {name: given[name] for name in inputs}, outputs


def real_models(options, scratch, results):
    for name, file, shapes, words, kind in REAL_MODELS:
        if not wanted(name, options):
            continue
        folder = os.path.join(scratch, name)
        path = os.path.abspath(file)
        fixed = [word for key, shape in shapes.items() for word in ("--shape", f"{key}={','.join(map(str, shape))}")]
        answer = convert_all(options.converter, [path], folder, 1, [*fixed, *words])[path]
        if not answer["ok"]:
            results[name] = (False, refusal(answer))
            continue
        base = os.path.join(folder, os.path.splitext(os.path.basename(path))[0])
        manifest = read_manifest(base)
        yield name, base, blobs_of(manifest, feeds_of(kind, shapes)), outputs_of(manifest)


def ends_of(base):
    manifest = read_manifest(base)
    return ([entry["blob"] for entry in manifest["inputs"] if entry["blob"]], [entry["blob"] for entry in manifest["outputs"]])


def check(oracle, base, feeds, outputs, mode):
    """Whether a run is correct, and the largest difference relative to the largest value."""
    try:
        expected = run_here(base, feeds, outputs)
        actual = oracle.run(base + ".param", base + ".bin", mode, feeds, outputs)
    except (Fault, RuntimeRefused) as fault:
        return False, str(fault)
    worst = max(difference(actual[name], expected[name]) for name in outputs)
    return worst <= LIMITS[mode], f"{worst:.1e}"


def difference(actual, expected):
    """Relative to the largest value; infinite if only one of the two is finite."""
    if actual.shape != expected.shape:
        return float("inf")
    finite = np.isfinite(expected)
    if not np.array_equal(finite, np.isfinite(actual)):
        return float("inf")
    if not finite.any():
        return 0.0
    scale = max(float(np.abs(expected[finite]).max()), 1e-6)
    return float(np.abs(actual[finite].astype(np.float64) - expected[finite]).max()) / scale


def run_here(base, feeds, outputs):
    import ncnn

    net = load(base + ".param", base + ".bin")
    extractor = net.create_extractor()
    kept = {name: ncnn.Mat(np.ascontiguousarray(array)).clone() for name, array in feeds.items()}
    for name, mat in kept.items():
        extractor.input(name, mat)
    results = {}
    for name in outputs:
        status, mat = extractor.extract(name)
        if status != 0:
            raise RuntimeRefused(f"extract {name} gives {status}")
        results[name] = np.zeros(0, np.float32) if mat.empty() else np.array(mat).copy()
    return results


if __name__ == "__main__":
    main()
