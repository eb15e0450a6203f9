"""Drafts in ``drafts/`` of the campaign folder, checked by their briefs and by the rules on advertising."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.content.rules import SEVERITIES, Rule
from xhs_toolkit.decoding import DecodingError, decode_text
from xhs_toolkit.errors import ExportError, Problem

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


MAX_CHARACTERS = 100_000
"""Characters of one text that are checked; a note has at most a thousand."""

DRAFT_COLUMNS = [
    *("severity", "jurisdiction", "rule", "words", "title_en", "title_zh"),
    *("law", "law_date", "action_en", "action_zh"),
]


class Hit(NamedTuple):
    """One place of a text for a person to review.

    Attributes
    ----------
    words : as found; empty where the rule misses something in the whole draft.
    rule : the rule, with its source, date, jurisdiction, severity and what to do.
    start : where it begins in the folded text; 0 where something is missing.
    """

    words: str
    rule: Rule
    start: int


def check_compliance(text: str, *, rules: Sequence[Rule], whole: bool = False) -> tuple[Hit, ...]:
    """Find the words of a text that a rule speaks of, most severe first.

    Parameters
    ----------
    rules : of `read_rules` or `choose_rules`.
    whole : the text is a whole draft, so that rules about what must not be missing count too.

    >>> from xhs_toolkit.content.rules import read_rules
    >>> [(hit.words, hit.rule.rule) for hit in check_compliance("全网最佳防晒", rules=read_rules(["CN"]))]
    [('全网最佳', 'cn.superlative')]
    >>> check_compliance("不是最好的，但够用", rules=read_rules(["CN"]))
    ()
    """
    folded = fold_text(text[:MAX_CHARACTERS])
    hits = [hit for rule in rules if rule.kind == "present" for hit in _find_hits(folded, rule)]
    wanted = [rule for rule in rules if whole and rule.kind == "absent"]
    hits += [Hit("", rule, 0) for rule in wanted if not any(pattern.search(folded) for pattern in rule.patterns)]
    return tuple(sorted(hits, key=lambda hit: (SEVERITIES.index(hit.rule.severity), hit.start, hit.rule.rule)))


def fold_text(text: str) -> str:
    """Text as rules see it: full-width forms folded, small letters, no invisible marks, straight apostrophes.

    >>> fold_text("Ｎｏ．１　Brand’s")
    "no.1 brand's"
    """
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    kept = "".join(char for char in plain if unicodedata.category(char) != "Cf")
    n_chinese = sum("\u4e00" <= char <= "\u9fff" for char in kept)
    is_chinese = n_chinese > sum(char.isascii() and char.isalpha() for char in kept)
    return kept.replace(",", "，").replace("!", "！").replace("?", "？") if is_chinese else kept


def _find_hits(text: str, rule: Rule) -> Iterable[Hit]:
    if rule.needs and not any(pattern.search(text) for pattern in rule.needs):
        return
    spared = [match.span() for pattern in rule.unless for match in pattern.finditer(text)]
    end = 0
    found = [match for pattern in rule.patterns for match in pattern.finditer(text)]
    for match in sorted(found, key=lambda match: (match.start(), -match.end())):
        first, last = match.span()
        if first >= end and not any(first < stop and start < last for start, stop in spared):
            end = last
            yield Hit(match.group().strip(), rule, first)


def list_hits(hits: Iterable[Hit]) -> pd.DataFrame:
    """One row a hit: `DRAFT_COLUMNS`, the rule's title and what to do in English and Chinese."""
    rows = [
        {
            "severity": hit.rule.severity,
            "jurisdiction": hit.rule.jurisdiction,
            "rule": hit.rule.rule,
            "words": hit.words or None,
            "title_en": hit.rule.title["en"],
            "title_zh": hit.rule.title["zh"],
            "law": hit.rule.source,
            "law_date": hit.rule.date,
            "action_en": hit.rule.action["en"],
            "action_zh": hit.rule.action["zh"],
        }
        for hit in hits
    ]
    return pd.DataFrame(rows, columns=DRAFT_COLUMNS).astype({"law_date": "datetime64[us]"})


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
    return Drafts(hits[["file", *DRAFT_COLUMNS]], files.assign(**counted), tuple(problems))


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
