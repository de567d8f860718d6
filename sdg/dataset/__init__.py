"""Finished datasets, read back: what `sdg generate` and `sdg merge` leave, or any COCO file.

Takes a folder or a JSON file. Gives categories, and frames one by one, with their pictures' paths, annotations and
masks. Promises that memory doesn't grow with the number of frames. Never writes, and never loads a renderer.
"""
