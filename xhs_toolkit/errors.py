"""What goes wrong, said so that a person can put it right.

A `Problem` names the place, the value received and the fix. An `XhsError` carries
every problem found, not only the first, and its text is what the user reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

MAX_SHOWN_VALUE = 60
MAX_LISTED = 40
TOPICS = ("money", "state", "date", "link", "figure", "platform", "other")
"""What an open question can be about."""
WITHHOLDING = frozenset({"money", "state", "date"})
"""Topics of questions that must be answered, or passed over by a person, before a report is sent."""
FILE = "file"
"""Topic of a file that could not be opened, or was cut short."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that needs a person.

    Parameters
    ----------
    what : plain words, no full stop needed ("is not a number").
    fix : what to do about it.
    file, sheet, row, column : where; `row` counts from 1 as Excel shows it. In a settings file
        (``.yaml``) they are the line and the setting.
    value : the value received, shown shortened and quoted, never interpreted.
    topic : what a question is about, of `TOPICS`, or `FILE`; missing where it is a message and asks nothing.
    proposal : the answer that a question proposes.
    teaches : the same as a line under ``taught`` in campaign.yaml or agency.yaml, which answers it for every sheet.
    """

    what: str
    fix: str = ""
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: object = None
    topic: str | None = None
    proposal: str = ""
    teaches: str = ""

    @property
    def where(self) -> str:
        """The place in words: ``notes.xlsx, sheet Sheet1, row 3, column 曝光``."""
        row, column = ("line", "setting") if (self.file or "").endswith(".yaml") else ("row", "column")
        parts = [
            self.file,
            f"sheet {self.sheet}" if self.sheet else None,
            f"{row} {self.row}" if self.row is not None else None,
            f"{column} {self.column}" if self.column else None,
        ]
        return ", ".join(part for part in parts if part)

    def __str__(self) -> str:
        """Place, value, fault, fix in one line.

        >>> str(Problem("is not a number", "write 12000", "a.csv", row=3, column="曝光", value="12x"))
        "a.csv, row 3, column 曝光: '12x' is not a number. Fix: write 12000."
        """
        shown = f"{shorten_value(self.value)} {self.what}" if self.value is not None else self.what
        text = f"{self.where}: {shown}" if self.where else shown
        text = text.rstrip(".") + "."
        text = f"{text} Proposed: {self.proposal}." if self.topic and self.proposal else text
        return f"{text} Fix: {self.fix.rstrip('.')}." if self.fix else text


def shorten_value(value: object) -> str:
    """Quote a value for a message: one line, at most `MAX_SHOWN_VALUE` characters."""
    text = value if isinstance(value, str) else str(value)
    text = " ".join(text.split())
    if len(text) > MAX_SHOWN_VALUE:
        text = text[: MAX_SHOWN_VALUE - 1] + "…"
    return repr(text)


def list_names(names: Sequence[object], *, most: int) -> str:
    """Names in one line, as many as fit, and how many more there are.

    >>> list_names(["a", "b", "c"], most=2), list_names([], most=2)
    ('a, b and 1 more', '')
    """
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(map(str, names[:most])) + more


def list_lines(items: Sequence[object], *, most: int, n: int | None = None, where: str = "") -> list[str]:
    """One line an item, as many as fit, then how many more there are (of `n`, else of `items`) and where to see them.

    >>> list_lines(["a", "b", "c"], most=1, where=", all in sendable.json")
    ['  - a', '  … and 2 more, all in sendable.json']
    """
    n_left = (len(items) if n is None else n) - len(items[:most])
    lines = [f"  - {item}" for item in items[:most]]
    return [*lines, f"  … and {n_left:,} more{where}"] if n_left else lines


def shorten_problems(problems: Sequence[Problem], *, most: int) -> tuple[Problem, ...]:
    """The first problems of each sort (fix, column), and one that counts the rest: a file can have one in every row."""
    seen = Counter[tuple[str, str | None]]()
    kept: list[Problem] = []
    last: dict[tuple[str, str | None], Problem] = {}
    for problem in problems:
        sort = (problem.fix, problem.column)
        seen[sort] += 1
        if seen[sort] <= most:
            kept.append(problem)
            last[sort] = problem
    rest = [
        replace(problem, what=f"{seen[sort] - most:,} more like the ones above", row=None, value=None)
        for sort, problem in last.items()
        if seen[sort] > most
    ]
    return (*kept, *rest)


class XhsError(Exception):
    """Base of every error meant for the user; `problems` lists all that was found."""

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        self.message = message
        self.problems: Sequence[Problem] = tuple(problems)
        super().__init__(message)

    def __str__(self) -> str:
        return "\n".join([self.message, *list_lines(self.problems, most=MAX_LISTED)])

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows instead of a traceback: the words, as everywhere else."""
        return str(self).splitlines()


class CampaignError(XhsError):
    """`campaign.yaml` or `agency.yaml` cannot be used as it is."""


class ExportError(XhsError):
    """A file in `data/` cannot be read."""


class TableError(XhsError):
    """Rows break the rules of a canonical table."""


class RunError(XhsError):
    """A notebook run stopped before its end."""


class MissingExtraError(XhsError):
    """An optional package is needed: the message names the extra to install."""
