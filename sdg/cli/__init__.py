"""The command line: one module per command, no domain logic.

Takes arguments. Gives text, files and an exit status. Promises that a user's mistake never shows a traceback.
Never does what the Python functions could not do.
"""
