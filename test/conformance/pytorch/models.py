"""Typical models with random weights: those of torchvision, and small ones like those that ncnn is used for.

Nothing is downloaded. Affine parameters of normalizations are random too, because a net without them would match a fresh
model. The statistics come from random inputs, so that the results neither explode nor vanish.
"""

import torch
import torchvision
from torch import nn
from torch.nn import functional


class ConvUnit(nn.Sequential):
    """Convolution, batch norm, SiLU."""

    def __init__(self, inputs, outputs, kernel=1, stride=1, activation=nn.SiLU):
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs), activation()
        )


class Bottleneck(nn.Module):
    def __init__(self, channels, shortcut=True):
        super().__init__()
        self.first, self.second = ConvUnit(channels, channels), ConvUnit(channels, channels, 3)
        self.shortcut = shortcut

    def forward(self, x):
        y = self.second(self.first(x))
        return x + y if self.shortcut else y


class CrossStage(nn.Module):
    """C3 of YOLOv5."""

    def __init__(self, inputs, outputs, shortcut=True):
        super().__init__()
        half = outputs // 2
        self.left, self.right = ConvUnit(inputs, half), ConvUnit(inputs, half)
        self.inner, self.last = Bottleneck(half, shortcut), ConvUnit(2 * half, outputs)

    def forward(self, x):
        return self.last(torch.cat((self.inner(self.left(x)), self.right(x)), 1))


class SplitStage(nn.Module):
    """C2f of YOLOv8."""

    def __init__(self, inputs, outputs, count=2, shortcut=True):
        super().__init__()
        half = outputs // 2
        self.first, self.last = ConvUnit(inputs, 2 * half), ConvUnit((2 + count) * half, outputs)
        self.inner = nn.ModuleList(Bottleneck(half, shortcut) for _ in range(count))

    def forward(self, x):
        parts = list(self.first(x).chunk(2, 1))
        for block in self.inner:
            parts.append(block(parts[-1]))
        return self.last(torch.cat(parts, 1))


class PyramidPool(nn.Module):
    """SPPF of YOLO."""

    def __init__(self, channels):
        super().__init__()
        self.first, self.last = ConvUnit(channels, channels // 2), ConvUnit(channels * 2, channels)
        self.pool = nn.MaxPool2d(5, 1, 2)

    def forward(self, x):
        x = self.first(x)
        y = self.pool(x)
        z = self.pool(y)
        return self.last(torch.cat((x, y, z, self.pool(z)), 1))


class Focus(nn.Module):
    """Every second pixel in a separate channel, by slices."""

    def __init__(self, outputs):
        super().__init__()
        self.unit = ConvUnit(12, outputs, 3)

    def forward(self, x):
        return self.unit(torch.cat((x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2]), 1))


class Yolo5(nn.Module):
    """A small YOLOv5 with the decoding of its export."""

    def __init__(self, classes=4, anchors=3):
        super().__init__()
        self.stem = nn.Sequential(Focus(16), ConvUnit(16, 32, 3, 2), CrossStage(32, 32))
        self.middle = nn.Sequential(ConvUnit(32, 64, 3, 2), CrossStage(64, 64))
        self.deep = nn.Sequential(ConvUnit(64, 64, 3, 2), PyramidPool(64), CrossStage(64, 64, False))
        self.lateral = ConvUnit(64, 32)
        self.up = CrossStage(96, 32, False)
        self.down = ConvUnit(32, 32, 3, 2)
        self.last = CrossStage(64, 64, False)
        self.anchors, self.width = anchors, classes + 5
        self.heads = nn.ModuleList(nn.Conv2d(channels, anchors * self.width, 1) for channels in (32, 64))

    def forward(self, image):
        stem = self.stem(image)
        middle = self.middle(stem)
        deep = self.lateral(self.deep(middle))
        up = self.up(torch.cat((functional.interpolate(deep, scale_factor=2.0, mode="nearest"), middle), 1))
        last = self.last(torch.cat((self.down(up), deep), 1))
        boxes = []
        for head, x, stride in zip(self.heads, (up, last), (8, 16)):
            x = head(x)
            batch, _, height, width = x.shape
            x = x.view(batch, self.anchors, self.width, height, width).permute(0, 1, 3, 4, 2).contiguous()
            rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
            grid = torch.stack((columns, rows), 2).view(1, 1, height, width, 2).float() - 0.5
            size = torch.tensor([[10.0, 13], [16, 30], [33, 23]]).view(1, self.anchors, 1, 1, 2)
            place, extent, scores = x.sigmoid().split((2, 2, self.width - 4), 4)
            y = torch.cat(((place * 2 + grid) * stride, (extent * 2) ** 2 * size, scores), 4)
            boxes.append(y.view(batch, -1, self.width))
        return torch.cat(boxes, 1)


class Yolo8(nn.Module):
    """A small YOLOv8 with its head: distances as distributions, boxes and scores in one output."""

    def __init__(self, classes=4, bins=16):
        super().__init__()
        self.stem = nn.Sequential(ConvUnit(3, 16, 3, 2), ConvUnit(16, 32, 3, 2), SplitStage(32, 32))
        self.middle = nn.Sequential(ConvUnit(32, 64, 3, 2), SplitStage(64, 64))
        self.deep = nn.Sequential(ConvUnit(64, 64, 3, 2), SplitStage(64, 64), PyramidPool(64))
        self.up = SplitStage(128, 32, shortcut=False)
        self.down = ConvUnit(32, 32, 3, 2)
        self.last = SplitStage(96, 64, shortcut=False)
        self.classes, self.bins = classes, bins
        self.boxes = nn.ModuleList(nn.Sequential(ConvUnit(c, 32, 3), nn.Conv2d(32, 4 * bins, 1)) for c in (32, 64))
        self.scores = nn.ModuleList(nn.Sequential(ConvUnit(c, 32, 3), nn.Conv2d(32, classes, 1)) for c in (32, 64))
        self.expect = nn.Conv2d(bins, 1, 1, bias=False)
        self.expect.weight.data[:] = torch.arange(bins, dtype=torch.float).view(1, bins, 1, 1)

    def forward(self, image):
        stem = self.stem(image)
        middle = self.middle(stem)
        deep = self.deep(middle)
        up = self.up(torch.cat((functional.interpolate(deep, scale_factor=2.0, mode="nearest"), middle), 1))
        last = self.last(torch.cat((self.down(up), deep), 1))
        features = [torch.cat((box(x), score(x)), 1) for box, score, x in zip(self.boxes, self.scores, (up, last))]
        anchors, strides = [], []
        for x, stride in zip(features, (8.0, 16.0)):
            height, width = x.shape[2:]
            rows, columns = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij")
            anchors.append(torch.stack((columns, rows), -1).view(-1, 2))
            strides.append(torch.full((height * width, 1), stride))
        anchors, strides = torch.cat(anchors).transpose(0, 1)[None], torch.cat(strides).transpose(0, 1)
        x = torch.cat([entry.view(len(entry), self.classes + 4 * self.bins, -1) for entry in features], 2)
        box, score = x.split((4 * self.bins, self.classes), 1)
        batch, _, count = box.shape
        box = self.expect(box.view(batch, 4, self.bins, count).transpose(2, 1).softmax(1)).view(batch, 4, count)
        near, far = box.chunk(2, 1)
        low, high = anchors - near, anchors + far
        return torch.cat((torch.cat(((low + high) / 2, high - low), 1) * strides, score.sigmoid()), 1)


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        double = lambda i, o: nn.Sequential(ConvUnit(i, o, 3, 1, nn.ReLU), ConvUnit(o, o, 3, 1, nn.ReLU))  # noqa: E731
        self.first, self.second, self.third = double(3, 16), double(16, 32), double(32, 64)
        self.up, self.last_up = nn.ConvTranspose2d(64, 32, 2, 2), nn.ConvTranspose2d(32, 16, 4, 2, 1)
        self.fourth, self.fifth = double(64, 32), double(32, 16)
        self.head = nn.Conv2d(16, 2, 1)

    def forward(self, x):
        first = self.first(x)
        second = self.second(functional.max_pool2d(first, 2))
        third = self.third(functional.max_pool2d(second, 2))
        x = self.fourth(torch.cat((second, self.up(third)), 1))
        return self.head(self.fifth(torch.cat((first, self.last_up(x)), 1))).softmax(1)


class Crnn(nn.Module):
    """Text recognition: a convolution net, two bidirectional LSTMs, probabilities for each column."""

    def __init__(self, classes=37):
        super().__init__()
        unit = lambda i, o: ConvUnit(i, o, 3, 1, nn.ReLU)  # noqa: E731
        self.features = nn.Sequential(
            *(unit(1, 16), nn.MaxPool2d(2), unit(16, 32), nn.MaxPool2d(2), unit(32, 48), nn.MaxPool2d((2, 1))),
            *(unit(48, 64), nn.MaxPool2d((4, 1))),
        )
        self.recurrent = nn.LSTM(64, 32, 2, bidirectional=True)
        self.head = nn.Linear(64, classes)

    def forward(self, image):
        x = self.features(image).squeeze(2).permute(2, 0, 1)
        return self.head(self.recurrent(x)[0]).log_softmax(2)


class PatchAttention(nn.Module):
    """A block of MobileViT: patches are unfolded, go through two transformer layers, and are folded again."""

    def __init__(self, channels=32, width=48):
        super().__init__()
        self.enter = nn.Sequential(ConvUnit(channels, channels, 3), nn.Conv2d(channels, width, 1, bias=False))
        layer = lambda: nn.TransformerEncoderLayer(width, 4, 96, 0.0, "gelu", batch_first=True, norm_first=True)  # noqa: E731
        self.layers = nn.ModuleList((layer(), layer()))
        self.norm = nn.LayerNorm(width)
        self.leave, self.fuse = ConvUnit(width, channels), ConvUnit(2 * channels, channels, 3)

    def forward(self, x):
        y = self.enter(x)
        batch, width, height, length = y.shape
        y = y.reshape(batch * width * height // 2, 2, length // 2, 2).transpose(1, 2)
        y = y.reshape(batch, width, height * length // 4, 4).transpose(1, 3).reshape(batch * 4, height * length // 4, width)
        for layer in self.layers:
            y = layer(y)
        y = self.norm(y).reshape(batch, 4, height * length // 4, width).transpose(1, 3)
        y = y.reshape(batch * width * height // 2, length // 2, 2, 2).transpose(1, 2).reshape(batch, width, height, length)
        return self.fuse(torch.cat((x, self.leave(y)), 1))


class MobileVit(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.block = nn.Sequential(ConvUnit(3, 16, 3, 2), ConvUnit(16, 32, 3, 2)), PatchAttention()
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))

    def forward(self, image):
        return self.head(self.block(self.stem(image)))


class DenseResidual(nn.Module):
    """A block of ESRGAN."""

    def __init__(self, channels=16, growth=8):
        super().__init__()
        self.steps = nn.ModuleList(nn.Conv2d(channels + i * growth, growth, 3, 1, 1) for i in range(3))
        self.last = nn.Conv2d(channels + 3 * growth, channels, 3, 1, 1)

    def forward(self, x):
        parts = [x]
        for step in self.steps:
            parts.append(functional.leaky_relu(step(torch.cat(parts, 1)), 0.2))
        return self.last(torch.cat(parts, 1)) * 0.2 + x


class SuperResolution(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 16, 3, 1, 1)
        self.body = nn.Sequential(DenseResidual(), DenseResidual(), nn.Conv2d(16, 16, 3, 1, 1))
        self.up = nn.Conv2d(16, 64, 3, 1, 1)
        self.last = nn.Conv2d(16, 12, 3, 1, 1)

    def forward(self, x):
        x = self.first(x)
        x = x + self.body(x)
        x = functional.leaky_relu(functional.pixel_shuffle(self.up(x), 2), 0.2)
        x = functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        return functional.pixel_shuffle(self.last(x), 2).clamp(-1, 1)


class Audio(nn.Module):
    """Convolutions over a waveform, a GRU over the frames."""

    def __init__(self):
        super().__init__()
        unit = lambda i, o, k, s: nn.Sequential(nn.Conv1d(i, o, k, s, k // 2), nn.BatchNorm1d(o), nn.PReLU(o))  # noqa: E731
        self.features = nn.Sequential(unit(1, 16, 9, 4), unit(16, 32, 9, 4), nn.MaxPool1d(2), unit(32, 40, 5, 2))
        self.recurrent = nn.GRU(40, 24, batch_first=True, bidirectional=True)
        self.norm, self.head = nn.LayerNorm(48), nn.Linear(96, 6)

    def forward(self, wave):
        x, _ = self.recurrent(self.features(wave).transpose(1, 2))
        x = self.norm(x)
        return self.head(torch.cat((x.mean(1), x.amax(1)), 1))


def classifier(name, **settings):
    return lambda: getattr(torchvision.models, name)(weights=None, **settings)


class OutOnly(nn.Module):
    """A segmentation net without the dict around its result."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, image):
        return self.model(image)["out"]


class LastFlow(nn.Module):
    """Optical flow as it is after the last of the updates."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, first, second):
        return self.model(first, second)[-1]


def segmentation(name, **settings):
    maker = getattr(torchvision.models.segmentation, name)
    return lambda: OutOnly(maker(weights=None, weights_backbone=None, num_classes=21, **settings))


IMAGE = (1, 3, 224, 224)

# Name, constructor of the model, and shapes of its inputs.
ZOO = [
    ("alexnet", classifier("alexnet"), IMAGE),
    ("vgg11_bn", classifier("vgg11_bn"), IMAGE),
    ("resnet18", classifier("resnet18"), IMAGE),
    ("resnet50", classifier("resnet50"), IMAGE),
    ("squeezenet1_1", classifier("squeezenet1_1"), IMAGE),
    ("densenet121", classifier("densenet121"), IMAGE),
    ("googlenet", classifier("googlenet", aux_logits=False, init_weights=False, transform_input=True), IMAGE),
    ("inception_v3", classifier("inception_v3", init_weights=False), (1, 3, 299, 299)),
    ("mobilenet_v2", classifier("mobilenet_v2"), IMAGE),
    ("mobilenet_v3_small", classifier("mobilenet_v3_small"), IMAGE),
    ("shufflenet_v2_x1_0", classifier("shufflenet_v2_x1_0"), IMAGE),
    ("mnasnet0_5", classifier("mnasnet0_5"), IMAGE),
    ("efficientnet_b0", classifier("efficientnet_b0"), IMAGE),
    ("efficientnet_v2_s", classifier("efficientnet_v2_s"), IMAGE),
    ("regnet_y_400mf", classifier("regnet_y_400mf"), IMAGE),
    ("convnext_tiny", classifier("convnext_tiny"), IMAGE),
    ("swin_t", classifier("swin_t"), IMAGE),
    ("swin_v2_t", classifier("swin_v2_t"), (1, 3, 256, 256)),
    ("vit_b_16", classifier("vit_b_16"), IMAGE),
    ("maxvit_t", classifier("maxvit_t"), IMAGE),
    ("lraspp_mobilenet_v3_large", segmentation("lraspp_mobilenet_v3_large"), IMAGE),
    ("deeplabv3_mobilenet_v3_large", segmentation("deeplabv3_mobilenet_v3_large", aux_loss=False), IMAGE),
    ("fcn_resnet50", segmentation("fcn_resnet50", aux_loss=False), IMAGE),
    ("raft_small", lambda: LastFlow(torchvision.models.optical_flow.raft_small()), [(1, 3, 128, 160)] * 2),
    ("yolo5", Yolo5, (1, 3, 128, 128)),
    ("yolo8", Yolo8, (1, 3, 128, 128)),
    ("unet", UNet, (1, 3, 64, 64)),
    ("crnn", Crnn, (1, 1, 32, 128)),
    ("mobilevit", MobileVit, (1, 3, 64, 64)),
    ("super_resolution", SuperResolution, (1, 3, 32, 32)),
    ("audio", Audio, (1, 1, 4096)),
]


def make(name):
    """The model in evaluation mode, always with the same weights, and the shapes of its inputs."""
    torch.manual_seed(20261020)
    maker, given = next((maker, shape) for key, maker, shape in ZOO if key == name)
    shapes = given if isinstance(given, list) else [given]
    model = maker().eval()
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            # The mean over all batches below.
            module.momentum = None
            module.train()
        if isinstance(module, (nn.modules.batchnorm._BatchNorm, nn.LayerNorm)):
            nn.init.uniform_(module.weight, 0.7, 1.3)
            nn.init.normal_(module.bias, 0, 0.2)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(False)
        # Blocks scaled to zero, or a token of zeros, would hide errors in them.
        if name.endswith(("layer_scale", "class_token")):
            nn.init.uniform_(parameter, 0.2, 0.5)
        elif parameter.dim() > 1 and not parameter.any():
            nn.init.normal_(parameter, 0, 0.05)
    for scale in (0.5, 1, 2):
        model(*(scale * torch.randn(4, *shape[1:]) for shape in shapes))
    model.eval()
    return model, shapes
