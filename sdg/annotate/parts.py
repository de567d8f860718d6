"""Parts of things: which link of a robot, or which piece of a thing, every pixel shows.

Ids count through a frame from 1: the things in their order, of each its parts in the asset's order. Parts of one name
are one part, such as all meshes of a robot's link. The environment's parts are stuff, and have none of these ids.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sdg.errors import RenderError
from sdg.foundation.arrays import UInt16Array, UInt32Array, check_array
from sdg.stage.model import Body

_GREATEST_ID = 65535


@dataclass(frozen=True, eq=False)
class PartTable:
    """The parts of a frame.

    Attributes:
        ids: Part id by name, for each thing by its instance id.
        first: Where the parts of each entity start in `by_number`, by entity id, shape (E,).
        by_number: Part id of each of the bodies' parts, one body after another.
    """

    ids: Mapping[int, Mapping[str, int]]
    first: UInt32Array
    by_number: UInt16Array

    def picture(self, entity_ids: UInt32Array, part_numbers: UInt32Array) -> UInt16Array:
        """Return the part id of each pixel, shape (H, W), uint16; 0 is background and stuff.

        Args:
            entity_ids: See `RenderedView`.
            part_numbers: See `RenderedView`.
        """
        check_array("part_numbers", part_numbers, shape=entity_ids.shape, dtype=np.uint32)
        # Where nothing was hit, both are 0, and so is the first entry.
        return self.by_number[self.first[entity_ids] + np.maximum(part_numbers, 1) - 1]


def part_table(bodies: Sequence[Body]) -> PartTable:
    """Return the parts of a frame's things.

    Raises:
        RenderError: There are more than a 16-bit picture can tell apart.
    """
    ids: dict[int, dict[str, int]] = {}
    first, by_number = [0], [0]
    count = 0
    for body in bodies:
        first.append(len(by_number))
        if not body.is_thing:
            by_number += [0] * len(body.parts)
            continue
        own = ids.setdefault(body.instance_id, {})
        for name in part_names(body):
            if name not in own:
                count += 1
                own[name] = count
            by_number.append(own[name])
    if count > _GREATEST_ID:
        raise RenderError(
            f"the scene has {count} parts, and id pictures hold at most {_GREATEST_ID}",
            hint="use fewer objects, or leave part_segmentation out",
        )
    return PartTable(ids, np.array(first, np.uint32), np.array(by_number, np.uint16))


def part_names(body: Body) -> list[str]:
    """Return what each of a body's parts is called: by the link that it belongs to, or by its own name."""
    if body.articulation is None:
        return [part.name for part in body.parts]
    links = body.articulation.links
    return [links[index].name for index in body.articulation.part_links]
