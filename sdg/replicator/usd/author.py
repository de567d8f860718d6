"""USD layers from plain values; with `write`, the only place here that knows `pxr`.

Specs are written into a layer directly, without composing a stage: what is authored is exactly what is named here,
whatever the installed OpenUSD's schemas say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pxr import Gf, Sdf, UsdGeom, Vt

from sdg.errors import storage_error
from sdg.replicator.usd.value import Plain, UsdType, UsdValue, UsdValues


class LayerAuthor:
    """Builds one `.usda` layer: prims in the order in which they are defined."""

    def __init__(self, default_prim: str, about: str) -> None:
        self._layer = Sdf.Layer.CreateAnonymous(".usda")
        self._layer.documentation = about
        self._layer.defaultPrim = default_prim
        root = self._layer.pseudoRoot
        root.SetInfo("metersPerUnit", 1.0)
        root.SetInfo("upAxis", UsdGeom.Tokens.z)

    def define(
        self,
        path: str,
        type_name: str = "",
        *,
        api: Sequence[str] = (),
        reference: str = "",
        sdg: Mapping[str, bool | str] | None = None,
    ) -> None:
        """Define a prim, whose parent must be there; without a type it takes that of what it references.

        Args:
            path: Where.
            type_name: A schema's name.
            api: API schemas to apply.
            reference: A layer's path from this one's folder, whose default prim is referenced.
            sdg: What goes into its `customData` under `sdg`.
        """
        prim = self._prim(path, Sdf.SpecifierDef)
        prim.typeName = type_name
        if api:
            names = Sdf.TokenListOp()
            names.prependedItems = list(api)
            prim.SetInfo("apiSchemas", names)
        if reference:
            prim.referenceList.Prepend(Sdf.Reference(reference))
        if sdg:
            prim.customData = {"sdg": dict(sdg)}

    def over(self, path: str) -> None:
        """Make room for opinions on a prim that a reference brings in."""
        self._prim(path, Sdf.SpecifierOver)

    def set(self, values: UsdValues) -> None:
        """Author attributes and relationships of prims that are there."""
        for path, value in values.items():
            prim_path, _, name = path.partition(".")
            prim = self._layer.GetPrimAtPath(prim_path)
            assert prim, f"{prim_path} is not defined"
            if value.type == "rel":
                _relate(prim, name, str(value.value))
            else:
                self._attribute(prim, name, value.type, native(value))

    def set_array(
        self, prim_path: str, name: str, type_name: str, values: npt.NDArray[Any], interpolation: str = ""
    ) -> None:
        """Author an array attribute; a primvar with its interpolation."""
        arrays = {
            "int[]": Vt.IntArray, "float3[]": Vt.Vec3fArray, "point3f[]": Vt.Vec3fArray,
            "normal3f[]": Vt.Vec3fArray, "texCoord2f[]": Vt.Vec2fArray,
        }  # fmt: skip
        dtype = np.int32 if type_name == "int[]" else np.float32
        native_values = arrays[type_name].FromNumpy(np.ascontiguousarray(values, dtype))
        attribute = self._attribute(self._layer.GetPrimAtPath(prim_path), name, type_name, native_values)
        if interpolation:
            attribute.SetInfo("interpolation", interpolation)

    def set_tokens(self, prim_path: str, name: str, tokens: Sequence[str], *, uniform: bool) -> None:
        """Author a list of tokens."""
        self._attribute(self._layer.GetPrimAtPath(prim_path), name, "token[]", Vt.TokenArray(list(tokens)), uniform)

    def set_uniform(self, prim_path: str, name: str, value: UsdValue) -> None:
        """Author an attribute that can't vary in time."""
        self._attribute(self._layer.GetPrimAtPath(prim_path), name, value.type, native(value), True)

    def connect(self, path: str, type_name: str, source: str) -> None:
        """Connect an attribute to a shader's output."""
        prim_path, _, name = path.partition(".")
        attribute = self._attribute(self._layer.GetPrimAtPath(prim_path), name, type_name, None)
        attribute.connectionPathList.explicitItems = [Sdf.Path(source)]

    def declare(self, path: str, type_name: str) -> None:
        """Author an output, which has no value."""
        prim_path, _, name = path.partition(".")
        self._attribute(self._layer.GetPrimAtPath(prim_path), name, type_name, None)

    def text(self) -> str:
        """Return the layer as `.usda`."""
        return str(self._layer.ExportToString())

    def save(self, file: Path) -> None:
        """Write the layer.

        Raises:
            DatasetError: The file can't be written.
        """
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(self.text(), encoding="utf-8")
        except OSError as error:
            raise storage_error(file, error) from error

    def _prim(self, path: str, specifier: Any) -> Any:
        prim = Sdf.CreatePrimInLayer(self._layer, path)
        prim.specifier = specifier
        return prim

    @staticmethod
    def _attribute(prim: Any, name: str, type_name: str, value: Any, uniform: bool = False) -> Any:
        attribute = prim.attributes.get(name)
        if attribute is None:
            variability = Sdf.VariabilityUniform if uniform else Sdf.VariabilityVarying
            attribute = Sdf.AttributeSpec(prim, name, Sdf.ValueTypeNames.Find(type_name), variability, False)
        if value is not None:
            attribute.default = value
        return attribute


def native(value: UsdValue) -> Any:
    """Return a value as `pxr` wants it."""
    plain: Plain = value.value
    vectors: Mapping[UsdType, Any] = {
        "int2": Gf.Vec2i, "float2": Gf.Vec2f, "float3": Gf.Vec3f, "float4": Gf.Vec4f, "double3": Gf.Vec3d,
        "color3f": Gf.Vec3f, "normal3f": Gf.Vec3f,
    }  # fmt: skip
    if value.type in vectors:
        assert isinstance(plain, tuple), value
        numbers = (int(part) for part in plain) if value.type == "int2" else plain
        return vectors[value.type](*numbers)
    return Sdf.AssetPath(str(plain)) if value.type == "asset" else plain


def _relate(prim: Any, name: str, target: str) -> None:
    relationship = prim.relationships.get(name) or Sdf.RelationshipSpec(prim, name, False)
    relationship.targetPathList.explicitItems = [Sdf.Path(target)]
