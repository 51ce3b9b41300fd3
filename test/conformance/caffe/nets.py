"""Complete Caffe nets of known architectures, as their papers describe them, with random weights."""

from writer import NetWriter


def lenet():
    net = NetWriter()
    net.input("data", 1, 1, 28, 28)
    net.conv("conv1", "data", 1, 20, 5)
    net.pool("pool1", "conv1")
    net.conv("conv2", "pool1", 20, 50, 5)
    net.pool("pool2", "conv2")
    net.fc("ip1", "pool2", 50 * 16, 500)
    net.relu("relu1", "ip1")
    net.fc("ip2", "ip1", 500, 10)
    net.layer("Softmax", "prob", "ip2")
    return net


def alexnet():
    net = NetWriter()
    net.input("data", 1, 3, 227, 227)
    net.conv("conv1", "data", 3, 96, 11, 4)
    net.relu("relu1", "conv1")
    net.layer("LRN", "norm1", "conv1", "lrn_param { local_size: 5 alpha: 0.0001 beta: 0.75 }")
    net.pool("pool1", "norm1", kernel=3)
    net.conv("conv2", "pool1", 96, 256, 5, pad=2, group=2)
    net.relu("relu2", "conv2")
    net.layer("LRN", "norm2", "conv2", "lrn_param { local_size: 5 alpha: 0.0001 beta: 0.75 }")
    net.pool("pool2", "norm2", kernel=3)
    net.conv("conv3", "pool2", 256, 384, 3, pad=1)
    net.relu("relu3", "conv3")
    net.conv("conv4", "conv3", 384, 384, 3, pad=1, group=2)
    net.relu("relu4", "conv4")
    net.conv("conv5", "conv4", 384, 256, 3, pad=1, group=2)
    net.relu("relu5", "conv5")
    net.pool("pool5", "conv5", kernel=3)
    net.fc("fc6", "pool5", 256 * 36, 512)
    net.relu("relu6", "fc6")
    net.layer("Dropout", "drop6", "fc6", "dropout_param { dropout_ratio: 0.5 }", tops="fc6")
    net.fc("fc7", "fc6", 512, 512)
    net.relu("relu7", "fc7")
    net.layer("Dropout", "drop7", "fc7", tops="fc7")
    net.fc("fc8", "fc7", 512, 100)
    net.layer("Softmax", "prob", "fc8")
    return net


def vgg_body(net, size, stages):
    net.input("data", 1, 3, size, size)
    bottom, inputs = "data", 3
    for stage, (count, outputs) in enumerate(stages, 1):
        for index in range(1, count + 1):
            bottom = net.conv(f"conv{stage}_{index}", bottom, inputs, outputs, 3, pad=1)
            net.relu(f"relu{stage}_{index}", bottom)
            inputs = outputs
        bottom = net.pool(f"pool{stage}", bottom)
    return bottom, inputs


def vgg():
    net = NetWriter()
    bottom, channels = vgg_body(net, 96, [(2, 32), (2, 64), (3, 96), (3, 128), (3, 128)])
    net.fc("fc6", bottom, channels * 9, 256)
    net.relu("relu6", "fc6")
    net.fc("fc7", "fc6", 256, 256)
    net.relu("relu7", "fc7")
    net.fc("fc8", "fc7", 256, 100)
    net.layer("Softmax", "prob", "fc8")
    return net


def inception(net, name, bottom, inputs, sizes):
    one, reduce3, three, reduce5, five, pool = sizes
    net.conv(f"{name}/1x1", bottom, inputs, one, 1)
    net.relu(f"{name}/relu_1x1", f"{name}/1x1")
    net.conv(f"{name}/3x3_reduce", bottom, inputs, reduce3, 1)
    net.relu(f"{name}/relu_3x3_reduce", f"{name}/3x3_reduce")
    net.conv(f"{name}/3x3", f"{name}/3x3_reduce", reduce3, three, 3, pad=1)
    net.relu(f"{name}/relu_3x3", f"{name}/3x3")
    net.conv(f"{name}/5x5_reduce", bottom, inputs, reduce5, 1)
    net.relu(f"{name}/relu_5x5_reduce", f"{name}/5x5_reduce")
    net.conv(f"{name}/5x5", f"{name}/5x5_reduce", reduce5, five, 5, pad=2)
    net.relu(f"{name}/relu_5x5", f"{name}/5x5")
    net.pool(f"{name}/pool", bottom, kernel=3, stride=1, pad=1)
    net.conv(f"{name}/pool_proj", f"{name}/pool", inputs, pool, 1)
    net.relu(f"{name}/relu_pool_proj", f"{name}/pool_proj")
    parts = [f"{name}/1x1", f"{name}/3x3", f"{name}/5x5", f"{name}/pool_proj"]
    return net.layer("Concat", f"{name}/output", parts), one + three + five + pool


def googlenet():
    net = NetWriter()
    net.input("data", 1, 3, 224, 224)
    net.conv("conv1/7x7_s2", "data", 3, 64, 7, 2, 3)
    net.relu("conv1/relu", "conv1/7x7_s2")
    net.pool("pool1", "conv1/7x7_s2", kernel=3)
    net.layer("LRN", "norm1", "pool1", "lrn_param { local_size: 5 alpha: 0.0001 beta: 0.75 }")
    net.conv("conv2/3x3_reduce", "norm1", 64, 64, 1)
    net.relu("conv2/relu_reduce", "conv2/3x3_reduce")
    net.conv("conv2/3x3", "conv2/3x3_reduce", 64, 192, 3, pad=1)
    net.relu("conv2/relu", "conv2/3x3")
    net.layer("LRN", "norm2", "conv2/3x3", "lrn_param { local_size: 5 alpha: 0.0001 beta: 0.75 }")
    bottom = net.pool("pool2", "norm2", kernel=3)
    channels = 192
    table = {
        "3a": (64, 96, 128, 16, 32, 32),
        "3b": (128, 128, 192, 32, 96, 64),
        "4a": (192, 96, 208, 16, 48, 64),
        "4b": (160, 112, 224, 24, 64, 64),
        "5a": (256, 160, 320, 32, 128, 128),
    }
    for name, sizes in table.items():
        if name in ("4a", "5a"):
            bottom = net.pool(f"pool{name}", bottom, kernel=3)
        bottom, channels = inception(net, f"inception_{name}", bottom, channels, sizes)
    net.pool("pool5", bottom, "AVE", 7, 1)
    net.layer("Dropout", "drop", "pool5", "dropout_param { dropout_ratio: 0.4 }", tops="pool5")
    net.fc("classifier", "pool5", channels, 100, 0.02)
    net.layer("Softmax", "prob", "classifier")
    return net


def squeezenet():
    net = NetWriter()
    net.input("data", 1, 3, 227, 227)
    net.conv("conv1", "data", 3, 64, 3, 2)
    net.relu("relu1", "conv1")
    bottom, channels = net.pool("pool1", "conv1", kernel=3), 64
    for index, (squeeze, expand, pool) in enumerate([(16, 64, 0), (16, 64, 1), (32, 128, 0), (32, 128, 1), (48, 192, 0), (64, 256, 0)], 2):
        name = f"fire{index}"
        net.conv(f"{name}/squeeze1x1", bottom, channels, squeeze, 1)
        net.relu(f"{name}/relu_squeeze", f"{name}/squeeze1x1")
        net.conv(f"{name}/expand1x1", f"{name}/squeeze1x1", squeeze, expand, 1)
        net.relu(f"{name}/relu1", f"{name}/expand1x1")
        net.conv(f"{name}/expand3x3", f"{name}/squeeze1x1", squeeze, expand, 3, pad=1)
        net.relu(f"{name}/relu3", f"{name}/expand3x3")
        bottom, channels = net.layer("Concat", f"{name}/concat", [f"{name}/expand1x1", f"{name}/expand3x3"]), 2 * expand
        if pool:
            bottom = net.pool(f"pool{index}", bottom, kernel=3)
    net.layer("Dropout", "drop9", bottom, tops=bottom)
    net.conv("conv10", bottom, channels, 100, 1)
    net.relu("relu10", "conv10")
    net.layer("Pooling", "pool10", "conv10", "pooling_param { pool: AVE global_pooling: true }")
    net.layer("Softmax", "prob", "pool10")
    return net


def resnet():
    net = NetWriter()
    net.input("data", 1, 3, 128, 128)
    net.conv("conv1", "data", 3, 64, 7, 2, 3)
    net.norm("bn_conv1", "conv1", 64)
    net.relu("conv1_relu", "conv1")
    bottom, channels = net.pool("pool1", "conv1", kernel=3), 64
    for stage, outputs in enumerate((64, 128, 256, 512), 2):
        for block in "ab":
            name = f"res{stage}{block}"
            stride = 2 if block == "a" and stage > 2 else 1
            shortcut = bottom
            if stride > 1 or channels != outputs:
                shortcut = net.conv(f"{name}_branch1", bottom, channels, outputs, 1, stride, bias=False)
                net.norm(f"bn{stage}{block}_branch1", shortcut, outputs)
            net.conv(f"{name}_branch2a", bottom, channels, outputs, 3, stride, 1, bias=False)
            net.norm(f"bn{stage}{block}_branch2a", f"{name}_branch2a", outputs)
            net.relu(f"{name}_branch2a_relu", f"{name}_branch2a")
            net.conv(f"{name}_branch2b", f"{name}_branch2a", outputs, outputs, 3, 1, 1, bias=False)
            net.norm(f"bn{stage}{block}_branch2b", f"{name}_branch2b", outputs)
            bottom = net.layer("Eltwise", name, [shortcut, f"{name}_branch2b"])
            net.relu(f"{name}_relu", bottom)
            channels = outputs
    net.pool("pool5", bottom, "AVE", 4, 1)
    net.fc("fc", "pool5", channels, 100, 0.02)
    net.layer("Softmax", "prob", "fc")
    return net


def mobilenet_body(net, size, blocks, width=0.5):
    net.input("data", 1, 3, size, size)
    channels = int(32 * width)
    bottom = net.conv("conv1", "data", 3, channels, 3, 2, 1, bias=False)
    net.norm("conv1/bn", bottom, channels)
    net.relu("relu1", bottom)
    ends = {}
    for index, (outputs, stride) in enumerate(blocks, 1):
        outputs = int(outputs * width)
        name = f"conv{index + 1}"
        bottom = net.conv(f"{name}/dw", bottom, channels, channels, 3, stride, 1, channels, bias=False)
        net.norm(f"{name}/dw/bn", bottom, channels)
        net.relu(f"{name}/dw/relu", bottom)
        bottom = net.conv(f"{name}/sep", bottom, channels, outputs, 1, bias=False)
        net.norm(f"{name}/sep/bn", bottom, outputs)
        net.relu(f"{name}/sep/relu", bottom)
        channels = outputs
        ends[index + 1] = (bottom, channels)
    return bottom, channels, ends


MOBILENET = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1)]


def mobilenet():
    net = NetWriter()
    bottom, channels, _ = mobilenet_body(net, 160, MOBILENET)
    net.layer("Pooling", "pool6", bottom, "pooling_param { pool: AVE global_pooling: true }")
    net.conv("fc7", "pool6", channels, 100, 1)
    net.layer("Softmax", "prob", "fc7")
    return net


def heads(net, sources, classes, image):
    """SSD's heads over feature maps: their flattened predictions and their prior boxes."""
    parts = {"loc": [], "conf": [], "priorbox": []}
    for number, (bottom, channels, low, high, ratios) in enumerate(sources):
        name = bottom.replace("/", "_")
        count = 1 + 2 * len(ratios) + (1 if high else 0)
        for kind, outputs in (("loc", 4 * count), ("conf", classes * count)):
            head = net.conv(f"{name}_mbox_{kind}", bottom, channels, outputs, 1 if number % 2 else 3, pad=0 if number % 2 else 1)
            net.layer("Permute", f"{head}_perm", head, "permute_param { order: 0 order: 2 order: 3 order: 1 }")
            net.layer("Flatten", f"{head}_flat", f"{head}_perm", "flatten_param { axis: 1 }")
            parts[kind].append(f"{head}_flat")
        sizes = f"min_size: {low}" + (f" max_size: {high}" if high else "") + "".join(f" aspect_ratio: {ratio}" for ratio in ratios)
        param = f"{sizes} flip: true clip: false variance: 0.1 variance: 0.1 variance: 0.2 variance: 0.2 offset: 0.5"
        parts["priorbox"].append(net.layer("PriorBox", f"{name}_mbox_priorbox", [bottom, "data"], f"prior_box_param {{ {param} }}"))
    net.layer("Concat", "mbox_loc", parts["loc"], "concat_param { axis: 1 }")
    net.layer("Concat", "mbox_conf", parts["conf"], "concat_param { axis: 1 }")
    net.layer("Concat", "mbox_priorbox", parts["priorbox"], "concat_param { axis: 2 }")
    net.layer("Reshape", "mbox_conf_reshape", "mbox_conf", f"reshape_param {{ shape {{ dim: 0 dim: -1 dim: {classes} }} }}")
    net.layer("Softmax", "mbox_conf_softmax", "mbox_conf_reshape", "softmax_param { axis: 2 }")
    net.layer("Flatten", "mbox_conf_flatten", "mbox_conf_softmax", "flatten_param { axis: 1 }")
    param = (
        f"num_classes: {classes} share_location: true background_label_id: 0 nms_param {{ nms_threshold: 0.45 top_k: 100 }} "
        "code_type: CENTER_SIZE keep_top_k: 50 confidence_threshold: 0.25"
    )
    bottoms = ["mbox_loc", "mbox_conf_flatten", "mbox_priorbox"]
    net.layer("DetectionOutput", "detection_out", bottoms, f"detection_output_param {{ {param} }}")


def mobilenet_ssd():
    net = NetWriter()
    bottom, channels, ends = mobilenet_body(net, 160, MOBILENET)
    extra = net.conv("conv14_1", bottom, channels, 64, 1)
    net.relu("conv14_1/relu", extra)
    extra = net.conv("conv14_2", extra, 64, 128, 3, 2, 1)
    net.relu("conv14_2/relu", extra)
    heads(net, [(*ends[10], 32.0, 0, (2.0,)), (bottom, channels, 56.0, 84.0, (2.0, 3.0)), (extra, 128, 84.0, 112.0, (2.0, 3.0))], 6, 160)
    return net


def vgg_ssd():
    net = NetWriter()
    bottom, channels = vgg_body(net, 128, [(1, 32), (1, 64), (2, 96)])
    net.layer(
        "Normalize",
        "conv3_norm",
        "conv3_2",
        "norm_param { across_spatial: false channel_shared: false }",
        blobs=[net.random.uniform(5, 20, 96)],
    )
    net.conv("fc6", bottom, channels, 128, 3, pad=6, extra="dilation: 6")
    net.relu("relu6", "fc6")
    net.conv("conv6_2", "fc6", 128, 128, 3, 2, 1)
    net.relu("relu6_2", "conv6_2")
    heads(net, [("conv3_norm", 96, 16.0, 32.0, (2.0,)), ("fc6", 128, 32.0, 56.0, (2.0, 3.0)), ("conv6_2", 128, 56.0, 84.0, (2.0,))], 5, 128)
    return net


def face():
    """A face net: PReLU, residual blocks, and an embedding that the caller normalizes."""
    net = NetWriter()
    net.input("data", 1, 3, 112, 96)
    bottom, channels = "data", 3
    for stage, outputs in enumerate((32, 64, 96, 128), 1):
        bottom = net.conv(f"conv{stage}_1", bottom, channels, outputs, 3, 2, 1)
        net.layer("PReLU", f"relu{stage}_1", bottom, tops=bottom, blobs=[net.random.uniform(0.1, 0.4, outputs)])
        inner = net.conv(f"conv{stage}_2", bottom, outputs, outputs, 3, 1, 1)
        net.layer("PReLU", f"relu{stage}_2", inner, tops=inner, blobs=[net.random.uniform(0.1, 0.4, outputs)])
        bottom = net.layer("Eltwise", f"res{stage}", [bottom, inner], "eltwise_param { operation: SUM }")
        channels = outputs
    net.fc("fc5", bottom, channels * 7 * 6, 128)
    return net


def fcn():
    """An FCN: padded by 100, upsampled by a deconvolution, skips scored and cropped."""
    net = NetWriter()
    net.input("data", 1, 3, 64, 80)
    net.conv("conv1_1", "data", 3, 16, 3, pad=40)
    net.relu("relu1_1", "conv1_1")
    net.pool("pool1", "conv1_1")
    net.conv("conv2_1", "pool1", 16, 32, 3, pad=1)
    net.relu("relu2_1", "conv2_1")
    net.pool("pool2", "conv2_1")
    net.conv("conv3_1", "pool2", 32, 48, 3, pad=1)
    net.relu("relu3_1", "conv3_1")
    net.pool("pool3", "conv3_1")
    net.conv("fc6", "pool3", 48, 64, 7)
    net.relu("relu6", "fc6")
    net.conv("score_fr", "fc6", 64, 7, 1)
    up = "convolution_param {{ num_output: 7 kernel_size: {0} stride: {1} bias_term: false }}"
    net.layer("Deconvolution", "upscore2", "score_fr", up.format(4, 2), blobs=[net.normal(7, 7, 4, 4, scale=0.2)])
    net.conv("score_pool2", "pool2", 32, 7, 1)
    net.layer("Crop", "score_pool2c", ["score_pool2", "upscore2"], "crop_param { axis: 2 offset: 5 }")
    net.layer("Eltwise", "fuse_pool2", ["upscore2", "score_pool2c"], "eltwise_param { operation: SUM }")
    net.layer("Deconvolution", "upscore8", "fuse_pool2", up.format(16, 8), blobs=[net.normal(7, 7, 16, 16, scale=0.1)])
    net.layer("Crop", "score", ["upscore8", "data"], "crop_param { axis: 2 offset: 19 }")
    return net


def unet():
    net = NetWriter()
    net.input("data", 1, 1, 64, 64)
    bottom, channels, skips = "data", 1, []
    for depth, outputs in enumerate((16, 32, 64), 1):
        for index in (1, 2):
            bottom = net.conv(f"down{depth}_{index}", bottom, channels, outputs, 3, pad=1)
            net.relu(f"down{depth}_{index}_relu", bottom)
            channels = outputs
        skips.append((bottom, channels))
        bottom = net.pool(f"pool{depth}", bottom)
    bottom = net.conv("bottom", bottom, channels, 96, 3, pad=1)
    net.relu("bottom_relu", bottom)
    channels = 96
    for depth, (skip, outputs) in reversed(list(enumerate(skips, 1))):
        param = f"convolution_param {{ num_output: {outputs} kernel_size: 2 stride: 2 }}"
        blobs = [net.normal(channels, outputs, 2, 2, scale=(1 / channels) ** 0.5), net.normal(outputs, scale=0.1)]
        net.layer("Deconvolution", f"up{depth}", bottom, param, blobs=blobs)
        net.layer("Concat", f"cat{depth}", [skip, f"up{depth}"])
        bottom = net.conv(f"up{depth}_1", f"cat{depth}", 2 * outputs, outputs, 3, pad=1)
        net.relu(f"up{depth}_1_relu", bottom)
        channels = outputs
    net.conv("score", bottom, channels, 2, 1)
    net.layer("Sigmoid", "mask", "score")
    return net


NETS = [lenet, alexnet, vgg, googlenet, squeezenet, resnet, mobilenet, mobilenet_ssd, vgg_ssd, face, fcn, unet]
