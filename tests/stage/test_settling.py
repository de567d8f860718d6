"""What is dropped comes to rest where it should, or is refused; always the same, and clear of everything."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from benchmarks.contacts import contacts
from sdg.errors import RecipeError
from sdg.foundation.digest import digest_bytes
from sdg.foundation.transforms import transform_points
from sdg.stage.build import build_stage
from sdg.stage.model import Body, Stage
from tests.recipes import frame_of, recipe_of

TURNED = "rotation_deg: {uniform: [[0, 0, 0], [360, 360, 360]]}"
BIN_TEXT = f"""\
scene:
  objects:
    - {{name: bench, asset: cube, size_m: [1, 1, 0.05]}}
    - {{name: bin, asset: parts_bin, size_m: [0.3, 0.24, 0.14], position_m: [0, 0, 0.05], yaw_deg: 20}}
    - {{name: gear, asset: gear, count: 2, place: {{drop_in: bin}}, {TURNED}}}
    - {{name: tee, asset: pipe_tee, count: 2, place: {{drop_in: bin}}, {TURNED}, physics: {{mass_kg: 0.2}}}}
    - {{name: bolt, asset: hex_bolt, count: 3, place: {{drop_in: bin}}, {TURNED}, physics: {{density_kgpm3: 7850}}}}
  physics: {{gravity_mps2: {{uniform: [-9.9, -9.7]}}, friction: {{uniform: [0.3, 0.6]}}}}
"""
BIN = recipe_of(BIN_TEXT)


def stage_of(text: str, frame: int = 0) -> Stage:
    recipe = recipe_of(text)
    return build_stage(frame_of(recipe, frame), recipe)


def digest(stage: Stage) -> str:
    return digest_bytes(b"".join(body.world_from_object.tobytes() for body in stage.bodies))


@pytest.fixture(scope="module")
def full_bin() -> Stage:
    return build_stage(frame_of(BIN, 1), BIN)


def dropped(stage: Stage) -> list[Body]:
    return [body for body in stage.bodies if body.name.partition("[")[0] in ("gear", "tee", "bolt")]


def test_what_is_dropped_in_a_bin_lies_inside_it(full_bin: Stage) -> None:
    container = next(body for body in full_bin.bodies if body.name == "bin[0]")
    bin_from_world = np.linalg.inv(container.world_from_object)
    for body in dropped(full_bin):
        corners = np.concatenate([part.mesh.vertices for part in body.parts])
        inside = transform_points(bin_from_world @ body.world_from_object, corners)
        assert np.all(inside >= container.bounds_m[0] - 1e-4), body.name
        assert np.all(inside[:, :2] <= container.bounds_m[1, :2] + 1e-4), body.name


def test_nothing_interpenetrates_or_floats_on_the_triangles_that_are_rendered(full_bin: Stage) -> None:
    names = [body.name for body in dropped(full_bin)]
    found = contacts(full_bin, names)
    assert max(contact.depth_m for contact in found) < 0.002
    for name in names:
        assert min(contact.gap_m for contact in found if name in (contact.first, contact.second)) < 0.002, name


def test_a_process_of_its_own_settles_a_frame_to_the_same_bytes(full_bin: Stage) -> None:
    """Here other recipes and frames were settled before it, there none."""
    code = (
        "from tests.stage.test_settling import BIN, digest; from tests.recipes import frame_of; "
        "from sdg.stage.build import build_stage; print(digest(build_stage(frame_of(BIN, 1), BIN)))"
    )
    alone = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()
    assert alone == digest(full_bin) == digest(build_stage(frame_of(BIN, 1), BIN))


def test_the_stage_says_what_forces_there_were(full_bin: Stage) -> None:
    physics = full_bin.physics
    assert physics is not None
    assert physics["gravity_mps2"] == full_bin.drawn["scene.physics.gravity_mps2"]
    settled = {entry["name"]: entry for entry in physics["settled"]}  # type: ignore[attr-defined]
    assert settled["tee[0]"]["mass_kg"] == 0.2
    assert settled["gear[0]"]["friction"] == full_bin.drawn["scene.physics.friction"]
    # An M16 bolt of 65 mm weighs 0.13 to 0.14 kg in steel.
    assert 0.12 < settled["bolt[0]"]["mass_kg"] < 0.16
    assert settled["bolt[0]"]["on"] == "bin[0]"


def test_a_box_dropped_on_a_pallet_rests_on_its_boards() -> None:
    stage = stage_of("""\
scene:
  environment: {asset: warehouse_hall, size_m: [8, 8, 4]}
  objects:
    - {name: pallet, asset: pallet, position_m: [0, 0, 0]}
    - {name: box, asset: cube, size_m: [0.3, 0.2, 0.1], place: {drop_on: pallet}, yaw_deg: 30}
""")
    box = next(body for body in stage.bodies if body.name == "box[0]")
    assert box.world_from_object[2, 3] == pytest.approx(0.144, abs=0.0015)
    assert box.world_from_object[2, 2] == pytest.approx(1.0, abs=1e-4)


def test_a_bin_that_is_too_full_is_refused_with_a_hint() -> None:
    with pytest.raises(RecipeError, match=r"S040|S041") as caught:
        stage_of("""\
scene:
  objects:
    - {name: bench, asset: cube, size_m: [1, 1, 0.05]}
    - {name: bin, asset: parts_bin, size_m: [0.2, 0.2, 0.06], position_m: [0, 0, 0.05]}
    - {name: box, asset: cube, size_m: [0.1, 0.1, 0.05], count: 7, place: {drop_in: bin}}
""")
    assert caught.value.diagnostics[0].hint


def test_what_is_larger_than_a_bin_is_refused() -> None:
    with pytest.raises(RecipeError, match="S008"):
        stage_of("""\
scene:
  objects:
    - {name: bin, asset: parts_bin, position_m: [0, 0, 0]}
    - {name: box, asset: cube, size_m: [0.7, 0.1, 0.05], place: {drop_in: bin}}
""")


def test_what_falls_in_a_frame_without_its_bin_is_not_there() -> None:
    stage = stage_of("""\
scene:
  objects:
    - {name: bin, asset: parts_bin, count: 0}
    - {name: box, asset: cube, size_m: [0.1, 0.1, 0.05], place: {drop_in: bin}}
""")
    assert not stage.bodies
    assert stage.physics is None
