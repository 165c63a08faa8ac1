"""The measured step in PyTorch (Debian's python3-torch, eager). Arguments: network, threads, memory format (first or last).

Answers each line on standard input with the milliseconds of one step."""
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

NAME, THREADS, FORMAT = sys.argv[1], int(sys.argv[2]), sys.argv[3]
BATCH = 64


def conv(a, b, size, stride=1):
    return nn.Conv2d(a, b, size, stride, size // 2, bias=False)


class ResidualStrided(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.body = nn.Sequential(conv(a, b, 3, 2), nn.BatchNorm2d(b), nn.ReLU(), conv(b, b, 3), nn.BatchNorm2d(b))
        self.short = nn.Sequential(nn.AvgPool2d(2), conv(a, b, 1), nn.BatchNorm2d(b))

    def forward(self, x):
        return F.relu(self.body(x) + self.short(x))


class Residual(nn.Module):
    def __init__(self, w):
        super().__init__()
        self.body = nn.Sequential(conv(w, w, 3), nn.BatchNorm2d(w), nn.ReLU(), conv(w, w, 3), nn.BatchNorm2d(w))

    def forward(self, x):
        return F.relu(x + self.body(x))


class Pool(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))


def resnet():
    layers = [conv(3, 32, 3), nn.BatchNorm2d(32), nn.ReLU()]
    for a, b in [(32, 32), (32, 64), (64, 128), (128, 256)]:
        layers.append(ResidualStrided(a, b))
    return nn.Sequential(*layers, Pool()), 256


def patchify(widths, blocks=(1, 1, 1)):
    layers, a = [], 3
    for at, b in enumerate(widths):
        cut = 2 if at else 4
        layers += [nn.Conv2d(a, b, cut, cut, bias=False), nn.BatchNorm2d(b), nn.ReLU(), *[Residual(b) for _ in range(blocks[at])]]
        a = b
    return nn.Sequential(*layers, Pool()), a


class Cut(nn.Module):
    """Linear map of squares, channels last."""

    def __init__(self, a, b, side, norm):
        super().__init__()
        self.side = side
        self.norm = nn.LayerNorm(a) if norm else nn.Identity()
        self.map = nn.Linear(side * side * a, b, bias=False)

    def forward(self, x):
        x = self.norm(x)
        n, h, w, c = x.shape
        s = self.side
        x = x.reshape(n, h // s, s, w // s, s, c).permute(0, 1, 3, 2, 4, 5)
        return self.map(x.reshape(n, h // s, w // s, -1))


class ConvNextBlock(nn.Module):
    def __init__(self, w):
        super().__init__()
        self.depthwise = nn.Conv2d(w, w, 3, 1, 1, groups=w, bias=False)
        self.rest = nn.Sequential(nn.LayerNorm(w), nn.Linear(w, 4 * w), nn.GELU(), nn.Linear(4 * w, w))

    def forward(self, x):
        return x + self.rest(self.depthwise(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1))


class ConvNext(nn.Module):
    def __init__(self):
        super().__init__()
        layers, a = [], 3
        for at, b in enumerate((64, 128, 256)):
            layers += [Cut(a, b, 2 if at else 4, at > 0), ConvNextBlock(b), ConvNextBlock(b)]
            a = b
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return self.layers(x.permute(0, 2, 3, 1)).mean((1, 2))


class Transformer(nn.Module):
    def __init__(self, d=192, heads=3):
        super().__init__()
        self.heads = heads
        self.project = nn.Sequential(nn.LayerNorm(d), nn.Linear(d, 3 * d))
        self.merge = nn.Linear(d, d)
        self.perceptron = nn.Sequential(nn.LayerNorm(d), nn.Linear(d, 4 * d), nn.GELU(), nn.Linear(4 * d, d))

    def forward(self, x):
        n, t, d = x.shape
        q, k, v = self.project(x).reshape(n, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        attention = ((q @ k.transpose(-1, -2)) * (d // self.heads) ** -0.5).softmax(-1)
        x = x + self.merge((attention @ v).transpose(1, 2).reshape(n, t, d))
        return x + self.perceptron(x)


class ViT(nn.Module):
    def __init__(self, d=192):
        super().__init__()
        self.embed = Cut(3, d, 8, False)
        self.places = nn.Parameter(torch.randn(1, 64, d) * 0.02)
        self.blocks = nn.Sequential(*[Transformer(d) for _ in range(6)], nn.LayerNorm(d))

    def forward(self, x):
        x = self.embed(x.permute(0, 2, 3, 1))
        return self.blocks(x.reshape(x.shape[0], 64, -1) + self.places).mean(1)


torch.set_num_threads(THREADS)
torch.manual_seed(0)
encoder, width = {
    "resnet": resnet,
    "patchify": lambda: patchify((64, 128, 256)),
    "convnext": lambda: (ConvNext(), 256),
    "vit": lambda: (ViT(), 192),
    "default": lambda: patchify((64, 128, 256), (0, 1, 1)),
}[NAME]()
model = nn.Sequential(encoder, nn.Linear(width, 256), nn.ReLU(), nn.Linear(256, 128))
images = torch.sin(torch.arange(BATCH * 3 * 64 * 64) * 1.37).reshape(BATCH, 3, 64, 64)
if FORMAT == "last":
    model = model.to(memory_format=torch.channels_last)
    images = images.to(memory_format=torch.channels_last)
optimizer = torch.optim.AdamW(model.parameters(), 1e-3, weight_decay=0)
itself = torch.eye(BATCH) * -1e9
other = (torch.arange(BATCH) + BATCH // 2) % BATCH


def step():
    optimizer.zero_grad()
    z = F.normalize(model(images), dim=1)
    F.cross_entropy(z @ z.t() / 0.5 + itself, other).backward()
    optimizer.step()


for _ in sys.stdin:
    began = time.perf_counter()
    step()
    print((time.perf_counter() - began) * 1000, flush=True)
