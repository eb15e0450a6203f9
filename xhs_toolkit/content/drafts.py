"""Drafts that creators sent, checked as they lie in ``drafts/`` of the campaign folder."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.content.compliance import COLUMNS, Hit, check_compliance, list_hits
from xhs_toolkit.content.rules import Rule
from xhs_toolkit.decoding import DecodingError, decode_text
from xhs_toolkit.errors import ExportError, Problem

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

FOLDER = "drafts"
MAX_BYTES = 5_000_000
"""Bytes of a draft, packed and unpacked: a note has a thousand characters."""

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Drafts(NamedTuple):
    """What `check_drafts` found.

    Attributes
    ----------
    hits : one row a hit, with the draft's ``file`` and the columns of `list_hits`.
    files : one row a draft: ``file``, ``n_hits``, ``n_high``. problems : drafts that could not be read.
    """

    hits: pd.DataFrame
    files: pd.DataFrame
    problems: tuple[Problem, ...]


def check_drafts(campaign: Campaign, *, rules: Sequence[Rule]) -> Drafts:
    """Check every draft (txt, md, docx) in the campaign's ``drafts/``, and the words the client wants said."""
    folder = campaign.folder / FOLDER
    found = {"campaign.yaml": check_brief_words(campaign, rules=rules)}
    problems: list[Problem] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.suffix.lower() in READERS and not path.name.startswith((".", "~")) and not path.is_symlink():
            try:
                found[path.name] = check_draft_file(path, rules=rules)
            except ExportError as error:
                problems += error.problems
    tables = [list_hits(hits).assign(file=name) for name, hits in found.items() if hits]
    hits = pd.concat(tables, ignore_index=True) if tables else list_hits(()).assign(file=pd.Series(dtype="str"))
    files = pd.DataFrame({"file": [name for name in found if name != "campaign.yaml"]}, dtype="str")
    counts = {
        "n_hits": hits["file"].value_counts(),
        "n_high": hits.loc[hits["severity"].eq("high"), "file"].value_counts(),
    }
    counted = {name: files["file"].map(count).fillna(0).astype(int) for name, count in counts.items()}
    return Drafts(hits[["file", *COLUMNS]], files.assign(**counted), tuple(problems))


def check_brief_words(campaign: Campaign, *, rules: Sequence[Rule]) -> tuple[Hit, ...]:
    """Check what ``campaign.yaml`` wants said: a brief must not ask for what the rules bar."""
    content = campaign.content
    lines = [line for line in (content.message, *content.selling_points, *content.must_say) if line]
    texts = [text for line in lines for text in (line.zh, line.en) if text]
    return tuple(hit for text in texts for hit in check_compliance(text, rules=rules))


def check_draft_file(path: Path, *, rules: Sequence[Rule]) -> tuple[Hit, ...]:
    """Check one draft, also for what it leaves out.

    Raises
    ------
    ExportError : the file is of another kind, too large, or not what its name says.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise _refuse(path, "is not a draft that can be read", "save it as txt, md or docx")
    if path.stat().st_size > MAX_BYTES:
        raise _refuse(path, "is too large for a draft", "keep the text only")
    return check_compliance(reader(path), rules=rules, whole=True)


def _refuse(path: Path, what: str, fix: str) -> ExportError:
    return ExportError("A draft cannot be read:", [Problem(what, fix, file=f"{FOLDER}/{path.name}")])


def _read_text(path: Path) -> str:
    try:
        return str(decode_text(path.read_bytes()))
    except DecodingError as error:
        raise _refuse(path, error.what, error.fix) from error


def _read_docx(path: Path) -> str:
    """The paragraphs of a Word document; nothing in it is followed or run."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo("word/document.xml").file_size > MAX_BYTES:
                raise _refuse(path, "is too large for a draft", "keep the text only")
            root = etree.fromstring(archive.read("word/document.xml"), parser)
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, RuntimeError, NotImplementedError) as error:
        raise _refuse(path, "is not a Word document", "save it again as docx or txt") from error
    paragraphs = root.iter(f"{WORD}p")
    return "\n".join("".join(text.text or "" for text in each.iter(f"{WORD}t")) for each in paragraphs)


READERS = {".txt": _read_text, ".md": _read_text, ".docx": _read_docx}
