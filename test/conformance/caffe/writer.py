"""Writes Caffe models: a prototxt as given, and a caffemodel of random weights that fit it."""

import struct

import numpy as np


def varint(value):
    """A protobuf varint; negative values in two's complement of 64 bits."""
    value &= (1 << 64) - 1
    out = bytearray()
    while True:
        byte = value & 127
        value >>= 7
        if value:
            out.append(byte | 128)
        else:
            out.append(byte)
            return bytes(out)


def field(number, payload):
    """A field of bytes: a string or a message."""
    data = payload.encode() if isinstance(payload, str) else payload
    return varint(number << 3 | 2) + varint(len(data)) + data


def integer(number, value):
    return varint(number << 3) + varint(value)


def blob(array, style="float"):
    """A BlobProto in one of the ways in which Caffe and NVCaffe store numbers."""
    array = np.asarray(array)
    dims = b"".join(varint(size) for size in array.shape)
    shape = field(7, field(1, dims))
    if style == "float":
        return shape + field(5, array.astype("<f4").tobytes())
    if style == "double":
        return shape + field(8, array.astype("<f8").tobytes())
    if style == "half":
        return shape + integer(10, 2) + field(12, array.astype("<f2").tobytes())
    if style == "unpacked":
        return shape + b"".join(varint(5 << 3 | 5) + struct.pack("<f", value) for value in array.ravel())
    if style == "legacy":
        sizes = [1] * (4 - array.ndim) + list(array.shape)
        legacy = b"".join(integer(1 + index, size) for index, size in enumerate(sizes))
        return legacy + field(5, array.astype("<f4").tobytes())
    raise ValueError(style)


def caffemodel(weights, style="float", name="net"):
    """`weights` are lists of arrays by layer name."""
    layers = b"".join(
        field(100, field(1, layer) + b"".join(field(7, blob(array, style)) for array in arrays)) for layer, arrays in weights.items()
    )
    return field(1, name) + layers


def caffemodel_v1(weights, style="legacy"):
    """The same in the form of 2014, with `layers`."""
    layers = b"".join(
        field(2, field(4, layer) + b"".join(field(6, blob(array, style)) for array in arrays)) for layer, arrays in weights.items()
    )
    return field(1, "net") + layers


def caffemodel_v0(weights, style="legacy"):
    """The same in the form of 2013, with a `layer` inside each of the `layers`."""
    layers = b"".join(
        field(2, field(1, field(1, layer) + b"".join(field(50, blob(array, style)) for array in arrays)))
        for layer, arrays in weights.items()
    )
    return field(1, "net") + layers


class NetWriter:
    """Collects the layers of a net as text, and weights for them."""

    def __init__(self, seed=7):
        self.text = []
        self.weights = {}
        self.random = np.random.default_rng(seed)

    def input(self, name, *shape):
        dims = " ".join(f"dim: {size}" for size in shape)
        self.text.append(f'layer {{ name: "{name}" type: "Input" top: "{name}" input_param {{ shape {{ {dims} }} }} }}')
        return name

    def layer(self, kind, name, bottoms, param="", tops=None, blobs=()):
        bottoms = [bottoms] if isinstance(bottoms, str) else bottoms
        tops = [name] if tops is None else [tops] if isinstance(tops, str) else tops
        ends = " ".join([f'bottom: "{entry}"' for entry in bottoms] + [f'top: "{entry}"' for entry in tops])
        self.text.append(f'layer {{ name: "{name}" type: "{kind}" {ends} {param} }}')
        if len(blobs) > 0:
            self.weights[name] = [np.asarray(entry, np.float32) for entry in blobs]
        return tops[0]

    def normal(self, *shape, scale=1.0):
        return (scale * self.random.standard_normal(shape)).astype(np.float32)

    def conv(self, name, bottom, inputs, outputs, kernel=3, stride=1, pad=0, group=1, bias=True, extra="", kind="Convolution"):
        fan = inputs // group * kernel * kernel
        blobs = [self.normal(outputs, inputs // group, kernel, kernel, scale=(2 / fan) ** 0.5)]
        if bias:
            blobs.append(self.normal(outputs, scale=0.1))
        param = f"num_output: {outputs} kernel_size: {kernel} stride: {stride} pad: {pad} bias_term: {str(bias).lower()}"
        grouped = f" group: {group}" if group > 1 else ""
        return self.layer(kind, name, bottom, f"convolution_param {{ {param}{grouped} {extra} }}", blobs=blobs)

    def relu(self, name, bottom):
        return self.layer("ReLU", name, bottom, tops=bottom)

    def pool(self, name, bottom, method="MAX", kernel=2, stride=2, pad=0):
        return self.layer(
            "Pooling", name, bottom, f"pooling_param {{ pool: {method} kernel_size: {kernel} stride: {stride} pad: {pad} }}"
        )

    def fc(self, name, bottom, inputs, outputs, gain=1.0):
        """A small `gain` before a Softmax prevents saturation for any input."""
        blobs = [self.normal(outputs, inputs, scale=gain * (2 / inputs) ** 0.5), self.normal(outputs, scale=0.1)]
        return self.layer("InnerProduct", name, bottom, f"inner_product_param {{ num_output: {outputs} }}", blobs=blobs)

    def norm(self, name, bottom, channels, scale=True):
        """BatchNorm and Scale in place, as in ResNets."""
        blobs = [self.normal(channels, scale=0.3), self.random.uniform(0.5, 1.5, channels), [999.98]]
        blobs = [blobs[0] * 999.98, blobs[1] * 999.98, blobs[2]]
        self.layer("BatchNorm", name, bottom, tops=bottom, blobs=blobs)
        if scale:
            factors = [self.random.uniform(0.5, 1.5, channels), self.normal(channels, scale=0.1)]
            self.layer("Scale", f"{name}_scale", bottom, "scale_param { bias_term: true }", tops=bottom, blobs=factors)
        return bottom

    def write(self, stem, style="float"):
        with open(stem + ".prototxt", "w", encoding="utf-8") as file:
            file.write('name: "net"\n' + "\n".join(self.text) + "\n")
        with open(stem + ".caffemodel", "wb") as file:
            file.write(caffemodel(self.weights, style))
