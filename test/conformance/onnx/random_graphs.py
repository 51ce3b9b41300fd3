"""Section `random-graphs`: graphs of random steps as exporters write them, converted and run in ncnn, against onnxruntime.

Every converted graph must be correct for each size of its dynamic axes. RANDOM_GRAPHS and RANDOM_SEED set their number and the seed.
"""

import collections
import os
import tempfile

import numpy as np
from converter import convert_all, refusal
from graph_case import Case
from isolation import run_isolated
from ncnn_runtime import Mismatch, RuntimeRefused, compare, run_model
from random_graph_steps import STEPS, Builder
from section import section_arguments, wanted

COUNT = int(os.environ.get("RANDOM_GRAPHS", "2000"))
SEED = int(os.environ.get("RANDOM_SEED", "1"))
# Relative to a value, and to the largest result.
RELATIVE, OF_LARGEST = 1e-3, 1e-4
SIZES = (4, 5, 7, 8, 12, 16)
CHANNELS = (3, 4, 6, 8, 12, 16)
# The sizes that each dynamic axis is fed with, one after another.
FED = ((8, 12), (5, 7), (16, 4), (12, 9))
# Graphs per process; one is forked for each group, and again for each graph of a group that crashed.
SHARE = 25
VARIANTS = {"optimized": (), "plain": ("--no-optimize",)}


def main():
    options = section_arguments().parse_args()

    graphs = [graph for graph in map(make_graph, range(COUNT)) if wanted(graph.name, options)]
    results = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or scratch
        for variant, words in VARIANTS.items():
            # One in four without the optimizer.
            chosen = [graph for number, graph in enumerate(graphs) if (number % 4 == 3) == (variant == "plain") or options.only]
            results.update(try_all(chosen, os.path.join(folder, variant), words, options))
    report(results, options.verbose or bool(options.only))


def try_all(graphs, folder, words, options):
    os.makedirs(folder, exist_ok=True)
    files = {graph.name: os.path.abspath(os.path.join(folder, f"{graph.name}.onnx")) for graph in graphs}
    for graph in graphs:
        graph.save(files[graph.name])
    answers = convert_all(options.converter, list(files.values()), folder, options.jobs, words)
    import ncnn  # noqa: F401 - once, and not in each of the processes that are forked
    import onnxruntime  # noqa: F401

    work = lambda share: [judge(graph, folder, files[graph.name], answers[files[graph.name]]) for graph in share]  # noqa: E731
    results, again = {}, []
    shares = [graphs[start : start + SHARE] for start in range(0, len(graphs), SHARE)]
    for share, kind, value in run_isolated(shares, work, options.jobs, seconds=300):
        if kind == "value":
            results.update(zip((graph.name for graph in share), value[0]))
        else:
            again += [[graph] for graph in share]
    for [graph], kind, value in run_isolated(again, work, options.jobs, seconds=60):
        results[graph.name] = value[0][0] if kind == "value" else ("crash", value)
    return results


def make_graph(number):
    """The graph with a number; deterministic."""
    random = np.random.default_rng([SEED, number])
    case = Case(f"graph-{SEED}-{number}", 17, seed=number)
    builder = Builder(case, random)
    case.free = builder.chance(0.4)
    for place in range(builder.pick([1, 1, 2])):
        add_input(builder, f"x{place}", case.free)
    value = builder.pick(builder.values)
    for _ in range(builder.integer(3, 9)):
        value = builder.pick(STEPS)(builder, value if builder.chance(0.8) else builder.pick(builder.values))
        if value.rank > 5:
            break
    if value.name in case.shapes:
        value = builder.op("Relu", value, shape=value.shape)
    case.output(value.name)
    computed = [other for other in builder.values if other.name not in case.shapes and other is not value]
    if computed and builder.chance(0.25):
        case.output(builder.pick(computed).name)
    if case.free:
        for sizes in FED[1:]:
            case.also(**{name: concrete(declared, sizes) for name, declared in case.declared.items()})
    return case


def add_input(b, name, free):
    kind = b.integer(0, 4)
    size = lambda symbol: symbol if free and b.chance(0.7) else b.pick(SIZES)  # noqa: E731
    channels = b.pick(CHANNELS)
    shape = {
        0: lambda: [1, channels, size("H"), size("W")],
        1: lambda: [1, channels, size("H"), size("W")],
        2: lambda: [1, size("T"), channels],
        3: lambda: [1, channels, size("T")],
        4: lambda: [1, channels],
    }[kind]()
    b.case.declared = {**getattr(b.case, "declared", {}), name: shape}
    b.case.input(name, concrete(shape, FED[0]), shape)
    b.add(name, shape)


def concrete(shape, sizes):
    return [size if isinstance(size, int) else sizes[1] if size == "W" else sizes[0] for size in shape]


def judge(graph, folder, path, answer):
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.log_severity_level = 4
    settings.intra_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
        runs = []
        for seed, sizes in enumerate([{}, *graph.others]):
            feeds = graph.feeds(np.random.default_rng(seed), sizes)
            runs.append((feeds, session.run(None, feeds)))
    except Exception as error:  # noqa: BLE001 - whatever onnxruntime throws: the graph is none then
        return "invalid", str(error).splitlines()[0]
    if not answer["ok"]:
        return "refused", refusal(answer)
    names = [output.name for output in session.get_outputs()]
    try:
        for feeds, expected in runs:
            if not all(np.isfinite(array).all() and array.size for array in expected):
                continue
            actual = run_model(folder, graph.name, feeds)
            for name, array in zip(names, expected):
                if name not in actual:
                    raise Mismatch(f"output {name} is not in the manifest")
                absolute = max(1e-5, OF_LARGEST * float(np.abs(array).max(initial=0)))
                compare(name, actual[name], array, RELATIVE, absolute, fixed_shape=not graph.free)
    except Mismatch as mismatch:
        shapes = {name: list(array.shape) for name, array in feeds.items()}
        return "wrong", f"{mismatch} of {shapes}"
    except RuntimeRefused as refused:
        return "crash", str(refused)
    return "right", ""


def report(results, verbose):
    counts = collections.Counter(kind for kind, _ in results.values())
    refusals = collections.Counter(reason.split(":")[0] for kind, reason in results.values() if kind == "refused")
    for name, (kind, reason) in sorted(results.items()):
        faulty = kind in ("wrong", "crash") or "internal-error" in reason
        if faulty or (verbose and kind != "right"):
            print(f"  {kind.upper() if faulty else kind:<8} {name:<20} {reason}")
    failed = counts["wrong"] + counts["crash"] + refusals["internal-error"]
    print(f"  refused: {', '.join(f'{code} {count}' for code, count in refusals.most_common()) or 'none'}; not valid: {counts['invalid']}")
    print(f"figures: {counts['right']} of {len(results) - counts['invalid']} graphs converted and right, {counts['refused']} refused, {failed} wrong")
    print(f"random-graphs: {counts['right']} passed, {failed} failed")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
