"""What falls in a frame: things with a mass, a rubbing surface and convex pieces, on their way to rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import transform_points, translation
from sdg.graph.frame_sample import ObjectSample
from sdg.physics.bodies import RigidBody
from sdg.physics.convex import volume_m3
from sdg.stage.collision import asset_pieces
from sdg.stage.drops import Drop, drop_of
from sdg.stage.footprint import fallen_footprint
from sdg.stage.surfaces import PlacedSurface, container_surface
from sdg.stage.world import PlacedObject, Shape, World


@dataclass(eq=False)
class Falling:
    """A thing that falls, on its way.

    Attributes:
        instance: What was drawn for it.
        drop: Where it is to fall.
        shape: Of its asset.
        scale: Factors along its own axes, shape (3,).
        mass_kg, friction, restitution: See `RigidBody`.
        pieces: What it collides by, object frame after scaling.
        tries: How often it was lifted.
        carrier: Instance on or in which it is to come to rest; None for the environment.
        surface: Of that.
        pose: World from object without the scale; None while it waits to be lifted.
    """

    instance: ObjectSample
    drop: Drop
    shape: Shape
    scale: FloatArray
    mass_kg: float
    friction: float
    restitution: float
    pieces: tuple[FloatArray, ...]
    tries: int = 0
    carrier: PlacedObject | None = None
    surface: PlacedSurface | None = None
    pose: FloatArray | None = None

    @property
    def middle_m(self) -> FloatArray:
        """Middle of its box, in its own frame after scaling."""
        middle: FloatArray = self.shape.asset.bounds_m.mean(axis=0) * self.scale
        return middle

    @property
    def rotation(self) -> FloatArray:
        """How it starts, without its yaw, 4x4."""
        rotation = np.eye(4)
        rotation[:3, :3] = self.shape.linear / self.scale
        return rotation

    def body(self) -> RigidBody:
        """Return it as physics takes it."""
        assert self.pose is not None
        return RigidBody(self.pieces, self.pose, self.mass_kg, self.friction, self.restitution)

    def lowest_m(self, frame_from_world: FloatArray | None = None) -> float:
        """Return the height of its lowest point, in the world's frame or another, 4x4."""
        assert self.pose is not None
        local = self.pose if frame_from_world is None else frame_from_world @ self.pose
        return min(float(transform_points(local, piece)[:, 2].min()) for piece in self.pieces)

    def placed(self) -> PlacedObject:
        """Return it as it lies."""
        assert self.pose is not None
        matrix = self.pose.copy()
        matrix[:3, :3] *= self.scale
        footprint = fallen_footprint(self.shape.asset, np.ascontiguousarray(matrix[:3, :3]))
        footprint = footprint.moved(translation(matrix[:3, 3]))
        low, high = footprint.corners_m
        carrier = "" if self.carrier is None else self.carrier.sample.name
        foot = translation(matrix[:3, 3])
        return PlacedObject(self.instance, self.shape.asset, matrix, footprint, low, high, foot, carrier)


def falling_things(world: World) -> Iterator[Falling]:
    """Yield what falls in a frame, but for what has nothing to fall on.

    Raises:
        RecipeError: An asset can't be used (S001).
    """
    names = {block.name for block in world.recipe.specimen.scene.objects}
    common = world.sample.physics
    for instance in world.sample.objects:
        drop = drop_of(instance.block)
        if drop is None or (drop.owner in names and not world.by_object.get(drop.owner)):
            continue
        shape, own = world.shape(instance), instance.block.physics
        scale = np.linalg.norm(shape.linear, axis=0)
        pieces = asset_pieces(shape.asset, scale)
        mass, density = (None, None) if own is None else (own.mass_kg, own.density_kgpm3)
        if mass is None:
            volume = max(sum(volume_m3(piece) for piece in pieces), 1e-9)
            mass = volume * (common.density_kgpm3 if density is None else density)
        friction, restitution = surface_physics(world, instance)
        yield Falling(instance, drop, shape, scale, mass, friction, restitution, pieces)


def surface_physics(world: World, instance: ObjectSample) -> tuple[float, float]:
    """Return an instance's friction and restitution."""
    own, common = instance.block.physics, world.sample.physics
    friction = common.friction if own is None or own.friction is None else own.friction
    restitution = common.restitution if own is None or own.restitution is None else own.restitution
    return friction, restitution


def targets(world: World, one: Falling) -> list[tuple[PlacedObject | None, PlacedSurface]]:
    """Return everything that a thing may fall on or in, with the surface.

    Raises:
        RecipeError: It has no such surface, or is not open at the top (S004).
    """
    drop = one.drop
    carriers: Sequence[PlacedObject | None] = world.by_object.get(drop.owner) or [None]
    found: list[tuple[PlacedObject | None, PlacedSurface]] = []
    for carrier in carriers:
        try:
            if carrier is None:
                name = drop.owner
            elif drop.is_inside:
                name = container_surface(carrier.asset).name
            else:
                name = drop.surface or ""
            found.append((carrier, world.surfaces_of(carrier, name)[0]))
        except AssetError as error:
            on = "the environment" if carrier is None else carrier.sample.name
            path = (*one.instance.path, "place", drop.key)
            verb = "dropped in" if drop.is_inside else "laid on" if drop.key == "stack" else "dropped on"
            message = f"{one.instance.name} can't be {verb} {on}: {error.message}"
            raise world.fault(path, "S004", message, hint=error.hint) from None
    return found
