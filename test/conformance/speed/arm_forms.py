"""Section `forms-arm`: single computations in every form that ncnn has for them, in its ARM code, counted in instructions by qemu.

The ARM build is that of section `arm`. With --update the page docs/forms-arm.md is written.
"""

import os
import tempfile

import numpy as np
from arm_speed import MODES, TOLERANCE, Counter
from form_nets import convolution, deconvolution, rows
from forms import load_form
from oracle import start_or_skip
from section import conclude, print_results, section_arguments, wanted

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../docs/forms-arm.md")


def computations():
    """Smaller than those of section `forms`, because qemu runs them."""
    return [
        *(rows(count, 192, 192) for count in (2, 4, 5, 8, 12, 16, 49, 77)),
        *(convolution(*sizes) for sizes in ((128, 128, 100, 1), (64, 64, 500, 1), (64, 64, 101, 3), (64, 128, 100, 5), (32, 32, 500, 3))),
        *(convolution(*sizes) for sizes in ((30, 30, 100, 3), (1, 32, 2000, 10, 5), (16, 16, 400, 7), (8, 8, 500, 3), (3, 16, 1000, 9))),
        *(convolution(c, c, w, k, group=c) for c, w, k in ((64, 101, 3), (64, 100, 7), (64, 100, 31), (30, 101, 3))),
        deconvolution(64, 32, 128, 4, 2),
    ]


def main():
    options = section_arguments().parse_args()
    results, lines = {}, []
    with tempfile.TemporaryDirectory() as scratch:
        counter = start_or_skip("forms-arm", lambda: Counter(options.cache, scratch))
        for computation in computations():
            name = f"forms-arm/{computation.group}: {computation.shape}"
            if wanted(name, options):
                results[name], counts = check(computation, counter, scratch)
                lines += rows_of(computation, counts)
    print_results(results)
    if options.update:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(page(lines))
    conclude("forms-arm", results, options, ("wrong",), figures="computations, whose forms agree")


def check(computation, counter, folder):
    """The result, and for each form the instructions by mode."""
    feed = np.random.default_rng(0).standard_normal(computation.feed).astype(np.float32)
    counts, arrays = [], []
    for form in computation.forms:
        load_form(form, folder)
        found = {mode: counter.count(os.path.join(folder, "net"), code, {"x": feed}, "y") for mode, code in MODES.items()}
        counts.append({mode: count for mode, (count, _) in found.items()})
        arrays.append(found["fp32"][1])
    ratios = ", ".join(f"{mode} {counts[1][mode] / counts[0][mode]:.2f}" for mode in MODES)
    agree = all(float(np.abs(array - arrays[0]).max()) <= TOLERANCE * float(np.abs(arrays[0]).max()) for array in arrays)
    return ("passed", ratios) if agree else ("wrong", "the forms return different results"), counts


def rows_of(computation, counts):
    """A line of the table of a group: the group, its forms, and the cells."""
    names = [form.name for form in computation.forms]
    cells = [computation.shape]
    for mode in MODES:
        cells += [f"{count[mode] / 1e6:.2f}" for count in counts]
        cells.append(f"{counts[1][mode] / counts[0][mode]:.2f}")
    return [(computation.group, names, cells)]


def page(lines):
    text = [
        "# Forms on ARM",
        "",
        "<!-- Written by `npm run conformance -- --section forms-arm --update`. -->",
        "",
        "Some forms of [Forms](forms.md) in ncnn's ARM code: millions of instructions for one run, counted by qemu, in fp32 and in fp16 as on phones. A column",
        "`second / first` below 1 means that the second form runs fewer instructions. A processor does not take the same time for every instruction.",
    ]
    group = ""
    for title, names, cells in lines:
        if title != group:
            group = title
            heads = [head for mode in MODES for head in (*(f"{name}, {mode}" for name in names), "second / first")]
            text += ["", f"## {title}", "", f"| shape | {' | '.join(heads)} |", f"| --- |{' ---: |' * len(heads)}"]
        text.append(f"| {' | '.join(cells)} |")
    return "\n".join([*text, ""])


if __name__ == "__main__":
    main()
