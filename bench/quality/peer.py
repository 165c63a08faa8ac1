"""SimCLR with a ResNet-18 and VICReg with a small conv net in PyTorch (Debian's python3-torch), trained for a budget.

Arguments: folder, side, method (simclr or vicreg), seconds of the checkpoints, seed, threads; see peers.ts. Reads pixels.u8 of the folder,
uint8 [images, side, side, 3]; at each checkpoint writes float32 [images, dimensions] beside it and a line of JSON. The clock is processor time
over threads, so that other work on the machine takes nothing from the budget, and stands still while embedding."""
import json
import math
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

FOLDER, SIDE, METHOD = sys.argv[1], int(sys.argv[2]), sys.argv[3]
CHECKPOINTS = [float(each) for each in sys.argv[4].split(",")]
SEED, THREADS = int(sys.argv[5]), int(sys.argv[6])
# A step of the large network takes seconds: more and smaller ones bring it further in minutes.
BATCH, RATE, DECAY, TEMPERATURE = 64 if METHOD == "simclr" else 128, 1e-3, 1e-6, 0.5


def conv(a, b, size, stride=1):
    return nn.Conv2d(a, b, size, stride, size // 2, bias=False)


class Block(nn.Module):
    """Basic block of a ResNet (He et al. 2016)."""

    def __init__(self, a, b, stride):
        super().__init__()
        self.body = nn.Sequential(conv(a, b, 3, stride), nn.BatchNorm2d(b), nn.ReLU(), conv(b, b, 3), nn.BatchNorm2d(b))
        self.short = nn.Identity() if a == b else nn.Sequential(conv(a, b, 1, stride), nn.BatchNorm2d(b))

    def forward(self, x):
        return F.relu(self.body(x) + self.short(x))


def resnet18():
    """With the stem that SimCLR has for CIFAR; images above 32 px have that for ImageNet."""
    if SIDE <= 32:
        stem = [conv(3, 64, 3), nn.BatchNorm2d(64), nn.ReLU()]
    else:
        stem = [conv(3, 64, 7, 2), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    widths = [(64, 64, 1), (64, 128, 2), (128, 256, 2), (256, 512, 2)]
    blocks = [layer for a, b, stride in widths for layer in (Block(a, b, stride), Block(b, b, 1))]
    return nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten()), 512


def small():
    layers, a = [], 3
    for b in (32, 64, 128, 256):
        layers += [conv(a, b, 3), nn.BatchNorm2d(b), nn.ReLU(), nn.MaxPool2d(2)]
        a = b
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten()), a


def crop(x):
    """Random resized crop (area 0.2 to 1, aspect 3/4 to 4/3) and flip."""
    n = len(x)
    area, aspect = torch.empty(n).uniform_(0.2, 1), torch.exp(torch.empty(n).uniform_(math.log(3 / 4), math.log(4 / 3)))
    width, height = (area * aspect).sqrt().clamp(max=1), (area / aspect).sqrt().clamp(max=1)
    turn = torch.randint(0, 2, (n,)) * 2 - 1
    where = torch.zeros(n, 2, 3)
    where[:, 0, 0], where[:, 1, 1] = width * turn, height
    where[:, 0, 2], where[:, 1, 2] = (torch.rand(n) * 2 - 1) * (1 - width), (torch.rand(n) * 2 - 1) * (1 - height)
    return F.grid_sample(x, F.affine_grid(where, x.shape, align_corners=False), padding_mode="reflection", align_corners=False)


def grey(x):
    return (x * torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(1, keepdim=True)


def hue(x, most=0.1):
    """Turns the colours about the grey axis."""
    angle = torch.empty(len(x)).uniform_(-most, most) * 2 * math.pi
    c, s = angle.cos().view(-1, 1, 1), angle.sin().view(-1, 1, 1)
    third, root = torch.full((3, 3), 1 / 3), 1 / math.sqrt(3)
    across = torch.tensor([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]]) * root
    return torch.einsum("nij,njhw->nihw", c * torch.eye(3) + (1 - c) * third + s * across, x)


def colours(x):
    """Brightness, contrast, saturation (0.4) and hue (0.1) for 8 of 10, grey for 2 of 10."""
    factor = lambda: torch.empty(len(x), 1, 1, 1).uniform_(0.6, 1.4)
    y = x * factor()
    mean = grey(y).mean((2, 3), keepdim=True)
    y = mean + (y - mean) * factor()
    tone = grey(y)
    y = hue(tone + (y - tone) * factor()).clamp(0, 1)
    y = torch.where(torch.rand(len(x), 1, 1, 1) < 0.8, y, x)
    return torch.where(torch.rand(len(x), 1, 1, 1) < 0.2, grey(y).expand_as(y), y)


def blur(x):
    """Gaussian for 5 of 10; sigma, 0.1 to 2 px, is drawn for the whole batch."""
    sigma = float(torch.empty(1).uniform_(0.1, 2))
    offsets = torch.arange(-3, 4).float()
    kernel = torch.exp(-0.5 * (offsets / sigma) ** 2)
    kernel = (kernel / kernel.sum()).repeat(3, 1)
    y = F.conv2d(F.pad(x, (3, 3, 3, 3), "reflect"), kernel.view(3, 1, 1, 7), groups=3)
    return torch.where(torch.rand(len(x), 1, 1, 1) < 0.5, F.conv2d(y, kernel.view(3, 1, 7, 1), groups=3), x)


def view(x):
    x = colours(crop(x))
    return blur(x) if SIDE > 32 else x  # as SimCLR: none on CIFAR


def simclr_loss(a, b):
    """NT-Xent (Chen et al. 2020) of projections [batch, dimensions]."""
    n = len(a)
    z = F.normalize(torch.cat([a, b]))
    similarity = (z @ z.T / TEMPERATURE).masked_fill(torch.eye(2 * n, dtype=torch.bool), -1e9)
    return F.cross_entropy(similarity, torch.arange(2 * n).roll(n))


def vicreg_loss(a, b):
    """Invariance, variance, covariance with weights 25, 25, 1 (Bardes et al. 2022)."""

    def variance(z):
        return F.relu(1 - (z.var(0) + 1e-4).sqrt()).mean()

    def covariance(z):
        z = z - z.mean(0)
        c = z.T @ z / (len(z) - 1)
        return (c**2).sum().sub((c.diagonal() ** 2).sum()) / c.shape[0]

    return 25 * F.mse_loss(a, b) + 25 * (variance(a) + variance(b)) / 2 + covariance(a) + covariance(b)


def head(a, widths):
    layers = []
    for b in widths[:-1]:
        layers += [nn.Linear(a, b), nn.BatchNorm1d(b), nn.ReLU()]
        a = b
    return nn.Sequential(*layers, nn.Linear(a, widths[-1], bias=False))


def as_input(pixels):
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255


def embed(encoder, images):
    encoder.eval()
    with torch.no_grad():
        parts = [encoder(as_input(images[at : at + 256]) * 2 - 1) for at in range(0, len(images), 256)]
    encoder.train()
    return torch.cat(parts).numpy().astype(np.float32)


def faster_format(encoder):
    """Of the two memory layouts; which one is depends on the network, the processor and the build."""

    def seconds(layout):
        moved = encoder.to(memory_format=layout)
        x = torch.rand(16, 3, SIDE, SIDE).to(memory_format=layout)
        times = []
        for _ in range(3):
            began = time.perf_counter()
            moved(x).sum().backward()
            times.append(time.perf_counter() - began)
        return min(times)

    state = {name: value.clone() for name, value in encoder.state_dict().items()}
    best = min((torch.contiguous_format, torch.channels_last), key=seconds)
    encoder.load_state_dict(state)
    encoder.zero_grad(set_to_none=True)
    return best


def main():
    def clock():
        return time.process_time() / THREADS

    torch.set_num_threads(THREADS)
    torch.manual_seed(SEED)
    images = np.fromfile(f"{FOLDER}/pixels.u8", np.uint8).reshape(-1, SIDE, SIDE, 3)
    encoder, width = resnet18() if METHOD == "simclr" else small()
    layout = faster_format(encoder)
    encoder = encoder.to(memory_format=layout)
    projection = head(width, [512, 128] if METHOD == "simclr" else [512, 512, 512])
    loss_of = simclr_loss if METHOD == "simclr" else vicreg_loss
    optimizer = torch.optim.AdamW([*encoder.parameters(), *projection.parameters()], RATE, weight_decay=DECAY)
    batch, budget, left = min(BATCH, len(images)), CHECKPOINTS[-1], list(CHECKPOINTS)
    order, steps, spent = torch.randperm(len(images)), 0, 0.0
    at = 0
    while left:
        began = clock()
        if at + batch > len(order):
            order, at = torch.randperm(len(images)), 0
        x = as_input(images[order[at : at + batch].numpy()])
        at += batch
        for group in optimizer.param_groups:  # cosine over the budget, after a warm-up of 5 %
            part = spent / budget
            group["lr"] = RATE * min(1, (part + 0.005) / 0.05) * 0.5 * (1 + math.cos(math.pi * min(1, part)))
        a, b = view(x), view(x)
        # Both views in one batch, as SimCLR does, so that they share their batch statistics.
        z = projection(encoder((torch.cat([a, b]) * 2 - 1).contiguous(memory_format=layout)))
        loss = loss_of(*z.chunk(2))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        steps += 1
        spent += clock() - began
        while left and spent >= left[0]:
            left.pop(0)
            file = f"{METHOD}-{len(left)}.f32"
            embed(encoder, images).tofile(f"{FOLDER}/{file}")
            note = f"{steps} steps of {batch} in {spent:.1f} s, loss {loss.item():.3f}."
            print(json.dumps({"seconds": spent, "dimensions": width, "note": note, "file": file}), flush=True)


main()
