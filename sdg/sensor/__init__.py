"""The sensor: linear radiance to what the camera recorded.

Takes a `RenderedFrame` and the cameras of its stage. Gives a `SensorFrame`: the developed picture, the sensor's own
numbers if asked for, and sensor depth. Promises that noise depends on seed, frame, camera and serial alone, and that
an ideal sensor rounds once. Never touches labels.
"""
