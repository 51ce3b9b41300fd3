"""Nets like those that people report to fail on phones, with random weights of the scales that trained ones have."""

import numpy as np
import onnx
from onnx import TensorProto, helper


class Graph:
    """Collects nodes and weights."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.nodes, self.weights = [], []

    def weight(self, array):
        name = f"w{len(self.weights)}"
        self.weights.append(onnx.numpy_helper.from_array(np.asarray(array), name))
        return name

    def matrix(self, *shape, scale=1.0):
        """Random weights that keep the scale of their input, multiplied by `scale`."""
        return self.weight((scale * self.random.standard_normal(shape) / np.sqrt(shape[0])).astype(np.float32))

    def add(self, kind, *inputs, **attributes):
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], name=f"{kind.lower()}{len(self.nodes)}", **attributes))
        return name

    def shaped(self, value, *shape):
        return self.add("Reshape", value, self.weight(np.array(shape, np.int64)))

    def linear(self, value, inputs, outputs, scale=1.0):
        product = self.add("MatMul", value, self.matrix(inputs, outputs, scale=scale))
        return self.add("Add", product, self.weight((0.1 * self.random.standard_normal(outputs)).astype(np.float32)))

    def norm(self, value, size):
        gain = self.weight((1 + 0.2 * self.random.standard_normal(size)).astype(np.float32))
        return self.add("LayerNormalization", value, gain, self.weight(np.zeros(size, np.float32)), axis=-1)

    def convolution(self, value, inputs, outputs, kernel, stride, gain=1.4):
        weights = gain * self.random.standard_normal((outputs, inputs, kernel, kernel)) / np.sqrt(inputs * kernel * kernel)
        pads = [(kernel - stride + 1) // 2] * 4 if kernel > stride else [0] * 4
        return self.add("Conv", value, self.weight(weights.astype(np.float32)), strides=[stride] * 2, pads=pads)

    def save(self, path, shape, outputs):
        ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
        graph = helper.make_graph(self.nodes, "net", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)], ends, self.weights)
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)
        return shape


def write_vit(path, blocks=4, width=192, heads=3):
    """Like ViT-tiny: its residuals have a few channels of large values, and queries and keys are scaled after their product."""
    graph = Graph(7)
    patches = graph.convolution("x", 3, width, 16, 16)
    tokens = graph.add("Transpose", graph.shaped(patches, 1, width, 49), perm=[0, 2, 1])
    large = np.zeros(width, np.float32)
    large[[5, 77, 130]] = (900, -700, 1500)
    value = graph.add("Add", tokens, graph.weight(large))
    for _ in range(blocks):
        value = graph.add("Add", value, attention(graph, graph.norm(value, width), width, heads))
        hidden = graph.linear(graph.norm(value, width), width, 4 * width, scale=2)
        half = graph.add("Mul", hidden, graph.weight(np.float32(0.5)))
        error = graph.add("Erf", graph.add("Mul", hidden, graph.weight(np.float32(0.70710678))))
        active = graph.add("Mul", half, graph.add("Add", error, graph.weight(np.float32(1))))
        value = graph.add("Add", value, graph.linear(active, 4 * width, width, scale=2))
    mean = graph.add("ReduceMean", graph.norm(value, width), axes=[1], keepdims=0)
    return graph.save(path, (1, 3, 112, 112), [graph.linear(mean, width, 100)])


def attention(graph, value, width, heads):
    size = width // heads
    parts = []
    for _ in range(3):
        split = graph.shaped(graph.linear(value, width, width, scale=6), 1, 49, heads, size)
        parts.append(graph.add("Transpose", split, perm=[0, 2, 1, 3]))
    query, key, content = parts
    product = graph.add("MatMul", query, graph.add("Transpose", key, perm=[0, 1, 3, 2]))
    weights = graph.add("Softmax", graph.add("Mul", product, graph.weight(np.float32(size**-0.5))), axis=-1)
    merged = graph.add("Transpose", graph.add("MatMul", weights, content), perm=[0, 2, 1, 3])
    return graph.linear(graph.shaped(merged, 1, 49, width), width, width)


def write_simcc(path, points=17):
    """Like RTMPose: a norm by the sum of squares, a gated attention unit over the points, and two heads that classify coordinates."""
    graph = Graph(11)
    value, width = "x", 3
    for outputs in (16, 32, 64, 96):
        value = graph.convolution(value, width, outputs, 3, 2)
        value = graph.add("Mul", value, graph.add("Sigmoid", value))
        width = outputs
    value = graph.shaped(graph.convolution(value, width, points, 7, 1, gain=30), 1, points, 48)
    squares = graph.add("ReduceL2", value, axes=[-1], keepdims=1)
    length = graph.add("Max", graph.add("Mul", squares, graph.weight(np.float32(48**-0.5))), graph.weight(np.float32(1e-5)))
    value = graph.linear(graph.add("Div", value, length), 48, 128)
    query, key = graph.linear(value, 128, 64), graph.linear(value, 128, 64)
    product = graph.add("MatMul", query, graph.add("Transpose", key, perm=[0, 2, 1]))
    kernel = graph.add("Relu", graph.add("Mul", product, graph.weight(np.float32(128**-0.5))))
    gate = graph.add("Mul", kernel, kernel)
    value = graph.add("Add", value, graph.linear(graph.add("MatMul", gate, graph.linear(value, 128, 128)), 128, 128))
    return graph.save(path, (1, 3, 128, 96), [graph.linear(value, 128, 192), graph.linear(value, 128, 256)])
