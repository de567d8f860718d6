"""Robots and other articulated things: URDF and MJCF files to assets of links and joints, and their poses.

Takes paths of robot files, and joint values. Gives an `Asset` whose `articulation` says which part is which link.
Promises metres, Z up, equal keys for equal content, and one `AssetError` with a hint for whatever is broken.
Never reads outside the folders that a robot file may name, never resolves an XML entity, never simulates.
"""
