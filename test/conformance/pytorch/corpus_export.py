"""Exports a model of the corpus."""

import os
import warnings

EXPORTS = {"script": {"dynamo": False, "opset_version": 17}, "dynamo": {"dynamo": True, "external_data": False}}


def export(name, folder):
    """Writes for each exporter an ONNX file, the traced model that pnnx reads, and what goes in and comes out; says what was written."""
    import numpy as np
    import torch
    from corpus_models import entries

    warnings.filterwarnings("ignore")
    # Models of transformers ask, and a PyTorch without CUDA need not have an answer.
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
    names = [f"in{number}" for number in range(len(inputs))]
    words = [f"[{','.join(map(str, value.shape))}]{'' if value.is_floating_point() else 'i64'}" for value in inputs]
    written = {"stem": stem, "inputs": names, "shapes": words, "files": {}, "reasons": {}}
    try:
        torch.jit.trace(model, inputs, check_trace=False).save(f"{stem}.pt")
        written["files"]["traced"] = f"{stem}.pt"
    except Exception as error:  # noqa: BLE001 - pnnx then has nothing to read
        written["reasons"]["traced"] = reason(error)
    for kind, settings in EXPORTS.items():
        file = f"{stem}-{kind}.onnx"
        try:
            torch.onnx.export(model, inputs, file, input_names=names, output_names=["out"], **settings)
            written["files"][kind] = file
        except Exception as error:  # noqa: BLE001 - what an exporter cannot do says nothing of a converter
            written["reasons"][kind] = reason(error)
    return written


def example(shape):
    import torch

    if shape[0] == "int64":
        return torch.randint(1, 99, shape[1])
    return torch.randn(shape)


def reason(error):
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:160]


def first_tensor(model):
    """The model with the first tensor that it gives as its only result."""
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
    """Makes parameters that start as one number differ, so that leaving one out shows."""
    import torch

    generator = torch.Generator().manual_seed(2)
    for _, value in [*model.named_parameters(), *model.named_buffers()]:
        if value.is_floating_point() and value.numel() > 1 and float(value.detach().std()) == 0:
            with torch.no_grad():
                value.add_(0.1 * torch.rand(value.shape, generator=generator))

