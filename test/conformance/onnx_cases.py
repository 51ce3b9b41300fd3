"""The node cases of ONNX's backend tests, written out as model files once.

A case counts when it is numeric and not empty: after `onnx.numpy_helper.to_array`, every input and every output of its
first data set is a NumPy array or scalar whose `dtype.kind` is `b`, `i`, `u` or `f`, and has at least one element.
Strings, sequences and optionals are out by this, and so are the types NumPy knows only by extension (bfloat16, int4,
most of the float8 family: kind `V`; float8_e5m2 says `f` and is in). In onnx 1.23.2 that leaves 1587 of 1884 cases.

Each case comes in up to three variants, which differ in what is an input of the graph and what a constant in it:

    all       every input stays an input
    integers  inputs of integers and bools are initializers
    first     only the first input stays an input, the others are initializers

A variant that equals an earlier one, or that would leave no input, is not written.
"""

import json
import os
import re
import shutil
import warnings

import numpy as np

VARIANTS = ("all", "integers", "first")
# To be raised when what is written changes.
LAYOUT = 1


def prepare(cache):
    """`(directory, cases)`; a case is `{ name, operator, inputs, outputs, variants: { variant: written variant } }`."""
    import onnx

    directory = os.path.join(cache, f"node-cases-{onnx.__version__}-{LAYOUT}")
    index = os.path.join(directory, "index.json")
    if not os.path.exists(index):
        temporary = f"{directory}.{os.getpid()}"
        os.makedirs(temporary)
        cases = write_cases(temporary)
        with open(os.path.join(temporary, "index.json"), "w", encoding="utf-8") as file:
            json.dump(cases, file)
        try:
            os.rename(temporary, directory)
        except OSError:
            # Somebody else was faster.
            shutil.rmtree(temporary)
    with open(index, encoding="utf-8") as file:
        return directory, json.load(file)


def write_cases(directory):
    from onnx.backend.test.case.node import collect_testcases

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        collected = collect_testcases(None)
    operators = {case.name: case.model.graph.node[0].op_type for case in collected}
    cases = []
    for case in collected:
        arrays = numeric_arrays(case)
        if arrays is None:
            continue
        inputs, outputs = arrays
        graph = case.model.graph
        input_names = [value.name for value in graph.input]
        output_names = [value.name for value in graph.output]
        np.savez(
            os.path.join(directory, f"{case.name}.npz"),
            **{f"input_{index}": array for index, array in enumerate(inputs)},
            **{f"output_{index}": array for index, array in enumerate(outputs)},
        )
        written = {}
        variants = {}
        for variant, kept in choices(inputs):
            same = written.setdefault(tuple(kept), variant)
            variants[variant] = same
            if same == variant:
                write_variant(os.path.join(directory, f"{case.name}--{variant}.onnx"), case.model, input_names, inputs, kept)
        base = re.sub(r"_expanded.*$", "", case.name)
        operator = operators.get(base, operators[case.name])
        cases.append(
            {"name": case.name, "operator": operator, "inputs": input_names, "outputs": output_names, "variants": variants}
        )
    cases.sort(key=lambda case: case["name"])
    return cases


def numeric_arrays(case):
    """Inputs and outputs of the first data set; None unless all of them are numeric and not empty."""
    import onnx
    from onnx import numpy_helper

    inputs, outputs = case.data_sets[0]
    converted = []
    for value in [*inputs, *outputs]:
        if isinstance(value, onnx.TensorProto):
            value = numpy_helper.to_array(value)
        if not isinstance(value, (np.ndarray, np.generic)) or value.dtype.kind not in "biuf" or value.size == 0:
            return None
        converted.append(plain(value))
    return converted[: len(inputs)], converted[len(inputs) :]


def plain(value):
    """The same values in a type that npz files can hold."""
    array = np.asarray(value)
    return array if array.dtype.isbuiltin == 1 else array.astype(np.float32)


def choices(inputs):
    every = list(range(len(inputs)))
    yield "all", every
    floats = [index for index in every if inputs[index].dtype.kind == "f"]
    if floats:
        yield "integers", floats
    if every:
        yield "first", [0]


def write_variant(path, model, names, inputs, kept):
    import onnx
    from onnx import helper, numpy_helper

    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    graph = copy.graph
    declared = {value.name: value for value in model.graph.input}
    del graph.input[:]
    graph.input.extend(declared[names[index]] for index in kept)
    for index, name in enumerate(names):
        if index in kept:
            continue
        wanted = helper.tensor_dtype_to_np_dtype(declared[name].type.tensor_type.elem_type)
        graph.initializer.append(numpy_helper.from_array(inputs[index].astype(wanted), name))
    with open(path, "wb") as file:
        file.write(copy.SerializeToString())


def load_arrays(directory, case):
    """Inputs and outputs of a case by name."""
    with np.load(os.path.join(directory, f"{case['name']}.npz")) as stored:
        inputs = {name: stored[f"input_{index}"] for index, name in enumerate(case["inputs"])}
        outputs = {name: stored[f"output_{index}"] for index, name in enumerate(case["outputs"])}
    return inputs, outputs
