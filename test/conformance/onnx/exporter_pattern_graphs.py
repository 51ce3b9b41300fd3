"""The graphs of section `exporter-patterns`."""

import numpy as np
from graph_case import Case
from onnx import TensorProto

CASES = []


def case(opset=13, layers=None):
    def register(build):
        graph = Case(build.__name__.replace("_", "-"), opset, layers, seed=len(CASES))
        build(graph)
        CASES.append(graph)
        return build

    return register


# Detectors


@case(layers=3)
def yolo_focus(g):
    x = g.input("x", [1, 3, 16, 16])
    parts = []
    for row, column in ((0, 0), (1, 0), (0, 1), (1, 1)):
        rows = g.op("Slice", x, g.ints(row), g.ints(2**31 - 1), g.ints(2), g.ints(2))
        parts.append(g.op("Slice", rows, g.ints(column), g.ints(2**31 - 1), g.ints(3), g.ints(2)))
    g.output(g.silu(g.conv(g.op("Concat", *parts, axis=1), 12, 8)))


@case()
def yolo3_head(g):
    x = g.input("x", [1, 16, 4, 4])
    y = g.op("Reshape", g.conv(x, 16, 21, 1), g.ints(1, 3, 7, 4, 4))
    y = g.op("Transpose", y, perm=[0, 3, 4, 1, 2])
    center, size, rest = g.op("Split", y, g.ints(2, 2, 3), outputs=3, axis=4)
    grid = np.stack(np.meshgrid(np.arange(4), np.arange(4)), -1).reshape(1, 4, 4, 1, 2).astype(np.float32)
    center = g.op("Div", g.op("Add", g.op("Sigmoid", center), g.constant(grid)), g.scalar(4))
    anchors = g.constant(np.array([[10, 13], [16, 30], [33, 23]], np.float32).reshape(1, 1, 1, 3, 2))
    size = g.op("Div", g.op("Mul", g.op("Exp", size), anchors), g.scalar(32))
    boxes = g.op("Concat", center, size, g.op("Sigmoid", rest), axis=4)
    g.output(g.op("Reshape", boxes, g.ints(1, -1, 7)))


@case()
def yolo5_head(g):
    x = g.input("x", [1, 16, 4, 6])
    y = g.op("Reshape", g.conv(x, 16, 21, 1), g.ints(1, 3, 7, 4, 6))
    y = g.op("Sigmoid", g.op("Transpose", y, perm=[0, 1, 3, 4, 2]))
    center, size, rest = g.op("Split", y, g.ints(2, 2, 3), outputs=3, axis=4)
    grid = np.stack(np.meshgrid(np.arange(6), np.arange(4)), -1).reshape(1, 1, 4, 6, 2).astype(np.float32)
    center = g.op("Mul", g.op("Add", g.op("Mul", center, g.scalar(2)), g.constant(grid - 0.5)), g.scalar(8))
    anchors = g.constant(np.array([[10, 13], [16, 30], [33, 23]], np.float32).reshape(1, 3, 1, 1, 2))
    size = g.op("Mul", g.op("Pow", g.op("Mul", size, g.scalar(2)), g.scalar(2)), anchors)
    g.output(g.op("Reshape", g.op("Concat", center, size, rest, axis=4), g.ints(1, -1, 7)))


def distribution(g, x, places):
    """The DFL of YOLOv8: distances as expectations over 16 bins."""
    y = g.op("Transpose", g.op("Reshape", x, g.ints(1, 4, 16, places)), perm=[0, 2, 1, 3])
    bins = g.constant(np.arange(16, dtype=np.float32).reshape(1, 16, 1, 1))
    return g.op("Reshape", g.op("Conv", g.op("Softmax", y, axis=1), bins), g.ints(1, 4, places))


def decode8(g):
    x = g.input("x", [1, 16, 4, 4])
    flat = g.op("Reshape", g.conv(x, 16, 68, 1), g.ints(1, 68, 16))
    box, scores = g.op("Split", flat, g.ints(64, 4), outputs=2, axis=1)
    distances = distribution(g, box, 16)
    first, second = g.op("Split", distances, g.ints(2, 2), outputs=2, axis=1)
    anchors = g.constant(np.stack(np.meshgrid(np.arange(4), np.arange(4)), 0).reshape(1, 2, 16).astype(np.float32) + 0.5)
    low, high = g.op("Sub", anchors, first), g.op("Add", anchors, second)
    return low, high, g.op("Sigmoid", scores)


@case()
def yolo8_head(g):
    low, high, scores = decode8(g)
    center = g.op("Div", g.op("Add", low, high), g.scalar(2))
    boxes = g.op("Mul", g.op("Concat", center, g.op("Sub", high, low), axis=1), g.scalar(8))
    g.output(g.op("Concat", boxes, scores, axis=1))


@case()
def yolo10_tail(g):
    """The positions with the best scores, with the boxes gathered there."""
    low, high, scores = decode8(g)
    boxes = g.op("Transpose", g.op("Concat", low, high, axis=1), perm=[0, 2, 1])
    scores = g.op("Transpose", scores, perm=[0, 2, 1])
    best = g.op("ReduceMax", scores, axes=[-1], keepdims=0)
    values, places = g.op("TopK", best, g.ints(5), outputs=2)
    places = g.op("Unsqueeze", places, g.ints(-1))
    g.output(g.op("GatherElements", boxes, g.op("Tile", places, g.ints(1, 1, 4)), axis=1), values)


@case(layers=8)
def pyramid_pool(g):
    x = g.silu(g.conv(g.input("x", [1, 8, 10, 10]), 8, 4, 1))
    pools = [x]
    for _ in range(3):
        pools.append(g.op("MaxPool", pools[-1], kernel_shape=[5, 5], pads=[2] * 4, strides=[1, 1]))
    g.output(g.silu(g.conv(g.op("Concat", *pools, axis=1), 16, 8, 1)))


@case()
def ssd_priors(g):
    x = g.input("x", [1, 8, 5, 5])
    y = g.op("Reshape", g.op("Transpose", g.conv(x, 8, 16), perm=[0, 2, 3, 1]), g.ints(1, -1, 4))
    priors = g.positive(1, 100, 4)
    center = g.op("Add", g.op("Mul", g.op("Slice", y, g.ints(0), g.ints(2), g.ints(2)), g.scalar(0.1)),
                  g.op("Slice", priors, g.ints(0), g.ints(2), g.ints(2)))
    size = g.op("Exp", g.op("Mul", g.op("Slice", y, g.ints(2), g.ints(4), g.ints(2)), g.scalar(0.2)))
    half = g.op("Div", size, g.scalar(2))
    g.output(g.op("Concat", g.op("Sub", center, half), g.op("Add", center, half), axis=2))


# Keras


@case(layers=6)
def keras_convolutions(g):
    x = g.input("x", [1, 12, 12, 3])
    x = g.op("Relu", g.op("Add", g.nhwc_conv(x, 3, 8, 2), g.weight(8)))
    x = g.nhwc_conv(x, 8, 8, group=8)
    x = g.op("Clip", g.op("Add", g.op("Mul", x, g.positive(8)), g.weight(8)), g.scalar(0), g.scalar(6))
    x = g.op("ReduceMean", x, axes=[1, 2], keepdims=0)
    g.output(g.op("Softmax", g.op("Add", g.op("MatMul", x, g.weight(8, 4)), g.weight(4)), axis=-1))


@case(layers=9)
def keras_residual(g):
    x = g.input("x", [1, 8, 8, 4])
    y = g.op("Relu", g.nhwc_conv(x, 4, 4))
    y = g.op("Add", g.nhwc_conv(y, 4, 4), x)
    y = g.op("Pad", y, g.ints(0, 1, 1, 0, 0, 1, 1, 0))
    y = g.op("Transpose", g.op("MaxPool", g.op("Transpose", y, perm=[0, 3, 1, 2]), kernel_shape=[3, 3], strides=[2, 2]), perm=[0, 2, 3, 1])
    g.output(g.op("Concat", y, g.op("Sigmoid", y), axis=3))


@case(layers=7)
def keras_squeeze_excite(g):
    x = g.nhwc_conv(g.input("x", [1, 8, 8, 4]), 4, 8)
    s = g.op("Reshape", g.op("ReduceMean", x, axes=[1, 2], keepdims=0), g.ints(-1, 1, 1, 8))
    s = g.op("Relu", g.op("Add", g.op("MatMul", s, g.weight(8, 4)), g.weight(4)))
    s = g.op("Sigmoid", g.op("Add", g.op("MatMul", s, g.weight(4, 8)), g.weight(8)))
    g.output(g.op("Mul", x, s))


@case(layers=4)
def keras_prelu_shared(g):
    x = g.nhwc_conv(g.input("x", [1, 8, 8, 4]), 4, 8)
    g.output(g.op("PRelu", x, g.weight(1, 1, 8)))


@case(layers=4)
def keras_depth_to_space(g):
    x = g.nhwc_conv(g.input("x", [1, 4, 4, 4]), 4, 12)
    y = g.op("Reshape", x, g.ints(1, 4, 4, 2, 2, 3))
    g.output(g.op("Reshape", g.op("Transpose", y, perm=[0, 1, 3, 2, 4, 5]), g.ints(1, 8, 8, 3)))


def keras_recurrent(g, operator, gates, hidden=6, bidirectional=False):
    directions = 2 if bidirectional else 1
    x = g.op("Transpose", g.input("x", [1, 7, 5]), perm=[1, 0, 2])
    weights = [g.weight(directions, gates * hidden, 5), g.weight(directions, gates * hidden, hidden), g.weight(directions, 2 * gates * hidden)]
    states = [""] + [g.constant(np.zeros((directions, 1, hidden), np.float32))] * (2 if operator == "LSTM" else 1)
    attributes = {"direction": "bidirectional" if bidirectional else "forward", "hidden_size": hidden}
    if operator == "GRU":
        attributes["linear_before_reset"] = 1
    return g.op(operator, x, *weights, *states, outputs=3 if operator == "LSTM" else 2, **attributes)


@case()
def keras_lstm_last(g):
    y = keras_recurrent(g, "LSTM", 4)[1]
    g.output(g.op("Sigmoid", g.linear(g.op("Squeeze", y, g.ints(0)), 6, 1)))


@case()
def keras_lstm_sequence(g):
    y = g.op("Squeeze", keras_recurrent(g, "LSTM", 4)[0], g.ints(1))
    g.output(g.op("Tanh", g.linear(g.op("Transpose", y, perm=[1, 0, 2]), 6, 3)))


@case()
def keras_gru_bidirectional(g):
    y = g.op("Transpose", keras_recurrent(g, "GRU", 3, bidirectional=True)[0], perm=[2, 0, 1, 3])
    g.output(g.linear(g.op("Reshape", y, g.ints(1, 7, 12)), 12, 3))


@case()
def torch_lstm_bidirectional(g):
    y = g.op("Transpose", keras_recurrent(g, "LSTM", 4, bidirectional=True)[0], perm=[0, 2, 1, 3])
    y = g.op("Reshape", y, g.ints(0, 0, -1))
    g.output(g.op("Transpose", y, perm=[1, 0, 2]))


@case()
def frames_before_recurrence(g):
    """Samples that a recurrent layer combines."""
    x = g.input("x", [4, 3, 8, 8])
    x = g.op("Relu", g.norm(g.conv(x, 3, 8, stride=2), 8))
    x = g.op("MaxPool", g.conv(x, 8, 6, group=2), kernel_shape=[2, 2], strides=[2, 2])
    x = g.op("Reshape", g.op("GlobalAveragePool", x), g.ints(4, 1, 6))
    y = g.op("LSTM", x, g.weight(1, 20, 6), g.weight(1, 20, 5), g.weight(1, 40), outputs=3, hidden_size=5)
    g.output(g.op("Squeeze", y[1], g.ints(0)))


# Transformers


def attention(g, x, tokens, size, heads, mask=None):
    width = size // heads
    parts = []
    for perm in ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]):
        parts.append(g.op("Transpose", g.op("Reshape", g.linear(x, size, size), g.ints(0, 0, heads, width)), perm=perm))
    scores = g.op("Div", g.op("MatMul", parts[0], parts[1]), g.scalar(width**0.5))
    if mask is not None:
        scores = g.op("Add", scores, mask)
    y = g.op("MatMul", g.op("Softmax", scores, axis=-1), parts[2])
    y = g.op("Reshape", g.op("Transpose", y, perm=[0, 2, 1, 3]), g.ints(0, 0, size))
    return g.linear(y, size, size)


def gelu(g, x):
    erf = g.op("Add", g.op("Erf", g.op("Div", x, g.scalar(2**0.5))), g.scalar(1))
    return g.op("Mul", g.op("Mul", x, erf), g.scalar(0.5))


@case()
def bert_layer(g):
    ids = g.input("ids", [1, 6], dtype="int64", below=20)
    keep = g.input("mask", [1, 6], dtype="int64", below=2)
    x = g.op("Add", g.op("Gather", g.weight(20, 16), ids), g.weight(1, 6, 16))
    x = g.layer_norm(x, 16)
    mask = g.op("Cast", g.op("Unsqueeze", g.op("Unsqueeze", keep, g.ints(1)), g.ints(2)), to=TensorProto.FLOAT)
    mask = g.op("Mul", g.op("Sub", g.scalar(1), mask), g.scalar(-10000))
    x = g.layer_norm(g.op("Add", x, attention(g, x, 6, 16, 4, mask)), 16)
    y = g.linear(gelu(g, g.linear(x, 16, 32)), 32, 16)
    g.output(g.layer_norm(g.op("Add", x, y), 16))


@case()
def gpt_layer(g):
    x = g.input("x", [1, 6, 16])
    y = g.linear(g.layer_norm(x, 16), 16, 48)
    parts = g.op("Split", y, g.ints(16, 16, 16), outputs=3, axis=2)
    q, k, v = (g.op("Transpose", g.op("Reshape", part, g.ints(1, 6, 4, 4)), perm=[0, 2, 1, 3]) for part in parts)
    scores = g.op("Div", g.op("MatMul", q, g.op("Transpose", k, perm=[0, 1, 3, 2])), g.scalar(2))
    causal = g.constant(np.tril(np.ones((1, 1, 6, 6), bool)))
    scores = g.op("Where", causal, scores, g.scalar(-10000))
    y = g.op("Transpose", g.op("MatMul", g.op("Softmax", scores, axis=-1), v), perm=[0, 2, 1, 3])
    x = g.op("Add", x, g.linear(g.op("Reshape", y, g.ints(1, 6, 16)), 16, 16))
    h = g.linear(g.layer_norm(x, 16), 16, 32)
    cube = g.op("Mul", g.op("Pow", h, g.scalar(3)), g.scalar(0.044715))
    inner = g.op("Tanh", g.op("Mul", g.op("Add", h, cube), g.scalar((2 / np.pi) ** 0.5)))
    h = g.op("Mul", g.op("Mul", h, g.op("Add", inner, g.scalar(1))), g.scalar(0.5))
    g.output(g.op("Add", x, g.linear(h, 32, 16)))


@case()
def vision_transformer(g):
    x = g.input("x", [1, 3, 16, 16])
    x = g.op("Conv", x, g.weight(16, 3, 4, 4), g.weight(16), kernel_shape=[4, 4], strides=[4, 4])
    x = g.op("Transpose", g.op("Reshape", x, g.ints(0, 16, -1)), perm=[0, 2, 1])
    x = g.op("Add", g.op("Concat", g.weight(1, 1, 16), x, axis=1), g.weight(1, 17, 16))
    x = g.op("Add", x, attention(g, g.layer_norm(x, 16), 17, 16, 4))
    x = g.layer_norm(x, 16)
    g.output(g.linear(g.op("Gather", x, g.constant(np.array(0, np.int64)), axis=1), 16, 5))


@case()
def swin_windows(g):
    x = g.input("x", [1, 8, 8, 16])
    rolled = g.op("Concat", g.op("Slice", x, g.ints(2), g.ints(8), g.ints(1)), g.op("Slice", x, g.ints(0), g.ints(2), g.ints(1)), axis=1)
    y = g.op("Transpose", g.op("Reshape", rolled, g.ints(1, 2, 4, 2, 4, 16)), perm=[0, 1, 3, 2, 4, 5])
    y = attention(g, g.op("Reshape", y, g.ints(4, 16, 16)), 16, 16, 4)
    y = g.op("Transpose", g.op("Reshape", y, g.ints(1, 2, 2, 4, 4, 16)), perm=[0, 1, 3, 2, 4, 5])
    g.output(g.op("Add", x, g.op("Reshape", y, g.ints(1, 8, 8, 16))))


@case()
def rotary_halves(g):
    x = g.input("x", [1, 2, 5, 8])
    first, second = g.op("Split", x, g.ints(4, 4), outputs=2, axis=3)
    turned = g.op("Concat", g.op("Neg", second), first, axis=-1)
    g.output(g.op("Add", g.op("Mul", x, g.weight(1, 1, 5, 8)), g.op("Mul", turned, g.weight(1, 1, 5, 8))))


@case()
def conformer_convolution(g):
    x = g.input("x", [1, 10, 8])
    y = g.op("Transpose", g.layer_norm(x, 8), perm=[0, 2, 1])
    y = g.op("Conv", y, g.weight(16, 8, 1), g.weight(16), kernel_shape=[1])
    a, b = g.op("Split", y, g.ints(8, 8), outputs=2, axis=1)
    y = g.op("Mul", a, g.op("Sigmoid", b))
    y = g.op("Conv", y, g.weight(8, 1, 5), kernel_shape=[5], pads=[2, 2], group=8)
    y = g.silu(g.norm(y, 8))
    y = g.op("Conv", y, g.weight(8, 8, 1), g.weight(8), kernel_shape=[1])
    g.output(g.op("Add", x, g.op("Transpose", y, perm=[0, 2, 1])))


# Normalizations and activations


@case(layers=1)
def layer_norm_written_out(g):
    g.output(g.layer_norm(g.input("x", [1, 6, 16]), 16))


@case(layers=1)
def layer_norm_by_product(g):
    x = g.input("x", [1, 6, 16])
    centerd = g.op("Sub", x, g.op("ReduceMean", x, axes=[-1]))
    variance = g.op("ReduceMean", g.op("Mul", centerd, centerd), axes=[-1])
    scale = g.op("Reciprocal", g.op("Sqrt", g.op("Add", variance, g.scalar(1e-6))))
    g.output(g.op("Add", g.op("Mul", g.op("Mul", centerd, scale), g.positive(16)), g.weight(16)))


@case(layers=1)
def rms_norm(g):
    x = g.input("x", [1, 6, 16])
    root = g.op("Sqrt", g.op("Add", g.op("ReduceMean", g.op("Pow", x, g.scalar(2)), axes=[-1]), g.scalar(1e-6)))
    g.output(g.op("Mul", g.positive(16), g.op("Mul", x, g.op("Reciprocal", root))))


@case(layers=1)
def rms_norm_by_division(g):
    x = g.input("x", [1, 6, 16])
    root = g.op("Sqrt", g.op("Add", g.op("ReduceMean", g.op("Mul", x, x), axes=[-1]), g.scalar(1e-6)))
    g.output(g.op("Mul", g.op("Div", x, root), g.positive(16)))


@case(layers=1)
def group_norm_by_instance_norm(g):
    x = g.input("x", [1, 8, 5, 5])
    ones, zeros = g.constant(np.ones(4, np.float32)), g.constant(np.zeros(4, np.float32))
    y = g.op("InstanceNormalization", g.op("Reshape", x, g.ints(0, 4, -1)), ones, zeros)
    y = g.op("Reshape", y, g.ints(1, 8, 5, 5))
    g.output(g.op("Add", g.op("Mul", y, g.positive(8, 1, 1)), g.weight(8, 1, 1)))


@case(layers=2)
def unit_vectors(g):
    x = g.input("x", [1, 16])
    g.output(g.op("Div", x, g.op("Clip", g.op("ReduceL2", x, axes=[1]), g.scalar(1e-12))))


@case(layers=1)
def unit_vectors_expanded(g):
    x = g.input("x", [1, 8, 4, 4])
    norm = g.op("Max", g.op("ReduceL2", x, axes=[1]), g.scalar(1e-12))
    g.output(g.op("Div", x, g.op("Expand", norm, g.op("Shape", x))))


@case(layers=1)
def hard_swish_by_clip(g):
    x = g.input("x", [1, 8, 4, 4])
    y = g.op("Clip", g.op("Add", x, g.scalar(3)), g.scalar(0), g.scalar(6))
    g.output(g.op("Div", g.op("Mul", x, y), g.scalar(6)))


@case(layers=1)
def mish(g):
    x = g.input("x", [1, 8, 4, 4])
    g.output(g.op("Mul", x, g.op("Tanh", g.op("Softplus", x))))


@case(layers=1)
def gelu_by_erf(g):
    g.output(gelu(g, g.input("x", [1, 6, 16])))


@case(layers=1)
def shuffle_channel(g):
    x = g.op("Reshape", g.input("x", [1, 8, 4, 4]), g.ints(1, 2, 4, 4, 4))
    g.output(g.op("Reshape", g.op("Transpose", x, perm=[0, 2, 1, 3, 4]), g.ints(1, 8, 4, 4)))


@case(layers=1)
def pixel_shuffle(g):
    x = g.op("Reshape", g.input("x", [1, 8, 4, 4]), g.ints(1, 2, 2, 2, 4, 4))
    g.output(g.op("Reshape", g.op("Transpose", x, perm=[0, 1, 4, 2, 5, 3]), g.ints(1, 2, 8, 8)))


@case(layers=1)
def space_to_depth(g):
    x = g.op("Reshape", g.input("x", [1, 2, 8, 8]), g.ints(1, 2, 4, 2, 4, 2))
    g.output(g.op("Reshape", g.op("Transpose", x, perm=[0, 1, 3, 5, 2, 4]), g.ints(1, 8, 4, 4)))


@case(layers=1)
def batch_norm_of_vectors(g):
    x = g.op("Unsqueeze", g.op("Gemm", g.input("x", [1, 8]), g.weight(6, 8), g.weight(6), transB=1), g.ints(2))
    g.output(g.op("Squeeze", g.norm(x, 6), g.ints(2)))


# Sound


@case()
def sinc_net(g):
    """Band filters computed from constant parameters."""
    low = g.constant(np.linspace(0.01, 0.2, 6, dtype=np.float32).reshape(6, 1))
    band = g.op("Abs", g.constant(np.full((6, 1), 0.05, np.float32)))
    high = g.op("Clip", g.op("Add", g.op("Abs", low), band), g.scalar(0.01), g.scalar(0.5))
    places = g.constant(np.arange(1, 8, dtype=np.float32).reshape(1, 7))
    right = g.op("Div", g.op("Sub", g.op("Sin", g.op("Mul", high, places)), g.op("Sin", g.op("Mul", low, places))), places)
    left = g.op("Slice", right, g.ints(-1), g.ints(-(2**31)), g.ints(1), g.ints(-1))
    filters = g.op("Concat", left, g.op("Mul", band, g.scalar(2)), right, axis=1)
    filters = g.op("Unsqueeze", g.op("Div", filters, g.op("Mul", band, g.scalar(2))), g.ints(1))
    x = g.op("InstanceNormalization", g.input("x", [1, 1, 64]), g.positive(1), g.weight(1))
    y = g.op("MaxPool", g.op("Abs", g.op("Conv", x, filters, strides=[2])), kernel_shape=[3], strides=[3])
    g.output(g.op("LeakyRelu", y, alpha=0.01))


@case(opset=17)
def mel_spectrogram(g):
    x = g.input("x", [1, 256])
    window = g.constant(np.hanning(33)[:32].astype(np.float32))
    spectrum = g.op("STFT", x, g.constant(np.array(16, np.int64)), window, g.constant(np.array(32, np.int64)))
    power = g.op("ReduceSum", g.op("Mul", spectrum, spectrum), g.ints(-1), keepdims=0)
    mel = g.op("MatMul", power, g.positive(17, 8))
    g.output(g.op("Log", g.op("Max", mel, g.scalar(1e-6))))


@case()
def spectrogram_by_convolution(g):
    x = g.op("Pad", g.op("Unsqueeze", g.input("x", [1, 256]), g.ints(1)), g.ints(0, 0, 16, 0, 0, 16), mode="reflect")
    y = g.op("Conv", x, g.weight(34, 1, 32), strides=[16])
    real = g.op("Slice", y, g.ints(0), g.ints(17), g.ints(1))
    imaginary = g.op("Slice", y, g.ints(17), g.ints(2**31 - 1), g.ints(1))
    g.output(g.op("Sqrt", g.op("Add", g.op("Pow", real, g.scalar(2)), g.op("Pow", imaginary, g.scalar(2)))))


@case()
def statistics_pooling(g):
    """Mean and deviation over time, with weights."""
    x = g.input("x", [1, 8, 20])
    weights = g.op("Softmax", g.op("Conv", x, g.weight(8, 8, 1)), axis=2)
    mean = g.op("ReduceSum", g.op("Mul", x, weights), g.ints(2), keepdims=1)
    square = g.op("ReduceSum", g.op("Mul", g.op("Pow", g.op("Sub", x, mean), g.scalar(2)), weights), g.ints(2), keepdims=1)
    g.output(g.op("Concat", mean, g.op("Sqrt", g.op("Clip", square, g.scalar(1e-9))), axis=1))


# Free sizes, batches, integers, quantized


@case()
def free_image(g):
    x = g.input("x", [1, 3, 16, 24], declared=["n", 3, "h", "w"])
    g.also(x=[1, 3, 32, 8])
    x = g.silu(g.norm(g.conv(x, 3, 8, stride=2), 8))
    up = g.op("Resize", g.conv(x, 8, 8, stride=2), "", g.constant(np.array([1, 1, 2, 2], np.float32)), mode="nearest")
    x = g.op("Concat", x, up, axis=1)
    g.output(g.op("Sigmoid", g.conv(x, 16, 4, 1)))


@case()
def free_rows(g):
    """A recognizer of any width: channels become vectors, by a reshape to computed sizes."""
    x = g.conv(g.input("x", [1, 3, 8, 40], declared=[1, 3, 8, "w"]), 3, 8, stride=2)
    g.also(x=[1, 3, 8, 26])
    x = g.op("ReduceMean", x, axes=[2], keepdims=0)
    x = g.op("Transpose", x, perm=[0, 2, 1])
    g.output(g.op("Softmax", g.linear(x, 8, 5), axis=-1))


@case()
def free_boxes(g):
    x = g.input("x", [1, 8, 6, 10], declared=[1, 8, "h", "w"])
    g.also(x=[1, 8, 9, 4])
    g.output(g.op("Transpose", g.op("Reshape", g.conv(x, 8, 6, 1), g.ints(1, 6, -1)), perm=[0, 2, 1]))


def free_sizes(g):
    """An image of any size, tested with two sizes."""
    g.also(x=[1, 8, 9, 4])
    return g.input("x", [1, 8, 6, 10], declared=[1, 8, "h", "w"])


def size(g, x, axis):
    """The size of one axis, as a vector of one element."""
    return g.op("Unsqueeze", g.op("Gather", g.op("Shape", x), g.constant(np.array(axis, np.int64))), g.ints(0))


@case()
def free_head_with_anchors(g):
    """Rows of a dynamic grid for each anchor, with the grid axes restored between them."""
    x = g.conv(free_sizes(g), 8, 21, 1)
    shape = g.op("Concat", g.ints(1, 3, 7), size(g, x, 2), size(g, x, 3), axis=0)
    grid = g.op("Transpose", g.op("Reshape", x, shape), perm=[0, 1, 3, 4, 2])
    g.output(g.op("Sigmoid", grid), g.op("Reshape", grid, g.ints(1, -1, 7)))


@case()
def free_flatten(g):
    x = free_sizes(g)
    shape = g.op("Concat", size(g, x, 0), size(g, x, 1), g.op("Mul", size(g, x, 2), size(g, x, 3)), axis=0)
    g.output(g.op("Reshape", g.op("Relu", x), shape))


@case()
def free_attention(g):
    """Attention over the positions of an image, which is reassembled afterwards."""
    x = free_sizes(g)
    rows = g.op("Transpose", g.op("Reshape", x, g.ints(1, 8, -1)), perm=[0, 2, 1])
    scores = g.op("MatMul", g.linear(rows, 8, 8), g.op("Transpose", g.linear(rows, 8, 8), perm=[0, 2, 1]))
    mixed = g.op("MatMul", g.op("Softmax", g.op("Mul", scores, g.scalar(0.35)), axis=-1), rows)
    shape = g.op("Concat", g.ints(1, 8), size(g, x, 2), size(g, x, 3), axis=0)
    g.output(g.op("Add", x, g.op("Reshape", g.op("Transpose", mixed, perm=[0, 2, 1]), shape)))


def resized(g, x, like, mode, **settings):
    """An image resized to another one."""
    sizes = g.op("Concat", g.op("Slice", g.op("Shape", x), g.ints(0), g.ints(2)), g.op("Slice", g.op("Shape", like), g.ints(2), g.ints(4)), axis=0)
    return g.op("Resize", x, "", "", sizes, mode=mode, **settings)


@case()
def free_segmentation(g):
    """Resized to the input image, as F.interpolate(y, size=x.shape[2:]) is exported."""
    x = g.input("x", [1, 3, 16, 24], declared=[1, 3, "h", "w"])
    g.also(x=[1, 3, 20, 12])
    y = g.conv(g.conv(x, 3, 8, stride=2), 8, 4, stride=2)
    g.output(resized(g, y, x, "linear", coordinate_transformation_mode="pytorch_half_pixel"))


@case()
def free_neck(g):
    """The neck of a detector: a map resized to the one it is joined with."""
    x = g.input("x", [1, 3, 16, 24], declared=[1, 3, "h", "w"])
    g.also(x=[1, 3, 32, 8])
    wide = g.conv(x, 3, 8, stride=2)
    small = g.conv(wide, 8, 8, stride=2)
    up = resized(g, small, wide, "nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")
    g.output(g.conv(g.op("Concat", up, wide, axis=1), 16, 4, 1))


@case()
def free_expand(g):
    x = free_sizes(g)
    g.output(g.op("Add", x, g.op("Expand", g.weight(1, 8, 1, 1), g.op("Shape", x))))


@case()
def free_scale(g):
    x = free_sizes(g)
    scales = g.constant(np.array([1, 1, 2, 2], np.float32))
    g.output(g.op("Resize", x, "", scales, mode="linear", coordinate_transformation_mode="half_pixel"))


@case()
def batch_of_images(g):
    x = g.input("x", [3, 3, 8, 8])
    x = g.op("Relu", g.conv(x, 3, 6, stride=2))
    x = g.op("Flatten", g.op("GlobalAveragePool", x))
    g.output(g.op("Gemm", x, g.weight(4, 6), g.weight(4), transB=1))


@case()
def embedding_bag(g):
    ids = g.input("ids", [1, 6], dtype="int64", below=12)
    g.output(g.op("ReduceMean", g.op("Gather", g.weight(12, 8), ids), axes=[1], keepdims=0))


@case()
def one_hot_of_input(g):
    ids = g.input("ids", [1, 6], dtype="int64", below=5)
    hot = g.op("OneHot", ids, g.constant(np.array(5, np.int64)), g.constant(np.array([0, 1], np.float32)))
    g.output(g.linear(hot, 5, 4))


@case()
def quantized_by_pairs(g):
    """Quantize and dequantize around a convolution, as post-training quantization writes it."""

    def rounded(x, scale):
        zero = g.constant(np.array(0, np.int8))
        return g.op("DequantizeLinear", g.op("QuantizeLinear", x, g.scalar(scale), zero), g.scalar(scale), zero)

    x = rounded(g.input("x", [1, 3, 8, 8]), 0.05)
    weight = g.constant(g.random.integers(-127, 128, (4, 3, 3, 3)).astype(np.int8))
    weight = g.op("DequantizeLinear", weight, g.scalar(0.002), g.constant(np.array(0, np.int8)))
    y = g.op("Relu", g.op("Conv", x, weight, g.weight(4), pads=[1] * 4))
    g.output(g.op("MaxPool", y, kernel_shape=[2, 2], strides=[2, 2]))
