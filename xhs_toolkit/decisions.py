"""The analyst's own word on each creator: ``decisions.csv`` in the campaign folder.

People own the file. A run reads it and never writes it; `write_decision` adds a line for a person and
changes none. Of several lines on one creator the last counts. A decision always wins over a score.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.campaign.values import RUINED_ID
from xhs_toolkit.decoding import DecodingError, Text, decode_text
from xhs_toolkit.errors import CampaignError, Problem
from xhs_toolkit.files import append, write_once

DECISIONS_FILE = "decisions.csv"
DECISION_COLUMNS = ("creator_id", "decision", "reason", "by", "date")
DECISIONS = ("keep", "drop", "maybe")
SAID = read_bundled_yaml(bundled_folder("templates") / "decisions.yaml")
"""What people call the columns and the decisions."""

WORDS = {word: decision for decision, words in SAID["words"].items() for word in words}
HEADERS = {word: name for name, words in SAID["headers"].items() for word in words}
NAMING = tuple(SAID["naming"])
"""Columns that name a creator where no id does, the surest first."""

PROFILE = re.compile(r"(?:user/profile|blogger-detail|blogger|user)/([0-9a-f]{24})(?![0-9a-f])", re.IGNORECASE)
PASTED = re.compile(r"""^=?["'“”‘’]*(.*?)["'“”‘’]*$""")
"""An id as a spreadsheet is made to keep it as text: ``'5f01``, ``="5f01"``."""

NAMED_BY = ("creator_key", "creator_id", "xhs_number", "creator_name")
"""What a line may name a creator by, the surest first."""


class Decisions(NamedTuple):
    """What `read_decisions` found.

    Attributes
    ----------
    rows : one row a creator, its last decision: ``creator_id``, ``decision`` (keep, drop, maybe), ``reason``,
        ``by``, ``date``, ``source_row``.
    problems : lines that could not be used, with their row.
    """

    rows: pd.DataFrame
    problems: tuple[Problem, ...]


def read_decisions(folder: Path) -> Decisions:
    """Read ``decisions.csv`` of a campaign folder; without the file nothing is decided.

    UTF-8 and GB18030, commas, semicolons and tabs, lines above the header, extra columns and Chinese words are
    understood (``templates/decisions.yaml``); a row without an id is named by its link, number or name. A line
    that cannot be used is reported and left out; the others count.

    Raises
    ------
    CampaignError
        The file cannot be opened, has no column ``creator_id`` or ``decision`` or two of one, or a quote in it is
        never closed, so that lines are swallowed.
    """
    path = folder / DECISIONS_FILE
    if not path.is_file():
        return Decisions(_make_frame([]), ())
    rows = _read_rows(path)
    problems = [problem for row in rows for problem in _check_row(row)]
    bad = {problem.row for problem in problems if problem.column in {"creator_id", "decision"}}
    frame = _make_frame([row for row in rows if row["source_row"] not in bad])
    return Decisions(frame.drop_duplicates("creator_id", keep="last", ignore_index=True), tuple(problems))


def write_decision(
    folder: Path, *, creator_id: str, decision: str, reason: str = "", by: str = "", on: date | None = None
) -> dict[str, str] | None:
    """Add one line to ``decisions.csv``, in its own encoding, and read it back; no line that is there is touched.

    Returns
    -------
    What the file said of the creator until now (`DECISION_COLUMNS`, as written); None where it said nothing.

    Raises
    ------
    CampaignError
        The decision is not one of keep, drop, maybe, or no creator is named; or the line cannot be read back.
    """
    row = {"creator_id": creator_id, "decision": decision, "reason": " ".join(reason.split()), "by": by.strip()}
    row |= {"date": (on or date.today()).isoformat()}
    problems = [problem for problem in _check_row({**row, "source_row": None}) if problem.column != "date"]
    if problems:
        raise CampaignError("The decision was not written:", problems)
    path = folder / DECISIONS_FILE
    write_once(path, f"{','.join(DECISION_COLUMNS)}\n".encode("utf-8-sig"))
    before = [each for each in _read_rows(path) if fold_name(str(each["creator_id"])) == fold_name(creator_id)]
    found = _open(path)
    names, delimiter, _ = _find_header(str(found))
    row["decision"] = _read_decision(decision)
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="\n").writerow([row.get(name, "") for name in names])
    gap = "" if str(found).endswith("\n") else "\n"
    append(path, (gap + line.getvalue()).encode(found.encoding.removesuffix("-sig")))
    written = {name: row[name].strip() for name in DECISION_COLUMNS if name in names}
    if not any(written.items() <= each.items() for each in _read_rows(path)):
        raise CampaignError(
            "The decision was not saved:", [Problem("does not hold it", "look into the file", DECISIONS_FILE)]
        )
    return {name: str(before[-1][name]) for name in DECISION_COLUMNS} if before else None


def match_decisions(
    decisions: Decisions | None,
    creators: pd.DataFrame,
    *,
    must_have: Collection[str] = (),
    exclude: Collection[str] = (),
) -> Decisions:
    """Find whom each decision speaks of.

    Parameters
    ----------
    creators : the pool: `NAMED_BY`, one row a creator.
    must_have, exclude : whom the campaign's settings want in or out: a person's word too, which a line of the file
        overrules. Named as in the file.

    Returns
    -------
    The decisions with ``creator_id`` the creator's ``creator_key``; a line that names nobody of the pool, or a name
    that several creators have, is a problem and decides nothing.
    """
    decisions = decisions or Decisions(_make_frame([]), ())
    settings = [("keep", "must_have", name) for name in must_have] + [("drop", "exclude", name) for name in exclude]
    named: list[dict[str, object]] = [
        {"creator_id": name, "decision": word, "reason": f"{key} in campaign.yaml"} for word, key, name in settings
    ]
    rows = pd.concat([_make_frame(named), decisions.rows], ignore_index=True) if named else decisions.rows
    if rows.empty:
        return decisions
    keys, n_found = _find_keys(rows["creator_id"], creators)
    problems = [
        Problem(
            "stands for several creators" if n else "names nobody in the pool",
            "write the creator's id"
            if n
            else "paste the id, account number, profile link or name as an export shows it",
            DECISIONS_FILE if pd.notna(row) else "campaign.yaml",
            row=int(row) if pd.notna(row) else None,
            column="creator_id",
            value=name,
        )
        for name, key, n, row in zip(rows["creator_id"], keys, n_found, rows["source_row"], strict=True)
        if key is None
    ]
    matched = rows.assign(creator_id=pd.Series(keys, index=rows.index, dtype="str")).dropna(subset=["creator_id"])
    last = matched.drop_duplicates("creator_id", keep="last", ignore_index=True)
    return Decisions(last, (*decisions.problems, *problems))


def _find_keys(names: pd.Series, creators: pd.DataFrame) -> tuple[list[str | None], list[int]]:
    """The key each name stands for, None where it stands for none or several, and for how many it stands."""
    wanted = names.map(fold_name)
    keys: dict[str, str | None] = {}
    for column in (name for name in NAMED_BY if name in creators):
        text = creators[column].dropna().astype("str")
        folded = text.str.normalize("NFKC").str.strip().str.casefold()
        hits = folded[folded.isin(wanted)]
        found = creators.loc[hits.index, "creator_key"].groupby(hits).agg(["first", "nunique"])
        for name, row in found.iterrows():
            keys.setdefault(str(name), row["first"] if row["nunique"] == 1 else None)
    return [keys.get(name) for name in wanted], [int(name in keys) for name in wanted]


def fold_name(text: str) -> str:
    """An id, number, link or name as it is compared.

    >>> [fold_name(text) for text in ("'5F01", '="5f01"', "88.0", " 小栗　")]
    ['5f01', '5f01', '88', '小栗']
    """
    plain = PASTED.sub(r"\1", unicodedata.normalize("NFKC", text).strip()).strip()
    link = PROFILE.search(plain)
    return re.sub(r"^(\d+)\.0$", r"\1", link[1] if link else plain).casefold()


def add_decisions(creators: pd.DataFrame, *, decisions: Decisions | None) -> pd.DataFrame:
    """Add ``decision``, ``decision_reason`` and ``decision_by``; missing where nobody decided.

    Parameters
    ----------
    creators : with ``creator_key``. decisions : of `match_decisions`.

    >>> decided = Decisions(_make_frame([{"creator_id": "a", "decision": "drop", "reason": "rude", "by": "Mei"}]), ())
    >>> add_decisions(pd.DataFrame({"creator_key": ["a", "b"]}), decisions=decided)["decision"].tolist()
    ['drop', nan]
    """
    rows = (decisions.rows if decisions else _make_frame([])).set_index("creator_id")
    names = {"decision": "decision", "decision_reason": "reason", "decision_by": "by"}
    return creators.assign(
        **{name: creators["creator_key"].map(rows[column]).astype("str") for name, column in names.items()}
    )


# ------------------------------------------------------------------------------------------ reading


def _open(path: Path) -> Text:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CampaignError(f"{path} cannot be opened: {error.strerror}. Close it elsewhere and try again.") from error
    try:
        return decode_text(raw)
    except DecodingError as error:
        raise CampaignError(f"{path} {error.what}. Fix: {error.fix}.") from error


def _find_header(text: str) -> tuple[list[str], str, int]:
    """The names of the columns, what parts them, and how many lines of a title stand above; the first line if none."""
    lines = text.splitlines() or [""]
    for number, line in enumerate(lines):
        delimiter = max(",;\t", key=line.count)
        header = _name_header(next(csv.reader([line], delimiter=delimiter), []))
        if set(DECISION_COLUMNS[:2]) <= set(header):
            return header, delimiter, number
    delimiter = max(",;\t", key=lines[0].count)
    return _name_header(next(csv.reader(lines[:1], delimiter=delimiter), [])), delimiter, 0


def _name_column(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).strip().casefold()
    return HEADERS.get(plain, plain)


def _read_rows(path: Path) -> list[dict[str, object]]:
    text = str(_open(path))
    header, delimiter, n_above = _find_header(text)
    _check_header(path, header)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[dict[str, object]] = []
    try:
        for values in reader:
            if reader.line_num <= n_above + 1:
                continue
            _check_quotes(values, reader.line_num)
            cells = {name: value.strip() for name, value in zip(header, values, strict=False)}
            if any(cells.values()):
                named = next((cells[name] for name in (DECISION_COLUMNS[0], *NAMING) if cells.get(name)), "")
                row = {name: cells.get(name, "") for name in DECISION_COLUMNS}
                rows.append({**row, DECISION_COLUMNS[0]: named, "source_row": reader.line_num})
    except csv.Error as error:
        raise _say_unclosed(reader.line_num) from error
    return rows


def _name_header(cells: list[str]) -> list[str]:
    header = [_name_column(name) for name in cells]
    naming = next((name for name in NAMING if name in header), None)
    return (
        [DECISION_COLUMNS[0] if name == naming else name for name in header]
        if DECISION_COLUMNS[0] not in header
        else header
    )


def _check_header(path: Path, header: list[str]) -> None:
    fix = f"the first line must be {','.join(DECISION_COLUMNS)}"
    problems = [
        Problem(f"has no column {name}", fix, DECISIONS_FILE) for name in DECISION_COLUMNS[:2] if name not in header
    ]
    problems += [
        Problem(f"has two columns {name}", "delete the one that does not count", DECISIONS_FILE, row=1)
        for name in DECISION_COLUMNS
        if header.count(name) > 1
    ]
    if problems:
        raise CampaignError(f"{path} cannot be used as it is.", problems)


def _check_quotes(values: list[str], line: int) -> None:
    """A cell whose further lines are decisions themselves was opened by a quote that nobody closed."""
    for value in values:
        words = {_read_decision(part) for further in value.splitlines()[1:] for part in re.split("[,;\t]", further)}
        if words & set(DECISIONS):
            raise _say_unclosed(line)


def _say_unclosed(line: int) -> CampaignError:
    problem = Problem(
        "is swallowed by a quote that is not closed", "close or delete the quote", DECISIONS_FILE, row=line
    )
    return CampaignError(f"{DECISIONS_FILE} cannot be used as it is.", [problem])


def _read_decision(text: object) -> str:
    plain = unicodedata.normalize("NFKC", str(text)).strip().casefold()
    return WORDS.get(plain, plain)


def _check_row(row: Mapping[str, object]) -> list[Problem]:
    place = {"file": DECISIONS_FILE, "row": row["source_row"]}
    identity, decision, day = str(row["creator_id"]), _read_decision(row["decision"]), str(row["date"])
    found = []
    if not identity:
        found.append(Problem("names no creator", "write the creator's id", column="creator_id", **place))  # type: ignore[arg-type]
    elif RUINED_ID.fullmatch(fold_name(identity)):
        fix = "paste the id again into a column formatted as text"
        found.append(Problem("was ruined by the spreadsheet", fix, column="creator_id", value=identity, **place))  # type: ignore[arg-type]
    if decision not in DECISIONS:
        near = difflib.get_close_matches(decision, DECISIONS, n=1)
        fix = f"write {near[0]}" if near else f"write one of {', '.join(DECISIONS)}"
        what = "is not a decision" if decision else "holds no decision"
        found.append(Problem(what, fix, column="decision", value=row["decision"] or None, **place))  # type: ignore[arg-type]
    if day and pd.isna(_read_day(day)):
        found.append(Problem("is not a date", "write it as 2026-07-01", column="date", value=day, **place))  # type: ignore[arg-type]
    return found


def _read_day(text: object) -> pd.Timestamp:
    plain = re.sub(r"[年月/.]", "-", str(text)).replace("日", "")
    return pd.to_datetime(plain, errors="coerce", format="%Y-%m-%d")


def _make_frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[*DECISION_COLUMNS, "source_row"])
    texts = {name: frame[name].replace("", None).astype("str") for name in ("creator_id", "reason", "by")}
    decision = pd.Series([_read_decision(text) for text in frame["decision"]], index=frame.index, dtype="str")
    day = pd.Series([_read_day(text) for text in frame["date"]], index=frame.index, dtype="datetime64[us]")
    return frame.assign(**texts, decision=decision, date=day, source_row=frame["source_row"].astype(float))
