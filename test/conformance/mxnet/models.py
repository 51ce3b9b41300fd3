"""Section `mxnet`: generated MXNet models and the nets of its zoo, converted and run in ncnn, against MXNet itself.

Where the environment variable MXNET2NCNN names that tool, its nets are judged in the same way, and each case that
only it converts correctly is reported as a failure.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile

# MXNet's own plain operators, without the rewriting of graphs by oneDNN's backend; read when it is imported.
os.environ |= {"MXNET_SUBGRAPH_BACKEND": "NONE", "MXNET_STORAGE_FALLBACK_LOG_VERBOSE": "0"}

import numpy as np
from converter import convert_all, refusal
from isolation import run_isolated
from cases import CASES
from nets import DEEPER_NETS, NETS
from ncnn_runtime import Mismatch, RuntimeRefused, compare, load, run_model
from section import conclude, print_results, section_arguments, wanted

RELATIVE, ABSOLUTE = 1e-3, 1e-4
VARIANTS = [("optimized", ()), ("plain", ("--no-optimize",))]
RUNS = 2
# Models on disk and in memory at a time: many small ones, or a few large ones.
SMALL, LARGE = 200, 3


def main():
    options = section_arguments(full="also the deeper nets of the zoo").parse_args()

    deeper = DEEPER_NETS if options.full or options.only else {}
    results, native = {}, {}
    for builders, size in ((CASES, SMALL), (NETS | deeper, LARGE)):
        chosen = [name for name in builders if wanted(name, options)]
        for start in range(0, len(chosen), size):
            with tempfile.TemporaryDirectory() as scratch:
                judge([builders[name]() for name in chosen[start : start + size]], options, options.keep or scratch, results, native)

    print_results(results, options.verbose or bool(options.only))
    conclude("mxnet", results, options, failing=("refused", "wrong", "crash"), also_failed=beaten(results, native) if native else ())


def judge(models, options, directory, results, native):
    """Writes, converts and runs some models, and adds their results to `results` and those of mxnet2ncnn to `native`."""
    expected = {}
    for model in models:
        model.write(os.path.join(directory, model.name))
        with silence():
            expected[model.name] = [model.reference(model.feeds(run)) for run in range(RUNS)]
        informative(model, expected[model.name])
        model.args = model.aux = None
    tasks = []
    for variant, arguments in VARIANTS:
        for group in {model.arguments for model in models}:
            chosen = {os.path.join(directory, f"{model.name}-symbol.json"): model for model in models if model.arguments == group}
            answers = convert_all(options.converter, list(chosen), os.path.join(directory, variant), options.jobs, (*arguments, *group))
            for file, model in chosen.items():
                if answers[file]["ok"]:
                    tasks.append((model, variant))
                else:
                    results[f"mxnet/{model.name}/{variant}"] = ("refused", refusal(answers[file]))
    work = lambda task: check(directory, *task, expected[task[0].name])  # noqa: E731
    for (model, variant), kind, value in run_isolated(tasks, work, options.jobs, seconds=300):
        results[f"mxnet/{model.name}/{variant}"] = ("crash", value) if kind == "crash" else value[0]
    tool = os.environ.get("MXNET2NCNN")
    if tool:
        work = lambda model: check_native(tool, directory, model, expected[model.name])  # noqa: E731
        for model, kind, value in run_isolated(models, work, options.jobs, seconds=300):
            native[model.name] = kind == "value" and value[0]
    if options.keep is None:
        shutil.rmtree(directory)


def informative(model, results):
    """The inputs must matter, or the comparison could not fail."""
    for first, second in zip(*results[:2]):
        if not np.isfinite(first).all():
            raise ValueError(f"{model.name}: the reference is not finite")
        if not model.constant and np.allclose(first, second, RELATIVE, ABSOLUTE):
            raise ValueError(f"{model.name}: the reference is the same for different inputs")


def check(directory, model, variant, expected):
    worst = 0.0
    try:
        for run in range(RUNS):
            actual = run_model(os.path.join(directory, variant), model.name, model.feeds(run))
            if len(actual) != len(expected[run]):
                raise Mismatch(f"{len(actual)} outputs ({', '.join(actual)}), expected {len(expected[run])}")
            for (output, found), array in zip(actual.items(), expected[run]):
                if model.detector:
                    found, array = detections(found), detections(array)
                compare(output, found, array, RELATIVE, ABSOLUTE)
                worst = max(worst, float(np.abs(found - array).max(initial=0)))
    except Mismatch as mismatch:
        return "wrong", str(mismatch)
    except RuntimeRefused as refused:
        return "crash", str(refused)
    except Exception as error:  # Any exception of the bindings concerns this case only.
        return "crash", f"{type(error).__name__}: {error}"
    return "passed", f"largest difference {worst:.1e}"


def detections(rows):
    """The valid detections sorted by class and score, because equal scores may have any order."""
    rows = rows.reshape(-1, 6)
    rows = rows[rows[:, 0] >= 0]
    return rows[np.lexsort((rows[:, 2], -rows[:, 1].round(4), rows[:, 0]))]


def check_native(tool, directory, model, expected):
    """Whether mxnet2ncnn's net gives each expected array in one of its outputs, whatever their names, order and shapes."""
    stem = os.path.join(directory, model.name)
    files = [f"{stem}.native.param", f"{stem}.native.bin"]
    done = subprocess.run([tool, f"{stem}-symbol.json", f"{stem}-0000.params", *files], capture_output=True, timeout=60)
    if done.returncode != 0 or b"not supported" in done.stderr:
        return False
    net = load(*files)
    return all(native_run(net, model, run, expected[run]) for run in range(RUNS))


def native_run(net, model, run, expected):
    import ncnn

    extractor = net.create_extractor()
    kept = []
    for name, array in model.feeds(run).items():
        array = array[0] if array.ndim > 1 and array.shape[0] == 1 else array
        kept.append(ncnn.Mat(np.ascontiguousarray(array)).clone())
        if name in net.input_names() and extractor.input(name, kept[-1]) != 0:
            return False
    found = []
    for name in net.output_names():
        status, mat = extractor.extract(name)
        if status == 0:
            found.append(np.array(mat).astype(np.float64))
    for array in expected:
        candidates = found
        if model.detector:
            # Its classes include the background.
            array = detections(array).ravel()
            candidates = [detections(rows.reshape(-1, 6) - [1, 0, 0, 0, 0, 0]) for rows in found if rows.size % 6 == 0]
        same = [rows for rows in candidates if rows.size == array.size]
        if not any(np.allclose(rows.ravel(), array.ravel(), RELATIVE, ABSOLUTE) for rows in same):
            return False
    return True


def beaten(results, native):
    """Prints and returns the cases that only mxnet2ncnn converts correctly."""
    ours = {name for name in native if all(results[f"mxnet/{name}/{variant}"][0] == "passed" for variant, _ in VARIANTS)}
    right = {name for name, good in native.items() if good}
    print(f"\nof {len(native)} models mxnet2ncnn converts {len(right)} rightly, this converter {len(ours)}")
    for name in sorted(right - ours):
        print(f"  BEATEN   {name}")
    return {f"mxnet/{name}/native" for name in right - ours}


@contextlib.contextmanager
def silence():
    """Suppresses MXNet's output to standard error from C++."""
    kept = os.dup(2)
    with open(os.devnull, "w", encoding="utf-8") as nothing:
        os.dup2(nothing.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


if __name__ == "__main__":
    main()
