"""Section `exporter-patterns`: small graphs as exporters write them, converted and run in ncnn, against onnxruntime.

Each case is a typical part of a family of models: heads of detectors with their decoding, nets of Keras in NHWC, attention,
normalizations in common spellings, front ends for sound. Some have a limit of layers: that of a handwritten net.
"""

import os
import tempfile

import numpy as np
from converter import convert_all
import exporter_pattern_variants  # noqa: F401
from exporter_pattern_graphs import CASES
from isolation import run_isolated
from ncnn_runtime import Mismatch, RuntimeRefused, compare, run_model
from section import conclude, print_results, section_arguments, wanted

RELATIVE, ABSOLUTE = 1e-3, 1e-4


def main():
    options = section_arguments().parse_args()

    cases = [case for case in CASES if wanted(case.name, options)]
    results = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or scratch
        files = {case.name: os.path.abspath(os.path.join(folder, f"{case.name}.onnx")) for case in cases}
        for case in cases:
            case.save(files[case.name])
        answers = convert_all(options.converter, list(files.values()), folder, options.jobs)
        work = lambda case: judge(case, folder, files[case.name], answers[files[case.name]])  # noqa: E731
        for case, kind, value in run_isolated(cases, work, options.jobs):
            results[f"idiom/{case.name}"] = ("crash", value) if kind == "crash" else value[0]

    print_results(results)
    conclude("exporter-patterns", results, options, failing=("wrong", "crash", "layers"))


def judge(case, folder, path, answer):
    if not answer["ok"]:
        errors = [entry for entry in answer["diagnostics"] if entry["severity"] == "error"]
        return "refused", "; ".join(f"{entry['code']}: {entry['message']} ({entry['place'].get('operator')})" for entry in errors)
    try:
        worst = against_reference(case, folder, path)
    except Mismatch as mismatch:
        return "wrong", str(mismatch)
    except RuntimeRefused as refused:
        return "crash", str(refused)
    with open(os.path.join(folder, f"{case.name}.param"), encoding="utf-8") as file:
        lines = file.read().splitlines()[2:]
    types = [line.split()[0] for line in lines if line.strip()]
    counted = [name for name in types if name not in ("Input", "Split")]
    if case.layers is not None and len(counted) > case.layers:
        return "layers", f"{len(counted)} layers, {case.layers} are enough: {' '.join(counted)}"
    return "passed", f"{len(counted)} layers, largest difference {worst:.1e}"


def against_reference(case, folder, path):
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    worst = 0.0
    for seed, sizes in enumerate([{}, {}, *case.others]):
        feeds = case.feeds(np.random.default_rng(seed), sizes)
        actual = run_model(folder, case.name, feeds)
        for name, array in zip(names, session.run(names, feeds)):
            if name not in actual:
                raise Mismatch(f"output {name} is not in the manifest")
            compare(name, actual[name], array, RELATIVE, ABSOLUTE, fixed_shape=False)
            worst = max(worst, float(np.abs(actual[name].reshape(array.shape) - array).max()))
    return worst


if __name__ == "__main__":
    main()
