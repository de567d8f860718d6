"""Annotated synthetic image datasets from YAML recipes."""

__version__ = "0.1.0"
