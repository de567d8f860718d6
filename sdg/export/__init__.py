"""Finished datasets in other formats: one module per format, and `formats.FORMATS`, which names them.

Takes a `DatasetReader`. Gives a folder that is whole or not there. Promises equal bytes for equal datasets, and an
error for what a format can't hold. Never renders, and never guesses a label.
"""
