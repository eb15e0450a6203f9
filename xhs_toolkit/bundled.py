"""Where the notebooks, templates and case studies that travel with the package lie."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled_folder(name: str) -> Path:
    """Return ``notebooks``, ``templates`` or ``case_studies``: of the installed wheel, or else of the checkout."""
    installed = _PACKAGE / "_bundled" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
