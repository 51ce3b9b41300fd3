"""The small models of `modules.py` in a cache folder, as two sections write and read them.

Each model has the files of its forms, `NAME.npz` with its inputs (`in0` …) and outputs (`out0` …), and `NAME.json`: for each form an empty
object, or the reason why PyTorch cannot write it.
"""

import json
import os
import warnings

import numpy as np
from isolation import run_isolated


def save_all(names, folder, jobs, save):
    """What `NAME.json` contains for each model. Models without this file are written by `save(name, folder)`, in separate processes."""
    missing = [name for name in names if not os.path.exists(os.path.join(folder, f"{name}.json"))]
    if missing:
        # Once, and not in each of the processes that are forked.
        import modules  # noqa: F401
        import torch

        torch.set_num_threads(1)
        for name, kind, value in run_isolated(missing, lambda name: save(name, folder), jobs, seconds=180):
            if kind == "crash":
                raise SystemExit(f"saving {name} failed: {value}")
    saved = {}
    for name in names:
        with open(os.path.join(folder, f"{name}.json"), encoding="utf-8") as file:
            saved[name] = json.load(file)
    return saved


def save_example(name, folder):
    """Writes `NAME.npz`. Returns the model, its inputs and its outputs."""
    import torch
    from modules import make

    warnings.filterwarnings("ignore")
    # The fast path of attention is an internal operator of PyTorch that no exporter supports.
    torch.backends.mha.set_fastpath_enabled(False)
    model, inputs = make(name)
    results = model(*inputs)
    results = list(results) if isinstance(results, (tuple, list)) else [results]
    arrays = {f"in{number}": entry.numpy() for number, entry in enumerate(inputs)}
    np.savez(os.path.join(folder, f"{name}.npz"), **arrays, **{f"out{number}": entry.numpy() for number, entry in enumerate(results)})
    return model, inputs, results


def save_forms(name, folder, facts, writers):
    """Calls the writer of each form, and writes `NAME.json` with the facts and the result of each writer."""
    written = dict(facts)
    for form, write in writers.items():
        try:
            write()
            written[form] = {}
        except Exception as error:  # noqa: BLE001 - a failure of PyTorch is not an error of the converter
            lines = str(error).strip().splitlines() or [type(error).__name__]
            written[form] = {"reason": lines[0][:200]}
    with open(os.path.join(folder, f"{name}.json"), "w", encoding="utf-8") as file:
        json.dump(written, file)


def read_example(name, folder):
    """The inputs and the outputs of a model."""
    with np.load(os.path.join(folder, f"{name}.npz")) as file:
        feeds = [file[key] for key in sorted(file) if key.startswith("in")]
        return feeds, [file[key] for key in sorted(file) if key.startswith("out")]


def label(case):
    name, form, variant = case
    return f"torch-{name}-{form}/{variant}"


def print_failures(cases, results, options):
    """A line for each case that is wrong or crashes; and for each refused one, if the options ask for details."""
    for case in cases:
        kind, reason = results[case]
        if kind in ("wrong", "crash") or (kind == "refused" and (options.verbose or options.only)):
            print(f"  {kind.upper():<8} {label(case)}: {reason}")
