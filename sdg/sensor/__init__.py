"""The sensor: linear radiance to what the camera recorded.

Takes a `RenderedFrame` and the exposure of each camera. Gives a `SensorFrame`: the developed picture and sensor
depth. Promises one quantisation, and an automatic exposure that depends on the frame alone. Never touches labels.
"""
