from __future__ import annotations

import pytest

from sdg.recipe.document import lookup
from tests.system.malformed.case import BASE


@pytest.mark.parametrize(
    ("override", "path", "value"),
    [
        ("seed=9", ("seed",), 9),
        ("cameras.main.resolution=[32, 24]", ("cameras", 0, "resolution"), [32, 24]),
        ("cameras[0].clip_m=[1, 2]", ("cameras", 0, "clip_m"), [1, 2]),
        ("cameras.0.clip_m=[1, 2]", ("cameras", 0, "clip_m"), [1, 2]),
        ("scene.objects.pallet.count=3", ("scene", "objects", 0, "count"), 3),
        ("scene.objects[1].class=bin", ("scene", "objects", 1, "class"), "bin"),
        ("scene.objects.pallet.yaw_deg={uniform: [0, 9]}", ("scene", "objects", 0, "yaw_deg"), {"uniform": [0, 9]}),
        ("scene.objects.pallet.yaw_deg.uniform[1]=9", ("scene", "objects", 0, "yaw_deg"), {"uniform": [0, 9]}),
        ("lighting.panel.intensity=5", ("lighting", 1, "rect", "intensity"), 5),
        ("lighting.sun_sky.hour=5", ("lighting", 0, "sun_sky", "hour"), 5),
        ("lighting.rect[0].intensity=5", ("lighting", 1, "rect", "intensity"), 5),
        ("lighting[1].rect.intensity=5", ("lighting", 1, "rect", "intensity"), 5),
        ("render.spp=0x10", ("render", "spp"), 16),
        ("output.coco=", ("output", "coco"), None),
        ("vars.hour=12", ("vars", "hour"), 12),
        ("license=CC0=yes", ("license",), "CC0=yes"),
    ],
)
def test_an_override_changes_the_value_that_it_names(load, override, path, value):
    assert lookup(load(BASE, override).tree, path) == value


def test_an_override_makes_the_mappings_on_its_way(load):
    text = BASE.replace("render: {quality: low}\n", "")
    assert load(text, "render.quality=high").specimen.render.quality == "high"


def test_the_last_of_two_overrides_wins(load):
    assert load(BASE, "seed=1", "seed=2").specimen.seed == 2


def test_lights_are_told_apart_by_ordinal(load):
    text = BASE.replace("lighting:\n", "lighting:\n  - dome: {}\n  - dome: {}\n")
    recipe = load(text, "lighting.dome[1].intensity=3")
    assert [light.dome.intensity for light in recipe.specimen.lighting[:2]] == [1000.0, 3.0]


def test_the_place_of_an_overridden_value_is_in_the_override(load):
    recipe = load(BASE, "seed=1", "render.spp=16")
    span = recipe.spans["render", "spp"]
    assert (span.file, span.line, span.column, span.end_column) == ("--set", 2, 12, 14)


def test_an_overridden_block_forgets_its_old_places(load):
    recipe = load(BASE, "cameras.main.lens={pinhole: {fx: 60}}")
    assert ("cameras", 0, "lens", "opencv_pinhole", "fx") not in recipe.spans
    assert recipe.spans["cameras", 0, "lens", "pinhole", "fx"].file == "--set"


def test_an_override_inside_an_alias_leaves_the_other_use_alone(load):
    text = BASE.replace("  paint: {", "  paint: &p {").replace("cameras:", "  other: *p\ncameras:")
    tree = load(text, "materials.other.roughness=0.3").tree
    assert tree["materials"]["paint"]["roughness"] == "$shade"
    assert tree["materials"]["other"]["roughness"] == 0.3


def test_faults_of_the_file_come_before_faults_of_overrides(faults):
    found = faults(BASE.replace("seed: 7", "seed: -7"), "frames=0")
    assert [fault.span.file == "--set" for fault in found] == [False, True]
