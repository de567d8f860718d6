"""The randomization graph: what a recipe draws, and what each draw drives, in Replicator's vocabulary.

Takes a `Recipe`. Gives a `Graph`, and for any frame index a `FrameSample`. Promises that a frame's values depend
on the seed, the index and the node's name alone. Never loads an asset.
"""
