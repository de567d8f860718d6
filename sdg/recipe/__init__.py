"""The recipe: YAML text to a typed, immutable `Recipe` whose every value knows its line.

Takes YAML text and `--set` overrides. Gives a `Recipe`, or every fault at once with its place. Promises that an
unknown key is never ignored. Never draws a value.
"""
