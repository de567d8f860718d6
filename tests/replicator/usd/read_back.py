"""A USD stage to a `Stage` again, by USD's own rules: what a renderer that knows nothing of `sdg` would see."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from pxr import Sdf, Usd, UsdGeom, UsdLux, UsdSemantics, UsdShade

from sdg.camera.brown_conrady import BrownConrady
from sdg.camera.lens import LensOpenCvPinhole
from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import rotation_xyz
from sdg.replicator.usd.author import native
from sdg.replicator.usd.value import UsdValues
from sdg.stage.asset import Part
from sdg.stage.files.assemble import assemble
from sdg.stage.files.pictures import load_hdri
from sdg.stage.files.usd_material import MaterialReader
from sdg.stage.files.usd_mesh import read_mesh
from sdg.stage.model import Body, Camera, Exposure, Light, LightKind, RenderSettings, Stage

_PLAIN_HEIGHT = 24
KINDS: dict[str, LightKind] = {
    "DomeLight": "dome",
    "RectLight": "rect",
    "SphereLight": "sphere",
    "DiskLight": "disk",
    "CylinderLight": "cylinder",
    "DistantLight": "distant",
}


def open_stage(file: Path) -> Any:
    """Return the stage; what a test sets on it stays out of its files."""
    stage = Usd.Stage.Open(str(file))
    assert not stage.GetCompositionErrors()
    stage.SetEditTarget(stage.GetSessionLayer())
    return stage


def apply_values(stage: Any, values: UsdValues) -> None:
    """Set attributes and relationships that are there, as a script would; a name that is not there fails."""
    for path, value in values.items():
        prim_path, _, name = path.partition(".")
        prim = stage.GetPrimAtPath(prim_path)
        if value.type == "rel":
            assert prim.GetRelationship(name), path
            prim.GetRelationship(name).SetTargets([Sdf.Path(str(value.value))])
        else:
            attribute = prim.GetAttribute(name)
            assert attribute, path
            assert attribute.GetTypeName() == Sdf.ValueTypeNames.Find(value.type), path
            assert attribute.Set(native(value)), path


def read_back(file: Path, stage: Any, settings: RenderSettings) -> Stage:
    """Return what is visible on a stage."""
    prims = [prim for prim in stage.Traverse() if _is_visible(prim)]
    reader = MaterialReader(file)
    bodies = [_body(file, prim, reader) for prim in prims if UsdSemantics.LabelsAPI.GetDirectTaxonomies(prim)]
    lights = [_light(prim) for prim in prims if prim.HasAPI(UsdLux.LightAPI)]
    cameras = [_camera(prim) for prim in prims if prim.IsA(UsdGeom.Camera)]
    counted = [replace(body, instance_id=index + 1) for index, body in enumerate(bodies)]
    return Stage(0, 7, tuple(counted), tuple(lights), tuple(cameras), settings)


def world_from(prim: Any) -> FloatArray:
    """Return world from a prim's frame, for column vectors."""
    return np.array(UsdGeom.XformCache().GetLocalToWorldTransform(prim), dtype=np.float64).T


def get(prim: Any, name: str) -> Any:
    """Return an attribute's value."""
    attribute = prim.GetAttribute(name)
    assert attribute.HasAuthoredValue(), f"{prim.GetPath()}.{name}"
    return attribute.Get()


def _is_visible(prim: Any) -> bool:
    imageable = UsdGeom.Imageable(prim)
    return bool(imageable) and imageable.ComputeVisibility() != UsdGeom.Tokens.invisible


def _body(file: Path, prim: Any, reader: MaterialReader) -> Body:
    path = str(prim.GetPath())
    meshes = [child for child in Usd.PrimRange(prim) if child.IsA(UsdGeom.Mesh) and _is_visible(child)]
    parts: list[Part] = []
    for mesh in meshes:
        assert np.array_equal(world_from(mesh), world_from(prim)), f"{mesh.GetPath()} moves within its body"
        asset = assemble(file, read_mesh(file, UsdGeom.Mesh(mesh), reader), metres_per_unit=1.0, up="z", key="")
        specular = _specular(mesh)
        parts += [replace(part, material=replace(part.material, specular=specular)) for part in asset.parts]
    (label,) = UsdSemantics.LabelsAPI(prim, "class").GetLabelsAttr().Get()
    vertices = np.concatenate([part.mesh.vertices for part in parts])
    bounds = np.stack([vertices.min(axis=0), vertices.max(axis=0)])
    return Body(path, path, str(label), 1, 1, path, world_from(prim), bounds, tuple(parts))


def _specular(mesh: Any) -> float:
    """Return the reflectance at normal incidence, of which 1 is 0.08, from the bound surface's index of refraction."""
    material, _ = UsdShade.MaterialBindingAPI(mesh).ComputeBoundMaterial()
    index = float(material.ComputeSurfaceSource()[0].GetInput("ior").Get())
    return ((index - 1.0) / (index + 1.0)) ** 2 / 0.08


def _light(prim: Any) -> Light:
    kind = KINDS[prim.GetTypeName()]
    path = str(prim.GetPath())
    shine = float(get(prim, "inputs:intensity")) * 2.0 ** float(get(prim, "inputs:exposure"))
    assert get(prim, "inputs:enableColorTemperature") is False
    # A distant light's power is normalized to its illuminance, all others radiate as they say.
    assert get(prim, "inputs:normalize") is (kind == "distant")
    red, green, blue = (float(part) for part in get(prim, "inputs:color"))
    light = Light(path, path, kind, world_from(prim), (red, green, blue))
    if kind == "distant":
        return replace(light, illuminance_lx=shine, angle_deg=float(get(prim, "inputs:angle")))
    light = replace(light, luminance_nits=shine)
    if kind == "rect":
        return replace(light, size_m=(get(prim, "inputs:width"), get(prim, "inputs:height")))
    if kind == "cylinder":
        return replace(light, size_m=(get(prim, "inputs:radius"), get(prim, "inputs:length")))
    if kind in ("sphere", "disk"):
        return replace(light, size_m=(get(prim, "inputs:radius"), 0.0))
    # A dome of ours has its pole along +Z, UsdLux's along +Y.
    turned = light.world_from_light @ rotation_xyz((-90.0, 0.0, 0.0))
    file = prim.GetAttribute("inputs:texture:file").Get()
    if file is None:
        return replace(light, world_from_light=turned)
    texture, key = load_hdri(Path(file.resolvedPath))
    return replace(light, world_from_light=turned, texture=texture, texture_key=key)


def _camera(prim: Any) -> Camera:
    path = str(prim.GetPath())
    near, far = get(prim, "clippingRange")
    world_from_camera = world_from(prim) @ np.diag([1.0, -1.0, -1.0, 1.0])
    return Camera(path.rpartition("/")[2], path, _lens(prim), world_from_camera, (near, far), Exposure())


def _lens(prim: Any) -> LensOpenCvPinhole:
    """Return the lens that a camera's schema describes if that is OpenCV's pinhole, or else of its apertures."""
    aperture = float(get(prim, "horizontalAperture"))
    prefix = "omni:lensdistortion:opencvPinhole"
    if not prim.GetAttribute("omni:lensdistortion:model"):
        # Of a plain camera the picture's size is not said; its proportions are.
        width = round(_PLAIN_HEIGHT * aperture / float(get(prim, "verticalAperture")))
        focal = width * float(get(prim, "focalLength")) / aperture
        return LensOpenCvPinhole((width, _PLAIN_HEIGHT), focal, focal, width / 2, _PLAIN_HEIGHT / 2)
    # OpenUSD does not know the schema, and lists it all the same.
    assert "OmniLensDistortionOpenCvPinholeAPI" in prim.GetPrimTypeInfo().GetAppliedAPISchemas()
    assert get(prim, "omni:lensdistortion:model") == "opencvPinhole"
    width, height = get(prim, f"{prefix}:imageSize")
    fx, fy, cx, cy, k1, k2, p1, p2, k3 = (
        float(get(prim, f"{prefix}:{name}")) for name in ("fx", "fy", "cx", "cy", "k1", "k2", "p1", "p2", "k3")
    )
    assert math.isclose(fx, width * float(get(prim, "focalLength")) / aperture, rel_tol=1e-6)
    return LensOpenCvPinhole((width, height), fx, fy, cx, cy, BrownConrady(k1, k2, p1, p2, k3))
