"""Section `torchvision`: models of the zoo as PyTorch exports them, against onnxruntime and against other converters.

Each is converted with and without the optimiser and run in ncnn, and its layers are counted beside those of pnnx and, where
ONNX2NCNN and NCNNOPTIMIZE name the native tools, of onnx2ncnn with ncnnoptimize. A net longer than theirs fails the
run unless longer.txt says why.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time

import numpy as np
from converter import convert_all
from isolation import run_isolated
from ncnn_runtime import Mismatch, RuntimeRefused, compare, load, run_model
from passing import Passing

RELATIVE, ABSOLUTE = 1e-3, 1e-4
SCALES = (0.5, 2)
HERE = os.path.dirname(os.path.abspath(__file__))
REASONS = os.path.join(HERE, "longer.txt")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cache", required=True)
    parser.add_argument("--converter", required=True, action="append", help="the command of the tool, word by word")
    parser.add_argument("--passing", required=True)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--keep", help="directory for the converted models, which stay there")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()

    names = [name for name in zoo_names() if not options.only or any(pattern in name for pattern in options.only)]
    folder = os.path.join(options.cache, f"torchvision-{versions()}")
    output = options.keep or os.path.join(folder, "converted")
    os.makedirs(folder, exist_ok=True)
    os.makedirs(output, exist_ok=True)
    print(f"  {'model':<30} {'export':<10} {'optimised':<18} {'plain':<18} {'layers':>6} {'pnnx':>7} {'native':>7} {'kB':>8} {'s':>5}")
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
        for row in report["rows"]:
            print_row(name, row, report, notes)
            for variant in ("optimised", "plain"):
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
    passing = Passing(options.passing)
    passed = {name for name, (kind, _) in results.items() if kind == "passed"}
    lost = passing.compare(results, passed, options.update)
    for name in lost:
        print(f"  LOST {name}")
    failed = set(lost) | {name for name, (kind, _) in results.items() if kind in ("wrong", "crash")}
    failed |= {name for name in longer if name not in reasons}
    print(f"torchvision: {len(passed)} passed, {len(failed)} failed")
    raise SystemExit(1 if failed else 0)


def zoo_names():
    from torch_zoo import ZOO

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
        f"  {name:<30} {row['export']:<10} {verdict('optimised'):<18} {verdict('plain'):<18} {layers:>6} "
        f"{rival('pnnx'):>7} {rival('native'):>7} {size:>8} {row['seconds']:>5.1f}",
        flush=True,
    )


def check(name, folder, output, command):
    """Everything about one model, as plain data."""
    exports = exported(name, folder)
    if "failed" in exports:
        return exports
    shape = exports["shape"]
    rows = []
    for kind, entry in exports.items():
        if kind in ("shape", "torchscript"):
            continue
        if "file" not in entry:
            rows.append({"export": kind, "layers": None, "bytes": 0, "seconds": 0.0})
            rows[-1].update({variant: ("unexported", entry["reason"], 0.0) for variant in ("optimised", "plain")})
            continue
        rows.append(convert_and_run(kind, os.path.join(folder, entry["file"]), output, command, shape))
    expected = reference(os.path.join(folder, f"{name}-script-17.onnx"), shape) if "file" in exports["script-17"] else None
    scratch = os.path.join(output, f"{name}-others")
    os.makedirs(scratch, exist_ok=True)
    report = {
        "rows": rows,
        "pnnx": by_pnnx(os.path.join(folder, f"{name}.pt"), scratch, shape, expected),
        "native": by_native(os.path.join(folder, f"{name}-script-13.onnx"), scratch, shape, expected),
    }
    if not os.environ.get("KEEP_OTHERS"):
        shutil.rmtree(scratch)
    return report


def exported(name, folder):
    """What `torch_export.py` said, from the cache where it has run before."""
    known = os.path.join(folder, f"{name}.json")
    if not os.path.exists(known):
        words = [sys.executable, os.path.join(HERE, "torch_export.py"), name, folder]
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode != 0:
            return {"failed": f"the export failed: {done.stderr.strip()[-200:]}"}
        with open(known, "w", encoding="utf-8") as file:
            # PyTorch may have said something before.
            file.write(done.stdout.splitlines()[-1])
    with open(known, encoding="utf-8") as file:
        return json.load(file)


def convert_and_run(kind, path, output, command, shape):
    row = {"export": kind, "layers": None, "bytes": 0, "seconds": 0.0}
    stem = os.path.splitext(os.path.basename(path))[0]
    for variant, arguments in (("optimised", ()), ("plain", ("--no-optimize",))):
        directory = os.path.join(output, variant)
        os.makedirs(directory, exist_ok=True)
        begun = time.monotonic()
        answer = convert_all(command, [path], directory, 1, arguments)[path]
        if variant == "optimised":
            row["seconds"] = time.monotonic() - begun
        if not answer["ok"]:
            errors = [entry for entry in answer["diagnostics"] if entry["severity"] == "error"]
            row[variant] = ("refused", "; ".join(sorted({f"{e['code']}: {e['message']}" for e in errors})), 0.0)
            continue
        if variant == "optimised":
            row["layers"] = layer_count(os.path.join(directory, f"{stem}.param"))
            row["bytes"] = sum(os.path.getsize(os.path.join(directory, stem + end)) for end in (".param", ".bin"))
        try:
            row[variant] = ("passed", "", against_reference(path, directory, stem, shape))
        except Mismatch as mismatch:
            row[variant] = ("wrong", str(mismatch), 0.0)
        except RuntimeRefused as refused:
            row[variant] = ("crash", str(refused), 0.0)
    return row


def feeds_of(shape):
    generator = np.random.default_rng(20261020)
    return [(scale * generator.standard_normal(shape)).astype(np.float32) for scale in SCALES]


def reference(path, shape):
    """The results of onnxruntime for each feed."""
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.log_severity_level = 3
    settings.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
    return [session.run(None, {session.get_inputs()[0].name: feed}) for feed in feeds_of(shape)]


def against_reference(path, directory, stem, shape):
    """The largest difference, as a part of the largest result; Mismatch where one is too large."""
    worst = 0.0
    expected = reference(path, shape)
    first, second = (results[0] for results in expected[:2])
    if np.abs(first - second).max() < 10 * ABSOLUTE * np.abs(first).max():
        raise Mismatch("the results hardly depend on the input, so that nothing can be told from them")
    for feed, (wanted, *_) in zip(feeds_of(shape), expected):
        (actual,) = run_model(directory, stem, {"input": feed}).values()
        worst = max(worst, difference(actual, wanted))
    return worst


def difference(actual, wanted):
    """Results far below 1 are held to a tolerance as much smaller."""
    largest = float(np.abs(wanted).max())
    if largest == 0:
        raise Mismatch("all results are 0, so that nothing can be told from them")
    compare("output", actual, wanted, RELATIVE, ABSOLUTE * min(1.0, largest))
    return float(np.abs(actual - wanted).max()) / largest


def by_pnnx(traced, scratch, shape, expected):
    """The layers of pnnx's net, and whether it loads and computes the same."""
    copy = os.path.join(scratch, os.path.basename(traced))
    shutil.copyfile(traced, copy)
    tool = os.path.join(os.path.dirname(sys.executable), "pnnx")
    try:
        subprocess.run(
            [tool, copy, f"inputshape=[{','.join(map(str, shape))}]", "fp16=0"], cwd=scratch, capture_output=True, timeout=900
        )
    except (OSError, subprocess.TimeoutExpired):
        return {"layers": None, "works": False}
    return judge(os.path.splitext(copy)[0] + ".ncnn.param", os.path.splitext(copy)[0] + ".ncnn.bin", shape, expected)


def by_native(path, scratch, shape, expected):
    """The same of the native tools, where the environment names them."""
    nothing = {"layers": None, "works": False}
    convert, optimise = os.environ.get("ONNX2NCNN"), os.environ.get("NCNNOPTIMIZE")
    if not convert or not optimise or not os.path.exists(path):
        return nothing
    files = [os.path.join(scratch, f"native{end}") for end in (".param", ".bin", "-opt.param", "-opt.bin")]
    subprocess.run([convert, path, *files[:2]], capture_output=True)
    if not os.path.exists(files[1]):
        return nothing
    subprocess.run([optimise, *files[:2], *files[2:], "0"], capture_output=True)
    if not os.path.exists(files[3]):
        return nothing
    return judge(files[2], files[3], shape, expected)


def judge(param, weights, shape, expected):
    """The layers of another tool's net; it works where it computes what the reference does."""
    if not os.path.exists(param) or layer_count(param) == 0:
        return {"layers": None, "works": False}
    ((_, kind, value),) = run_isolated([(param, weights, shape, expected)], run_foreign, 1, seconds=300)
    return {"layers": layer_count(param), "works": kind == "value" and value[0]}


def run_foreign(task):
    param, weights, shape, expected = task
    if expected is None:
        return False
    import ncnn

    try:
        net = load(param, weights)
        for feed, (wanted, *_) in zip(feeds_of(shape), expected):
            extractor = net.create_extractor()
            fed = ncnn.Mat(np.ascontiguousarray(feed[0])).clone()
            extractor.input(net.input_names()[0], fed)
            status, result = extractor.extract(net.output_names()[-1])
            if status != 0:
                return False
            difference(np.array(result).reshape(wanted.shape).astype(np.float64), wanted)
    except (Mismatch, RuntimeRefused, ValueError):
        return False
    return True


def layer_count(param):
    """Layers without the inputs."""
    with open(param, encoding="utf-8") as file:
        lines = file.read().splitlines()[2:]
    return sum(1 for line in lines if line.split()[:1] not in ([], ["Input"]))


def read_reasons():
    """Why a net is longer than those of others, by model."""
    with open(REASONS, encoding="utf-8") as file:
        lines = [line.split(":", 1) for line in file if ":" in line and not line.startswith("#")]
    return {name.strip(): reason.strip() for name, reason in lines}


if __name__ == "__main__":
    main()
