"""The dataset on disk: pictures, frame records, COCO files and the manifest.

Takes `AnnotatedFrame`s in any order, from any number of processes. Gives a folder. Promises that a file under
its final name is whole, and that equal frames give equal bytes. Never reads a clock, and never renders.
"""
