"""Whole MXNet nets with random weights: Gluon's zoo, and the kinds of nets for which MXNet checkpoints are still used."""

import mxnet as mx
import numpy as np
from model import Model

S = mx.sym
CLASSES = 50

# Where a net ends in a pooling of a fixed size, its input has to be large; the others take a smaller one.
ZOO = {
    "alexnet": 96,
    "densenet121": 224,
    "inceptionv3": 299,
    "mobilenet0.25": 96,
    "mobilenet0.5": 96,
    "mobilenet0.75": 96,
    "mobilenet1.0": 96,
    "mobilenetv2_0.25": 96,
    "mobilenetv2_0.5": 96,
    "mobilenetv2_0.75": 96,
    "mobilenetv2_1.0": 96,
    "resnet18_v1": 64,
    "resnet34_v1": 64,
    "resnet50_v1": 64,
    "resnet18_v2": 64,
    "resnet34_v2": 64,
    "resnet50_v2": 64,
    "squeezenet1.0": 224,
    "squeezenet1.1": 224,
    "vgg11": 32,
    "vgg11_bn": 32,
}
# The rest of the zoo: deeper nets of the same blocks.
DEEPER = {
    "densenet161": 224,
    "densenet169": 224,
    "densenet201": 224,
    "resnet101_v1": 64,
    "resnet152_v1": 64,
    "resnet101_v2": 64,
    "resnet152_v2": 64,
    "vgg13": 32,
    "vgg13_bn": 32,
    "vgg16": 32,
    "vgg16_bn": 32,
    "vgg19": 32,
    "vgg19_bn": 32,
}


def image(size):
    """A smooth picture, as a net sees one after its mean was subtracted: noise alone would average out."""
    return lambda random: np.kron(random.standard_normal((1, 3, 8, 8)), np.ones((1, 1, -(-size // 8), -(-size // 8))))[:, :, :size, :size]


def zoo(kind, size):
    def build():
        # The suffix keeps the name from ending like the number of an epoch.
        name = f"zoo-{kind.replace('.', '_')}"
        net = mx.gluon.model_zoo.vision.get_model(kind, pretrained=False, classes=CLASSES, prefix="net_")
        symbol = net(S.var("data", shape=(1, 3, size, size)))
        return scaled(Model(name, symbol, {"data": image(size)}))

    return build


def scaled(model):
    """Weights of the last layer that give results of about 1, so that the tolerances are meaningful."""
    last = [name for name in model.args if name.endswith(("weight", "bias"))][-2:]
    size = max(float(result.std()) for result in model.reference(model.feeds(0)))
    for name in last:
        model.args[name] /= size
    return model


def convolution(x, name, filters, kernel=3, stride=1, group=1, bias=False):
    pad = (kernel // 2,) * 2
    return S.Convolution(x, num_filter=filters, kernel=(kernel,) * 2, stride=(stride,) * 2, pad=pad, num_group=group, no_bias=not bias, name=name)


def normalized(x, name, act="relu"):
    x = S.BatchNorm(x, fix_gamma=False, eps=2e-5, momentum=0.9, name=f"{name}_bn")
    return S.LeakyReLU(x, act_type="prelu", name=f"{name}_prelu") if act == "prelu" else S.Activation(x, act_type=act, name=f"{name}_{act}") if act else x


def arcface(head="E"):
    """InsightFace's residual net: input scaling inside, BatchNorm before the convolutions, fix_gamma at both ends."""
    x = (S.var("data", shape=(1, 3, 56, 56)) - 127.5) * 0.0078125
    x = normalized(convolution(x, "conv0", 16), "conv0", "prelu")
    for stage, filters in enumerate((16, 32, 48, 64), 1):
        for unit in (1, 2):
            name = f"stage{stage}_unit{unit}"
            stride = 2 if unit == 1 else 1
            y = S.BatchNorm(x, fix_gamma=False, eps=2e-5, name=f"{name}_bn1")
            y = normalized(convolution(y, f"{name}_conv1", filters), f"{name}_conv1", "prelu")
            y = normalized(convolution(y, f"{name}_conv2", filters, stride=stride), f"{name}_conv2", None)
            if stride > 1:
                x = normalized(convolution(x, f"{name}_sc", filters, 1, 2), f"{name}_sc", None)
            x = x + y
    x = S.BatchNorm(x, fix_gamma=False, eps=2e-5, name="bn1")
    x = S.Dropout(x, p=0.4)
    x = S.FullyConnected(x, num_hidden=64, name="pre_fc1")
    x = S.BatchNorm(x, fix_gamma=True, eps=2e-5, momentum=0.9, name="fc1")
    return S.L2Normalization(x, name="embedding"), {"data": lambda random: np.clip(image(56)(random) * 60 + 127, 0, 255)}


def mobile_face():
    """Depthwise residual blocks and a global depthwise convolution."""
    x = (S.var("data", shape=(1, 3, 56, 56)) - 127.5) * 0.0078125
    x = normalized(convolution(x, "conv_1", 16, stride=2), "conv_1", "prelu")
    for index, (filters, stride) in enumerate(((24, 2), (24, 1), (32, 2), (32, 1)), 1):
        y = normalized(convolution(x, f"dconv_{index}_sep", 48, 1), f"dconv_{index}_sep", "prelu")
        y = normalized(convolution(y, f"dconv_{index}_dw", 48, stride=stride, group=48), f"dconv_{index}_dw", "prelu")
        y = normalized(convolution(y, f"dconv_{index}_proj", filters, 1), f"dconv_{index}_proj", None)
        x = x + y if stride == 1 else y
    x = S.Convolution(x, num_filter=32, num_group=32, kernel=(7, 7), no_bias=True, name="conv_6dw")
    x = S.FullyConnected(normalized(x, "conv_6dw", None), num_hidden=64, name="pre_fc1")
    return S.BatchNorm(x, fix_gamma=True, eps=2e-5, name="fc1"), {"data": lambda random: np.clip(image(56)(random) * 60 + 127, 0, 255)}


def ssd():
    """Heads over three feature maps, as MXNet's example of the single shot detector joins them."""
    classes = 4
    x = S.var("data", shape=(1, 3, 96, 96))
    scores, offsets, priors = [], [], []
    for stage, (filters, sizes) in enumerate((((16), (0.2, 0.27)), (32, (0.37, 0.45)), (48, (0.54, 0.62)), (64, (0.71, 0.79)))):
        x = normalized(convolution(x, f"conv{stage}", filters, stride=2), f"conv{stage}")
        if stage == 0:
            continue
        head = S.L2Normalization(x, mode="channel", name="l2") * 4 if stage == 1 else x
        count = len(sizes) + 2
        conf = convolution(head, f"conf{stage}", count * (classes + 1), bias=True)
        loc = convolution(head, f"loc{stage}", count * 4, bias=True)
        scores.append(S.Flatten(S.transpose(conf, axes=(0, 2, 3, 1))))
        offsets.append(S.Flatten(S.transpose(loc, axes=(0, 2, 3, 1))))
        priors.append(S.Flatten(S.contrib.MultiBoxPrior(head, sizes=sizes, ratios=(1, 2, 0.5), clip=False, name=f"prior{stage}")))
    scores = S.transpose(S.Reshape(S.Concat(*scores, dim=1), shape=(0, -1, classes + 1)), axes=(0, 2, 1))
    boxes = S.Reshape(S.Concat(*priors, dim=1), shape=(0, -1, 4), name="multibox_anchors")
    scores = S.SoftmaxActivation(scores, mode="channel", name="cls_prob")
    offsets = S.Concat(*offsets, dim=1, name="multibox_loc_pred")
    found = S.contrib.MultiBoxDetection(scores, offsets, boxes, nms_threshold=0.45, threshold=0.35, variances=(0.1, 0.1, 0.2, 0.2), nms_topk=60, name="detection")
    return found, {"data": image(96)}


def pose():
    """Deconvolutions up to heat maps."""
    x = S.var("data", shape=(1, 3, 64, 48))
    for stage, filters in enumerate((16, 32, 48, 64)):
        x = normalized(convolution(x, f"conv{stage}", filters, stride=2), f"conv{stage}")
    for stage in range(2):
        x = S.Deconvolution(x, kernel=(4, 4), stride=(2, 2), pad=(1, 1), num_filter=32, no_bias=True, name=f"deconv{stage}")
        x = normalized(x, f"deconv{stage}")
    return convolution(x, "heat", 17, 1, bias=True), {"data": lambda random: image(64)(random)[:, :, :, :48]}


def segmentation():
    """Two branches at two scales, joined by resizing, and classes of each pixel."""
    x = S.var("data", shape=(1, 3, 64, 64))
    low = normalized(convolution(x, "conv0", 16, stride=2), "conv0")
    high = normalized(convolution(low, "conv1", 32, stride=2), "conv1")
    high = S.Convolution(high, num_filter=32, kernel=(3, 3), pad=(2, 2), dilate=(2, 2), name="dilated")
    context = S.Activation(convolution(S.Pooling(high, global_pool=True, pool_type="avg", kernel=(1, 1)), "context", 32, 1, bias=True), act_type="sigmoid")
    high = S.contrib.BilinearResize2D(S.broadcast_mul(high, context), height=32, width=32)
    x = S.Concat(low, high, dim=1)
    x = S.UpSampling(convolution(x, "score", 5, 1, bias=True), scale=2, sample_type="nearest")
    return S.SoftmaxOutput(x, multi_output=True, name="softmax"), {"data": image(64)}


def shufflenet():
    x = normalized(convolution(S.var("data", shape=(1, 3, 64, 64)), "conv0", 24, stride=2), "conv0")
    for index in range(3):
        y = normalized(convolution(x, f"unit{index}_a", 24, 1, group=3), f"unit{index}_a")
        y = S.Reshape(S.swapaxes(S.Reshape(y, shape=(0, -4, 3, -1, -2)), dim1=1, dim2=2), shape=(0, -3, -2))
        y = normalized(convolution(y, f"unit{index}_b", 24, group=24), f"unit{index}_b", None)
        x = S.Activation(x + normalized(convolution(y, f"unit{index}_c", 24, 1, group=3), f"unit{index}_c", None), act_type="relu")
    x = S.FullyConnected(S.Flatten(S.Pooling(x, global_pool=True, pool_type="avg", kernel=(1, 1))), num_hidden=20, name="fc")
    return S.softmax(x), {"data": image(64)}


def tokens(random):
    return random.integers(0, 30, (1, 8))


def lstm_fused():
    """A language model: embedding, two layers by the fused operator, classes of each word."""
    x = S.Embedding(S.var("data", shape=(1, 8)), input_dim=30, output_dim=12, name="embed")
    states = {"state": S.zeros((2, 1, 16)), "state_cell": S.zeros((2, 1, 16))}
    x = S.RNN(S.swapaxes(x, dim1=0, dim2=1), S.var("lstm_parameters"), mode="lstm", state_size=16, num_layers=2, name="lstm", **states)
    x = S.FullyConnected(S.Reshape(S.swapaxes(x, dim1=0, dim2=1), shape=(-1, 16)), num_hidden=30, name="pred")
    return S.SoftmaxOutput(x, name="softmax"), {"data": tokens}


def lstm_unrolled():
    """The same with single cells, as they were unrolled before the operator existed."""
    x = S.Embedding(S.var("data", shape=(1, 8)), input_dim=30, output_dim=12, name="embed")
    stack = mx.rnn.SequentialRNNCell()
    for layer in range(2):
        stack.add(mx.rnn.LSTMCell(16, f"lstm_l{layer}_"))
    x, _ = stack.unroll(8, x, merge_outputs=True, layout="NTC")
    x = S.FullyConnected(S.Reshape(x, shape=(-1, 16)), num_hidden=30, name="pred")
    return S.SoftmaxOutput(x, name="softmax"), {"data": tokens}


def gluon_lstm():
    """Gluon's layer, whose parameters are single arrays that the symbol joins to the packed vector."""
    net = mx.gluon.rnn.LSTM(10, num_layers=2, bidirectional=True, input_size=6, layout="NTC", prefix="lstm_")
    states = [S.zeros((4, 1, 10)), S.zeros((4, 1, 10))]
    result = net(S.var("data", shape=(1, 7, 6)), states)
    return result[0], {"data": (1, 7, 6)}


def hand(build, **settings):
    def make():
        symbol, inputs = build()
        return Model(f"net-{build.__name__}", symbol, inputs, **settings)

    return make


NETS = {f"net-{build.__name__}": hand(build) for build in (arcface, mobile_face, pose, segmentation, shufflenet, lstm_fused, lstm_unrolled, gluon_lstm)}
NETS |= {"net-ssd": hand(ssd, detector=True)}
NETS |= {f"zoo-{kind.replace('.', '_')}": zoo(kind, size) for kind, size in ZOO.items()}
DEEPER_NETS = {f"zoo-{kind.replace('.', '_')}": zoo(kind, size) for kind, size in DEEPER.items()}
