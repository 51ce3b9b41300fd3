"""Section `speed`: whole nets beside those that pnnx makes of the same models, timed in turn in ncnn with its default options and one thread.

What PyTorch and pnnx write is kept; our nets are converted at every run. With --update the page docs/speed.md is written.
"""

import json
import math
import os
import subprocess
import sys

import numpy as np
from baselines import by_number, layer_count, without_batch
from converter import convert_all, refusal
from isolation import run_isolated
from section import conclude, print_results, section_arguments, wanted
from speed_models import builders
from timing import load_default, measure, run

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../docs/speed.md")
# Of the time of pnnx's net; beyond the second, a run on a busy machine is no measurement.
ALLOWED = 1.03
# Of the largest result: ncnn stores the weights of some layers as fp16 by default.
TOLERANCE = 3e-2


def main():
    options = section_arguments(full="").parse_args()
    folder = os.path.join(options.cache, "speed")
    os.makedirs(folder, exist_ok=True)
    names = [name for name in builders() if wanted(name, options)]
    missing = [name for name in names if not os.path.exists(base_of(folder, name) + ".json")]
    for name, kind, value in run_isolated(missing, lambda name: export(name, base_of(folder, name)), 1, seconds=1200):
        if kind != "value":
            print(f"  {name} is not exported: {value}", flush=True)
    results, rows = {}, {}
    for name in names:
        if not os.path.exists(base_of(folder, name) + ".json"):
            continue
        kind, reason, row = compare(name, folder, options.converter)
        results[f"speed/{name}"] = (kind, reason)
        rows[name] = row
        print(f"  {name:<48} {reason}", flush=True)
    print_results(results, every=False)
    if options.update:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(page(rows))
    ratios = [row["ours"][0] / row["pnnx"][0] for row in rows.values() if row and row["pnnx"]]
    mean = math.exp(sum(math.log(ratio) for ratio in ratios) / max(1, len(ratios)))
    conclude("speed", results, options, ("wrong",), figures=f"models; {mean:.2f} of the time of pnnx's nets as the geometric mean of {len(ratios)}, at most {max(ratios, default=0):.2f}")


def base_of(folder, name):
    return os.path.join(folder, name.replace("/", "-").replace(".", "_").replace("-", "_"))


def export(name, base):
    """Writes the model as ONNX, its results, and what pnnx makes of it traced."""
    import torch

    torch.manual_seed(1)
    torch.backends.mha.set_fastpath_enabled(False)
    model, shape = builders()[name]()
    ids = shape[0] == "int64"
    example = torch.randint(1, 99, shape[1]) if ids else torch.randn(shape)
    first = First(model.eval())
    with torch.no_grad():
        expected = first(example)
        torch.onnx.export(first, (example,), base + ".onnx", dynamo=False, opset_version=17, input_names=["in0"], output_names=["out0"])
        torch.jit.trace(first, (example,), check_trace=False).save(base + ".pt")
    words = [os.path.join(os.path.dirname(sys.executable), "pnnx"), base + ".pt", f"inputshape=[{','.join(map(str, example.shape))}]{'i64' if ids else ''}", "fp16=0"]
    subprocess.run(words, capture_output=True, timeout=900)
    np.savez(base + ".npz", fed=example.numpy(), expected=expected.numpy())
    with open(base + ".json", "w", encoding="utf-8") as file:
        json.dump({"name": name}, file)


def First(model):  # noqa: N802 - a class that needs torch
    from torch import nn

    class FirstTensor(nn.Module):
        """The model with the first tensor that it gives as its only result."""

        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, x):
            result = self.model(x)
            while not hasattr(result, "shape"):
                result = next(iter(result.values() if isinstance(result, dict) else result))
            return result

    return FirstTensor().eval()


def compare(name, folder, command):
    base = base_of(folder, name)
    answers = convert_all(command, [base + ".onnx"], folder, 1)
    answer = answers[base + ".onnx"]
    if not answer["ok"]:
        return "refused", refusal(answer), None
    arrays = np.load(base + ".npz")
    fed, expected = arrays["fed"], arrays["expected"]
    with open(base + ".ncnn.json", encoding="utf-8") as file:
        [entry] = json.load(file)["inputs"]
    # The manifest stands beside pnnx's net of the same stem, whose files have two endings.
    ours = candidate(base + ".param", base + ".bin", numbers_of(fed, entry["feed"]).reshape(entry["ncnnShape"]), expected)
    if ours is None:
        return "wrong", "our net computes something else than PyTorch", None
    theirs = candidate(base + ".ncnn.param", base + ".ncnn.bin", without_batch(fed), expected)
    times = measure([call for call, _ in [ours, *([theirs] if theirs else [])]], seconds=4, least=9)
    row = {"ours": times[0], "layers": ours[1], "pnnx": times[1] if theirs else None, "pnnxLayers": theirs[1] if theirs else None}
    if theirs is None:
        return "passed", f"{times[0][0]:.2f} ms; pnnx's net is not right", row
    ratio = times[0][0] / times[1][0]
    return ("passed" if ratio <= ALLOWED else "slower"), f"{times[0][0]:.2f} ms, pnnx {times[1][0]:.2f} ms: {ratio:.2f}", row


def numbers_of(array, feed):
    return array.astype(np.int32).view(np.float32) if feed == "int32" else array.astype(np.float32)


def candidate(param, weights, array, expected):
    """A function that runs a net once, with the number of its layers; none where it does not compute what is expected."""
    if not os.path.exists(param) or not os.path.exists(weights):
        return None
    try:
        net = load_default(param, weights)
        fed = {net.input_names()[0]: np.ascontiguousarray(array)}
        last = sorted(net.output_names(), key=by_number)[-1]
        (result,) = run(net, fed, [last])
    except RuntimeError:
        return None
    largest = float(np.abs(expected).max(initial=1e-30))
    if result.size != expected.size or not float(np.abs(result.reshape(expected.shape) - expected).max()) <= TOLERANCE * largest:
        return None
    return lambda: run(net, fed, [last]), layer_count(param)


def page(rows):
    import ncnn
    from importlib.metadata import version

    lines = [
        "# Speed of nets",
        "",
        "<!-- Written by `npm run conformance -- --section speed --update`. -->",
        "",
        f"Our nets beside those that pnnx {version('pnnx')} makes of the same models, in ncnn {ncnn.__version__} for x86 with its default options and one thread:",
        "milliseconds of processor time, medians of runs in turn, with the spread between the quartiles. Layers are counted without inputs. A dash stands where pnnx's",
        "net does not load or computes something else. [Forms](forms.md) has the single computations.",
        "",
        "| model | layers | ms | layers of pnnx | ms of pnnx | ours / pnnx |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, row in rows.items():
        if row is None:
            continue
        ours = f"{row['ours'][0]:.2f} ±{row['ours'][1] / 2:.0%}"
        theirs = ["-", "-", "-"]
        if row["pnnx"]:
            theirs = [row["pnnxLayers"], f"{row['pnnx'][0]:.2f} ±{row['pnnx'][1] / 2:.0%}", f"{row['ours'][0] / row['pnnx'][0]:.2f}"]
        lines.append(f"| {name} | {row['layers']} | {ours} | {' | '.join(map(str, theirs))} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
