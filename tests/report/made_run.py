"""A small finished run with hostile cells, in every kind of block a page can have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from PIL import Image

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.findings import Finding
from xhs_toolkit.present import charts
from xhs_toolkit.present.page import start_page
from xhs_toolkit.present.spec import INTERNAL, Chart
from xhs_toolkit.scorecard import Target, update_summary

Change = Callable[[Path], None]
HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://evil.example","x")',
    "@SUM(1+1)*cmd|'/C calc'!A0",
    "+1+1",
    "-2-3",
    "$\\frac{1}{0}$",
    "\u202eevil",
    "🥾 **bold** [a](javascript:alert(1))",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "]]></style><!--",
    "line\none\ttwo",
    "\ue000private",
)
CONTACTS = ("加我微信：ana_2026", "找 ana@example.com", "电话13912345678，+64 21 555 0199")


def make_logo(folder: Path, colour: str = "navy") -> str:
    """A small picture in a folder; returns its name."""
    folder.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (24, 12), colour).save(folder / "logo.png")
    return "logo.png"


def make_campaign(folder: Path, **settings: Any) -> Campaign:
    defaults: dict[str, Any] = {
        "client": "Kea <b>Outdoor</b>",
        "name": "Spring & walks",
        "languages": ("en", "zh"),
        "time_zone": "Pacific/Auckland",
        "themes": ({"name": "walks", "name_zh": "徒步", "keywords": ("walk",)},),
        "targets": {"views": 300, "cost_per_view_cny": 3.0},
    }
    folder.mkdir(parents=True, exist_ok=True)
    return Campaign(folder=folder, **(defaults | settings))


def make_notes() -> pd.DataFrame:
    texts = [*HOSTILE, *CONTACTS]
    n = len(texts)
    views = [10.0 * (n - number) for number in range(n - 1)]
    return pd.DataFrame(
        {
            "title": texts,
            "creator_name": texts[::-1],
            "tier": (["KOC", "KOL"] * n)[:n],
            "theme": ["walks"] * (n // 2) + [None] * (n - n // 2),
            "views": [*views, None],
            "exposure": [20.0 * value for value in views] + [None],
            "content_cny": 100.0,
            "click_rate": [0.123456] * (n - 1) + [None],
            "click_rate_reason": [""] * (n - 1) + ["no_views"],
            "posted_at": pd.Timestamp("2026-08-05T20:00Z"),
        }
    )


def make_groups() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "dimension": ["tier", "tier", "theme"],
            "group": ["KOC", "KOL", "walks"],
            "cost_per_view_cny": [0.05, 0.2, 0.1],
            "cost_per_view_cny_low": [0.03, 0.16, None],
            "cost_per_view_cny_high": [0.09, 0.25, None],
            "cost_per_view_reason": ["", "", "too_few_notes"],
            "n_cost_per_view": [25, 15, 3],
        }
    )


def make_chart(name: str = "cost_per_view") -> Chart:
    chart = charts.group_ratios(make_groups(), name="cost_per_view", value="cost_per_view_cny", n="n_cost_per_view")
    return replace(chart, name=name)


def make_totals(notes: pd.DataFrame) -> pd.DataFrame:
    views, cost = notes["views"].sum(), notes["content_cny"].sum()
    measured = {"views": views, "n_views": int(notes["views"].notna().sum()), "content_cny": cost}
    return pd.DataFrame([{"n_notes": len(notes), **measured, "cost_per_view_cny": cost / views}])


def make_answer(totals: pd.DataFrame) -> Finding:
    """An answer of the results with the figures of the totals."""
    total = totals.iloc[0]
    nothing = dict.fromkeys(["exposure", "image_click_rate", "first_date", "last_date", "engagement", "n_creators"])
    measured = {name: float(total[name]) for name in ("views", "content_cny", "cost_per_view_cny")}
    n = {"n_notes": int(total["n_notes"]), "n_views": int(total["n_views"]), "n_cost_per_view": int(total["n_views"])}
    ends = {"cost_per_view_cny_low": None, "cost_per_view_cny_high": None}
    return Finding("results.answer", {**nothing, **measured, **n, **ends, "n_exposure": 0, "n_image_click_rate": 0})


def make_targets(totals: pd.DataFrame, campaign: Campaign) -> tuple[Target, ...]:
    """The scorecard of the totals: exposure and click-through rate were not measured."""
    targets = []
    for metric in ("exposure", "views", "click_rate", "cost_per_view_cny"):
        value = float(totals[metric].iloc[0]) if metric in totals else None
        promised = getattr(campaign.targets, metric)
        kept = value is not None and promised is not None and (value >= promised) == (metric != "cost_per_view_cny")
        judged = "no_target" if promised is None else "met" if kept else "missed"
        verdict, reason = (judged, "") if value is not None else ("not_measured", f"no_{metric}")
        about = {"metric": metric, "unit": metric, "n": 15, "of": 16}
        targets.append(Target(promised=promised, measured=value, verdict=verdict, reason=reason, **about))
    return tuple(targets)


def make_rounds(changes: Sequence[tuple[str, str, Change]]) -> list[dict[str, tuple[str, Change]]]:
    """Changes as (what, file, how), so that in each round each file has one at most: one check looks at them all."""
    queues: dict[str, list[tuple[str, Change]]] = {}
    for what, name, change in changes:
        queues.setdefault(name, []).append((what, change))
    last = max(map(len, queues.values()))
    return [{name: queue[n] for name, queue in queues.items() if n < len(queue)} for n in range(last)]


def write_run(run_folder: Path, campaign: Campaign, *, learned: Sequence[str] = ()) -> Path:
    page = start_page("6_results", run_folder, campaign=campaign, language="en")
    notes = make_notes()
    totals = make_totals(notes)
    page.say(make_answer(totals), kind="answer")
    page.table("totals", totals, columns=list(totals), caption=Finding("caption.totals"), audience=INTERNAL)
    page.section("standouts", part="content")
    page.picture(charts.standouts(notes))
    page.section("evidence")
    page.picture(make_chart())
    columns = ["title", "creator_name", "theme", "views", "click_rate", "posted_at"]
    page.table("posts", notes, columns=columns, caption=page.count_shown(notes, "views"))
    counted = page.count_shown(notes, "views")
    page.table("notes", notes, columns=["title", "views"], caption=counted, audience=INTERNAL)
    page.picture(charts.notes(notes))
    page.say(Finding("results.format_split", {"n_image": 9, "n_video": 7}), kind="learned")
    page.section("limits")
    page.define("views", "cost_per_view")
    page.say(Finding("limits.no_cause"), kind="limit")
    page.say(*(Finding(code) for code in learned), kind="learned")
    page.write()
    update_summary(run_folder, targets=make_targets(totals, campaign))
    return run_folder
