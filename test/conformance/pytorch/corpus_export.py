"""Exports a model of the corpus."""

import os
import signal
import warnings
from contextlib import contextmanager

# The forms in which a model is written, with the suffix of the file name.
FORMS = {"script": "-script.onnx", "dynamo": "-dynamo.onnx", "exported": "-exported.pt2", "traced": ".pt", "scripted": "-scripted.pt"}

# The kind of result of an export that takes too long, and the limits in seconds of processor time.
LATE, PATIENCE = "late", {"dynamo": 40}


class TooLate(BaseException):
    """Not an Exception, which exporters catch to try other ways."""


def forms_of(name):
    """The forms that a model has: torchvision's are written to be scripted."""
    return [form for form in FORMS if form != "scripted" or name.startswith("torchvision/")]


def export(name, folder, forms):
    """Writes the model in each form, with its inputs and outputs. Returns the written files, and why the other forms were not written.

    The model is always traced, for pnnx.
    """
    import numpy as np
    import torch
    from corpus_models import entries

    warnings.filterwarnings("ignore")
    # Models of transformers call this, which fails in some builds of PyTorch without CUDA.
    torch.cuda.is_current_stream_capturing = lambda: False
    torch.manual_seed(1)
    torch.backends.mha.set_fastpath_enabled(False)
    entry = next(entry for entry in entries() if entry.name == name)
    model, shapes = entry.build()
    model = first_tensor(model.eval())
    shake(model)
    inputs = tuple(example(shape) for shape in shapes)
    stem = os.path.join(folder, name.replace("/", "-").replace(".", "_"))
    with torch.no_grad():
        expected = model(*inputs)
    np.savez(f"{stem}.npz", expected=expected.numpy(), **{f"in{number}": value.numpy() for number, value in enumerate(inputs)})
    words = [f"[{','.join(map(str, value.shape))}]{'' if value.is_floating_point() else 'i64'}" for value in inputs]
    written = {"stem": stem, "shapes": words, "files": {}, "reasons": {}, "late": []}
    # Both forms of the newer exporter use one program; without it, the exporter tries other ways with the model.
    program = model
    if "exported" in forms or "dynamo" in forms:
        try:
            program = torch.export.export(model, inputs)
        except Exception as error:  # noqa: BLE001 - as below
            written["reasons"]["exported"] = reason(error)
    for form in FORMS:
        if (form not in forms and form != "traced") or form in written["reasons"]:
            continue
        file = f"{stem}{FORMS[form]}"
        try:
            with limited(PATIENCE.get(form)):
                write(form, model, program, inputs, file)
            written["files"][form] = file
        except TooLate:
            written["late"].append(form)
        except Exception as error:  # noqa: BLE001 - what an exporter cannot do says nothing of a converter
            written["reasons"][form] = reason(error)
    return written


@contextmanager
def limited(seconds):
    """Raises TooLate if the block takes longer."""

    def stop(*_):
        raise TooLate

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds or 0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def write(form, model, program, inputs, file):
    import torch

    if form == "traced":
        torch.jit.trace(model, inputs, check_trace=False).save(file)
    elif form == "scripted":
        torch.jit.script(model.model).save(file)
    elif form == "exported":
        torch.export.save(program, file)
    else:
        source, settings = (model, {"dynamo": False, "opset_version": 17}) if form == "script" else (program, {"dynamo": True, "external_data": False})
        names = [f"in{number}" for number in range(len(inputs))]
        torch.onnx.export(source, inputs, file, input_names=names, output_names=["out"], **settings)


def example(shape):
    import torch

    if shape[0] == "int64":
        return torch.randint(1, 99, shape[1])
    return torch.randn(shape)


def reason(error):
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:160]


def first_tensor(model):
    """The model with only the first tensor of its results."""
    import torch

    class First(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, x):
            return tensor_in(self.model(x))

    return First().eval()


def tensor_in(result):
    import torch

    while not isinstance(result, torch.Tensor):
        values = list(result.values()) if isinstance(result, dict) else result
        result = next(value for value in values if value is not None)
    return result


def shake(model):
    """Changes parameters that are initialized with one number, so that a missing parameter changes the result."""
    import torch

    generator = torch.Generator().manual_seed(2)
    for _, value in [*model.named_parameters(), *model.named_buffers()]:
        if value.is_floating_point() and value.numel() > 1 and float(value.detach().std()) == 0:
            with torch.no_grad():
                value.add_(0.1 * torch.rand(value.shape, generator=generator))

