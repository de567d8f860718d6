"""`UsdGeom.Camera` shows a point where the lens does, and the lens schemas hold the lens's own numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest
from pxr import Gf, UsdGeom

from sdg.camera.brown_conrady import BrownConrady
from sdg.camera.double_sphere import LensDoubleSphere
from sdg.camera.equirectangular import LensEquirectangular
from sdg.camera.focus import Focus
from sdg.camera.ftheta import LensFTheta
from sdg.camera.lens import Lens, LensOpenCvPinhole
from sdg.camera.omnidir import LensOmnidir
from sdg.camera.opencv_distortion import OpenCvDistortion
from sdg.camera.opencv_fisheye import LensOpenCvFisheye
from sdg.camera.orthographic import LensOrthographic
from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import invert_rigid, look_at, transform_points
from sdg.replicator.usd.lens_schema import SCHEMAS, lens_model, lens_values
from sdg.replicator.usd.lens_table import lens_table
from sdg.stage.model import Camera, Exposure, RenderSettings, Stage, StagePlan
from tests.replicator.usd.read_back import get, open_stage
from tests.replicator.usd.written import write_usd_stage

SIZE = (96, 64)
POSE = look_at((2.0, -3.0, 1.4), (0.1, 0.2, 0.5))
OFF_CENTRE = LensOpenCvPinhole(SIZE, 80.0, 74.0, 41.0, 35.5)
CENTRED = LensOpenCvPinhole(SIZE, 80.0, 80.0, 48.0, 32.0)
DISTORTED = replace(CENTRED, distortion=BrownConrady(-0.1, 0.02, 0.001, -0.002, 0.003))
RATIONAL = replace(CENTRED, distortion=OpenCvDistortion(0.2, 0.1, 0.01, 0.02, 0.3, 0.4, 0.5, 0.6, 0.1, 0.2, 0.3, 0.4))
TILTED = replace(CENTRED, distortion=OpenCvDistortion(tau_x=0.1))
FISHEYE = LensOpenCvFisheye(SIZE, 30.0, 31.0, 47.0, 33.0, 0.02, -0.004, 0.001, -0.0002)
PIXELS_TO_ANGLE = LensFTheta(SIZE, 47.0, 33.0, (0.0, 0.02, 1e-5, -1e-7), to_angle=True, max_angle=1.7)
OMNIDIR = LensOmnidir(SIZE, 80.0, 80.0, 48.0, 32.0, xi=1.2)
DOUBLE_SPHERE = LensDoubleSphere(SIZE, 30.0, 30.0, 45.0, 30.0, xi=-0.2, alpha=0.58)


def usd_camera(folder: Path, lens: Lens, **others: Any) -> tuple[Any, Any]:
    """Return a stage with this camera alone, which must live as long as its prim, and the prim."""
    camera = Camera("eye", "/World/Cameras/eye", lens, POSE, (0.1, 60.0), Exposure(), **others)
    settings = RenderSettings(1, 1, False)
    files = write_usd_stage(folder, [Stage(0, 7, (), (), (camera,), settings)], StagePlan((), (camera,), settings))
    stage = open_stage(files[0])
    return stage, stage.GetPrimAtPath("/World/Cameras/eye")


def seen_by_usd(prim: Any, points: FloatArray) -> FloatArray:
    """Project world points through the camera's GfFrustum, to pixels from the picture's top-left corner."""
    frustum = UsdGeom.Camera(prim).GetCamera().frustum
    matrix = frustum.ComputeViewMatrix() * frustum.ComputeProjectionMatrix()
    ndc = np.array([matrix.Transform(Gf.Vec3d(*point)) for point in points])
    return np.stack([(ndc[:, 0] + 1) / 2 * SIZE[0], (1 - ndc[:, 1]) / 2 * SIZE[1]], axis=1)


@pytest.mark.parametrize("lens", [CENTRED, OFF_CENTRE, LensOrthographic(SIZE, 3.0)], ids=lambda lens: lens.model)
def test_a_planar_lens_projects_as_usds_camera_does(lens: Lens, tmp_path: Path) -> None:
    """USD keeps apertures and focal length as float32: 6e-8 of them, over half a hundred pixels, is 1e-5 px."""
    points = np.random.default_rng(0).uniform((-0.8, -0.8, 0.0), (0.8, 0.8, 1.2), (200, 3))
    expected, seen = lens.project(transform_points(invert_rigid(POSE), points))
    assert seen.all()
    _stage, prim = usd_camera(tmp_path, lens)
    np.testing.assert_allclose(seen_by_usd(prim, points), expected, atol=2e-5)


def test_near_and_far_are_the_clipping_range_and_everything_is_sharp(tmp_path: Path) -> None:
    _stage, prim = usd_camera(tmp_path, CENTRED)
    assert tuple(get(prim, "clippingRange")) == pytest.approx((0.1, 60.0))
    assert get(prim, "fStop") == 0.0


def test_a_focus_sets_focal_length_distance_and_f_number(tmp_path: Path) -> None:
    """The focal length is in tenths of a metre, so that the aperture's diameter f / N is right."""
    _stage, prim = usd_camera(tmp_path, CENTRED, focus=Focus(distance_m=2.0, focal_length_m=0.045, f_number=0.95))
    assert get(prim, "focalLength") == pytest.approx(0.45)
    assert get(prim, "focusDistance") == pytest.approx(2.0)
    assert get(prim, "fStop") == pytest.approx(0.95)
    assert get(prim, "horizontalAperture") == pytest.approx(0.45 * SIZE[0] / 80.0)


@pytest.mark.parametrize(
    ("lens", "model"),
    [
        (CENTRED, None),
        (LensOrthographic(SIZE, 3.0), None),
        (OFF_CENTRE, "opencvPinhole"),
        (DISTORTED, "opencvPinhole"),
        (RATIONAL, "opencvPinhole"),
        (FISHEYE, "opencvFisheye"),
        (PIXELS_TO_ANGLE, "ftheta"),
        (TILTED, "lut"),
        (replace(FISHEYE, alpha=0.01), "lut"),
        (replace(PIXELS_TO_ANGLE, linear=(1.0, 0.01, 0.0)), "lut"),
        (LensFTheta(SIZE, 48.0, 32.0, (0.0, 40.0)), "lut"),
        (OMNIDIR, "lut"),
        (DOUBLE_SPHERE, "lut"),
        (LensEquirectangular(SIZE), "lut"),
    ],
)
def test_a_lens_has_the_schema_that_fits_it(lens: Lens, model: str | None) -> None:
    assert lens_model([lens]) == model


def test_one_frame_that_does_not_fit_decides_for_all() -> None:
    assert lens_model([CENTRED, DISTORTED]) == "opencvPinhole"
    assert lens_model([CENTRED, TILTED]) == "lut"


def test_opencvs_schemas_hold_opencvs_numbers() -> None:
    values = lens_values("opencvPinhole", RATIONAL)
    names = ("k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6", "s1", "s2", "s3", "s4")
    found = [values[f"omni:lensdistortion:opencvPinhole:{name}"].value for name in names]
    assert found == RATIONAL.distortion.coefficients()
    fisheye = lens_values("opencvFisheye", FISHEYE)
    wanted = {"fx": 30.0, "fy": 31.0, "cx": 47.0, "cy": 33.0, "imageSize": SIZE}
    wanted |= {"k1": 0.02, "k2": -0.004, "k3": 0.001, "k4": -0.0002}
    for name, value in wanted.items():
        assert fisheye[f"omni:lensdistortion:opencvFisheye:{name}"].value == value


def test_coefficients_that_a_lens_lacks_are_written_as_0() -> None:
    """Isaac Sim keeps what an attribute held before, or its default of another lens, where nothing is written."""
    values = lens_values("ftheta", PIXELS_TO_ANGLE)
    assert [values[f"omni:lensdistortion:ftheta:k{power}"].value for power in range(5)] == [0.0, 0.02, 1e-5, -1e-7, 0.0]
    assert values["omni:lensdistortion:ftheta:maxFov"].value == pytest.approx(np.degrees(3.4))
    assert values["omni:lensdistortion:ftheta:opticalCenter"].value == (47.0, 33.0)


@pytest.mark.parametrize("model", list(SCHEMAS))
def test_every_schema_is_named_after_its_model(model: str) -> None:
    name, attributes = SCHEMAS[model]  # type: ignore[index]
    spelt = model.replace("opencv", "openCv")
    assert name == f"OmniLensDistortion{spelt[0].upper()}{spelt[1:]}API"
    assert attributes


@pytest.mark.parametrize(
    "lens", [TILTED, OMNIDIR, DOUBLE_SPHERE, LensEquirectangular(SIZE)], ids=lambda lens: lens.model
)
def test_a_lens_tables_undo_each_other(lens: Lens) -> None:
    """Through the first table to a ray, by the octahedral map's definition to a texel of the second, and back.

    The second table is sampled at the nearest texel, so positions agree to the pixels that one texel's angle spans.
    """
    table = lens_table(lens)
    height, width = table.ray_enter.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width]
    ray = table.ray_enter.reshape(-1, 3).astype(np.float64)
    seen = np.any(ray != (0.0, 0.0, 1.0), axis=1)
    assert seen.mean() > 0.7
    x, y, ahead = ray[:, 0], ray[:, 1], -ray[:, 2]
    total = np.abs(ray).sum(axis=1)
    folded = np.where(
        (ahead >= 0)[:, None],
        np.stack([x, y], axis=1) / total[:, None],
        (1 - np.abs(np.stack([y, x], axis=1)) / total[:, None]) * np.where(np.stack([x, y], axis=1) < 0, -1, 1),
    )
    side = len(table.ray_exit)
    at = np.clip(((folded + 1) / 2 * side).astype(int), 0, side - 1)
    back = table.ray_exit[at[:, 1], at[:, 0], :2] * (width, height)
    expected = np.stack([columns.ravel() + 0.5, rows.ravel() + 0.5], axis=1)
    inside = seen & (np.abs(expected - np.array(SIZE) / 2) < np.array(SIZE) * 0.3).all(axis=1)
    error = np.linalg.norm(back - expected, axis=1)[inside]
    assert np.median(error) < 2.0
    assert inside.sum() > 500


def test_the_first_table_has_the_ray_through_each_pixels_centre_in_usds_frame(tmp_path: Path) -> None:
    _stage, prim = usd_camera(tmp_path, DOUBLE_SPHERE)
    file = get(prim, "omni:lensdistortion:lut:rayEnterDirectionTexture")
    with OpenEXR.File(file.resolvedPath) as picture:
        table = np.array(picture.channels()["RGB"].pixels)
    rays, _ = DOUBLE_SPHERE.unproject(np.array([[70.5, 30.5]]))
    np.testing.assert_allclose(table[30, 70], rays[0] * (1, -1, -1), atol=1e-7)
    right_of_axis = table[30, 70]
    below_axis = table[50, 45]
    assert right_of_axis[0] > 0.3
    assert below_axis[1] < -0.3
    assert table[30, 45, 2] < -0.99
    assert get(prim, "omni:lensdistortion:lut:opticalCenter") == Gf.Vec2f(48, 32)


def test_each_drawn_lens_has_tables_of_its_own(tmp_path: Path) -> None:
    settings = RenderSettings(1, 1, False)
    stages = [
        Stage(index, 7, (), (), (Camera("eye", "/World/Cameras/eye", lens, POSE, (0.1, 60.0), Exposure()),), settings)
        for index, lens in enumerate((OMNIDIR, replace(OMNIDIR, xi=1.1), OMNIDIR))
    ]
    files = write_usd_stage(tmp_path, stages, StagePlan((), stages[0].cameras, settings))
    assert sorted(file.name for file in files[1:]) == [
        "lens_eye_enter.exr",
        "lens_eye_enter_2.exr",
        "lens_eye_exit.exr",
        "lens_eye_exit_2.exr",
    ]


def test_equal_lenses_give_equal_tables_to_the_byte(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        usd_camera(tmp_path / folder, OMNIDIR)
    for name in ("lens_eye_enter.exr", "lens_eye_exit.exr"):
        one, two = ((tmp_path / folder / "assets" / "textures" / name).read_bytes() for folder in ("one", "two"))
        assert one == two
