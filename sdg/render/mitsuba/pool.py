"""How many mesh slots of each kind a scene needs, and which slot each part of each body takes.

A Mitsuba shape keeps its surface for life, while its triangles and numbers may change. Parts are therefore pooled by
what can't change: the textures, and whether shading is smooth. Each object slot of the plan owns fixed entries, so
that a part's entry depends on its own slot alone, never on other frames or on what else is in view.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sdg.stage.model import Body, Material, Part, StagePlan, Texture


class Surface(NamedTuple):
    """What a shape's surface is made of for life: texture keys ("" for none), and smooth or flat shading."""

    base_color: str
    roughness: str
    metallic: str
    normal: str
    smooth: bool

    @property
    def is_textured(self) -> bool:
        return any((self.base_color, self.roughness, self.metallic, self.normal))


@dataclass(frozen=True, eq=False)
class PoolPlan:
    """The mesh entries of a scene, in their order, and who owns which.

    Attributes:
        surfaces: Surface of each entry.
        owned: For each object slot and surface, indices into `surfaces`.
        textures: Every texture in use by key, in sorted order of keys.
    """

    surfaces: tuple[Surface, ...]
    owned: Mapping[tuple[tuple[str, int], Surface], tuple[int, ...]]
    textures: Mapping[str, Texture]


def surface_of(part: Part) -> Surface:
    """Return what decides the pool that a part belongs to."""
    color, roughness, metallic, normal = (
        texture.key if texture is not None else "" for texture in material_textures(part.material)
    )
    return Surface(color, roughness, metallic, normal, part.mesh.normals is not None)


def material_textures(material: Material) -> tuple[Texture | None, Texture | None, Texture | None, Texture | None]:
    """Return the textures of a material in the order of `Surface`: colour, roughness, metallic, normal."""
    return (
        material.base_color_texture,
        material.roughness_texture,
        material.metallic_texture,
        material.normal_texture,
    )


def plan_pools(plan: StagePlan) -> PoolPlan:
    """Give every object slot as many entries of each surface as its most demanding choice of parts needs."""
    surfaces: list[Surface] = []
    owned: dict[tuple[tuple[str, int], Surface], tuple[int, ...]] = {}
    textures: dict[str, Texture] = {}
    for slot in sorted(plan.slots):
        needed: Counter[Surface] = Counter()
        for parts in plan.slots[slot]:
            needed |= Counter(surface_of(part) for part in parts)
            for part in parts:
                textures.update({t.key: t for t in material_textures(part.material) if t is not None})
        for surface in sorted(needed):
            owned[slot, surface] = tuple(range(len(surfaces), len(surfaces) + needed[surface]))
            surfaces += [surface] * needed[surface]
    return PoolPlan(tuple(surfaces), owned, dict(sorted(textures.items())))


def assign_entries(pools: PoolPlan, bodies: Sequence[Body]) -> dict[int, tuple[int, int]]:
    """Return, by entry index, which (body, part) each used entry holds in a frame.

    Raises:
        AssertionError: A body has more parts of a kind than the plan foresaw.
    """
    taken: Counter[tuple[tuple[str, int], Surface]] = Counter()
    held: dict[int, tuple[int, int]] = {}
    for body_index, body in enumerate(bodies):
        for part_index, part in enumerate(body.parts):
            if len(part.mesh.faces) == 0:
                continue
            key = (body.slot, surface_of(part))
            entries = pools.owned.get(key, ())
            if taken[key] >= len(entries):
                raise AssertionError(f"{body.name}: part {part.name!r} is not in the stage plan of slot {body.slot}")
            held[entries[taken[key]]] = (body_index, part_index)
            taken[key] += 1
    return held
