"""The whole content plan of a campaign: what works, who writes what, when, and what a person should look at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.benchmarks import find_industry_default, list_category_names
from xhs_toolkit.content.assign import LINE_COLUMNS, add_reasons, assign_themes, find_bounds, score_fits
from xhs_toolkit.content.briefs import Briefs, find_references, name_briefs
from xhs_toolkit.content.drafts import Drafts
from xhs_toolkit.content.effects import estimate_effects, keep_settled
from xhs_toolkit.content.schedule import list_events, plan_calendar
from xhs_toolkit.findings import Finding
from xhs_toolkit.plans import PROPOSED, ROSTER_COLUMNS, read_plan
from xhs_toolkit.thread import add_roster, agree_roster, list_roster

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.thread.pool import Pool


WHO = ["creator_id", "creator_name", "format", "tier"]


class Booked(NamedTuple):
    """The creators to write for.

    Attributes
    ----------
    rows : one row a placement: ``creator_id``, ``creator_name``, ``format``, ``tier``, ``role`` (large, small).
    source : ``accepted``, ``proposed`` or ``none``. version : of the accepted plan, else None.
    thread : everybody of the pool, those booked on the roster.
    """

    rows: pd.DataFrame
    source: str
    version: int | None
    thread: pd.DataFrame


def read_booked(campaign: Campaign, *, run_folder: str | Path, thread: pd.DataFrame) -> Booked:
    """Read whom the content is for; who was dropped since the plan was accepted is not.

    Parameters
    ----------
    run_folder : of this run, in which the roster step may have left its proposal.
    thread : of vetting.

    Raises
    ------
    CampaignError : an accepted plan was changed by hand.
    """
    plan = read_plan(campaign.folder)
    if plan is not None:
        agreed = agree_roster(thread, plan.roster, version=plan.version)
        roster = plan.roster[plan.roster["creator_id"].isin(list_roster(agreed))]
        return Booked(_add_role(roster, campaign), "accepted", plan.version, agreed)
    path = Path(run_folder) / PROPOSED
    rows = json.loads(path.read_text(encoding="utf-8"))["roster"] if path.is_file() else []
    roster = pd.DataFrame(rows, columns=list(ROSTER_COLUMNS))
    source = "proposed" if path.is_file() else "none"
    return Booked(_add_role(roster, campaign), source, None, add_roster(thread, roster))


def _add_role(roster: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """Creators of the smallest tier are small, all others large."""
    smallest = campaign.agency.tiers[0].name
    is_small = roster["tier"].eq(smallest) | roster["tier"].isna()
    role = pd.Series("large", index=roster.index, dtype="str").mask(is_small, "small")
    return roster[WHO].astype("str").assign(role=role).reset_index(drop=True)


MAX_NAMED = 6
GAVE_WAY = {"gave_way": "to_cover", "unknown": "nothing_known"}


class ContentPlan(NamedTuple):
    """What `plan_content` found.

    Attributes
    ----------
    effects : themes and formats, of `estimate_effects`. exploration : hours, titles and tags, of the same.
    lines : who writes about what, of `add_reasons`. calendar : of `plan_calendar`, with ``brief``,
        the name of its file. events : of `list_events`.
    usual : the custom of the industry, of `find_industry_default`.
    references : earlier notes worth showing, of `briefs.find_references`.
    answer, findings, works, explored : what the page says: first, of the plan, of what works, of the exploration.
    refusal : why there is nothing to work on; None where there is something.
    """

    effects: pd.DataFrame
    exploration: pd.DataFrame
    lines: pd.DataFrame
    calendar: pd.DataFrame
    events: pd.DataFrame
    usual: pd.DataFrame
    references: pd.DataFrame
    answer: Finding
    findings: tuple[Finding, ...]
    works: tuple[Finding, ...]
    explored: tuple[Finding, ...]
    refusal: Finding | None


def plan_content(
    notes: pd.DataFrame,
    *,
    campaign: Campaign,
    booked: Booked,
    pool: Pool,
    phases: pd.DataFrame,
    festivals: pd.DataFrame,
) -> ContentPlan:
    """Plan the content of a campaign.

    Parameters
    ----------
    notes : one row a note known before the plan, with ``creator_key``, ``engagement`` and ``theme`` (of
        `metrics.add_engagement` and `thread.add_theme`).
    booked : of `read_booked`. pool : of `thread.pool.make_pool`: its creators and their themes.
    phases, festivals : of `objectives.plan_timeline`.
    """
    settled = keep_settled(notes.assign(creator_id=notes["creator_key"]))
    effects = estimate_effects(settled)
    names = {theme.name: theme.name_zh for theme in campaign.themes}
    usual = find_industry_default(campaign)
    rows = _add_key(booked.rows, pool.creators)
    lines = _assign(rows, settled, effects, campaign=campaign, found=pool.themes, usual=usual)
    calendar = plan_calendar(lines, campaign=campaign, phases=phases)
    calendar = calendar.assign(brief=name_briefs(calendar))
    events = list_events(calendar, campaign=campaign, phases=phases, festivals=festivals)
    main, exploration = (
        effects[effects["family"].eq(family)].reset_index(drop=True) for family in ("main", "exploration")
    )
    nothing = settled.empty and booked.rows.empty
    return ContentPlan(
        main,
        exploration,
        lines,
        calendar,
        events,
        usual,
        find_references(settled),
        _answer(main, lines, calendar, names=names, n_notes=len(settled)),
        (
            *_about_booked(booked, campaign),
            *_about_words(campaign),
            *_about_lines(lines, campaign),
            *_about_calendar(calendar, campaign),
        ),
        (
            *_about_effects(main, names=names, n_notes=len(settled), n_left_out=len(notes) - len(settled)),
            *_about_custom(usual, campaign),
        ),
        _about_exploration(exploration),
        Finding("content.nothing") if nothing else None,
    )


def _add_key(booked: pd.DataFrame, creators: pd.DataFrame) -> pd.DataFrame:
    """Whom of the pool each placement is for: by id, or by name where the files have no id."""
    by_name = creators.dropna(subset=["creator_name"]).drop_duplicates("creator_name", keep=False)
    named = booked["creator_id"].map(by_name.set_index("creator_name")["creator_key"]).astype("str")
    is_id = booked["creator_id"].isin(creators["creator_key"])
    return booked.assign(creator_key=booked["creator_id"].where(is_id, named.fillna(booked["creator_id"])))


def _assign(
    booked: pd.DataFrame,
    notes: pd.DataFrame,
    effects: pd.DataFrame,
    *,
    campaign: Campaign,
    found: pd.DataFrame,
    usual: pd.DataFrame,
) -> pd.DataFrame:
    names = [theme.name for theme in campaign.themes]
    if booked.empty or not names:
        return pd.DataFrame(columns=LINE_COLUMNS)
    fits = score_fits(
        booked,
        themes=campaign.themes,
        found=found,
        notes=notes,
        effects=effects,
        usual_format=usual["format"].iloc[0] if len(usual) else None,
    )
    quotas = {
        quota.theme: quota.at_least
        for quota in campaign.planning.quotas
        if quota.theme in names and quota.at_least and quota.count == "creators"
    }
    bounds = find_bounds(len(booked), names, at_least=quotas)
    return add_reasons(assign_themes(fits, bounds=bounds), fits=fits, booked=booked)


# --------------------------------------------------------------------------------------- findings


def _answer(
    main: pd.DataFrame, lines: pd.DataFrame, calendar: pd.DataFrame, *, names: Mapping[str, str | None], n_notes: int
) -> Finding:
    found = _named(main).sort_values("engagement_ratio", key=lambda ratio: -np.abs(np.log(ratio)))
    dates = calendar["date"].dropna()
    values = {
        "n_placements": len(lines),
        "n_themes": int(lines["theme"].nunique()),
        "first_date": dates.min().isoformat() if len(dates) else None,
        "last_date": dates.max().isoformat() if len(dates) else None,
        "n_compared": int(main["engagement_ratio"].notna().sum()),
        "n_notes": n_notes,
        **_name_feature(found["group"].iloc[0] if len(found) else None, names),
        "engagement_ratio": float(found["engagement_ratio"].iloc[0]) if len(found) else None,
    }
    return Finding("content.answer", values)


def _name_feature(group: str | None, names: Mapping[str, str | None]) -> dict[str, str | None]:
    """A feature by its name, and a theme also by its Chinese one."""
    return {"x": group, "x_zh": names.get(group) if group else None}


def _about_effects(
    main: pd.DataFrame, *, names: Mapping[str, str | None], n_notes: int, n_left_out: int
) -> tuple[Finding, ...]:
    known = main[main["engagement_ratio"].notna()]
    findings = [_tell_effect("content.found", row, names) for row in _named(known).to_dict("records")]
    if len(known) and not findings:
        widest = known["engagement_ratio_high"] / known["engagement_ratio"]
        values = {"n_compared": len(known), "n_notes": n_notes, "reach_ratio": float(widest.median())}
        findings.append(Finding("content.none_found", values))
    unknown = main[main["engagement_ratio"].isna()]
    findings += [
        Finding(
            "content.not_compared",
            {**_name_feature(row["group"], names), "reason": row["engagement_ratio_reason"], "n_notes": row["n_notes"]},
        )
        for row in unknown.to_dict("records")
    ]
    if main.empty:
        findings.append(Finding("content.nothing_to_compare", {"n_notes": n_notes}))
    if n_left_out:
        findings.append(Finding("content.left_out", {"n_left_out": n_left_out, "n_notes": n_notes}))
    return tuple(findings)


def _named(known: pd.DataFrame) -> pd.DataFrame:
    return known[known["verdict"].isin(["goes_with_more", "goes_with_less"])]


def _tell_effect(code: str, row: Mapping[Any, Any], names: Mapping[str, str | None]) -> Finding:
    ratio = "engagement_ratio"
    values = {name: float(row[name]) for name in (ratio, f"{ratio}_low", f"{ratio}_high")}
    return Finding(
        code,
        {**_name_feature(row["group"], names), "n_notes": row["n_notes"], "n_creators": row["n_creators"], **values},
    )


def _about_exploration(exploration: pd.DataFrame) -> tuple[Finding, ...]:
    known = exploration[exploration["engagement_ratio"].notna()]
    named = [_tell_effect("content.explored", row, {}) for row in _named(known).to_dict("records")]
    if named:
        return tuple(named)
    values = {"n_compared": len(known)}
    return (Finding("content.explored_nothing" if len(known) else "content.not_explored", values),)


def _about_custom(usual: pd.DataFrame, campaign: Campaign) -> tuple[Finding, ...]:
    if usual.empty:
        return (Finding("content.no_custom", {"category": campaign.category or ""}),)
    row = usual.iloc[0].to_dict()
    names = ("content_en", "content_zh", "creators_en", "creators_zh", "reason_en", "reason_zh", "source")
    in_chinese = [name for name in list_category_names(campaign.category or "") if not name.isascii()]
    named = {"category": campaign.category, "category_zh": (*in_chinese, campaign.category)[0]}
    return (Finding("content.custom", named | {name: row[name] for name in names}),)


def _about_booked(booked: Booked, campaign: Campaign) -> tuple[Finding, ...]:
    findings = [Finding(f"content.booked_{booked.source}", {"n_creators": len(booked.rows), "version": booked.version})]
    if not campaign.themes:
        findings.append(Finding("content.no_themes"))
    return tuple(findings)


def _about_words(campaign: Campaign) -> tuple[Finding, ...]:
    """Ask for what a brief cannot do without."""
    content = campaign.content
    missing = {"ask_message": content.message is None, "ask_selling_points": not content.selling_points}
    return tuple(Finding(f"content.{name}") for name, is_missing in missing.items() if is_missing)


def _about_lines(lines: pd.DataFrame, campaign: Campaign) -> tuple[Finding, ...]:
    if lines.empty:
        return ()
    missing = [theme for theme in campaign.themes if theme.name not in set(lines["theme"])]
    if missing:
        names = {"names_en": ", ".join(theme.name for theme in missing)}
        names |= {"names_zh": "、".join(theme.name_zh or theme.name for theme in missing)}
        return (Finding("content.not_covered", names),)
    counts = {f"n_{name}": int(lines["reason"].eq(code).sum()) for name, code in GAVE_WAY.items()}
    values = {"n_themes": len(campaign.themes), "n_placements": len(lines)}
    return (Finding("content.covered", values | counts),)


def _about_calendar(calendar: pd.DataFrame, campaign: Campaign) -> tuple[Finding, ...]:
    if not campaign.window.start or not campaign.window.end:
        return (Finding("content.no_window"),)
    if calendar.empty:
        return ()
    n_undated = int(calendar["date"].isna().sum())
    values = {"n_undated": n_undated, "n_placements": len(calendar), "n_a_day": campaign.content.notes_a_day}
    if n_undated:
        return (Finding("content.undated", values),)
    waves = calendar.groupby("wave")["date"]
    if set(calendar["wave"]) == {"opening", "echo"} and waves.max()["opening"] < waves.min()["echo"]:
        ends = {"last_date": waves.max()["opening"].isoformat(), "first_date": waves.min()["echo"].isoformat()}
        return (Finding("content.waves", values | ends),)
    return (Finding("content.dated", values),)


def tell_briefs(briefs: Briefs) -> tuple[Finding, ...]:
    """What became of the briefs: how many were written, which a person had changed, and what lies beside them."""
    findings = [Finding("content.briefs", {"n_briefs": briefs.n_written})] if briefs.n_written else []
    if briefs.kept:
        names = ", ".join(briefs.kept[:MAX_NAMED]) + (" …" if len(briefs.kept) > MAX_NAMED else "")
        values = {"n_kept": len(briefs.kept), "names": names, "n_beside": len(briefs.beside)}
        findings.append(Finding("content.briefs_kept", values))
    return tuple(findings) or (Finding("content.no_briefs"),)


def tell_drafts(drafts: Drafts) -> tuple[Finding, ...]:
    """How many drafts were checked and how much there is to review."""
    own = int(drafts.hits["file"].eq("campaign.yaml").sum())
    findings = [Finding("content.own_words", {"n_hits": own})] if own else []
    if drafts.files.empty:
        return (*findings, Finding("content.no_drafts"))
    values = {name: int(drafts.files[name].sum()) for name in ("n_hits", "n_high")}
    return (*findings, Finding("content.drafts", values | {"n_drafts": len(drafts.files)}))
