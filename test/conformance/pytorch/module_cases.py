"""Section `torch-modules`: the small models of `modules.py` as both exporters of PyTorch write them, against PyTorch.

Each is converted with and without the optimizer and run in ncnn, and so are pnnx's nets from the same files.
"""

import json
import os

from converter import convert_all, refusal
from isolation import run_isolated
from ncnn_runtime import Mismatch, RuntimeRefused, compare, run_model
from baselines import NOTHING, Task, pnnx
from saved_modules import label, print_failures, read_example, save_all, save_example, save_forms
from section import conclude, section_arguments, wanted

RELATIVE, ABSOLUTE = 1e-3, 1e-4
EXPORTERS = {"script": {"dynamo": False, "opset_version": 17}, "dynamo": {"dynamo": True, "external_data": False}}
# Increase it when the models change, because their exports are cached.
GENERATION = 1


def main():
    options = section_arguments().parse_args()

    import onnxscript  # noqa: F401 - once, and not in each of the processes that are forked
    from modules import NAMES, WITHOUT_ONNX

    names = [name for name in NAMES if name not in WITHOUT_ONNX and wanted(name, options)]
    folder = os.path.join(options.cache, f"torch-modules-{versions()}-{GENERATION}")
    output = options.keep or os.path.join(folder, "converted")
    os.makedirs(folder, exist_ok=True)
    exports = save_all(names, folder, options.jobs, save)
    unexported = sum("reason" in entry[kind] for entry in exports.values() for kind in EXPORTERS)

    cases = [
        (name, kind, variant)
        for name in names
        for kind in EXPORTERS
        if "reason" not in exports[name][kind]
        for variant in ("optimized", "plain")
    ]
    import ncnn  # noqa: F401 - once, and not in each of the processes that are forked

    results, tasks = {}, []
    for variant, arguments in (("optimized", ()), ("plain", ("--no-optimize",))):
        directory = os.path.join(output, variant)
        os.makedirs(directory, exist_ok=True)
        chosen = [case for case in cases if case[2] == variant]
        paths = [os.path.join(folder, f"{name}-{kind}.onnx") for name, kind, _ in chosen]
        answers = convert_all(options.converter, paths, directory, options.jobs, arguments)
        for case, path in zip(chosen, paths):
            if answers[path]["ok"]:
                tasks.append((case, directory))
            else:
                results[case] = ("refused", refusal(answers[path]))
    for (case, _), kind, value in run_isolated(tasks, lambda task: check(*task, folder), options.jobs):
        results[case] = (kind, value) if kind == "crash" else value[0]
    others = rivals(names, exports, folder, options.jobs)
    report(names, exports, cases, results, others, options)
    print(f"  {unexported} exports that PyTorch itself refuses are left out")

    named = {label(case): results[case] for case in cases}
    conclude("torch-modules", named, options, failing=("wrong", "crash"), figures=f"conversions of {len(names)} models")


def versions():
    from importlib.metadata import version

    return version("torch")


def save(name, folder):
    """Writes the model in each form, with its inputs and outputs, and traced for pnnx."""
    import torch

    model, inputs, results = save_example(name, folder)
    base = os.path.join(folder, name)
    facts = {"shapes": [f"[{','.join(map(str, entry.shape))}]{'' if entry.is_floating_point() else 'i64'}" for entry in inputs]}
    try:
        torch.jit.trace(model, inputs).save(f"{base}.pt")
    except Exception:  # noqa: BLE001 - pnnx has the other files still
        facts["untraced"] = True

    def export(kind):
        torch.onnx.export(
            model,
            inputs,
            f"{base}-{kind}.onnx",
            input_names=[f"in{number}" for number in range(len(inputs))],
            output_names=[f"out{number}" for number in range(len(results))],
            **EXPORTERS[kind],
        )

    save_forms(name, folder, facts, {kind: lambda kind=kind: export(kind) for kind in EXPORTERS})


def check(case, directory, folder):
    name, kind, _ = case
    feeds, wanted = read_example(name, folder)
    try:
        results = run_model(directory, f"{name}-{kind}", {f"in{number}": array for number, array in enumerate(feeds)})
        for number, expected in enumerate(wanted):
            compare(f"out{number}", results[f"out{number}"], expected, RELATIVE, ABSOLUTE)
    except Mismatch as mismatch:
        return "wrong", str(mismatch)
    except RuntimeRefused as refused:
        return "crash", str(refused)
    return "passed", ""


def rivals(names, exports, folder, jobs):
    """For each model and form (`traced`, `script`, `dynamo`) the result of pnnx; cached."""
    known = os.path.join(folder, "pnnx.json")
    found = {}
    if os.path.exists(known):
        with open(known, encoding="utf-8") as file:
            found = json.load(file)
    forms = [
        (name, form)
        for name in names
        for form in ("traced", *EXPORTERS)
        if f"{name}-{form}" not in found and "reason" not in exports[name].get(form, {}) and not (form == "traced" and "untraced" in exports[name])
    ]
    for (name, form), kind, value in run_isolated(forms, lambda each: by_pnnx(*each, exports, folder), jobs, seconds=120):
        found[f"{name}-{form}"] = NOTHING if kind == "crash" else value[0]
    if forms:
        with open(known, "w", encoding="utf-8") as file:
            json.dump(found, file)
    return found


def by_pnnx(name, form, exports, folder):
    feeds, wanted = read_example(name, folder)
    path = os.path.join(folder, f"{name}.pt" if form == "traced" else f"{name}-{form}.onnx")
    task = Task([feeds], [wanted], lambda actual, expected: compare("output", actual, expected, RELATIVE, ABSOLUTE), seconds=20)
    return pnnx(path, os.path.join(folder, "pnnx", f"{name}-{form}"), exports[name]["shapes"], task)


def report(names, exports, cases, results, others, options):
    print_failures(cases, results, options)
    print(f"  {'exporter':<10} {'models':>6} {'ours':>6} {'pnnx':>6} {'pnnx of the traced model':>26}")
    for kind in EXPORTERS:
        chosen = [name for name in names if "reason" not in exports[name][kind]]
        ours = [name for name in chosen if results[(name, kind, "optimized")][0] == "passed"]
        theirs = [[name for name in chosen if others.get(f"{name}-{form}", NOTHING)["works"]] for form in (kind, "traced")]
        print(f"  {kind:<10} {len(chosen):>6} {len(ours):>6} {len(theirs[0]):>6} {len(theirs[1]):>26}")
        ahead = sorted((set(theirs[0]) | set(theirs[1])) - set(ours))
        if ahead:
            print(f"  pnnx alone gets right: {', '.join(ahead)}")


if __name__ == "__main__":
    main()
