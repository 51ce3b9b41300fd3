"""More graphs of section `exporter-patterns`: the same kinds of models in the spellings of other exporters, versions and operator sets."""

import numpy as np
from exporter_pattern_graphs import attention, case, keras_recurrent

# Detectors


@case(opset=11)
def yolo3_keras_head(g):
    """Boxes, scores and classes of three anchors, split with the channels last."""
    x = g.nhwc_conv(g.input("x", [1, 4, 6, 8]), 8, 21)
    y = g.op("Reshape", g.op("Add", x, g.weight(21)), g.ints(1, 4, 6, 3, 7))
    end = g.ints(2**31 - 1)
    center = g.op("Sigmoid", g.op("Slice", y, g.ints(0), g.ints(2), g.ints(-1)))
    size = g.op("Exp", g.op("Slice", y, g.ints(2), g.ints(4), g.ints(-1)))
    score = g.op("Sigmoid", g.op("Slice", y, g.ints(4), g.ints(5), g.ints(4)))
    classes = g.op("Softmax", g.op("Slice", y, g.ints(5), end, g.ints(4)), axis=4)
    grid = np.stack(np.meshgrid(np.arange(6), np.arange(4)), -1).reshape(1, 4, 6, 1, 2).astype(np.float32)
    center = g.op("Div", g.op("Add", center, g.constant(grid)), g.constant(np.array([6, 4], np.float32)))
    size = g.op("Mul", size, g.constant(np.array([[10, 13], [16, 30], [33, 23]], np.float32) / 64))
    half = g.op("Mul", size, g.scalar(0.5))
    g.output(g.op("Concat", g.op("Sub", center, half), g.op("Add", center, half), axis=-1), g.op("Mul", score, classes))


@case(opset=11)
def ssd_keras_levels(g):
    """The boxes of two levels in one list."""
    x = g.op("Relu", g.nhwc_conv(g.input("x", [1, 8, 8, 3]), 3, 8))
    y = g.op("Relu", g.nhwc_conv(x, 8, 8, 2))
    boxes = [g.op("Reshape", g.op("Add", g.nhwc_conv(level, 8, 8), g.weight(8)), g.ints(1, -1, 4)) for level in (x, y)]
    g.output(g.op("Concat", *boxes, axis=1))


@case(opset=9)
def pyramid_by_upsample(g):
    x = g.input("x", [1, 8, 6, 6])
    y = g.conv(x, 8, 8, stride=2)
    up = g.op("Upsample", y, g.constant(np.array([1, 1, 2, 2], np.float32)), mode="nearest")
    g.output(g.op("Relu", g.conv(g.op("Concat", x, up, axis=1), 16, 4, 1)))


@case(layers=4)
def shuffle_by_halves(g):
    """ShuffleNet as YOLOv5-lite writes it: two halves of the shuffled channels."""
    x = g.op("Reshape", g.input("x", [1, 8, 4, 4]), g.ints(4, 2, 16))
    x = g.op("Reshape", g.op("Transpose", x, perm=[1, 0, 2]), g.ints(2, -1, 4, 4, 4))
    first, second = (g.op("Gather", x, g.constant(np.array(index, np.int64)), axis=0) for index in (0, 1))
    g.output(first, g.op("Relu", second))


# Keras


@case(opset=11, layers=4)
def keras_flattened(g):
    x = g.op("Relu", g.op("Add", g.nhwc_conv(g.input("x", [1, 6, 5, 3]), 3, 8), g.weight(8)))
    x = g.op("Reshape", x, g.ints(1, -1))
    g.output(g.op("Add", g.op("MatMul", x, g.weight(240, 10)), g.weight(10)))


@case(opset=11, layers=5)
def keras_along_time(g):
    """Convolutions along one axis, which exporters write as planes of one row."""
    x = g.input("x", [1, 20, 4])
    for inputs, outputs in ((4, 8), (8, 6)):
        plane = g.op("Transpose", g.op("Unsqueeze", x, axes=[1]), perm=[0, 3, 1, 2])
        y = g.op("Conv", plane, g.weight(outputs, inputs, 1, 3), kernel_shape=[1, 3], pads=[0, 1, 0, 1])
        x = g.op("Squeeze", g.op("Transpose", y, perm=[0, 2, 3, 1]), axes=[1])
        x = g.op("Relu", g.op("Add", x, g.weight(outputs)))
    g.output(g.op("ReduceMax", x, axes=[1], keepdims=0))


@case(opset=12, layers=13)
def keras_mobile_block(g):
    """A block of MobileNetV3: hard swish by parts, squeeze and excitation by convolutions of one pixel, a residual."""
    x = g.nhwc_conv(g.input("x", [1, 8, 8, 4]), 4, 8)
    y = g.op("Add", g.op("Mul", x, g.positive(8)), g.weight(8))
    gate = g.op("Mul", g.op("Clip", g.op("Add", y, g.scalar(3)), g.scalar(0), g.scalar(6)), g.scalar(1 / 6))
    y = g.nhwc_conv(g.op("Mul", y, gate), 8, 8, group=8)
    s = g.op("Transpose", g.op("ReduceMean", y, axes=[1, 2], keepdims=1), perm=[0, 3, 1, 2])
    s = g.op("Relu", g.op("Conv", s, g.weight(4, 8, 1, 1), g.weight(4)))
    s = g.op("Transpose", g.op("Conv", s, g.weight(8, 4, 1, 1), g.weight(8)), perm=[0, 2, 3, 1])
    s = g.op("Mul", g.op("Clip", g.op("Add", s, g.scalar(3)), g.scalar(0), g.scalar(6)), g.scalar(1 / 6))
    g.output(g.op("Add", x, g.nhwc_conv(g.op("Mul", y, s), 8, 8)))


@case(layers=8)
def keras_decoder(g):
    """Upsampling and a transposed convolution, joined with what came before."""
    x = g.op("Relu", g.nhwc_conv(g.input("x", [1, 8, 8, 3]), 3, 8))
    y = g.op("Transpose", g.op("Relu", g.nhwc_conv(x, 8, 8, 2)), perm=[0, 3, 1, 2])
    up = g.op("Resize", y, "", g.constant(np.array([1, 1, 2, 2], np.float32)), mode="nearest", coordinate_transformation_mode="asymmetric")
    turned = g.op("ConvTranspose", y, g.weight(8, 4, 2, 2), kernel_shape=[2, 2], strides=[2, 2])
    parts = [x, *(g.op("Transpose", part, perm=[0, 2, 3, 1]) for part in (up, turned))]
    g.output(g.op("Sigmoid", g.op("Add", g.nhwc_conv(g.op("Concat", *parts, axis=-1), 20, 2), g.weight(2))))


@case(opset=11, layers=3)
def keras_padded_stride(g):
    """As MobileNet pads explicitly before a strided convolution."""
    x = g.op("Pad", g.input("x", [1, 9, 9, 3]), g.ints(0, 0, 0, 0, 0, 1, 1, 0), g.scalar(0))
    y = g.op("Transpose", x, perm=[0, 3, 1, 2])
    y = g.op("Conv", y, g.weight(8, 3, 3, 3), kernel_shape=[3, 3], strides=[2, 2])
    y = g.op("Transpose", g.norm(y, 8), perm=[0, 2, 3, 1])
    g.output(g.op("Clip", y, g.scalar(0), g.scalar(6)))


@case(opset=9)
def keras_gru_by_old_gates(g):
    """A GRU whose reset gate comes before the product, backwards, with its last state."""
    x = g.op("Transpose", g.input("x", [1, 7, 5]), perm=[1, 0, 2])
    zeros = g.constant(np.zeros((1, 1, 6), np.float32))
    attributes = {"hidden_size": 6, "direction": "reverse", "linear_before_reset": 0}
    y = g.op("GRU", x, g.weight(1, 18, 5), g.weight(1, 18, 6), g.weight(1, 36), "", zeros, outputs=2, **attributes)
    g.output(g.op("Squeeze", y[1], axes=[0]))


@case(opset=11)
def keras_lstm_stacked(g):
    x = g.op("Squeeze", keras_recurrent(g, "LSTM", 4)[0], axes=[1])
    zeros = g.constant(np.zeros((1, 1, 4), np.float32))
    y = g.op("LSTM", x, g.weight(1, 16, 6), g.weight(1, 16, 4), g.weight(1, 32), "", zeros, zeros, outputs=3, hidden_size=4)
    g.output(g.op("Softmax", g.linear(g.op("Squeeze", y[1], axes=[0]), 4, 3), axis=-1))


@case(opset=11, layers=1)
def keras_simple_rnn(g):
    x = g.op("Transpose", g.input("x", [1, 7, 5]), perm=[1, 0, 2])
    y = g.op("RNN", x, g.weight(1, 6, 5), g.weight(1, 6, 6), g.weight(1, 12), outputs=2, hidden_size=6)
    g.output(g.op("Transpose", g.op("Squeeze", y[0], axes=[1]), perm=[1, 0, 2]))


# Normalizations


@case(layers=1)
def instance_norm_written_out(g):
    x = g.input("x", [1, 6, 5, 4])
    centerd = g.op("Sub", x, g.op("ReduceMean", x, axes=[2, 3]))
    variance = g.op("ReduceMean", g.op("Mul", centerd, centerd), axes=[2, 3])
    normal = g.op("Div", centerd, g.op("Sqrt", g.op("Add", variance, g.scalar(1e-5))))
    g.output(g.op("Add", g.op("Mul", normal, g.positive(6, 1, 1)), g.weight(6, 1, 1)))


@case(layers=1)
def layer_norm_of_tensorflow(g):
    """`x * (gamma / deviation) + (beta - mean * (gamma / deviation))`."""
    x = g.input("x", [1, 6, 16])
    mean = g.op("ReduceMean", x, axes=[2])
    difference = g.op("Sub", x, mean)
    variance = g.op("ReduceMean", g.op("Mul", difference, difference), axes=[2])
    inverse = g.op("Reciprocal", g.op("Sqrt", g.op("Add", variance, g.scalar(1e-3))))
    factor = g.op("Mul", inverse, g.positive(16))
    g.output(g.op("Add", g.op("Mul", x, factor), g.op("Sub", g.weight(16), g.op("Mul", mean, factor))))


@case(opset=18, layers=1)
def unit_pixels_of_tensorflow(g):
    x = g.input("x", [1, 8, 4, 4])
    square = g.op("ReduceSum", g.op("Mul", x, x), g.ints(1))
    g.output(g.op("Mul", x, g.op("Reciprocal", g.op("Sqrt", g.op("Max", square, g.scalar(1e-12))))))


@case(opset=11)
def cosine_scores(g):
    """Products of unit vectors with unit weights, as at the end of face and speaker recognizers."""
    x = g.linear(g.input("x", [1, 12]), 12, 8)
    unit = g.op("Div", x, g.op("Unsqueeze", g.op("ReduceL2", x, axes=[1], keepdims=0), axes=[1]))
    g.output(g.op("Mul", g.op("MatMul", unit, g.weight(8, 5)), g.scalar(16)))


# Attention


@case(layers=19)
def windows_without_mask(g):
    g.output(attention(g, g.input("x", [3, 5, 16]), 5, 16, 4))


@case()
def pooled_attention(g):
    """Fewer queries than keys, with a positional bias."""
    x = g.input("x", [1, 4, 6, 8])
    y = g.input("y", [1, 4, 9, 8])
    scores = g.op("Mul", g.op("MatMul", x, g.op("Transpose", y, perm=[0, 1, 3, 2])), g.scalar(0.25))
    scores = g.op("Add", scores, g.weight(1, 4, 6, 9))
    g.output(g.op("Transpose", g.op("MatMul", g.op("Softmax", scores, axis=3), y), perm=[0, 2, 1, 3]))


# Sound


@case(opset=11)
def spectrogram_by_frames(g):
    """Frames gathered, windowed and multiplied with the Fourier matrix."""
    x = g.input("x", [1, 256])
    places = (np.arange(15)[:, None] * 16 + np.arange(32)[None]).astype(np.int64)
    frames = g.op("Mul", g.op("Gather", x, g.constant(places), axis=1), g.constant(np.hanning(32).astype(np.float32)))
    angles = 2 * np.pi * np.outer(np.arange(32), np.arange(17)) / 32
    parts = [g.op("MatMul", frames, g.constant(table.astype(np.float32))) for table in (np.cos(angles), np.sin(angles))]
    power = g.op("Add", g.op("Pow", parts[0], g.scalar(2)), g.op("Pow", parts[1], g.scalar(2)))
    mel = g.op("Log", g.op("Clip", g.op("MatMul", power, g.positive(17, 8)), g.scalar(1e-10)))
    g.output(g.op("Sub", mel, g.op("ReduceMean", mel, axes=[1], keepdims=1)))


# Text


@case(opset=11)
def paddle_neck(g):
    """Squeeze and excitation with a hard sigmoid of another slope, and the head that turns probabilities back into an image."""
    x = g.conv(g.input("x", [1, 3, 8, 8]), 3, 8)
    s = g.op("Relu", g.conv(g.op("GlobalAveragePool", x), 8, 4, 1))
    s = g.op("HardSigmoid", g.conv(s, 4, 8, 1), alpha=0.2, beta=0.5)
    x = g.op("Add", x, g.op("Mul", x, s))
    y = g.op("ConvTranspose", x, g.weight(8, 4, 2, 2), kernel_shape=[2, 2], strides=[2, 2])
    y = g.op("Relu", g.norm(g.op("Add", y, g.weight(1, 4, 1, 1)), 4))
    g.output(g.op("Sigmoid", g.op("ConvTranspose", y, g.weight(4, 1, 2, 2), g.weight(1), kernel_shape=[2, 2], strides=[2, 2])))


@case(opset=11)
def paddle_recognizer_end(g):
    x = g.conv(g.input("x", [1, 8, 1, 12]), 8, 16, 1)
    x = g.op("Transpose", g.op("Squeeze", x, axes=[2]), perm=[0, 2, 1])
    g.output(g.op("Softmax", g.linear(x, 16, 7), axis=2))
