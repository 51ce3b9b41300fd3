"""Section `speed`: whole nets beside those that pnnx, and onnx2ncnn with ncnnoptimize, make of the same models, timed in turn in ncnn for x86 with its
default options and one thread.

What other tools write is kept; our nets are converted at every run. NATIVE=FOLDER is a folder with onnx2ncnn and ncnnoptimize; without it their columns
are empty. With --update the page docs/speed.md is written.
"""

import math
import os
from dataclasses import dataclass

import numpy as np
from baselines import by_number, layer_count, without_batch
from isolation import run_isolated
from plain import Refused, convert, feeds_of, output_of, text_of
from section import conclude, print_results, section_arguments, wanted
from speed_page import write_part
from subjects import base_of, export, is_missing, names, native_net, subject_of
from timing import compare_loads, load_default, run

# Of the time of another tool's net.
ALLOWED = 1.03
# Of the largest result: ncnn stores the weights of some layers as fp16 by default.
TOLERANCE = 3e-2
OTHERS = ("pnnx", "native")


def main():
    options = section_arguments().parse_args()
    folder = os.path.join(options.cache, "speed")
    os.makedirs(folder, exist_ok=True)
    chosen = [name for name in names() if wanted(name, options)]
    missing = [name for name in chosen if is_missing(name, folder)]
    for name, kind, value in run_isolated(missing, lambda name: export(name, base_of(folder, name)), 1, seconds=1200):
        if kind != "value":
            print(f"  {name} is not exported: {value}", flush=True)
    results, rows = {}, {}
    for name in chosen:
        if is_missing(name, folder):
            continue
        kind, reason, row = compare(subject_of(name, folder), folder, options.converter)
        results[f"speed/{name}"] = (kind, reason)
        if row is not None:
            rows[name] = row
        print(f"  {name:<48} {reason}", flush=True)
    print_results(results, every=False)
    if options.update:
        write_part("x86", table(rows))
    figures = [summary(rows, other) for other in OTHERS]
    conclude("speed", results, options, ("wrong",), figures=f"models; {'; '.join(figures)}")


def summary(rows, other):
    ratios = ratios_of(rows, other)
    title = "pnnx's nets" if other == "pnnx" else "the nets of ncnnoptimize"
    return f"{mean(ratios):.2f} of the time of {title} as the geometric mean of {len(ratios)}, at most {max(ratios, default=0):.2f}"


def ratios_of(rows, other):
    return [row[other]["ratio"] for row in rows.values() if row[other]]


def mean(ratios):
    return math.exp(sum(math.log(ratio) for ratio in ratios) / max(1, len(ratios)))


def compare(subject, folder, command):
    nets = {}
    try:
        for target in ("x86", "any"):
            stem, manifest = convert(subject, os.path.join(folder, target), command, ("--target", target))
            feeds, output = feeds_of(subject, manifest), output_of(subject, manifest)
            nets[target] = candidate(stem, feeds, output, subject.expected)
            if nets[target] is None:
                return "wrong", f"our net for {target} computes something else than the model", None
    except Refused as refused:
        return "refused", str(refused), None
    if text_of(nets["any"].base) == text_of(nets["x86"].base):
        nets["any"] = None
    nets["pnnx"] = others_net(subject.base + ".ncnn", subject)
    nets["native"] = others_net(native_net(subject), subject)
    there = [name for name, net in nets.items() if net]
    comparison = compare_loads([nets[name].load for name in there])
    row = {name: cells_of(nets[name], comparison, there.index(name)) if name in there else None for name in nets}
    ratios = {name: row[name]["ratio"] for name in OTHERS if row[name]}
    parts = [f"{row['x86']['time']:.2f} ms", *(f"{row[name]['ratio']:.3f} ±{row[name]['error']:.3f} of {name}" for name in there[1:])]
    return ("passed" if max(ratios.values(), default=0) <= ALLOWED else "slower"), ", ".join([*parts, f"{len(comparison.times[0])} loads"]), row


def cells_of(net, comparison, place):
    time, spread = comparison.time(place)
    ratio, error = comparison.ratio(place)
    return {"time": time, "spread": spread, "ratio": ratio, "error": error, "layers": layer_count(net.base + ".param")}


def others_net(base, subject):
    """A net of another tool: its inputs are numbered or named as in the model, its last output is the model's or named as it."""
    if not os.path.exists(base + ".param") or layer_count(base + ".param") == 0:
        return None
    try:
        net = load_default(base + ".param", base + ".bin")
    except RuntimeError:
        return None
    inputs, outputs = sorted(net.input_names(), key=by_number), sorted(net.output_names(), key=by_number)
    if not outputs or len(inputs) > len(subject.feeds):
        return None
    given = {name: array for name, array in zip(inputs, subject.feeds.values())}
    feeds = {name: without_batch(subject.feeds.get(name, array)) for name, array in given.items()}
    output = subject.output if subject.output in outputs else outputs[-1]
    return candidate(base, feeds, output, subject.expected)


@dataclass(frozen=True)
class Candidate:
    """A net that computes what the model computes."""

    # The path without extension.
    base: str
    feeds: dict
    output: str

    def load(self):
        """A function that runs the net once."""
        net = load_default(self.base + ".param", self.base + ".bin")
        return lambda: run(net, self.feeds, [self.output])


def candidate(base, feeds, output, expected):
    """The net; none where it does not compute what is expected."""
    fed = {name: np.ascontiguousarray(array) for name, array in feeds.items()}
    # A net of another tool may crash ncnn.
    ((_, kind, value),) = run_isolated([0], lambda _: computes(base + ".param", base + ".bin", fed, output, expected), 1)
    return Candidate(base, fed, output) if kind == "value" and value[0] else None


def computes(param, weights, feeds, output, expected):
    try:
        (result,) = run(load_default(param, weights), feeds, [output])
    except RuntimeError:
        return False
    largest = float(np.abs(expected).max(initial=1e-30))
    return result.size == expected.size and float(np.abs(result.reshape(expected.shape) - expected).max()) <= TOLERANCE * largest


def table(rows):
    import ncnn
    from importlib.metadata import version

    lines = [
        f"Processor times of our nets for the target `x86` and of those that pnnx {version('pnnx')}, and onnx2ncnn with ncnnoptimize (native), convert from the same",
        f"models, in ncnn {ncnn.__version__} for x86 with its default options and one thread. Each time is the median in milliseconds, ± half the distance between the",
        "quartiles. Layers are counted without inputs.",
        "",
        "A ratio compares runs of the same round, in which all nets run once: it is the median of the rounds, and then of 4 to 16 loads of the nets, because the place",
        "of a net in memory changes its times by a few percent. Nets are loaded and run in alternating order. ± is the distance between the quartiles of the loads",
        "divided by the square root of their number; nets are loaded until it is at most 0.004 or 2 % of the distance to 1, or for 16 seconds.",
        "",
        "The column `any` is the time of the net for the target `any`, which is the default of the command line, divided by that for `x86`; no entry means that",
        "both are the same net. A dash means that the net of the other tool does not load or returns other results; pnnx cannot read the `real` models. onnx2ncnn reads",
        "the model as PyTorch exports it, or simplified by onnxruntime. [Forms](forms.md) compares single operations.",
        "",
        *(f"- {summary(rows, other)}" for other in OTHERS),
        "",
        "| model | layers | ms | any / x86 | pnnx layers | pnnx ms | ours / pnnx | native layers | native ms | ours / native |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, row in rows.items():
        cells = [row["x86"]["layers"], time_of(row["x86"]), f"{1 / row['any']['ratio']:.2f}" if row["any"] else ""]
        for other in OTHERS:
            theirs = row[other]
            cells += [theirs["layers"], time_of(theirs), f"{theirs['ratio']:.2f} ±{theirs['error']:.3f}"] if theirs else ["-", "-", "-"]
        lines.append(f"| {name} | {' | '.join(map(str, cells))} |")
    return lines


def time_of(net):
    return f"{net['time']:.2f} ±{net['spread'] / 2:.0%}"


if __name__ == "__main__":
    main()
