"""A second renderer for comparisons: takes a `Stage`, gives what Cycles (Blender's path tracer) makes of it.

`scene_file` writes the stage as a neutral folder; `blender_script`, in a process of its own with `bpy`, reads and
renders it; `engine` drives that process. Promises the same geometry, materials, light in nits and pinholes, and no
labels: those come from our own rays. Only the script imports `bpy`, which is GPL, and it imports nothing of ours.
"""
