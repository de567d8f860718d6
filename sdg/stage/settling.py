"""What is dropped: where it starts, how it falls, and whether it stays where it should.

Everything that is dropped in a frame falls together, on all that has been placed. A thing starts at a random place
above its surface, as low as it can without touching anything. What then lies elsewhere, or doesn't come to rest, is
dropped again from another place, while the rest lies where it is and may be pushed. The same goes for what finds no
room in the air at first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from sdg.errors import AssetError, RecipeError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.seeds import Branch, RandomStream
from sdg.foundation.transforms import transform_points, translation, without_scale, yaw
from sdg.graph.frame_sample import ObjectSample
from sdg.physics.bodies import RigidBody
from sdg.physics.convex import volume_m3
from sdg.physics.settle import LONGEST_S, settle
from sdg.stage.collision import asset_pieces, environment_pieces
from sdg.stage.drops import Drop, drop_of
from sdg.stage.footprint import asset_footprint
from sdg.stage.misfits import outside_region, too_large
from sdg.stage.surfaces import PlacedSurface, choose_surface, container_surface, environment_surface, place_surface
from sdg.stage.world import PlacedObject, Shape, World

TRIES = 10
# Places that are looked at for a start; the lowest is taken, so that nothing falls far.
_CANDIDATES = 8
_GAP_M = 0.003
# What falls farther hits so hard that it may get through a thin wall; what would have to start higher waits.
_FARTHEST_M = 0.2
_WAVE_S = 0.5
# What rests on a surface may sink into it by so much: contacts are soft, and surfaces uneven.
_SINK_M = 0.005
# Things may roll so far from where they fall, and are still held by what is there.
_AROUND_M = 1.0
_PIT_M = 0.5


@dataclass(eq=False)
class _Falling:
    """A thing that is dropped, on its way."""

    instance: ObjectSample
    drop: Drop
    shape: Shape
    scale: FloatArray
    mass_kg: float
    friction: float
    restitution: float
    tries: int = 0
    carrier: PlacedObject | None = None
    surface: PlacedSurface | None = None
    pose: FloatArray | None = None
    pieces: tuple[FloatArray, ...] = field(default=())

    @property
    def middle_m(self) -> FloatArray:
        """Middle of its box, in its own frame after scaling."""
        middle: FloatArray = self.shape.asset.bounds_m.mean(axis=0) * self.scale
        return middle

    def body(self) -> RigidBody:
        assert self.pose is not None
        return RigidBody(self.pieces, self.pose, self.mass_kg, self.friction, self.restitution)

    def placed(self) -> PlacedObject:
        """Return it as it lies."""
        assert self.pose is not None
        matrix = self.pose.copy()
        matrix[:3, :3] *= self.scale
        footprint = asset_footprint(self.shape.asset, np.ascontiguousarray(matrix[:3, :3]))
        footprint = footprint.moved(translation(matrix[:3, 3]))
        low = np.array([*footprint.polygon.min(axis=0), footprint.low_m])
        high = np.array([*footprint.polygon.max(axis=0), footprint.high_m])
        carrier = "" if self.carrier is None else self.carrier.sample.name
        foot = translation(matrix[:3, 3])
        return PlacedObject(self.instance, self.shape.asset, matrix, footprint, low, high, foot, carrier)


def settle_objects(world: World) -> None:
    """Place everything of a frame that is dropped into `world`.

    Raises:
        RecipeError: An asset can't be used (S001), a surface or container doesn't exist (S004), a thing is too large
            for it (S008), it finds no room above it (S041), or doesn't stay there in ten tries (S040).
    """
    falling = list(_falling(world))
    if not falling:
        return
    fixed = _fixed(world, falling)
    gravity = world.sample.physics.gravity_mps2
    simulated_s = 0.0
    waiting = falling
    while waiting:
        started = _start(world, [one for one in falling if one.pose is not None], waiting)
        if not started:
            raise _no_room(world, waiting[0])
        air = [one for one in falling if one.pose is not None]
        # While more is to come, what lies below need not have come to rest.
        is_last = len(air) == len(falling)
        result = settle([*fixed, *(one.body() for one in air)], gravity, LONGEST_S if is_last else _WAVE_S)
        simulated_s += result.simulated_s
        poses, rests = result.world_from_body[len(fixed) :], result.is_at_rest[len(fixed) :]
        for one, pose, is_at_rest in zip(air, poses, rests, strict=True):
            one.pose = pose
            if not ((is_at_rest or not is_last) and _stays(one)):
                one.pose = None
        waiting = [one for one in falling if one.pose is None]
        hopeless = [one for one in waiting if one.tries >= TRIES]
        if hopeless:
            raise _restless(world, hopeless, len(falling))
    for one in falling:
        world.add(one.placed())
    world.physics = {
        "gravity_mps2": gravity,
        "friction": world.sample.physics.friction,
        "restitution": world.sample.physics.restitution,
        "simulated_s": round(simulated_s, 3),
        "settled": [_record(one) for one in falling],
    }


def _record(one: _Falling) -> dict[str, object]:
    return {
        "name": one.instance.name,
        "on": "environment" if one.carrier is None else one.carrier.sample.name,
        "mass_kg": one.mass_kg,
        "friction": one.friction,
        "restitution": one.restitution,
        "tries": one.tries,
    }


def _falling(world: World) -> Iterator[_Falling]:
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
        friction, restitution = _surface_physics(world, instance)
        yield _Falling(instance, drop, shape, scale, mass, friction, restitution, pieces=pieces)


def _surface_physics(world: World, instance: ObjectSample) -> tuple[float, float]:
    own, common = instance.block.physics, world.sample.physics
    friction = common.friction if own is None or own.friction is None else own.friction
    restitution = common.restitution if own is None or own.restitution is None else own.restitution
    return friction, restitution


# --- what stands fast -----------------------------------------------------------------------------------------


def _fixed(world: World, falling: Sequence[_Falling]) -> list[RigidBody]:
    """Return what things may come to rest on, and far below it what catches those that fall past everything."""
    low, high = _reach(world, falling)
    bodies = []
    for thing in world.placed.values():
        if np.all(thing.low_m[:2] <= high) and np.all(thing.high_m[:2] >= low):
            scale = np.linalg.norm(thing.world_from_object[:3, :3], axis=0)
            friction, restitution = _surface_physics(world, thing.sample)
            pieces = asset_pieces(thing.asset, scale)
            bodies.append(RigidBody(pieces, without_scale(thing.world_from_object), None, friction, restitution))
    common = world.sample.physics
    if world.environment is not None:
        pieces = environment_pieces(world.environment, world.world_from_environment, low, high)
        if pieces:
            bodies.append(RigidBody(pieces, np.eye(4), None, common.friction, common.restitution))
    bottom = min(float(body.world_from_body[2, 3] + _lowest(body)) for body in bodies) - _PIT_M if bodies else -_PIT_M
    span = np.array([*(high - low), 0.0]) + 20.0
    pit = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 0)]) * span
    centre = translation(np.array([*((low + high) / 2), bottom]))
    return [*bodies, RigidBody((pit,), centre, None, 1.0, 0.0)]


def _lowest(body: RigidBody) -> float:
    return min(float((piece @ body.world_from_body[:3, :3].T)[:, 2].min()) for piece in body.pieces)


def _reach(world: World, falling: Sequence[_Falling]) -> tuple[FloatArray, FloatArray]:
    """Return the corners of what surrounds all places where things may fall, shape (2,)."""
    corners = []
    for one in falling:
        for _, surface in _targets(world, one):
            part = surface.within(one.drop.region_m)
            rectangle = np.array(
                [[x, y, 0.0] for x in (part.min_m[0], part.max_m[0]) for y in (part.min_m[1], part.max_m[1])]
            )
            corners.append(transform_points(surface.world_from_surface, rectangle)[:, :2])
    every = np.concatenate(corners)
    return every.min(axis=0) - _AROUND_M, every.max(axis=0) + _AROUND_M


def _targets(world: World, one: _Falling) -> list[tuple[PlacedObject | None, PlacedSurface]]:
    """Return everything that a thing may fall on or in, with the surface."""
    drop = one.drop
    carriers: Sequence[PlacedObject | None] = world.by_object.get(drop.owner) or [None]
    found: list[tuple[PlacedObject | None, PlacedSurface]] = []
    for carrier in carriers:
        on = "the environment" if carrier is None else carrier.sample.name
        key = (on, f"{drop.key} {drop.owner}.{drop.surface or ''}")
        if key not in world.surfaces:
            try:
                if carrier is None:
                    surface = environment_surface(world.environment, drop.owner, world.world_from_environment)
                else:
                    inside = container_surface(carrier.asset) if drop.is_inside else None
                    chosen = inside or choose_surface(carrier.asset, drop.surface)
                    surface = place_surface(carrier.asset, chosen, carrier.world_from_object)
            except AssetError as error:
                path = (*one.instance.path, "place", drop.key)
                verb = "in" if drop.is_inside else "on"
                message = f"{one.instance.name} can't be dropped {verb} {on}: {error.message}"
                raise world.fault(path, "S004", message, hint=error.hint) from None
            world.surfaces[key] = [surface]
        found.append((carrier, world.surfaces[key][0]))
    return found


# --- where things start ---------------------------------------------------------------------------------------


def _start(world: World, lying: Sequence[_Falling], waiting: Sequence[_Falling]) -> list[_Falling]:
    """Lift what waits into the air, as far as there is room, and return it."""
    things = [*world.placed.values(), *(one.placed() for one in lying)]
    boxes, ground = _Boxes(things), _Boxes(things)
    started = []
    for one in waiting:
        pose = _start_pose(world, one, boxes, ground)
        if pose is not None:
            one.pose = pose
            one.tries += 1
            boxes.add(one.placed())
            started.append(one)
    return started


def _start_pose(world: World, one: _Falling, boxes: _Boxes, lying: _Boxes) -> FloatArray | None:
    """Return where a thing starts, clear of `boxes` and not too far above what lies below it; None if nowhere."""
    name = f"{one.instance.name}.place.{one.drop.key}#{one.tries}"
    stream = RandomStream.named(Branch.PLACEMENT, world.sample.seed, world.sample.frame_index, name)
    targets = _targets(world, one)
    carrier, surface = targets[stream.integer(0, len(targets) - 1)]
    one.carrier, one.surface = carrier, surface
    own = one.shape.footprint.moved(yaw(one.instance.block.yaw_deg))
    part = surface.within(one.drop.region_m)
    first, last = part.min_m - own.polygon.min(axis=0), part.max_m - own.polygon.max(axis=0)
    if np.any(first > last):
        raise _too_large(world, one, own.polygon.max(axis=0) - own.polygon.min(axis=0), part, surface)
    below = set() if carrier is None else set(world.carriers(carrier.sample.name))
    best: tuple[float, FloatArray] | None = None
    for _ in range(_CANDIDATES):
        x, y = (stream.uniform(float(first[axis]), float(last[axis])) for axis in range(2))
        outline = np.column_stack([own.polygon + np.array([x, y]), np.zeros(len(own.polygon))])
        polygon = transform_points(surface.world_from_surface, outline)[:, :2]
        ground, height = float(surface.world_from_surface[2, 3]), own.high_m - own.low_m
        low, high = polygon.min(axis=0), polygon.max(axis=0)
        bottom = boxes.lowest_free_m(low, high, ground + _GAP_M, height, below)
        farthest = lying.lowest_free_m(low, high, ground + _GAP_M, height, below) + _FARTHEST_M
        if bottom > farthest or bottom + height > ground + surface.clear_m or (best is not None and bottom >= best[0]):
            continue
        if world.obstacles is not None and world.obstacles.blocks(polygon, bottom, bottom + height, _GAP_M):
            continue
        best = bottom, np.array([x, y, bottom - ground - own.low_m])
    if best is None:
        return None
    linear = np.eye(4)
    linear[:3, :3] = one.shape.linear / one.scale
    pose: FloatArray = surface.world_from_surface @ translation(best[1]) @ yaw(one.instance.block.yaw_deg) @ linear
    return pose


class _Boxes:
    """The boxes round things, in the way of what starts above them."""

    def __init__(self, things: Sequence[PlacedObject]) -> None:
        self._names = [thing.sample.name for thing in things]
        self._low = np.array([thing.low_m for thing in things]).reshape(-1, 3)
        self._high = np.array([thing.high_m for thing in things]).reshape(-1, 3)

    def add(self, thing: PlacedObject) -> None:
        self._names.append(thing.sample.name)
        self._low = np.concatenate([self._low, thing.low_m[None]])
        self._high = np.concatenate([self._high, thing.high_m[None]])

    def lowest_free_m(
        self, low: FloatArray, high: FloatArray, bottom_m: float, height_m: float, ignored: set[str]
    ) -> float:
        """Return the lowest height from `bottom_m` on at which a box over an outline touches none of these."""
        near = np.all((self._low[:, :2] <= high + _GAP_M) & (self._high[:, :2] >= low - _GAP_M), axis=1)
        near &= np.array([name not in ignored for name in self._names], dtype=bool)
        spans = sorted(zip(self._low[near, 2].tolist(), self._high[near, 2].tolist(), strict=True))
        for start, end in spans:
            if start < bottom_m + height_m + _GAP_M and end > bottom_m - _GAP_M:
                bottom_m = end + _GAP_M
        return bottom_m


# --- whether they stay ----------------------------------------------------------------------------------------


def _stays(one: _Falling) -> bool:
    """Return whether a thing lies on its surface, or in its container."""
    assert one.pose is not None
    assert one.surface is not None
    surface = one.surface
    local = np.linalg.inv(surface.world_from_surface) @ one.pose
    middle = transform_points(local, one.middle_m[None])[0]
    lowest = min(float(transform_points(local, piece)[:, 2].min()) for piece in one.pieces)
    if lowest < -_SINK_M:
        return False
    low, high = surface.min_m, surface.max_m
    if one.drop.is_inside:
        assert one.carrier is not None
        low, high, rim = _outline(one.carrier, surface)
        if middle[2] > rim:
            return False
    return bool(np.all(middle[:2] >= low) and np.all(middle[:2] <= high))


def _outline(container: PlacedObject, surface: PlacedSurface) -> tuple[FloatArray, FloatArray, float]:
    """Return the corners (x, y) and the rim's height of a container, in the frame of the surface inside it."""
    scale = np.linalg.norm(container.world_from_object[:3, :3], axis=0)
    low, high = container.asset.bounds_m * scale
    raised = surface.world_from_surface[2, 3] - container.world_from_object[2, 3]
    return low[:2], high[:2], float(high[2] - raised)


# --- faults ---------------------------------------------------------------------------------------------------


def _too_large(
    world: World, one: _Falling, size_m: FloatArray, part: PlacedSurface, surface: PlacedSurface
) -> RecipeError:
    path = (*one.instance.path, "place", one.drop.key)
    if one.drop.region_m is not None and np.any(part.min_m >= part.max_m):
        misfit = outside_region((*path, "region_m"), one.instance.name, one.drop.owner, one.drop.region_m, surface)
    else:
        misfit = too_large(path, one.instance.name, one.drop.owner, size_m)
    return world.misfit(misfit)


def _no_room(world: World, one: _Falling) -> RecipeError:
    return world.fault(
        (*one.instance.path, "place", one.drop.key),
        "S041",
        f"there is no room above {one.drop.owner} to drop {one.instance.name} from",
        hint="lower `count`, or drop it where nothing is overhead",
    )


def _restless(world: World, hopeless: Sequence[_Falling], count: int) -> RecipeError:
    one = hopeless[0]
    verb = "in" if one.drop.is_inside else "on"
    others = f", nor do {len(hopeless) - 1} more" if len(hopeless) > 1 else ""
    return world.fault(
        (*one.instance.path, "place", one.drop.key),
        "S040",
        f"{one.instance.name} does not come to rest {verb} {one.drop.owner} in {TRIES} tries{others}",
        found=f"{count} things were dropped",
        hint="lower `count` or the restitution, raise the friction, or give them more room",
    )
