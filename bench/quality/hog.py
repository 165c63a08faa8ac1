"""Histograms of oriented gradients (Dalal & Triggs 2005) and their principal components, in numpy.

Arguments: folder, side, method, budget, seed, threads; see peers.ts. Reads pixels.u8 of the folder, uint8 [images, side, side, 3]; writes
float32 [images, dimensions] beside it and a line of JSON."""
import json
import sys
import time

import numpy as np

FOLDER, SIDE = sys.argv[1], int(sys.argv[2])
ORIENTATIONS, COMPONENTS, PIECE = 9, 128, 256
CELL = 4 if SIDE <= 32 else 8


def gradients(images):
    """Of the channel with the largest one, as in the paper: magnitude and unsigned angle in [0, pi)."""
    x = np.sqrt(images.astype(np.float32) / 255)
    dy, dx = np.zeros_like(x), np.zeros_like(x)
    dy[:, 1:-1] = x[:, 2:] - x[:, :-2]
    dx[:, :, 1:-1] = x[:, :, 2:] - x[:, :, :-2]
    size = dx**2 + dy**2
    best = size.argmax(-1)[..., None]
    dx, dy, size = (np.take_along_axis(each, best, -1)[..., 0] for each in (dx, dy, size))
    return np.sqrt(size), np.arctan2(dy, dx) % np.pi


def cells(images):
    """Votes [images, rows, columns, orientations], shared between the two nearest orientations."""
    size, angle = gradients(images)
    place = angle / np.pi * ORIENTATIONS - 0.5
    low = np.floor(place)
    share = place - low
    count = SIDE // CELL
    votes = np.zeros((len(images), count, count, ORIENTATIONS), np.float32)
    for orientation in range(ORIENTATIONS):
        mine = size * ((low % ORIENTATIONS == orientation) * (1 - share) + ((low + 1) % ORIENTATIONS == orientation) * share)
        mine = mine[:, : count * CELL, : count * CELL].reshape(-1, count, CELL, count, CELL)
        votes[..., orientation] = mine.sum((2, 4))
    return votes


def hog(images):
    """Blocks of 2 x 2 cells, L2-Hys normalised."""
    votes = cells(images)
    blocks = np.concatenate([votes[:, :-1, :-1], votes[:, :-1, 1:], votes[:, 1:, :-1], votes[:, 1:, 1:]], -1)
    normed = lambda b: b / np.sqrt((b**2).sum(-1, keepdims=True) + 1e-4)
    return normed(np.minimum(normed(blocks), 0.2)).reshape(len(images), -1)


began = time.perf_counter()
pixels = np.fromfile(f"{FOLDER}/pixels.u8", np.uint8).reshape(-1, SIDE, SIDE, 3)
features = np.concatenate([hog(pixels[at : at + PIECE]) for at in range(0, len(pixels), PIECE)])
features -= features.mean(0)
_, vectors = np.linalg.eigh(features.T @ features if features.shape[1] <= len(features) else features @ features.T)
if features.shape[1] > len(features):
    vectors = features.T @ vectors
    vectors /= np.linalg.norm(vectors, axis=0) + 1e-12
embeddings = features @ vectors[:, ::-1][:, : min(COMPONENTS, len(features) - 1)]
seconds = time.perf_counter() - began
embeddings.astype(np.float32).tofile(f"{FOLDER}/hog.f32")
note = f"{features.shape[1]} values in cells of {CELL} px, {embeddings.shape[1]} components, {seconds:.1f} s."
print(json.dumps({"seconds": seconds, "dimensions": embeddings.shape[1], "note": note, "file": "hog.f32"}))
