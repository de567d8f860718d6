"""The report: one page that shows what is in a dataset.

Takes a dataset that was opened, of ours or any COCO file, and perhaps findings. Gives one HTML file that needs nothing
else. Promises equal bytes for equal datasets, and that no name in a dataset can do more on the page than be read.
Never writes to the dataset but for the page itself, and never loads a renderer.
"""
