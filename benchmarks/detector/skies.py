"""The skies of the test: CC0 pictures by Greg Zaal (Poly Haven), as Blender brings them.

City (portland_landing_pad), courtyard, forest (ninomaru_teien), interior (hotel_room), night (probably moonless_golf),
studio (probably studio_small_01), sunrise (spruit_sunrise) and sunset (venice_sunset), 1024 pixels wide; licence and
names by `datafiles/studiolights/world/license.txt` of Blender. Their compression left pixels a little below 0.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import OpenEXR


def copy_skies(source: Path, folder: Path) -> list[str]:
    """Copy the pictures of a folder, clipped at 0, as scanline EXR; return their names.

    Raises:
        FileNotFoundError: There is none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for path in sorted(source.glob("*.exr")):
        with OpenEXR.File(str(path)) as file:
            pixels = np.maximum(np.asarray(file.channels()["RGB"].pixels, dtype=np.float32), 0.0)
        header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
        OpenEXR.File(header, {"RGB": np.ascontiguousarray(pixels)}).write(str(folder / path.name))
        names.append(path.name)
    if not names:
        raise FileNotFoundError(f"no EXR pictures in {source}")
    return names
