"""The stand-in for omni.replicator.core refuses what the real one doesn't have; else it would prove nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.replicator.signatures import TABLE, Item, Refused, checked, signature

DRAWN = Item("distribution.uniform", {})


@pytest.mark.parametrize("function", TABLE["functions"])
def test_every_frozen_signature_reads(function: str) -> None:
    assert signature(function) is not None


@pytest.mark.parametrize("function", TABLE["types"])
def test_types_are_frozen_for_arguments_that_exist(function: str) -> None:
    assert set(TABLE["types"][function]) <= set(signature(function).parameters)


@pytest.mark.parametrize(
    ("function", "arguments", "keywords"),
    [
        ("modify.pose", (), {"positions": (0.0, 0.0, 0.0)}),
        ("modify.pose", (), {"position": (0.0, 0.0)}),
        ("modify.pose", (), {"position": [0.0, 0.0, 0.0]}),
        ("modify.pose", (), {"position": DRAWN, "position_x": 1.0}),
        ("modify.pose", (), {"rotation": DRAWN, "rotation_z": DRAWN}),
        ("modify.pose", (), {"rotation": DRAWN, "look_at": (0.0, 0.0, 0.0)}),
        ("modify.pose", (), {"scale": DRAWN, "size": 1.0}),
        ("modify.pose", (), {"rotation": DRAWN, "rotation_order": "ZZZ"}),
        ("modify.visibility", ("yes",), {}),
        ("modify.attribute", ("inputs:intensity",), {}),
        ("distribution.uniform", (0.0,), {}),
        ("distribution.uniform", (0.0, 1.0), {"seed": 0}),
        ("distribution.uniform", (0.0, 1.0), {"low": 0.0}),
        ("distribution.uniform_int", (0, 1), {}),
        ("distribution.sequence", ([],), {}),
        ("distribution.sequence", ([(0.0, 0.0), (0.0, 0.0, 0.0)],), {}),
        ("distribution.sequence", ((1, 2),), {}),
        ("distribution.choice", (["a", "b"],), {"weights": "heavy"}),
        ("create.group", ("/World/pallet_0",), {}),
        ("create.render_product", ("/World/Cameras/cam", [640, 480]), {}),
        ("randomizer.scatter_2d", ("/World/floor",), {}),
        ("trigger.on_frame", (), {"rt_subframes": 1.5}),
        ("set_global_seed", (0,), {}),
    ],
)
def test_a_wrong_call_is_refused(function: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    with pytest.raises((Refused, KeyError)):
        checked(function, arguments, keywords)


@pytest.mark.parametrize(
    ("function", "arguments", "keywords"),
    [
        ("modify.pose", (), {"position": DRAWN, "rotation_z": DRAWN, "scale": 2.0}),
        ("distribution.uniform", ((0.0, 0.0), (1.0, 1.0)), {"seed": 3, "name": "drawn"}),
        ("distribution.choice", ([(0.1, 0.2, 0.3), (0.3, 0.2, 0.1)],), {"weights": [1.0, 2.0]}),
        ("trigger.on_frame", (), {"rt_subframes": 4}),
    ],
)
def test_a_right_call_is_taken(function: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    given = checked(function, arguments, keywords)
    assert keywords.items() <= given.items()
    assert list(given.values())[: len(arguments)] == list(arguments)
