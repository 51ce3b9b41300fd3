"""A graph for the cases of several sections, written with onnx.helper; weights are random but deterministic."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

TYPES = {
    "float32": TensorProto.FLOAT,
    "int64": TensorProto.INT64,
    "int32": TensorProto.INT32,
    "uint8": TensorProto.UINT8,
    "bool": TensorProto.BOOL,
}


class Case:
    """A graph under construction, with its feeds."""

    def __init__(self, name, opset, layers=None, seed=0):
        self.name, self.opset, self.layers = name, opset, layers
        self.nodes, self.weights, self.inputs, self.outputs, self.shapes = [], [], [], [], {}
        self.others, self.domains = [], {""}
        self.random = np.random.default_rng(seed)

    def input(self, name, shape, declared=None, dtype="float32", below=None):
        """`declared` is the shape in the model, with symbols; `shape` that of the feed."""
        self.inputs.append(helper.make_tensor_value_info(name, TYPES[dtype], declared or shape))
        self.shapes[name] = (shape, dtype, below)
        return name

    def also(self, **shapes):
        """Additional feeds: inputs with other sizes on their dynamic axes."""
        self.others.append(shapes)

    def weight(self, *shape, scale=None):
        """Random numbers that roughly preserve the deviation of what they are multiplied with."""
        spread = scale if scale is not None else 1 / np.sqrt(max(1, np.prod(shape[1:])))
        return self.constant((spread * self.random.standard_normal(shape)).astype(np.float32))

    def positive(self, *shape):
        return self.constant(self.random.uniform(0.5, 1.5, shape).astype(np.float32))

    def constant(self, value):
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def ints(self, *values):
        return self.constant(np.array(values, np.int64))

    def scalar(self, value):
        return self.constant(np.array(value, np.float32))

    def op(self, operator, *inputs, outputs=1, domain="", **attributes):
        names = [f"v{len(self.nodes)}_{index}" for index in range(outputs)]
        self.nodes.append(helper.make_node(operator, list(inputs), names, domain=domain, **attributes))
        self.domains.add(domain)
        return names[0] if outputs == 1 else names

    def output(self, *names):
        self.outputs.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)

    def save(self, path):
        graph = helper.make_graph(self.nodes, self.name, self.inputs, self.outputs, self.weights)
        opsets = [helper.make_opsetid(domain, 1 if domain else self.opset) for domain in sorted(self.domains)]
        save(helper.make_model(graph, opset_imports=opsets, ir_version=8), path)

    def feeds(self, random, others):
        return {name: self.feed(random, others.get(name, shape), *about) for name, (shape, *about) in self.shapes.items()}

    @staticmethod
    def feed(random, shape, dtype, below):
        if below is not None:
            return random.integers(0, below, shape).astype(dtype)
        return random.standard_normal(shape).astype(dtype)

    # What many graphs have.

    def conv(self, x, inputs, outputs, kernel=3, stride=1, group=1, bias=True):
        operands = [x, self.weight(outputs, inputs // group, kernel, kernel), *([self.weight(outputs)] if bias else [])]
        pads = [kernel // 2] * 4
        return self.op("Conv", *operands, kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=pads, group=group)

    def norm(self, x, channels):
        return self.op("BatchNormalization", x, *(self.positive(channels) for _ in range(4)))

    def silu(self, x):
        return self.op("Mul", x, self.op("Sigmoid", x))

    def nhwc_conv(self, x, inputs, outputs, stride=1, group=1):
        """As tf2onnx writes it when it keeps the layout of TensorFlow."""
        image = self.op("Transpose", x, perm=[0, 3, 1, 2])
        weight = self.weight(outputs, inputs // group, 3, 3)
        y = self.op("Conv", image, weight, kernel_shape=[3, 3], strides=[stride] * 2, auto_pad="SAME_UPPER", group=group)
        return self.op("Transpose", y, perm=[0, 2, 3, 1])

    def linear(self, x, inputs, outputs):
        return self.op("Add", self.op("MatMul", x, self.weight(inputs, outputs, scale=inputs**-0.5)), self.weight(outputs))

    def layer_norm(self, x, size, axis=-1):
        """Decomposed, as before operator set 17."""
        centerd = self.op("Sub", x, self.op("ReduceMean", x, axes=[axis], keepdims=1))
        variance = self.op("ReduceMean", self.op("Pow", centerd, self.scalar(2)), axes=[axis], keepdims=1)
        normal = self.op("Div", centerd, self.op("Sqrt", self.op("Add", variance, self.scalar(1e-5))))
        return self.op("Add", self.op("Mul", normal, self.positive(size)), self.weight(size))
