"""Writes the files of older MXNet releases, which release 1.9.1 reads but no longer writes.

Facts of the formats: `NDArray::Save` and `NDArray::LegacyLoad` in src/ndarray/ndarray.cc, and the upgrades in
src/nnvm/legacy_json_util.cc of MXNet.
"""

import json
import re
import struct

import numpy as np

LIST_MAGIC = 0x112
MAGICS = {"v1": 0xF993FAC8, "v2": 0xF993FAC9, "v3": 0xF993FACA}
TYPES = {"float32": 0, "float64": 1, "float16": 2, "uint8": 3, "int32": 4, "int8": 5, "int64": 6}
# The header of an array that came with each generation of symbols.
HEADERS = {"param": "legacy", "attr": "v1", "attrs": "v2"}


def write_params(path, arrays, generation="attrs"):
    """Named arrays; `generation` is one of symbols, or the header's (legacy, v1, v2, v3)."""
    header = HEADERS.get(generation, generation)
    with open(path, "wb") as file:
        file.write(struct.pack("<QQQ", LIST_MAGIC, 0, len(arrays)))
        for array in arrays.values():
            array = np.asarray(array)
            array = array.reshape(1) if array.ndim == 0 else array
            file.write(array_header(array, header))
            file.write(np.ascontiguousarray(array).tobytes())
        file.write(struct.pack("<Q", len(arrays)))
        for name in arrays:
            encoded = name.encode()
            file.write(struct.pack("<Q", len(encoded)) + encoded)


def array_header(array, header):
    """Magic, storage kind, shape, device (CPU 0) and data type; the oldest has no magic and sizes of 32 bits."""
    if header == "legacy":
        start = struct.pack(f"<I{array.ndim}I", array.ndim, *array.shape)
    else:
        storage = b"" if header == "v1" else struct.pack("<i", 0)
        start = struct.pack("<I", MAGICS[header]) + storage + struct.pack(f"<I{array.ndim}q", array.ndim, *array.shape)
    return start + struct.pack("<iii", 1, 0, TYPES[array.dtype.name])


def downgrade(symbol, generation):
    """The text of a symbol as an older release wrote it.

    `attrs`: since 1.0. `attr`: 0.9 to 0.12. `param`: before 0.9, where the settings of an operator are separate from user attributes,
    heads and inputs are pairs, and auxiliary states are not nodes.
    """
    if generation == "attr":
        for node in symbol["nodes"]:
            if "attrs" in node:
                node["attr"] = node.pop("attrs")
        symbol["attrs"] = {"mxnet_version": ["int", 905]}
    if generation == "param":
        symbol = before_nnvm(symbol)
    # One line for each list of numbers, as MXNet writes it; other readers of symbols rely on that.
    text = json.dumps(symbol, indent=2)
    return re.sub(r"\[[\s\d,\[\]-]*\]", lambda found: re.sub(r"\s+", "", found[0]).replace(",", ", "), text)


def before_nnvm(symbol):
    """Without the variables of auxiliary states, which current readers must create by name."""
    states = {"BatchNorm": 2}
    dropped = {node["inputs"][-count][0] for node in symbol["nodes"] for count in range(1, states.get(node["op"], 0) + 1)}
    numbers = {}
    nodes = []
    for number, node in enumerate(symbol["nodes"]):
        if number in dropped:
            continue
        numbers[number] = len(nodes)
        attributes = node.get("attrs", {})
        hidden = {key: value for key, value in attributes.items() if key.startswith("__")}
        settings = {key: value for key, value in attributes.items() if key not in hidden} if node["op"] != "null" else {}
        inputs = [[numbers[entry[0]], entry[1]] for entry in node["inputs"] if entry[0] not in dropped]
        nodes.append({"op": node["op"], "param": settings, "name": node["name"], "inputs": inputs, "backward_source_id": -1})
        if hidden:
            nodes[-1]["attr"] = hidden
    variables = [number for number, node in enumerate(nodes) if node["op"] == "null"]
    return {"nodes": nodes, "arg_nodes": variables, "heads": [[numbers[head[0]], head[1]] for head in symbol["heads"]]}
