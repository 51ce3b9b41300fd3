"""Section `torchvision`: models of the zoo as PyTorch exports them, against onnxruntime and against other converters.

Each is converted from both exporters with and without the optimizer and run in ncnn, and its layers are counted beside those of pnnx and, where
ONNX2NCNN and NCNNOPTIMIZE name the native tools, of onnx2ncnn with ncnnoptimize. A net longer than theirs fails the
run unless slow.txt says why.
"""

import json
import os
import shutil
import subprocess
import sys
import time

import numpy as np
from converter import convert_all, refusal
from isolation import run_isolated
from ncnn_runtime import Mismatch, RuntimeRefused, compare, run_model
from baselines import NOTHING, Task, layer_count, native, pnnx
from section import conclude, known_differences, mark_known, section_arguments, wanted

# Relative to a value, and to the largest result, because a difference of large terms is only as exact as they are.
RELATIVE, OF_LARGEST = 1e-3, 2e-5
# Results that differ by less for different inputs are not informative.
LEAST_CHANGE = 1e-3
# Twice as large makes deep nets with random weights explode: onnxruntime itself then returns another result for each export.
SCALES = (0.5, 1)
HERE = os.path.dirname(os.path.abspath(__file__))
REASONS = os.path.join(HERE, "slow.txt")
PAGE = os.path.join(HERE, "../../../docs/torchvision.md")


def main():
    options = section_arguments().parse_args()

    names = [name for name in zoo_names() if wanted(name, options)]
    folder = os.path.join(options.cache, f"torchvision-{versions()}")
    output = options.keep or os.path.join(folder, "converted")
    os.makedirs(folder, exist_ok=True)
    os.makedirs(output, exist_ok=True)
    print(f"  {'model':<30} {'export':<10} {'optimized':<18} {'plain':<18} {'layers':>6} {'pnnx':>7} {'native':>7} {'kB':>8} {'s':>5}")
    results, longer, notes = {}, {}, []
    work = lambda name: check(name, folder, output, options.converter)  # noqa: E731
    for name, kind, value in run_isolated(names, work, options.jobs, seconds=1800):
        if kind == "crash":
            results[f"torchvision-{name}"] = ("crash", value)
            print(f"  {name:<30} CRASH {value}", flush=True)
            continue
        report = value[0]
        if "failed" in report:
            results[f"torchvision-{name}"] = ("crash", report["failed"])
            print(f"  {name:<30} CRASH {report['failed']}", flush=True)
            continue
        with open(os.path.join(folder, f"{name}-report.json"), "w", encoding="utf-8") as file:
            json.dump(report, file)
        for row in report["rows"]:
            print_row(name, row, report, notes)
            for variant in ("optimized", "plain"):
                results[f"torchvision-{name}-{row['export']}/{variant}"] = row[variant][:2]
        counts = [row["layers"] for row in report["rows"] if row["layers"]]
        rivals = {tool: report[tool]["layers"] for tool in ("pnnx", "native") if report[tool]["works"]}
        if counts:
            more = [f"{tool} {count}" for tool, count in rivals.items() if max(counts) > count]
            if more:
                longer[name] = f"{max(counts)} layers, {', '.join(more)}"

    for note in notes:
        print(f"  {note}")
    reasons = read_reasons()
    for name, counts in sorted(longer.items()):
        print(f"  LONGER {name}: {counts}; {reasons.get(name, 'NO REASON IS WRITTEN DOWN')}")
    if options.update:
        write_page(folder, reasons)
    mark_known(results)
    unexplained = {name for name in longer if name not in reasons}
    conclude("torchvision", results, options, ("wrong", "crash", "outdated"), unexplained, f"conversions of {len(names)} models")


def zoo_names():
    from models import ZOO

    return [name for name, _, _ in ZOO]


def versions():
    from importlib.metadata import version

    return f"{version('torch')}-{version('torchvision')}-1"


def print_row(name, row, report, notes):
    def verdict(variant):
        kind, reason, worst = row[variant]
        if kind != "passed":
            notes.append(f"{name} {row['export']} {variant}: {kind.upper()} {reason}")
        return f"ok {worst:.1e}" if kind == "passed" else kind.upper()

    def rival(tool):
        entry = report[tool]
        if entry["layers"] is None:
            return "-"
        return str(entry["layers"]) if entry["works"] else f"{entry['layers']} bad"

    layers, size = row["layers"] or "-", row["bytes"] // 1000
    print(
        f"  {name:<30} {row['export']:<10} {verdict('optimized'):<18} {verdict('plain'):<18} {layers:>6} "
        f"{rival('pnnx'):>7} {rival('native'):>7} {size:>8} {row['seconds']:>5.1f}",
        flush=True,
    )


def write_page(folder, reasons):
    """docs/torchvision.md, of the last report of each model."""
    from importlib.metadata import version

    rows, differing, differences = [], {}, known_differences()
    for name in zoo_names():
        known = os.path.join(folder, f"{name}-report.json")
        if not os.path.exists(known):
            continue
        with open(known, encoding="utf-8") as file:
            report = json.load(file)
        by_exporter = {row["export"]: row for row in report["rows"]}
        cells = [verdict_of(by_exporter[kind]) for kind in ("script-17", "dynamo")]
        if any(kind == "wrong" for kind, *_ in (row["optimized"] for row in report["rows"])):
            differing[name] = differences.get(f"torchvision-{name}-script-17/optimized", "not explained yet")
        counts = [row["layers"] for row in report["rows"] if row["layers"]]
        others = [rival_of(report[tool]) for tool in ("pnnx", "native")]
        rows.append(f"| {name} | {' | '.join(cells)} | {max(counts, default='-')} | {' | '.join(others)} |")
    lines = [
        "# Models of torchvision",
        "",
        "<!-- Written by `npm run conformance -- --section torchvision --update`. -->",
        "",
        f"Models with random weights, exported by torch {version('torch')} and torchvision {version('torchvision')}, and small models of the kinds that ncnn is used for, in",
        f"ncnn {version('ncnn')}. Each number in the column of an exporter is the largest difference from onnxruntime, relative to the largest result. Layers are those",
        "of the optimized net without its inputs. The last two columns are the layers of pnnx (from TorchScript) and of onnx2ncnn with",
        "ncnnoptimize, in parentheses if their net does not load or returns other results.",
        "",
        "| model | TorchScript exporter | dynamo exporter | layers | pnnx | onnx2ncnn + ncnnoptimize |",
        "| --- | --- | --- | ---: | ---: | ---: |",
        *rows,
        "",
        "Nets with more layers than another converter's:",
        "",
        *(f"- {name}: {reason}" for name, reason in sorted(reasons.items())),
        "",
        *(["Results with larger differences:", ""] if differing else []),
        *(f"- {name}: {reason}" for name, reason in sorted(differing.items())),
        *([""] if differing else []),
    ]
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))


def verdict_of(row):
    kind, reason, worst = row["optimized"]
    if kind == "wrong":
        return "differs, see below"
    return f"{worst:.1e}" if kind == "passed" else f"{kind}: {reason}".replace("|", "\\|")


def rival_of(entry):
    if entry["layers"] is None:
        return "-"
    return str(entry["layers"]) if entry["works"] else f"({entry['layers']})"


def check(name, folder, output, command):
    """Everything about one model, as plain data."""
    exports = exported(name, folder)
    if "failed" in exports:
        return exports
    shapes, names = exports["shapes"], exports["inputs"]
    rows = []
    for kind in ("script-17", "dynamo"):
        entry = exports[kind]
        if "file" in entry:
            rows.append(convert_and_run(kind, os.path.join(folder, entry["file"]), output, command, shapes, names))
            continue
        rows.append({"export": kind, "layers": None, "bytes": 0, "seconds": 0.0})
        rows[-1].update({variant: ("unexported", entry["reason"], 0.0) for variant in ("optimized", "plain")})
    return {"rows": rows, **rivals_of(name, folder, os.path.join(output, f"{name}-others"), exports)}


def rivals_of(name, folder, scratch, exports):
    """The nets of pnnx and of the native tools, from the cache if both have run before."""
    known = os.path.join(folder, f"{name}-rivals.json")
    found = {}
    if os.path.exists(known):
        with open(known, encoding="utf-8") as file:
            found = json.load(file)
    wanted = [tool for tool in ("pnnx", "native") if tool not in found and (tool == "pnnx" or "ONNX2NCNN" in os.environ)]
    file = next((exports[kind]["file"] for kind in ("script-17", "dynamo") if "file" in exports[kind]), None)
    if wanted and file is not None:
        shapes = exports["shapes"]
        runs = reference(os.path.join(folder, file), shapes)
        task = Task(feeds_of(shapes), [results[:1] for results in runs], difference)
        words = [f"[{','.join(map(str, shape))}]" for shape in shapes]
        for tool in wanted:
            found[tool] = (
                pnnx(os.path.join(folder, f"{name}.pt"), scratch, words, task)
                if tool == "pnnx"
                else native(os.path.join(folder, f"{name}-script-13.onnx"), scratch, task)
            )
        with open(known, "w", encoding="utf-8") as cache:
            json.dump(found, cache)
        if not os.environ.get("KEEP_OTHERS"):
            shutil.rmtree(scratch, ignore_errors=True)
    return {tool: found.get(tool, NOTHING) for tool in ("pnnx", "native")}


def exported(name, folder):
    """The output of `export.py`, from the cache if it has run before."""
    known = os.path.join(folder, f"{name}.json")
    if not os.path.exists(known):
        words = [sys.executable, os.path.join(HERE, "export.py"), name, folder]
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode != 0:
            return {"failed": f"the export failed: {done.stderr.strip()[-200:]}"}
        with open(known, "w", encoding="utf-8") as file:
            # PyTorch may have printed something before.
            file.write(done.stdout.splitlines()[-1])
    with open(known, encoding="utf-8") as file:
        return json.load(file)


def convert_and_run(kind, path, output, command, shapes, names):
    row = {"export": kind, "layers": None, "bytes": 0, "seconds": 0.0}
    stem = os.path.splitext(os.path.basename(path))[0]
    for variant, arguments in (("optimized", ()), ("plain", ("--no-optimize",))):
        directory = os.path.join(output, variant)
        os.makedirs(directory, exist_ok=True)
        begun = time.monotonic()
        answer = convert_all(command, [path], directory, 1, arguments)[path]
        if variant == "optimized":
            row["seconds"] = time.monotonic() - begun
        if not answer["ok"]:
            row[variant] = ("refused", refusal(answer), 0.0)
            continue
        if variant == "optimized":
            row["layers"] = layer_count(os.path.join(directory, f"{stem}.param"))
            row["bytes"] = sum(os.path.getsize(os.path.join(directory, stem + end)) for end in (".param", ".bin"))
        try:
            # The net without the optimizer only differs by rounding, so one run of it is enough.
            runs = len(SCALES) if variant == "optimized" else 1
            row[variant] = ("passed", "", against_reference(path, directory, stem, shapes, names, runs))
        except Mismatch as mismatch:
            row[variant] = ("wrong", str(mismatch), 0.0)
        except RuntimeRefused as refused:
            row[variant] = ("crash", str(refused), 0.0)
    return row


def feeds_of(shapes):
    generator = np.random.default_rng(20261020)
    return [[(scale * generator.standard_normal(shape)).astype(np.float32) for shape in shapes] for scale in SCALES]


def reference(path, shapes):
    """The results of onnxruntime for each feed."""
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.log_severity_level = 3
    settings.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
    names = [entry.name for entry in session.get_inputs()]
    return [session.run(None, dict(zip(names, feeds, strict=True))) for feeds in feeds_of(shapes)]


def against_reference(path, directory, stem, shapes, names, runs):
    """The largest difference relative to the largest result; Mismatch if one is too large."""
    worst = 0.0
    expected = reference(path, shapes)
    first, second = (results[0] for results in expected[:2])
    if np.abs(first - second).max() < LEAST_CHANGE * np.abs(first).max():
        raise Mismatch("the results hardly depend on the input, so that nothing can be told from them")
    for feeds, (wanted, *_) in list(zip(feeds_of(shapes), expected))[:runs]:
        (actual,) = run_model(directory, stem, dict(zip(names, feeds, strict=True))).values()
        worst = max(worst, difference(actual, wanted))
    return worst


def difference(actual, wanted):
    """The largest difference relative to the largest result."""
    largest = float(np.abs(wanted).max())
    if largest == 0:
        raise Mismatch("all results are 0, so that nothing can be told from them")
    compare("output", actual, wanted, RELATIVE, OF_LARGEST * largest)
    return float(np.abs(actual - wanted).max()) / largest


def read_reasons():
    """Why a net is longer than those of others, by model."""
    with open(REASONS, encoding="utf-8") as file:
        lines = [line.split(":", 1) for line in file if ":" in line and not line.startswith("#")]
    return {name.strip(): reason.strip() for name, reason in lines}


if __name__ == "__main__":
    main()
