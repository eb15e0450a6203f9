"""The command ``xhs``."""

from __future__ import annotations

from xhs_toolkit.cli.command import main

__all__ = ["main"]
