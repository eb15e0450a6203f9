"""A campaign's thread: started by sourcing, narrowed by vetting and roster, themes last; and what was known when."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from xhs_toolkit.findings import Finding
from xhs_toolkit.tables import THREAD, check_thread, conform
from xhs_toolkit.thread.pool import name_for_files

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


THREAD_FILE: Final = "thread.parquet"
STEPS: Final = ("pool", "on_long_list", "on_shortlist", "on_roster")
NOT_CHOSEN: Final = "not_chosen"


def start_thread(creators: pd.DataFrame) -> pd.DataFrame:
    """Start the thread: everybody of the pool, and which rule left whom out.

    Parameters
    ----------
    creators : ``creator_key``, ``creator_name``, ``found_in``, ``left_out_by`` (missing for who stays) and
        ``left_out_value``, ``decision`` and ``decision_reason`` of a person.
    """
    stays = creators["left_out_by"].isna()
    value = creators["left_out_value"].fillna("").astype("str")
    rule = creators["left_out_by"].fillna("").astype("str")
    own = ("decision: " + creators["decision_reason"].fillna("")).str.removesuffix(": ")
    reason = rule.where(value.eq(""), rule + ": " + value).mask(creators["decision"].notna(), own)
    return check_thread(
        conform(
            creators.assign(
                creator_id=creators["creator_key"],
                on_long_list=stays,
                flagged=False,
                flags="",
                on_shortlist=False,
                on_roster=False,
                decision=creators["decision"].fillna(""),
                reason=reason,
            ).reset_index(drop=True),
            THREAD,
        )
    )


def add_vetting(thread: pd.DataFrame, creators: pd.DataFrame) -> pd.DataFrame:
    """Narrow the thread to whom vetting, or a person, puts forward.

    Parameters
    ----------
    creators : everybody vetted: ``creator_key``, ``flags``, ``list_status`` (kept and shortlisted are put forward).
    """
    vetted = creators.set_index("creator_key")
    who = thread["creator_id"]
    flags = who.map(vetted["flags"]).astype("str").fillna("").str.replace("; ", ", ")
    status = who.map(vetted["list_status"]).astype("str").fillna("")
    on = thread["on_long_list"] & status.isin(["kept", "shortlisted"])
    is_free = thread["on_long_list"] & status.ne("") & thread["decision"].eq("")
    reason = thread["reason"].mask(is_free, status.mask(status.eq("flagged"), "flagged: " + flags))
    narrowed = thread.assign(flagged=flags.ne(""), flags=flags, on_shortlist=on, reason=reason)
    return check_thread(narrowed)


def add_roster(thread: pd.DataFrame, chosen: pd.DataFrame, *, state: str = "proposed") -> pd.DataFrame:
    """Narrow the thread to whom the plan buys.

    Parameters
    ----------
    chosen : one row a placement: ``creator_id`` (or the name where the files have no id), ``format``, ``cost_cny``
        and, where a placement holds several, ``n_notes``.
    state : how far the bookings have come: proposed, agreed.

    Raises
    ------
    TableError : the plan buys somebody whom an earlier step did not put forward.
    """
    each = chosen.assign(n_notes=chosen.get("n_notes", 1.0))
    bought = each.groupby("creator_id").agg(
        format=("format", lambda formats: formats.iloc[0] if len(set(formats)) == 1 else None),
        n_notes_planned=("n_notes", "sum"),
        cost_cny=("cost_cny", "sum"),
    )
    who = name_for_files(thread["creator_id"], thread["creator_name"])
    on = who.isin(bought.index)
    reason = (
        thread["reason"].mask(thread["on_shortlist"] & ~on, NOT_CHOSEN).mask(on & thread["decision"].ne("keep"), "")
    )
    found = {name: who.map(bought[name]) for name in bought}
    return check_thread(
        thread.assign(
            on_roster=on,
            reason=reason,
            state=pd.Series(state, index=thread.index, dtype="str").where(on),
            **found,
        )
    )


def agree_roster(thread: pd.DataFrame, roster: pd.DataFrame, *, version: int) -> pd.DataFrame:
    """Put the roster of an accepted plan on the thread: accepting it was a person's word for everybody in it.

    Who was dropped in decisions.csv since is not on it any more; who is in no file of the pool has a row all the same.

    Parameters
    ----------
    roster : of `plans.read_plan`.
    """
    agreed = roster.drop_duplicates("creator_id").set_index("creator_id")
    absent = agreed.index.difference(name_for_files(thread["creator_id"], thread["creator_name"]))
    empty = {"on_long_list": False, "on_shortlist": False, "on_roster": False, "flagged": False, "flags": ""}
    rows = pd.DataFrame({"creator_id": absent, "creator_name": agreed.loc[absent, "creator_name"].to_numpy()})
    whole = pd.concat([thread, conform(rows.assign(**empty, decision="", reason=""), THREAD)], ignore_index=True)
    is_in = name_for_files(whole["creator_id"], whole["creator_name"]).isin(agreed.index) & whole["decision"].ne("drop")
    word = is_in & (~whole["on_shortlist"] | whole["flagged"]) & whole["decision"].ne("keep")
    whole = whole.assign(
        on_shortlist=whole["on_shortlist"] | is_in,
        decision=whole["decision"].mask(word, "keep"),
        reason=whole["reason"].mask(is_in, f"accepted plan, version {version}"),
    )
    kept = roster[roster["creator_id"].isin(name_for_files(whole["creator_id"], whole["creator_name"])[is_in])]
    reasons = whole["reason"]
    return add_roster(whole, kept, state="agreed").assign(reason=reasons)


def add_briefs(thread: pd.DataFrame, notes: pd.DataFrame) -> pd.DataFrame:
    """Add theme and brief of who is on the roster.

    Parameters
    ----------
    notes : one row a planned note: ``creator_id``, ``theme``, ``brief`` (name of the file).
    """
    who = name_for_files(thread["creator_id"], thread["creator_name"])
    told = notes.groupby("creator_id")[["theme", "brief"]].agg(lambda each: "; ".join(dict.fromkeys(each.dropna())))
    return check_thread(thread.assign(**{name: who.map(told[name]).astype("str") for name in told}))


def list_allowed(thread: pd.DataFrame) -> frozenset[str]:
    """Whom the roster may buy: the shortlist, by id, or by name where the files have no id."""
    return frozenset(name_for_files(thread["creator_id"], thread["creator_name"])[thread["on_shortlist"].astype(bool)])


def list_roster(thread: pd.DataFrame) -> frozenset[str]:
    """Whom the plan buys, by id, or by name where the files have no id."""
    return frozenset(name_for_files(thread["creator_id"], thread["creator_name"])[thread["on_roster"].astype(bool)])


def find_allowed_offers(offers: pd.DataFrame, thread: pd.DataFrame, *, max_price_cny: float | None = None) -> pd.Series:
    """Which offers the roster may buy: of the shortlist, for no more than the highest price, unless a person keeps it.

    Parameters
    ----------
    offers : one row a creator and format: ``creator_id`` (or the name), ``price_cny``.
    """
    kept = name_for_files(thread["creator_id"], thread["creator_name"])[thread["decision"].eq("keep")]
    is_dear = offers["price_cny"].gt(max_price_cny if max_price_cny is not None else float("inf"))
    return offers["creator_id"].isin(list_allowed(thread)) & (~is_dear | offers["creator_id"].isin(kept))


# --------------------------------------------------------------------------------------- the funnel


def summarise_funnel(thread: pd.DataFrame) -> pd.DataFrame:
    """How many are left after each step, and which rule took how many.

    Returns
    -------
    One row a step and rule: ``step`` (`STEPS`), ``n_creators`` left after it, ``n_let_through`` of them by a person's
    word although flagged or ruled out, ``rule`` (missing where it took nobody) and ``n_removed`` by it.
    """
    masks = [pd.Series(data=True, index=thread.index), *(thread[name].astype(bool) for name in STEPS[1:])]
    rows: list[dict[str, object]] = [_count_step("pool", masks[0], thread)]
    for step, before, after in zip(STEPS[1:], masks, masks[1:], strict=False):
        rules = _name_rules(thread, step)[before & ~after].value_counts(sort=True)
        counted = _count_step(step, after, thread)
        rows += [counted | {"rule": rule, "n_removed": int(n)} for rule, n in rules.items()] or [counted]
    columns = ["step", "n_creators", "n_let_through", "rule", "n_removed"]
    told = pd.DataFrame(rows, columns=columns).astype({"step": "str", "rule": "str", "n_removed": float})
    nobody = pd.Series("none_there", index=told.index, dtype="str").where(told["rule"].isna(), "")
    return told.assign(rule_reason=nobody, n_removed_reason=nobody)


def _count_step(step: str, on: pd.Series, thread: pd.DataFrame) -> dict[str, object]:
    let_through = on & thread["flagged"].astype(bool) & thread["decision"].eq("keep")
    return {"step": step, "n_creators": int(on.sum()), "n_let_through": int(let_through.sum())}


def _name_rules(thread: pd.DataFrame, step: str) -> pd.Series:
    """The rule that took each creator at a step."""
    if step == "on_long_list":
        return thread["left_out_by"]
    if step == "on_roster":
        return pd.Series(NOT_CHOSEN, index=thread.index, dtype="str")
    return (
        thread["reason"].astype("str").str.split(": ").str[0].astype("str").mask(thread["decision"].ne(""), "decision")
    )


# ----------------------------------------------------------------------------------- kept in the run


def write_thread(run_folder: str | Path, thread: pd.DataFrame) -> Path:
    """Write ``tables/thread.parquet`` of a run."""
    path = Path(run_folder) / "tables" / THREAD_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    check_thread(thread).to_parquet(path, index=False)
    return path


def read_thread(run_folder: str | Path, *, campaign: Campaign) -> pd.DataFrame | None:
    """Read the thread of the steps before; None where there is none, or its inputs have changed since."""
    path = Path(run_folder) / "tables" / THREAD_FILE
    inputs = [campaign.folder / "campaign.yaml", campaign.folder / "decisions.csv", *campaign.data_folder.rglob("*")]
    changed = [each.stat().st_mtime_ns for each in (*inputs, campaign.folder.parent / "agency.yaml") if each.is_file()]
    is_old = not path.is_file() or path.stat().st_mtime_ns < max(changed, default=0)
    return None if is_old else check_thread(pd.read_parquet(path))


EVENTS: Final = ("posted_at", "created_at", "date")
"""Columns that say when a row's event was: a note posted, an order placed, a day of figures."""

DISK: Final = "file_modified"
"""The date on disk says when a file was copied, not when its figures were true: rows with no other are kept, marked."""

EARLIER: Final = ("creators", "baselines", "rankings", "follower_counts", "notes")
"""Tables a plan rests on."""

BEIJING: Final = "Asia/Shanghai"
DAY: Final = pd.Timedelta(days=1)


def find_planned_at(campaign: Campaign) -> pd.Timestamp | None:
    """The moment up to which a plan may know things, in the campaign's time zone; None where all is known.

    ``planned_at`` counts to its end; without it the campaign's window begins.
    """
    if campaign.planned_at is not None:
        return pd.Timestamp(campaign.planned_at, tz=campaign.time_zone) + DAY
    start = campaign.window.start
    return pd.Timestamp(start, tz=campaign.time_zone) if start is not None else None


def known_before(tables: Mapping[str, pd.DataFrame], at: pd.Timestamp | None) -> dict[str, pd.DataFrame]:
    """The rows of every table that were known at a moment: their event lies before it, and so does their export.

    Parameters
    ----------
    tables : the canonical tables.
    at : of `find_planned_at`; its own day, in its own time zone, is not known any more.
    """
    return dict(tables) if at is None else {name: frame[_is_known(frame, at)] for name, frame in tables.items()}


def _is_known(frame: pd.DataFrame, at: pd.Timestamp) -> pd.Series:
    known = pd.Series(data=True, index=frame.index)
    for name in EVENTS:
        if name in frame:
            limit = at if isinstance(frame[name].dtype, pd.DatetimeTZDtype) else at.tz_localize(None).ceil("D")
            known &= ~frame[name].ge(limit)
    if "as_of" in frame:
        known &= ~_is_later(frame["as_of"], at) | frame["as_of_source"].eq(DISK)
    return known


def _is_later(as_of: pd.Series, at: pd.Timestamp) -> pd.Series:
    """Whether an export is dated later; one that only gives its day, which counts to its end in Beijing, by that."""
    local = as_of.dt.tz_convert(BEIJING).dt.tz_localize(None)
    is_day = (local + pd.Timedelta(seconds=1)).eq((local + pd.Timedelta(seconds=1)).dt.normalize())
    return as_of.ge(at) & ~(is_day & local.lt(at.tz_localize(None)))


def describe_known(
    tables: Mapping[str, pd.DataFrame], known: Mapping[str, pd.DataFrame], *, at: pd.Timestamp | None
) -> tuple[Finding, ...]:
    """Say what was left out because it came later, and what is only dated by the disk; nothing where all is known."""
    if at is None:
        return ()
    said = []
    day = (at - pd.Timedelta(seconds=1)).date().isoformat()
    left_out = [tables[name].drop(index=known[name].index) for name in EARLIER]
    in_time = [each[each["posted_at"].lt(at)] if "posted_at" in each else each for each in left_out]
    dated = [frame for frame in known.values() if "as_of" in frame]
    marked = [frame[frame["as_of_source"].eq(DISK) & frame["as_of"].ge(at)] for frame in dated]
    for code, parts in (("plan.known_later", in_time), ("plan.known_disk", marked)):
        if files := sorted({file for part in parts for file in part["source_file"].dropna().unique()}):
            said.append(Finding(code, {"n_files": len(files), "names": ", ".join(files), "planned_date": day}))
    return tuple(said)
