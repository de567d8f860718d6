"""Renderers: from a `Stage` to radiance and truth per pixel.

Takes a `Stage`. Gives a `RenderedFrame`. Promises that colour and labels come from the same rays. Never draws a
random number that is not keyed by frame and camera.
"""
