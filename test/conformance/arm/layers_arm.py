"""Section `layers-arm`: single layers in ncnn's ARM code, the same random combinations of parameters as in the section `layers`.

In fp32 the results must be those of the executor. In fp16 they must be about as far from the executor's as the simulation of phones expects:
the loss is the root mean square of the differences, divided by that of the values.
"""

import collections
import json
import os
import subprocess
import tempfile

import numpy as np
from layers import ABSOLUTE, RELATIVE, array_of, wanted
from oracle import ARITHMETIC, FP32, Fault, Oracle, start_or_skip
from section import section_arguments

# The largest loss that the simulation may miss, and its factor: sums are added in another order, and errors of few values vary by chance.
SLACK, FACTOR = 2e-3, 3


def main():
    options = section_arguments().parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        runs = start_or_skip("layers-arm", lambda: Runs(options.cache, scratch))
        folder = os.path.join(options.cache, "layers-arm")
        subprocess.run([options.converter[0], options.generator, folder, "--phone"], check=True)
        with open(os.path.join(folder, "cases.json"), encoding="utf-8") as file:
            cases = [case for case in json.load(file) if wanted(case, options.only) and "refused" not in case and not is_broken(case)]
        values = np.fromfile(os.path.join(folder, "values.bin"), dtype=np.float32)
        results = [(case, check(runs, folder, case, values)) for case in cases]
    report(results, options.verbose)


def is_broken(case):
    """Except on x86, ncnn writes out of bounds if a grid whose coordinates are innermost has fewer channels than coordinates."""
    if case["type"] != "GridSample" or " 3=1" in case["line"]:
        return False
    channels, *_, coordinates = case["inputs"][1]["shape"]
    return channels < coordinates


class Runs:
    """An oracle that is started again after a net crashed."""

    def __init__(self, cache, folder):
        self.start = lambda: Oracle(cache, folder)
        self.oracle = self.start()

    def run(self, *arguments):
        try:
            return self.oracle.run(*arguments)
        except (Fault, BrokenPipeError) as fault:
            if self.oracle.process.poll() is not None:
                self.oracle = self.start()
            raise Fault(str(fault)) from None


def check(runs, folder, case, values):
    """What is wrong in fp32 and in fp16, each None if nothing is, and the losses in fp16: found and expected."""
    base = os.path.join(folder, case["name"])
    feeds = {entry["name"]: array_of(entry, values) for entry in case["inputs"]}
    exact = {entry["name"]: array_of(entry, values) for entry in case["outputs"]}
    phone = {entry["name"]: array_of(entry, values) for entry in case["phoneOutputs"]}
    wrong, found, expected = {}, 0.0, 0.0
    for mode in (FP32, ARITHMETIC):
        try:
            actual = runs.run(base + ".param", base + ".bin", mode, feeds, list(exact))
        except Fault as fault:
            wrong[mode] = str(fault)
            continue
        for name, array in exact.items():
            if actual[name].size == 0 and array.size == 0:
                continue
            if actual[name].shape != array.shape:
                wrong[mode] = f"{name}: {list(actual[name].shape)} instead of {list(array.shape)}"
            elif mode == FP32:
                if not np.isclose(actual[name], array, rtol=RELATIVE, atol=ABSOLUTE * max(1, case["largestSum"]), equal_nan=True).all():
                    wrong[mode] = f"{name}: off by {np.nanmax(np.abs(actual[name] - array)):.2g}"
            else:
                found = max(found, loss_of(actual[name], array))
                expected = max(expected, loss_of(phone[name], array))
    if ARITHMETIC not in wrong and found > SLACK and not expected / FACTOR <= found <= expected * FACTOR + SLACK:
        wrong[ARITHMETIC] = f"loses {found:.1e}, expected {expected:.1e}"
    return wrong, found, expected


def loss_of(actual, expected):
    """Infinite if another element is finite than expected."""
    finite = np.isfinite(expected)
    if not np.isfinite(actual[finite]).all():
        return float("inf")
    differences = actual[finite].astype(np.float64) - expected[finite]
    squares = (expected[finite].astype(np.float64) ** 2).mean() if finite.any() else 0
    return float(np.sqrt((differences**2).mean() / max(squares, 1e-6))) if finite.any() else 0.0


def report(results, verbose):
    types = collections.defaultdict(list)
    failures = []
    for case, (wrong, found, expected) in results:
        types[case["type"]].append((found, expected))
        for mode, what in wrong.items():
            shapes = [entry["shape"] for entry in case["inputs"]]
            failures.append(f"{case['name']}, {'fp32' if mode == FP32 else 'fp16'}: {what}\n    {case['line']}  of {shapes}")
    print(f"{'layer':<26}{'cases':>8}{'fp16 loss':>12}{'simulated':>12}")
    for name, losses in sorted(types.items()):
        found, expected = np.median(np.array(losses), axis=0)
        print(f"{name:<26}{len(losses):>8}{found:>12.1e}{expected:>12.1e}")
    for line in failures if verbose else failures[:40]:
        print(f"  FAILED {line}")
    checks = 2 * len(results)
    print(f"figures: {checks - len(failures)} of {checks} runs of {len(types)} layer types in fp32 and fp16 are as expected")
    print(f"layers-arm: {checks - len(failures)} passed, {len(failures)} failed")
    raise SystemExit(1 if failures else 0)


if __name__ == "__main__":
    main()
