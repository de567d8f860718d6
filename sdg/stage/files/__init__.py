"""The user's own files: meshes, textures and environment maps.

Takes paths of USD, OBJ, glTF, PLY, STL and Collada meshes and of pictures. Gives `Asset`, `Texture`, radiance arrays.
Promises metres, Z up, triangles, equal keys for equal content, and one `AssetError` with a hint for whatever is broken.
Never reads from the network, never prints, and imports no heavy library before a file needs it.
"""

from sdg.stage.files.load import asset_digest, asset_files, load_asset, size_warning
from sdg.stage.files.pictures import load_hdri, load_texture

__all__ = ["asset_digest", "asset_files", "load_asset", "load_hdri", "load_texture", "size_warning"]
