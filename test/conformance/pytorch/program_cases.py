"""Section `torch-programs`: the small models of `modules.py` as PyTorch's own files, against PyTorch.

Each is saved by torch.export, with and without decompositions, and traced and scripted by TorchScript; converted with and without the
optimizer, and run in ncnn.
"""

import json
import os

from converter import convert_all, refusal
from isolation import run_isolated
from ncnn_runtime import Mismatch, RuntimeRefused, compare, run_model
from saved_modules import label, print_failures, read_example, save_all, save_example, save_forms
from section import conclude, section_arguments, wanted

RELATIVE, ABSOLUTE = 1e-3, 1e-4
FORMS = {"exported": ".pt2", "decomposed": ".pt2", "traced": ".pt", "scripted": ".pt"}
VARIANTS = {"optimized": (), "plain": ("--no-optimize",)}
# Increase it when the models change, because the saved files are cached.
GENERATION = 1


def main():
    options = section_arguments().parse_args()

    import torch
    from modules import NAMES

    names = [name for name in NAMES if wanted(name, options)]
    folder = os.path.join(options.cache, f"torch-programs-{torch.__version__}-{GENERATION}")
    output = options.keep or os.path.join(folder, "converted")
    os.makedirs(folder, exist_ok=True)
    saved = save_all(names, folder, options.jobs, save)
    cases = [(name, form, variant) for name in names for form in FORMS if "reason" not in saved[name][form] for variant in VARIANTS]
    import ncnn  # noqa: F401 - once, and not in each of the processes that are forked

    results, tasks = {}, []
    for variant, arguments in VARIANTS.items():
        directory = os.path.join(output, variant)
        os.makedirs(directory, exist_ok=True)
        chosen = [case for case in cases if case[2] == variant]
        paths = [path_of(folder, name, form) for name, form, _ in chosen]
        shapes = {path_of(folder, name, "scripted"): saved[name]["shapes"] for name in names}
        answers = convert_all(options.converter, [path for path in paths if path not in shapes], directory, options.jobs, arguments)
        for path in (path for path in paths if path in shapes):
            # Scripted modules have no example inputs: their shapes are given.
            fixed = [word for place, shape in enumerate(shapes[path]) for word in ("--shape", f"#{place}={shape}")]
            answers |= convert_all(options.converter, [path], directory, 1, (*arguments, *fixed))
        for case, path in zip(chosen, paths):
            if answers[path]["ok"]:
                tasks.append((case, directory))
            else:
                results[case] = ("refused", refusal(answers[path]))
    for (case, _), kind, value in run_isolated(tasks, lambda task: check(*task, folder), options.jobs):
        results[case] = (kind, value) if kind == "crash" else value[0]
    report(cases, results, options)
    named = {label(case): results[case] for case in cases}
    conclude("torch-programs", named, options, failing=("wrong", "crash"), figures=f"conversions of {len(names)} models")


def path_of(folder, name, form):
    return os.path.join(folder, f"{name}-{form}{FORMS[form]}")


def save(name, folder):
    """Writes the model in each form, with its inputs and outputs."""
    import torch

    model, inputs, _ = save_example(name, folder)

    def export(form, decomposed):
        program = torch.export.export(model, tuple(inputs))
        torch.export.save(program.run_decompositions() if decomposed else program, path_of(folder, name, form))

    writers = {
        "exported": lambda: export("exported", False),
        "decomposed": lambda: export("decomposed", True),
        "traced": lambda: torch.jit.trace(model, tuple(inputs)).save(path_of(folder, name, "traced")),
        "scripted": lambda: torch.jit.script(model).save(path_of(folder, name, "scripted")),
    }
    save_forms(name, folder, {"shapes": [",".join(map(str, entry.shape)) for entry in inputs]}, writers)


def check(case, directory, folder):
    name, form, _ = case
    feeds, expected = read_example(name, folder)
    with open(os.path.join(directory, f"{name}-{form}.ncnn.json"), encoding="utf-8") as file:
        inputs = [entry["name"] for entry in json.load(file)["inputs"]]
    try:
        results = list(run_model(directory, f"{name}-{form}", dict(zip(inputs, feeds))).values())
        if len(results) != len(expected):
            raise Mismatch(f"there are {len(results)} outputs, expected {len(expected)}")
        for number, (actual, array) in enumerate(zip(results, expected)):
            compare(f"out{number}", actual, array, RELATIVE, ABSOLUTE)
    except Mismatch as mismatch:
        return "wrong", str(mismatch)
    except RuntimeRefused as refused:
        return "crash", str(refused)
    return "passed", ""


def report(cases, results, options):
    print_failures(cases, results, options)
    print(f"  {'form':<10} {'models':>6} {'right':>6}")
    for form in FORMS:
        chosen = [case for case in cases if case[1] == form and case[2] == "optimized"]
        print(f"  {form:<10} {len(chosen):>6} {sum(results[case][0] == 'passed' for case in chosen):>6}")


if __name__ == "__main__":
    main()
