"""The release gate: whether the finished files may be sent.

`check_report` reads the files themselves, as they are now. What differs from what was written is listed as before
and after, and so is what the report was written from and has changed since. Then everything that must not reach a
client (`patterns`), scripts, formulas and links that leave the file, sections with nothing in them; each with its
place. A person may accept a finding, with name and reason. `write_verdict` keeps the result beside the files.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rapidfuzz.distance import Postfix, Prefix

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.report.contents import CELLS, PICTURE, PROSE, STYLE, Content, read_content
from xhs_toolkit.report.patterns import Find, find_placeholders, list_patterns
from xhs_toolkit.report.record import Acceptance, compare_pieces, hash_files, list_sources, read_accepted, read_record
from xhs_toolkit.report.run import is_synthetic, name_file
from xhs_toolkit.report.words import say_code
from xhs_toolkit.scorecard import read_summary
from xhs_toolkit.store import Change, Input, compare_inputs, find_changes, hash_file

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

VERDICT = "sendable.json"
MAX_HTML_BYTES = 3_000_000
"""What most mail servers take beside two other files."""

MAX_SHOWN, CONTEXT = 80, 24
"""Characters of a finding that are shown, and of what stands on each side of a change."""

FILES = (("report", "html"), ("workbook", "xlsx"), ("deck", "pptx"))
CHANGED: Final = "changed"


@cache
def _read_words() -> dict[str, Any]:
    """What is said of each check, and which of them are accepted once for all places."""
    words: dict[str, Any] = read_bundled_yaml(bundled_folder("templates") / "report" / "gate.yaml")
    return words


class Fault(NamedTuple):
    """One thing that must not be sent, unless a person accepts it.

    Attributes
    ----------
    check : which check found it.
    file, place : where it is.
    found : what was found; of a change, what stands there now, empty where something was removed.
    before : of a change, what was written; empty where something was added.
    """

    check: str
    file: str
    place: str
    found: str
    before: str = ""

    @property
    def id(self) -> str:
        """A short name, the same as long as file, place and words are; a text that stands everywhere has one name."""
        told = (self.check, self.found) if self.check in _read_words()["said"] else self
        return hashlib.sha256("\0".join(told).encode()).hexdigest()[:8]

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        if self.check == CHANGED:
            return f"{where}: {show_change(self.before, self.found)}"
        what: str = _read_words()["what"].get(self.check, "{found!r}")
        return f"{where}: {what.format(found=_shorten(self.found))}"


def show_change(before: str, after: str) -> str:
    """A change as it is shown: what was written and what stands there, as far as they differ.

    >>> show_change("It was viewed 1,350 times", "It was viewed 1,530 times")
    "'It was viewed 1,350 times' → 'It was viewed 1,530 times'"
    >>> show_change("", "Best of all"), show_change("Best of all", "")
    ("'Best of all' was added", "'Best of all' was removed")
    """
    if not before or not after:
        return f"{_shorten(before or after)!r} was {'removed' if before else 'added'}"
    start = Prefix.similarity(before, after)
    end = Postfix.similarity(before[start:], after[start:])
    was, now = (_shorten(_cut(text, start - CONTEXT, len(text) - end + CONTEXT)) for text in (before, after))
    return f"{was!r} → {now!r}"


def _cut(text: str, start: int, end: int) -> str:
    return ("…" if start > 0 else "") + text[max(start, 0) : end] + ("…" if end < len(text) else "")


def _shorten(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


class Verdict(NamedTuple):
    """What the gate found: the files it read, every fault that is open, and those that a person has accepted."""

    files: tuple[Path, ...]
    faults: tuple[Fault, ...]
    accepted: tuple[tuple[Fault, Acceptance], ...] = ()

    @property
    def sendable(self) -> bool:
        """Whether nothing is open."""
        return not self.faults


def list_files(run_folder: Path, *, campaign: Campaign) -> dict[Path, str]:
    """Return the files that a client receives of a run, each with its language."""
    first = campaign.languages[0]
    return {
        run_folder / name_file(stem, suffix, language=language, first=first): language
        for language in campaign.languages
        for stem, suffix in FILES
    }


def check_report(run_folder: Path, *, campaign: Campaign, contents: Mapping[Path, Content] | None = None) -> Verdict:
    """Check the finished files of a run as they are now; `contents` is what they say, of those read already."""
    faults = [*_check_inputs(run_folder, campaign), *_check_sources(run_folder)]
    files = list_files(run_folder, campaign=campaign)
    opened = {path: (contents or {}).get(path) or _open(path) for path in files}
    faults += [each for each in opened.values() if isinstance(each, Fault)]
    read = {path: each for path, each in opened.items() if isinstance(each, Content)}
    faults += _check_changes(run_folder, read)
    look, quoted = _look_once(list_patterns(campaign, run_folder)), _list_quoted(read.values())
    synthetic = _may_be_synthetic(run_folder, campaign)
    for path, content in read.items():
        warning = say_code("report.synthetic", files[path]) if synthetic else ""
        faults += _check_whole(path, content, campaign=campaign, warning=warning)
        faults += _check_texts(path.name, content, look)
        faults += _check_placeholders(path.name, content, quoted)
        faults += [Fault("acting", path.name, piece.place, *piece.cells) for piece in content.acting]
        faults += [Fault("empty", path.name, piece.place, *piece.cells) for piece in content.empty]
    faults += _check_briefs(campaign.folder / "briefs", look)
    found, known = dict.fromkeys(faults), read_accepted(run_folder)
    accepted = tuple((fault, known[fault.id]) for fault in found if fault.id in known)
    return Verdict(tuple(files), tuple(fault for fault in found if fault.id not in known), accepted)


def _may_be_synthetic(run_folder: Path, campaign: Campaign) -> bool:
    """A table that cannot be read any more may say so."""
    try:
        return is_synthetic(run_folder, declared=campaign.synthetic)
    except (OSError, ValueError):
        return True


def _open(path: Path) -> Content | Fault:
    if not path.is_file():
        return Fault("missing_file", path.name, "", "")
    try:
        return read_content(path)
    except Exception as error:  # whatever a damaged file does to its reader, the client's program would not open it
        return Fault("unreadable", path.name, "", f"{type(error).__name__}: {error}")


# ----------------------------------------------------------------------------- what was written


def _check_inputs(run_folder: Path, campaign: Campaign) -> Iterator[Fault]:
    """The files that the run read, as they are now, and what kept it from reading them."""
    summary = read_summary(run_folder)
    for told in summary.withheld:
        yield Fault("withheld", "data", "", told)
    if summary.inputs is not None and not (summary.inputs.read or summary.roster or summary.plan):
        yield Fault("nothing", "data", "", "")
    yield from _tell("input", campaign.folder, find_changes(run_folder, campaign_folder=campaign.folder))


def _check_sources(run_folder: Path) -> list[Fault]:
    """The pages, tables and pictures that the report was written from; nothing where an earlier version kept none."""
    sources = read_verdict(run_folder).get("sources")
    return [] if sources is None else _tell("source", run_folder, compare_inputs(sources, list_sources(run_folder)))


def _tell(check: str, folder: Path, changes: Iterable[Change]) -> list[Fault]:
    """Changes of files; the begin of a file's hash tells one from the next."""
    files = [(folder / file, file, change) for file, change in changes]
    return [Fault(check, file, f"hash {hash_file(at)[:8]}" if at.is_file() else "", how) for at, file, how in files]


def _check_changes(run_folder: Path, contents: Mapping[Path, Content]) -> Iterator[Fault]:
    """What differs from the record; a run of an earlier version, without one, knows only that a file was changed."""
    record, edited = read_record(run_folder), list_edited(run_folder)
    for path, content in contents.items():
        if path.name in record:
            for each in compare_pieces(record[path.name], content.pieces):
                yield Fault(CHANGED, path.name, each.place, each.after, each.before)
        elif path.name in edited:
            yield Fault("unrecorded", path.name, "", *hash_files([path]).values())


# ----------------------------------------------------------------------------- what must not be sent


def _check_whole(path: Path, content: Content, *, campaign: Campaign, warning: str) -> Iterator[Fault]:
    if path.suffix == ".html" and path.stat().st_size > MAX_HTML_BYTES:
        yield Fault("too_large", path.name, "", f"{path.stat().st_size:,} bytes")
    if campaign.is_placeholder:
        yield Fault("placeholder", path.name, "", campaign.client)
    if not any(warning in cell for piece in content.pieces for cell in piece.cells):
        yield Fault("no_warning", path.name, "", "")


Look = Callable[[str], list[tuple[str, str]]]
"""Text → the checks that found something in it, and what."""


def _look_once(patterns: Mapping[str, Find]) -> Look:
    """Look into each text once, however often it stands in the files."""
    return cache(lambda text: [(check, each) for check, find in patterns.items() for each in find(text)])


def _check_texts(name: str, content: Content, look: Look) -> Iterator[Fault]:
    for piece in content.pieces:
        for number, cell in enumerate(piece.cells if piece.kind not in {PICTURE, STYLE} else ()):
            yield from (Fault(check, name, piece.locate(number), found) for check, found in look(cell))


def _check_briefs(folder: Path, look: Look) -> Iterator[Fault]:
    """What no creator may read either; whom to ask may stand in a brief."""
    for path in sorted(folder.glob("*.html")):
        content, name = _open(path), f"briefs/{path.name}"
        if isinstance(content, Fault):
            yield content._replace(file=name)
        else:
            yield from (fault for fault in _check_texts(name, content, look) if fault.check != "contact")
            yield from (Fault("acting", name, piece.place, *piece.cells) for piece in content.acting)


def _list_quoted(contents: Iterable[Content]) -> list[str]:
    """Cells of tables that look like a leftover: a creator's title may hold anything, and sentences quote it."""
    cells = {cell for content in contents for piece in content.pieces if piece.kind == CELLS for cell in piece.cells}
    return sorted(filter(find_placeholders, cells), key=len, reverse=True)


def _check_placeholders(name: str, content: Content, quoted: list[str]) -> Iterator[Fault]:
    """In the toolkit's own sentences only, without what they quote."""
    for piece in content.pieces:
        if piece.kind == PROSE and find_placeholders(piece.cells[0]):
            text = re.sub("|".join(map(re.escape, quoted)) or r"\Z", "", piece.cells[0])
            yield from (Fault("leftover", name, piece.place, found) for found in find_placeholders(text))


# ----------------------------------------------------------------------------- verdict


def write_verdict(
    run_folder: Path, verdict: Verdict, *, written: Mapping[str, str], sources: Sequence[Input] | None
) -> Path:
    """Write ``sendable.json``: whether the files may be sent, what was found, and which bytes that holds for.

    Parameters
    ----------
    written : the hashes of the files as the toolkit wrote them, so that a change by hand is seen.
    sources : what they were written from (`list_sources`); None for a run of a version that kept none.
    """
    told = {
        "sendable": verdict.sendable,
        "checked_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "checked": hash_files(verdict.files),
        "written": written,
        "faults": [{**fault._asdict(), "id": fault.id} for fault in verdict.faults],
        "accepted": [{**fault._asdict(), **accepted._asdict()} for fault, accepted in verdict.accepted],
        "sources": sources,
    }
    path = run_folder / VERDICT
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def list_outdated(run_folder: Path, *, campaign: Campaign) -> list[Path]:
    """Return the campaign's other runs that were sendable and whose inputs have changed since."""
    others = sorted(path.parent for path in run_folder.parent.glob(f"*/{VERDICT}") if path.parent != run_folder)
    sendable = (other for other in others if read_verdict(other).get("sendable"))
    return [other for other in sendable if find_changes(other, campaign_folder=campaign.folder)]


def read_verdict(run_folder: Path) -> dict[str, Any]:
    """Return what ``sendable.json`` says; empty where there is none."""
    path = run_folder / VERDICT
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def read_findings(run_folder: Path) -> Verdict:
    """Return what the last check found, of an earlier version too."""
    told = read_verdict(run_folder)
    faults = [[Fault(**_pick(each, Fault)) for each in told.get(name, [])] for name in ("faults", "accepted")]
    accepted = (Acceptance(**_pick(each, Acceptance)) for each in told.get("accepted", []))
    files = tuple(run_folder / name for name in told.get("checked", {}))
    return Verdict(files, tuple(faults[0]), tuple(zip(faults[1], accepted, strict=True)))


def _pick(stored: Mapping[str, str], shape: type[Fault | Acceptance]) -> dict[str, str]:
    return {name: stored[name] for name in shape._fields if name in stored}


def list_edited(run_folder: Path) -> list[str]:
    """Return the names of the files, and of what they were written from, that were changed since."""
    written = read_verdict(run_folder).get("written", {})
    now = hash_files(run_folder / name for name in written)
    edited = [name for name, sha in written.items() if now.get(name, sha) != sha]
    return edited + [fault.file for fault in _check_sources(run_folder)]
