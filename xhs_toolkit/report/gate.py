"""The release gate: whether the finished files may be sent.

`check_report` reads the files themselves, as they are now, and lists everything that must not reach a client,
each with its place: another client's name, a path of this machine, a secret, a contact of a person, a script,
formula or link that leaves the file, a character no font can show, a figure that the run does not say, a section
with nothing in it. `write_verdict` keeps the result beside the files, with their hashes.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import yaml

from xhs_toolkit.present.private import find_contacts
from xhs_toolkit.report.expected import NUMBER, Expected, compare_sheet, make_expected, round_figure
from xhs_toolkit.report.outline import Outline, make_outline
from xhs_toolkit.report.run import is_synthetic, name_file, read_pages, read_table
from xhs_toolkit.report.texts import CELL, PROSE, Content, list_chart_figures, list_sheets, read_content
from xhs_toolkit.report.words import say_code

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

VERDICT = "sendable.json"
MAX_HTML_BYTES = 3_000_000
"""What most mail servers take beside two other files."""

MAX_SHOWN = 80
FILES = (("report", "html"), ("workbook", "xlsx"), ("deck", "pptx"))
WHAT: Final = {
    "missing_file": "the file is missing",
    "unreadable": "the file cannot be read",
    "too_large": "the page is larger than 3 MB",
    "placeholder": "the client has no name yet: set client in campaign.yaml",
    "no_warning": "the data is synthetic, and the file does not say so",
    "other_client": "names another client",
    "local_path": "shows a path of this machine",
    "secret": "looks like a password, key or login",
    "contact": "is a contact of a person",
    "acting": "is a script, a formula or a link that leaves the file",
    "glyph": "holds a character that no font shows",
    "leftover": "is a leftover of a template or a missing value",
    "stale": "is not what the run's tables say",
    "empty": "is empty",
}
"""Check → what is wrong, in words."""

SECRETS: Final = re.compile(
    r"AKIA[0-9A-Z]{16}|\bsk-[A-Za-z0-9_-]{20,}|\bgh[pousr]_[A-Za-z0-9]{30,}|\bxox[abprs]-[A-Za-z0-9-]{10,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}"
    r"|\b(?:web_session|a1|xsec_token)=[A-Za-z0-9_%-]{10,}"
    r"|(?:password|passwd|api[_-]?key|access[_-]?token|secret|密码|口令)\s*[:=：]\s*\S{6,}",
    re.IGNORECASE,
)
PATHS: Final = re.compile(
    r"(?<![\w./])/(?:home|Users|root|mnt|private|var|opt|srv|Volumes)/[\w.-]+|\b[A-Za-z]:\\[\w.-]+|\\\\[\w.-]+\\\w+|file://"
)
LEFTOVERS: Final = re.compile(r"\{\{|\}\}|\{%|#(?:REF|NAME|VALUE|DIV/0|N/A)[!?]?|\b(?:nan|NaT|None|Undefined)\b|<NA>")


class Fault(NamedTuple):
    """One thing that must not be sent: which check, in which file, where in it, and what was found."""

    check: str
    file: str
    place: str
    found: str

    def __str__(self) -> str:
        shown = self.found if len(self.found) <= MAX_SHOWN else self.found[: MAX_SHOWN - 1] + "…"
        where = f"{self.file}, {self.place}" if self.place else self.file
        return f"{where}: {shown!r} {WHAT[self.check]}" if shown else f"{where}: {WHAT[self.check]}"


class Verdict(NamedTuple):
    """What the gate found: the files it read, and every fault."""

    files: tuple[Path, ...]
    faults: tuple[Fault, ...]

    @property
    def sendable(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


class _Facts(NamedTuple):
    """What the checks of one file need to know."""

    name: str
    language: str
    path: Path
    content: Content
    expected: Expected
    outline: Outline
    run_folder: Path
    campaign: Campaign
    other_clients: tuple[str, ...]
    synthetic: bool


def check_report(run_folder: Path, *, campaign: Campaign) -> Verdict:
    """Check the finished files of a run as they are now."""
    outline = make_outline(read_pages(run_folder), campaign=campaign)
    synthetic = is_synthetic(run_folder, declared=campaign.synthetic)
    others = list_other_clients(campaign)
    files: list[Path] = []
    faults: list[Fault] = []
    for language in campaign.languages:
        expected = make_expected(outline, run_folder, campaign=campaign, language=language, synthetic=synthetic)
        for stem, suffix in FILES:
            path = run_folder / name_file(stem, suffix, language=language, first=campaign.languages[0])
            files.append(path)
            content, fault = _open(path)
            faults += [fault] if fault else []
            if content:
                facts = _Facts(
                    path.name, language, path, content, expected, outline, run_folder, campaign, others, synthetic
                )
                faults += [fault for check in CHECKS for fault in check(facts)]
    return Verdict(tuple(files), tuple(dict.fromkeys(faults)))


def _open(path: Path) -> tuple[Content | None, Fault | None]:
    if not path.is_file():
        return None, Fault("missing_file", path.name, "", "")
    try:
        return read_content(path), None
    except Exception as error:  # whatever a damaged file does to its reader, the client's program would not open it
        return None, Fault("unreadable", path.name, "", f"{type(error).__name__}: {error}")


def list_other_clients(campaign: Campaign) -> tuple[str, ...]:
    """Return the clients of the campaigns beside this one, and anywhere below the agency's folder.

    Names that this campaign's own file uses (its client, brands or competitors) are no leak.
    """
    folder = campaign.folder.resolve()
    roots = {folder.parent, campaign.agency.folder or folder.parent}
    patterns = ("*/campaign.yaml", "*/*/campaign.yaml")
    found = {path for root in roots for pattern in patterns for path in root.glob(pattern)}
    own = _read_text(folder / "campaign.yaml").casefold() + campaign.client.casefold()
    names = {_read_client(path) for path in found if path.parent.resolve() != folder}
    return tuple(sorted(name for name in names if len(name) > 1 and name.casefold() not in own))


def _read_text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _read_client(path: Path) -> str:
    """The client that a campaign file names; empty where the file cannot be read or has its placeholder."""
    try:
        settings = yaml.load(_read_text(path), Loader=yaml.BaseLoader)  # noqa: S506 - makes nothing but texts
    except (yaml.YAMLError, RecursionError):
        return ""
    client = settings.get("client") if isinstance(settings, dict) else None
    return client.strip() if isinstance(client, str) and client != "New client" else ""


# ------------------------------------------------------------------------------------------ checks


def _check_whole(facts: _Facts) -> Iterator[Fault]:
    if facts.path.suffix == ".html" and facts.path.stat().st_size > MAX_HTML_BYTES:
        yield Fault("too_large", facts.name, "", f"{facts.path.stat().st_size:,} bytes")
    if facts.campaign.is_placeholder:
        yield Fault("placeholder", facts.name, "", facts.campaign.client)
    warning = say_code("report.synthetic", facts.language)
    if facts.synthetic and not any(warning in told.text for told in facts.content.texts):
        yield Fault("no_warning", facts.name, "", "")


def _check_pattern(facts: _Facts, *, check: str, find: Callable[[str], list[str]]) -> Iterator[Fault]:
    for told in facts.content.texts:
        for found in find(told.text):
            yield Fault(check, facts.name, told.place, found)


def _find_secrets(text: str) -> list[str]:
    return [match[0] for match in SECRETS.finditer(text)]


def _find_contacts(text: str) -> list[str]:
    return [found for _, found in find_contacts(text)]


def _find_glyphs(text: str) -> list[str]:
    """The replacement character, private and unassigned code points: what shows as an empty box."""
    bad = [char for char in text if char == "\ufffd" or unicodedata.category(char) in {"Co", "Cn", "Cs"}]
    return [f"U+{ord(char):04X}" for char in dict.fromkeys(bad)]


def _check_other_clients(facts: _Facts) -> Iterator[Fault]:
    if not facts.other_clients:
        return
    names = "|".join(_write_name(name) for name in facts.other_clients)
    find = re.compile(names, re.IGNORECASE)
    yield from _check_pattern(facts, check="other_client", find=find.findall)


def _write_name(name: str) -> str:
    """A name as a pattern: Latin names only as whole words."""
    begin, end = (r"(?<![^\W_])" if char.isascii() and char.isalnum() else "" for char in (name[0], name[-1]))
    return f"{begin}{re.escape(name)}{end.replace('<!', '!')}"


def _check_paths(facts: _Facts) -> Iterator[Fault]:
    here = {str(each) for each in (facts.campaign.folder.resolve(), Path.home(), Path(tempfile.gettempdir()).resolve())}
    here -= {"/", "."}

    def find(text: str) -> list[str]:
        return [match[0] for match in PATHS.finditer(text)] + [path for path in here if path in text]

    yield from _check_pattern(facts, check="local_path", find=find)


def _check_acting(facts: _Facts) -> Iterator[Fault]:
    for told in facts.content.acting:
        yield Fault("acting", facts.name, told.place, told.text)


def _check_empty(facts: _Facts) -> Iterator[Fault]:
    for told in facts.content.empty:
        yield Fault("empty", facts.name, told.place, told.text)


def _check_leftovers(facts: _Facts) -> Iterator[Fault]:
    """In the toolkit's own sentences only: a creator's title may hold anything."""
    for told in facts.content.texts:
        if told.kind == PROSE and told.text not in facts.expected.sentences:
            for match in LEFTOVERS.finditer(told.text):
                yield Fault("leftover", facts.name, told.place, match[0])


# ---------------------------------------------------------------------------------- stale figures


def _check_sentences(facts: _Facts) -> Iterator[Fault]:
    for told in facts.content.texts:
        if told.kind == PROSE and facts.path.suffix != ".xlsx":
            for number in facts.expected.find_stale(" ".join(told.text.split())):
                yield Fault("stale", facts.name, told.place, f"{number} in {told.text}")


def _check_cells(facts: _Facts) -> Iterator[Fault]:
    """Cells with a figure must be cells of the run's tables; those of the workbook are compared as numbers."""
    if facts.path.suffix == ".xlsx":
        yield from _check_sheets(facts)
        return
    known = {_plain(text) for text in (*facts.expected.cells, *facts.expected.sentences)}
    for told in facts.content.texts:
        if told.kind == CELL and NUMBER.search(told.text) and _plain(told.text) not in known:
            yield Fault("stale", facts.name, told.place, told.text)


def _plain(text: str) -> str:
    """A text without spaces and the characters that slides leave out."""
    return "".join(char for char in text if unicodedata.category(char)[0] not in "CZ")


def _check_sheets(facts: _Facts) -> Iterator[Fault]:
    """The sheets follow the contents sheet in the order of the tables."""
    sheets = list(list_sheets(facts.path))[1:]
    for (name, rows), block in zip(sheets, facts.outline.list_blocks("table"), strict=False):
        frame = read_table(facts.run_folder, block["file"])
        for row, column in compare_sheet(rows, frame):
            yield Fault("stale", facts.name, f"sheet {name}, row {row}", column)


def _check_charts(facts: _Facts) -> Iterator[Fault]:
    if facts.path.suffix != ".pptx":
        return
    for place, value in list_chart_figures(facts.path):
        if round_figure(value) not in facts.expected.figures:
            yield Fault("stale", facts.name, place, round_figure(value))


def check_answers(outline: Outline, run_folder: Path) -> list[tuple[str, str, float]]:
    """Return the figures of an answer that no table of its step holds: step, name, value.

    Only figures whose name is a column of the step's tables can be held against them.
    """
    blocks = outline.list_blocks("table")
    answers = [*([outline.lead] if outline.lead else []), *outline.list_blocks("answer")]
    wrong = []
    for answer in answers:
        frames = [read_table(run_folder, block["file"]) for block in blocks if block["step"] == answer["step"]]
        for name in ("exposure", "views", "engagement", "cost_cny", "cost_per_view_cny"):
            value = answer["values"].get(name)
            columns = [frame[name] for frame in frames if name in frame]
            held = any((column - value).abs().le(1e-6 * abs(value)).any() for column in columns) if value else True
            if columns and not held:
                wrong.append((answer["step"], name, float(value)))
    return wrong


def _check_answers(facts: _Facts) -> Iterator[Fault]:
    for step, name, value in check_answers(facts.outline, facts.run_folder):
        yield Fault("stale", facts.name, say_code(f"step.{step}", facts.language), f"{name} {value:,.6g}")


CHECKS: tuple[Callable[[_Facts], Iterator[Fault]], ...] = (
    _check_whole,
    _check_other_clients,
    _check_paths,
    partial(_check_pattern, check="secret", find=_find_secrets),
    partial(_check_pattern, check="contact", find=_find_contacts),
    partial(_check_pattern, check="glyph", find=_find_glyphs),
    _check_acting,
    _check_leftovers,
    _check_sentences,
    _check_cells,
    _check_charts,
    _check_answers,
    _check_empty,
)


# ---------------------------------------------------------------------------------------- verdict


def write_verdict(run_folder: Path, verdict: Verdict, *, written: dict[str, str]) -> Path:
    """Write ``sendable.json``: whether the files may be sent, what was found, and which bytes that holds for.

    Parameters
    ----------
    written : the hashes of the files as the toolkit wrote them, so that a change by hand is seen.
    """
    path = run_folder / VERDICT
    told = {
        "sendable": verdict.sendable,
        "checked_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "checked": hash_files(verdict.files),
        "written": written,
        "faults": [fault._asdict() for fault in verdict.faults],
    }
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def hash_files(paths: Iterable[Path]) -> dict[str, str]:
    """Return name → SHA-256 of the files that are there."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths if path.is_file()}


def read_verdict(run_folder: Path) -> dict[str, Any]:
    """Return what ``sendable.json`` says; empty where there is none."""
    path = run_folder / VERDICT
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def list_edited(run_folder: Path) -> list[str]:
    """Return the names of the files that were changed since the toolkit wrote them."""
    written = read_verdict(run_folder).get("written", {})
    now = hash_files(run_folder / name for name in written)
    return [name for name, sha in written.items() if now.get(name, sha) != sha]
