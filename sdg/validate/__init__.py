"""Is a dataset on disk what it says it is? For datasets of `sdg`, and for any COCO file.

Takes a folder or a COCO file, from anyone. Gives findings: what, where, what was expected and what was found. Promises
to read nothing outside the folder, and bounded memory and time. Never shares code with what writes datasets.
"""
