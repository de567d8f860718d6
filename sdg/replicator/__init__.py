"""What RTX needs: a recipe's frames as a USD stage and an `omni.replicator.core` script.

Takes the `Stage`s of a recipe's frames, its graph and its plan. Gives files that Isaac Sim opens and runs by itself.
Promises the same poses, lenses, materials and lights as the embedded renderer sees, and equal bytes for equal input.
Never imports a renderer or `omni`, and never draws a value.
"""
