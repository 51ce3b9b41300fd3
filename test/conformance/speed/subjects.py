"""The models of section `speed` with what is measured for each: files that PyTorch exported, and real ONNX models of packages."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
from speed_models import builders

HERE = os.path.dirname(os.path.abspath(__file__))
# Real models of section `models`.
REAL = "ocr-detector ocr-recognizer ocr-classifier wakeword-embedding wakeword-melspectrogram wakeword-alexa voice-v5 voice-v6".split()


@dataclass(frozen=True)
class Subject:
    name: str
    # Path of all files of the model, without extension.
    base: str
    onnx: str
    # Arguments of the converter that fix shapes and constants.
    words: tuple
    # By the names of the ONNX file.
    feeds: dict
    expected: np.ndarray
    output: str


def names():
    return [*builders(), *(f"real/{name}" for name in REAL)]


def base_of(folder, name):
    return os.path.join(folder, name.replace("/", "-").replace(".", "_").replace("-", "_"))


def is_missing(name, folder):
    return not name.startswith("real/") and not os.path.exists(base_of(folder, name) + ".json")


def subject_of(name, folder):
    base = base_of(folder, name)
    if name.startswith("real/"):
        return real(name, base)
    arrays = np.load(base + ".npz")
    return Subject(name, base, base + ".onnx", (), {"in0": arrays["fed"]}, arrays["expected"], "out0")


def real(name, base):
    import onnxruntime

    with open(os.path.join(HERE, "../onnx/models.json"), encoding="utf-8") as file:
        model = next(model for model in json.load(file) if model["name"] == name.partition("/")[2])
    random = np.random.default_rng(1)
    feeds = {key: random.standard_normal(shape).astype(np.float32) for key, shape in model["shapes"].items()}
    pinned = {key: np.array(value, np.int64) for key, value in model["const"].items()}
    session = onnxruntime.InferenceSession(model["file"], providers=["CPUExecutionProvider"])
    first = session.get_outputs()[0].name
    (expected,) = session.run([first], feeds | pinned)
    words = [word for key, shape in model["shapes"].items() for word in ("--shape", f"{key}={','.join(map(str, shape))}")]
    words += [word for key, value in model["const"].items() for word in ("--const", f"{key}={value}")]
    return Subject(name, base, os.path.abspath(model["file"]), tuple(words), feeds, expected, first)


def export(name, base):
    """Writes a model as ONNX, its results, and what pnnx makes of it traced."""
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


def native_net(subject):
    """The path without extension of the net of onnx2ncnn and ncnnoptimize; made once, if NATIVE names the folder of the tools.

    onnx2ncnn asks for simplified models, so it also gets what onnxruntime's basic optimizations leave.
    """
    made, tried = subject.base + ".native", subject.base + ".native-tried"
    folder = os.environ.get("NATIVE")
    if folder and not os.path.exists(tried):
        simplified = subject.base + ".simplified.onnx"
        for source in (subject.onnx, simplified):
            if source == simplified and not simplify(subject.onnx, simplified):
                continue
            if make_native(folder, source, made):
                break
        with open(tried, "w", encoding="utf-8"):
            pass
    return made


def make_native(folder, source, made):
    plain = made + "-plain"
    convert = [os.path.join(folder, "onnx2ncnn"), source, plain + ".param", plain + ".bin"]
    # 0 keeps the weights as float32.
    optimize = [os.path.join(folder, "ncnnoptimize"), plain + ".param", plain + ".bin", made + ".param", made + ".bin", "0"]
    for command in (convert, optimize):
        try:
            done = subprocess.run(command, capture_output=True, timeout=300)
        except subprocess.TimeoutExpired:
            return False
        # Both crash on what they do not support, or name it and go on.
        if done.returncode != 0 or b"not supported yet" in done.stderr:
            return False
    return True


def simplify(source, target):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = target
    options.log_severity_level = 4
    onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    return os.path.exists(target)


def compare_exported(section, chosen, folder, compare):
    """Compares the nets of the chosen models that section `speed` has exported: the results and the rows of the table, by name.

    `compare` returns for a subject the kind of result, the reason, and the row or None.
    """
    results, rows = {}, {}
    for name in chosen:
        if is_missing(name, folder):
            print(f"  {name} is not exported; run section speed", flush=True)
            continue
        kind, reason, row = compare(subject_of(name, folder))
        results[f"{section}/{name}"] = (kind, reason)
        if row is not None:
            rows[name] = row
        print(f"  {name:<48} {reason}", flush=True)
    return results, rows
