"""The graphs of section `reports`: problems that users of converters reported, with a generator of each kind in place of their files."""

import numpy as np
from graph_case import Case
from onnx import TensorProto, helper

REPORTS = []
MICROSOFT = "com.microsoft"
END = 2**31 - 1
# Sizes that ncnn packs, and some that it does not.
SIZES = (4, 8, 12, 16, 5, 7)


class Report(Case):
    """A graph with its conversion options, and the expected message if it must be rejected."""

    def __init__(self, name, opset, options, refusal):
        super().__init__(name, opset, seed=len(REPORTS))
        self.options, self.refusal = options, refusal
        # Tolerance relative to the largest result: rounding to 8 bits sometimes differs by one step.
        self.of_largest = 1e-4

    def microsoft(self, operator, *inputs, outputs=1, **attributes):
        return self.op(operator, *inputs, outputs=outputs, domain=MICROSOFT, **attributes)

    def quantized(self, *shape, scale=0.02):
        """An 8-bit tensor with its scale and zero point, with values that onnxruntime sums exactly even without special instructions."""
        values = self.random.integers(-63, 64, shape).astype(np.int8)
        return [self.constant(values), self.scalar(scale), self.constant(np.array(3, np.int8))]

    def quantize(self, x, scale=0.03, zero=120):
        """Quantized, followed by scale and zero point."""
        operands = [self.scalar(scale), self.constant(np.array(zero, np.uint8))]
        return [self.op("QuantizeLinear", x, *operands), *operands]


def report(name, opset=17, options=(), refusal=None):
    def register(build):
        graph = Report(name, opset, options, refusal)
        build(graph)
        REPORTS.append(graph)
        return build

    return register


# 1. Blobs that ncnn packs, when a layer only needs their size


def free_sizes(g, name, shape, axes, sizes=SIZES):
    """An input with dynamic axes, fed with each size in turn."""
    declared = [f"{name}_{axis}" if axis in axes else size for axis, size in enumerate(shape)]
    full = lambda size: [size + 2 * axes.index(axis) if axis in axes else length for axis, length in enumerate(shape)]  # noqa: E731
    g.input(name, full(sizes[0]), declared)
    for size in sizes[1:]:
        g.also(**{name: full(size)})
    return name


for width in (3, 4, 6, 8):

    @report(f"packed/expand-tokens-{width}")
    def _(g, width=width):
        x = g.op("Transpose", free_sizes(g, "x", [1, width, 12], [2]), perm=[0, 2, 1])
        token = g.op("Expand", g.weight(1, 1, 6), g.op("Concat", g.ints(1), g.op("Shape", x, start=1, end=2), g.ints(6), axis=0))
        g.output(g.op("Concat", x, token, axis=2))

    @report(f"packed/expand-mask-{width}")
    def _(g, width=width):
        """A row for each token and a column for each channel, from a vector of either."""
        x = free_sizes(g, "x", [1, 12, width], [1])
        shape = g.op("Shape", x)
        g.output(g.op("Add", x, g.op("Expand", g.weight(1, 1, width), shape)), g.op("Expand", g.scalar(0.5), shape))

    @report(f"packed/expand-front-{width}")
    def _(g, width=width):
        """A dynamic axis before the last two: of a cube, and of one that is also repeated by a known number."""
        x = free_sizes(g, "x", [1, width, 6, 4], [1])
        cube = g.op("Expand", g.weight(1, 1, 6, 4), g.op("Shape", x))
        size = g.op("Shape", x, start=1, end=2)
        repeated = g.op("Expand", g.weight(1, 3, 1, 6, 1), g.op("Concat", g.ints(2, 3), size, g.ints(6, 4), axis=0))
        g.output(g.op("Mul", x, cube), g.op("Relu", repeated))

    @report(f"packed/resize-like-{width}")
    def _(g, width=width):
        x, like = g.input("x", [1, 3, 5, 6]), free_sizes(g, "like", [1, width, 9, 9], [2, 3])
        sizes = g.op("Concat", g.ints(1, 3), g.op("Shape", like, start=2), axis=0)
        g.output(g.op("Resize", x, "", "", sizes, mode="linear"), g.op("Relu", like))

    @report(f"packed/position-table-{width}")
    def _(g, width=width):
        x = free_sizes(g, "x", [1, 12, width], [1])
        table = g.op("Slice", g.weight(1, 20, width), g.ints(0), g.op("Shape", x, start=1, end=2), g.ints(1))
        g.output(g.op("Relu", g.op("Add", x, table)))

    @report(f"packed/broadcast-{width}")
    def _(g, width=width):
        """A vector, a column and a plane combined with an image of dynamic size."""
        x = free_sizes(g, "x", [1, width, 8, 9], [2, 3])
        column = g.op("ReduceMean", x, axes=[3], keepdims=1)
        row = g.op("ReduceMax", x, axes=[2], keepdims=1)
        pixel = g.op("GlobalAveragePool", x)
        g.output(g.op("Sub", g.op("Mul", x, pixel), g.op("Add", column, row)))

    @report(f"packed/tokens-of-an-image-{width}")
    def _(g, width=width):
        x = free_sizes(g, "x", [1, width, 8, 9], [2, 3])
        tokens = g.op("Transpose", g.op("Reshape", x, g.ints(0, 0, -1)), perm=[0, 2, 1])
        whole = g.op("Concat", g.weight(1, 1, width), tokens, axis=1)
        scores = g.op("MatMul", whole, g.op("Transpose", whole, perm=[0, 2, 1]))
        rest = g.op("Slice", g.op("MatMul", g.op("Softmax", scores), whole), g.ints(1), g.ints(END), g.ints(1))
        g.output(g.op("Relu", rest))


# 2. Rewrites that must not change a shape


def heads_of(g, x, heads, size):
    q, k, v = (
        g.op("Transpose", g.op("Reshape", g.linear(x, heads * size, heads * size), g.ints(0, -1, heads, size)), perm=[0, 2, 1, 3])
        for _ in range(3)
    )
    scores = g.op("Mul", g.op("MatMul", q, g.op("Transpose", k, perm=[0, 1, 3, 2])), g.scalar(size**-0.5))
    return g.op("Transpose", g.op("MatMul", g.op("Softmax", scores, axis=-1), v), perm=[0, 2, 1, 3])


ENDS = {
    "add": lambda g, y: g.op("Add", g.op("Reshape", y, g.ints(1, 12, 8)), g.weight(1, 12, 8)),
    "transposed": lambda g, y: g.op("Transpose", g.op("Reshape", y, g.ints(1, 12, 8)), perm=[0, 2, 1]),
    "image": lambda g, y: g.conv(g.op("Transpose", g.op("Reshape", y, g.ints(1, 3, 4, 8)), perm=[0, 3, 1, 2]), 8, 4),
    "windows": lambda g, y: g.op("Reshape", g.op("Slice", g.op("Reshape", y, g.ints(3, 4, 8)), g.ints(0), g.ints(1), g.ints(0)), g.ints(4, 8)),
    "first-token": lambda g, y: g.op("Gather", g.op("Reshape", y, g.ints(1, 12, 8)), g.constant(np.array(0)), axis=1),
    "heads": lambda g, y: g.op("ReduceMean", y, axes=[2], keepdims=1),
}
for end, finish in ENDS.items():
    for first in ("tokens", "image"):

        @report(f"rewrites/attention-{first}-{end}", opset=13)
        def _(g, finish=finish, first=first):
            if first == "tokens":
                x = g.input("x", [1, 12, 8])
            else:
                x = g.op("Reshape", g.op("Transpose", g.input("x", [1, 8, 3, 4]), perm=[0, 2, 3, 1]), g.ints(1, 12, 8))
            g.output(finish(g, heads_of(g, x, 2, 4)))


RANKS = ([], [1], [1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1, 1])


def number(g, value, shape):
    return g.constant(np.full(shape, value, np.float32))


FORMULAS = {
    "gelu": lambda g, x, c: g.op("Mul", g.op("Mul", x, g.op("Add", g.op("Erf", g.op("Div", x, c(2**0.5))), c(1))), c(0.5)),
    "hard-swish": lambda g, x, c: g.op("Mul", x, g.op("Div", g.op("Clip", g.op("Add", x, c(3)), g.scalar(0), g.scalar(6)), c(6))),
    "hard-sigmoid": lambda g, x, c: g.op("Clip", g.op("Add", g.op("Mul", x, c(0.2)), c(0.5)), g.scalar(0), g.scalar(1)),
    "swish": lambda g, x, c: g.op("Mul", x, g.op("Sigmoid", g.op("Mul", x, c(1)))),
    "rms": lambda g, x, c: g.op(
        "Mul", g.op("Div", x, g.op("Sqrt", g.op("Add", g.op("ReduceMean", g.op("Pow", x, c(2)), axes=[-1], keepdims=1), c(1e-5)))), c(1.5)
    ),
    "layer": lambda g, x, c: layer_norm(g, x, c),
    "unit": lambda g, x, c: g.op("Div", x, g.op("Max", g.op("ReduceL2", x, axes=[-1], keepdims=1), c(1e-6))),
}


def layer_norm(g, x, c):
    centered = g.op("Sub", x, g.op("ReduceMean", x, axes=[-1], keepdims=1))
    variance = g.op("ReduceMean", g.op("Pow", centered, c(2)), axes=[-1], keepdims=1)
    return g.op("Add", g.op("Mul", g.op("Div", centered, g.op("Sqrt", g.op("Add", variance, c(1e-5)))), c(0.7)), c(0.1))


for formula, build in FORMULAS.items():
    for rank, shape in enumerate(RANKS):

        @report(f"rewrites/{formula}-constants-of-{len(shape)}-axes", opset=13)
        def _(g, build=build, shape=shape):
            x = g.input("x", [1, 3, 6])
            g.output(g.op("Softmax", build(g, x, lambda value: number(g, value, shape)), axis=-1))


@report("rewrites/unit-length-expanded")
def _(g):
    x = g.input("x", [1, 1, 6])
    norm = g.op("Max", g.op("ReduceL2", x, axes=[-1], keepdims=1), g.scalar(1e-6))
    g.output(g.op("Div", x, g.op("Expand", norm, g.ints(1, 3, 6))))


# 3. Resize to fractional sizes


def resizes():
    random = np.random.default_rng(3)
    pick = lambda choices: choices[int(random.integers(len(choices)))]  # noqa: E731
    for count in range(90):
        mode = pick(["nearest", "linear", "cubic"])
        coordinates = pick(["align_corners", "pytorch_half_pixel", "half_pixel", "asymmetric"])
        settings = {"mode": mode, "coordinate_transformation_mode": coordinates}
        if mode == "nearest":
            settings["nearest_mode"] = pick(["floor", "ceil", "round_prefer_floor", "round_prefer_ceil"])
        # No fractions whose multiples are ties.
        scales = [float(pick([0.5, 0.3, 0.61, 0.77, 1, 1.13, 1.5, 1.73, 2, 2.37])) for _ in range(2)]
        yield f"{mode}-{coordinates}-{count}", [1, 2, int(random.integers(4, 10)), int(random.integers(4, 10))], scales, settings


for name, shape, scales, settings in resizes():

    @report(f"resize/{name}", opset=13)
    def _(g, shape=shape, scales=scales, settings=settings):
        g.output(g.op("Resize", g.input("x", shape), "", g.constant(np.array([1, 1, *scales], np.float32)), **settings))


for scales in ((2, 0.5), (0.6, 1.5), (3, 0.34)):

    @report(f"resize/operator-set-10-{scales[0]}-{scales[1]}", opset=10)
    def _(g, scales=scales):
        g.output(g.op("Resize", g.input("x", [1, 2, 7, 6]), g.constant(np.array([1, 1, *scales], np.float32)), mode="nearest"))


@report("resize/free-size-aligned", opset=13)
def _(g):
    x = free_sizes(g, "x", [1, 3, 8, 9], [2, 3])
    scales = g.constant(np.array([1, 1, 1.5, 2], np.float32))
    g.output(g.op("Resize", x, "", scales, mode="linear", coordinate_transformation_mode="align_corners"))


# 5. What onnxruntime's optimizer and quantizer write


@report("microsoft/bert", opset=13)
def _(g):
    ids, segments = (g.input(name, [1, 6], dtype="int32", below=below) for name, below in (("ids", 20), ("segments", 2)))
    mask = g.input("mask", [1, 6], dtype="int32", below=2)
    tables = [g.weight(size, 16, scale=1) for size in (20, 10, 2)]
    x, kept = g.microsoft("EmbedLayerNormalization", ids, segments, *tables, g.positive(16), g.weight(16), mask, outputs=2)
    y = g.microsoft("Attention", x, g.weight(16, 48, scale=0.3), g.weight(48), kept, num_heads=2)
    y = g.microsoft("SkipLayerNormalization", g.linear(y, 16, 16), x, g.positive(16), g.weight(16), g.weight(16), epsilon=1e-12)
    g.output(g.microsoft("BiasGelu", g.op("MatMul", y, g.weight(16, 8)), g.weight(8)))


for mask in ("none", "keys", "rows", "causal", "bias"):

    @report(f"microsoft/attention-{mask}", opset=13)
    def _(g, mask=mask):
        x = g.input("x", [1, 6, 8])
        shape = {"keys": [1, 6], "rows": [1, 6, 6]}.get(mask)
        masked = g.input("mask", shape, dtype="int32", below=2) if shape else ""
        bias = ["", g.weight(1, 2, 6, 6)] if mask == "bias" else []
        settings = {"unidirectional": 1} if mask == "causal" else {}
        operands = [x, g.weight(8, 24, scale=0.3), g.weight(24), masked, *bias]
        g.output(g.microsoft("Attention", *operands, num_heads=2, **settings))

    @report(f"microsoft/multi-head-attention-{mask}", opset=13)
    def _(g, mask=mask):
        q, k, v = (g.input(name, [1, 6, 8]) for name in "qkv")
        shape = {"keys": [1, 6], "rows": [1, 6, 6]}.get(mask)
        masked = g.input("mask", shape, dtype="int32", below=2) if shape else ""
        bias = g.weight(1, 2, 6, 6) if mask == "bias" else ""
        settings = {"unidirectional": 1} if mask == "causal" else {}
        g.output(g.microsoft("MultiHeadAttention", q, k, v, g.weight(24), masked, bias, num_heads=2, **settings))


@report("microsoft/attention-with-cache", opset=13)
def _(g):
    x, past = g.input("x", [1, 2, 8]), g.input("past", [2, 1, 2, 5, 4])
    operands = [x, g.weight(8, 24, scale=0.3), g.weight(24), "", past]
    g.output(*g.microsoft("Attention", *operands, num_heads=2, outputs=2, unidirectional=1))


@report("microsoft/gemm-and-activations", opset=13)
def _(g):
    x = g.input("x", [1, 5, 8])
    y = g.microsoft("FastGelu", g.op("MatMul", x, g.weight(8, 8)), g.weight(8))
    y = g.microsoft("QuickGelu", y, alpha=1.702)
    y = g.microsoft("FusedMatMul", y, g.weight(6, 8), transB=1, alpha=0.5)
    g.output(g.microsoft("SkipSimplifiedLayerNormalization", y, g.weight(1, 5, 6), g.positive(6)))


@report("microsoft/fused-convolutions", opset=13)
def _(g):
    x = g.input("x", [1, 3, 8, 8])
    y = g.microsoft("FusedConv", x, g.weight(4, 3, 3, 3), g.weight(4), activation="Relu", kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    y = g.microsoft("FusedConv", y, g.weight(4, 4, 1, 1), g.weight(4), activation="LeakyRelu", activation_params=[0.1])
    g.output(y)


@report("microsoft/block-quantized-weights", opset=17)
def _(g):
    x = g.input("x", [1, 3, 64])
    weights = g.constant(g.random.integers(0, 256, (8, 2, 16)).astype(np.uint8))
    zeros = g.constant(g.random.integers(0, 256, (8,)).astype(np.uint8))
    g.output(g.microsoft("MatMulNBits", x, weights, g.positive(16), zeros, K=64, N=8, bits=4, block_size=32))


@report("microsoft/quantized-net", opset=13)
def _(g):
    x = g.quantize(g.input("x", [1, 4, 8, 8]))
    weight = g.quantized(8, 4, 3, 3)
    zero = g.constant(np.array(0, np.int8))
    y = [g.op("QLinearConv", *x, weight[0], weight[1], zero, *x[1:], kernel_shape=[3, 3], pads=[1, 1, 1, 1]), *x[1:]]
    z = [g.microsoft("QLinearLeakyRelu", *y, *x[1:], alpha=0.1), *x[1:]]
    s = [g.microsoft("QLinearSigmoid", *z, g.scalar(1 / 256), g.constant(np.array(0, np.uint8))), g.scalar(1 / 256), g.constant(np.array(0, np.uint8))]
    joined = [g.microsoft("QLinearConcat", *x[1:], *y, *s, axis=1), *x[1:]]
    pooled = [g.microsoft("QLinearAveragePool", *joined, *x[1:], kernel_shape=[2, 2], strides=[2, 2]), *x[1:]]
    mean = [g.microsoft("QLinearGlobalAveragePool", *pooled, *x[1:]), *x[1:]]
    flat = [g.op("Flatten", mean[0]), *x[1:]]
    dense = g.quantized(5, 16)
    bias = g.constant(g.random.integers(-500, 500, 5).astype(np.int32))
    result = g.microsoft("QGemm", *flat, dense[0], dense[1], zero, bias, g.scalar(0.05), g.constant(np.array(128, np.uint8)), transB=1)
    g.of_largest = 0.05
    g.output(g.op("DequantizeLinear", result, g.scalar(0.05), g.constant(np.array(128, np.uint8))))


@report("microsoft/quantized-elementwise", opset=13)
def _(g):
    x = g.quantize(g.input("x", [1, 4, 6]))
    y = g.quantize(g.input("y", [1, 4, 6]))
    total = [g.microsoft("QLinearAdd", *x, *y, g.scalar(0.06), y[2]), g.scalar(0.06), y[2]]
    product = [g.microsoft("QLinearMul", *total, *y, g.scalar(0.1), y[2]), g.scalar(0.1), y[2]]
    g.of_largest = 0.05
    g.output(g.op("DequantizeLinear", *product))


@report("microsoft/dynamic-quantized-product", opset=13)
def _(g):
    weight = g.quantized(8, 5)
    g.of_largest = 0.02
    g.output(g.microsoft("DynamicQuantizeMatMul", g.input("x", [1, 3, 8]), *weight, g.weight(5)))


@report("microsoft/dynamic-quantized-lstm", opset=13)
def _(g):
    weights = [g.constant(g.random.integers(-63, 64, (1, size, 32)).astype(np.int8)) for size in (6, 8)]
    scale, zero = g.constant(np.array([0.005], np.float32)), g.constant(np.array([0], np.int8))
    operands = [g.input("x", [5, 1, 6]), *weights, g.weight(1, 64), "", "", "", "", scale, zero, scale, zero]
    # onnxruntime rounds inputs and states to 8 bits, ncnn does not.
    g.of_largest = 0.02
    g.output(*g.microsoft("DynamicQuantizeLSTM", *operands, hidden_size=8, outputs=3)[:2])


# 6. Loops that tf2onnx writes


for source in ("constant", "shape"):

    @report(f"loops/counter-from-{source}", opset=13)
    def _(g, source=source):
        sequence = g.op("Transpose", g.input("x", [1, 5, 4]), perm=[1, 0, 2])
        zero = g.constant(np.array(0, np.int32))
        if source == "constant":
            end = g.constant(np.array(5, np.int32))
        else:
            end = g.op("Squeeze", g.op("Cast", g.op("Slice", g.op("Shape", sequence), g.ints(0), g.ints(1)), to=TensorProto.INT32))
        weight, start = g.weight(4, 4), g.constant(np.zeros((1, 4), np.float32))
        nodes = [
            helper.make_node("Constant", [], ["one"], value=helper.make_tensor("one", TensorProto.INT32, [], [1])),
            helper.make_node("Add", ["i", "one"], ["i2"]),
            helper.make_node("Gather", [sequence, "i"], ["entry"], axis=0),
            helper.make_node("MatMul", ["h", weight], ["turned"]),
            helper.make_node("Add", ["entry", "turned"], ["sum"]),
            helper.make_node("Tanh", ["sum"], ["h2"]),
            helper.make_node("Identity", ["h2"], ["each"]),
            helper.make_node("Less", ["i2", end], ["more"]),
        ]
        info = helper.make_tensor_value_info
        inputs = [info("round", TensorProto.INT64, []), info("go", TensorProto.BOOL, []), info("i", TensorProto.INT32, []), info("h", 1, [1, 4])]
        outputs = [info("more", TensorProto.BOOL, []), info("i2", TensorProto.INT32, []), info("h2", 1, [1, 4]), info("each", 1, [1, 4])]
        body = helper.make_graph(nodes, "body", inputs, outputs)
        results = g.op("Loop", "", g.op("Less", zero, end), zero, start, outputs=3, body=body)
        g.output(*results[1:])


# 7. Sizes that a model declares


def small_net(g, x, channels):
    g.output(g.op("Sigmoid", g.conv(g.op("Relu", g.conv(x, channels, 8)), 8, 2, kernel=1)))


for given, fed in (("1,3,24,20", [(1, 3, 24, 20)]), ("1,3,-1,-1", [(1, 3, 8, 8), (1, 3, 16, 12), (1, 3, 9, 7)])):

    @report(f"declared/replaced-by-{given}", options=("--shape", f"x={given}"))
    def _(g, fed=fed):
        g.input("x", fed[0], [1 if len(fed) > 1 else 10, 3, 8, 8])
        for shape in fed[1:]:
            g.also(x=shape)
        small_net(g, "x", 3)


@report("declared/one-name-for-all-axes")
def _(g):
    g.input("x", [1, 3, 12, 8], [1, 3, "size", "size"])
    for shape in ([1, 3, 8, 12], [1, 3, 5, 16]):
        g.also(x=shape)
    tokens = g.op("Transpose", g.op("Reshape", "x", g.ints(0, 0, -1)), perm=[0, 2, 1])
    back = g.op("Reshape", g.op("Transpose", g.op("Relu", tokens), perm=[0, 2, 1]), g.op("Shape", "x"))
    g.output(g.op("Add", back, "x"))


@report("declared/names-that-a-shape-decides", options=("--shape", "x=1,4,6", "--shape", "y=1,5,6"))
def _(g):
    x, y = g.input("x", [1, 4, 6], [1, "N", 6]), g.input("y", [1, 5, 6], [1, "N", 6])
    g.output(g.op("MatMul", x, g.op("Transpose", y, perm=[0, 2, 1])))


# 8. Dynamic sizes


for start, end, step in ((0, END, 2), (1, END, 2), (2, END, 3), (-1, -END, -1), (-1, -END, -2), (-2, -END, -1), (0, -1, 2), (-5, END, 1), (-4, -1, 1)):

    @report(f"slices/{start}-{end if abs(end) < END else 'end'}-{step}")
    def _(g, start=start, end=end, step=step):
        x = free_sizes(g, "x", [1, 3, 8, 5], [2], sizes=(8, 9, 12, 16, 7))
        g.output(g.op("Slice", x, g.ints(start), g.ints(end), g.ints(2), g.ints(step)))


@report("slices/focus")
def _(g):
    x = free_sizes(g, "x", [1, 3, 8, 8], [2, 3], sizes=(8, 12, 16, 4))
    parts = []
    for row, column in ((0, 0), (1, 0), (0, 1), (1, 1)):
        rows = g.op("Slice", x, g.ints(row), g.ints(END), g.ints(2), g.ints(2))
        parts.append(g.op("Slice", rows, g.ints(column), g.ints(END), g.ints(3), g.ints(2)))
    g.output(g.silu(g.conv(g.op("Concat", *parts, axis=1), 12, 8)))


@report("slices/strided-both-axes")
def _(g):
    x = free_sizes(g, "x", [1, 3, 8, 9], [2, 3])
    g.output(g.op("Slice", x, g.ints(1, 0), g.ints(END, END), g.ints(2, 3), g.ints(2, 3)))


# 4. Errors that follow-up errors would hide


for behind in ("MatMul", "Conv", "MaxPool", "Attention", "Resize"):

    @report(f"causes/unknown-before-{behind}", refusal=r"^operator-unknown: the operator com\.microsoft:Foo is unknown$")
    def _(g, behind=behind):
        x = g.microsoft("Foo", g.input("x", [1, 4, 8, 8]))
        operands = {
            "MatMul": [g.weight(8, 8)],
            "Conv": [g.weight(4, 4, 3, 3)],
            "MaxPool": [],
            "Attention": [x, x],
            "Resize": ["", g.constant(np.array([1, 1, 2, 2], np.float32))],
        }[behind]
        settings = {"kernel_shape": [2, 2]} if behind == "MaxPool" else {}
        y = g.op(behind, x, *operands, **settings)
        g.output(g.op("Relu", g.op("Reshape", y, g.ints(1, -1))))
