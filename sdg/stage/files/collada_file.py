"""Collada to parts. Geometry and scene graph through trimesh and pycollada; unit, axis and pictures from the XML.

trimesh keeps the unit in its metadata only and drops `up_axis`, so both are read here. Colours are taken as linear.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from sdg.errors import AssetError
from sdg.stage.files.assemble import RawPart, UpAxis
from sdg.stage.files.collada_material import read_materials
from sdg.stage.files.source import read_bytes
from sdg.stage.files.trimesh_scene import material_name, read_scene, vertex_color_material
from sdg.stage.model import Material
