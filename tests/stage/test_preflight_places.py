from pathlib import Path

import pytest

from sdg.errors import RecipeError
from sdg.foundation.diagnostic import Diagnostic
from sdg.stage.build import build_stage
from sdg.stage.preflight import check_assets
from tests.recipes import frame_of, recipe_of
from tests.stage.test_placement import box_obj

# A pallet is 1.2 x 0.8 m; the hall's floor reaches from (-5, -6) to (5, 6).
HALL = "scene:\n  environment: {asset: warehouse_hall, size_m: [10, 12, 5]}\n  objects:\n"
PALLET = f"{HALL}    - {{name: pallet, asset: pallet}}\n"


def faults(text: str, folder: Path | None = None) -> list[Diagnostic]:
    return [fault for fault in check_assets(recipe_of(text, folder)) if fault.severity == "error"]


def on_pallet(place: str, **keys: str) -> str:
    more = "".join(f"      {key}: {value}\n" for key, value in keys.items())
    return f"{PALLET}    - name: box\n      asset: cube\n{more}      place: {place}\n"


def on_floor(place: str, **keys: str) -> str:
    return on_pallet(place, **keys).replace(PALLET, HALL)


def grid(count: str, more: str = "") -> str:
    return f"{{grid: {{surface: pallet, count: {count}{more}}}}}"


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        ("S009", on_pallet(grid("[4, 1]"), size_m="[0.5, 0.5, 0.5]"), "fall off pallet"),
        ("S009", on_pallet(grid("[1, {uniform_int: [1, 5]}]"), size_m="[0.3, 0.3, 0.3]"), "fall off pallet"),
        ("S009", on_pallet(grid("[2, 2]", ", spacing_m: {choice: [[0.5, 0.5], [0.5, 1.2]]}")), "fall off pallet"),
        ("S009", on_pallet(grid("[2, 1]", ", center_m: [{uniform: [0, 0.5]}, 0]"), scale="0.4"), "fall off pallet"),
        ("S009", on_pallet(grid("[1, 1]", ", jitter_m: 0.7"), scale="0.4"), "fall off pallet"),
        ("S009", on_pallet(grid("[2, 1]"), asset="{choice: [cube, drum]}", scale="{uniform: [0.1, 2]}"), "fall off"),
        ("S008", on_floor("{grid: {count: [1, 1, 6]}}"), "too tall for floor"),
        ("S008", on_floor("{scatter_2d: {}}", size_m="[1, 1, {uniform: [1, 9]}]"), "too tall for floor"),
        ("S008", on_floor("{scatter_2d: {}}", size_m="[14, 1, 1]", yaw_deg="{choice: [90, 0]}"), "too large for floor"),
        ("S008", on_floor("{scatter_2d: {region_m: [0, 0, 0.5, 2]}}"), "too large for floor"),
        ("S008", on_floor("{scatter_2d: {region_m: [20, 20, 30, 30]}}"), "region_m lies outside floor"),
        ("S008", on_floor("{scatter_2d: {region_m: [{uniform: [0, 7]}, 0, 9, 3]}}"), "region_m lies outside floor"),
        ("S008", on_pallet("{scatter_2d: {surface: pallet}}", scale="1.5"), "too large for pallet"),
    ],
)
def test_what_does_not_fit_is_found_before_any_frame(code: str, text: str, said: str) -> None:
    text = text.replace("      asset: cube\n      asset:", "      asset:")
    found = faults(text)
    assert [fault.code for fault in found] == [code], found
    assert said in found[0].message
    assert "frame" not in found[0].message
    assert found[0].span is not None
    # The head of the recipe adds two lines and the seed.
    assert found[0].span.line == 3 + next(n for n, line in enumerate(text.splitlines(), 1) if "      place:" in line)


@pytest.mark.parametrize(
    "text",
    [
        on_pallet(grid("[2, 1]"), size_m="[0.5, 0.5, 0.5]"),
        on_pallet(grid("[9, 1]", ", spacing_m: [0.1, 0.1], center_m: [0.1, 0]"), scale="0.1", count="3"),
        on_pallet(grid("[4, 2, 3]", ", spacing_m: [0.3, 0.5]"), scale="0.2", count="{uniform_int: [1, 8]}"),
        on_floor("{scatter_2d: {region_m: [-9, -9, 9, 9]}}"),
        on_floor("{scatter_2d: {}}", size_m="[5, 6, 1]"),
        on_floor("{scatter_2d: {}}", rotation_deg="[0, 90, 0]", size_m="[1, 1, 7]"),
    ],
)
def test_what_fits_is_not_refused(text: str) -> None:
    assert faults(text) == []
    build_stage(frame_of(recipe_of(text)), recipe_of(text))


@pytest.mark.parametrize("size", [(0.5, 0.5), (0.61, 0.5), (0.3, 0.3), (0.3, 0.55)])
@pytest.mark.parametrize("count", [(2, 1), (3, 2), (1, 3)])
def test_a_check_of_fixed_values_refuses_just_what_a_frame_refuses(
    size: tuple[float, float], count: tuple[int, int]
) -> None:
    text = on_pallet(grid(str(list(count))), size_m=f"[{size[0]}, {size[1]}, 0.2]", yaw_deg="0")
    recipe = recipe_of(text)
    of_frame: list[str] = []
    try:
        build_stage(frame_of(recipe), recipe)
    except RecipeError as error:
        of_frame = [fault.code for fault in error.diagnostics]
    assert [fault.code for fault in faults(text)] == of_frame
    assert of_frame in ([], ["S009"])


def test_a_carrier_from_a_file_is_as_large_as_its_size_says(tmp_path: Path) -> None:
    (tmp_path / "table.obj").write_text(box_obj((0, 0, 0), (1, 1, 1)))
    table = "{name: table, asset: {file: table.obj}, size_m: [%s, 2, 1]}"
    text = f"{HALL}    - %s\n    - {{name: box, asset: cube, place: {{grid: {{surface: table, count: [3, 1]}}}}}}\n"
    assert faults(text % (table % 3), tmp_path) == []
    assert [fault.code for fault in faults(text % (table % 1.5), tmp_path)] == ["S009"]


def test_one_of_several_carriers_that_is_large_enough_will_do() -> None:
    """Scattered things try one carrier after another, but each cell of a grid needs its own."""
    text = on_pallet("{scatter_2d: {surface: pallet}}").replace(
        "{name: pallet, asset: pallet}", "{name: pallet, asset: cube, size_m: {choice: [[3, 3, 1], [0.5, 0.5, 1]]}}"
    )
    assert faults(text) == []
    assert [fault.code for fault in faults(text.replace("{scatter_2d: {", "{grid: {count: [2, 1], "))] == ["S009"]


def test_nothing_stands_on_what_lies_tilted() -> None:
    text = on_pallet(grid("[1, 1]"), scale="0.3").replace("asset: pallet}", "asset: pallet, rotation_deg: [10, 0, 0]}")
    assert [fault.code for fault in faults(text)] == ["S004"]


def test_a_drawn_material_of_null_is_the_asset_s_own() -> None:
    recipe = recipe_of(on_floor("{scatter_2d: {}}", count="8", material="{choice: [null, wood]}"))
    assert check_assets(recipe) == []
    boxes = [one for one in build_stage(frame_of(recipe), recipe).bodies if one.name.startswith("box")]
    assert len({tuple(part.material.name for part in one.parts) for one in boxes}) == 2
