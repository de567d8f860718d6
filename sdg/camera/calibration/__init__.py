"""Calibration files of other programs: OpenCV FileStorage, ROS CameraInfo, Kalibr camchain.

Takes a file's path, or lenses. Gives a lens, or a file's text. Promises that what it writes reads back as the same
lens, and half a pixel between their centre origin and our corner origin. Never guesses what a file doesn't say.
"""
