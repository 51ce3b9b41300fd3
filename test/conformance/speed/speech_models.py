"""A speaker embedding network as ECAPA-TDNN, in the size that is published most."""

import torch
from torch import nn


def block(inputs, outputs, kernel, dilation=1):
    """A convolution that keeps the length."""
    padding = dilation * (kernel - 1) // 2
    return nn.Sequential(nn.Conv1d(inputs, outputs, kernel, dilation=dilation, padding=padding), nn.ReLU(), nn.BatchNorm1d(outputs))


class Res2Net(nn.Module):
    """Parts of the channels, each convolved together with the result of the part before."""

    def __init__(self, channels, dilation, scale=8):
        super().__init__()
        self.scale = scale
        self.blocks = nn.ModuleList([block(channels // scale, channels // scale, 3, dilation) for _ in range(scale - 1)])

    def forward(self, x):
        first, *parts = torch.chunk(x, self.scale, 1)
        results, last = [first], None
        for part, convolve in zip(parts, self.blocks):
            last = convolve(part if last is None else part + last)
            results.append(last)
        return torch.cat(results, 1)


class Excitation(nn.Module):
    def __init__(self, channels, middle=128):
        super().__init__()
        self.first, self.second = nn.Conv1d(channels, middle, 1), nn.Conv1d(middle, channels, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.second(torch.relu(self.first(x.mean(2, keepdim=True)))))


class SeRes2Net(nn.Module):
    def __init__(self, channels, dilation):
        super().__init__()
        parts = [block(channels, channels, 1), Res2Net(channels, dilation), block(channels, channels, 1), Excitation(channels)]
        self.body = nn.Sequential(*parts)

    def forward(self, x):
        return x + self.body(x)


class Pooling(nn.Module):
    """Attentive mean and deviation over time."""

    def __init__(self, channels, middle=128):
        super().__init__()
        self.first, self.second = block(3 * channels, middle, 1), nn.Conv1d(middle, channels, 1)

    def forward(self, x):
        mean, deviation = x.mean(2, keepdim=True), x.var(2, keepdim=True).clamp(min=1e-6).sqrt()
        context = torch.cat([x, mean.expand_as(x), deviation.expand_as(x)], 1)
        weights = torch.softmax(self.second(torch.tanh(self.first(context))), 2)
        mean = (weights * x).sum(2)
        return torch.cat([mean, ((weights * x * x).sum(2) - mean * mean).clamp(min=1e-6).sqrt()], 1)


class EcapaTdnn(nn.Module):
    def __init__(self, channels=512, results=192):
        super().__init__()
        self.first = block(80, channels, 5)
        self.blocks = nn.ModuleList([SeRes2Net(channels, dilation) for dilation in (2, 3, 4)])
        self.joined = block(3 * channels, 1536, 1)
        self.pooling, self.norm, self.last = Pooling(1536), nn.BatchNorm1d(3072), nn.Linear(3072, results)

    def forward(self, x):
        x, results = self.first(x), []
        for each in self.blocks:
            x = each(x)
            results.append(x)
        return self.last(self.norm(self.pooling(self.joined(torch.cat(results, 1)))))
