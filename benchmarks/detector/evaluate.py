"""What a network finds, and its average precision by COCO's own code."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import numpy as np
import torch
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from torch.nn import functional

from benchmarks.detector.classes import CLASSES, HEIGHT, WIDTH
from benchmarks.detector.model import STRIDE, Detector, as_input
from sdg.foundation.arrays import UInt8Array

_MOST = 100
_BATCH = 64


@torch.no_grad()
def detect(model: Detector, images: UInt8Array, device: str) -> list[dict[str, Any]]:
    """Return the hottest places of each picture as COCO results; image ids count from 1."""
    found = []
    for first in range(0, len(images), _BATCH):
        x = as_input(torch.from_numpy(images[first : first + _BATCH]).to(device))
        heat, sides = model(x.contiguous(memory_format=torch.channels_last))
        heat = torch.sigmoid(heat)
        heat = heat * (functional.max_pool2d(heat, 3, 1, 1) == heat)
        scores, places = heat.flatten(1).topk(_MOST)
        columns, rows = heat.shape[3], heat.shape[2]
        cell = places % (rows * columns)
        middle = torch.stack([cell % columns, cell // columns], dim=2).float().add(0.5) * STRIDE
        reach = sides.flatten(2).gather(2, cell[:, None, :].expand(-1, 4, -1)).transpose(1, 2)
        limit = torch.tensor([WIDTH, HEIGHT], device=reach.device, dtype=reach.dtype)
        low = (middle - reach[..., :2]).clamp(min=0)
        high = torch.minimum(middle + reach[..., 2:], limit)
        boxes = torch.cat([low, high - low], dim=2).cpu().numpy().astype(np.float64)
        classes, confidence = (places // (rows * columns)).cpu().numpy(), scores.cpu().numpy().astype(np.float64)
        for index in range(len(boxes)):
            found += [
                {
                    "image_id": first + index + 1,
                    "category_id": int(classes[index, rank]) + 1,
                    "bbox": boxes[index, rank].tolist(),
                    "score": float(confidence[index, rank]),
                }
                for rank in range(_MOST)
            ]
    return found


def average_precision(truth: dict[str, Any], found: list[dict[str, Any]]) -> dict[str, Any]:
    """Return `mAP` (IoU 0.5 to 0.95), `AP50`, `AP75`, and the mAP of each class."""
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = truth
        coco.createIndex()
        judge = COCOeval(coco, coco.loadRes(found), "bbox")
        judge.evaluate()
        judge.accumulate()
        judge.summarize()
    precision = judge.eval["precision"][:, :, :, 0, 2]
    by_class = {name: float(precision[:, :, index].mean()) for index, name in enumerate(CLASSES)}
    return {
        "mAP": float(judge.stats[0]),
        "AP50": float(judge.stats[1]),
        "AP75": float(judge.stats[2]),
        "classes": by_class,
    }
