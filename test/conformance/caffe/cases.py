"""One small net for each layer type of Caffe and its settings, and its reference: OpenCV (None), or Caffe's formula in numpy."""

import numpy as np
from writer import NetWriter

CASES = {}


def case(name, reference=None, **settings):
    def register(build):
        CASES[name] = (build, reference)
        return build

    return register


def single(name, kind, param="", shape=(1, 8, 9, 11), blobs=None, reference=None, style="float", positive=False, more=()):
    """A net of one layer."""

    def build():
        net = NetWriter()
        net.input("data", *shape)
        bottoms = ["data"]
        for index, other in enumerate(more):
            bottoms.append(net.input(f"data{index + 2}", *other))
        net.layer(kind, "out", bottoms, param, blobs=blobs(net) if blobs else ())
        net.style = style
        if positive:
            net.feeds = lambda: {"data": np.random.default_rng(3).uniform(0.5, 4, shape).astype(np.float32)}
        return net

    CASES[name] = (build, (lambda net, feeds: {"out": reference(net, *feeds.values())}) if reference else None)


def convolution(name, param, weight, bias=True, shape=(1, 8, 9, 11), kind="Convolution", style="float"):
    blobs = lambda net: [net.normal(*weight, scale=0.2)] + ([net.normal(bias, scale=0.2)] if bias else [])  # noqa: E731
    single(name, kind, f"convolution_param {{ {param} }}", shape, blobs, style=style)


# Sources
def source(kind, param, shape):
    """A layer that provides images and labels; only the images are an input of a trained net."""

    def build():
        net = NetWriter()
        net.layer(kind, "data", [], param, tops=["data", "label"])
        net.layer("Power", "out", "data", "power_param { scale: 2 shift: -1 }")
        net.feeds = lambda: {"data": np.random.default_rng(5).standard_normal(shape).astype(np.float32)}
        return net

    return build, lambda net, feeds: {"out": 2 * feeds["data"] - 1}


CASES["source-MemoryData"] = source("MemoryData", "memory_data_param { batch_size: 4 channels: 3 height: 5 width: 6 }", (1, 3, 5, 6))
CASES["source-ImageData"] = source("ImageData", "image_data_param { batch_size: 4 new_height: 5 new_width: 6 }", (1, 3, 5, 6))
CASES["source-Data"] = source("Data", "transform_param { crop_size: 6 force_gray: true }", (1, 1, 6, 6))

# Convolutions
convolution("conv-plain", "num_output: 6 kernel_size: 3", (6, 8, 3, 3), 6)
for style in ("half", "unpacked", "legacy"):
    convolution(f"conv-{style}", "num_output: 6 kernel_size: 3", (6, 8, 3, 3), 6, style=style)
# OpenCV does not read doubles.
single(
    "ip-double",
    "InnerProduct",
    "inner_product_param { num_output: 7 }",
    blobs=lambda net: [net.normal(7, 792, scale=0.03), net.normal(7)],
    reference=lambda net, x: x.reshape(1, -1) @ net.weights["out"][0].T + net.weights["out"][1],
    style="double",
)
convolution("conv-bias-less", "num_output: 6 kernel_size: 3 bias_term: false pad: 1 stride: 2", (6, 8, 3, 3), None)
convolution("conv-axes", "num_output: 6 kernel_h: 2 kernel_w: 5 stride_h: 2 stride_w: 1 pad_h: 1 pad_w: 2", (6, 8, 2, 5), 6)
convolution("conv-repeated", "num_output: 6 kernel_size: 2 kernel_size: 5 stride: 2 stride: 1 pad: 1 pad: 2", (6, 8, 2, 5), 6)
convolution("conv-pad-h", "num_output: 6 kernel_size: 3 pad_h: 2 pad_w: 0", (6, 8, 3, 3), 6)
convolution("conv-dilation", "num_output: 6 kernel_size: 3 dilation: 2 pad: 2", (6, 8, 3, 3), 6)
convolution("conv-group", "num_output: 6 kernel_size: 3 group: 2", (6, 4, 3, 3), 6)
convolution("conv-depthwise", "num_output: 8 kernel_size: 3 group: 8 pad: 1", (8, 1, 3, 3), 8)
convolution("conv-1x1", "num_output: 5 kernel_size: 1", (5, 8, 1, 1), 5)
convolution("conv-batch", "num_output: 6 kernel_size: 3", (6, 8, 3, 3), 6, shape=(3, 8, 9, 11))
convolution("deconv-plain", "num_output: 6 kernel_size: 4 stride: 2 pad: 1", (8, 6, 4, 4), 6, kind="Deconvolution")
convolution("deconv-group", "num_output: 8 kernel_size: 4 stride: 2 pad: 1 group: 8 bias_term: false", (8, 1, 4, 4), None, kind="Deconvolution")
convolution("deconv-groups", "num_output: 6 kernel_size: 3 stride: 2 group: 2", (8, 3, 3, 3), 6, kind="Deconvolution")
convolution("deconv-axes", "num_output: 6 kernel_h: 2 kernel_w: 5 stride_h: 2 stride_w: 3", (8, 6, 2, 5), 6, kind="Deconvolution")


def depthwise(net, x):
    weight, bias = net.weights["out"]
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    out = np.zeros_like(x)
    for row in range(3):
        for column in range(3):
            out += padded[:, :, row : row + x.shape[2], column : column + x.shape[3]] * weight[None, :, 0, row, column, None, None]
    return out + bias[None, :, None, None]


for kind in ("ConvolutionDepthwise", "DepthwiseConvolution"):
    single(
        f"conv-{kind}",
        kind,
        "convolution_param { num_output: 8 kernel_size: 3 pad: 1 }",
        blobs=lambda net: [net.normal(8, 1, 3, 3), net.normal(8)],
        reference=depthwise,
    )


def bilinear(net, x):
    weight = np.zeros((4, 4), np.float32)
    for y in range(4):
        for z in range(4):
            weight[y, z] = (1 - abs(y / 2 - 0.75)) * (1 - abs(z / 2 - 0.75))
    height, width = x.shape[2:]
    full = np.zeros((*x.shape[:2], 2 * height + 2, 2 * width + 2), np.float32)
    for y in range(height):
        for z in range(width):
            full[:, :, 2 * y : 2 * y + 4, 2 * z : 2 * z + 4] += x[:, :, y, z, None, None] * weight
    return full[:, :, 1:-1, 1:-1]


single(
    "deconv-bilinear-filler",
    "Deconvolution",
    'convolution_param { num_output: 8 kernel_size: 4 stride: 2 pad: 1 group: 8 bias_term: false weight_filler { type: "bilinear" } }',
    reference=bilinear,
)

# Inner products
for name, param, reference in (
    ("plain", "num_output: 7", lambda net, x: x.reshape(1, -1) @ net.weights["out"][0].T + net.weights["out"][1]),
    ("transpose", "num_output: 7 transpose: true", lambda net, x: x.reshape(1, -1) @ net.weights["out"][0] + net.weights["out"][1]),
):
    stored = (792, 7) if "transpose" in param else (7, 792)
    make = lambda net, stored=stored: [net.normal(*stored, scale=0.03), net.normal(7)]  # noqa: E731
    single(f"ip-{name}", "InnerProduct", f"inner_product_param {{ {param} }}", blobs=make, reference=reference)
for axis, length, shape in ((2, 99, (1, 8, 9, 11)), (3, 11, (1, 8, 9, 11)), (-1, 11, (1, 8, 9, 11)), (2, 5, (1, 4, 5))):
    single(
        f"ip-axis{axis}-{len(shape)}",
        "InnerProduct",
        f"inner_product_param {{ num_output: 7 axis: {axis} }}",
        shape,
        lambda net, length=length: [net.normal(7, length, scale=0.1), net.normal(7)],
        lambda net, x, length=length, axis=axis: (x.reshape(-1, length) @ net.weights["out"][0].T + net.weights["out"][1]).reshape(
            *x.shape[:axis], 7
        ),
    )


def embedding():
    net = NetWriter()
    net.input("data", 1, 6)
    net.layer("Embed", "out", "data", "embed_param { num_output: 5 input_dim: 9 }", blobs=[net.normal(9, 5), net.normal(5)])
    net.feeds = lambda: {"data": np.array([[0, 3, 8, 1, 1, 7]], np.float32)}
    return net


CASES["embed"] = (embedding, lambda net, feeds: {"out": net.weights["out"][0][feeds["data"].astype(int)] + net.weights["out"][1]})


# Pooling, with Caffe's arithmetic of sizes and of divisors
def pooling(net_param):
    def formula(net, x):
        kernel, stride, pad, average, ceil = net_param
        sizes = []
        for axis, size in enumerate(x.shape[2:]):
            steps = (size + 2 * pad[axis] - kernel[axis]) / stride[axis]
            count = int(np.ceil(steps) if ceil else np.floor(steps)) + 1
            if pad[axis] and (count - 1) * stride[axis] >= size + pad[axis]:
                count -= 1
            sizes.append(count)
        out = np.zeros((*x.shape[:2], *sizes), np.float32)
        for row in range(sizes[0]):
            for column in range(sizes[1]):
                start = [row * stride[0] - pad[0], column * stride[1] - pad[1]]
                end = [min(start[axis] + kernel[axis], x.shape[2 + axis] + pad[axis]) for axis in (0, 1)]
                area = (end[0] - start[0]) * (end[1] - start[1])
                part = x[:, :, max(start[0], 0) : min(end[0], x.shape[2]), max(start[1], 0) : min(end[1], x.shape[3])]
                out[:, :, row, column] = part.sum((2, 3)) / area if average else part.max((2, 3))
        return out

    return formula


for method in ("MAX", "AVE"):
    for kernel, stride, pad in ((2, 2, 0), (3, 2, 0), (3, 2, 1), (3, 1, 1), (2, 2, 1), (5, 3, 2), (4, 3, 1), (3, 3, 2)):
        for rounding in ("", "round_mode: FLOOR", "ceil_mode: false"):
            if rounding and (kernel, stride, pad) not in ((3, 2, 1), (2, 2, 1), (4, 3, 1), (3, 2, 0)):
                continue
            single(
                f"pool-{method}-{kernel}-{stride}-{pad}{'-' + rounding.split(':')[0] if rounding else ''}",
                "Pooling",
                f"pooling_param {{ pool: {method} kernel_size: {kernel} stride: {stride} pad: {pad} {rounding} }}",
                (1, 4, 10, 13),
                reference=pooling(((kernel,) * 2, (stride,) * 2, (pad,) * 2, method == "AVE", not rounding)),
            )
    single(
        f"pool-{method}-axes",
        "Pooling",
        f"pooling_param {{ pool: {method} kernel_h: 3 kernel_w: 2 stride_h: 1 stride_w: 3 pad_h: 1 pad_w: 0 }}",
        (1, 4, 10, 13),
        reference=pooling(((3, 2), (1, 3), (1, 0), method == "AVE", True)),
    )
    single(f"pool-{method}-opencv", "Pooling", f"pooling_param {{ pool: {method} kernel_size: 3 stride: 2 pad: 1 }}", (1, 4, 10, 13))
    single(f"pool-{method}-global", "Pooling", f"pooling_param {{ pool: {method} global_pooling: true }}")


def spatial_pyramid(method):
    def formula(net, x):
        parts = []
        for level in range(3):
            bins = 2**level
            kernel = [int(np.ceil(size / bins)) for size in x.shape[2:]]
            pad = [(kernel[axis] * bins - x.shape[2 + axis] + 1) // 2 for axis in (0, 1)]
            parts.append(pooling((kernel, kernel, pad, method == "AVE", True))(net, x).reshape(1, -1))
        return np.concatenate(parts, 1)

    return formula


for method in ("MAX", "AVE"):
    single(f"spp-{method}", "SPP", f"spp_param {{ pyramid_height: 3 pool: {method} }}", (1, 4, 13, 16), reference=spatial_pyramid(method))

# Elementwise functions
single("absval", "AbsVal", reference=lambda net, x: np.abs(x))
single("bnll", "BNLL", reference=lambda net, x: np.log1p(np.exp(x)))
single("elu", "ELU")
single("elu-alpha", "ELU", "elu_param { alpha: 0.3 }", reference=lambda net, x: np.where(x > 0, x, 0.3 * np.expm1(x)))
single("exp", "Exp", reference=lambda net, x: np.exp(x))
single("exp-base", "Exp", "exp_param { base: 2 scale: 0.5 shift: 1 }", reference=lambda net, x: 2 ** (1 + 0.5 * x))
single("log", "Log", positive=True, reference=lambda net, x: np.log(x))
single("log-base", "Log", "log_param { base: 10 scale: 2 shift: 0.5 }", positive=True, reference=lambda net, x: np.log10(2 * x + 0.5))
single("mish", "Mish", reference=lambda net, x: x * np.tanh(np.log1p(np.exp(x))))
single("power", "Power", "power_param { power: 2 scale: 0.5 shift: 1 }")
single("power-linear", "Power", "power_param { scale: 0.017 shift: -2 }")
single("power-root", "Power", "power_param { power: 0.5 shift: 1 }", positive=True)
single("relu", "ReLU")
single("relu-slope", "ReLU", "relu_param { negative_slope: 0.1 }")
single("relu6", "ReLU6", reference=lambda net, x: np.clip(x, 0, 6))
single("sigmoid", "Sigmoid")
single("tanh", "TanH")
single("threshold", "Threshold", "threshold_param { threshold: 0.3 }", reference=lambda net, x: (x > 0.3).astype(np.float32))
single("clip", "Clip", "clip_param { min: -0.5 max: 0.7 }", reference=lambda net, x: np.clip(x, -0.5, 0.7))
single("swish", "Swish", reference=lambda net, x: x / (1 + np.exp(-x)))
single("swish-beta", "Swish", "swish_param { beta: 1.5 }", reference=lambda net, x: x / (1 + np.exp(-1.5 * x)))
single("hardsigmoid", "HardSigmoid", reference=lambda net, x: np.clip(0.2 * x + 0.5, 0, 1))
single("hardswish", "HardSwish", reference=lambda net, x: x * np.clip(x / 6 + 0.5, 0, 1))
single("prelu", "PReLU", blobs=lambda net: [net.random.uniform(0, 0.5, 8)])
single("prelu-shared", "PReLU", "prelu_param { channel_shared: true }", blobs=lambda net: [[0.3]])
single("prelu-vector", "PReLU", shape=(1, 8), blobs=lambda net: [net.random.uniform(0, 0.5, 8)])

# Normalizations
statistics = lambda factor: lambda net: [net.normal(8) * factor, net.random.uniform(0.5, 2, 8) * factor, [factor]]  # noqa: E731
single("batchnorm", "BatchNorm", blobs=statistics(1))
single("batchnorm-factor", "BatchNorm", "batch_norm_param { eps: 0.001 }", blobs=statistics(999.0))
single("batchnorm-two-blobs", "BatchNorm", blobs=lambda net: statistics(1)(net)[:2], reference=lambda net, x: (x - net.weights["out"][0].reshape(1, 8, 1, 1)) / np.sqrt(net.weights["out"][1].reshape(1, 8, 1, 1) + 1e-5))
single("batchnorm-zero", "BatchNorm", blobs=lambda net: [np.ones(8), np.ones(8), [0]], reference=lambda net, x: x / np.sqrt(1e-5))
single("batchnorm-vector", "BatchNorm", shape=(1, 8), blobs=statistics(2.0), reference=lambda net, x: (x - net.weights["out"][0] / 2) / np.sqrt(net.weights["out"][1] / 2 + 1e-5))
single(
    "batchnorm-live",
    "BatchNorm",
    "batch_norm_param { use_global_stats: false }",
    reference=lambda net, x: (x - x.mean((2, 3), keepdims=True)) / np.sqrt(x.var((2, 3), keepdims=True) + 1e-5),
)
single("bn", "BN", "bn_param { bn_mode: INFERENCE }", blobs=lambda net: [net.normal(1, 8, 1, 1), net.normal(1, 8, 1, 1)], reference=lambda net, x: x * net.weights["out"][0] + net.weights["out"][1])
single("lrn", "LRN", "lrn_param { local_size: 5 alpha: 0.5 beta: 0.75 }")


def across(net, x):
    squares = np.pad(x * x, ((0, 0), (1, 1), (0, 0), (0, 0)))
    return x * (2 + 0.5 / 3 * sum(squares[:, start : start + x.shape[1]] for start in range(3))) ** -0.6


# OpenCV ignores `k` and uses 1.
single("lrn-k", "LRN", "lrn_param { local_size: 3 alpha: 0.5 beta: 0.6 k: 2 }", reference=across)


def within(net, x):
    size = 3
    mean = pooling(((size,) * 2, (1, 1), (1, 1), True, True))(net, x * x)
    return x * (1 + 0.5 * mean) ** -0.75


single("lrn-within", "LRN", "lrn_param { local_size: 3 alpha: 0.5 beta: 0.75 norm_region: WITHIN_CHANNEL }", reference=within)


def mean_variance(variance, across, eps):
    def formula(net, x):
        axes = (1, 2, 3) if across else (2, 3)
        centerd = x - x.mean(axes, keepdims=True)
        return centerd / (np.sqrt((centerd**2).mean(axes, keepdims=True)) + eps) if variance else centerd

    return formula


for variance in (True, False):
    for across in (True, False):
        param = f"mvn_param {{ normalize_variance: {str(variance).lower()} across_channels: {str(across).lower()} eps: 0.01 }}"
        single(f"mvn-{variance}-{across}", "MVN", param, reference=mean_variance(variance, across, 0.01))


def unit_length(spatial):
    axes = (1, 2, 3) if spatial else 1
    return lambda net, x: x / np.sqrt((x * x).sum(axes, keepdims=True) + 1e-10) * net.weights["out"][0][:, None, None]


for spatial in (True, False):
    for shared in (True, False):
        param = f"norm_param {{ across_spatial: {str(spatial).lower()} channel_shared: {str(shared).lower()} }}"
        scales = lambda net, shared=shared: [net.random.uniform(1, 20, 1 if shared else 8)]  # noqa: E731
        single(f"normalize-{spatial}-{shared}", "Normalize", param, blobs=scales, reference=unit_length(spatial))
single("normalize-opencv", "Normalize", "norm_param { across_spatial: false channel_shared: false }", blobs=lambda net: [net.random.uniform(1, 20, 8)])

# Affine
single("scale", "Scale", blobs=lambda net: [net.normal(8)])
single("scale-bias", "Scale", "scale_param { bias_term: true }", blobs=lambda net: [net.normal(8), net.normal(8)])
single("scale-all", "Scale", "scale_param { axis: 1 num_axes: -1 }", blobs=lambda net: [net.normal(8, 9, 11)], reference=lambda net, x: x * net.weights["out"][0])
single("scale-axis2", "Scale", "scale_param { axis: 2 num_axes: 1 bias_term: true }", blobs=lambda net: [net.normal(9), net.normal(9)], reference=lambda net, x: x * net.weights["out"][0][:, None] + net.weights["out"][1][:, None])
single("scale-last", "Scale", "scale_param { axis: -1 }", blobs=lambda net: [net.normal(11)], reference=lambda net, x: x * net.weights["out"][0])
single("scale-scalar", "Scale", "scale_param { num_axes: 0 }", blobs=lambda net: [np.array(2.5)], reference=lambda net, x: x * 2.5)
single("scale-live", "Scale", "scale_param { axis: 0 }", more=((1, 8),), reference=lambda net, x, s: x * s[:, :, None, None])
single("scale-live-bias", "Scale", "scale_param { axis: 0 bias_term: true }", more=((1, 8),), blobs=lambda net: [net.normal(1, 8)], reference=lambda net, x, s: x * s[:, :, None, None] + net.weights["out"][0][:, :, None, None])
single("scale-live-same", "Scale", "scale_param { axis: 0 }", more=((1, 8, 9, 11),), reference=lambda net, x, s: x * s)
single("bias", "Bias", blobs=lambda net: [net.normal(8)], reference=lambda net, x: x + net.weights["out"][0][:, None, None])
single("bias-axis2", "Bias", "bias_param { axis: 2 num_axes: 2 }", blobs=lambda net: [net.normal(9, 11)], reference=lambda net, x: x + net.weights["out"][0])
single("bias-live", "Bias", "bias_param { axis: 0 }", more=((1, 8),), reference=lambda net, x, s: x + s[:, :, None, None])
for operation, function in (("SUM", lambda *arrays: sum(arrays)), ("PROD", lambda *arrays: np.prod(arrays, 0)), ("MAX", lambda *arrays: np.max(arrays, 0))):
    single(f"eltwise-{operation}", "Eltwise", f"eltwise_param {{ operation: {operation} }}", more=((1, 8, 9, 11),) * 2, reference=lambda net, *x, function=function: function(*x))
single("eltwise-coeff", "Eltwise", "eltwise_param { operation: SUM coeff: 1 coeff: -1 coeff: 0.5 }", more=((1, 8, 9, 11),) * 2, reference=lambda net, x, y, z: x - y + 0.5 * z)
single("eltwise-coeff-batch", "Eltwise", "eltwise_param { coeff: 2 coeff: -1 }", shape=(2, 3, 4, 5), more=((2, 3, 4, 5),), reference=lambda net, x, y: 2 * x - y)
single("axpy", "Axpy", shape=(1, 8, 1, 1), more=((1, 8, 9, 11),) * 2, reference=lambda net, a, x, y: a * x + y)

# Movement
single("concat", "Concat", more=((1, 3, 9, 11),))
single("concat-axis2", "Concat", "concat_param { axis: 2 }", more=((1, 8, 4, 11),))
single("concat-dim", "Concat", "concat_param { concat_dim: 3 }", more=((1, 8, 9, 2),), reference=lambda net, x, y: np.concatenate([x, y], 3))
single("concat-axis0", "Concat", "concat_param { axis: 0 }", more=((1, 8, 9, 11),), reference=lambda net, x, y: np.concatenate([x, y]))
single("crop", "Crop", "crop_param { axis: 2 offset: 1 offset: 3 }", more=((1, 2, 5, 6),), reference=lambda net, x, y: x[:, :, 1:6, 3:9])
single("crop-channels", "Crop", "crop_param { axis: 1 offset: 2 }", more=((1, 3, 5, 6),), reference=lambda net, x, y: x[:, 2:5, 2:7, 2:8])
single("flatten", "Flatten")
single("flatten-axes", "Flatten", "flatten_param { axis: 2 end_axis: 3 }")
single("permute-nhwc", "Permute", "permute_param { order: 0 order: 2 order: 3 order: 1 }")
for order in ((0, 1, 3, 2), (0, 2, 1, 3), (0, 3, 1, 2), (0, 3, 2, 1)):
    single("permute-" + "".join(map(str, order)), "Permute", "permute_param { " + " ".join(f"order: {axis}" for axis in order) + " }")
single("permute-short", "Permute", "permute_param { order: 0 order: 3 }", reference=lambda net, x: x.transpose(0, 3, 1, 2))
single("reshape", "Reshape", "reshape_param { shape { dim: 0 dim: -1 dim: 33 } }")
single("reshape-batch", "Reshape", "reshape_param { shape { dim: 3 dim: 4 dim: -1 } }", shape=(3, 8, 2, 2), reference=lambda net, x: x.reshape(3, 4, -1))
single("reshape-axis", "Reshape", "reshape_param { shape { dim: 3 dim: 3 } axis: 2 num_axes: 1 }", reference=lambda net, x: x.reshape(1, 8, 3, 3, 11))
single("tile", "Tile", "tile_param { axis: 1 tiles: 3 }", reference=lambda net, x: np.tile(x, (1, 3, 1, 1)))
single("tile-last", "Tile", "tile_param { axis: 3 tiles: 2 }", reference=lambda net, x: np.tile(x, (1, 1, 1, 2)))
single("shuffle", "ShuffleChannel", "shuffle_channel_param { group: 2 }", reference=lambda net, x: x.reshape(1, 2, 4, 9, 11).swapaxes(1, 2).reshape(x.shape))
single("dropout", "Dropout", "dropout_param { dropout_ratio: 0.4 }")
single("dropout-unscaled", "Dropout", "dropout_param { dropout_ratio: 0.4 scale_train: false }", reference=lambda net, x: 0.6 * x)


def darknet(net, x):
    _, channels, height, width = x.shape
    large = x.reshape(channels // 4, 2 * height, 2 * width)
    out = np.zeros((channels, height, width), np.float32)
    for k in range(channels):
        offset, channel = divmod(k, channels // 4)
        out[k] = large[channel, offset // 2 :: 2, offset % 2 :: 2]
    return out.reshape(1, 4 * channels, height // 2, width // 2)


single("reorg", "Reorg", "reorg_param { stride: 2 }", shape=(1, 8, 6, 10), reference=darknet)


@case("slice", lambda net, feeds: {"a": feeds["data"][:, :2], "b": feeds["data"][:, 2:7], "c": feeds["data"][:, 7:]})
def slice_points():
    net = NetWriter()
    net.input("data", 1, 8, 9, 11)
    net.layer("Slice", "slice", "data", "slice_param { slice_point: 2 slice_point: 7 }", tops=["a", "b", "c"])
    return net


@case("slice-even", lambda net, feeds: dict(zip("ab", np.split(feeds["data"], 2, 3))))
def slice_even():
    net = NetWriter()
    net.input("data", 1, 8, 9, 12)
    net.layer("Slice", "slice", "data", "slice_param { axis: 3 }", tops=["a", "b"])
    return net


@case("split", lambda net, feeds: {"out": np.maximum(feeds["data"], 0) + np.tanh(feeds["data"])})
def split():
    net = NetWriter()
    net.input("data", 1, 8, 9, 12)
    net.layer("Split", "split", "data", tops=["s0", "s1", "s2"])
    net.layer("ReLU", "relu", "s0", tops="s0")
    net.layer("TanH", "tanh", "s1", tops="s1")
    net.layer("Eltwise", "out", ["s0", "s1"])
    return net


# Reductions
single("softmax", "Softmax")
single("softmax-axis2", "Softmax", "softmax_param { axis: 2 }")
single("softmax-vector", "Softmax", shape=(1, 12))
for operation, function in (("SUM", np.sum), ("MEAN", np.mean), ("ASUM", lambda x, axis: np.abs(x).sum(axis)), ("SUMSQ", lambda x, axis: (x * x).sum(axis))):
    for axis in (0, 1, 2, -1):
        single(
            f"reduction-{operation}-{axis}",
            "Reduction",
            f"reduction_param {{ operation: {operation} axis: {axis} coeff: 0.5 }}",
            reference=lambda net, x, axis=axis, function=function: 0.5 * function(x, tuple(range(axis % 4, 4))),
        )
single("argmax", "ArgMax", reference=lambda net, x: x.reshape(1, 1, -1).argmax(2)[:, :, None])
single("argmax-axis", "ArgMax", "argmax_param { axis: 1 }", reference=lambda net, x: x.argmax(1)[:, None])
single("argmax-top3", "ArgMax", "argmax_param { top_k: 3 axis: 2 }", reference=lambda net, x: np.argsort(-x, 2)[:, :, :3])
single("argmax-values", "ArgMax", "argmax_param { top_k: 2 out_max_val: true }", reference=lambda net, x: np.stack([np.argsort(-x.ravel())[:2], np.sort(x.ravel())[::-1][:2]])[None])
single("argmax-axis-values", "ArgMax", "argmax_param { axis: 1 top_k: 2 out_max_val: true }", reference=lambda net, x: -np.sort(-x, 1)[:, :2])


# Images
def corners(height, width):
    def formula(net, x):
        def axis(size, count):
            place = np.arange(count) * ((size - 1) / (count - 1) if count > 1 else 0)
            low = np.minimum(place.astype(int), size - 1)
            return low, np.minimum(low + 1, size - 1), (place - low).astype(np.float32)

        top, bottom, down = axis(x.shape[2], height)
        left, right, over = axis(x.shape[3], width)
        rows = x[:, :, top] * (1 - down)[:, None] + x[:, :, bottom] * down[:, None]
        return rows[..., left] * (1 - over) + rows[..., right] * over

    return formula


single("interp-size", "Interp", "interp_param { height: 17 width: 20 }", reference=corners(17, 20))
single("interp-zoom", "Interp", "interp_param { zoom_factor: 3 }", reference=corners(25, 31))
single("interp-shrink", "Interp", "interp_param { shrink_factor: 2 zoom_factor: 4 }", reference=corners(17, 21))
single("interp-pad", "Interp", "interp_param { height: 9 width: 9 pad_beg: -1 pad_end: -2 }", reference=lambda net, x: corners(9, 9)(net, x[:, :, 1:-2, 1:-2]))
single("upsample", "Upsample", "upsample_param { scale: 2 }", reference=lambda net, x: x.repeat(2, 2).repeat(2, 3))


# Recurrent
def steps(shape, reference):
    def build():
        net = NetWriter()
        net.input("data", 6, 1, 5)
        net.input("cont", 6, 1)
        blobs = [net.normal(*size, scale=0.4) for size in shape]
        net.layer("LSTM" if len(shape) == 3 else "RNN", "out", ["data", "cont"], "recurrent_param { num_output: 4 }", blobs=blobs)
        net.feeds = lambda: {
            "data": np.random.default_rng(5).standard_normal((6, 1, 5)).astype(np.float32),
            "cont": np.array([[0]] + [[1]] * 5, np.float32),
        }
        return net

    return build, lambda net, feeds: {"out": reference(feeds["data"][:, 0], *net.weights["out"])[:, None]}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(x, wx, b, wh):
    h = c = np.zeros(4)
    out = []
    for row in x:
        i, f, o, g = np.split(wx @ row + b + wh @ h, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        out.append(h)
    return np.array(out)


def rnn(x, wx, b, wh, wo, bo):
    h = np.zeros(4)
    out = []
    for row in x:
        h = np.tanh(wx @ row + b + wh @ h)
        out.append(np.tanh(wo @ h + bo))
    return np.array(out)


CASES["lstm"] = steps([(16, 5), (16,), (16, 4)], lstm)
CASES["rnn"] = steps([(4, 5), (4,), (4, 4), (4, 4), (4,)], rnn)

# Detection
def priors(low, high=(), ratios=(), flip=True, clip=False, variance=(0.1,), step=None, offset=0.5):
    """Prior boxes for a grid of 5×6 over an image of 40×48, by SSD's formula."""
    shapes = []
    every = [1.0]
    for ratio in ratios:
        if all(abs(ratio - other) > 1e-6 for other in every):
            every += [ratio, 1 / ratio] if flip else [ratio]
    for index, size in enumerate(low):
        shapes.append((size, size))
        if high:
            shapes.append(((size * high[index]) ** 0.5,) * 2)
        shapes += [(size * ratio**0.5, size / ratio**0.5) for ratio in every[1:]]
    down, over = step or (40 / 5, 48 / 6)
    boxes = []
    for row in range(5):
        for column in range(6):
            x, y = (column + offset) * over, (row + offset) * down
            boxes += [[(x - w / 2) / 48, (y - h / 2) / 40, (x + w / 2) / 48, (y + h / 2) / 40] for w, h in shapes]
    boxes = np.array(boxes).ravel()
    spread = list(variance) * (4 // len(variance))
    return np.stack([np.clip(boxes, 0, 1) if clip else boxes, np.tile(spread, boxes.size // 4)])[None]


four = (0.1, 0.1, 0.2, 0.2)
for name, param, expected in (
    ("plain", "min_size: 8 max_size: 16 aspect_ratio: 2 aspect_ratio: 3 variance: 0.1 variance: 0.1 variance: 0.2 variance: 0.2", priors([8], [16], [2, 3], variance=four)),
    ("one-variance", "min_size: 8 aspect_ratio: 2 flip: false variance: 0.15", priors([8], ratios=[2], flip=False, variance=(0.15,))),
    ("no-variance", "min_size: 8", priors([8])),
    ("clip", "min_size: 30 max_size: 45 aspect_ratio: 2 clip: true", priors([30], [45], [2], clip=True)),
    ("step", "min_size: 8 step: 6 offset: 0.3", priors([8], step=(6, 6), offset=0.3)),
    ("step-axes", "min_size: 8 step_h: 6 step_w: 5", priors([8], step=(6, 5))),
    ("sizes", "min_size: 8 min_size: 12 max_size: 12 max_size: 20 aspect_ratio: 2", priors([8, 12], [12, 20], [2])),
    ("inverse-ratios", "min_size: 8 aspect_ratio: 1 aspect_ratio: 2 aspect_ratio: 0.5", priors([8], ratios=[1, 2, 0.5])),
):
    reference = lambda net, x, image, expected=expected: expected  # noqa: E731
    single(f"priorbox-{name}", "PriorBox", f"prior_box_param {{ {param} }}", (1, 4, 5, 6), more=((1, 3, 40, 48),), reference=reference)
opencv_priors = "min_size: 8 max_size: 16 aspect_ratio: 2 flip: true clip: false variance: 0.1 variance: 0.1 variance: 0.2 variance: 0.2"
single("priorbox-opencv", "PriorBox", f"prior_box_param {{ {opencv_priors} }}", (1, 4, 5, 6), more=((1, 3, 40, 48),))


def regions(kind, param, formula, channels=8):
    def build():
        net = NetWriter()
        net.input("data", 1, channels, 12, 14)
        net.input("rois", 3, 5)
        net.layer(kind, "out", ["data", "rois"], param)
        net.feeds = lambda: {
            "data": np.random.default_rng(5).standard_normal((1, channels, 12, 14)).astype(np.float32),
            "rois": np.array([[0, 4, 3, 40, 30], [0, 0, 0, 55, 47], [0, 10, 12, 18, 25]], np.float32),
        }
        return net

    return build, lambda net, feeds: {"out": np.stack([formula(feeds["data"][0], roi[1:]) for roi in feeds["rois"]])}


def rounded(value):
    return int(np.floor(value + 0.5))


def roi_pool(x, roi):
    left, top, right, bottom = [rounded(edge * 0.25) for edge in roi]
    height, width = max(bottom - top + 1, 1), max(right - left + 1, 1)
    out = np.zeros((x.shape[0], 3, 4), np.float32)
    for row in range(3):
        for column in range(4):
            y = np.clip([top + np.floor(row * height / 3), top + np.ceil((row + 1) * height / 3)], 0, x.shape[1]).astype(int)
            z = np.clip([left + np.floor(column * width / 4), left + np.ceil((column + 1) * width / 4)], 0, x.shape[2]).astype(int)
            part = x[:, y[0] : y[1], z[0] : z[1]]
            out[:, row, column] = part.max((1, 2)) if part.size else 0
    return out


def psroi_pool(x, roi):
    left, top = rounded(roi[0]) * 0.25, rounded(roi[1]) * 0.25
    right, bottom = rounded(roi[2] + 1) * 0.25, rounded(roi[3] + 1) * 0.25
    height, width = max(bottom - top, 0.1) / 2, max(right - left, 0.1) / 2
    out = np.zeros((3, 2, 2), np.float32)
    for row in range(2):
        for column in range(2):
            y = np.clip([np.floor(top + row * height), np.ceil(top + (row + 1) * height)], 0, x.shape[1]).astype(int)
            z = np.clip([np.floor(left + column * width), np.ceil(left + (column + 1) * width)], 0, x.shape[2]).astype(int)
            for output in range(3):
                part = x[(output * 2 + row) * 2 + column, y[0] : y[1], z[0] : z[1]]
                out[output, row, column] = part.mean() if part.size else 0
    return out


def roi_align(x, roi):
    """Detectron's variant: the mean of the samples of each bin, interpolated between pixel centers."""
    left, top, right, bottom = [edge * 0.25 for edge in roi]
    bins = [max(bottom - top, 1) / 3, max(right - left, 1) / 4]
    samples = [int(np.ceil(size)) for size in bins]
    out = np.zeros((x.shape[0], 3, 4), np.float32)
    for row in range(3):
        for column in range(4):
            for sample in np.ndindex(*samples):
                y = top + (row + (sample[0] + 0.5) / samples[0]) * bins[0]
                z = left + (column + (sample[1] + 0.5) / samples[1]) * bins[1]
                if -1 <= y <= x.shape[1] and -1 <= z <= x.shape[2]:
                    out[:, row, column] += interpolated(x, max(y, 0), max(z, 0))
    return out / np.prod(samples)


def interpolated(x, y, z):
    low = [min(int(place), size - 1) for place, size in zip((y, z), x.shape[1:])]
    high = [min(place + 1, size - 1) for place, size in zip(low, x.shape[1:])]
    down, over = min(y, x.shape[1] - 1) - low[0], min(z, x.shape[2] - 1) - low[1]
    upper = x[:, low[0], low[1]] * (1 - over) + x[:, low[0], high[1]] * over
    lower = x[:, high[0], low[1]] * (1 - over) + x[:, high[0], high[1]] * over
    return upper * (1 - down) + lower * down


CASES["roialign"] = regions("ROIAlign", "roi_align_param { pooled_h: 3 pooled_w: 4 spatial_scale: 0.25 }", roi_align)
CASES["roipooling"] = regions("ROIPooling", "roi_pooling_param { pooled_h: 3 pooled_w: 4 spatial_scale: 0.25 }", roi_pool)
CASES["psroipooling"] = regions("PSROIPooling", "psroi_pooling_param { spatial_scale: 0.25 output_dim: 3 group_size: 2 }", psroi_pool, 12)


def proposal():
    """The outputs of a region proposal network: scores and shifts of nine anchors in each of 4 × 5 cells."""
    net = NetWriter()
    net.input("scores", 1, 18, 4, 5)
    net.input("shifts", 1, 36, 4, 5)
    net.input("info", 1, 3)
    param = "python_param { module: 'rpn.proposal_layer' layer: 'ProposalLayer' param_str: \"'feat_stride': 16\" }"
    net.layer("Python", "proposal", ["scores", "shifts", "info"], param, tops=["rois", "rated"])
    random = np.random.default_rng(11)
    net.feeds = lambda: {
        "scores": random.permutation(360).reshape(1, 18, 4, 5).astype(np.float32) / 360,
        "shifts": (0.2 * random.standard_normal((1, 36, 4, 5))).astype(np.float32),
        "info": np.array([[64, 80, 1]], np.float32),
    }
    return net


def proposal_reference(net, feeds):
    """py-faster-rcnn's variant, without the image index before each region."""
    anchors = []
    for ratio in (0.5, 1, 2):
        width = np.round(np.sqrt(16 * 16 / ratio))
        height = np.round(width * ratio)
        for scale in (8, 16, 32):
            half_width, half_height = (width * scale - 1) / 2, (height * scale - 1) / 2
            anchors.append([7.5 - half_width, 7.5 - half_height, 7.5 + half_width, 7.5 + half_height])
    scores, shifts, (rows, columns, scale) = feeds["scores"][0, 9:], feeds["shifts"][0].reshape(9, 4, 4, 5), feeds["info"][0]
    found = []
    for index, row, column in np.ndindex(9, 4, 5):
        left, top, right, bottom = np.array(anchors[index]) + 16 * np.array([column, row, column, row])
        width, height = right - left + 1, bottom - top + 1
        x, y, wider, higher = shifts[index, :, row, column]
        middle = np.array([left + width / 2 + x * width, top + height / 2 + y * height])
        half = np.array([width * np.exp(wider), height * np.exp(higher)]) / 2
        box = np.clip([*(middle - half), *(middle + half)], 0, np.array([columns, rows] * 2) - 1)
        if min(box[2] - box[0], box[3] - box[1]) + 1 >= 16 * scale:
            found.append((scores[index, row, column], box))
    found.sort(key=lambda entry: -entry[0])
    picked = []
    for score, box in found:
        if all(pixels_shared(box, other) <= 0.7 for _, other in picked):
            picked.append((score, box))
    return {"rois": np.array([box for _, box in picked]), "rated": np.array([[score] for score, _ in picked])}


def pixels_shared(a, b):
    area = lambda left, top, right, bottom: max(right - left + 1, 0) * max(bottom - top + 1, 0)  # noqa: E731
    inner = area(*np.maximum(a[:2], b[:2]), *np.minimum(a[2:], b[2:]))
    return inner / (area(*a) + area(*b) - inner)


CASES["proposal"] = (proposal, proposal_reference)


def overlap(a, b):
    width = min(a[4], b[4]) - max(a[2], b[2])
    height = min(a[5], b[5]) - max(a[3], b[3])
    inner = max(width, 0) * max(height, 0)
    return inner / ((a[4] - a[2]) * (a[5] - a[3]) + (b[4] - b[2]) * (b[5] - b[3]) - inner)


def kept(rows, threshold):
    picked = []
    for row in sorted(rows, key=lambda entry: -entry[1]):
        if all(overlap(row, other) <= threshold for other in picked):
            picked.append(row)
    return np.array(picked)


def region_rows(x, anchors, classes, soft, scale):
    channels, height, width = x.shape
    rows = []
    for box, (wide, high) in enumerate(anchors):
        part = x[box * (5 + classes) : (box + 1) * (5 + classes)]
        scores = np.exp(part[5:]) / np.exp(part[5:]).sum(0) if soft else sigmoid(part[5:])
        for row in range(height):
            for column in range(width):
                best = scores[:, row, column].argmax()
                score = sigmoid(part[4, row, column]) * scores[best, row, column]
                if score < 0.3:
                    continue
                x0 = (column + sigmoid(part[0, row, column])) / width
                y0 = (row + sigmoid(part[1, row, column])) / height
                w = np.exp(part[2, row, column]) * wide / (width * scale)
                h = np.exp(part[3, row, column]) * high / (height * scale)
                rows.append([best + 1, score, x0 - w / 2, y0 - h / 2, x0 + w / 2, y0 + h / 2])
    return rows


def yolo_reference(net, feeds):
    rows = region_rows(feeds["data"][0], [(1.5, 2.0), (3.0, 2.5)], 4, True, 1)
    return {"out": kept(rows, 0.45)}


single("yolo", "YoloDetectionOutput", "yolo_detection_output_param { num_classes: 4 num_box: 2 confidence_threshold: 0.3 nms_threshold: 0.45 biases: 1.5 biases: 2 biases: 3 biases: 2.5 }", shape=(1, 18, 5, 6))
CASES["yolo"] = (CASES["yolo"][0], yolo_reference)


def yolov3_reference(net, feeds):
    first, second = feeds.values()
    rows = region_rows(first[0], [(40, 30), (60, 70)], 4, False, 16) + region_rows(second[0], [(10, 13), (20, 18)], 4, False, 8)
    return {"out": kept(rows, 0.45)}


single(
    "yolov3",
    "Yolov3DetectionOutput",
    "yolov3_detection_output_param { num_classes: 4 num_box: 2 confidence_threshold: 0.3 nms_threshold: 0.45 "
    "biases: 10 biases: 13 biases: 20 biases: 18 biases: 40 biases: 30 biases: 60 biases: 70 "
    "mask: 2 mask: 3 mask: 0 mask: 1 anchors_scale: 16 anchors_scale: 8 mask_group_num: 2 }",
    shape=(1, 18, 4, 5),
    more=((1, 18, 8, 10),),
)
CASES["yolov3"] = (CASES["yolov3"][0], yolov3_reference)
