"""Rendering with RTX: a recipe's frames as a USD stage, a script for Isaac Sim, and Isaac Sim as a renderer.

Takes the `Stage`s of a recipe's frames, its graph and its plan. Gives files that Isaac Sim runs by itself, or pictures
from a child process that is Isaac Sim. Promises the same poses, lenses, materials and lights as the embedded renderer
sees, and equal files for equal input. Never draws a value; only `isaac_worker`, in that process, imports `omni`.
"""
