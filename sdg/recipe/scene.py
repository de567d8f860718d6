"""The blocks of `scene:`: the environment, the objects, and how they find their places."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from sdg.recipe.families import FamilyAsset
from sdg.recipe.motion import MotionBlock
from sdg.recipe.physics import DropBlock, HeapBlock, PhysicsBlock, StackBlock, ThingPhysicsBlock
from sdg.recipe.places import AlongBlock, BesideBlock, InBlock, PoissonDiscBlock
from sdg.recipe.values import (
    FIXED,
    Angle,
    Angles,
    Block,
    Cells,
    Coordinate,
    Count,
    Length,
    Name,
    Pattern,
    Point,
    Unit,
)


class FileAsset(Block):
    """A mesh file of the user's: USD, OBJ, glTF/GLB, PLY, STL or Collada."""

    file: str
    unit: Literal["m", "cm", "mm", "km", "in", "ft"] | None = None
    up: Literal["y", "z"] | None = None


AssetRef: TypeAlias = str | FileAsset | FamilyAsset


class FileTexture(Block):
    """A picture file; colours are sRGB, everything else is linear."""

    file: str


class EnvironmentBlock(Block):
    """What surrounds the objects. Its parts are *stuff*.

    A part takes the class of the first pattern in `classes` that fits its name, or else the one that its file says, or
    else `class`. It bears the material of the first pattern in `materials` that fits its name or its own material's.
    `lights` are those of a USD file: whether they are lit.
    """

    asset: AssetRef
    class_name: Name = Field(default="environment", alias="class", json_schema_extra=FIXED)
    classes: dict[Pattern, Name] = Field(default_factory=dict, json_schema_extra=FIXED)
    materials: dict[Pattern, str] = Field(default_factory=dict)
    lights: bool = False
    size_m: tuple[Length, Length, Length] | None = None
    position_m: Point = (0.0, 0.0, 0.0)
    yaw_deg: Angle = 0.0


class ScatterBlock(Block):
    """A random free place on a surface: `floor`, an object's name, or `object.surface`.

    `region_m` limits it to (x_min, y_min, x_max, y_max) in the surface's own frame. `in_turn` takes the surface of
    one object after another, instead of a random one each time. `height_m` is how far above the surface it hovers,
    as far as there is room.
    """

    surface: str = "floor"
    avoid_collisions: bool = True
    clearance_m: Annotated[float, Field(ge=0, le=100)] = 0.0
    region_m: tuple[Coordinate, Coordinate, Coordinate, Coordinate] | None = None
    in_turn: bool = False
    height_m: Annotated[float, Field(ge=0, le=1000)] = 0.0


class GridBlock(Block):
    """Rows, columns and layers on a surface; on an object's surface the grid stands on each of its instances.

    `spacing_m` is the distance between centres; without it the things stand `gap_m` apart. The grid is centred
    on the surface, or on `center_m` in the surface's own frame.
    """

    surface: str = "floor"
    count: tuple[Cells, Cells] | tuple[Cells, Cells, Cells]
    spacing_m: tuple[Length, Length] | tuple[Length, Length, Length] | None = None
    gap_m: Annotated[float, Field(ge=0, le=100)] = 0.02
    center_m: tuple[Coordinate, Coordinate] | None = None
    jitter_m: Annotated[float, Field(ge=0, le=10)] = 0.0


class PlaceBlock(Block):
    """How an object finds its place; exactly one key.

    `on` is `scatter_2d` by the name of what carries the thing: an object, or `object.surface`.
    """

    scatter_2d: ScatterBlock | None = None
    on: str | ScatterBlock | None = None
    inside: str | InBlock | None = Field(default=None, alias="in")
    beside: str | BesideBlock | None = None
    grid: GridBlock | None = None
    along: AlongBlock | None = None
    poisson_disc: PoissonDiscBlock | None = None
    drop_on: str | DropBlock | None = None
    drop_in: str | None = None
    stack: str | StackBlock | None = None
    heap: str | HeapBlock | None = None

    @property
    def kind(self) -> str:
        """The key that is given, as the recipe spells it."""
        fields = type(self).model_fields.items()
        return next(info.alias or name for name, info in fields if getattr(self, name) is not None)

    @property
    def scatter(self) -> tuple[str, ScatterBlock] | None:
        """Which key scatters things on a surface, and how; None if none does."""
        if self.on is not None:
            return "on", ScatterBlock(surface=self.on) if isinstance(self.on, str) else self.on
        return None if self.scatter_2d is None else ("scatter_2d", self.scatter_2d)

    @property
    def container(self) -> InBlock | None:
        """What the thing is to be in."""
        return InBlock(object=self.inside) if isinstance(self.inside, str) else self.inside

    @property
    def neighbour(self) -> BesideBlock | None:
        """What the thing is to be beside."""
        return BesideBlock(object=self.beside) if isinstance(self.beside, str) else self.beside

    @property
    def surface(self) -> str:
        """The surface that the thing is to stand on; empty where it goes by something else."""
        if (scattered := self.scatter) is not None:
            return scattered[1].surface
        where = self.grid or self.along or self.poisson_disc
        return "" if where is None else where.surface

    @property
    def stacked(self) -> StackBlock | None:
        """How things are stacked."""
        return StackBlock(surface=self.stack) if isinstance(self.stack, str) else self.stack

    @property
    def heaped(self) -> HeapBlock | None:
        """How things are heaped."""
        return HeapBlock(surface=self.heap) if isinstance(self.heap, str) else self.heap

    @property
    def most(self) -> int:
        """How many things it places at most, for a path or a least distance between them; a heap says nothing: 1."""
        if self.heap is not None:
            return 1
        where = self.along or self.poisson_disc
        return 0 if where is None else where.most


class ObjectBlock(Block):
    """One kind of thing, present `count` times.

    `joints` are the angles of a robot's hinges, `joints_m` where its slides are; joints that are not named rest. With
    `joints: random`, every joint is anywhere within its limits.
    Of `materials`, the first pattern that fits the name of a part, or of the material that it has, says what it bears.
    `facing` turns its front (+X) to a point, to the nearest of an object's instances, or to a camera that stands on
    its own; `yaw_deg` is added. What is `stuff` has a class, but no instances in the labels, as a floor has none.
    """

    name: Name = Field(json_schema_extra=FIXED)
    asset: AssetRef
    class_name: Name | None = Field(default=None, alias="class", json_schema_extra=FIXED)
    stuff: bool = Field(default=False, json_schema_extra=FIXED)
    count: Count = 1
    probability: Unit = 1.0
    place: PlaceBlock | None = None
    position_m: Point = (0.0, 0.0, 0.0)
    rotation_deg: Angles = (0.0, 0.0, 0.0)
    yaw_deg: Angle = 0.0
    facing: Point | str | None = None
    size_m: tuple[Length, Length, Length] | None = None
    scale: Annotated[float, Field(gt=0, le=1000)] = 1.0
    material: str | None = None
    materials: dict[Pattern, str] = Field(default_factory=dict)
    joints: Literal["random"] | dict[Name, Angle] | None = None
    joints_m: dict[Name, Coordinate] | None = None
    motion: MotionBlock | None = None
    physics: ThingPhysicsBlock | None = None


class DistractorsBlock(Block):
    """Things that hide others and throw shadows, of the class `distractor`, which is stuff.

    Shapes of any size, turn and builtin material in the air, as far as the keys, which are those of an object, don't
    say otherwise.
    """

    name: Name = Field(default="distractor", json_schema_extra=FIXED)
    asset: AssetRef | None = None
    count: Annotated[int, Field(ge=0, le=1000)] | None = None
    probability: Unit | None = None
    place: PlaceBlock | None = None
    rotation_deg: Angles | None = None
    yaw_deg: Angle | None = None
    size_m: tuple[Length, Length, Length] | None = None
    scale: Annotated[float, Field(gt=0, le=1000)] | None = None
    material: str | None = None


class SceneBlock(Block):
    """The environment and the objects in it. `distractors` are written out as objects where a recipe is read."""

    environment: EnvironmentBlock | None = None
    objects: tuple[ObjectBlock, ...] = ()
    distractors: DistractorsBlock | tuple[DistractorsBlock, ...] | None = Field(default=None, json_schema_extra=FIXED)
    physics: PhysicsBlock = PhysicsBlock()
