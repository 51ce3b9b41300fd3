"""The steps from which section `random-graphs` creates graphs: each takes values of a graph and adds nodes that exporters write.

A size is a number, or the name of a dynamic axis; steps must be correct for every size that it may have.
"""

import numpy as np

END = 2**31 - 1


class Value:
    def __init__(self, name, shape):
        self.name, self.shape = name, list(shape)

    @property
    def rank(self):
        return len(self.shape)

    def known(self, axis):
        return isinstance(self.shape[axis], int)


class Builder:
    """A graph that grows step by step by `random` decisions; values have unique names."""

    def __init__(self, case, random):
        self.case, self.random, self.values = case, random, []

    def pick(self, choices):
        return choices[int(self.random.integers(len(choices)))]

    def chance(self, probability):
        return self.random.random() < probability

    def integer(self, low, high):
        return int(self.random.integers(low, high + 1))

    def add(self, name, shape):
        value = Value(name, shape)
        self.values.append(value)
        return value

    def op(self, operator, *operands, shape, **attributes):
        names = [operand.name if isinstance(operand, Value) else operand for operand in operands]
        return self.add(self.case.op(operator, *names, **attributes), shape)

    def weight(self, *shape):
        return self.case.weight(*shape)


# Steps on any value


def activation(b, x):
    kind = b.pick(["Relu", "Sigmoid", "Tanh", "LeakyRelu", "HardSwish", "HardSigmoid", "Elu", "Erf", "Softplus", "Abs", "Neg"])
    return b.op(kind, x, shape=x.shape)


def written_activation(b, x):
    """GELU, SiLU, hard swish or ReLU6 as some exporter writes it, with constants of any rank."""
    shape = b.pick([[], [1], [1] * x.rank, [1] * min(5, x.rank + 1)])
    number = lambda value: b.case.constant(np.full(shape, value, np.float32))  # noqa: E731
    grown = [1] * max(0, len(shape) - x.rank) + x.shape
    kind = b.integer(0, 3)
    if kind == 0:
        inner = b.op("Add", b.op("Erf", b.op("Div", x, number(2**0.5), shape=grown), shape=grown), number(1), shape=grown)
        return b.op("Mul", b.op("Mul", x, inner, shape=grown), number(0.5), shape=grown)
    if kind == 1:
        return b.op("Mul", x, b.op("Sigmoid", x, shape=x.shape), shape=x.shape)
    if kind == 2:
        clipped = b.op("Clip", b.op("Add", x, number(3), shape=grown), b.case.scalar(0), b.case.scalar(6), shape=grown)
        return b.op("Mul", x, b.op("Div", clipped, number(6), shape=grown), shape=grown)
    return b.op("Clip", x, b.case.scalar(0), b.case.scalar(6), shape=x.shape)


def arithmetic(b, x):
    """With a constant that broadcasts, of lower, equal or higher rank."""
    sizes = [size if isinstance(size, int) and b.chance(0.6) else 1 for size in x.shape]
    form = b.integer(0, 3)
    if form == 0:
        sizes = sizes[b.integer(0, len(sizes)) :]
    if form == 1 and x.rank < 4:
        sizes = [1, *sizes]
    shape = [1] * max(0, len(sizes) - x.rank) + x.shape
    operator = b.pick(["Add", "Sub", "Mul", "Div", "Max", "Min"])
    constant = b.case.positive(*sizes) if operator == "Div" else b.weight(*sizes) if operator != "Mul" else b.case.positive(*sizes)
    operands = [x, constant] if operator == "Div" or b.chance(0.6) else [constant, x]
    return b.op(operator, *operands, shape=shape)


def combined(b, x):
    """With another value of the same shape, or a mean of itself that broadcasts."""
    same = [value for value in b.values if value.shape == x.shape]
    other = b.pick(same) if same and b.chance(0.6) else reduction(b, x, keep=True)
    return b.op(b.pick(["Add", "Sub", "Mul", "Max", "Min"]), *b.pick([[x, other], [other, x]]), shape=x.shape)


def reduction(b, x, keep=None):
    axes = [axis for axis in range(x.rank) if b.chance(0.4)] or [x.rank - 1]
    keep = b.chance(0.7) if keep is None else keep
    if not keep and len(axes) == x.rank:
        keep = True
    shape = [1 if axis in axes else size for axis, size in enumerate(x.shape) if keep or axis not in axes]
    named = [axis - x.rank if b.chance(0.4) else axis for axis in axes]
    return b.op(b.pick(["ReduceMean", "ReduceMax", "ReduceMin", "ReduceL2"]), x, shape=shape, axes=named, keepdims=int(keep))


def softmax(b, x):
    axis = b.integer(0, x.rank - 1)
    return b.op(b.pick(["Softmax", "LogSoftmax"]), x, shape=x.shape, axis=b.pick([axis, axis - x.rank]))


def transpose(b, x):
    order = [int(axis) for axis in b.random.permutation(x.rank)]
    return b.op("Transpose", x, shape=[x.shape[axis] for axis in order], perm=order)


def squeeze(b, x):
    units = [axis for axis, size in enumerate(x.shape) if size == 1]
    if units and x.rank > 1 and b.chance(0.6):
        axis = b.pick(units)
        return b.op("Squeeze", x, b.case.ints(axis), shape=[size for place, size in enumerate(x.shape) if place != axis])
    if x.rank > 4:
        return transpose(b, x)
    axis = b.integer(0, x.rank)
    return b.op("Unsqueeze", x, b.case.ints(axis), shape=[*x.shape[:axis], 1, *x.shape[axis:]])


def reshape(b, x):
    """Merges two adjacent axes, or splits an axis; dynamic axes are copied or computed."""
    free = [axis for axis, size in enumerate(x.shape) if isinstance(size, str)]
    if b.chance(0.5) and x.rank > 1:
        axis = b.integer(0, x.rank - 2)
        if any(place > axis + 1 for place in free) and any(place <= axis + 1 for place in free):
            return transpose(b, x)
        first, second = x.shape[axis : axis + 2]
        merged = first * second if isinstance(first, int) and isinstance(second, int) else None
        if merged is None:
            merged = second if first == 1 else first if second == 1 else f"{first}*{second}"
        shape = [*x.shape[:axis], merged, *x.shape[axis + 2 :]]
        target = [size if isinstance(size, int) else 0 if place < axis else -1 for place, size in enumerate(shape)]
        if target.count(-1) > 1:
            return transpose(b, x)
        return b.op("Reshape", x, b.case.ints(*target), shape=shape)
    divisible = [axis for axis, size in enumerate(x.shape) if isinstance(size, int) and size % 2 == 0]
    if not divisible or x.rank > 4:
        return squeeze(b, x)
    axis = b.pick(divisible)
    factor = b.pick([2, x.shape[axis] // 2])
    shape = [*x.shape[:axis], factor, x.shape[axis] // factor, *x.shape[axis + 1 :]]
    target = [size if isinstance(size, int) else 0 if place < axis else -1 for place, size in enumerate(shape)]
    return b.op("Reshape", x, b.case.ints(*target), shape=shape) if target.count(-1) < 2 else transpose(b, x)


def cut(b, x):
    """A Slice of known axes with any bounds, and of dynamic axes with bounds that are valid for every size."""
    axis = b.integer(0, x.rank - 1)
    size = x.shape[axis]
    if isinstance(size, str):
        if "*" in size:
            return activation(b, x)
        start, end, step, name = b.pick(
            [(1, END, 1, "behind"), (0, -1, 1, "front"), (-2, END, 1, "last"), (0, END, 2, "even"), (1, END, 2, "odd"), (-1, -END, -1, None)]
        )
        shape = [*x.shape[:axis], size if name is None else 2 if name == "last" else f"{name}({size})", *x.shape[axis + 1 :]]
        return b.op("Slice", x, *(b.case.ints(value) for value in (start, end, axis, step)), shape=shape)
    if size < 2:
        return activation(b, x)
    step = b.pick([1, 1, 2, -1])
    start = b.integer(0, size - 2)
    end = b.integer(start + 1, size)
    count = len(range(start, end, abs(step)))
    bounds = (start, end, axis, step) if step > 0 else (end - 1, start - 1 if start > 0 else -END, axis, step)
    return b.op("Slice", x, *(b.case.ints(value) for value in bounds), shape=[*x.shape[:axis], count, *x.shape[axis + 1 :]])


def concat(b, x):
    axis = b.integer(0, x.rank - 1)
    fits = [value for value in b.values if value.shape[:axis] + value.shape[axis + 1 :] == x.shape[:axis] + x.shape[axis + 1 :] and value.rank == x.rank]
    parts = [x, *(b.pick(fits) for _ in range(b.integer(1, 2)))]
    if not all(part.known(axis) for part in parts):
        return activation(b, x)
    return b.op("Concat", *parts, shape=[*x.shape[:axis], sum(part.shape[axis] for part in parts), *x.shape[axis + 1 :]], axis=axis)


def split(b, x):
    axes = [axis for axis, size in enumerate(x.shape) if isinstance(size, int) and size % 2 == 0]
    if not axes:
        return activation(b, x)
    axis = b.pick(axes)
    shape = [*x.shape[:axis], x.shape[axis] // 2, *x.shape[axis + 1 :]]
    names = b.case.op("Split", x.name, outputs=2, axis=axis)
    first, second = (b.add(name, shape) for name in names)
    return b.op("Mul", first, b.op("Sigmoid", second, shape=shape), shape=shape) if b.chance(0.5) else b.pick([first, second])


def gather(b, x):
    axis = b.integer(0, x.rank - 1)
    if not x.known(axis):
        return activation(b, x)
    size = x.shape[axis]
    if b.chance(0.4) and x.rank > 1:
        index = b.case.constant(np.array(b.integer(0, size - 1)))
        return b.op("Gather", x, index, shape=[*x.shape[:axis], *x.shape[axis + 1 :]], axis=axis)
    indices = [b.integer(0, size - 1) for _ in range(b.integer(1, 4))]
    return b.op("Gather", x, b.case.ints(*indices), shape=[*x.shape[:axis], len(indices), *x.shape[axis + 1 :]], axis=axis)


def expand(b, x):
    """A row or column that is repeated to the shape of the value, which is read at run time if sizes are dynamic, and joined to it."""
    axis = b.integer(0, x.rank - 1)
    vector = [size if place == axis and isinstance(size, int) else 1 for place, size in enumerate(x.shape)]
    target = b.case.op("Shape", x.name) if any(isinstance(size, str) for size in x.shape) else b.case.ints(*x.shape)
    if any("(" in size or "*" in size for size in x.shape if isinstance(size, str)):
        return arithmetic(b, x)
    spread = b.op("Expand", b.weight(*vector), target, shape=x.shape)
    return b.op("Add", x, spread, shape=x.shape)


def tile(b, x):
    axis = b.integer(0, x.rank - 1)
    if not x.known(axis) or x.shape[axis] > 8:
        return activation(b, x)
    repeats = [2 if place == axis else 1 for place in range(x.rank)]
    return b.op("Tile", x, b.case.ints(*repeats), shape=[*x.shape[:axis], 2 * x.shape[axis], *x.shape[axis + 1 :]])


def pad(b, x):
    axes = [axis for axis in range(x.rank) if x.known(axis) and axis > 0]
    if not axes:
        return activation(b, x)
    axis = b.pick(axes)
    amounts = [0] * (2 * x.rank)
    amounts[axis], amounts[axis + x.rank] = b.integer(0, 2), b.integer(0, 2)
    shape = [*x.shape[:axis], x.shape[axis] + amounts[axis] + amounts[axis + x.rank], *x.shape[axis + 1 :]]
    return b.op("Pad", x, b.case.ints(*amounts), b.case.scalar(b.pick([0, 0.5])), shape=shape)


def norm(b, x):
    """A normalization of the last axis, as an operator or decomposed. With a single element, only rounding errors would remain."""
    if not x.known(-1) or x.shape[-1] == 1:
        return softmax(b, x)
    size = x.shape[-1]
    if b.chance(0.3):
        return b.op("LayerNormalization", x, b.case.positive(size), b.weight(size), shape=x.shape, axis=-1, epsilon=1e-5)
    if b.chance(0.4):
        norms = b.op("ReduceL2", x, shape=[*x.shape[:-1], 1], axes=[-1], keepdims=1)
        return b.op("Div", x, b.op("Clip", norms, b.case.scalar(1e-6), shape=norms.shape), shape=x.shape)
    ones = [*x.shape[:-1], 1]
    centered = x
    if b.chance(0.6):
        centered = b.op("Sub", x, b.op("ReduceMean", x, shape=ones, axes=[-1], keepdims=1), shape=x.shape)
    squares = b.op("ReduceMean", b.op("Pow", centered, b.case.scalar(2), shape=x.shape), shape=ones, axes=[-1], keepdims=1)
    deviation = b.op("Sqrt", b.op("Add", squares, b.case.scalar(1e-3), shape=ones), shape=ones)
    normal = b.op("Div", centered, deviation, shape=x.shape)
    return b.op("Mul", normal, b.case.positive(size), shape=x.shape)


def choice(b, x):
    same = [value for value in b.values if value.shape == x.shape]
    condition = b.case.op("Greater", x.name, b.case.scalar(b.pick([-0.37, 0.21])))
    return b.op("Where", condition, b.pick(same), b.pick([b.case.scalar(0.5), b.pick(same).name]), shape=x.shape)


# Steps on tokens, [batch, tokens, channels] with anything in front, and on images


def linear(b, x):
    if not x.known(-1) or x.rank < 2:
        return activation(b, x)
    size = b.pick([4, 5, 6, 8, 12])
    product = b.op("MatMul", x, b.case.constant((b.random.standard_normal((x.shape[-1], size)) / x.shape[-1] ** 0.5).astype(np.float32)), shape=[*x.shape[:-1], size])
    return b.op("Add", product, b.weight(size), shape=product.shape) if b.chance(0.7) else product


def product(b, x):
    """The product of a value and its transpose."""
    if x.rank < 2 or x.rank > 4:
        return activation(b, x)
    order = [*range(x.rank - 2), x.rank - 1, x.rank - 2]
    turned = b.op("Transpose", x, shape=[x.shape[axis] for axis in order], perm=order)
    result = b.op("MatMul", x, turned, shape=[*x.shape[:-1], x.shape[-2]])
    return b.op("Softmax", result, shape=result.shape, axis=-1)


def attention(b, x):
    """Over tokens; the result is reassembled in several ways."""
    if x.rank != 3 or x.shape[0] != 1 or not x.known(2) or x.shape[2] % 2 or x.shape[2] < 4:
        return linear(b, x)
    tokens, size = x.shape[1:]
    heads = 2
    width = size // heads
    apart = [1, heads, tokens, width]

    def projected():
        whole = b.op("MatMul", x, b.case.constant((b.random.standard_normal((size, size)) / size**0.5).astype(np.float32)), shape=x.shape)
        if b.chance(0.6):
            whole = b.op("Add", whole, b.weight(size), shape=x.shape)
        return b.op("Transpose", b.op("Reshape", whole, b.case.ints(0, -1, heads, width), shape=[1, tokens, heads, width]), shape=apart, perm=[0, 2, 1, 3])

    q, k, v = projected(), projected(), projected()
    turned = b.op("Transpose", k, shape=[1, heads, width, tokens], perm=[0, 1, 3, 2])
    scores = b.op("MatMul", q, turned, shape=[1, heads, tokens, tokens])
    scores = b.op(b.pick(["Mul", "Div"]), scores, b.case.scalar(width**0.5), shape=scores.shape)
    if b.chance(0.3) and isinstance(tokens, int):
        scores = b.op("Add", scores, b.weight(1, b.pick([1, heads]), tokens, tokens), shape=scores.shape)
    mixed = b.op("MatMul", b.op("Softmax", scores, shape=scores.shape, axis=-1), v, shape=apart)
    end = b.integer(0, 3)
    if end == 0:
        return b.op("Reshape", mixed, b.case.ints(0, heads, -1), shape=[1, heads, f"{tokens}*{width}" if isinstance(tokens, str) else tokens * width])
    back = b.op("Transpose", mixed, shape=[1, tokens, heads, width], perm=[0, 2, 1, 3])
    if end == 1:
        return back
    whole = b.op("Reshape", back, b.case.ints(0, -1, size), shape=x.shape)
    if end == 2 and isinstance(tokens, int) and tokens % 2 == 0:
        return b.op("Reshape", whole, b.case.ints(0, 2, tokens // 2, size), shape=[1, 2, tokens // 2, size])
    return b.op("Add", x, linear_to(b, whole, size), shape=x.shape)


def linear_to(b, x, size):
    return b.op("MatMul", x, b.case.constant((b.random.standard_normal((x.shape[-1], size)) / x.shape[-1] ** 0.5).astype(np.float32)), shape=[*x.shape[:-1], size])


def is_image(x):
    return x.rank == 4 and x.shape[0] == 1 and x.known(1) and all(isinstance(size, str) or size >= 3 for size in x.shape[2:])


def plain(size):
    return isinstance(size, int) or "(" not in size and "*" not in size


def convolution(b, x):
    if not is_image(x):
        return linear(b, x)
    channels = x.shape[1]
    kernel = b.pick([1, 3])
    stride = b.pick([1, 1, 2]) if all(map(plain, x.shape[2:])) else 1
    group = b.pick([1, channels])
    outputs = channels if group > 1 else b.pick([4, 6, 8])
    sizes = [size if stride == 1 else -(-size // 2) if isinstance(size, int) else f"half({size})" for size in x.shape[2:]]
    if kernel == 1 and stride == 2:
        stride, sizes = 1, x.shape[2:]
    y = b.case.conv(x.name, channels, outputs, kernel, stride, group, bias=b.chance(0.7))
    result = b.add(y, [1, outputs, *sizes])
    if b.chance(0.4):
        result = b.add(b.case.norm(result.name, outputs), result.shape)
    return result


def pool(b, x):
    if not is_image(x) or not all(map(plain, x.shape[2:])):
        return norm(b, x)
    kind = b.integer(0, 3)
    if kind == 0:
        return b.op("GlobalAveragePool", x, shape=[*x.shape[:2], 1, 1])
    if kind == 1:
        return b.op(b.pick(["MaxPool", "AveragePool"]), x, shape=x.shape, kernel_shape=[3, 3], pads=[1] * 4)
    halves = [size // 2 if isinstance(size, int) else f"floored({size})" for size in x.shape[2:]]
    return b.op(b.pick(["MaxPool", "AveragePool"]), x, shape=[*x.shape[:2], *halves], kernel_shape=[2, 2], strides=[2, 2])


def upsample(b, x):
    if not is_image(x) or not all(map(plain, x.shape[2:])):
        return activation(b, x)
    scales = b.case.constant(np.array([1, 1, 2, 2], np.float32))
    settings = b.pick(
        [
            dict(mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
            dict(mode="linear", coordinate_transformation_mode="half_pixel"),
            dict(mode="linear", coordinate_transformation_mode="align_corners"),
        ]
    )
    sizes = [2 * size if isinstance(size, int) else f"double({size})" for size in x.shape[2:]]
    return b.op("Resize", x, "", scales, shape=[*x.shape[:2], *sizes], **settings)


def gate(b, x):
    """Squeeze and excitation of an image."""
    if not is_image(x):
        return combined(b, x)
    channels = x.shape[1]
    mean = b.op(b.pick(["GlobalAveragePool", "GlobalMaxPool"]), x, shape=[1, channels, 1, 1])
    first = b.add(b.case.conv(mean.name, channels, 4, 1), [1, 4, 1, 1])
    second = b.add(b.case.conv(b.op("Relu", first, shape=first.shape).name, 4, channels, 1), mean.shape)
    return b.op("Mul", x, b.op(b.pick(["Sigmoid", "HardSigmoid"]), second, shape=mean.shape), shape=x.shape)


def tokens(b, x):
    """An image as tokens, with its positions in one axis."""
    if not is_image(x):
        return transpose(b, x)
    height, width = x.shape[2:]
    count = height * width if isinstance(height, int) and isinstance(width, int) else f"{height}*{width}"
    flat = b.op("Reshape", x, b.case.ints(0, 0, -1), shape=[1, x.shape[1], count])
    return b.op("Transpose", flat, shape=[1, count, x.shape[1]], perm=[0, 2, 1])


STEPS = [
    *[activation, written_activation, arithmetic, arithmetic, combined, combined, reduction, softmax, transpose, transpose, squeeze],
    *[reshape, reshape, cut, cut, concat, concat, split, gather, expand, expand, tile, pad, norm, choice],
    *[linear, linear, product, attention, attention, convolution, convolution, pool, upsample, gate, tokens],
]
