"""What every stage stands on: places in files, diagnostics, seeds, digests, transforms.

Takes and gives plain values. Promises to know no word of the pipeline. Never reads a clock and never draws
a random number that is not keyed by a name.
"""
