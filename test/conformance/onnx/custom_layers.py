"""Section `custom-layers`: operators of a model that become layers of the user's runtime, here written in Python, against NumPy."""

import os
import tempfile

import numpy as np
from converter import convert_all, refusal
from graph_case import Case
from isolation import run_isolated
from ncnn_runtime import Mismatch, RuntimeRefused, compare, load
from section import conclude, print_results, section_arguments, wanted

# `y = gain * x + offset[channel]`, with the operands `x` and `offset`.
MAPPING = "my:Affine=Affine,0=gain,1=channels"
CASES = ("between", "first", "last", "twice")


def main():
    options = section_arguments().parse_args()
    cases = [name for name in CASES if wanted(name, options)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or scratch
        work = lambda name: check(name, options.converter, folder)  # noqa: E731
        results = {}
        for name, kind, value in run_isolated(cases, work, options.jobs, seconds=60):
            results[f"custom-layers/{name}"] = ("crash", value) if kind == "crash" else value[0]
    print_results(results)
    conclude("custom-layers", results, options, failing=("wrong", "crash", "refused"))


def check(name, command, folder):
    case, expected = build(name)
    path = os.path.join(os.path.abspath(folder), f"{name}.onnx")
    case.save(path)
    shapes = [word for node in case.nodes if node.domain for word in ("--shape", f"{node.output[0]}=1,8,6,6")]
    answer = convert_all(command, [path], folder, 1, ["--custom-layers", MAPPING, *shapes])[path]
    if not answer["ok"]:
        return "refused", refusal(answer)
    x = np.random.default_rng(7).standard_normal((1, 8, 6, 6)).astype(np.float32)
    try:
        actual = run(os.path.join(folder, name), x)
        compare("y", actual, expected(x)[0], 1e-5, 1e-5)
    except Mismatch as mismatch:
        return "wrong", str(mismatch)
    except RuntimeRefused as refused:
        return "crash", str(refused)
    return "passed", ""


def build(name):
    """The model, and what it computes."""
    case = Case(name, 17)
    steps = {"between": "rar", "first": "ar", "last": "ra", "twice": "arar"}[name]
    value, functions = case.input("x", [1, 8, 6, 6]), []
    for index, step in enumerate(steps):
        if step == "r":
            value = case.op("Relu", value)
            functions.append(lambda array: np.maximum(array, 0))
        else:
            gain, offset = 1.5 + index, np.linspace(-1, 1, 8).astype(np.float32)
            value = case.op("Affine", value, case.constant(offset), domain="my", gain=gain, channels=8)
            functions.append(lambda array, gain=gain, offset=offset: gain * array + offset[:, None, None])
    case.output(value)

    def expected(array):
        for function in functions:
            array = function(array)
        return array

    return case, expected


def run(base, x):
    import ncnn

    class Affine(ncnn.Layer):
        def __init__(self):
            super().__init__()
            self.one_blob_only = False

        def load_param(self, params):
            self.gain, self.channels = params.get(0, 0.0), params.get(1, 0)
            return 0

        def forward(self, bottoms, tops, options):
            array, offset = np.array(bottoms[0]), np.array(bottoms[1])
            if array.shape[0] != self.channels:
                return -1
            # A Mat does not keep its array alive.
            result = np.float32(self.gain) * array + offset[:, None, None]
            tops[0].clone_from(ncnn.Mat(result), options.blob_allocator)
            return -100 if tops[0].empty() else 0

    made = []
    net = ncnn.Net()
    net.register_custom_layer("Affine", lambda: made.append(Affine()) or made[-1], lambda layer: made.remove(layer))
    net = load(base + ".param", base + ".bin", net=net)
    extractor = net.create_extractor()
    fed = ncnn.Mat(x[0]).clone()
    if extractor.input("x", fed) != 0:
        raise RuntimeRefused("the input is refused")
    status, mat = extractor.extract(net.output_names()[0])
    if status != 0:
        raise RuntimeRefused(f"extract gives {status}")
    # A copy, made while the extractor keeps the memory alive.
    return np.array(mat).astype(np.float64)


if __name__ == "__main__":
    main()
