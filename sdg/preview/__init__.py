"""Pictures of a recipe within seconds, to look at while it is being written.

Takes a recipe's path. Gives a first picture, a contact sheet and a page, or a page that follows the recipe's edits.
Promises the worlds, labels, lenses and sensors of `sdg generate`, with fewer samples per pixel and a denoiser.
Never writes into a dataset, and never serves a file by a name that a request gives.
"""
