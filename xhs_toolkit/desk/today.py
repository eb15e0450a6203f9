"""What to do now in one campaign, and what changed: from its latest run, its files and its book, in a moment."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from pyarrow import parquet

from xhs_toolkit.assumptions import assume
from xhs_toolkit.book import BOOK_FILE, read_book
from xhs_toolkit.book.media_plan import is_overdue, is_seeded
from xhs_toolkit.book.merge import Row
from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.desk.course import list_courses
from xhs_toolkit.desk.search import tell_words
from xhs_toolkit.errors import XhsError, list_names
from xhs_toolkit.exports.reconcile import OFFICIAL
from xhs_toolkit.files import MANIFEST, RUNS, find_run
from xhs_toolkit.findings import Finding
from xhs_toolkit.results.reference import MATURE_DAYS
from xhs_toolkit.scorecard import Summary, read_summary
from xhs_toolkit.store import find_changes
from xhs_toolkit.tables import TABLES, get_creator

STALLED_SHARE: float = assume("desk.stalled_share")
LEAST_DAYS: float = assume("desk.snapshot_days")
SNAPSHOT = ("note_id", "source", "source_file", "as_of", "views")
FOLLOWED = ("creator_id", "creator_name", "as_of", "followers")


def measure_last_gain(snapshots: pd.DataFrame, notes: pd.DataFrame) -> pd.DataFrame:
    """What each note gained between its two newest snapshots, of one source.

    Parameters
    ----------
    snapshots : ``note_id``, ``source``, ``as_of``, ``views``. notes : ``note_id``, ``posted_at``, a row a note.

    Returns
    -------
    One row a note seen twice, at least `LEAST_DAYS` apart: ``note_id``, ``as_of`` (of the newest), ``before``,
    ``views``, ``days`` between them, ``age_days`` at the newest, ``day_ratio``: views a day in between over those a day
    before; missing where the earlier snapshot is of the day of posting.
    """
    known = snapshots.dropna(subset=["note_id", "as_of", "views"])
    known = known.sort_values(["as_of", "views"], kind="stable")
    newest = known.drop_duplicates("note_id", keep="last").set_index("note_id")
    last = known[["note_id"]].join(newest[["source", "as_of", "views"]], on="note_id")
    days = (last["as_of"] - known["as_of"]).dt.total_seconds() / 86_400
    then = known.assign(now=last["views"], last=last["as_of"], days=days)
    then = then[known["source"].eq(last["source"]) & days.ge(LEAST_DAYS)].drop_duplicates("note_id", keep="last")
    told = then.merge(notes[["note_id", "posted_at"]].drop_duplicates("note_id"), on="note_id")
    age = (told["last"] - told["posted_at"]).dt.total_seconds() / 86_400
    earlier = told["views"] / (age - told["days"]).where(lambda past: past >= 1)
    gained = (told["now"] - told["views"]) / told["days"]
    found = {"as_of": told["last"], "before": told["views"], "views": told["now"], "days": told["days"]}
    return told[["note_id"]].assign(**found, age_days=age, day_ratio=gained / earlier.where(earlier > 0))


def tell_last_gain(gains: pd.DataFrame) -> Iterator[tuple[Finding, list[str]]]:
    """Growth since the export before, and the ids of the notes that a statement names.

    Late bloomers are grown notes that gain more a day than on average before; stalled are young ones that gain next to
    nothing.
    """
    if gains.empty or gains["before"].sum() <= 0:
        return
    ratio = gains["views"].sum() / gains["before"].sum()
    grown = {"n_notes": len(gains), "change_ratio": ratio, "n_days": round(float(gains["days"].median()))}
    yield Finding("desk.grown", grown), []
    is_grown = gains["age_days"].ge(MATURE_DAYS)
    late = gains[is_grown & gains["day_ratio"].gt(1)]
    stalled = gains[~is_grown & gains["views"].le(gains["before"] * (1 + STALLED_SHARE))]
    for code, rows in (("desk.late_bloomers", late), ("desk.stalled", stalled)):
        if len(rows):
            yield Finding(code), rows["note_id"].tolist()


MAX_NAMES = assume("desk.max_names")
OPEN = ("proposed", "agreed", "sent")
PASSED_ON = {"boosting.running": "n_stop", "ledger.differs": "n_rows"}
"""Statements of the run's page of results that ask for something, and the figure that says whether they do."""


class Today(NamedTuple):
    """What `look_at_campaign` found.

    Attributes
    ----------
    folder, client, campaign, run : which campaign, and the name of its latest run ('' without one).
    to_do : what asks for something now, the most urgent first.
    changed : what the latest run, where it is new, changed against the run before.
    """

    folder: Path
    client: str
    campaign: str
    run: str
    to_do: tuple[Finding, ...]
    changed: tuple[Finding, ...]


def look_at_campaign(folder: Path, *, today: date) -> Today:
    """Look at a campaign as its files, its book and its latest run are now; nothing is run or written."""
    try:
        campaign = read_campaign(folder)
        run = find_run(folder)
        to_do = tuple(_list_to_do(campaign, run, today))
        changed = tuple(_list_changes(campaign, run, today)) if run else ()
    except XhsError as error:
        broken = Finding("desk.broken", {"x": str(error).splitlines()[0]})
        return Today(folder, folder.resolve().parent.name, folder.name, "", (broken,), ())
    return Today(folder, campaign.client, campaign.name, run.name if run else "", to_do, changed)


def _list_to_do(campaign: Campaign, run: Path | None, today: date) -> Iterator[Finding]:
    yield from _list_book(campaign.folder, today)
    if run is None:
        yield Finding("desk.no_run")
        return
    changes = find_changes(run, campaign_folder=campaign.folder)
    if changes:
        yield _count_and_name("desk.files", [change.file for change in changes])
    summary = read_summary(run)
    yield from _list_questions(summary)
    yield from _list_passed_on(run)
    yield from _list_notes(campaign, run, today)
    if _is_under_way(campaign, today):
        yield from list_courses(summary)


def _is_under_way(campaign: Campaign, today: date) -> bool:
    window = campaign.window
    return (window.start is None or window.start <= today) and window.end is not None and today <= window.end


def _count_and_name(code: str, names: Sequence[object], **about: str) -> Finding:
    """How many things there are, and what the first are called."""
    return Finding(code, {"n_rows": len(names), "names": list_names(names, most=MAX_NAMES), **about})


# ------------------------------------------------------------------------------------------ the book


def _list_book(folder: Path, today: date) -> Iterator[Finding]:
    """What is overdue by the book, by creator."""
    book = read_book(folder / BOOK_FILE)
    edited = [key for key, row in book.rows.items() if row != {**dict.fromkeys(row), **book.shown.get(key, {})}]
    if edited:
        yield Finding("desk.book_edited", {"n_rows": len(edited)})
    rows = [row for row in book.rows.values() if row.get("state") in (*OPEN, "posted", None)]
    late = {
        "desk.drafts_overdue": [row for row in rows if _is_open(row) and not row.get("approved_on")
                                and _is_past(row.get("draft_on"), today)],
        "desk.posts_overdue": [row for row in rows if _is_open(row) and _is_past(row.get("post_on"), today)],
        "desk.product_silent": [row for row in rows if _is_silent(row, today)],
        "desk.unpaid": [row for row in rows if not row.get("paid_on")
                        and _is_past(row.get("invoice_on"), today, days=assume("desk.unpaid_days"))],
    }  # fmt: skip
    yield from (
        _count_and_name(code, [row.get("creator_name") for row in found]) for code, found in late.items() if found
    )


def _is_open(row: Row) -> bool:
    return row.get("state") in (*OPEN, None) and not row.get("posted_on")


def _is_past(day: object, today: date, *, days: int = 0) -> bool:
    return isinstance(day, date) and (today - day).days > days


def _is_silent(row: Row, today: date) -> bool:
    """Whether a product has long been there and nothing was posted; who has a day to post is told by that day."""
    return is_seeded(row) and not row.get("post_on") and is_overdue(row, today)


# ----------------------------------------------------------------------------------------- the run


def _list_questions(summary: Summary) -> Iterator[Finding]:
    if summary.inputs and summary.inputs.unreadable:
        yield _count_and_name("desk.unreadable", [text.split(":")[0] for text in summary.inputs.unreadable])
    if summary.open:
        yield _count_and_name("desk.questions", [text.split(":")[0] for text in summary.open])


def _list_passed_on(run: Path) -> Iterator[Finding]:
    path = run / "pages" / "6_results.json"
    blocks: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["blocks"] if path.is_file() else []
    for block in blocks:
        if (block.get("values") or {}).get(PASSED_ON.get(str(block.get("code")), "")):
            yield Finding(block["code"], block["values"])


def _list_notes(campaign: Campaign, run: Path, today: date) -> Iterator[Finding]:
    """Notes to boost while they are new, notes that a newer export does not show, notes that do not say who paid."""
    boosts = read_results(run, "boosts")
    if len(boosts):
        age = (pd.Timestamp(today, tz=campaign.time_zone) - boosts["posted_at"]) / pd.Timedelta(hours=1)
        new = boosts[boosts["is_recommended"].astype(bool) & age.between(-24, assume("desk.boost_hours"))]
        for metric, rows in new.assign(metric=new.get("metric", "views")).groupby("metric"):
            yield _count_and_name("desk.boost", rows["title"].fillna(rows["creator_name"]).tolist(), metric=str(metric))
    notes = read_results(run, "notes")
    if len(notes):
        gone = notes[notes["note_id"].isin(find_gone(read_stored(campaign.folder, "notes", columns=SNAPSHOT)))]
        if len(gone):
            yield _count_and_name("desk.gone", gone["title"].fillna(gone["creator_name"]).tolist())
        silent = find_undisclosed(notes)
        if len(silent):
            yield _count_and_name("desk.undisclosed", silent["title"].fillna(silent["creator_name"]).tolist())


def read_results(run: Path, name: str) -> pd.DataFrame:
    """A table of a run's page of results, such as ``notes`` or ``boosts``; without columns where it has none."""
    path = run / "tables" / f"6_results_{name}.parquet"
    return pd.read_parquet(path) if path.is_file() else pd.DataFrame()


def read_stored(folder: Path, table: str, *, columns: Sequence[str]) -> pd.DataFrame:
    """Columns of a canonical table as the latest reading of a campaign stored it; without rows where none did."""
    stored = sorted(
        (folder / RUNS / ".tables").glob(f"*/tables.{table}.parquet"), key=lambda path: path.stat().st_mtime
    )
    if not stored:
        return TABLES[table].empty().reindex(columns=list(columns))
    kept = set(parquet.read_schema(stored[-1]).names) & set(columns)
    return pd.read_parquet(stored[-1], columns=sorted(kept)).reindex(columns=list(columns))


def find_gone(snapshots: pd.DataFrame) -> set[str]:
    """Notes that earlier files of a source show and its newest does not, where that shows most of the others.

    A note that another source shows later is not gone.

    Parameters
    ----------
    snapshots : ``note_id``, ``source``, ``source_file``, ``as_of``.
    """
    known = snapshots.dropna(subset=["as_of", "note_id"])
    seen = known.groupby("note_id")["as_of"].max()
    gone: set[str] = set()
    for _, rows in known.groupby("source"):
        made = rows.groupby("source_file")["as_of"].max()
        is_newest = rows["source_file"].eq(made.idxmax())
        now, before = set(rows.loc[is_newest, "note_id"]), set(rows.loc[~is_newest, "note_id"])
        if 2 * len(before & now) > len(before):
            gone |= {note for note in before - now if seen[note] < made.max()}
    return gone


def find_undisclosed(notes: pd.DataFrame) -> pd.DataFrame:
    """Paid notes of which no official file shows that they are declared, and whose words do not say so.

    A note whose text no file holds is not judged.
    """
    words: list[str] = read_bundled_yaml(bundled_folder("templates") / "desk" / "words.yaml")["disclosed"]
    told = notes[["title", "text", "tags"]].fillna("").agg(" ".join, axis=1).str.casefold()
    says = told.map(lambda text: any(word in text for word in words))
    return notes[notes["text"].notna() & ~notes["source"].isin(OFFICIAL) & notes["scope"].eq("paid") & ~says]


# ------------------------------------------------------------------------------------- what changed


def _list_changes(campaign: Campaign, run: Path, today: date) -> Iterator[Finding]:
    """Figures and verdicts that are others than in the run before, and how notes grew, where the latest run is new."""
    if not _is_past(_read_day(run), today, days=assume("desk.recent_days")):
        earlier = [each for each in run.parent.glob("*Z*") if (each / MANIFEST).is_file() and each.name < run.name]
        earlier = [each for each in earlier if not each.name.endswith((".failed", ".part"))]
        if earlier:
            yield from _compare(read_summary(max(earlier)), read_summary(run))
        yield from _list_grown(campaign, read_results(run, "notes"))


def _list_grown(campaign: Campaign, notes: pd.DataFrame) -> Iterator[Finding]:
    if "posted_at" in notes:
        gains = measure_last_gain(read_stored(campaign.folder, "notes", columns=SNAPSHOT), notes)
        titles = notes.set_index("note_id")["title"].fillna(notes.set_index("note_id")["creator_name"])
        for found, named in tell_last_gain(gains):
            yield _count_and_name(found.code, titles[named].tolist()) if named else found
        tables = ("notes", "creators", "follower_counts")
        counts = [read_stored(campaign.folder, table, columns=FOLLOWED) for table in tables]
        counts = [each for each in counts if each["followers"].notna().any()]
        yield from _tell_followers(pd.concat(counts, ignore_index=True), notes) if counts else ()
    ad_days = read_stored(campaign.folder, "ad_days", columns=[column.name for column in TABLES["ad_days"]])
    for code, words in tell_words(ad_days):
        yield _count_and_name(code, words)


def _tell_followers(counts: pd.DataFrame, notes: pd.DataFrame) -> Iterator[Finding]:
    """How followers of the campaign's creators changed between their two newest counts, and who lost some."""
    ours = counts.assign(note_id=get_creator(counts), source="", views=counts["followers"])
    ours = ours[ours["note_id"].isin(set(get_creator(notes)))]
    gains = measure_last_gain(ours, ours[["note_id"]].assign(posted_at=ours["as_of"].min()))
    if len(gains) and gains["before"].sum() > 0:
        ratio = gains["views"].sum() / gains["before"].sum()
        yield Finding("desk.followers", {"n_creators": len(gains), "change_share": ratio - 1})
        names = notes.assign(key=get_creator(notes)).drop_duplicates("key").set_index("key")["creator_name"]
        lost = gains.loc[gains["views"].lt(gains["before"]), "note_id"]
        if len(lost):
            yield _count_and_name("desk.followers_lost", names[lost].fillna("").tolist())


def _read_day(run: Path) -> date:
    return date.fromisoformat(run.name[:10])


def _compare(before: Summary, now: Summary) -> Iterator[Finding]:
    if before.notes and now.notes and before.notes.n != now.notes.n:
        yield Finding("desk.more_notes", {"n_notes": now.notes.n, "n_before": before.notes.n})
    was = {target.metric: target for target in before.targets}
    for target in now.targets:
        old = was.get(target.metric)
        about = {"metric": target.metric, "value": target.measured}
        if old and old.verdict != target.verdict and target.verdict in {"met", "missed"}:
            yield Finding(f"desk.now_{target.verdict}", {**about, "target": target.promised})
        elif old and old.measured and target.measured and old.measured != target.measured and target.promised:
            yield Finding("desk.moved", {**about, "change_ratio": target.measured / old.measured})
