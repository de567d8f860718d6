"""From a sampled frame to a world of placed meshes, lights and cameras.

Takes a `FrameSample` and assets. Gives a `Stage`. Promises SI units, Z up, and poses that both renderers share.
Never imports a renderer, and decides every collision on its own triangles.
"""
