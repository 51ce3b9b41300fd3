"""Section `reference`: the reference operators of the graph on the node cases of ONNX's backend tests, without ncnn."""

import collections
import json
import os
import subprocess

import numpy as np

from ncnn_runtime import Mismatch, compare
from section import known_differences, section_arguments

import suite

RELATIVE, ABSOLUTE = 1e-3, 1e-5
# Two units in the last place, because decomposed nodes round to fp16 in between.
RELATIVE_HALF = 2e-3
# The guaranteed share of the cases.
SHARE = 0.9


def main():
    options = section_arguments().parse_args()

    directory, cases = suite.prepare(options.cache)
    wanted = [pattern.lower() for pattern in options.only]
    cases = [case for case in cases if not wanted or any(word in (case["operator"].lower(), case["name"]) for word in wanted)]
    folder = os.path.join(options.cache, "reference")
    os.makedirs(folder, exist_ok=True)
    write_inputs(folder, directory, cases)
    subprocess.run([options.converter[0], options.generator, folder], check=True)
    with open(os.path.join(folder, "results.json"), encoding="utf-8") as file:
        results = json.load(file)
    values = np.fromfile(os.path.join(folder, "values.bin"), dtype=np.float64)

    kinds = collections.Counter()
    problems = []
    # Listed by variant, although the operators do not depend on it.
    known = {name.split("/")[0]: reason for name, reason in known_differences().items()}
    for case, result in zip(cases, results):
        kind, reason = judge(directory, case, result, values)
        if kind == "wrong" and case["name"] in known:
            kind, reason = "known", known[case["name"]]
        kinds[kind] += 1
        if kind != "same":
            problems.append((kind, case["operator"], case["name"], reason))
    share = kinds["same"] / len(cases)
    print(f"{len(cases)} cases: {kinds['same']} the same ({share:.1%}), {kinds['wrong']} wrong, {kinds['known']} known differences, {kinds['refused']} refused")
    for kind, operator, name, reason in sorted(problems):
        if kind in ("wrong", "known") or options.verbose or options.only:
            print(f"  {kind} {operator} {name}: {reason}")
    by_operator = collections.Counter(operator for kind, operator, _, _ in problems if kind == "refused")
    print("refused by operator:", ", ".join(f"{operator} {count}" for operator, count in by_operator.most_common()))
    failed = kinds["wrong"] + (kinds["refused"] if share < SHARE and not options.only else 0)
    print(f"figures: {kinds['same']} of {len(cases)} ({share:.1%}), {kinds['wrong']} wrong")
    print(f"reference: {kinds['same']} passed, {failed} failed")
    raise SystemExit(1 if failed else 0)


def write_inputs(folder, directory, cases):
    entries = []
    for index, case in enumerate(cases):
        inputs, _ = suite.load_arrays(directory, case)
        files = {}
        for place, (name, array) in enumerate(inputs.items()):
            files[name] = os.path.join(folder, f"{index}-{place}.npy")
            np.save(files[name], np.ascontiguousarray(array).reshape(array.shape))
        variant = case["variants"].get("all") or "all"
        model = os.path.join(directory, f"{case['name']}--{variant}.onnx")
        if not os.path.exists(model):
            model = os.path.join(directory, f"{case['name']}--all.onnx")
        entries.append({"name": case["name"], "model": model, "inputs": files})
    with open(os.path.join(folder, "cases.json"), "w", encoding="utf-8") as file:
        json.dump(entries, file)


def judge(directory, case, result, values):
    if "error" in result:
        return "refused", result["error"]
    _, expected = suite.load_arrays(directory, case)
    found = {entry["name"]: entry for entry in result["outputs"]}
    try:
        for name, array in expected.items():
            if name not in found:
                raise Mismatch(f"output {name} was not computed")
            entry = found[name]
            if tuple(entry["shape"]) != array.shape:
                raise Mismatch(f"output {name} is {entry['shape']}, expected {list(array.shape)}")
            size = int(np.prod(entry["shape"], dtype=np.int64))
            relative = RELATIVE_HALF if array.dtype == np.float16 else RELATIVE
            compare(name, values[entry["offset"] : entry["offset"] + size].reshape(array.shape), array, relative, ABSOLUTE)
    except Mismatch as mismatch:
        return "wrong", str(mismatch)
    return "same", ""


if __name__ == "__main__":
    main()
