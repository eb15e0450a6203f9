"""What a campaign says by hand about its files: ``files`` in campaign.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.headertext import normalise
from xhs_toolkit.exports.layouts import Landing, Layout
from xhs_toolkit.exports.meanings import read_meaning

if TYPE_CHECKING:
    from xhs_toolkit.campaign import FileSetting

SETTINGS_FILE = "campaign.yaml"
_report = partial(Problem, file=SETTINGS_FILE, column="files")


def find_setting(file: str, settings: Iterable[FileSetting]) -> FileSetting | None:
    """What the campaign says by hand about a file: the first setting whose pattern fits."""
    return next((setting for setting in settings if PurePosixPath(file).match(setting.file)), None)


def choose_by_hand(setting: FileSetting | None) -> dict[str, str]:
    """Header → column as the campaign says; private headers only where it allows them."""
    if setting is None:
        return {}
    return {
        header: column
        for header, column in setting.columns.items()
        if setting.read_private or not read_meaning(header).is_private
    }


def choose_layouts(setting: FileSetting | None, layouts: Sequence[Layout]) -> Sequence[Layout]:
    """The one kind the campaign names, or all of them."""
    named = [layout for layout in layouts if setting and layout.kind == setting.kind]
    return named or layouts


def check_settings(
    settings: Iterable[FileSetting], layouts: Sequence[Layout], *, files: Sequence[str]
) -> list[Problem]:
    """Report settings whose pattern fits no file, and kinds that do not exist."""
    return [problem for setting in settings for problem in _check_setting(setting, layouts, files)]


def _check_setting(setting: FileSetting, layouts: Sequence[Layout], files: Sequence[str]) -> Iterator[Problem]:
    kinds = [layout.kind for layout in layouts]
    if setting.kind and setting.kind not in kinds:
        near = get_close_matches(setting.kind, kinds, n=1)
        fix = f"write {near[0]}" if near else "choose one of " + ", ".join(kinds)
        yield _report("is no kind of export; the kind is recognised from the headers", fix, value=setting.kind)
    if not any(PurePosixPath(file).match(setting.file) for file in files):
        near = get_close_matches(setting.file, files, n=1)
        fix = f"write {near[0]}" if near else "write the file's name as it stands in data/, or take the setting out"
        yield _report("fits no file in data/", fix, value=setting.file)


def check_columns(setting: FileSetting | None, landings: Sequence[Landing], layout: Layout) -> list[Problem]:
    """Report headers of a sheet, mapped by hand, that did not land where the campaign says."""
    if setting is None:
        return []
    landed = {normalise(landing.header): landing for landing in landings}
    asked = ((header, column, landed.get(normalise(header))) for header, column in setting.columns.items())
    return [
        _report(_say_why(header, column, layout, setting), _FIX, value=f"{header}: {column}")
        for header, column, landing in asked
        if landing is not None and landing.column != column
    ]


def check_headers(setting: FileSetting | None, headers: Iterable[str]) -> list[Problem]:
    """Report headers mapped by hand that stand on no sheet of the file."""
    if setting is None:
        return []
    known = {normalise(header) for header in headers}
    return [
        _report("is not used: the file has no such header", _FIX, value=f"{header}: {column}")
        for header, column in setting.columns.items()
        if normalise(header) not in known
    ]


_FIX = "correct the line, or delete it; xhs check --explain FILE shows the headers and the columns"


def _say_why(header: str, column: str, layout: Layout, setting: FileSetting) -> str:
    if read_meaning(header).is_private and not setting.read_private:
        return "is not used: the header is private and read_private is not yes"
    return f"is not used: the {layout.title} ({layout.kind}) has no column {column}, or another header is there already"
