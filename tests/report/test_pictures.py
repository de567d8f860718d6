from __future__ import annotations

import base64
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from pycocotools import mask as coco_mask

from sdg.dataset.open import open_dataset
from sdg.foundation.palette import VOID, stuff_color, thing_color
from sdg.report.overlays import CUBOID_EDGES, cuboid_path, describe
from sdg.report.pictures import depth_picture, id_picture, photograph, semantic_colors


def decoded(uri: str | None) -> np.ndarray:
    assert uri is not None
    content = base64.b64decode(uri.partition(",")[2])
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture)


def test_a_photograph_keeps_its_colours_and_shrinks_to_640_pixels(tmp_path: Path) -> None:
    picture = np.zeros((600, 1280, 3), np.uint8)
    picture[:, :640], picture[:, 640:] = (250, 20, 40), (10, 200, 90)
    cv2.imwrite(str(tmp_path / "a.png"), picture)
    small = decoded(photograph(tmp_path / "a.png", (1280, 600)))
    assert small.shape == (300, 640, 3)
    assert np.abs(small[150, 100].astype(int) - (250, 20, 40)).max() <= 4
    assert np.abs(small[150, 500].astype(int) - (10, 200, 90)).max() <= 4


def test_depth_goes_from_bright_to_dark_and_nothing_is_nearly_black(tmp_path: Path) -> None:
    depth_mm = np.repeat(np.linspace(1000, 9000, 400).astype(np.uint16)[None], 300, axis=0)
    depth_mm[:50] = 0
    cv2.imwrite(str(tmp_path / "depth.png"), depth_mm)
    np.save(tmp_path / "depth.npy", np.where(depth_mm, depth_mm / np.float32(1000), np.float32(np.inf)))
    for name in ("depth.png", "depth.npy"):
        shown = depth_picture(tmp_path / name)
        assert shown is not None
        picture = decoded(shown.uri).astype(int)
        assert np.abs(picture[20, 200] - VOID[::-1]).max() <= 6
        near, middle, far = picture[200, 20], picture[200, 150], picture[200, 370]
        assert near.sum() > middle.sum() > far.sum() > picture[20, 200].sum()
        assert near[2] > near[0]
        assert far[0] > far[2]
        assert np.allclose(shown.range_m, np.percentile(depth_mm[depth_mm > 0] / 1000, [1, 99]), atol=0.1)


def test_ids_have_the_colours_of_their_categories_to_the_pixel(tmp_path: Path) -> None:
    ids = np.random.default_rng(0).integers(0, 5, (40, 60)).astype(np.uint8)
    cv2.imwrite(str(tmp_path / "ids.png"), ids)
    shown = id_picture(tmp_path / "ids.png", semantic_colors({1, 2}))
    assert shown is not None
    assert shown.ids == [0, 1, 2, 3, 4]
    picture = decoded(shown.uri)[..., ::-1]
    table = np.array([VOID, thing_color(1), thing_color(2), stuff_color(3), stuff_color(4)])
    assert np.array_equal(picture, table[ids])


# pycocotools' decoder has no `copy` argument where NumPy 2 asks for one.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_outlines_fill_to_their_masks(yard: Path) -> None:
    """Painted sixteen times as large and by the even-odd rule, an outline covers its mask but for 0.6 pixels' edge."""
    scale, worst = 16, 0.0
    for frame in open_dataset(yard).frames():
        for view in frame.views.values():
            width, height = view.resolution
            for found in view.annotations:
                path = describe(found)["m"]
                large = np.zeros((height * scale, width * scale), np.uint8)
                cv2.fillPoly(large, [points(ring) * scale for ring in re.findall(r"M[^M]+z", path)], 1)
                painted = large[scale // 2 :: scale, scale // 2 :: scale].astype(bool)
                mask = coco_mask.decode(found.segmentation).astype(bool)
                worst = max(worst, (painted ^ mask).sum() / max(np.sqrt(mask.sum()), 1))
    assert worst < 2.0


def points(ring: str) -> np.ndarray:
    """Return the corners of a path of SVG that goes on from point to point."""
    steps = np.array([float(value) for value in re.findall(r"-?[\d.]+", ring)]).reshape(-1, 2)
    return np.cumsum(steps, axis=0).round().astype(np.int32)


def test_a_cuboid_has_twelve_edges_of_which_unseen_corners_take_three_each() -> None:
    corners = [[float(k & 1), float(k >> 1 & 1) + 0.25 * (k >> 2)] for k in range(8)]
    assert len(CUBOID_EDGES) == 12
    assert cuboid_path(corners, 100.0).count("M") == 12
    assert cuboid_path([None, *corners[1:]], 100.0).count("M") == 9
    assert cuboid_path([[1e9, 0.0], *corners[1:]], 100.0).count("M") == 9


def test_edges_join_corners_that_differ_along_one_axis(yard: Path) -> None:
    """Each edge is as long as the cuboid's side in its direction."""
    frame = open_dataset(yard).frame(0)
    for thing in frame.record["objects"]:
        size_m = thing["cuboid"]["size_m"]
        signs = np.array([[1 if k & bit else -1 for bit in (1, 2, 4)] for k in range(8)])
        corners = signs * np.array(size_m) / 2
        lengths = [float(np.linalg.norm(corners[one] - corners[other])) for one, other in CUBOID_EDGES]
        assert np.allclose(lengths, np.repeat(size_m, 4))
