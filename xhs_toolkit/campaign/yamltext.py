"""A settings file → plain text values, each with the line it stands on.

Nothing in the file is ever interpreted: every scalar stays text (``NO`` is not false, an id keeps
its digits), tags and aliases are refused, size and depth are bounded. Slips that stop a YAML reader
(full-width colon, tab, no space after the colon) are named, mended in memory and reading goes on, so that one
message lists everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from xhs_toolkit.decoding import DecodingError, decode_text
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


MAX_BYTES = 100_000
MAX_DEPTH = 8
EMPTY = {"", "~", "null", "Null", "NULL"}
Place = tuple[str | int, ...]


@dataclass(slots=True)
class Document:
    """What a settings file says.

    Attributes
    ----------
    data : nested dicts and lists of text; settings left empty are None.
    lines : path of a setting, such as ``("themes", 0, "name")`` → its line, from 1.
    problems : what could not be read.
    """

    file: str
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def report(self, what: str, fix: str = "", *, line: int | None = None, value: object = None) -> None:
        """Note a problem."""
        self.problems.append(Problem(what, fix, self.file, row=line, value=value))

    def find_line(self, path: Place) -> int | None:
        """Return the line of a setting, or of the nearest one around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def read_document(path: Path, *, names: Iterable[str]) -> Document:
    """Read a settings file without interpreting it.

    Parameters
    ----------
    names : the settings it may hold, so that slips in writing them can be told.
    """
    document = Document(path.name)
    if path.stat().st_size > MAX_BYTES:
        document.report(
            f"is larger than {MAX_BYTES:,} bytes", "a settings file is short: check that it is the right one"
        )
        return document
    root = _compose(_decode(path.read_bytes(), document), document, names)
    if isinstance(root, yaml.MappingNode):
        document.data = _convert_mapping(root, (), document)
    elif root is not None:
        document.report("holds no settings", "write one a line, such as client: Harbour Tours", line=1)
    return document


# ---------------------------------------------------------------------------------------- text


def _decode(raw: bytes, document: Document) -> str:
    try:
        text = decode_text(raw)
    except DecodingError as error:
        document.report(error.what, error.fix)
        return ""
    if not text.encoding.startswith("utf-8"):
        document.report(f"is saved as {text.encoding.upper()}, not as UTF-8", "save it again with the encoding UTF-8")
    return str(text)


def _compose(text: str, document: Document, names: Iterable[str]) -> yaml.Node | None:
    """Parse, the slips in known names mended first; where that fails, those in any name and tabs too."""
    text, problems = mend_slips(text, names=names, file=document.file)
    root, fault = _parse(text)
    if fault:
        mended, more = mend_slips(text, slips=(TAB, *SLIPS), file=document.file)
        root, fault = _parse(mended) if more else (root, fault)
        problems += more
    document.problems += problems
    if fault:
        document.report(fault.what, fault.fix, line=fault.line)
    return root


# ------------------------------------------------------------------------------------------ YAML


class Fault(NamedTuple):
    """Why a text is not plain YAML."""

    what: str
    fix: str = ""
    line: int | None = None


def _parse(text: str) -> tuple[yaml.Node | None, Fault | None]:
    """Return the tree of a text, or the first thing in it that is not plain YAML; bounded in depth."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.BaseLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            refusal = _refuse(event, depth)
            if refusal:
                return None, Fault(*refusal, _line(event.start_mark))
        return yaml.compose(text, Loader=yaml.BaseLoader), None
    except yaml.MarkedYAMLError as error:
        return None, Fault(_word(error.problem or ""), line=_line(error.problem_mark))
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        return None, Fault("holds a character that is not text", "delete the line and type it again", line)


def _line(mark: Any) -> int | None:
    return mark.line + 1 if mark else None


def _refuse(event: yaml.Event, depth: int) -> tuple[str, str] | None:
    if depth > MAX_DEPTH:
        return f"nests settings more than {MAX_DEPTH} deep", "start from the template"
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        return "uses a YAML anchor or alias (& or *)", "put the text between quotes, or write the value out"
    if getattr(event, "tag", None):
        return "uses a YAML tag (!)", "put the text between quotes"
    return None


WORDS = {
    "mapping values are not allowed here": "has a colon that does not belong here; a text with a colon needs quotes",
    "could not find expected ':'": "has no colon after the name of the setting",
    "expected <block end>, but found '<block mapping start>'": "is indented differently from the settings above it",
    "expected <block end>, but found '<block sequence start>'": "is indented differently from the lines above it",
    "but found another document": "holds a second document after ---",
    "found character '\\t' that cannot start any token": "has a tab; indent with two spaces",
    "found unexpected end of stream": "has a quote that is not closed",
}


def _word(problem: str) -> str:
    """A YAML reader's complaint in plain words."""
    return WORDS.get(problem, f"is not valid YAML ({problem})")


# --------------------------------------------------------------------------------------- values


def _convert(node: yaml.Node, path: Place, document: Document) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _convert_mapping(node, path, document)
    if isinstance(node, yaml.SequenceNode):
        return _convert_sequence(node, path, document)
    is_plain = isinstance(node, yaml.ScalarNode) and node.style is None
    return None if is_plain and node.value in EMPTY else node.value


def _convert_mapping(node: yaml.MappingNode, path: Place, document: Document) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            document.report("has a list where the name of a setting belongs", "start from the template", line=line)
            continue
        here = (*path, key_node.value)
        if here in document.lines:
            document.report(
                f"is set twice, first on line {document.lines[here]}", "keep one", line=line, value=here[-1]
            )
            continue
        document.lines[here] = line
        data[key_node.value] = _convert(value_node, here, document)
    return data


def _convert_sequence(node: yaml.SequenceNode, path: Place, document: Document) -> list[Any]:
    items: list[Any] = []
    for item_node in node.value:
        here = (*path, len(items))
        document.lines[here] = item_node.start_mark.line + 1
        item = _convert(item_node, here, document)
        if item is not None:
            items.append(item)
    return items
