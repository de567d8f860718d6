"""Procedural pictures of surfaces: colour, roughness, metallic and normals.

Takes nothing but names. Gives `TextureSet` values of a stated size in metres. Promises that they repeat without a
seam, and equal bytes everywhere. Colours are relative: `Material.base_color` holds the albedo where a texture is 1, so
a recipe that sets another colour gets that colour with the same dirt. Never reads a file.
"""
