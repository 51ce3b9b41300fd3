"""Section `reports`: problems reported for converters, as graphs of each kind, converted and run in ncnn, against onnxruntime.

Some must be rejected: then the message must name the cause and nothing else.
"""

import collections
import os
import re
import tempfile

import numpy as np
from converter import convert_all, refusal
from isolation import run_isolated
from ncnn_runtime import Mismatch, RuntimeRefused, compare, run_model
from report_graphs import REPORTS
from section import conclude, print_results, section_arguments, wanted

RELATIVE, ABSOLUTE = 1e-3, 1e-4


def main():
    options = section_arguments().parse_args()

    reports = [report for report in REPORTS if wanted(report.name, options)]
    results = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or scratch
        files = {report.name: os.path.abspath(os.path.join(folder, f"{stem_of(report)}.onnx")) for report in reports}
        groups = collections.defaultdict(list)
        for report in reports:
            report.save(files[report.name])
            groups[tuple(report.options)].append(files[report.name])
        answers = {}
        for words, models in groups.items():
            answers.update(convert_all(options.converter, models, folder, options.jobs, words))
        work = lambda report: judge(report, folder, files[report.name], answers[files[report.name]])  # noqa: E731
        for report, kind, value in run_isolated(reports, work, options.jobs):
            results[f"reports/{report.name}"] = ("crash", value) if kind == "crash" else value[0]

    print_results(results, options.verbose or bool(options.only))
    conclude("reports", results, options, failing=("wrong", "crash", "refused"))


def stem_of(report):
    return report.name.replace("/", "-")


def judge(report, folder, path, answer):
    if report.refusal is not None:
        if answer["ok"]:
            return "wrong", "is converted, but was to be refused"
        reason = refusal(answer)
        return ("passed", "") if re.search(report.refusal, reason) else ("wrong", f"refused for another reason: {reason}")
    if not answer["ok"]:
        return "refused", refusal(answer)
    try:
        worst = against_reference(report, folder, path)
    except Mismatch as mismatch:
        return "wrong", str(mismatch)
    except RuntimeRefused as refused:
        return "crash", str(refused)
    return "passed", f"largest difference {worst:.1e}"


def against_reference(report, folder, path):
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.log_severity_level = 4
    # The sizes of the feeds may differ from those that the model declares.
    session = onnxruntime.InferenceSession(sizes_removed(path), settings, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    worst = 0.0
    for seed, sizes in enumerate([{}, *report.others]):
        feeds = report.feeds(np.random.default_rng(seed), sizes)
        actual = run_model(folder, stem_of(report), feeds)
        for name, array in zip(names, session.run(names, feeds)):
            if name not in actual:
                raise Mismatch(f"output {name} is not in the manifest")
            absolute = max(ABSOLUTE, report.of_largest * float(np.abs(array).max(initial=0)))
            compare(name, actual[name], array, RELATIVE, absolute, fixed_shape=False)
            worst = max(worst, float(np.abs(actual[name].reshape(array.shape) - array).max(initial=0)))
    return worst


def sizes_removed(path):
    import onnx

    model = onnx.load(path)
    for entry in model.graph.input:
        for axis, dimension in enumerate(entry.type.tensor_type.shape.dim):
            dimension.ClearField("dim_value")
            dimension.dim_param = f"{entry.name}_{axis}"
    return model.SerializeToString()


if __name__ == "__main__":
    main()
