"""The version of this package, named here and nowhere else."""

__version__ = "0.1.0"
