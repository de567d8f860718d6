"""Annotations: ids, depth and poses to masks, boxes, cuboids and visibility.

Takes a `RenderedFrame`, its `SensorFrame` and its `Stage`. Gives an `AnnotatedFrame`. Promises that every label
follows from the ids of the centre rays. Never draws, and never looks at colour.
"""
