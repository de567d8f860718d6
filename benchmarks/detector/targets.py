"""What the network should say of a picture, and how wrong it is.

A Gaussian of heat in the middle of each thing, and its box learnt at every place of that (TTFNet, Liu et al. 2019).
What does not count neither heats nor is wrong where it is hot.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from benchmarks.detector.classes import CLASSES, HEIGHT, WIDTH
from benchmarks.detector.data import Things
from benchmarks.detector.model import STRIDE
from sdg.foundation.arrays import Float32Array

_SHARE = 0.54  # of the box, over which its heat spreads
_ROWS, _COLUMNS = HEIGHT // STRIDE, WIDTH // STRIDE
_BOX_WEIGHT = 5.0


def target_maps(things: Things) -> Float32Array:
    """Return heat, whether heat counts, sides [px] and the weight of sides, shape (2 classes + 5, H/4, W/4)."""
    heat, counted = (
        np.zeros((len(CLASSES), _ROWS, _COLUMNS), np.float32),
        np.ones((len(CLASSES), _ROWS, _COLUMNS), np.float32),
    )
    sides, weight = np.zeros((4, _ROWS, _COLUMNS), np.float32), np.zeros((1, _ROWS, _COLUMNS), np.float32)
    y, x = (np.mgrid[:_ROWS, :_COLUMNS].astype(np.float32) + 0.5) * STRIDE
    spans = things.boxes[:, 2:] - things.boxes[:, :2]
    # Large ones first, so that small ones in front of them keep their places.
    for index in np.argsort(-spans.prod(axis=1), kind="stable"):
        x0, y0, x1, y1 = things.boxes[index]
        one = things.classes[index]
        if not things.counted[index]:
            counted[one][(x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)] = 0.0
            continue
        middle_x, middle_y = _cell((x0 + x1) / 2, _COLUMNS), _cell((y0 + y1) / 2, _ROWS)
        spread_x, spread_y = (max(_SHARE * span / 6, 0.3 * STRIDE) for span in spans[index])
        bump = np.exp(-((x - middle_x) ** 2) / (2 * spread_x**2) - (y - middle_y) ** 2 / (2 * spread_y**2))
        bump[bump < 0.01] = 0.0
        heat[one] = np.maximum(heat[one], bump)
        near = bump > 0
        sides[:, near] = np.stack([x - x0, y - y0, x1 - x, y1 - y])[:, near]
        weight[0][near] = bump[near] / bump.sum() * np.log(max(spans[index].prod(), 2.0))
    counted = np.maximum(counted, heat > 0)
    return np.concatenate([heat, counted, sides, weight]).astype(np.float32)


def _cell(position: float, cells: int) -> float:
    """Return the middle of the cell in which a position lies [px]."""
    return (min(int(position / STRIDE), cells - 1) + 0.5) * STRIDE


def mirrored(maps: Tensor) -> Tensor:
    """Return the maps of pictures that are mirrored left to right."""
    maps = maps.flip(-1)
    order = list(range(maps.shape[1]))
    left = 2 * len(CLASSES)
    order[left], order[left + 2] = left + 2, left
    return maps[:, order]


def loss(heat: Tensor, sides: Tensor, maps: Tensor) -> Tensor:
    """Return CenterNet's focal loss of heat and the weighted GIoU loss (Rezatofighi et al. 2019) of boxes."""
    n = len(CLASSES)
    wanted, counted, wanted_sides, weight = maps[:, :n], maps[:, n : 2 * n], maps[:, 2 * n : 2 * n + 4], maps[:, -1]
    certain, probable = functional.logsigmoid(heat), torch.sigmoid(heat)
    is_middle = (wanted > 0.999).float()
    at_middles = is_middle * (1 - probable) ** 2 * certain
    elsewhere = (1 - is_middle) * counted * (1 - wanted) ** 4 * probable**2 * (certain - heat)
    heat_loss = -(at_middles + elsewhere).sum() / is_middle.sum().clamp(min=1)
    box_loss = ((1 - _giou(sides, wanted_sides)) * weight).sum() / weight.sum().clamp(min=1e-6)
    return heat_loss + _BOX_WEIGHT * box_loss


def _giou(a: Tensor, b: Tensor) -> Tensor:
    """Return the generalised overlap of boxes that hold one place, by their sides' distances from it."""
    a_size, b_size = a[:, :2] + a[:, 2:], b[:, :2] + b[:, 2:]
    inner, outer = torch.minimum(a, b), torch.maximum(a, b)
    both = (inner[:, :2] + inner[:, 2:]).clamp(min=0).prod(dim=1)
    either = a_size.prod(dim=1) + b_size.prod(dim=1) - both
    around = (outer[:, :2] + outer[:, 2:]).prod(dim=1).clamp(min=1e-6)
    return both / either.clamp(min=1e-6) - (around - either) / around
