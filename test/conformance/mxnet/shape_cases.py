"""MXNet's operators that move, cut and join elements, products of matrices, lookups, and operators that combine several others."""

import numpy as np
from mxnet import sym as S
from model import operator

IMAGE = (1, 6, 9, 11)
SHAPES = []


def add(name, build, *shapes, **settings):
    SHAPES.append((name, build, shapes, settings))


def apply(kind, **attributes):
    return lambda *inputs: operator(kind)(*inputs, name="out", **attributes)


def every(kind, **attributes):
    """All outputs of an operator of several."""
    return lambda *inputs: list(operator(kind)(*inputs, name="out", **attributes))


# Reshape and its codes
RESHAPES = {
    "keep": (0, -1),
    "keep-keep": (0, 0, -1),
    "numbers": (1, 3, 2, 99),
    "infer-middle": (0, -1, 11),
    "rest": (0, -2),
    "rest-more": (0, 6, 9, 11, -2, 1),
    "merge": (0, -3, 0),
    "merge-two": (-3, -3),
    "split": (0, -4, 2, 3, 0, 0),
    "split-infer": (0, -4, -1, 3, -2),
    "split-merge": (0, -4, 2, -1, -3),
    "flat": (-1,),
}
for name, shape in RESHAPES.items():
    add(f"reshape-{name}", lambda x, shape=shape: S.Reshape(x * 2, shape=shape, name="out"))
add("reshape-lower", apply("reshape", shape=(0, 2, 3, -1)))
add("reshape-reverse", apply("Reshape", shape=(-1, 0), reverse=True), (1, 4, 5))
add("reshape-reverse-more", apply("Reshape", shape=(-1, 2, 0, 0), reverse=True))
add("reshape-to-reverse", apply("Reshape", shape=(0, -1, 3), reverse=False), (1, 4, 6))
add("reshape-target-shape", apply("Reshape", target_shape=(1, 54, 11)))
add("reshape-keep-highest", apply("Reshape", target_shape=(0, 594), keep_highest=True))
add("reshape-like", apply("reshape_like"), IMAGE, (1, 54, 11))
add("reshape-batch", apply("Reshape", shape=(-1, 2)), (2, 3, 4))
add("flatten", apply("Flatten"))
add("flatten-lower", apply("flatten"), (2, 3, 4))
add("expand_dims", apply("expand_dims", axis=1), (1, 6, 9))
add("expand_dims-last", apply("expand_dims", axis=-1), (1, 6, 9))
add("expand_dims-first", lambda x: S.expand_dims(x * 2, axis=0), (6, 9))
add("squeeze", apply("squeeze"), (1, 6, 1, 9))
add("squeeze-axis", apply("squeeze", axis=2), (1, 6, 1, 9))
add("squeeze-axes", apply("squeeze", axis=(1, -1)), (1, 1, 6, 1))

# Transposition
for name, axes in {"last": (0, 2, 3, 1), "matrix": (0, 1, 3, 2), "first": (0, 3, 1, 2), "channels": (0, 2, 1, 3)}.items():
    add(f"transpose-{name}", apply("transpose", axes=axes))
add("transpose-default", apply("transpose"), (4, 5))
add("transpose-reversed", apply("transpose"))
add("transpose-capital", apply("transpose", axes=(0, 2, 1)), (1, 5, 7))
add("transpose-batch", apply("transpose", axes=(1, 0, 2)), (3, 4, 5))
add("swapaxes", apply("SwapAxis", dim1=1, dim2=3))
add("swapaxes-lower", apply("swapaxes", dim1=2, dim2=3))
add("swapaxes-batch", apply("SwapAxis", dim1=0, dim2=1), (3, 4, 5))
add("flip", apply("reverse", axis=3))
add("flip-axes", apply("flip", axis=(1, 2)))
add("depth_to_space", apply("depth_to_space", block_size=2), (1, 8, 3, 4))
add("space_to_depth", apply("space_to_depth", block_size=2), (1, 3, 6, 8))

# Joining
for axis in (1, 2, 3, -1):
    add(f"concat-{axis}", apply("Concat", dim=axis), IMAGE, IMAGE)
add("concat-default", apply("Concat"), IMAGE, (1, 2, 9, 11), (1, 3, 9, 11))
add("concat-lower", apply("concat", dim=2), IMAGE, (1, 6, 2, 11))
add("concat-vector", apply("Concat", dim=1), (1, 5), (1, 7))
add("concat-batch", apply("Concat", dim=0), (1, 5, 4), (1, 5, 4))
add("concat-weight", lambda x: S.Concat(x, S.var("more_weight", shape=(1, 2, 9, 11)), dim=1))
for axis in (0, 1, 2, -1):
    add(f"stack-{axis}", apply("stack", axis=axis), (1, 5, 4), (1, 5, 4), (1, 5, 4))

# Cutting
for kind in ("SliceChannel", "split"):
    add(f"{kind}", every(kind, num_outputs=3))
    add(f"{kind}-axis", every(kind, num_outputs=3, axis=2))
add("SliceChannel-last", every("SliceChannel", num_outputs=11, axis=-1))
add("SliceChannel-squeeze", every("SliceChannel", num_outputs=4, axis=1, squeeze_axis=True), (1, 4, 5))
add("SliceChannel-one-used", lambda x: S.SliceChannel(x, num_outputs=3)[1] * 2)
add("SliceChannel-batch", lambda x: [part * 2 for part in S.SliceChannel(x, num_outputs=3, axis=0)], (3, 4, 5))
add("slice", apply("slice", begin=(0, 1, 2, 3), end=(1, 5, 8, 9)))
add("slice-none", apply("slice", begin=(None, 1, None, -4), end=(None, None, 5, None)))
add("slice-short", apply("slice", begin=(0, 2), end=(1, 5)))
add("slice-step", apply("slice", begin=(0, 0, 1, 0), end=(1, 6, 9, 11), step=(1, 2, 3, 1)))
add("slice-step-negative", apply("slice", begin=(None, None, None, 9), end=(None, None, None, 1), step=(1, 1, 1, -2)))
add("slice-crop-name", apply("crop", begin=(0, 1, 2, 3), end=(1, 5, 8, 9)))
for name, attributes in {"": {"axis": 1, "begin": 2, "end": 5}, "-none": {"axis": 2, "begin": 3, "end": None}, "-negative": {"axis": -1, "begin": -6, "end": -2}, "-batch": {"axis": 0, "begin": 1, "end": 3}}.items():
    add(f"slice_axis{name}", apply("slice_axis", **attributes), *([(4, 3, 5)] if name == "-batch" else []))
add("slice_like", apply("slice_like"), IMAGE, (1, 3, 5, 7))
add("slice_like-axes", apply("slice_like", axes=(2, 3)), IMAGE, (1, 9, 5, 7))
add("slice_like-negative", apply("slice_like", axes=(-1,)), IMAGE, (1, 9, 5, 7))
add("slice_like-weight", lambda x: S.slice_like(S.var("table_weight", shape=(1, 6, 12, 14)), x, axes=(2, 3)) + x)
add("crop-offset", apply("Crop", h_w=(5, 6), offset=(2, 3), num_args=1))
add("crop-center", apply("Crop", h_w=(5, 6), center_crop=True, num_args=1))
add("crop-corner", apply("Crop", h_w=(5, 6), num_args=1))
add("crop-like", apply("Crop", num_args=2), IMAGE, (1, 2, 5, 7))
add("crop-like-offset", apply("Crop", num_args=2, offset=(1, 3)), IMAGE, (1, 2, 5, 7))
add("crop-like-center", apply("Crop", num_args=2, center_crop=True), IMAGE, (1, 2, 5, 7))

# Padding and repeating
WIDTHS = (0, 0, 0, 0, 1, 2, 3, 4)
for mode in ("constant", "edge", "reflect"):
    add(f"pad-{mode}", apply("Pad", mode=mode, pad_width=WIDTHS))
    add(f"pad-{mode}-lower", apply("pad", mode=mode, pad_width=(0, 0, 0, 0, 2, 0, 0, 1)))
add("pad-value", apply("Pad", mode="constant", pad_width=WIDTHS, constant_value=1.5))
add("tile", apply("tile", reps=(1, 2, 1, 3)))
add("tile-short", apply("tile", reps=(2, 3)), (1, 4, 5))
add("tile-longer", apply("tile", reps=(1, 2, 2, 1)), (4, 5))
add("repeat", apply("repeat", repeats=2, axis=2))
add("repeat-channel", apply("repeat", repeats=3, axis=1))
add("repeat-flat", apply("repeat", repeats=2), (1, 3, 4))

# Products of matrices
matrices = [(name, attributes) for name, attributes in {"": {}, "-a": {"transpose_a": True}, "-b": {"transpose_b": True}, "-ab": {"transpose_a": True, "transpose_b": True}}.items()]
for name, attributes in matrices:
    first = (5, 4) if attributes.get("transpose_a") else (4, 5)
    second = (6, 5) if attributes.get("transpose_b") else (5, 6)
    add(f"dot{name}", apply("dot", **attributes), first, second)
    add(f"batch_dot{name}", apply("batch_dot", **attributes), (3, *first), (3, *second))
    add(f"dot{name}-weight", lambda x, second=second, attributes=attributes: S.dot(x, S.var("dot_weight", shape=second), **attributes), first)
    add(f"gemm2{name}", apply("_linalg_gemm2", alpha=0.5, **attributes), (3, *first), (3, *second))
add("batch_dot-one", apply("batch_dot"), (1, 4, 5), (1, 5, 6))
add("dot-vectors", apply("dot"), (5,), (5,))
add("dot-3d", apply("dot"), (2, 3, 4), (4, 5))
add("attention", lambda q, k, v: S.batch_dot(S.softmax(S.batch_dot(q, k, transpose_b=True) / 2, axis=-1), v), (2, 5, 4), (2, 6, 4), (2, 6, 3))

# Lookups and choices
add("where", apply("where"), lambda random: random.integers(0, 2, IMAGE), IMAGE, IMAGE)
add("where-compared", lambda x: S.where(x > 0.2, x * 2, x - 1))
add("where-vector", apply("where"), lambda random: random.integers(0, 2, (4,)), (4, 5), (4, 5))
add("one_hot", apply("one_hot", depth=7), lambda random: random.integers(0, 7, (1, 6)))
add("one_hot-values", apply("one_hot", depth=7, on_value=3, off_value=-1), lambda random: random.integers(0, 7, (1, 6)))
chosen = lambda values: S.Reshape(S.slice_axis(S._internal._arange(start=0, stop=8), axis=0, begin=values[0], end=values[1]), shape=(-1,))  # noqa: E731
add("take-constant", lambda x: S.take(x, chosen((2, 5)), axis=1))
add("take-constant-last", lambda x: S.take(x, chosen((1, 4)), axis=3, mode="clip"))
add("take-constant-first", lambda x: S.take(x, chosen((1, 3)), axis=0), (5, 4))
add("take-clipped", lambda x: S.take(x, chosen((3, 8)), axis=1))
add("take-wrapped", lambda x: S.take(x, chosen((3, 8)), axis=1, mode="wrap"))
add("take-live", lambda i: S.take(S.var("table_weight", shape=(9, 5)), i), lambda random: random.integers(0, 9, (1, 6)))
add("pick-constant", lambda x: S.pick(x, S.ones((1, 9, 11)) * 2, axis=1))
add("pick-constant-keep", lambda x: S.pick(x, chosen((0, 4)), axis=1, keepdims=True), (4, 5))
add("arange", lambda x: S._internal._arange(start=2, stop=13, step=1) + S.Reshape(x, shape=(-1,)), (11,))
add("arange-repeat", lambda x: S._internal._arange(start=0, stop=4, repeat=3) * x, (12,))
add("arange-like", lambda x: S.broadcast_add(S.Reshape(S.contrib.arange_like(x, axis=3, start=1), shape=(1, 11)), S.Reshape(x, shape=(-1, 11))))
add("zeros-ones", lambda x: S.Concat(x, S.zeros((1, 2, 9, 11)), S.ones((1, 1, 9, 11)), dim=1))
add("full", lambda x: x * S.full((1, 6, 9, 11), 2.5))
add("zeros_like", lambda x: S.Concat(x, S.zeros_like(x), dim=1))
add("ones_like", lambda x: x - S.ones_like(x) * 3)
add("cast", apply("Cast", dtype="float32"))
add("cast-int", apply("cast", dtype="int32"), lambda random: random.uniform(-5, 5, IMAGE))
add("cast-through", lambda x: S.cast(S.cast(x, dtype="int32"), dtype="float32") * 0.5, lambda random: random.uniform(-5, 5, IMAGE))
add("cast-half", lambda x: S.amp_cast(S.amp_cast(x, dtype="float16"), dtype="float32") * 2, lambda random: random.integers(-9, 9, IMAGE))


# Operators that combine several others
def shuffle(x):
    x = S.Reshape(x, shape=(0, -4, 3, -1, -2))
    return S.Reshape(S.swapaxes(x, dim1=1, dim2=2), shape=(0, -3, -2), name="out")


def gate(x):
    return S.clip(x + 3, a_min=0, a_max=6) / 6


add("shuffle-channel", shuffle)
add("shuffle-channel-transpose", lambda x: S.Reshape(S.transpose(S.Reshape(x, shape=(1, 2, 3, 9, 11)), axes=(0, 2, 1, 3, 4)), shape=(1, 6, 9, 11)))
add("pattern-hardsigmoid", gate, lambda random: random.uniform(-5, 5, IMAGE))
add("pattern-hardswish", lambda x: x * gate(x), lambda random: random.uniform(-5, 5, IMAGE))
add("pattern-hardswish-broadcast", lambda x: S.broadcast_mul(gate(x), x), lambda random: random.uniform(-5, 5, IMAGE))
add("pattern-swish", lambda x: x * S.sigmoid(x))
add("pattern-squeeze-excite", lambda x: S.broadcast_mul(x, S.sigmoid(S.Convolution(S.Pooling(x, global_pool=True, pool_type="avg", kernel=(1, 1)), kernel=(1, 1), num_filter=6))))
add("several-outputs", lambda x: [S.relu(x), S.sum(x, axis=1), S.Flatten(x * 2)])
add("same-output-twice", lambda x: (lambda y: [y, S.exp(y)])(S.relu(x)))
add("input-as-output", lambda x: [x, S.relu(x)])
add("normalized-input", lambda x: S.BatchNorm(x, fix_gamma=True, eps=2e-5, name="bn_data"), lambda random: np.clip(random.normal(120, 40, (1, 3, 9, 11)), 0, 255))
add("scaled-input", lambda x: S.Convolution((x - 127.5) * 0.0078125, kernel=(3, 3), num_filter=4), lambda random: random.integers(0, 256, (1, 3, 9, 11)))
