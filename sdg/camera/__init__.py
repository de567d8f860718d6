"""Lenses and the rays they cast.

Takes lens parameters. Gives a ray for any position in the picture and a position for any point in space, by
the same model. Promises NaN and False, never a wrong value, where no ray exists. Never warps a picture.
"""
