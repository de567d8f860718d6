"""Depth sensors as their makers and those who measured them describe them.

Takes the name of a preset, or plain numbers. Gives a `DepthSensor`: stereo, structured light or time of flight, and the
law of its noise. Promises that no preset holds a number without a source. Never measures anything.
"""
