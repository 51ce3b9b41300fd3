"""Section `forms`: single computations in every form that ncnn has for them, timed beside each other in ncnn with its default options. The forms of one
computation must agree; with --update the page docs/forms.md is written."""

import os
import platform
import tempfile

import numpy as np
from form_nets import computations
from section import conclude, print_results, section_arguments, wanted
from timing import load_default, measure, run

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../docs/forms.md")
# Of the largest result: ncnn stores the weights of some layers as fp16 by default.
TOLERANCE = 2e-2


def main():
    options = section_arguments().parse_args()
    results, rows = {}, []
    for computation in computations():
        name = f"forms/{computation.group}: {computation.shape}"
        if not wanted(name, options):
            continue
        kind, reason, times = check(computation)
        results[name] = (kind, reason)
        rows.append((computation, times))
    print_results(results)
    if options.update:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(page(rows))
    conclude("forms", results, options, ("wrong",), figures="computations, whose forms agree")


def check(computation):
    feed = np.random.default_rng(0).standard_normal(computation.feed).astype(np.float32)
    with tempfile.TemporaryDirectory() as folder:
        nets = [load_form(form, folder) for form in computation.forms]
        arrays = [run(net, {"x": feed}, ["y"])[0] for net in nets]
        times = measure([lambda net=net: run(net, {"x": feed}, ["y"]) for net in nets])
    largest = float(np.abs(arrays[0]).max(initial=1e-30))
    for form, array in zip(computation.forms, arrays):
        if array.shape != arrays[0].shape or float(np.abs(array - arrays[0]).max(initial=0)) > TOLERANCE * largest:
            return "wrong", f"{form.name} computes something else than {computation.forms[0].name}", times
    return "passed", ", ".join(f"{form.name} {time:.3f} ms" for form, (time, _) in zip(computation.forms, times)), times


def load_form(form, folder):
    lines = ["Input x 0 1 x", *form.layers]
    blobs = sum(int(line.split()[3]) for line in lines)
    param, weights = os.path.join(folder, "net.param"), os.path.join(folder, "net.bin")
    with open(param, "w", encoding="utf-8") as file:
        file.write("\n".join(["7767517", f"{len(lines)} {blobs}", *lines, ""]))
    with open(weights, "wb") as file:
        file.write(form.weights)
    return load_default(param, weights)


def page(rows):
    import ncnn

    lines = [
        "# Forms",
        "",
        "<!-- Written by `npm run conformance -- --section forms --update`. -->",
        "",
        f"ncnn can compute many operations with layers of different types. This page compares the alternatives in ncnn {ncnn.__version__} with its default",
        f"options and one thread, on {platform.machine()}. Each time is the median processor time in milliseconds over interleaved runs, ± half the distance between",
        "the quartiles. The last column is the time of the first alternative divided by the time of the fastest. [Optimizer passes](passes.md)",
        "lists the passes that choose between them.",
    ]
    group = ""
    for computation, times in rows:
        if computation.group != group:
            group = computation.group
            names = [form.name for form in computation.forms]
            lines += ["", f"## {group}", "", f"| shape | {' | '.join(names)} | first / fastest |", f"| --- |{' ---: |' * (len(names) + 1)}"]
        cells = [f"{time:.3f} ±{spread / 2:.0%}" for time, spread in times]
        lines.append(f"| {computation.shape} | {' | '.join(cells)} | {times[0][0] / min(time for time, _ in times):.2f} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
