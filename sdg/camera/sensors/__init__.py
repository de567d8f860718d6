"""Image sensors as their datasheets describe them.

Takes the name of a preset, or plain numbers. Gives a `Sensor`: EMVA 1288's linear model, each preset's number with its
unit, kind and source. Promises that no preset holds a number without a source. Never makes pictures.
"""
