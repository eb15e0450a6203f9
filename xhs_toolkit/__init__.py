"""Helper package behind the XHS Toolkit notebooks."""

__version__ = "0.1.0"
