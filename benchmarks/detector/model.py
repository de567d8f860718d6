"""A small residual network with a top-down path, and one head at a quarter of the resolution; about 3 million weights.

Heat of each class where a thing's middle is, and distances from there to the four sides of its box: CenterNet (Zhou et
al. 2019, "Objects as Points") with the box of FCOS (Tian et al. 2019). No anchors, no weights but what training gives.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.detector.classes import CLASSES

STRIDE = 4
_WIDTHS = (32, 64, 128, 256)
_HEAD = 64
_RARE = 0.05  # what heat begins at: most places are no thing's middle
_USUAL_SIDE_PX = 16.0


class Block(nn.Module):
    """Two convolutions beside a shortcut (He et al. 2015)."""

    def __init__(self, inner: int, outer: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inner, outer, 3, stride, 1, bias=False)
        self.second = nn.Conv2d(outer, outer, 3, 1, 1, bias=False)
        self.norms = nn.ModuleList([nn.BatchNorm2d(outer), nn.BatchNorm2d(outer)])
        same = stride == 1 and inner == outer
        self.shortcut = nn.Identity() if same else nn.Conv2d(inner, outer, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = functional.relu(self.norms[0](self.first(x)))
        return functional.relu(self.norms[1](self.second(y)) + self.shortcut(x))


class Detector(nn.Module):
    """See the module."""

    def __init__(self) -> None:
        super().__init__()
        stem, *widths = _WIDTHS
        self.stem = nn.Sequential(nn.Conv2d(3, stem, 3, 2, 1, bias=False), nn.BatchNorm2d(stem), nn.ReLU())
        stages, before = [], stem
        for width in widths:
            stages.append(nn.Sequential(Block(before, width, 2), Block(width, width, 1)))
            before = width
        self.stages = nn.ModuleList(stages)
        self.laterals = nn.ModuleList([nn.Conv2d(width, _HEAD, 1) for width in widths])
        self.mix = Block(_HEAD, _HEAD, 1)
        self.heat, self.sides = nn.Conv2d(_HEAD, len(CLASSES), 1), nn.Conv2d(_HEAD, 4, 1)
        nn.init.constant_(self.heat.bias, math.log(_RARE / (1 - _RARE)))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return heat as logits, shape (B, classes, H/4, W/4), and left, top, right, bottom [px], (B, 4, H/4, W/4)."""
        levels, x = [], self.stem(x)
        for stage in self.stages:
            x = stage(x)
            levels.append(x)
        top = self.laterals[-1](levels[-1])
        for level, lateral in zip(levels[-2::-1], list(self.laterals)[-2::-1], strict=True):
            top = lateral(level) + _doubled(top)
        top = self.mix(top)
        return self.heat(top).float(), functional.softplus(self.sides(top).float()) * _USUAL_SIDE_PX


def _doubled(x: Tensor) -> Tensor:
    """Return a map of twice the size, each value four times; its gradient is summed in a fixed order."""
    batch, channels, height, width = x.shape
    wide = x[:, :, :, None, :, None].expand(batch, channels, height, 2, width, 2)
    return wide.reshape(batch, channels, 2 * height, 2 * width)


def as_input(images: Tensor) -> Tensor:
    """Return pictures, shape (B, H, W, 3), uint8, as the network wants them."""
    return images.permute(0, 3, 1, 2).to(torch.float32).sub_(118.0).div_(60.0)
