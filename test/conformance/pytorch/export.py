"""Exports one model of the zoo: `export.py NAME FOLDER`.

Writes NAME.pt (traced TorchScript, what pnnx reads) and an ONNX file for each exporter into FOLDER, and prints one JSON
object that says of each which file it is or why there is none.
"""

import contextlib
import io
import json
import os
import sys
import warnings

# Name of an export: the exporter and its operator set.
EXPORTS = {
    "script-13": {"dynamo": False, "opset_version": 13},
    "script-17": {"dynamo": False, "opset_version": 17},
    "dynamo": {"dynamo": True, "external_data": False},
}


def main():
    name, folder = sys.argv[1:3]
    warnings.filterwarnings("ignore")
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        written = export(name, folder)
    print(json.dumps(written))


def export(name, folder):
    import torch
    from models import make

    torch.set_num_threads(1)
    # The fast path of attention is an internal operator of PyTorch that no exporter supports.
    torch.backends.mha.set_fastpath_enabled(False)
    model, shapes = make(name)
    generator = torch.Generator().manual_seed(1)
    images = tuple(torch.randn(shape, generator=generator) for shape in shapes)
    names = ["input"] if len(images) == 1 else [f"input{number}" for number in range(len(images))]
    written = {"shapes": [list(shape) for shape in shapes], "inputs": names}
    torch.jit.trace(model, images).save(os.path.join(folder, f"{name}.pt"))
    written["torchscript"] = {"file": f"{name}.pt"}
    for kind, settings in EXPORTS.items():
        file = f"{name}-{kind}.onnx"
        try:
            torch.onnx.export(model, images, os.path.join(folder, file), input_names=names, output_names=["output"], **settings)
            written[kind] = {"file": file}
        except Exception as error:  # noqa: BLE001 - an exporter's failure is not an error of the converter
            lines = str(error).strip().splitlines() or [type(error).__name__]
            written[kind] = {"reason": lines[0][:200]}
    return written


if __name__ == "__main__":
    main()
