"""Section `models`: real models, converted and run in ncnn, against onnxruntime on the same random input."""

import json
import os
import tempfile

import numpy as np
from converter import convert_all, refusal
from isolation import run_isolated
from ncnn_runtime import Mismatch, RuntimeRefused, compare, run_model
from section import conclude, print_results, section_arguments, wanted

RELATIVE, ABSOLUTE = 1e-3, 1e-4
# Deviations of the random inputs; several, because a saturated output would match regardless of the net.
SCALES = (0.5, 1, 3)

# Shapes of the inputs, where -1 stays dynamic and is fed with each size in turn, and inputs pinned to a constant.
FREE_SIZES = (320, 160, 333)
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "models.json"), encoding="utf-8") as file:
    MODELS = [
        (model["name"], model["file"], model["shapes"], {key: np.array(value, np.int64) for key, value in model["const"].items()})
        for model in json.load(file)
    ]

VARIANTS = [("optimized", ()), ("plain", ("--no-optimize",))]


def main():
    options = section_arguments().parse_args()

    models = [model for model in MODELS if wanted(model[0], options)]
    tasks = [(model, variant, arguments) for model in models for variant, arguments in VARIANTS]
    results = {}
    with tempfile.TemporaryDirectory() as scratch:
        output = options.keep or scratch
        work = lambda task: check(task, options.converter, output)  # noqa: E731
        for (model, variant, _), kind, value in run_isolated(tasks, work, options.jobs, seconds=300):
            results[f"{model[0]}/{variant}"] = ("crash", value) if kind == "crash" else value[0]

    print_results(results)
    conclude("models", results, options, failing=("wrong", "crash"), figures=f"conversions of {len(models)} models")


def check(task, command, output):
    (name, file, shapes, pinned), variant, arguments = task
    directory = os.path.join(output, f"{name}-{variant}")
    os.makedirs(directory, exist_ok=True)
    fixed = [word for key, shape in shapes.items() for word in ("--shape", f"{key}={','.join(map(str, shape))}")]
    fixed += [word for key, value in pinned.items() for word in ("--const", f"{key}={value}")]
    path = os.path.abspath(file)
    answer = convert_all(command, [path], directory, 1, [*fixed, *arguments])[path]
    if not answer["ok"]:
        return "refused", refusal(answer)
    try:
        worst = against_reference(path, directory, shapes, pinned)
    except Mismatch as mismatch:
        return "wrong", str(mismatch)
    except RuntimeRefused as refused:
        return "crash", str(refused)
    return "passed", f"largest difference {worst:.1e}"


def against_reference(path, directory, shapes, pinned):
    """The largest absolute difference; Mismatch if one is too large."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    stem = os.path.splitext(os.path.basename(path))[0]
    generator = np.random.default_rng(20261020)
    worst = 0.0
    for scale, free in zip(SCALES, FREE_SIZES, strict=True):
        feeds = random_feeds(generator, shapes, scale, free)
        actual = run_model(directory, stem, feeds)
        for name, array in zip(names, session.run(names, feeds | pinned)):
            if name not in actual:
                raise Mismatch(f"output {name} is not in the manifest")
            compare(name, actual[name], array, RELATIVE, ABSOLUTE)
            worst = max(worst, float(np.abs(actual[name].reshape(array.shape) - array).max()))
    return worst


def random_feeds(generator, shapes, scale, free):
    sizes = {key: [free if size == -1 else size for size in shape] for key, shape in shapes.items()}
    return {key: (scale * generator.standard_normal(shape)).astype(np.float32) for key, shape in sizes.items()}


if __name__ == "__main__":
    main()
