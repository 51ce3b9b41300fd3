"""Section `corpus`: models of timm, torchvision, transformers, ultralytics and segmentation-models-pytorch by both exporters of ONNX, by
torch.export and traced, converted and run in ncnn, against PyTorch; their layers beside those of pnnx where its net is right.

Exporting takes hours, so it is done only with --full. The results of each model are stored in the cache as soon as they are complete, and
with --update in corpus.jsonl. A run exports only forms without a result. CORPUS_FORMS lists the forms to export, as `script,traced`,
instead of all; with CORPUS_AGAIN, forms that have a result are exported again. --update also writes the page docs/corpus.md about all
models with a result.
"""

import json
import os
import re
import shutil

import numpy as np
from baselines import NOTHING, Task, layer_count, pnnx
from converter import convert_all, refusal
from corpus_export import FORMS, LATE, export, forms_of
from corpus_models import entries
from isolation import run_isolated
from ncnn_runtime import Mismatch, RuntimeRefused, compare, run_model
from section import conclude, print_results, section_arguments, wanted

HERE = os.path.dirname(os.path.abspath(__file__))
PAGE = os.path.join(HERE, "../../../docs/corpus.md")
RESULTS = os.path.join(HERE, "corpus.jsonl")
REASONS = os.path.join(HERE, "corpus_longer.txt")
# Relative to a value, and to the largest result, because a difference of large terms is only as exact as they are.
RELATIVE, OF_LARGEST = 1e-3, 1e-4
TITLES = {"script": "ONNX by TorchScript", "dynamo": "ONNX by dynamo", "exported": "`.pt2`", "traced": "TorchScript", "scripted": "scripted"}


def main():
    options = section_arguments(full="export models that were not exported before").parse_args()

    folder = os.path.join(options.cache, "corpus")
    os.makedirs(folder, exist_ok=True)
    chosen = [entry.name for entry in entries() if wanted(entry.name, options)]
    reports = read_reports(folder)
    missing = [name for name in chosen if missing_forms(name, reports[name])] if options.full else []
    if missing:
        # Once, and not in each of the processes that are forked.
        import_packages()
    work = lambda name: check(name, missing_forms(name, reports[name]), folder, options.converter)  # noqa: E731
    # One at a time: an export takes much memory.
    for name, kind, value in run_isolated(missing, work, 1, seconds=900):
        found = value[0] if kind == "value" else {"failed": value}
        reports[name] = {**reports[name], **found, "forms": {**reports[name]["forms"], **found.get("forms", {})}}
        with open(report_file(folder, name), "w", encoding="utf-8") as file:
            json.dump(reports[name], file)
        print(f"  {name:<48} {summary_of(reports[name])}", flush=True)

    reports = {name: report for name, report in reports.items() if report["forms"]}
    reasons = read_reasons()
    if options.update:
        write_reports(reports)
        write_page(reports, reasons)
    reports = {name: report for name, report in reports.items() if name in chosen}
    results = {
        f"corpus/{name}-{form}": (row["kind"], row["reason"])
        for name, report in reports.items()
        for form, row in report["forms"].items()
        if row["kind"] != LATE
    }
    print_results(results, options.verbose or bool(options.only))
    longer = {name for name, report in reports.items() if is_longer(report) and name not in reasons}
    for name in sorted(longer):
        print(f"  LONGER {name}: {summary_of(reports[name])}; NO REASON IS WRITTEN DOWN")
    conclude("corpus", results, options, ("wrong", "crash"), longer, f"conversions of {len(reports)} models")


def read_reports(folder):
    """The results of each model, from the cache or from earlier runs."""
    with open(RESULTS, encoding="utf-8") as file:
        known = {model: report for model, report in map(json.loads, file)}
    return {entry.name: read_report(folder, entry.name, known) for entry in entries()}


def write_reports(reports):
    with open(RESULTS, "w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps([name, report], sort_keys=True)}\n" for name, report in sorted(reports.items()))


def read_report(folder, name, known):
    """The results of a model: a row for each form and the net of pnnx, or the reason why the model could not be created."""
    earlier = known.get(name, {"forms": {}})
    if not os.path.exists(report_file(folder, name)):
        return earlier
    with open(report_file(folder, name), encoding="utf-8") as file:
        report = json.load(file)
    return {**report, "forms": {**earlier["forms"], **report["forms"]}}


def missing_forms(name, report):
    asked = os.environ.get("CORPUS_FORMS", ",".join(FORMS)).split(",")
    again = bool(os.environ.get("CORPUS_AGAIN"))
    if "failed" in report and not again:
        return []
    return [form for form in forms_of(name) if form in asked and (again or form not in report["forms"])]


def import_packages():
    import ncnn  # noqa: F401
    import onnxscript  # noqa: F401
    import segmentation_models_pytorch  # noqa: F401
    import timm  # noqa: F401
    import torch
    import torchvision  # noqa: F401
    import transformers  # noqa: F401

    torch.set_num_threads(1)


def report_file(folder, name):
    return os.path.join(folder, f"{re.sub(r'[^A-Za-z0-9-]', '_', name)}.json")


def summary_of(report):
    if "failed" in report:
        return f"not exported: {report['failed']}"
    parts = [f"{form}: {row['kind']} {row['layers'] or ''}".strip() for form, row in report["forms"].items()]
    rival = report["pnnx"]
    return ", ".join([*parts, f"pnnx: {rival['layers']}{'' if rival['works'] else ' wrong'}"])


def is_longer(report):
    """Whether the net is longer than that of pnnx, or that of PyTorch's own file than that of ONNX."""
    counts = {form: row["layers"] for form, row in report["forms"].items() if row["kind"] == "passed"}
    onnx = min((counts[form] for form in ("script", "dynamo") if form in counts), default=None)
    own = [counts[form] for form in ("exported", "traced", "scripted") if form in counts]
    rival = report["pnnx"]
    return bool(counts) and (
        (rival["works"] and min(counts.values()) > rival["layers"]) or (onnx is not None and any(count > onnx for count in own))
    )


def layers_of(report, forms=tuple(FORMS)):
    counts = [row["layers"] for form, row in report["forms"].items() if form in forms and row["kind"] == "passed"]
    return min(counts, default=None)


def check(name, forms, folder, command):
    """The results of the forms of one model, as plain data. The files are kept only if a result is wrong."""
    scratch = os.path.join(folder, f"scratch-{re.sub(r'[^A-Za-z0-9-]', '_', name)}")
    os.makedirs(scratch, exist_ok=True)
    keep = bool(os.environ.get("KEEP_CORPUS"))
    try:
        try:
            exported = export(name, scratch, forms)
        except Exception as error:  # noqa: BLE001 - a model that cannot be made says nothing of a converter
            return {"failed": f"{type(error).__name__}: {error}"[:160]}
        arrays = np.load(f"{exported['stem']}.npz")
        feeds = [arrays[f"in{number}"] for number in range(len(exported["shapes"]))]
        # A scripted module has no example inputs, so its shapes are given.
        sizes = [word for place, shape in enumerate(exported["shapes"]) for word in ("--shape", f"#{place}={shape[1 : shape.index(']')]}")]
        answers = {}
        for path in (exported["files"][form] for form in forms if form in exported["files"]):
            answers |= convert_all(command, [path], scratch, 1, sizes if path.endswith(FORMS["scripted"]) else ())
        report = {form: judge(form, exported, answers, feeds, arrays["expected"], scratch) for form in forms}
        keep = keep or any(row["kind"] not in ("passed", "unexported", LATE) for row in report.values())
        return {"forms": report, "pnnx": rival(exported, feeds, arrays["expected"], scratch)}
    finally:
        if not keep:
            shutil.rmtree(scratch, ignore_errors=True)


def judge(form, exported, answers, feeds, expected, scratch):
    """The row of one form: what came of it, the layers of its net, and its largest difference."""
    row = {"kind": LATE if form in exported["late"] else "unexported", "reason": exported["reasons"].get(form, ""), "layers": None, "worst": 0.0}
    path = exported["files"].get(form)
    if path is None:
        return row
    if not answers[path]["ok"]:
        return {**row, "kind": "refused", "reason": refusal(answers[path])}
    stem = os.path.splitext(os.path.basename(path))[0]
    row["layers"] = layer_count(os.path.join(scratch, f"{stem}.param"))
    with open(os.path.join(scratch, f"{stem}.ncnn.json"), encoding="utf-8") as file:
        names = [entry["name"] for entry in json.load(file)["inputs"]]
    try:
        # The first of several results, as the wrapper of the other forms gives it.
        actual, *_ = run_model(scratch, stem, dict(zip(names, feeds))).values()
        return {**row, "kind": "passed", "reason": "", "worst": difference(actual.reshape(expected.shape), expected)}
    except Mismatch as mismatch:
        return {**row, "kind": "wrong", "reason": str(mismatch)}
    except RuntimeRefused as refused:
        return {**row, "kind": "crash", "reason": str(refused)}


def difference(actual, expected):
    """The largest difference, as a part of the largest result."""
    largest = float(np.abs(expected).max())
    compare("out", actual, expected, RELATIVE, OF_LARGEST * largest)
    return float(np.abs(actual - expected).max()) / max(largest, 1e-30)


def rival(exported, feeds, expected, scratch):
    traced = exported["files"].get("traced")
    if traced is None:
        return NOTHING
    task = Task([feeds], [[expected]], lambda actual, wanted: difference(actual, wanted), seconds=60)
    return pnnx(traced, os.path.join(scratch, "pnnx"), exported["shapes"], task)


def read_reasons():
    """Why a net is longer than that of pnnx, by model."""
    if not os.path.exists(REASONS):
        return {}
    with open(REASONS, encoding="utf-8") as file:
        return dict(line.strip().split(": ", 1) for line in file if ": " in line and not line.startswith("#"))


def write_page(reports, reasons):
    from importlib.metadata import version

    packages = ["torch", "timm", "torchvision", "transformers", "ultralytics", "segmentation-models-pytorch", "ncnn", "pnnx"]
    lines = [
        "# A corpus of models",
        "",
        "<!-- Written by `npm run conformance -- --section corpus --update`. -->",
        "",
        f"Models of PyPI packages ({', '.join(f'{package} {version(package)}' for package in packages)}), with random weights.",
        "PyTorch exports each of them as ONNX with both exporters, as `.pt2` with torch.export and as traced TorchScript; models of torchvision are",
        "also scripted. The exported files are converted and run in ncnn with its default options. Each cell shows the largest difference from",
        "PyTorch, relative to the largest result, and the number of layers without inputs. The last column is the number of layers of pnnx (from",
        "TorchScript) if its net returns the same results. `-` marks a form that was not tried or that takes too long to export.",
        "",
        summary_line(reports),
        "",
        f"| model | {' | '.join(TITLES[form] for form in FORMS)} | pnnx |",
        f"| --- | {' | '.join('---' for _ in FORMS)} | ---: |",
    ]
    notes = []
    for name, report in sorted(reports.items()):
        rival = report["pnnx"]["layers"] if report["pnnx"]["works"] else "-"
        lines.append(f"| {name} | {' | '.join(cell(name, form, report, notes) for form in FORMS)} | {rival} |")
    lines += ["", "Models that were not exported or converted:", "", *notes]
    lines += ["", "Why a net has more layers than pnnx's net, or more in one form than in another:", ""]
    lines += [f"- {name}: {reason}" for name, reason in sorted(reasons.items()) if name in reports]
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def summary_line(reports):
    rows = [row for report in reports.values() for row in report["forms"].values() if row["kind"] not in ("unexported", LATE)]
    right = sum(row["kind"] == "passed" for row in rows)
    refused = sum(row["kind"] == "refused" for row in rows)
    works = sum(report["pnnx"]["works"] for report in reports.values())
    return f"{len(reports)} models, {len(rows)} files: {right} right, {refused} refused, {len(rows) - right - refused} wrong. pnnx: {works} models right."


def cell(name, form, report, notes):
    row = report["forms"].get(form)
    if row is None or row["kind"] == LATE:
        return "-"
    if row["kind"] == "passed":
        return f"{row['worst']:.1e}, {row['layers']} layers" if row["layers"] else f"{row['worst']:.1e}"
    # PyTorch colors its messages.
    reason = re.sub(r"\x1b\[[0-9;]*m", "", row["reason"]).replace("\n", " ")
    notes.append(f"- {name}, {TITLES[form]}, {row['kind']}: {reason}")
    return row["kind"]


if __name__ == "__main__":
    main()
