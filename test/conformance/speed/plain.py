"""Nets in two variants: in the plain form, which has the fewest layers, and in the forms of a target."""

import json
import os
import subprocess

from converter import convert_all, refusal

# The passes that choose forms.
FORMS = (
    "replace_innerproduct_with_gemm",
    "replace_convolution1d_with_convolution",
    "move_concat_after_convolutiondepthwise",
    "replace_winograd_with_gemm",
    "hint_shape_of_convolution",
)


class Refused(Exception):
    """The converter refuses the model."""


def plain_words(command):
    """The arguments that run all passes but those that choose forms."""
    program = f"import {{ passNames }} from {json.dumps(os.path.join(os.path.dirname(os.path.abspath(command[-1])), 'api.mjs'))}; console.log(passNames.join())"
    done = subprocess.run([command[0], "--input-type=module", "-e", program], stdout=subprocess.PIPE, text=True, check=True)
    return ("--passes", ",".join(name for name in done.stdout.strip().split(",") if name not in FORMS))


def convert(subject, folder, command, words):
    """The path without extension of a net, and its manifest."""
    answer = convert_all(command, [subject.onnx], folder, 1, (*subject.words, *words))[subject.onnx]
    if not answer["ok"]:
        raise Refused(refusal(answer))
    stem = os.path.join(folder, os.path.splitext(os.path.basename(subject.onnx))[0])
    with open(stem + ".ncnn.json", encoding="utf-8") as file:
        return stem, json.load(file)


def text_of(stem):
    """The `.param` of a net, by its path without extension."""
    with open(stem + ".param", encoding="utf-8") as file:
        return file.read()


def feeds_of(subject, manifest):
    """What a net is fed, by blob."""
    feeds = {}
    for entry in manifest["inputs"]:
        if entry["blob"]:
            array = subject.feeds[entry["name"]]
            numbers = array.astype("int32").view("float32") if entry["feed"] == "int32" else array.astype("float32")
            feeds[entry["blob"]] = numbers.reshape(entry["ncnnShape"])
    return feeds


def output_of(subject, manifest):
    return next(entry["blob"] for entry in manifest["outputs"] if entry["name"] == subject.output)
