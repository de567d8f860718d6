"""A second renderer for comparisons: takes a `Stage`, gives what Cycles (Blender's path tracer) makes of it.

`scene_file` writes the stage as a neutral folder; `blender_script`, in a process of its own with `bpy`, reads and
renders it; `engine` drives that process. `check` compares the pictures, `race` the time to the same error, `dataset`
the time of a whole dataset. Promises the same geometry, materials, light in nits and pinholes, and no labels in what
`engine` gives: those come from our own rays. Only the `blender_` scripts import `bpy`, which is GPL;
they import nothing of ours.
"""
