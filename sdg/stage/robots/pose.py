"""An articulated asset in another pose: its links' meshes moved, everything else as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.foundation.digest import digest_bytes, digest_json
from sdg.foundation.transforms import invert_rigid, transform_points
from sdg.stage.articulation import Articulation
from sdg.stage.asset import Asset, Mesh, Part

# A nanometre: below what anybody sees, above what one CPU's sine differs by from another's.
_DECIMALS = 9


def articulated(articulation: Articulation, parts: Sequence[tuple[int, Part]], body: Sequence[str] = ()) -> Asset:
    """Return an asset of links, at rest.

    Args:
        articulation: Links and joints, with nothing said yet about parts or pose.
        parts: Index of its link and the part in that link's frame.
        body: The part names to which an object's `material:` applies.
    """
    links = len(articulation.links)
    identity = np.broadcast_to(np.eye(4), (links, 4, 4)).copy()
    unposed = replace(articulation, part_links=tuple(link for link, _ in parts), object_from_link=identity)
    frame = Asset("", tuple(part for _, part in parts), np.zeros((2, 3)), (), tuple(body), unposed)
    return pose_asset(frame, {})


def pose_asset(asset: Asset, values: Mapping[str, float]) -> Asset:
    """Return an articulated asset with other joint values [rad or m]; joints that are not named are at rest.

    Its key says which pose it is. Where the asset is `grounded`, its lowest point is on z = 0.
    """
    now = asset.articulation
    assert now is not None, asset.key
    then = now.posed(values)
    steps = [
        after @ invert_rigid(before) for before, after in zip(now.object_from_link, then.object_from_link, strict=True)
    ]
    vertices = [
        transform_points(steps[link], part.mesh.vertices)
        for part, link in zip(asset.parts, now.part_links, strict=True)
    ]
    lift = np.eye(4)
    if now.grounded:
        lift[2, 3] = -min(float(points[:, 2].min()) for points in vertices)
        then = replace(then, object_from_link=lift @ then.object_from_link)
    digest = digest_json([now.asset_key, [[name, round(value, _DECIMALS)] for name, value in then.values.items()]])
    parts = tuple(
        replace(part, mesh=_moved(part.mesh, lift @ steps[link], f"{part.mesh.key}@{digest}"))
        for part, link in zip(asset.parts, now.part_links, strict=True)
    )
    every = np.concatenate([part.mesh.vertices for part in parts])
    bounds = np.stack([every.min(axis=0), every.max(axis=0)])
    return replace(asset, key=digest, parts=parts, bounds_m=bounds, articulation=then)


def _moved(mesh: Mesh, step: FloatArray, origin: str) -> Mesh:
    normals = None if mesh.normals is None else mesh.normals @ step[:3, :3].T
    vertices = np.round(transform_points(step, mesh.vertices), _DECIMALS) + 0.0
    return replace(mesh, vertices=vertices, normals=normals, key=digest_bytes(origin.encode()))
