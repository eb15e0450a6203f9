"""The pictures of results, each made once: frame, marks, words and for whom it is."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from xhs_toolkit.findings import Finding
from xhs_toolkit.metrics import are_apart, name_ratio
from xhs_toolkit.present.spec import Chart
from xhs_toolkit.present.style import picture_text

MAX_NOTES = 40
"""Notes that a picture of single notes has room for: the best and the worst half of so many."""

N_STANDOUTS = 3
"""The best and the weakest notes that a client reads about (analyst's choice)."""

TOP_SHARE = 0.1
"""The strongest tenth of the notes: what a few notes carry is the usual question (analyst's choice)."""

MAX_BOOSTS = 8
"""Notes of a kind of ads that the picture has room for."""

MAX_NAME = 40
NOTE_METRICS = ("views", "engagement", "exposure")
"""What notes are sorted by where nothing was expected of them, the most telling first."""

AXES = (("content_cny", "views", "tier"), ("exposure", "views", "format"), ("followers", "engagement", "tier"))
"""Pairs worth a picture, the most telling first, with what the colour tells."""


def title_of(alt: Finding) -> Finding:
    """The title of a picture: ``<code>_title`` of its text alternative."""
    return Finding(f"{alt.code}_title", alt.values)


def headline_of(said: Finding) -> Finding:
    """The headline of what a sentence says: ``headline.<code>``."""
    return Finding(f"headline.{said.code.replace('.', '_')}", said.values)


def group_ratios(groups: pd.DataFrame, *, name: str, value: str, n: str, by: str = "dimension") -> Chart:
    """One row a group: a ratio of sums with its range over creators, or why there is none.

    Parameters
    ----------
    groups : ``group``, `by` (groups of one dimension stand together), `value`, ``{value}_low``, ``{value}_high``,
        `n` (notes measured), and of rates ``measure``.
    """
    drawn = groups[groups[value].notna()].reset_index(drop=True)
    unit = str(drawn["measure"].iloc[0]) if value == "rate" and len(drawn) else value
    alt = Finding(f"picture.{name}")
    return Chart(
        "ranges", name, drawn,
        marks={"name": "group", "group": by, "value": value, "low": f"{value}_low", "high": f"{value}_high", "n": n},
        title=title_of(alt), alt=alt, headline=compare_groups(drawn, value=value, unit=unit, by=by),
        caption=Finding("chart.ratios"), options={"unit": unit, "reasons": [f"{value.removesuffix('_cny')}_reason"]},
    )  # fmt: skip


def compare_groups(groups: pd.DataFrame, *, value: str, unit: str, by: str) -> Finding | None:
    """The widest difference within one dimension whose ranges do not overlap, or that there is none.

    The row of all notes is no group beside its own parts.
    """
    known = groups[groups[value].notna() & ~groups["group"].isin(["all", "unknown", "unassigned"])]
    if len(known) < 2:
        only = known.iloc[:1].to_dict("records")
        values = {"metric": unit, "x": only[0]["group"], "value": float(only[0][value])} if only else {}
        return Finding("headline.group_one", values) if only else None
    bounded = known.dropna(subset=[f"{value}_low", f"{value}_high"])
    parts = [part for _, part in bounded.groupby(by) if len(part) > 1]
    if not parts:
        return Finding("headline.group_few", {"metric": unit})
    pairs = [(part.loc[part[value].idxmin()], part.loc[part[value].idxmax()]) for part in parts]
    clear = [(low, high) for low, high in pairs if are_apart(low, high, value=value) and low[value] > 0]
    if not clear:
        return Finding("headline.group_unclear", {"metric": unit})
    low, high = max(clear, key=lambda pair: pair[1][value] / pair[0][value])
    ends = {"x": low["group"], "low_value": float(low[value]), "y": high["group"], "high_value": float(high[value])}
    return Finding("headline.group_clear", {"metric": unit, **ends})


def notes(found: pd.DataFrame) -> Chart:
    """Each note as a point, by the first two of `AXES` that at least one note has both of.

    Parameters
    ----------
    found : the notes, with ``creator_name`` and the columns of `AXES`.
    """
    measured = (axes for axes in AXES if ((found[axes[0]] > 0) & (found[axes[1]] > 0)).any())
    x, y, colour = next(measured, AXES[0])
    drawn = found[(found[x] > 0) & (found[y] > 0)]
    drawn = drawn.assign(**{colour: drawn[colour].fillna("unknown")}).sort_values(colour, kind="stable")
    alt = Finding("picture.notes", {"x": x, "y": y, "n_drawn": len(drawn), "n_notes": len(found)})
    return Chart(
        "scatter", "notes", drawn,
        marks={"x": x, "y": y, "group": colour, "label": "creator_name"},
        title=title_of(alt), alt=alt, headline=_weigh_notes(found, y), options={"scale": "log"},
    )  # fmt: skip


def _weigh_notes(found: pd.DataFrame, metric: str) -> Finding | None:
    values = found[metric].dropna().sort_values(ascending=False)
    n_top = round(TOP_SHARE * len(values))
    if not n_top or values.sum() <= 0:
        return None
    share = float(values.head(n_top).sum() / values.sum())
    return Finding("headline.top_notes", {"n_top": n_top, "n_notes": len(values), "top_share": share, "metric": metric})


RATIO = {"value": "expected_ratio", "low": "expected_ratio_low", "high": "expected_ratio_high", "standing": "verdict"}
ABOUT_ONE = {"scale": "log", "reference": 1.0}
EFFECTS = {"clearly_better": "better", "clearly_worse": "worse", "in_line": "in_line"}


def effects(groups: pd.DataFrame, *, metric: str | None) -> Chart:
    """Each group's ratio to what was to be expected with its range, about one.

    Parameters
    ----------
    groups : ``dimension``, ``group``, ``metric``, ``expected_ratio`` with ``_low`` and ``_high``, ``n_notes``,
        ``verdict``.
    """
    drawn = groups[groups["expected_ratio"].notna()].reset_index(drop=True)
    whole = drawn[drawn["dimension"].eq("all")].head(1).to_dict("records")
    alt = Finding("effects.picture_groups", {"metric": metric})
    said = [f"headline.effects_{EFFECTS.get(row['verdict'], 'few')}" for row in whole]
    drawn = drawn.assign(usual=_name_usual(drawn))
    values = [
        {"metric": metric, "expected_ratio": float(row["expected_ratio"]), "usual": drawn["usual"].iloc[0]}
        for row in whole
    ]
    return Chart(
        "ranges", "effects", drawn.assign(dimension=drawn["dimension"].replace("all", "campaign")),
        marks={"name": "group", "group": "dimension", "n": "n_notes", **RATIO},
        title=title_of(alt), alt=alt, headline=Finding(said[0], values[0]) if said else None,
        caption=Finding("chart.effects"), options={**ABOUT_ONE, "remarks": ["usual"]},
    )  # fmt: skip


def _name_usual(rows: pd.DataFrame) -> list[str]:
    """What each ratio to the usual is called."""
    columns = ["expected_ratio_low", "expected_ratio_high", "verdict"]
    return [name_ratio(low, high, verdict=verdict) for low, high, verdict in rows[columns].itertuples(index=False)]


def ranking(ranked: pd.DataFrame, *, metric: str | None) -> Chart:
    """Each note's ratio to what was expected with its range, best first, and what it is worth shrunk.

    Parameters
    ----------
    ranked : of `Effects.notes`: ``expected_ratio`` with its ``_low`` and ``_high``, ``shrunk_ratio``, ``verdict``,
        ``title``, ``creator_name``. Of more than `MAX_NOTES` the best and the worst are drawn.
    """
    known = ranked[ranked["expected_ratio"].notna()]
    half = MAX_NOTES // 2
    drawn = known if len(known) <= MAX_NOTES else pd.concat([known.head(half), known.tail(half)])
    alt = Finding("effects.picture_ranking", {"metric": metric})
    return Chart(
        "ranges", "ranking", drawn.assign(note=name_notes(drawn)).reset_index(drop=True),
        marks={"name": "note", **RATIO, "reference": "shrunk_ratio"},
        title=title_of(alt), alt=alt, audience=("analyst",), options=ABOUT_ONE,
    )  # fmt: skip


def standouts(found: pd.DataFrame) -> Chart:
    """The best and the weakest notes: against what was expected of them, else by what they brought.

    Parameters
    ----------
    found : notes with ``title``, ``creator_name``, ``tier``, ``format``, ``theme``; where more than one has an
        ``expected_ratio``, best first, with ``measured``, ``expected``, ``metric``; else the columns of `NOTE_METRICS`.
    """
    compared = "expected_ratio" in found and found["expected_ratio"].notna().sum() > 1
    metric = next((name for name in NOTE_METRICS if name in found and found[name].notna().sum() > 1), "")
    value = "expected_ratio" if compared else metric
    known = found[found[value].notna()] if value else found[:0]
    known = known if compared or not value else known.sort_values(value, ascending=False, kind="stable")
    n = min(N_STANDOUTS, len(known) // 2)
    drawn = pd.concat(
        [known.head(n).assign(group="best_notes"), known.tail(n if n else 0).assign(group="weakest_notes")]
    )
    alt = Finding("picture.standouts" if compared else "picture.standouts_plain")
    about = [name for name in ("creator_name", "tier", "format", "theme") if name in drawn]
    told = {**ABOUT_ONE, "remarks": ["measured", "expected", "usual"]} if compared else {}
    drawn = drawn.assign(usual=_name_usual(drawn)) if compared else drawn
    told |= {"metric": str(known["metric"].iloc[0])} if compared and len(known) else {}
    return Chart(
        "ranges" if compared else "bars", "standouts", drawn.assign(note=name_notes(drawn)).reset_index(drop=True),
        marks={"name": "note", "group": "group", **(RATIO if compared else {"value": value or "note"})},
        title=Finding("section.standouts"), alt=alt, headline=_span_notes(known, value, compared=compared),
        caption=Finding("chart.standouts" if compared else "chart.standouts_plain"),
        options={"about": about, **told},
    )  # fmt: skip


def _span_notes(known: pd.DataFrame, value: str, *, compared: bool) -> Finding | None:
    """From the weakest to the best note: as ratios to what was expected, else as they were counted."""
    if known.empty:
        return None
    low, high = float(known[value].min()), float(known[value].max())
    if not compared:
        ends = {"low_value": low, "high_value": high}
        return Finding("headline.standouts_plain", {"metric": value, "n_notes": len(known), **ends})
    n_clear = int(known["verdict"].isin(["clearly_better", "clearly_worse"]).sum())
    ends = {"low_ratio": low, "high_ratio": high}
    counts = {"n_clear": n_clear, "n_notes": len(known)}
    return Finding("headline.standouts", {"metric": known["metric"].iloc[0], **ends, **counts})


def name_notes(found: pd.DataFrame, *, max_length: int = MAX_NAME) -> list[str]:
    """What a picture calls each note: its title, or where that cannot be drawn its creator, else its id.

    >>> notes = pd.DataFrame({"title": ["徒步", "🇳🇿"], "creator_name": ["Ana", "Ben"], "note_id": ["n1", "n2"]})
    >>> name_notes(notes)
    ['徒步', 'Ben']
    """
    return [_name_note(note, max_length=max_length) for note in found.to_dict("records")]


def _name_note(note: Mapping[Hashable, Any], *, max_length: int) -> str:
    texts = (note.get(name) for name in ("title", "creator_name", "note_id"))
    drawable = (picture_text(text, max_length=max_length) for text in texts if isinstance(text, str))
    return next(filter(None, drawable), "")


def ledger(items: pd.DataFrame) -> Chart:
    """What was paid, item after item, each bar beginning where the one before ends, and the sum.

    Parameters
    ----------
    items : of `Ledger`: ``item``, ``amount_cny``; a rebate goes back to the left.
    """
    known = items[items["amount_cny"].notna()][["item", "amount_cny"]]
    total = float(known["amount_cny"].sum())
    ends = known["amount_cny"].cumsum()
    rows = known.assign(from_cny=ends - known["amount_cny"], standing="", part_share=known["amount_cny"] / (total or 1))
    whole = pd.DataFrame([{"item": "total", "amount_cny": total, "from_cny": 0.0, "standing": "total"}])
    drawn = pd.concat([rows, whole] if len(rows) else [rows], ignore_index=True)
    alt = Finding("ledger.picture_money")
    return Chart(
        "bars", "money", drawn,
        marks={"name": "item", "value": "amount_cny", "start": "from_cny", "standing": "standing"},
        title=title_of(alt), alt=alt, headline=_find_largest_cost(rows, total), caption=Finding("chart.ledger"),
        options={"remarks": ["part_share"]},
    )  # fmt: skip


def _find_largest_cost(items: pd.DataFrame, total: float) -> Finding | None:
    if items.empty or total <= 0:
        return None
    row = items.loc[items["amount_cny"].idxmax()]
    values = {"x": row["item"], "part_share": float(row["part_share"]), "total_cny": total}
    return Finding("headline.ledger", values)


def days(counted: pd.DataFrame, *, window: Sequence[str]) -> Chart:
    """Notes posted, ad spend and the client's own figure by day, each in its own panel, the campaign's days shaded.

    Parameters
    ----------
    counted : ``date``, ``series`` (its unit), ``measured``: of `results.Portrait`.
    window : first and last day; empty where one is open.
    """
    known = counted[counted["measured"].gt(0)]
    ends = known.groupby("series")["date"].agg(["min", "max"]).map(lambda day: str(day.date())).to_dict("index")
    posted, ads = ends.get("posted_notes", {}), ends.get("ads_cny", {})
    told = {"first_date": posted.get("min"), "last_date": posted.get("max"), "metric": counted["series"].iloc[-1]}
    told |= {"from_date": ads.get("min"), "until_date": ads.get("max")}
    alt = Finding("portrait.days", {"shaded": bool(window), "metric": told["metric"]})
    return Chart(
        "lines", "days", counted, marks={"x": "date", "y": "measured", "group": "series", "unit": "series"},
        title=title_of(alt), alt=alt, headline=Finding("headline.days", told), audience=("client", "analyst"),
        options={"shade": list(window)} if window else {},
    )  # fmt: skip


def shares(parts: pd.DataFrame, *, name: str, title: Finding, alt: Finding) -> Chart:
    """Bars of the same length, cut into shares.

    Parameters
    ----------
    parts : ``metric`` (a bar), ``part``, ``part_share``.
    """
    return Chart(
        "stacked_bars", name, parts, marks={"name": "metric", "value": "part_share", "part": "part"},
        title=title, alt=alt, headline=title,
    )  # fmt: skip


def places(found: pd.DataFrame) -> Chart:
    """Where readers who comment and creators' fans are, as shares.

    Parameters
    ----------
    found : ``heard_from``, ``place``, ``place_share``, ``n``: of `results.Portrait`.
    """
    alt = Finding("portrait.places")
    first = found.iloc[0].to_dict() if len(found) else {"place": "", "place_share": 0.0, "heard_from": ""}
    told = {"place": first["place"], "part_share": first["place_share"], "group": first["heard_from"]}
    return Chart(
        "bars", "places", found, marks={"name": "place", "value": "place_share", "group": "heard_from"},
        title=title_of(alt), alt=alt, headline=Finding("headline.places", told), caption=alt,
    )  # fmt: skip


def comments(themes: pd.DataFrame, *, answer: Finding | None) -> Chart:
    """What readers' comments are about: each theme's share of all comments with its range, and a quote.

    Parameters
    ----------
    themes : of `comments.Heard`.
    answer : what was heard most that concerns buying.
    """
    share, alt = "comment_share", Finding("comments.picture")
    return Chart(
        "ranges", "comments", themes,
        marks={"name": "comment_theme", "value": share, "low": f"{share}_low", "high": f"{share}_high",
               "n": "n_comments"},
        title=title_of(alt), alt=alt, headline=answer,
        caption=Finding("chart.comments"), options={"about": ["quote_text"]},
    )  # fmt: skip


def voice(newest: pd.DataFrame) -> Chart:
    """How many of the notes that a search shows name each brand, in the newest month.

    Parameters
    ----------
    newest : of `sourcing.Voice`: ``brand_name``, ``notes_share`` with its ``_low`` and ``_high``, ``n_notes``.
    """
    share, alt = "notes_share", Finding("voice.picture")
    return Chart(
        "ranges", "voice", newest,
        marks={"name": "brand_name", "value": share, "low": f"{share}_low", "high": f"{share}_high", "n": "n_notes"},
        title=title_of(alt), alt=alt, caption=Finding("chart.voice"),
    )  # fmt: skip


LIFT_LINES = {"observed": "lift_observed", "counterfactual": "lift_expected"}
"""Column → what its line is called."""


def lift(series: pd.DataFrame, *, metric: str, answer: Finding) -> Chart:
    """The counted figures beside those expected without the campaign, its time shaded.

    Parameters
    ----------
    series : of `lift.LiftSummary`: ``date``, ``observed``, ``counterfactual`` with its ``_low`` and ``_high``
        (missing before the start, or where there is no range), ``is_after``.
    answer : what the comparison says.
    """
    ends = {"low": "counterfactual_low", "high": "counterfactual_high"}
    lines = [
        series[["date"]].assign(
            group=term, measured=series[name].astype(float),
            **{f"measured_{end}": series[column].astype(float) if name == "counterfactual" else None
               for end, column in ends.items()},
        )
        for name, term in LIFT_LINES.items()
    ]  # fmt: skip
    after = series.loc[series["is_after"].astype(bool), "date"]
    days = [str(day.date()) for day in (after.min(), after.max())] if len(after) else []
    has_band = bool(series["counterfactual_low"].notna().any())
    alt = Finding("lift.picture", {"metric": metric, "has_band": has_band})
    return Chart(
        "lines", "lift", pd.concat(lines, ignore_index=True),
        marks={"x": "date", "y": "measured", "group": "group", "low": "measured_low", "high": "measured_high"},
        title=title_of(alt), alt=alt, headline=headline_of(answer), caption=Finding("chart.lift"),
        options={"shade": days, "shade_name": "lift_campaign"},
    )  # fmt: skip


def boosts(candidates: pd.DataFrame) -> Chart:
    """What the next 100 RMB should bring each candidate, as a ratio to the usual of its kind of ads, with its range.

    A play of five seconds in video feed compares with no click, so each kind is held against its own usual.

    Parameters
    ----------
    candidates : of `boosting.Boosts`, best first: ``title``, ``placement``, ``format``, ``metric``, ``per_100_rmb`` and
        its ``_low`` and ``_high``, ``kind_ratio``, ``is_recommended``.
    """
    drawn = candidates.groupby(["placement", "format"], sort=True, group_keys=False).head(MAX_BOOSTS)
    drawn = drawn.sort_values(["placement", "format"], kind="stable").reset_index(drop=True)
    usual = drawn["per_100_rmb"] / drawn["kind_ratio"]
    ends = {f"kind_ratio_{end}": drawn[f"per_100_rmb_{end}"] / usual for end in ("low", "high")}
    alt = Finding("boosting.picture")
    return Chart(
        "ranges", "boosts", drawn.assign(note=name_notes(drawn), **ends),
        marks={"name": "note", "group": "placement", "value": "kind_ratio", "low": "kind_ratio_low",
               "high": "kind_ratio_high", "chosen": "is_recommended"},
        title=title_of(alt), alt=alt, caption=Finding("chart.boosts"),
        options={**ABOUT_ONE, "about": ["format", "metric"], "remarks": ["per_100_rmb"]},
    )  # fmt: skip
