"""The agency's creators by name: ``creators.csv`` beside ``agency.yaml``, its own and never in a client's files.

One line a creator and deliverable of a campaign that was added, and one a note of a colleague. Adding a campaign again
replaces its lines; forgetting a person takes all of theirs out.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from xhs_toolkit.book.columns import fold
from xhs_toolkit.book.media_plan import is_overdue, is_seeded
from xhs_toolkit.book.merge import Row, Rows, find_note_id
from xhs_toolkit.decoding import decode_text
from xhs_toolkit.errors import CampaignError, Problem
from xhs_toolkit.files import write_whole
from xhs_toolkit.findings import Finding

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

PEOPLE = "creators.csv"
WHO = ("creator_id", "creator_name")
ABOUT = ("client", "campaign")
SAID = ("note", "by", "date")
TOLD = ("format", "state", "asked", "agreed", "currency", "usage_rights", "exclusive_until")
NUMBERS = ("asked", "agreed", "days_late", "is_silent", "views", "views_expected")
FLAGS = ("was_late", "n_silent", "is_dearer")
"""What speaks against a creator: for the agency's eyes, and no verdict of vetting."""

NAMES = (*WHO, *ABOUT, *TOLD, "days_late", "is_silent", "views", "views_expected", *SAID)


def read_people(folder: Path) -> pd.DataFrame:
    """The lines of the agency's memory; without a file none: `NAMES`, numbers as numbers, all else as text.

    Raises
    ------
    CampaignError : the file has no column that names a creator.
    """
    path = folder / PEOPLE
    if not path.is_file():
        return pd.DataFrame(columns=list(NAMES)).astype(dict.fromkeys(NUMBERS, float))
    lines = pd.read_csv(io.StringIO(str(decode_text(path.read_bytes()))), dtype="str")
    if not set(WHO) & set(lines):
        raise CampaignError(
            f"{path} cannot be used.", [Problem("names no creator", f"give it {', '.join(WHO)}", PEOPLE)]
        )
    lines = lines.reindex(columns=list(NAMES))
    return lines.assign(**{name: pd.to_numeric(lines[name], errors="coerce") for name in NUMBERS})


def write_people(folder: Path, lines: pd.DataFrame) -> Path:
    """Write the lines, in one step."""
    path = folder / PEOPLE
    write_whole(path, lines[list(NAMES)].to_csv(index=False, lineterminator="\n").encode("utf-8-sig"))
    return path


def remember_people(
    campaign: Campaign, rows: Rows, *, notes: pd.DataFrame, promised: pd.DataFrame, today: date
) -> pd.DataFrame:
    """The memory with a campaign's lines in it, in place of those it had.

    Parameters
    ----------
    rows : the book. notes : the campaign's own, with ``note_id`` and ``views``.
    promised : roster of the accepted plan, with ``creator_name``, ``creator_id`` and ``views_p50``.
    """
    known = read_people(campaign.folder.resolve().parent)
    other = known[~(known["client"].eq(campaign.client) & known["campaign"].eq(campaign.name))]
    views = notes.set_index("note_id")["views"].to_dict()
    expected = {fold(who): placed["views_p50"] for placed in promised.to_dict("records")
                for who in (placed["creator_id"], placed["creator_name"]) if who}  # fmt: skip
    lines = [
        {**{name: row.get(name) for name in (*WHO, *TOLD)}, **_measure(row, views, expected, today)}
        for row in rows.values()
    ]
    added = pd.DataFrame(lines).assign(client=campaign.client, campaign=campaign.name, date=today.isoformat())
    return pd.concat([other, added.reindex(columns=list(NAMES))], ignore_index=True) if lines else other


def _measure(row: Row, views: dict[Any, Any], expected: dict[str, Any], today: date) -> dict[str, Any]:
    planned, posted = row.get("post_on"), row.get("posted_on")
    late = (posted - planned).days if isinstance(planned, date) and isinstance(posted, date) else None
    who = (fold(row.get(name)) for name in WHO if row.get(name))
    return {
        "days_late": late,
        "is_silent": float(is_overdue(row, today)) if is_seeded(row) else None,
        "views": views.get(find_note_id(row.get("note_link"))),
        "views_expected": next((expected[name] for name in who if name in expected), None),
    }


def add_note(folder: Path, *, creator: str, note: str, by: str, on: date) -> pd.DataFrame:
    """The memory with a colleague's note on a creator, who is known or new."""
    known = read_people(folder)
    mine = find_people(known, creator)
    who = mine.iloc[0][list(WHO)].to_dict() if len(mine) else {"creator_name": creator}
    line = pd.DataFrame([who | {"note": note, "by": by, "date": on.isoformat()}]).reindex(columns=list(NAMES))
    return pd.concat([known, line], ignore_index=True)


def find_people(lines: pd.DataFrame, text: str) -> pd.DataFrame:
    """Lines of the creators in whose name, id, campaigns or notes a text is found; with an id or name, only theirs."""
    wanted = fold(text)
    folded = {name: lines[name].astype("str").fillna("").map(fold) for name in (*WHO, *ABOUT, "note")}
    found = (folded["creator_id"].eq(wanted) | folded["creator_name"].eq(wanted)) & (wanted != "")
    if not found.any():
        found = pd.DataFrame(folded).apply(lambda each: each.str.contains(wanted, regex=False)).any(axis=1)
    named = {value for name in WHO for value in folded[name][found] if value}
    return lines[folded["creator_id"].isin(named) | folded["creator_name"].isin(named)]


def forget_person(lines: pd.DataFrame, creator: str) -> pd.DataFrame:
    """The memory without a creator, named by id or by name.

    Raises
    ------
    CampaignError : nobody is called so.
    """
    wanted = fold(creator)
    names = [lines[name].map(fold, na_action="ignore") for name in WHO]
    mine = find_people(lines, creator) if any(each.eq(wanted).any() for each in names) else lines.iloc[:0]
    if mine.empty:
        raise CampaignError(
            "Nobody was forgotten.", [Problem("is not in it", "xhs creators shows who is", PEOPLE, value=creator)]
        )
    return lines.drop(index=mine.index)


def summarise_people(lines: pd.DataFrame) -> pd.DataFrame:
    """One row a creator.

    Returns
    -------
    ``creator_id``, ``creator_name``, ``n_campaigns``, ``prices`` (agreed, newest first, with currency), ``asked`` (the
    same of what was asked and not agreed, with the month), ``n_dated`` and ``n_late`` (posts with a planned day, and
    those after it), ``was_late`` (the latest of them), ``n_days`` (of the latest late post), ``n_silent`` (products
    without a post), ``is_dearer`` (the newest price asked, not agreed, is above all agreed in its currency),
    ``views_ratio`` (views over those forecast, of notes with both), ``usage_rights``, ``exclusive_until`` (the
    latest), ``notes``.
    """
    key = lines["creator_id"].fillna(lines["creator_name"])
    told = [_sum_person(mine) for _, mine in lines.groupby(key, sort=True)]
    names = ["creator_id", "creator_name", "n_campaigns", "prices", "asked", "n_dated", "n_late", "was_late", "n_days"]
    names += ["n_silent", "is_dearer", "views_ratio", "usage_rights", "exclusive_until", "notes"]
    return pd.DataFrame(told, columns=names)


def _sum_person(mine: pd.DataFrame) -> dict[str, Any]:
    mine = mine.sort_values("date", ascending=False, kind="stable")
    late = mine["days_late"][mine["days_late"].gt(0)]
    both = mine[mine[["views", "views_expected"]].notna().all(axis=1)]
    expected = both["views_expected"].sum()
    return {
        **{name: next(iter(mine[name].dropna()), None) for name in WHO},
        "n_campaigns": mine[list(ABOUT)].dropna().drop_duplicates().shape[0],
        "prices": ", ".join(dict.fromkeys(_write_price(row, "agreed") for row in _list_rows(mine, "agreed"))),
        "asked": ", ".join(dict.fromkeys(_write_asked(row) for row in _list_rows(mine, "asked"))),
        "n_dated": int(mine["days_late"].notna().sum()),
        "n_late": len(late),
        "was_late": bool(mine["days_late"].dropna().head(1).gt(0).any()),
        "n_days": int(late.iloc[0]) if len(late) else None,
        "n_silent": int(mine["is_silent"].eq(1).sum()),
        "is_dearer": _is_dearer(mine),
        "views_ratio": both["views"].sum() / expected if expected else None,
        "usage_rights": ", ".join(dict.fromkeys(mine["usage_rights"].dropna())),
        "exclusive_until": max(mine["exclusive_until"].dropna().astype("str"), default=None),
        "notes": "; ".join(mine["note"].dropna()),
    }


def _is_dearer(mine: pd.DataFrame) -> bool:
    asked = mine[mine["asked"].notna()].head(1)
    asked = asked[asked["agreed"].isna()]
    agreed = mine.loc[mine["currency"].isin(asked["currency"].dropna()), "agreed"].max()
    return bool(asked["asked"].gt(agreed).any())


def describe_person(person: Mapping[Any, Any]) -> Finding:
    """What the agency knows of a creator, a row of `summarise_people`, with what speaks against them."""
    values = {name: None if pd.isna(value) else value for name, value in person.items() if name not in WHO}
    return Finding("people.known", values)


def _list_rows(mine: pd.DataFrame, price: str) -> list[dict[Any, Any]]:
    """Lines with a price; what was asked only where it was not agreed as well."""
    known = mine[price].notna() & (mine["agreed"].ne(mine["asked"]) | (price == "agreed"))
    return mine[known].to_dict("records")


def _write_price(row: Mapping[Any, Any], price: str) -> str:
    return f"{row['currency'] if pd.notna(row['currency']) else '?'} {row[price]:,.0f}"


def _write_asked(row: Mapping[Any, Any]) -> str:
    return f"{_write_price(row, 'asked')} ({str(row['date'])[:7]})"


def remember_creator(lines: pd.DataFrame, creator: Mapping[Any, Any]) -> Finding | None:
    """What the agency knows of a creator of a pool, by id, else by name; None of one it does not know.

    Parameters
    ----------
    lines : of `read_people`. creator : with ``creator_id`` and ``creator_name``.
    """
    by_id, by_name = (lines[name].eq(creator[name]) for name in WHO)
    mine = lines[by_id if by_id.any() else by_name & lines["creator_id"].isna()]
    return describe_person(summarise_people(mine).iloc[0].to_dict()) if len(mine) else None


def recall_creators(folder: Path, creators: pd.DataFrame) -> list[tuple[str, Finding]]:
    """Name of each creator of a list that the agency knows, and what it knows of them; those with a flag first.

    Parameters
    ----------
    folder : where ``agency.yaml`` lies. creators : with ``creator_id`` and ``creator_name``.
    """
    lines = read_people(folder)
    met = creators[creators["creator_id"].isin(lines["creator_id"].dropna())
                   | creators["creator_name"].isin(lines["creator_name"].dropna())]  # fmt: skip
    told = [(str(each["creator_name"]), remember_creator(lines, each)) for each in met.to_dict("records")]
    kept = [(name, known) for name, known in told if known is not None]
    return sorted(kept, key=lambda each: not any(each[1].values.get(name) for name in FLAGS))  # noqa: PD011
