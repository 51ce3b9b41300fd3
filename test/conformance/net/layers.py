"""The executor against ncnn, layer by layer: random combinations of parameters, see `layers/cases.ts`.

Each combination is run with ncnn's default options, with one thread and with two, and once more without the packing layout.
"""

import collections
import fnmatch
import json
import os
import subprocess

import numpy as np

from isolation import run_isolated
from ncnn_runtime import RuntimeRefused, load
from section import section_arguments

RELATIVE = 1e-4
ABSOLUTE = 1e-5
# Cases per process: one is forked for each group, and again for each case of a group that crashed.
SHARE = 40
# How each case is run; the first are the defaults.
WAYS = {"packed": (1, True), "packed, 2 threads": (2, True), "unpacked": (1, False)}


def main():
    arguments = section_arguments().parse_args()
    folder = os.path.join(arguments.cache, "layers")
    subprocess.run([arguments.converter[0], arguments.generator, folder], check=True)
    with open(os.path.join(folder, "cases.json"), encoding="utf-8") as file:
        cases = [case for case in json.load(file) if wanted(case, arguments.only)]
    values = np.fromfile(os.path.join(folder, "values.bin"), dtype=np.float32)

    def work(share):
        return [try_case(folder, case, values) for case in share]

    shares = [cases[start : start + SHARE] for start in range(0, len(cases), SHARE)]
    results, again = [], []
    for share, kind, value in run_isolated(shares, work, arguments.jobs):
        if kind == "value":
            results += zip(share, value[0])
        else:
            again += [[case] for case in share]
    for [case], kind, value in run_isolated(again, work, arguments.jobs):
        results.append((case, value[0][0] if kind == "value" else ("refused", f"ncnn crashes: {value}")))
    report(results, arguments.verbose)


def wanted(case, patterns):
    names = (case["type"].lower(), case["name"].lower())
    return not patterns or any(fnmatch.fnmatch(name, pattern.lower()) for pattern in patterns for name in names)


def try_case(folder, case, values):
    """`('same' | 'differs' | 'refused', what)` for ncnn's result of the case, with the first options that differ from the executor."""
    # A Packing layer packs regardless of the options.
    ways = [way for way in WAYS if case["type"] != "Packing" or way != "unpacked"]
    results = {way: run_case(folder, case, values, *WAYS[way]) for way in ways}
    for way, (kind, what) in results.items():
        if kind == "differs" or kind != results["packed"][0]:
            return "differs", f"{way}: {what or kind}"
    return results["packed"]


def run_case(folder, case, values, threads, packing):
    import ncnn

    base = os.path.join(folder, case["name"])
    try:
        net = load(base + ".param", base + ".bin", threads, packing)
    except RuntimeRefused as error:
        return "refused", str(error)
    extractor = net.create_extractor()
    kept = []
    for entry in case["inputs"]:
        mat = ncnn.Mat(array_of(entry, values)).clone()
        kept.append(mat)
        if extractor.input(entry["name"], mat) != 0:
            return "refused", f"input {entry['name']} is refused"
    for entry in case["outputs"]:
        status, mat = extractor.extract(entry["name"])
        if status != 0 or mat.empty():
            # An empty blob equals a result without elements.
            if status == 0 and "shape" in entry and 0 in entry["shape"]:
                continue
            return "refused", f"extract gives {status}" if status != 0 else "the result is empty"
        if "shape" not in entry:
            continue
        if mat.elempack != 1 or mat.elemsize != 4:
            return "differs", f"elempack {mat.elempack}, elemsize {mat.elemsize}"
        actual = np.array(mat).view(np.float32)
        expected = array_of(entry, values)
        if actual.shape != expected.shape:
            return "differs", f"{entry['name']}: ncnn makes {list(actual.shape)}, we {list(expected.shape)}"
        # Sums are as exact as the largest of their terms, as with Winograd; an activation may have clipped them.
        equal = np.isclose(actual, expected, rtol=RELATIVE, atol=ABSOLUTE * max(1, case["largestSum"]), equal_nan=True)
        if not equal.all():
            place = np.unravel_index(np.argmax(np.where(equal, -1, np.abs(actual - expected))), actual.shape)
            count = int((~equal).sum())
            place = tuple(int(index) for index in place)
            return "differs", f"{entry['name']}: {count} of {actual.size}, {actual[place]:.7g} in ncnn, {expected[place]:.7g} here at {list(place)}"
    return "same", ""


def array_of(entry, values):
    size = int(np.prod(entry["shape"], dtype=np.int64))
    return np.ascontiguousarray(values[entry["offset"] : entry["offset"] + size].reshape(entry["shape"]))


def report(results, verbose):
    table = collections.defaultdict(collections.Counter)
    failures, stricter = [], []
    for case, (kind, what) in results:
        ours = "refused" in case
        if kind == "refused":
            outcome = "both refuse" if ours else "only ncnn refuses"
        else:
            outcome = "only we refuse" if ours else kind
        table[case["type"]][outcome] += 1
        if outcome in ("differs", "only ncnn refuses"):
            failures.append((case, f"{outcome}: {what}"))
        if outcome == "only we refuse":
            stricter.append((case, case["refused"]))
    columns = ["same", "both refuse", "only we refuse", "only ncnn refuses", "differs"]
    print(f"{'layer':<26}" + "".join(f"{name:>19}" for name in columns))
    for name in sorted(table):
        print(f"{name:<26}" + "".join(f"{table[name][column] or '':>19}" for column in columns))
    totals = sum(table.values(), collections.Counter())
    print(f"{f'{len(results)} in {len(table)} types':<26}" + "".join(f"{totals[column]:>19}" for column in columns))
    for title, entries in [("DIFFERENT", failures), ("STRICTER THAN NCNN", stricter if verbose else [])]:
        if entries:
            print(f"\n{title}")
        for case, what in entries[:60]:
            print(f"  {case['name']}: {what}\n    {case['line']}  of {[entry['shape'] for entry in case['inputs']]}")
    print(f"figures: {len(results)} combinations of {len(table)} layer types, {totals['differs'] + totals['only ncnn refuses']} differ")
    print(f"layers: {totals['same'] + totals['both refuse']} passed, {len(failures)} failed")
    raise SystemExit(1 if failures else 0)


if __name__ == "__main__":
    main()
