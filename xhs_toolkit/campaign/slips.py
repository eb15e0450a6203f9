"""Slips of the hand in a settings file: found, reported with their line, and mended in memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from xhs_toolkit.errors import Problem

ANY_NAME = ("[a-z_]+",)


class Slip(NamedTuple):
    """A pattern (``{names}`` stands for the settings), how it is mended, and what is said about it."""

    pattern: str
    mend: str | Callable[[re.Match[str]], str]
    what: str
    fix: str


def _drop_hashes(match: re.Match[str]) -> str:
    return match[0].replace("#", "")


SLIPS = (
    Slip(
        r"^(\s*(?:-\s+)?)({names})\s*：[ \t]*",
        r"\1\2: ",
        "has a full-width colon",
        "write : and a space",
    ),
    Slip(
        r"^(\s*(?:-\s+)?)({names}):(?=[^\s/])",
        r"\1\2: ",
        "has no space after the colon",
        "write : and a space",
    ),
    Slip(
        r"^\s*(?:-|(?:-\s+)?({names}):)\s+\[?\s*#(?=\S).*",
        _drop_hashes,
        "has a # that makes the rest a comment",
        "leave the # out",
    ),
)
TAB = Slip(r"^( *)\t[ \t]*", r"\1  ", "begins with a tab", "indent with two spaces")


def mend_slips(
    text: str, *, slips: Iterable[Slip] = SLIPS, names: Iterable[str] = ANY_NAME, file: str
) -> tuple[str, list[Problem]]:
    r"""Return the text with its slips mended, and a problem for each.

    >>> mend_slips("client：A\n", names=["client"], file="campaign.yaml")[0]
    'client: A\n'
    """
    known = "|".join(sorted(names, key=len, reverse=True))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    problems = [problem for slip in slips for problem in _mend_lines(lines, slip, known, file)]
    return "\n".join(lines), problems


def _mend_lines(lines: list[str], slip: Slip, names: str, file: str) -> Sequence[Problem]:
    pattern, problems = re.compile(slip.pattern.format(names=names)), []
    for index, line in enumerate(lines):
        lines[index] = pattern.sub(slip.mend, line)
        if lines[index] != line:
            problems.append(Problem(slip.what, slip.fix, file, row=index + 1, value=line.strip()))
    return problems
