"""Small models, each of one common construct in PyTorch: a layer, a function, or a few related lines.

`LAYERS` are created with random weights, `FUNCTIONS` have none. An input is a shape, or `Indices`; several are a list.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
import torchvision
from torch import nn


@dataclass(frozen=True)
class Indices:
    """An input of integers from 0 to a limit, exclusive."""

    shape: tuple
    limit: int


class Recurrent(nn.Module):
    """A recurrent layer that optionally returns its states too, taken from the tuple."""

    def __init__(self, layer, states=False):
        super().__init__()
        self.layer, self.states = layer, states

    def forward(self, x):
        results, state = self.layer(x)
        if not self.states:
            return results
        return (results, *state) if isinstance(state, tuple) else (results, state)


class WithState(nn.Module):
    """A recurrent layer whose state comes from outside, as in streams."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x, *state):
        results, after = self.layer(x, state if len(state) > 1 else state[0])
        return (results, *after) if isinstance(after, tuple) else (results, after)


class SelfAttention(nn.Module):
    def __init__(self, *words, **settings):
        super().__init__()
        self.attention = nn.MultiheadAttention(*words, **settings)

    def forward(self, x):
        return self.attention(x, x, x, need_weights=False)[0]


class CrossAttention(nn.Module):
    def __init__(self, *words, **settings):
        super().__init__()
        self.attention = nn.MultiheadAttention(*words, **settings)

    def forward(self, x, y):
        return self.attention(x, y, y, need_weights=False)[0]


class HandWrittenAttention(nn.Module):
    """As in vision transformers: one linear layer for queries, keys and values."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.project, self.leave = heads, nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        batch, length, width = x.shape
        q, k, v = self.project(x).reshape(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        scores = (q @ k.transpose(-2, -1)) * (width // self.heads) ** -0.5
        return self.leave((scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, width))


class Weighted(nn.Module):
    """A function of the input and of weights of a shape."""

    def __init__(self, function, *shapes):
        super().__init__()
        self.function = function
        self.weights = nn.ParameterList(nn.Parameter(torch.randn(shape) * 0.3) for shape in shapes)

    def forward(self, *inputs):
        return self.function(*inputs, *self.weights)


class SqueezeExcite(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.gate = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(channels, 4, 1), nn.ReLU(), nn.Conv2d(4, channels, 1), nn.Hardsigmoid()
        )

    def forward(self, x):
        return x * self.gate(x)


class LayerNorm2d(nn.Module):
    """Over the channels, as in ConvNeXt."""

    def __init__(self, channels):
        super().__init__()
        self.norm = nn.LayerNorm(channels)

    def forward(self, x):
        return self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class PositionalEncoding(nn.Module):
    def __init__(self, width, length):
        super().__init__()
        place = torch.arange(length).unsqueeze(1) * torch.exp(torch.arange(0, width, 2) * (-math.log(10000.0) / width))
        table = torch.stack((place.sin(), place.cos()), -1).reshape(1, length, width)
        self.register_buffer("table", table)

    def forward(self, x):
        return x + self.table[:, : x.size(1)]


class Deformable(nn.Module):
    def __init__(self, masked):
        super().__init__()
        self.offset = nn.Conv2d(4, 18, 3, padding=1)
        self.mask = nn.Conv2d(4, 9, 3, padding=1) if masked else None
        self.deform = torchvision.ops.DeformConv2d(4, 6, 3, padding=1)

    def forward(self, x):
        return self.deform(x, self.offset(x) * 0.1, None if self.mask is None else self.mask(x).sigmoid())


class Rotary(nn.Module):
    def __init__(self, length, width):
        super().__init__()
        angles = torch.outer(torch.arange(length).float(), 1 / 10000 ** (torch.arange(0, width, 2) / width)).repeat(1, 2)
        self.register_buffer("cosine", angles.cos())
        self.register_buffer("sine", angles.sin())

    def forward(self, x):
        first, second = x.chunk(2, -1)
        return x * self.cosine + torch.cat((-second, first), -1) * self.sine


def window_partition(x, size=4):
    batch, height, width, channels = x.shape
    x = x.view(batch, height // size, size, width // size, size, channels)
    return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, size * size, channels)


def channel_shuffle(x, groups=2):
    batch, channels, height, width = x.shape
    return x.view(batch, groups, channels // groups, height, width).transpose(1, 2).reshape(batch, channels, height, width)


def boxes_of_distances(x):
    near, far = x.chunk(2, 1)
    return torch.cat(((far - near) / 2, far + near), 1)


IMAGE, MAP, LINE, ROWS, VOLUME = (1, 3, 16, 20), (1, 12, 10, 12), (1, 12, 24), (1, 10, 16), (1, 4, 6, 8, 10)

LAYERS = {
    "conv1d": (lambda: nn.Conv1d(12, 16, 3), LINE),
    "conv1d_dilated": (lambda: nn.Conv1d(12, 16, 3, dilation=2, padding=2, stride=2), LINE),
    "conv1d_depthwise": (lambda: nn.Conv1d(12, 12, 5, padding=2, groups=12), LINE),
    "conv1d_same_reflect": (lambda: nn.Conv1d(12, 8, 5, padding="same", padding_mode="reflect"), LINE),
    "conv2d": (lambda: nn.Conv2d(12, 16, 3), MAP),
    "conv2d_rectangular": (lambda: nn.Conv2d(12, 16, (2, 4), stride=(2, 1), padding=2, dilation=1), MAP),
    "conv2d_grouped": (lambda: nn.Conv2d(12, 16, (3, 2), stride=1, groups=4, bias=False), MAP),
    "conv2d_depthwise": (lambda: nn.Conv2d(12, 12, 3, padding=1, groups=12), MAP),
    "conv2d_multiplier": (lambda: nn.Conv2d(12, 24, 3, padding=1, groups=12), MAP),
    "conv2d_same": (lambda: nn.Conv2d(12, 16, (5, 4), padding="same"), MAP),
    "conv2d_reflect": (lambda: nn.Conv2d(12, 8, 3, padding=1, padding_mode="reflect"), MAP),
    "conv2d_replicate": (lambda: nn.Conv2d(12, 8, 3, padding=(2, 1), padding_mode="replicate"), MAP),
    "conv2d_circular": (lambda: nn.Conv2d(12, 8, 3, padding=1, padding_mode="circular"), MAP),
    "conv3d": (lambda: nn.Conv3d(4, 6, 3), VOLUME),
    "conv3d_strided": (lambda: nn.Conv3d(4, 6, (3, 2, 3), stride=(1, 2, 2), padding=(1, 0, 1)), VOLUME),
    "conv3d_depthwise": (lambda: nn.Conv3d(4, 4, 3, padding=1, groups=4), VOLUME),
    "conv_transpose1d": (lambda: nn.ConvTranspose1d(12, 8, 4, 2, 1), LINE),
    "conv_transpose1d_output_padding": (lambda: nn.ConvTranspose1d(12, 8, 3, 2, 1, output_padding=1), LINE),
    "conv_transpose2d": (lambda: nn.ConvTranspose2d(12, 8, 2, 2), MAP),
    "conv_transpose2d_output_padding": (lambda: nn.ConvTranspose2d(12, 8, 3, 2, 1, output_padding=1), MAP),
    "conv_transpose2d_dilated": (lambda: nn.ConvTranspose2d(12, 8, 3, 2, dilation=2), MAP),
    "conv_transpose2d_depthwise": (lambda: nn.ConvTranspose2d(12, 12, 4, 2, 1, groups=12, bias=False), MAP),
    "conv_transpose2d_grouped": (lambda: nn.ConvTranspose2d(12, 8, (3, 4), (1, 2), groups=4), MAP),
    "conv_transpose3d": (lambda: nn.ConvTranspose3d(4, 6, 2, 2), VOLUME),
    "conv_transpose3d_output_padding": (lambda: nn.ConvTranspose3d(4, 6, 3, 2, 1, output_padding=1), VOLUME),
    "conv2d_of_weights": (lambda: Weighted(F.conv2d, (8, 12, 3, 3)), MAP),
    "conv1d_of_live_kernel": (lambda: Weighted(lambda x, w: F.conv1d(x, w * x.mean()), (8, 12, 3)), LINE),
    "deform_conv2d": (lambda: Deformable(False), (1, 4, 8, 10)),
    "deform_conv2d_masked": (lambda: Deformable(True), (1, 4, 8, 10)),
    "linear": (lambda: nn.Linear(16, 24), ROWS),
    "linear_of_vector": (lambda: nn.Linear(16, 24), (1, 16)),
    "linear_of_map": (lambda: nn.Linear(12, 6, bias=False), MAP),
    "linear_of_volume": (lambda: nn.Linear(10, 6), VOLUME),
    "bilinear": (lambda: nn.Bilinear(8, 6, 5), [(1, 8), (1, 6)]),
    "mlp": (lambda: nn.Sequential(nn.Linear(16, 32), nn.GELU(), nn.Linear(32, 16), nn.Dropout()), ROWS),
    "batch_norm1d": (lambda: nn.BatchNorm1d(12), LINE),
    "batch_norm1d_of_vector": (lambda: nn.Sequential(nn.Linear(16, 12), nn.BatchNorm1d(12), nn.ReLU()), (1, 16)),
    "batch_norm2d": (lambda: nn.BatchNorm2d(12), MAP),
    "batch_norm3d": (lambda: nn.BatchNorm3d(4, affine=False), VOLUME),
    "group_norm": (lambda: nn.GroupNorm(3, 12), MAP),
    "group_norm_1d": (lambda: nn.GroupNorm(4, 12, eps=1e-2), LINE),
    "group_norm_plain": (lambda: nn.GroupNorm(2, 12, affine=False), MAP),
    "instance_norm1d": (lambda: nn.InstanceNorm1d(12, affine=True), LINE),
    "instance_norm2d": (lambda: nn.InstanceNorm2d(12), MAP),
    "instance_norm3d": (lambda: nn.InstanceNorm3d(4, affine=True), VOLUME),
    "layer_norm": (lambda: nn.LayerNorm(16), ROWS),
    "layer_norm_of_map": (lambda: nn.LayerNorm((10, 12)), MAP),
    "layer_norm_of_all": (lambda: nn.LayerNorm((12, 10, 12), elementwise_affine=False), MAP),
    "layer_norm_of_channels": (lambda: LayerNorm2d(12), MAP),
    "rms_norm": (lambda: nn.RMSNorm(16, eps=1e-6), ROWS),
    "local_response_norm": (lambda: nn.LocalResponseNorm(5), MAP),
    "prelu": (lambda: nn.PReLU(12), MAP),
    "prelu_single": (lambda: nn.PReLU(), LINE),
    "prelu_of_rows": (lambda: nn.PReLU(10), ROWS),
    "lstm": (lambda: Recurrent(nn.LSTM(16, 12, batch_first=True)), ROWS),
    "lstm_states": (lambda: Recurrent(nn.LSTM(16, 12, batch_first=True), True), ROWS),
    "lstm_bidirectional": (lambda: Recurrent(nn.LSTM(16, 12, batch_first=True, bidirectional=True), True), ROWS),
    "lstm_stacked": (lambda: Recurrent(nn.LSTM(16, 12, 2, batch_first=True)), ROWS),
    "lstm_time_first": (lambda: Recurrent(nn.LSTM(16, 12, bidirectional=True)), (10, 1, 16)),
    "lstm_projected": (lambda: Recurrent(nn.LSTM(16, 12, batch_first=True, proj_size=6)), ROWS),
    "lstm_projected_states": (lambda: Recurrent(nn.LSTM(16, 12, bias=False, proj_size=6), True), (10, 1, 16)),
    "lstm_projected_stacked": (
        lambda: Recurrent(nn.LSTM(16, 12, 2, batch_first=True, bidirectional=True, proj_size=6), True),
        ROWS,
    ),
    "lstm_projected_with_state": (
        lambda: WithState(nn.LSTM(16, 12, batch_first=True, proj_size=6)),
        [ROWS, (1, 1, 6), (1, 1, 12)],
    ),
    "lstm_projected_samples": (lambda: Recurrent(nn.LSTM(16, 12, bidirectional=True, proj_size=6), True), (5, 3, 16)),
    "lstm_with_state": (lambda: WithState(nn.LSTM(16, 12, batch_first=True)), [ROWS, (1, 1, 12), (1, 1, 12)]),
    "gru": (lambda: Recurrent(nn.GRU(16, 12, batch_first=True)), ROWS),
    "gru_bidirectional": (lambda: Recurrent(nn.GRU(16, 12, batch_first=True, bidirectional=True), True), ROWS),
    "gru_plain": (lambda: Recurrent(nn.GRU(16, 12, 2, bias=False, batch_first=True)), ROWS),
    "gru_with_state": (lambda: WithState(nn.GRU(16, 12, batch_first=True)), [ROWS, (1, 1, 12)]),
    "rnn": (lambda: Recurrent(nn.RNN(16, 12, batch_first=True), True), ROWS),
    "rnn_bidirectional": (lambda: Recurrent(nn.RNN(16, 12, batch_first=True, bidirectional=True)), ROWS),
    "rnn_relu": (lambda: Recurrent(nn.RNN(16, 12, nonlinearity="relu", batch_first=True)), ROWS),
    "lstm_cell": (lambda: nn.LSTMCell(16, 12), (1, 16)),
    "gru_cell": (lambda: nn.GRUCell(16, 12), (1, 16)),
    "attention": (lambda: SelfAttention(16, 4, batch_first=True), ROWS),
    "attention_time_first": (lambda: SelfAttention(16, 2), (10, 1, 16)),
    "attention_plain": (lambda: SelfAttention(16, 4, bias=False, batch_first=True), ROWS),
    "attention_cross": (lambda: CrossAttention(16, 4, kdim=8, vdim=8, batch_first=True), [ROWS, (1, 7, 8)]),
    "attention_cross_same_width": (lambda: CrossAttention(16, 4, batch_first=True), [ROWS, (1, 7, 16)]),
    "attention_by_hand": (lambda: HandWrittenAttention(16, 4), ROWS),
    "transformer_encoder": (lambda: nn.TransformerEncoderLayer(16, 4, 32, batch_first=True, activation="gelu"), ROWS),
    "transformer_encoder_norm_first": (lambda: nn.TransformerEncoderLayer(16, 2, 32, batch_first=True, norm_first=True), ROWS),
    "transformer_decoder": (lambda: nn.TransformerDecoderLayer(16, 4, 32, batch_first=True), [ROWS, (1, 7, 16)]),
    "embedding": (lambda: nn.Embedding(20, 8), Indices((1, 9), 20)),
    "embedding_then_lstm": (
        lambda: nn.Sequential(nn.Embedding(20, 8), Recurrent(nn.LSTM(8, 6, batch_first=True))),
        Indices((1, 9), 20),
    ),
    "positional_encoding": (lambda: PositionalEncoding(16, 12), ROWS),
    "rotary_embedding": (lambda: Rotary(10, 8), (1, 4, 10, 8)),
    "squeeze_excite": (lambda: SqueezeExcite(12), MAP),
    "conv_batch_norm_relu6": (lambda: nn.Sequential(nn.Conv2d(12, 8, 3), nn.BatchNorm2d(8), nn.ReLU6()), MAP),
    "conv_transpose_batch_norm": (lambda: nn.Sequential(nn.ConvTranspose2d(12, 8, 2, 2), nn.BatchNorm2d(8), nn.SiLU()), MAP),
    "weight_norm": (lambda: nn.utils.parametrizations.weight_norm(nn.Conv1d(12, 8, 3)), LINE),
    "weights_added": (lambda: Weighted(lambda x, w: x + w, (1, 12, 1, 1)), MAP),
    "weights_multiplied": (lambda: Weighted(lambda x, w, b: x * w + b, (16,), (16,)), ROWS),
    "weights_matmul": (lambda: Weighted(torch.matmul, (16, 6)), ROWS),
    "weights_matmul_left": (lambda: Weighted(lambda x, w: torch.matmul(w, x), (6, 10)), ROWS),
    "weights_addmm": (lambda: Weighted(lambda x, b, w: torch.addmm(b, x, w, beta=0.5, alpha=2), (6,), (16, 6)), (10, 16)),
    "weights_baddbmm": (lambda: Weighted(lambda x, w, b: torch.baddbmm(b, x, w), (1, 16, 6), (1, 10, 6)), ROWS),
    "weights_einsum": (lambda: Weighted(lambda x, w: torch.einsum("bchw,oc->bohw", x, w), (8, 12)), MAP),
    "embedding_scaled_sum": (lambda: nn.EmbeddingBag(20, 8, mode="sum"), Indices((3, 5), 20)),
    "softmax_temperature": (lambda: Weighted(lambda x, t: (x / (t.abs() + 1)).softmax(-1), (1,)), ROWS),
}

FUNCTIONS = {
    # Activations
    "relu": (F.relu, MAP),
    "relu6": (F.relu6, LINE),
    "leaky_relu": (lambda x: F.leaky_relu(x, 0.1), MAP),
    "elu": (lambda x: F.elu(x, 0.7), MAP),
    "selu": (F.selu, LINE),
    "celu": (lambda x: F.celu(x, 0.5), LINE),
    "gelu": (F.gelu, ROWS),
    "gelu_tanh": (lambda x: F.gelu(x, approximate="tanh"), ROWS),
    "silu": (F.silu, MAP),
    "mish": (F.mish, MAP),
    "hardswish": (F.hardswish, MAP),
    "hardsigmoid": (F.hardsigmoid, MAP),
    "hardtanh": (lambda x: F.hardtanh(x, -0.5, 0.7), MAP),
    "hardshrink": (lambda x: F.hardshrink(x, 0.3), LINE),
    "softshrink": (lambda x: F.softshrink(x, 0.3), LINE),
    "tanhshrink": (F.tanhshrink, LINE),
    "softplus": (lambda x: F.softplus(x, 2), LINE),
    "softsign": (F.softsign, LINE),
    "logsigmoid": (F.logsigmoid, LINE),
    "sigmoid": (torch.sigmoid, MAP),
    "threshold": (lambda x: F.threshold(x, 0.2, -1.0), LINE),
    "glu": (lambda x: F.glu(x, 1), MAP),
    "softmax": (lambda x: x.softmax(1), MAP),
    "softmax_last": (lambda x: x.softmax(-1), MAP),
    "softmin": (lambda x: F.softmin(x, 2), MAP),
    "softmax2d": (nn.Softmax2d(), MAP),
    "log_softmax": (lambda x: x.log_softmax(-1), ROWS),
    "normalize": (lambda x: F.normalize(x, dim=1), MAP),
    "normalize_last": (lambda x: F.normalize(x, dim=-1), ROWS),
    "normalize_first_norm": (lambda x: F.normalize(x, p=1, dim=-1), ROWS),
    "cosine_similarity": (lambda x, y: F.cosine_similarity(x, y, dim=-1), [ROWS, ROWS]),
    "pairwise_distance": (lambda x, y: F.pairwise_distance(x, y), [(4, 16), (4, 16)]),
    "cdist": (lambda x, y: torch.cdist(x, y), [ROWS, (1, 6, 16)]),
    # Pooling
    "max_pool1d": (lambda x: F.max_pool1d(x, 3, 2, 1), LINE),
    "max_pool2d": (lambda x: F.max_pool2d(x, 2), MAP),
    "max_pool2d_ceil": (lambda x: F.max_pool2d(x, 3, 2, ceil_mode=True), MAP),
    "max_pool2d_dilated": (lambda x: F.max_pool2d(x, 3, 2, 1, dilation=2), MAP),
    "max_pool3d": (lambda x: F.max_pool3d(x, 2), VOLUME),
    "avg_pool1d": (lambda x: F.avg_pool1d(x, 3, 2, 1), LINE),
    "avg_pool2d": (lambda x: F.avg_pool2d(x, 3, 2, 1), MAP),
    "avg_pool2d_without_padding": (lambda x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=False), MAP),
    "avg_pool2d_ceil": (lambda x: F.avg_pool2d(x, 3, 2, ceil_mode=True), MAP),
    "avg_pool3d": (lambda x: F.avg_pool3d(x, 2), VOLUME),
    "lp_pool2d": (lambda x: F.lp_pool2d(x.abs(), 2, 3, 2), MAP),
    "adaptive_avg_pool1d": (lambda x: F.adaptive_avg_pool1d(x, 6), LINE),
    "adaptive_avg_pool1d_global": (lambda x: F.adaptive_avg_pool1d(x, 1), LINE),
    "adaptive_avg_pool2d": (lambda x: F.adaptive_avg_pool2d(x, (5, 4)), MAP),
    "adaptive_avg_pool2d_uneven": (lambda x: F.adaptive_avg_pool2d(x, (7, 5)), MAP),
    "adaptive_avg_pool2d_one_axis": (lambda x: F.adaptive_avg_pool2d(x, (1, None)), MAP),
    "adaptive_avg_pool3d": (lambda x: F.adaptive_avg_pool3d(x, (3, 4, 5)), VOLUME),
    "adaptive_max_pool1d": (lambda x: F.adaptive_max_pool1d(x, 1), LINE),
    "adaptive_max_pool2d": (lambda x: F.adaptive_max_pool2d(x, (5, 6)), MAP),
    "adaptive_max_pool3d": (lambda x: F.adaptive_max_pool3d(x, 1), VOLUME),
    "max_unpool2d": (lambda x: F.max_unpool2d(*F.max_pool2d(x, 2, return_indices=True), 2), MAP),
    # Padding
    "pad_constant": (lambda x: F.pad(x, (1, 2, 3, 0), value=0.5), MAP),
    "pad_channels": (lambda x: F.pad(x, (0, 0, 0, 0, 2, 1)), MAP),
    "pad_reflect": (lambda x: F.pad(x, (1, 2, 2, 1), mode="reflect"), MAP),
    "pad_replicate": (lambda x: F.pad(x, (3, 1), mode="replicate"), LINE),
    "pad_circular": (lambda x: F.pad(x, (1, 2, 2, 1), mode="circular"), MAP),
    "pad_negative": (lambda x: F.pad(x, (-1, 2, 0, -3)), MAP),
    "pad_volume": (lambda x: F.pad(x, (1, 1, 0, 2, 1, 0)), VOLUME),
    "zero_pad2d": (nn.ZeroPad2d((1, 2, 0, 3)), MAP),
    # Resizing, sampling, rearranging
    "interpolate_nearest": (lambda x: F.interpolate(x, scale_factor=2), MAP),
    "interpolate_nearest_size": (lambda x: F.interpolate(x, size=(15, 7)), MAP),
    "interpolate_nearest_exact": (lambda x: F.interpolate(x, size=(15, 20), mode="nearest-exact"), MAP),
    "interpolate_nearest_1d": (lambda x: F.interpolate(x, scale_factor=3), LINE),
    "interpolate_nearest_3d": (lambda x: F.interpolate(x, scale_factor=2), VOLUME),
    "interpolate_linear": (lambda x: F.interpolate(x, size=40, mode="linear"), LINE),
    "interpolate_linear_corners": (lambda x: F.interpolate(x, size=40, mode="linear", align_corners=True), LINE),
    "interpolate_bilinear": (lambda x: F.interpolate(x, scale_factor=2, mode="bilinear"), MAP),
    "interpolate_bilinear_down": (lambda x: F.interpolate(x, size=(5, 9), mode="bilinear"), MAP),
    "interpolate_bilinear_corners": (lambda x: F.interpolate(x, size=(15, 17), mode="bilinear", align_corners=True), MAP),
    "interpolate_bilinear_antialias": (lambda x: F.interpolate(x, size=(5, 6), mode="bilinear", antialias=True), MAP),
    "interpolate_bilinear_scales": (lambda x: F.interpolate(x, scale_factor=(1.5, 2.5), mode="bilinear"), MAP),
    "interpolate_bicubic": (lambda x: F.interpolate(x, scale_factor=2, mode="bicubic"), MAP),
    "interpolate_bicubic_corners": (lambda x: F.interpolate(x, size=(15, 17), mode="bicubic", align_corners=True), MAP),
    "interpolate_trilinear": (lambda x: F.interpolate(x, scale_factor=2, mode="trilinear"), VOLUME),
    "interpolate_area": (lambda x: F.interpolate(x, size=(5, 4), mode="area"), MAP),
    "interpolate_like": (lambda x, y: F.interpolate(x, size=y.shape[2:], mode="bilinear"), [MAP, IMAGE]),
    "upsample_nearest2d": (nn.UpsamplingNearest2d(scale_factor=3), MAP),
    "upsample_bilinear2d": (nn.UpsamplingBilinear2d(size=(19, 23)), MAP),
    "pixel_shuffle": (lambda x: F.pixel_shuffle(x, 2), MAP),
    "pixel_unshuffle": (lambda x: F.pixel_unshuffle(x, 2), MAP),
    "channel_shuffle": (lambda x: F.channel_shuffle(x, 3), MAP),
    "channel_shuffle_by_hand": (channel_shuffle, MAP),
    "fft_real": (lambda x: torch.fft.fftn(x, dim=(1, 2)).real, (1, 6, 8)),
    "rfft_abs": (lambda x: torch.fft.rfft(x, norm="ortho").abs(), LINE),
    "diff": (lambda x: torch.diff(x, dim=-1), MAP),
    "unfold": (lambda x: F.unfold(x, 3, padding=1, stride=2), MAP),
    "fold": (lambda x: F.fold(x, (10, 12), 2, stride=2), (1, 12, 30)),
    "grid_sample": (lambda x, g: F.grid_sample(x, g * 0.5, align_corners=False), [MAP, (1, 7, 9, 2)]),
    "grid_sample_nearest": (lambda x, g: F.grid_sample(x, g * 0.5, "nearest", align_corners=True), [MAP, (1, 7, 9, 2)]),
    "grid_sample_border": (lambda x, g: F.grid_sample(x, g, padding_mode="border", align_corners=True), [MAP, (1, 7, 9, 2)]),
    "grid_sample_reflection": (
        lambda x, g: F.grid_sample(x, g, padding_mode="reflection", align_corners=False),
        [MAP, (1, 7, 9, 2)],
    ),
    "grid_sample_3d": (lambda x, g: F.grid_sample(x, g * 0.5, align_corners=False), [VOLUME, (1, 3, 5, 7, 3)]),
    "affine_grid": (lambda t, x: F.grid_sample(x, F.affine_grid(t, (1, 12, 8, 9), align_corners=False), align_corners=False), [(1, 2, 3), MAP]),
    "roi_align": (
        lambda x, b: torchvision.ops.roi_align(x, [b.abs() * 3 + torch.tensor([0.0, 0.0, 5.0, 5.0])], (4, 5), 0.5, 2, True),
        [(1, 4, 12, 14), (3, 4)],
    ),
    "roi_pool": (
        lambda x, b: torchvision.ops.roi_pool(x, [b.abs() * 3 + torch.tensor([0.0, 0.0, 5.0, 5.0])], (3, 3), 0.5),
        [(1, 4, 12, 14), (3, 4)],
    ),
    "nms": (
        lambda b, s: torchvision.ops.nms(torch.cat((b[:, :2], b[:, :2] + b[:, 2:].abs()), 1), s, 0.5),
        [(8, 4), (8,)],
    ),
    # Shapes
    "view": (lambda x: x.view(1, 24, 5, 12), MAP),
    "reshape_minus_one": (lambda x: x.reshape(x.shape[0], -1), MAP),
    "reshape_by_sizes": (lambda x: x.reshape(x.size(0), x.size(1) // 3, 3, x.size(2), x.size(3)), MAP),
    "flatten": (lambda x: x.flatten(2), MAP),
    "unflatten": (lambda x: x.unflatten(1, (3, 4)), MAP),
    "squeeze": (lambda x: x.mean(2, keepdim=True).squeeze(2), MAP),
    "unsqueeze": (lambda x: x.unsqueeze(1).unsqueeze(-1), ROWS),
    "permute": (lambda x: x.permute(0, 2, 3, 1), MAP),
    "permute_volume": (lambda x: x.permute(0, 4, 1, 3, 2), VOLUME),
    "transpose": (lambda x: x.transpose(1, 3), MAP),
    "transpose_rows": (lambda x: x.mT, ROWS),
    "movedim": (lambda x: x.movedim(1, -1), VOLUME),
    "window_partition": (window_partition, (1, 8, 12, 6)),
    "expand": (lambda x: x[:, :, :1, :].expand(-1, -1, 10, -1) + x, MAP),
    "expand_as": (lambda x, y: x.expand_as(y).contiguous(), [(1, 12, 1, 1), MAP]),
    "repeat": (lambda x: x.repeat(1, 2, 1, 3), MAP),
    "repeat_interleave": (lambda x: x.repeat_interleave(2, 1), MAP),
    "tile": (lambda x: x.tile((2, 2)), MAP),
    "roll": (lambda x: x.roll((2, -3), (2, 3)), MAP),
    "roll_channels": (lambda x: x.roll(5, 1), MAP),
    "flip": (lambda x: x.flip(2, 3), MAP),
    "flip_channels": (lambda x: x.flip(1), MAP),
    "rot90": (lambda x: x.rot90(1, (2, 3)), MAP),
    "cat": (lambda x, y: torch.cat((x, y), 1), [MAP, MAP]),
    "cat_last": (lambda x, y: torch.cat((x, y, x), -1), [MAP, MAP]),
    "stack": (lambda x, y: torch.stack((x, y), 1), [ROWS, ROWS]),
    "stack_last": (lambda x, y: torch.stack((x, y), -1), [ROWS, ROWS]),
    "chunk": (lambda x: x.chunk(3, 1), MAP),
    "split": (lambda x: x.split((2, 7, 3), 1), MAP),
    "split_height": (lambda x: x.split(4, 2), MAP),
    "unbind": (lambda x: x.unbind(1), (1, 3, 5, 6)),
    "slice": (lambda x: x[:, 2:9, 1:, :-3], MAP),
    "slice_strided": (lambda x: x[:, ::2, 1::3, ::2], MAP),
    "select": (lambda x: x[:, 3], MAP),
    "select_negative": (lambda x: x[..., -1], MAP),
    "narrow": (lambda x: x.narrow(3, 2, 5), MAP),
    "index_of_constants": (lambda x: x[:, [3, 0, 7]], MAP),
    "index_select": (lambda x: x.index_select(2, torch.tensor([4, 1, 1, 9])), MAP),
    "gather_of_indices": (lambda x, i: x.gather(1, i), [(1, 20), Indices((1, 6), 20)]),
    "take_along": (lambda x: x.take_along_dim(x.argsort(-1), -1), (1, 12)),
    "slice_assign": (lambda x: torch.cat((x[:, :2] * 2, x[:, 2:]), 1), MAP),
    "slice_scatter": (lambda x: x.slice_scatter(x[:, :3] * 2, 1, 2, 5), MAP),
    "masked_fill": (lambda x: x.masked_fill(x < 0, -2.0), MAP),
    "masked_fill_causal": (lambda x: x.masked_fill(torch.ones(10, 10).triu(1).bool(), float("-inf")).softmax(-1), (1, 4, 10, 10)),
    "where": (lambda x, y: torch.where(x > y, x * 2, y), [MAP, MAP]),
    "tril": (lambda x: x.tril(1), (1, 4, 10, 10)),
    "triu": (lambda x: x.triu(), (10, 10)),
    "diagonal": (lambda x: x.diagonal(0, 1, 2), (1, 10, 10)),
    "meshgrid": (lambda x: x + torch.stack(torch.meshgrid(torch.arange(10.0), torch.arange(12.0), indexing="ij")).repeat(6, 1, 1), MAP),
    "ones_like": (lambda x: torch.ones_like(x) * 2 + x, MAP),
    "full_like_of_sizes": (lambda x: x + torch.full((x.size(2), x.size(3)), 3.0), MAP),
    "tensor_unfold": (lambda x: x.unfold(2, 6, 3), LINE),
    # Arithmetic
    "add": (lambda x, y: x + y, [MAP, MAP]),
    "add_alpha": (lambda x, y: torch.add(x, y, alpha=0.3), [MAP, MAP]),
    "add_broadcast": (lambda x, y: x + y, [MAP, (1, 12, 1, 1)]),
    "add_broadcast_rows": (lambda x, y: x + y, [MAP, (1, 1, 10, 12)]),
    "add_outer": (lambda x, y: x[:, :, None] + y[:, None], [(1, 7), (1, 9)]),
    "sub_from_scalar": (lambda x: 1 - x, MAP),
    "mul_scalar": (lambda x: x * 0.5 + 2, MAP),
    "div": (lambda x, y: x / (y.abs() + 1), [MAP, (1, 1, 10, 1)]),
    "div_floor": (lambda x: torch.div(x * 7, 3, rounding_mode="floor"), LINE),
    "div_trunc": (lambda x: torch.div(x * 7, 3, rounding_mode="trunc"), LINE),
    "remainder": (lambda x: (x * 7) % 3, LINE),
    "fmod": (lambda x: torch.fmod(x * 7, 3), LINE),
    "pow": (lambda x: x.abs() ** 1.7, MAP),
    "pow_square": (lambda x: x**2 + x**3, MAP),
    "reciprocal": (lambda x: (x.abs() + 0.5).reciprocal(), MAP),
    "sqrt": (lambda x: x.abs().sqrt(), MAP),
    "rsqrt": (lambda x: (x.abs() + 0.1).rsqrt(), MAP),
    "exp": (torch.exp, MAP),
    "expm1": (torch.expm1, LINE),
    "log": (lambda x: x.abs().add(0.1).log(), MAP),
    "log10": (lambda x: x.abs().add(0.1).log10(), LINE),
    "log1p": (lambda x: x.abs().log1p(), LINE),
    "log2": (lambda x: x.abs().add(0.1).log2(), LINE),
    "sin_cos_tan": (lambda x: torch.cat((x.sin(), x.cos(), x.tan()), 1), LINE),
    "inverse_sines": (lambda x: torch.cat(((x * 0.2).asin(), (x * 0.2).acos(), x.atan()), 1), LINE),
    "hyperbolic": (lambda x: torch.cat((x.sinh(), x.cosh(), x.tanh()), 1), LINE),
    "inverse_hyperbolic": (lambda x: torch.cat((x.asinh(), (x.abs() + 1).acosh(), (x * 0.2).atanh()), 1), LINE),
    "atan2": (torch.atan2, [LINE, LINE]),
    "erf": (torch.erf, LINE),
    "abs_neg": (lambda x: x.abs() - (-x), MAP),
    "rounding": (lambda x: torch.cat(((x * 3).floor(), (x * 3).ceil(), (x * 3).round(), (x * 3).trunc()), 1), LINE),
    "sign": (torch.sign, LINE),
    "clamp": (lambda x: x.clamp(-0.5, 0.8), MAP),
    "clamp_min": (lambda x: x.clamp(min=0.1), MAP),
    "clamp_of_tensors": (lambda x, y: x.clamp(-y.abs(), y.abs()), [MAP, MAP]),
    "maximum": (lambda x, y: torch.maximum(x, y) - torch.minimum(x, y), [MAP, MAP]),
    "comparisons": (lambda x, y: (x > y).float() + (x <= 0.1).float() * 2 + (y != x).float() * 4, [LINE, LINE]),
    "logic": (lambda x, y: ((x > 0) & (y > 0) | ~(x > y)).float(), [LINE, LINE]),
    "addcmul": (lambda x, y: torch.addcmul(x, x, y, value=0.5), [LINE, LINE]),
    "lerp": (lambda x, y: torch.lerp(x, y, 0.3), [LINE, LINE]),
    "hypot": (torch.hypot, [LINE, LINE]),
    # Products
    "matmul": (torch.matmul, [(1, 10, 16), (1, 16, 6)]),
    "matmul_heads": (torch.matmul, [(1, 4, 10, 16), (1, 4, 16, 6)]),
    "matmul_broadcast": (torch.matmul, [(1, 4, 10, 16), (16, 6)]),
    "matmul_transposed": (lambda x, y: x @ y.transpose(-1, -2), [(1, 4, 10, 16), (1, 4, 6, 16)]),
    "matmul_vector": (torch.matmul, [(1, 10, 16), (16,)]),
    "bmm": (torch.bmm, [(3, 10, 16), (3, 16, 6)]),
    "einsum_attention": (lambda x, y: torch.einsum("bhid,bhjd->bhij", x, y), [(1, 4, 10, 8), (1, 4, 6, 8)]),
    "einsum_outer": (lambda x, y: torch.einsum("bi,bj->bij", x, y), [(1, 7), (1, 9)]),
    "einsum_channels": (lambda x, y: torch.einsum("nctv,vw->nctw", x, y), [(1, 4, 6, 8), (8, 8)]),
    "outer": (torch.outer, [(7,), (9,)]),
    "scaled_dot_product": (F.scaled_dot_product_attention, [(1, 4, 10, 8), (1, 4, 6, 8), (1, 4, 6, 8)]),
    "scaled_dot_product_masked": (
        lambda q, k, v, m: F.scaled_dot_product_attention(q, k, v, attn_mask=m),
        [(1, 4, 10, 8), (1, 4, 6, 8), (1, 4, 6, 8), (1, 1, 10, 6)],
    ),
    "scaled_dot_product_causal": (lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True), [(1, 4, 10, 8)] * 3),
    "correlation": (lambda x, y: (x * y).sum(1, keepdim=True) / 12, [MAP, MAP]),
    "gram": (lambda x: x.flatten(2) @ x.flatten(2).mT / 120, MAP),
    # Reductions
    "mean": (lambda x: x.mean((2, 3)), MAP),
    "mean_keep": (lambda x: x.mean(1, keepdim=True), MAP),
    "mean_all": (lambda x: x.mean(), MAP),
    "sum_last": (lambda x: x.sum(-1), MAP),
    "sum_volume": (lambda x: x.sum((1, 3)), VOLUME),
    "prod": (lambda x: (x + 1).prod(-1), ROWS),
    "amax": (lambda x: x.amax((1, 2)), MAP),
    "min_values": (lambda x: x.min(1).values, MAP),
    "std": (lambda x: x.std((2, 3), keepdim=True), MAP),
    "var_of_all_samples": (lambda x: x.var(1, unbiased=False), MAP),
    "var_mean": (lambda x: torch.var_mean(x, 1), MAP),
    "norm": (lambda x: x.norm(dim=1), MAP),
    "norm_first": (lambda x: x.norm(p=1, dim=-1, keepdim=True), MAP),
    "frobenius": (lambda x: torch.linalg.matrix_norm(x), MAP),
    "logsumexp": (lambda x: x.logsumexp(1), MAP),
    "cumsum": (lambda x: x.cumsum(1), ROWS),
    "cumsum_last": (lambda x: x.cumsum(-1), MAP),
    "cumprod": (lambda x: x.cumprod(-1), (1, 4, 6)),
    "argmax": (lambda x: x.argmax(1), MAP),
    "argmin_last": (lambda x: x.argmin(-1), ROWS),
    "max_with_index": (lambda x: x.max(-1), ROWS),
    "topk": (lambda x: x.topk(4, -1), (1, 20)),
    "sort": (lambda x: x.sort(-1), (1, 12)),
    "any_positive": (lambda x: (x > 1).any(-1).float(), ROWS),
    "one_hot": (lambda i: F.one_hot(i, 6).float(), Indices((1, 9), 6)),
    "boxes_of_distances": (boxes_of_distances, (1, 4, 30)),
    "stft": (
        lambda x: torch.view_as_real(torch.stft(x, 32, 16, window=torch.hann_window(32), return_complex=True)),
        (1, 160),
    ),
    "spectrum_by_frame": (
        lambda x: torch.view_as_real(torch.stft(x, 32, 16, window=torch.hann_window(32), return_complex=True).transpose(1, 2)[:, 1:] / 8),
        (1, 160),
    ),
    "complex_joined": (
        lambda x: torch.view_as_real(torch.cat([torch.view_as_complex(x)[:, 2:], torch.view_as_complex(x * 2), x[..., 0]], 1)),
        (1, 7, 2),
    ),
    "complex_istft": (
        lambda x: torch.view_as_real(
            torch.istft(torch.view_as_complex(x), 16, 4, window=torch.hann_window(16), onesided=False, return_complex=True)
        ),
        (1, 16, 9, 2),
    ),
    "soft_argmax": (lambda x: (x.flatten(2).softmax(-1) * torch.arange(120.0)).sum(-1), MAP),
    "relative_bias": (lambda x: x + (torch.arange(10)[:, None] - torch.arange(10)).abs().float() * -0.1, (1, 4, 10, 10)),
}


class Function(nn.Module):
    """A function as a model."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *inputs):
        return self.function(*inputs)


NAMES = [*LAYERS, *FUNCTIONS]

# ONNX has no projections of an LSTM: one exporter fails, and the other writes an invalid file. `lstm_projected` stands for all of them.
WITHOUT_ONNX = {"lstm_projected_states", "lstm_projected_stacked", "lstm_projected_with_state", "lstm_projected_samples"}


def make(name):
    """The model in evaluation mode, always with the same weights, and its inputs."""
    torch.manual_seed(20261020)
    maker, given = LAYERS[name] if name in LAYERS else FUNCTIONS[name]
    model = (maker() if name in LAYERS else Function(maker)).eval()
    for module in model.modules():
        for kind in ("weight", "bias"):
            parameter = getattr(module, kind, None)
            if isinstance(module, (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm, nn.RMSNorm)) and parameter is not None:
                nn.init.uniform_(parameter, 0.7, 1.3)
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            nn.init.normal_(module.running_mean, 0, 0.3)
            nn.init.uniform_(module.running_var, 0.5, 2)
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    inputs = given if isinstance(given, list) else [given]
    return model, tuple(draw(entry) for entry in inputs)


def draw(entry):
    return torch.randint(entry.limit, entry.shape) if isinstance(entry, Indices) else torch.randn(entry)
