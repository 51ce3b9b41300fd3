"""Single computations in every form that ncnn has for them. A form is the text of a net from blob `x` to blob `y`, and its weights."""

import struct
from dataclasses import dataclass, field

import numpy as np

# The flag before a weight that is stored as float32 but could have another storage.
TAG = struct.pack("<I", 0)


@dataclass(frozen=True)
class Form:
    name: str
    # Lines of layers without the Input; `x` is the blob to feed.
    layers: tuple
    weights: bytes = b""


@dataclass(frozen=True)
class Computation:
    """One computation for one shape, its forms, and what the optimizer chooses among them."""

    group: str
    shape: str
    feed: tuple
    forms: tuple
    notes: str = field(default="")


def numbers(*shape, scale=0.05):
    return (np.random.default_rng(1).standard_normal(shape) * scale).astype(np.float32)


def tagged(array):
    return TAG + array.tobytes()


def rows(count, inputs, outputs):
    """A linear layer over rows."""
    kernel, bias = tagged(numbers(outputs, inputs)), numbers(outputs)
    product = f"InnerProduct y 1 1 x y 0={outputs} 1=1 2={inputs * outputs}"
    gemm = f"Gemm y 1 1 x y 3=1 5=1 6=1 8={outputs} 9={inputs} 10=4"
    forms = (Form("InnerProduct", (product,), kernel + bias.tobytes()), Form("Gemm", (gemm,), kernel + tagged(bias)))
    return Computation("A linear layer over rows", f"{count} rows, {inputs} to {outputs}", (count, inputs), forms)


def convolution(channels, outputs, columns, kernel, stride=1, dilation=1, group=1):
    """A convolution over one axis: in 1-D, in 2-D, and in 2-D between Reshapes."""
    size = outputs * (channels // group) * kernel
    weights = tagged(numbers(size)) + numbers(outputs).tobytes()
    pad = dilation * (kernel - 1) // 2
    kind = "ConvolutionDepthWise" if group > 1 else "Convolution"
    groups = f" 7={group}" if group > 1 else ""
    one = f"{kind}1D y 1 1 x y 0={outputs} 1={kernel} 2={dilation} 3={stride} 4={pad} 5=1 6={size}{groups}"
    words = f"0={outputs} 1={kernel} 11=1 2={dilation} 12=1 3={stride} 13=1 4={pad} 14=0 5=1 6={size}{groups}"
    plane = (f"Reshape p 1 1 x p 0=-1 1=1 2={channels}", f"{kind} q 1 1 p q {words}", f"Reshape y 1 1 q y 0=-1 1={outputs}")
    title = "A depthwise 1-D convolution" if group > 1 else "A 1-D convolution"
    what = f"{channels} to {outputs} channels, {columns} columns, kernel {kernel}"
    forms = (Form(f"{kind}1D", (one,), weights), Form(f"{kind} between Reshapes", plane, weights))
    return Computation(title, what, (channels, columns), forms)


def deconvolution(channels, outputs, columns, kernel, stride):
    size = outputs * channels * kernel
    weights = tagged(numbers(size)) + numbers(outputs).tobytes()
    pad = (kernel - stride) // 2
    one = f"Deconvolution1D y 1 1 x y 0={outputs} 1={kernel} 3={stride} 4={pad} 5=1 6={size}"
    words = f"0={outputs} 1={kernel} 11=1 3={stride} 13=1 4={pad} 14=0 5=1 6={size}"
    plane = (f"Reshape p 1 1 x p 0=-1 1=1 2={channels}", f"Deconvolution q 1 1 p q {words}", f"Reshape y 1 1 q y 0=-1 1={outputs}")
    forms = (Form("Deconvolution1D", (one,), weights), Form("Deconvolution between Reshapes", plane, weights))
    what = f"{channels} to {outputs} channels, {columns} columns, kernel {kernel}, stride {stride}"
    return Computation("A transposed 1-D convolution", what, (channels, columns), forms)


def mean(channels, size):
    pooling = Form("Pooling", ("Pooling y 1 1 x y 0=1 4=1",))
    reduction = Form("Reduction", ("Reduction y 1 1 x y 0=3 1=0 -23303=2,1,2 5=1",))
    return Computation("The mean of each channel", f"{channels} channels of {size}x{size}", (channels, size, size), (pooling, reduction))


def scale(channels, size):
    factor, shift = numbers(channels, scale=1.0), numbers(channels)
    ones, zeros = np.ones(channels, np.float32), np.zeros(channels, np.float32)
    norm = Form("BatchNorm", (f"BatchNorm y 1 1 x y 0={channels}",), b"".join(a.tobytes() for a in (factor, zeros, ones, shift)))
    scaled = Form("Scale", (f"Scale y 1 1 x y 0={channels} 1=1",), factor.tobytes() + shift.tobytes())
    constants = (f"MemoryData a 0 1 a 0=1 1=1 2={channels}", f"MemoryData b 0 1 b 0=1 1=1 2={channels}")
    operators = Form(
        "two BinaryOp",
        (*constants, "BinaryOp m 2 1 x a m 0=2", "BinaryOp y 2 1 m b y 0=0"),
        factor.tobytes() + shift.tobytes(),
    )
    return Computation("A factor and a summand for each channel", f"{channels} channels of {size}x{size}", (channels, size, size), (norm, scaled, operators))


def swish(channels, size):
    one = Form("Swish", ("Swish y 1 1 x y",))
    two = Form("Sigmoid and BinaryOp", ("Split s 1 2 x a b", "Sigmoid g 1 1 a g", "BinaryOp y 2 1 b g y 0=2"))
    return Computation("Swish", f"{channels} channels of {size}x{size}", (channels, size, size), (one, two))


def glu(channels, columns):
    one = Form("GLU", ("GLU y 1 1 x y 0=0",))
    parts = ("Slice s 1 2 x a b -23300=2,-233,-233", "Sigmoid g 1 1 b g", "BinaryOp y 2 1 a g y 0=2")
    return Computation("A gated linear unit", f"{channels} channels, {columns} columns", (channels, columns), (one, Form("Slice, Sigmoid and BinaryOp", parts)))


def channel_norm(channels, size):
    """Layer normalization over the channels of an image, whose rows are the innermost axis."""
    factor, shift = numbers(channels, scale=1.0), numbers(channels)
    weights = factor.tobytes() + shift.tobytes()
    norm = f"LayerNorm n 1 1 p n 0={channels} 1=1e-6"
    permuted = Form("LayerNorm between Permutes", ("Permute p 1 1 x p 0=3", norm, "Permute y 1 1 n y 0=4"), weights)
    flat = (f"Reshape r 1 1 x r 0={size * size} 1={channels}", "Permute p 1 1 r p 0=1", norm, "Permute q 1 1 n q 0=1")
    back = f"Reshape y 1 1 q y 0={size} 1={size} 2={channels}"
    reshaped = Form("the same over a matrix", (*flat, back), weights)
    return Computation("Layer norm over channels", f"{channels} channels of {size}x{size}", (channels, size, size), (permuted, reshaped))


def attention(tokens, heads, width):
    """Self-attention with projections: one layer, or products, views and SDPA."""
    kernels = [numbers(width, width) for _ in range(4)]
    bias = numbers(width)
    whole = b"".join(tagged(kernel) + bias.tobytes() for kernel in kernels)
    head = width // heads
    one = f"MultiHeadAttention y 1 1 x y 0={width} 1={heads} 2={width * width} 3={width} 4={width} 6={head ** -0.5}"
    parts = ["Split s 1 3 x q k v"]
    for letter in "qkv":
        parts.append(f"Gemm {letter}p 1 1 {letter} {letter}p 3=1 5=1 6=1 8={width} 9={width} 10=4")
        parts.append(f"Reshape {letter}r 1 1 {letter}p {letter}r 0={head} 1={heads} 2=-1")
        parts.append(f"Permute {letter}h 1 1 {letter}r {letter}h 0=2")
    parts += ["SDPA o 3 1 qh kh vh o", "Permute oh 1 1 o oh 0=2", f"Reshape or 1 1 oh or 0={width} 1=-1"]
    parts.append(f"Gemm y 1 1 or y 3=1 5=1 6=1 8={width} 9={width} 10=4")
    pieces = b"".join(tagged(kernel) + tagged(bias) for kernel in kernels)
    forms = (Form("MultiHeadAttention", (one,), whole), Form("Gemm and SDPA", tuple(parts), pieces))
    return Computation("Self-attention", f"{tokens} tokens, {heads} heads, width {width}", (tokens, width), forms)


def small_plane(channels, size):
    """A 3x3 convolution: as it is, with the shape of its output, and without Winograd's algorithm."""
    weights = tagged(numbers(9 * channels * channels)) + numbers(channels).tobytes()
    words = f"Convolution y 1 1 x y 0={channels} 1=3 4=1 5=1 6={9 * channels * channels}"
    plain, hinted = Form("Convolution", (words,), weights), Form("with its shape", (f"{words} -23330=4,3,{size},{size},{channels}",), weights)
    product = Form("without Winograd", (f"{words} 31=64",), weights)
    return Computation("A 3x3 convolution of a small plane", f"{channels} channels of {size}x{size}", (channels, size, size), (plain, hinted, product))


def joined_depthwise(channels, size):
    """A blob and its Sigmoid, joined and then convolved depthwise with stride 2, or convolved and then joined."""
    kernels, biases = numbers(2 * channels, 9), numbers(2, channels)
    words = lambda count: f"0={count} 1=3 3=2 4=1 5=1 6={9 * count} 7={count}"  # noqa: E731
    parts = ("Split s 1 2 x a b", "Sigmoid g 1 1 b g")
    first = (*parts, "Concat c 2 1 a g c", f"ConvolutionDepthWise y 1 1 c y {words(2 * channels)}")
    halves = tuple(f"ConvolutionDepthWise {blob}d 1 1 {blob} {blob}d {words(channels)}" for blob in "ag")
    split = b"".join(tagged(kernels[start : start + channels]) + biases[half].tobytes() for half, start in enumerate((0, channels)))
    forms = (Form("Concat first", first, tagged(kernels) + biases.tobytes()), Form("Concat last", (*parts, *halves, "Concat y 2 1 ad gd y"), split))
    return Computation("A depthwise convolution with stride 2 of two blobs", f"2 x {channels} channels of {size}x{size}", (channels, size, size), forms)


def computations():
    """In the order of the page."""
    return [
        *(rows(count, *sizes) for count in (2, 5, 8, 16, 49, 50, 64, 77, 128, 197, 257) for sizes in ((192, 768), (768, 768))),
        *(convolution(*sizes) for sizes in ((64, 64, 101, 3), (256, 256, 100, 1), (256, 256, 1500, 1), (80, 512, 300, 5), (512, 512, 200, 3))),
        *(convolution(*sizes) for sizes in ((512, 512, 201, 5, 1, 2), (1, 32, 16000, 10, 5), (16, 16, 400, 7, 1, 3), (3, 16, 1000, 9, 2))),
        *(convolution(c, c, w, k, group=c) for c, w, k in ((64, 100, 3), (256, 101, 3), (256, 1500, 31), (512, 128, 7), (30, 101, 3))),
        *(deconvolution(*sizes) for sizes in ((512, 256, 32, 16, 8), (128, 64, 512, 4, 2), (64, 32, 1024, 4, 2))),
        *(mean(*sizes) for sizes in ((64, 56), (512, 7), (1280, 7), (2048, 7))),
        *(scale(*sizes) for sizes in ((64, 56), (512, 14))),
        *(swish(*sizes) for sizes in ((64, 56), (512, 14))),
        *(glu(*sizes) for sizes in ((512, 200), (256, 101))),
        *(channel_norm(*sizes) for sizes in ((96, 56), (384, 14), (768, 7))),
        *(small_plane(*sizes) for sizes in ((128, 4), (512, 4), (64, 7), (128, 7), (512, 7), (96, 10), (256, 12), (256, 14), (128, 28))),
        *(joined_depthwise(*sizes) for sizes in ((24, 112), (64, 56), (120, 28))),
        *(attention(*sizes) for sizes in ((50, 12, 768), (77, 8, 512), (197, 3, 192), (128, 4, 256))),
    ]
