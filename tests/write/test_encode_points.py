"""Point clouds, read by trimesh and by the page's own lines, against the world that was rendered."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh

from sdg.annotate.model import AnnotatedView
from sdg.pipeline import Pipeline
from sdg.write.encode_points import encode_points
from tests.recipes import recipe_of

PAGE = (Path(__file__).parents[2] / "docs" / "dataset.md").read_text()
(EXAMPLE,) = (text for text in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "pointcloud/" in text)
WORLD = """\
render: {spp: 1, max_depth: 2, denoise: false}
output: {annotators: [rgb, pointcloud], coco: null}
lighting: [{dome: {}}]
scene:
  objects:
    - {name: box, asset: cube, size_m: [0.8, 0.6, 0.4], yaw_deg: 30, position_m: [0.2, 0.1, 0.3]}
    - {name: ball, asset: sphere, size_m: [1, 1, 1], position_m: [-0.6, -0.7, 0]}
"""


def view_of(camera: str) -> AnnotatedView:
    text = f"{WORLD}cameras:\n  - {{name: cam, resolution: [96, 72], pose: {{look_at: {{eye_m: [3, 0.2, 1.5],"
    with Pipeline(recipe_of(f"{text} target: [0, 0, 0.5]}}}}, {camera}}}\n"), device="cpu") as pipeline:
        return pipeline.frame(0).views["cam"]


def read(content: bytes) -> Any:
    """Run the page's lines on a cloud."""
    names: dict[str, Any] = {"raw": content, "np": np}
    exec(EXAMPLE.partition("\n")[2], names)
    return names["points"], names["xyz_m"].astype(np.float64)


@pytest.mark.parametrize(
    "camera",
    [
        "lens: {opencv_pinhole: {fx: 70, k1: -0.1}}",
        "lens: {opencv_fisheye: {fx: 40}}",
        "lens: {orthographic: {width_m: 3}}",
        "lens: {pinhole: {fx: 70}}, exposure: {f_number: 4, shutter_s: 0.001, iso: 100},"
        " motion: {velocity_mps: [6, 0, 0]}, rolling_shutter: {line_time_us: 200}",
    ],
    ids=["pinhole", "fisheye", "parallel", "rolling shutter"],
)
def test_points_lie_on_the_things_that_their_pixels_show(camera: str) -> None:
    """On a box of 0.8 x 0.6 x 0.4 m, turned by 30 degrees about its foot; within a sphere's facets otherwise."""
    view = view_of(camera)
    points, xyz = read(encode_points(view))
    assert len(points) == (view.instance > 0).sum() > 100
    turn = np.radians(30)
    c, s = np.cos(turn), np.sin(turn)
    box = (xyz - (0.2, 0.1, 0.5)) @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    outside = np.abs(box / (0.4, 0.3, 0.2)).max(axis=1)
    away = np.linalg.norm(xyz - (-0.6, -0.7, 0.5), axis=1)
    np.testing.assert_allclose(outside[points["instance"] == 1], 1, atol=2e-5)
    assert ((away[points["instance"] == 2] > 0.49) & (away[points["instance"] == 2] < 0.50001)).all()


def test_other_programs_read_the_cloud_and_the_colours_of_the_picture() -> None:
    view = view_of("lens: {pinhole: {fx: 70}}")
    content = encode_points(view)
    cloud = trimesh.load(io.BytesIO(content), file_type="ply")
    points, xyz = read(content)
    np.testing.assert_array_equal(np.asarray(cloud.vertices), xyz)
    np.testing.assert_array_equal(np.asarray(cloud.colors)[:, :3], view.rgb[view.instance > 0])
    normals = np.stack([points["nx"], points["ny"], points["nz"]], axis=1)
    np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(points["semantic"], view.semantic[view.instance > 0])
