"""The executor: makes the frames of a dataset in processes that may die without taking the run along, here or there.

Takes a `Recipe` and a folder. Gives a finished dataset, or says what it lacks. Promises the same bytes for any number
of workers, split into shards, order or interruption. Never decides what a frame looks like.
"""
