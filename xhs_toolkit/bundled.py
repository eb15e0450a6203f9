"""Where the notebooks, templates and case studies that travel with the package lie, and how its YAML is read."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import yaml

_PACKAGE = Path(__file__).resolve().parent


def bundled_folder(name: str) -> Path:
    """Return ``notebooks``, ``templates`` or ``case_studies``: of the installed wheel, or else of the checkout."""
    installed = _PACKAGE / "_bundled" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def list_languages() -> tuple[str, ...]:
    """The languages that the toolkit writes: a folder of the wording each, with its ``language.yaml``."""
    wording = bundled_folder("templates") / "report" / "wording"
    return tuple(sorted(path.parent.name for path in wording.glob("*/language.yaml")))


def read_bundled_yaml(path: Path) -> Any:
    """Read a YAML file of the package, with libyaml where it is there: it is ten times as fast."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506


def read_bundled_lines(name: str) -> list[dict[str, str]]:
    """Read a table below ``templates/``, such as ``codebook/tables.csv``: one dict a line, an empty cell as ''."""
    with (bundled_folder("templates") / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
