"""Section `corpus`: models of timm, torchvision, transformers, ultralytics and segmentation-models-pytorch by both exporters of PyTorch, converted
and run in ncnn, against PyTorch; their layers beside those of pnnx where its net is right.

Exporting takes hours, so that it is done with --full only; what came of each model is kept. With --update the page docs/corpus.md is written.
"""

import json
import os
import re
import shutil

import numpy as np
from baselines import NOTHING, Task, layer_count, pnnx
from converter import convert_all, refusal
from corpus_export import export
from corpus_models import entries
from isolation import run_isolated
from ncnn_runtime import Mismatch, RuntimeRefused, compare, run_model
from section import conclude, print_results, section_arguments, wanted

HERE = os.path.dirname(os.path.abspath(__file__))
PAGE = os.path.join(HERE, "../../../docs/corpus.md")
REASONS = os.path.join(HERE, "corpus_longer.txt")
EXPORTERS = ("script", "dynamo")
# Of a value, and of the largest result: what large terms leave of each other is no more exact than they are.
RELATIVE, OF_LARGEST = 1e-3, 1e-4


def main():
    options = section_arguments(full="export models that were not exported before").parse_args()

    folder = os.path.join(options.cache, "corpus")
    os.makedirs(folder, exist_ok=True)
    chosen = [entry.name for entry in entries() if wanted(entry.name, options)]
    known = [name for name in chosen if os.path.exists(report_file(folder, name))]
    work = lambda name: check(name, folder, options.converter)  # noqa: E731
    missing = [name for name in chosen if name not in known] if options.full else []
    if missing:
        # Once, and not in each of the processes that are forked.
        import_packages()
    for name, kind, value in run_isolated(missing, work, options.jobs, seconds=1500):
        report = value[0] if kind == "value" else {"failed": value}
        with open(report_file(folder, name), "w", encoding="utf-8") as file:
            json.dump(report, file)
        print(f"  {name:<48} {summary_of(report)}", flush=True)

    reports = {}
    for name in chosen:
        if os.path.exists(report_file(folder, name)):
            with open(report_file(folder, name), encoding="utf-8") as file:
                reports[name] = json.load(file)
    results = {}
    for name, report in reports.items():
        for exporter in EXPORTERS:
            results[f"corpus/{name}-{exporter}"] = verdict(report, exporter)
    reasons = read_reasons()
    print_results(results, options.verbose or bool(options.only))
    if options.update:
        write_page(reports, reasons)
    longer = {name for name, report in reports.items() if is_longer(report) and name not in reasons}
    for name in sorted(longer):
        print(f"  LONGER {name}: {summary_of(reports[name])}; NO REASON IS WRITTEN DOWN")
    conclude("corpus", results, options, ("wrong", "crash"), longer, f"conversions of {len(reports)} models")


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


def verdict(report, exporter):
    if "failed" in report:
        return "unexported", report["failed"]
    entry = report[exporter]
    return entry["kind"], entry["reason"]


def summary_of(report):
    if "failed" in report:
        return f"not exported: {report['failed']}"
    parts = [f"{exporter}: {report[exporter]['kind']} {report[exporter]['layers'] or ''}".strip() for exporter in EXPORTERS]
    rival = report["pnnx"]
    return ", ".join([*parts, f"pnnx: {rival['layers']}{'' if rival['works'] else ' wrong'}"])


def is_longer(report):
    return bool(layers_of(report)) and report["pnnx"]["works"] and layers_of(report) > report["pnnx"]["layers"]


def layers_of(report):
    counts = [report[exporter]["layers"] for exporter in EXPORTERS if "failed" not in report and report[exporter]["kind"] == "passed"]
    return min(counts, default=None)


def check(name, folder, command):
    """Everything about one model, as plain data; the files it was exported to are not kept."""
    scratch = os.path.join(folder, f"scratch-{re.sub(r'[^A-Za-z0-9-]', '_', name)}")
    os.makedirs(scratch, exist_ok=True)
    try:
        try:
            exported = export(name, scratch)
        except Exception as error:  # noqa: BLE001 - a model that cannot be made says nothing of a converter
            return {"failed": f"{type(error).__name__}: {error}"[:160]}
        arrays = np.load(f"{exported['stem']}.npz")
        feeds = {entry: arrays[entry] for entry in exported["inputs"]}
        report = {exporter: converted(exporter, exported, feeds, arrays["expected"], scratch, command) for exporter in EXPORTERS}
        return {**report, "pnnx": rival(exported, feeds, arrays["expected"], scratch)}
    finally:
        if not os.environ.get("KEEP_CORPUS"):
            shutil.rmtree(scratch, ignore_errors=True)


def converted(exporter, exported, feeds, expected, scratch, command):
    row = {"kind": "unexported", "reason": exported["reasons"].get(exporter, ""), "layers": None, "worst": 0.0}
    path = exported["files"].get(exporter)
    if path is None:
        return row
    answer = convert_all(command, [path], scratch, 1)[path]
    if not answer["ok"]:
        return {**row, "kind": "refused", "reason": refusal(answer)}
    stem = os.path.splitext(os.path.basename(path))[0]
    row["layers"] = layer_count(os.path.join(scratch, f"{stem}.param"))
    try:
        (actual,) = run_model(scratch, stem, feeds).values()
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
    task = Task([list(feeds.values())], [[expected]], lambda actual, wanted: difference(actual, wanted), seconds=60)
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
        f"Models of PyPI packages ({', '.join(f'{package} {version(package)}' for package in packages)}), with random weights, as both exporters of",
        "PyTorch write them, converted and run in ncnn with its default options. A number is the largest difference from PyTorch, as a part of",
        "the largest result. Layers are those of the shorter of our two nets, without its inputs; those of pnnx (from TorchScript) stand beside",
        "where its net gives the same results.",
        "",
        "| model | TorchScript exporter | dynamo exporter | layers | pnnx |",
        "| --- | --- | --- | ---: | ---: |",
    ]
    for name, report in sorted(reports.items()):
        if "failed" in report:
            continue
        rival_layers = report["pnnx"]["layers"] if report["pnnx"]["works"] else "-"
        lines.append(f"| {name} | {cell(report, 'script')} | {cell(report, 'dynamo')} | {layers_of(report) or '-'} | {rival_layers} |")
    lines += ["", "Why a net has more layers than that of pnnx:", ""]
    lines += [f"- {name}: {reason}" for name, reason in sorted(reasons.items()) if name in reports]
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def cell(report, exporter):
    entry = report[exporter]
    if entry["kind"] == "passed":
        return f"{entry['worst']:.1e}"
    # PyTorch colors what it says.
    reason = re.sub(r"\x1b\[[0-9;]*m", "", entry["reason"])
    return f"{entry['kind']}: {reason}".replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    main()
