"""Small stages for the renderer's tests: a few shapes, one camera, no recipe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sdg.camera.brown_conrady import BrownConrady
from sdg.camera.lens import LensOpenCvPinhole
from sdg.foundation.arrays import FloatArray, Vec2
from sdg.foundation.transforms import look_at
from sdg.render.api import RenderedView, Renderer
from sdg.stage.asset import Material, Mesh, Part
from sdg.stage.model import Body, Camera, Exposure, Light, RenderSettings, Stage, StagePlan

WHITE = Material("white", (0.8, 0.8, 0.8), specular=0.0)
NO_DISTORTION = BrownConrady()
IDENTITY = np.eye(4)


def luminance(radiance: npt.NDArray[np.floating[Any]]) -> FloatArray:
    """Rec. 709 luminance of linear sRGB, in nits where the radiance is."""
    result: FloatArray = radiance.astype(np.float64) @ np.array([0.2126, 0.7152, 0.0722])
    return result


def box_mesh(size: Sequence[float] | FloatArray = (1.0, 1.0, 1.0)) -> Mesh:
    signs = (-0.5, 0.5)
    vertices = np.array([[x, y, z] for x in signs for y in signs for z in signs]) * size
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    faces = [face for a, b, c, d in quads for face in ((a, b, c), (a, c, d))]
    return Mesh(vertices, np.array(faces, np.uint32))


def plane_mesh(size: float, *, uv_unit: str = "tile") -> Mesh:
    """A square in the XY plane that faces +Z; u along +X, v along +Y, from 0 to 1 or in metres."""
    unit = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    vertices = np.concatenate([(unit - 0.5) * size, np.zeros((4, 1))], axis=1)
    uvs = unit if uv_unit == "tile" else unit * size
    return Mesh(vertices, np.array([[0, 1, 2], [0, 2, 3]], np.uint32), uvs=uvs, uv_unit=uv_unit)  # type: ignore[arg-type]


def body(
    name: str,
    mesh: Mesh,
    world_from_object: FloatArray = IDENTITY,
    material: Material = WHITE,
    *,
    instance_id: int = 1,
) -> Body:
    return Body(
        name=name,
        prim_path=f"/World/{name}",
        label="thing",
        category_id=1,
        instance_id=instance_id,
        asset_key="",
        world_from_object=world_from_object,
        bounds_m=np.stack([mesh.vertices.min(axis=0), mesh.vertices.max(axis=0)]),
        parts=(Part("part", mesh, material),),
    )


def light(name: str, kind: str, world_from_light: FloatArray = IDENTITY, **values: Any) -> Light:
    return Light(name, f"/World/{name}", kind, world_from_light, **values)  # type: ignore[arg-type]


def dome(luminance_nits: float = 100.0, **values: Any) -> Light:
    return light("dome", "dome", luminance_nits=luminance_nits, **values)


def camera(
    eye: Sequence[float],
    target: Sequence[float],
    size: tuple[int, int] = (32, 24),
    focal_px: float = 32.0,
    distortion: BrownConrady = NO_DISTORTION,
    clip_m: Vec2 = (0.05, 100.0),
    name: str = "camera",
) -> Camera:
    lens = LensOpenCvPinhole(size, focal_px, focal_px, size[0] / 2, size[1] / 2, distortion)
    return Camera(name, f"/World/{name}", lens, look_at(eye, target), clip_m, Exposure())


def stage(
    bodies: Sequence[Body],
    lights: Sequence[Light],
    view: Camera,
    *,
    spp: int = 4,
    max_depth: int = 4,
    denoise: bool = False,
    frame_index: int = 0,
) -> Stage:
    settings = RenderSettings(spp, max_depth, denoise)
    return Stage(frame_index, 7, tuple(bodies), tuple(lights), (view,), settings)


def plan_of(*stages: Stage) -> StagePlan:
    """What bounds all these stages."""
    lights: dict[tuple[str, str], Light] = {}
    for each in stages:
        for lamp in each.lights:
            if not lamp.visible or (lamp.name, lamp.kind) not in lights:
                lights[lamp.name, lamp.kind] = lamp
    return StagePlan(tuple(lights.values()), stages[0].cameras, stages[0].settings)


def only_view(renderer: Renderer, each: Stage) -> RenderedView:
    (view,) = renderer.render(each).views.values()
    return view
