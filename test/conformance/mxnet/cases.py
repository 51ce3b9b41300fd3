"""One small MXNet model for each operator and each of its settings: layers with weights, pooling, resizing, recurrence, detection."""

import mxnet as mx
import numpy as np
from elementwise_cases import ELEMENTWISE
from model import Model, operator
from shape_cases import SHAPES

S = mx.sym
IMAGE = (1, 6, 9, 11)
CASES = {}


def case(name, build, *shapes, **settings):
    """A model of `build` over variables `data`, `data2` … of these shapes, or drawn by these functions."""

    def make():
        names = ["data" if index == 0 else f"data{index + 1}" for index in range(len(shapes))]
        size = lambda shape: shape(np.random.default_rng(0)).shape if callable(shape) else shape  # noqa: E731
        declared = settings.get("declared", True)
        variables = [S.var(name, shape=size(shape)) if declared else S.var(name) for name, shape in zip(names, shapes)]
        built = build(*variables)
        return Model(name, S.Group(built) if isinstance(built, (list, tuple)) else built, dict(zip(names, shapes)), **settings)

    CASES[name] = make


def layer(name, kind, *shapes, model=None, **attributes):
    """One operator, called `out`."""
    case(name, lambda *inputs: operator(kind)(*inputs, name="out", **attributes), *(shapes or (IMAGE,)), **(model or {}))


for name, build, shapes, settings in (*ELEMENTWISE, *SHAPES):
    case(name, build, *(shapes or (IMAGE,)), **settings)

# Convolution
for name, attributes in {
    "plain": {"kernel": (3, 3)},
    "no-bias": {"kernel": (3, 3), "no_bias": True, "stride": (2, 2), "pad": (1, 1)},
    "axes": {"kernel": (2, 5), "stride": (2, 1), "pad": (1, 2)},
    "dilate": {"kernel": (3, 3), "dilate": (2, 2), "pad": (2, 2)},
    "dilate-axes": {"kernel": (3, 2), "dilate": (2, 3), "pad": (2, 1)},
    "group": {"kernel": (3, 3), "num_group": 2},
    "depthwise": {"kernel": (3, 3), "num_group": 6, "pad": (1, 1), "num_filter": 6},
    "depthwise-multiplier": {"kernel": (3, 3), "num_group": 6, "num_filter": 12, "no_bias": True},
    "1x1": {"kernel": (1, 1), "num_filter": 5},
    "layout": {"kernel": (3, 3), "layout": "NCHW", "workspace": 2048, "cudnn_tune": "off"},
}.items():
    layer(f"conv-{name}", "Convolution", **{"num_filter": 8, **attributes})
layer("conv-batch", "Convolution", (3, 6, 9, 11), kernel=(3, 3), num_filter=4)
layer("conv-1d", "Convolution", (1, 6, 20), kernel=(5,), num_filter=4, stride=(2,), pad=(2,))
layer("conv-1d-dilate", "Convolution", (1, 6, 20), kernel=(3,), num_filter=4, dilate=(2,), no_bias=True)
layer("conv-3d", "Convolution", (1, 3, 5, 6, 7), kernel=(3, 3, 3), num_filter=4, pad=(1, 1, 1))
case("conv-no-shape", lambda x: S.Convolution(x, kernel=(3, 3), num_filter=4), IMAGE, declared=False)
case("conv-shared", lambda x: (lambda w: S.Convolution(S.Convolution(x, w, kernel=(3, 3), num_filter=6, no_bias=True, name="a"), w, kernel=(3, 3), num_filter=6, no_bias=True, name="b"))(S.var("w_weight")), IMAGE)
case("conv-live-weight", lambda x, w: S.Convolution(x, w, kernel=(3, 3), num_filter=4, no_bias=True), IMAGE, lambda r: r.standard_normal((4, 6, 3, 3)) / 7)

# Deconvolution
for name, attributes in {
    "plain": {"kernel": (4, 4), "stride": (2, 2), "pad": (1, 1)},
    "bias": {"kernel": (4, 4), "stride": (2, 2), "pad": (1, 1), "no_bias": False},
    "axes": {"kernel": (2, 5), "stride": (2, 3), "pad": (0, 1)},
    "adj": {"kernel": (3, 3), "stride": (2, 2), "pad": (1, 1), "adj": (1, 1)},
    "adj-axes": {"kernel": (3, 3), "stride": (3, 2), "pad": (1, 0), "adj": (2, 1)},
    "group": {"kernel": (3, 3), "stride": (2, 2), "num_group": 2},
    "depthwise": {"kernel": (4, 4), "stride": (2, 2), "pad": (1, 1), "num_group": 6, "num_filter": 6},
    "dilate": {"kernel": (3, 3), "stride": (1, 1), "dilate": (2, 2)},
}.items():
    layer(f"deconv-{name}", "Deconvolution", **{"num_filter": 4, **attributes})


def padded(**attributes):
    """The result of a `target_shape`: oneDNN in release 1.9.1 rejects it, and MXNet without oneDNN gives this result."""
    return lambda model, feeds: model.run(S.Deconvolution(S.var("data"), num_filter=4, stride=(2, 2), name="out", **attributes), feeds)


layer("deconv-target-shape", "Deconvolution", kernel=(4, 4), stride=(2, 2), target_shape=(18, 22), num_filter=4, model={"reference": padded(kernel=(4, 4), pad=(1, 1))})
layer("deconv-target-shape-odd", "Deconvolution", kernel=(3, 3), stride=(2, 2), target_shape=(18, 21), num_filter=4, no_bias=False, model={"reference": padded(kernel=(3, 3), pad=(1, 1), adj=(1, 0), no_bias=False)})
layer("deconv-1d", "Deconvolution", (1, 6, 20), kernel=(4,), stride=(2,), pad=(1,), num_filter=4)

# FullyConnected
layer("fc", "FullyConnected", num_hidden=7)
layer("fc-no-bias", "FullyConnected", num_hidden=7, no_bias=True)
layer("fc-vector", "FullyConnected", (1, 12), num_hidden=7)
layer("fc-batch", "FullyConnected", (4, 12), num_hidden=7)
layer("fc-unflattened", "FullyConnected", (1, 4, 6), num_hidden=7, flatten=False)
layer("fc-unflattened-4d", "FullyConnected", num_hidden=7, flatten=False, no_bias=True)
case("fc-after-pool", lambda x: S.FullyConnected(S.Pooling(x, global_pool=True, pool_type="avg", kernel=(1, 1)), num_hidden=7), IMAGE)
case("fc-after-flatten", lambda x: S.FullyConnected(S.Flatten(S.Activation(x, act_type="relu")), num_hidden=7), IMAGE)

# Normalization
layer("batchnorm", "BatchNorm")
layer("batchnorm-gamma", "BatchNorm", fix_gamma=False)
layer("batchnorm-eps", "BatchNorm", fix_gamma=False, eps=2e-5, momentum=0.9)
layer("batchnorm-large-eps", "BatchNorm", fix_gamma=False, eps=0.3)
layer("batchnorm-global", "BatchNorm", fix_gamma=True, use_global_stats=True)
layer("batchnorm-vector", "BatchNorm", (1, 12), fix_gamma=False)
layer("batchnorm-3d", "BatchNorm", (1, 6, 10), fix_gamma=False)
layer("batchnorm-axis", "BatchNorm", axis=3, fix_gamma=False)
layer("batchnorm-axis-last", "BatchNorm", axis=-1)
layer("batchnorm-batch", "BatchNorm", (2, 6, 4, 5), fix_gamma=False)
case("batchnorm-after-conv", lambda x: S.BatchNorm(S.Convolution(x, kernel=(3, 3), num_filter=5, no_bias=True), fix_gamma=False), IMAGE)
case("batchnorm-before-conv", lambda x: S.Convolution(S.BatchNorm(x), kernel=(3, 3), num_filter=5, pad=(1, 1)), IMAGE)
case("batchnorm-v1", lambda x: S.BatchNorm_v1(x, fix_gamma=False), IMAGE)
layer("instancenorm", "InstanceNorm")
layer("instancenorm-eps", "InstanceNorm", eps=0.1)
layer("instancenorm-1d", "InstanceNorm", (1, 6, 20))
layer("layernorm", "LayerNorm", (1, 5, 12))
layer("layernorm-eps", "LayerNorm", (1, 5, 12), eps=0.2)
layer("layernorm-channel", "LayerNorm", axis=1)
layer("layernorm-image", "LayerNorm")
layer("groupnorm", "GroupNorm", num_groups=3)
layer("groupnorm-one", "GroupNorm", eps=0.1)
layer("lrn", "LRN", nsize=5, alpha=0.5)
layer("lrn-settings", "LRN", nsize=3, alpha=0.3, beta=0.6, knorm=1.5)
layer("lrn-defaults", "LRN", nsize=5)
for mode in ("instance", "channel", "spatial"):
    layer(f"l2norm-{mode}", "L2Normalization", mode=mode)
layer("l2norm-default", "L2Normalization", (1, 16))
layer("l2norm-eps", "L2Normalization", (1, 16), eps=4.0)
layer("l2norm-instance-batch", "L2Normalization", (3, 4, 5))

# Activations with settings
for kind in ("relu", "sigmoid", "tanh", "softrelu", "softsign"):
    layer(f"activation-{kind}", "Activation", act_type=kind)
for kind in ("leaky", "elu", "prelu", "selu", "gelu"):
    layer(f"leakyrelu-{kind}", "LeakyReLU", act_type=kind)
layer("leakyrelu-default", "LeakyReLU")
layer("leakyrelu-slope", "LeakyReLU", act_type="leaky", slope=0.07)
layer("leakyrelu-elu-slope", "LeakyReLU", act_type="elu", slope=0.6)
case("leakyrelu-rrelu", lambda x: S.LeakyReLU(x, act_type="rrelu")[0], IMAGE)
case("leakyrelu-rrelu-bounds", lambda x: S.LeakyReLU(x, act_type="rrelu", lower_bound=0.1, upper_bound=0.2)[0], IMAGE)
layer("leakyrelu-prelu-vector", "LeakyReLU", (1, 12), act_type="prelu")
case("leakyrelu-prelu-shared", lambda x: S.LeakyReLU(x, S.var("slope_gamma", shape=(1,)), act_type="prelu"), IMAGE)
layer("dropout", "Dropout", p=0.4)
case("dropout-between", lambda x: S.FullyConnected(S.Dropout(S.FullyConnected(x, num_hidden=8)), num_hidden=5), IMAGE)

# Softmax and the heads of training
for name, attributes in {"default": {}, "channel": {"axis": 1}, "axis2": {"axis": 2}, "temperature": {"axis": 1, "temperature": 2.5}}.items():
    layer(f"softmax-{name}", "softmax", **attributes)
    layer(f"log-softmax-{name}", "log_softmax", **attributes)
    layer(f"softmin-{name}", "softmin", **attributes)
layer("softmax-activation", "SoftmaxActivation", (1, 9))
layer("softmax-activation-instance", "SoftmaxActivation", mode="instance")
layer("softmax-activation-channel", "SoftmaxActivation", mode="channel")
layer("softmax-output", "SoftmaxOutput", (1, 9))
layer("softmax-output-batch", "SoftmaxOutput", (3, 9))
layer("softmax-output-flattened", "SoftmaxOutput")
layer("softmax-output-multi", "SoftmaxOutput", multi_output=True, use_ignore=True, ignore_label=-1, grad_scale=0.5, normalization="valid")
layer("softmax-output-preserve", "SoftmaxOutput", (1, 5, 9), preserve_shape=True)
case("softmax-output-named", lambda x: S.SoftmaxOutput(S.FullyConnected(x, num_hidden=9), name="softmax"), (1, 12), declared=False)
layer("linear-regression", "LinearRegressionOutput", (1, 9))
layer("logistic-regression", "LogisticRegressionOutput", (1, 9))
layer("mae-regression", "MAERegressionOutput", (1, 9), grad_scale=2.0)
case("make-loss", lambda x: S.MakeLoss(S.square(x), grad_scale=2.0), IMAGE)
case("make-loss-lower", lambda x: S.make_loss(S.square(x)), IMAGE)
case("block-grad", lambda x: S.BlockGrad(x * 2 + 1), IMAGE)

# Pooling
for kind in ("max", "avg", "sum"):
    for convention in ("valid", "full"):
        for kernel, stride, pad in ((2, 2, 0), (3, 2, 0), (3, 2, 1), (3, 1, 1), (5, 3, 2)):
            attributes = {"kernel": (kernel,) * 2, "stride": (stride,) * 2, "pad": (pad,) * 2}
            layer(f"pool-{kind}-{convention}-{kernel}-{stride}-{pad}", "Pooling", (1, 4, 10, 13), pool_type=kind, pooling_convention=convention, **attributes)
    layer(f"pool-{kind}-axes", "Pooling", pool_type=kind, kernel=(2, 3), stride=(1, 2), pad=(1, 0))
    layer(f"pool-{kind}-global", "Pooling", pool_type=kind, global_pool=True)
    layer(f"pool-{kind}-global-kernel", "Pooling", pool_type=kind, global_pool=True, kernel=(7, 7), stride=(2, 2), pad=(1, 1))
    layer(f"pool-{kind}-default-stride", "Pooling", pool_type=kind, kernel=(2, 2))
    layer(f"pool-{kind}-1d", "Pooling", (1, 4, 15), pool_type=kind, kernel=(3,), stride=(2,), pad=(1,))
layer("pool-default", "Pooling", kernel=(2, 2), stride=(2, 2))
layer("pool-avg-exclude", "Pooling", pool_type="avg", kernel=(3, 3), stride=(2, 2), pad=(1, 1), count_include_pad=False)
layer("pool-avg-exclude-full", "Pooling", (1, 4, 10, 13), pool_type="avg", kernel=(3, 3), stride=(2, 2), pad=(1, 1), count_include_pad=False, pooling_convention="full")
layer("pool-avg-include", "Pooling", pool_type="avg", kernel=(3, 3), stride=(2, 2), pad=(1, 1), count_include_pad=True)


def same(model, feeds):
    """As in releases 1.3 to 1.5: one window per stride, with the last ones clipped at the end."""
    (x,) = feeds.values()
    return [np.stack([x[:, :, start : start + 3].max(2) for start in range(0, x.shape[2], 2)], 2)]


layer("pool-max-same", "Pooling", (1, 4, 15), kernel=(3,), stride=(2,), pooling_convention="same", model={"reference": same})
layer("pool-lp2", "Pooling", pool_type="lp", p_value=2, kernel=(2, 2), stride=(2, 2))
layer("pool-max-batch", "Pooling", (2, 3, 8, 8), pool_type="max", kernel=(3, 3), stride=(2, 2))
layer("pool-max-3d", "Pooling", (1, 2, 6, 7, 8), pool_type="max", kernel=(2, 2, 2), stride=(2, 2, 2))
for name, size in {"one": (), "number": 3, "pair": (4, 5), "divides": (3, 11)}.items():
    layer(f"adaptive-pool-{name}", "_contrib_AdaptiveAvgPooling2D", **({"output_size": size} if size else {}))

# Resizing and regions
layer("upsample-nearest", "UpSampling", scale=2, sample_type="nearest")
layer("upsample-nearest-3", "UpSampling", scale=3, sample_type="nearest", num_args=1)
layer("upsample-bilinear", "UpSampling", scale=2, sample_type="bilinear", num_filter=6, model={"weights": {"out_weight": np.tile(np.outer([1, 3, 3, 1], [1, 3, 3, 1]) / 16, (6, 1, 1, 1))}})
case("upsample-bilinear-random", lambda x: S.UpSampling(x, S.var("up_weight"), scale=2, sample_type="bilinear", num_filter=6, num_args=2), IMAGE)
case("upsample-concat", lambda a, b: S.UpSampling(a, b, scale=2, sample_type="nearest", num_args=2), (1, 3, 8, 8), (1, 2, 4, 4))
case("upsample-sum", lambda a, b: S.UpSampling(a, b, scale=2, sample_type="nearest", num_args=2, multi_input_mode="sum"), (1, 3, 8, 8), (1, 3, 4, 4))
RESIZES = {
    "size": {"height": 15, "width": 18},
    "down": {"height": 5, "width": 4},
    "scale": {"scale_height": 2.0, "scale_width": 1.5, "mode": "odd_scale"},
    "corners": {"height": 15, "width": 18, "align_corners": True},
    "half-pixel": {"height": 15, "width": 18, "align_corners": False},
    "to-odd-up": {"mode": "to_odd_up"},
    "to-even-down": {"mode": "to_even_down"},
}
for name, attributes in RESIZES.items():
    layer(f"bilinear-resize-{name}", "_contrib_BilinearResize2D", **attributes)
case("bilinear-resize-like", lambda a, b: operator("_contrib_BilinearResize2D")(a, b, mode="like"), IMAGE, (1, 2, 14, 20))
BOXES = [[0, 0, 0, 30, 28], [0, 8, 4, 38, 36], [0, 20, 16, 36, 40], [0, 4, 2, 40, 30]]
REGIONS = {
    "roi-pooling": ("ROIPooling", {"pooled_size": (3, 3)}),
    "roi-pooling-axes": ("ROIPooling", {"pooled_size": (2, 4)}),
    "roi-align": ("_contrib_ROIAlign", {"pooled_size": (3, 3), "sample_ratio": 2}),
    "roi-align-aligned": ("_contrib_ROIAlign", {"pooled_size": (2, 4), "sample_ratio": 2, "aligned": True}),
    "roi-align-adaptive": ("_contrib_ROIAlign", {"pooled_size": (3, 3)}),
}


def regions(random, count=6):
    """Regions of the one image, which may reach beyond the features."""
    corners = random.integers(0, 48, (count, 2))
    return np.concatenate([np.zeros((count, 1)), corners, corners + random.integers(1, 24, (count, 2))], 1)


# Learned, fed, and computed.
for name, (kind, attributes) in REGIONS.items():
    pooled = lambda x, boxes, kind=kind, attributes=attributes: operator(kind)(x, boxes, spatial_scale=0.25, name="out", **attributes)  # noqa: E731
    case(name, lambda x, pooled=pooled: pooled(x, S.var("boxes_weight", shape=(4, 5))), (1, 4, 12, 12), weights={"boxes_weight": np.array(BOXES, np.float32)})
    case(f"{name}-fed", pooled, (1, 4, 12, 12), regions)
    case(f"{name}-computed", lambda x, boxes, pooled=pooled: pooled(x, S.clip(boxes, 0, 50)), (1, 4, 12, 12), lambda random: regions(random, 1))
case("roi-pooling-many", lambda x, boxes: S.ROIPooling(x, boxes, pooled_size=(7, 7), spatial_scale=0.5), (1, 3, 24, 32), lambda random: regions(random, 40))
case("roi-pooling-uneven", lambda x: S.ROIPooling(x, S.var("boxes_weight", shape=(4, 5)), pooled_size=(6, 7), spatial_scale=0.25), (1, 4, 12, 12), weights={"boxes_weight": np.array(BOXES, np.float32) + [0, 5, 5, 9, 9]})

# Recurrence
for mode in ("lstm", "gru", "rnn_relu", "rnn_tanh"):
    for name, attributes in {"": {}, "-bidirectional": {"bidirectional": True}, "-layers": {"num_layers": 2}, "-outputs": {"state_outputs": True}}.items():

        def recurrent(x, mode=mode, attributes=attributes):
            rows = attributes.get("num_layers", 1) * (2 if attributes.get("bidirectional") else 1)
            states = {key: S.zeros((rows, 1, 8)) for key in (("state", "state_cell") if mode == "lstm" else ("state",))}
            out = S.RNN(x, S.var("rnn_parameters"), mode=mode, state_size=8, name="out", **{"num_layers": 1, **attributes}, **states)
            return [out[index] for index in range(len(out.list_outputs()))]

        case(f"rnn-{mode}{name}", recurrent, (7, 1, 5))
case("rnn-lstm-both", lambda x: S.RNN(x, S.var("rnn_parameters"), S.zeros((4, 1, 6)), S.zeros((4, 1, 6)), mode="lstm", state_size=6, num_layers=2, bidirectional=True), (7, 1, 5))
case("rnn-lstm-live-state", lambda x, h, c: list(S.RNN(x, S.var("rnn_parameters"), h, c, mode="lstm", state_size=6, num_layers=1, state_outputs=True)), (7, 1, 5), (1, 1, 6), (1, 1, 6))
case("rnn-gru-batch", lambda x: S.RNN(x, S.var("rnn_parameters"), S.zeros((1, 3, 6)), mode="gru", state_size=6, num_layers=1), (7, 3, 5))
CELLS = {"lstm": lambda: mx.rnn.LSTMCell(6, "cell_"), "gru": lambda: mx.rnn.GRUCell(6, "cell_"), "rnn": lambda: mx.rnn.RNNCell(6, prefix="cell_")}
for name, cell in CELLS.items():
    case(f"cell-{name}", lambda x, cell=cell: cell().unroll(4, x, merge_outputs=True, layout="NTC")[0], (1, 4, 5))
    case(f"cell-{name}-last", lambda x, cell=cell: cell().unroll(4, x, layout="NTC")[0][-1], (1, 4, 5), declared=name != "lstm")
case("cell-bidirectional", lambda x: mx.rnn.BidirectionalCell(mx.rnn.LSTMCell(6, "l_"), mx.rnn.LSTMCell(6, "r_")).unroll(3, x, merge_outputs=True, layout="NTC")[0], (1, 3, 5))

# Embedding
indices = lambda random: random.integers(0, 9, (1, 6))  # noqa: E731
layer("embedding", "Embedding", indices, input_dim=9, output_dim=5)
layer("embedding-vector", "Embedding", lambda random: random.integers(0, 9, (6,)), input_dim=9, output_dim=5)
case("embedding-fc", lambda x: S.FullyConnected(S.Embedding(x, input_dim=9, output_dim=5), num_hidden=4), indices)

# Detection
PRIORS = {
    "plain": {"sizes": (0.2, 0.3), "ratios": (1, 2, 0.5)},
    "first-ratio": {"sizes": (0.2, 0.3), "ratios": (2, 0.5)},
    "clip": {"sizes": (0.5, 0.7), "ratios": (1, 2), "clip": True},
    "steps": {"sizes": (0.2,), "ratios": (1, 3), "steps": (0.15, 0.12)},
    "offsets": {"sizes": (0.2,), "ratios": (1, 3), "offsets": (0.3, 0.6)},
    "defaults": {},
}
for name, attributes in PRIORS.items():
    case(f"multibox-prior-{name}", lambda x, attributes=attributes: S.contrib.MultiBoxPrior(x, **attributes), IMAGE, constant=True)


def detection(**attributes):
    def build(scores, offsets):
        priors = S.contrib.MultiBoxPrior(S.zeros((1, 1, 4, 5)), sizes=(0.3, 0.4), ratios=(1, 2))
        return S.contrib.MultiBoxDetection(S.softmax(scores, axis=1), offsets, priors, name="out", **attributes)

    return build


DETECTIONS = {
    "plain": {"nms_threshold": 0.45, "threshold": 0.2},
    "top": {"nms_threshold": 0.45, "threshold": 0.1, "nms_topk": 20},
    "variances": {"nms_threshold": 0.6, "threshold": 0.25, "variances": (0.2, 0.2, 0.1, 0.1)},
    "unclipped": {"nms_threshold": 0.45, "threshold": 0.2, "clip": False},
    "defaults": {},
    "force": {"nms_threshold": 0.3, "threshold": 0.2, "force_suppress": True},
    "force-top": {"nms_threshold": 0.3, "threshold": 0.1, "force_suppress": True, "nms_topk": 20},
    "kept": {"nms_threshold": -1, "threshold": 0.3},
    "background": {"nms_threshold": 0.45, "threshold": 0.2, "background_id": 2},
}
for name, attributes in DETECTIONS.items():
    case(f"multibox-detection-{name}", detection(**attributes), lambda random: random.standard_normal((1, 4, 60)) * 2, (1, 240), detector=True)
# No detections: by suppression within a class, across classes, and among the best.
for name in ("plain", "force", "top", "force-top"):
    case(f"multibox-detection-none-{name}", detection(**DETECTIONS[name] | {"threshold": 0.9999}), (1, 4, 60), (1, 240), detector=True, constant=True)


def with_target(x):
    """A net as it is trained, with targets beside the predictions; the converter removes the targets."""
    priors = S.contrib.MultiBoxPrior(x, sizes=(0.3,), ratios=(1,))
    scores = S.reshape(S.Convolution(x, kernel=(3, 3), pad=(1, 1), num_filter=4), shape=(0, 4, -1))
    targets = S.contrib.MultiBoxTarget(priors, S.var("box_label", shape=(1, 2, 5)), scores)
    return S.SoftmaxOutput(scores, targets[2], multi_output=True, use_ignore=True, name="out")


case("multibox-target", with_target, (1, 6, 4, 5))


# Generations of the files
def small_net(x):
    x = S.Convolution(x, kernel=(3, 3), num_filter=6, no_bias=True, name="conv", attr={"lr_mult": "2"})
    x = S.LeakyReLU(S.BatchNorm(x, fix_gamma=False, name="bn"), act_type="prelu", name="prelu")
    x = S.SliceChannel(S.Pooling(x, kernel=(2, 2), stride=(2, 2), pool_type="max"), num_outputs=2, name="halves")
    return S.SoftmaxOutput(S.FullyConnected(x[0] * 2 + x[1], num_hidden=9, name="fc"), name="softmax")


for generation in ("attrs", "attr", "param", "legacy", "v1", "v2", "v3"):
    case(f"generation-{generation}", small_net, IMAGE, generation=generation)
for kind in ("float64", "float16", "int32", "int64", "uint8", "int8"):
    values = lambda random, kind=kind: {"out_weight": (random.standard_normal((7, 12)) * (0.3 if kind.startswith("f") else 2) + (4 if kind[0] == "u" else 0)).clip(0 if kind[0] == "u" else -9, 9).astype(kind)}  # noqa: E731
    layer(f"dtype-{kind}", "FullyConnected", (1, 12), num_hidden=7, no_bias=True, model={"weights": values(np.random.default_rng(5))})
