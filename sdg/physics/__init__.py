"""Rigid bodies that fall and come to rest, and the convex pieces that they collide by.

Takes convex pieces, poses, masses, friction and restitution. Gives poses at rest. Promises the same bytes for the same
bodies, whatever was settled before. Never draws a random number, and knows neither recipes nor assets.
"""
