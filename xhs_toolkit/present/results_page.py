"""The sections of the results: what each says, shows and lists, one function a section.

Presenters know only the results' shapes. Each function fills the page and returns what the notebook shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.findings import Finding
from xhs_toolkit.metrics import COUNTS
from xhs_toolkit.present import charts
from xhs_toolkit.present.page import Drawn, Page, Shown
from xhs_toolkit.present.spec import INTERNAL

if TYPE_CHECKING:
    from xhs_toolkit.boosting import Boosts
    from xhs_toolkit.campaign.models import Window
    from xhs_toolkit.comments import Heard
    from xhs_toolkit.history import HistoryComparison
    from xhs_toolkit.lift import LiftSummary
    from xhs_toolkit.results import Compared, Funnel, Money, Portrait, Results
    from xhs_toolkit.scorecard import Target
    from xhs_toolkit.sourcing import Voice

GROUPED = ["n_notes", "n_creators", *COUNTS, "content_cny", "cost_per_organic_view_cny"]
MIXED = "content_cost_per_view_cny"
WHO = ["title", "creator_name"]


def write_totals(page: Page, found: Results) -> Shown:
    """The campaign's totals, and what a view cost by group."""
    totals = [*GROUPED[:-2], "total_cny", "cost_per_view_cny", *GROUPED[-2:]]
    return Shown(
        page.table("totals", found.totals, columns=totals, caption=Finding("caption.totals"), audience=INTERNAL),
        page.picture(
            charts.group_ratios(
                found.groups, name="cost_per_view", value="cost_per_organic_view_cny", n="n_cost_per_organic_view"
            )
        ),
    )


def write_expected(page: Page, compared: Compared, *, notes: pd.DataFrame) -> Shown:
    """The best and the weakest notes; the campaign, its groups and notes against what was to be expected."""
    effects, metric = compared.effects, compared.effects.metric
    page.section("standouts", part="content")
    best = charts.standouts(effects.notes if len(effects.notes) > 1 else notes)
    standouts = page.picture(replace(best, audience=INTERNAL))
    page.section("expected")
    leading = effects.groups["metric"].eq(metric) & effects.groups["dimension"].ne("creator_name")
    groups = ["metric", "dimension", "group", "n_notes", "n_creators", "expected_ratio", "smallest_ratio", "verdict"]
    ranked = [*WHO, "measured", "expected", "expected_ratio", "tail_probability", "n_earlier", "basis", "verdict"]
    topic = [*WHO, "theme", "tier", "metric", "measured", "expected_ratio", "n_peers", "verdict"]
    growth = [*WHO, "metric", "age_days", "measured", "expected"]
    counted = Finding("effects.caption_ranking", dict(page.count_shown(effects.notes, str(metric)).values))
    return Shown(
        standouts,
        page.say(*compared.findings),
        page.picture(charts.effects(compared.shown, metric=metric)),
        page.table(
            "effects",
            effects.groups,
            columns=groups,
            caption=Finding("effects.caption_groups"),
            n_shown=max(int(leading.sum()), 1),
            audience=INTERNAL,
        ),
        page.picture(charts.ranking(effects.notes, metric=metric)),
        page.table("ranking", effects.notes, columns=ranked, caption=counted, audience=INTERNAL),
        page.table(
            "topic", compared.topic_shown, columns=topic, caption=Finding("effects.caption_topic"), audience=INTERNAL
        ),
        page.table(
            "growth", compared.growth, columns=growth, caption=Finding("effects.caption_growth"), audience=INTERNAL
        ),
    )


def write_money(page: Page, money: Money) -> Shown:
    """The ledger, what an outcome cost, and what does not tie."""
    page.section("money")
    ledger = money.ledger
    outcomes = ["outcome", "n_units", "unit_cost_cny"]
    costs = [*WHO, "tier", "format", "content_cny", "ads_cny", "total_cny"]
    ties = ["item", "key", "name", "first", "first_cny", "second", "second_cny", "difference_cny"]
    return Shown(
        page.say(*ledger.findings, audience=("analyst",)),  # page 1 and the grid say it
        page.picture(replace(charts.ledger(ledger.items), audience=INTERNAL)),
        page.table(
            "units", money.outcome_costs, columns=outcomes, caption=Finding("ledger.caption_units"), audience=INTERNAL
        ),
        page.table(
            "costs", money.note_costs, columns=costs, caption=Finding("ledger.caption_notes"), audience=INTERNAL
        ),
        page.table("ties", ledger.differences, columns=ties, caption=Finding("ledger.caption_ties"), audience=INTERNAL),
    )


def write_creators(page: Page, creators: pd.DataFrame, *, advice: Sequence[Finding]) -> Shown:
    """What each creator brought, and whom to book again, by a rule that the caption prints."""
    page.section("creators", part="content")
    counts = creators["verdict"].value_counts()
    values = {f"n_{name}": int(counts.get(name, 0)) for name in ("rebook", "test_again", "not_again")}
    persona = ["persona"] if creators["persona"].notna().any() else []
    shown = ["creator_name", "tier", *persona, "verdict", "content_cny", "views", "engagement", "engagement_rate"]
    told = Finding(
        "creators.caption",
        {"drop_ratio": assume("results.drop_from"), "with_leads": bool(creators["leads"].notna().any())},
    )
    columns = [*shown, "cost_per_engagement_cny", "usual_cost_per_engagement_cny", "leads", "n_hit_notes"]
    headline = Finding("headline.creators_verdicts", values)
    return Shown(
        page.table(
            "creators", creators, columns=columns, caption=told, headline=headline, n_shown=max(len(creators), 1)
        ),
        page.say(*advice, kind="next"),
    )


def write_lessons(page: Page, lessons: pd.DataFrame) -> Shown:
    """The notes to learn from, a card each, with a link and the reason."""
    page.section("lessons", part="content")
    figures = ["views", "collects", "engagement", "cost_per_engagement_cny"]
    columns = ["title", "creator_name", "tier", "format", *figures, "reason"]
    headline, caption = Finding("headline.lessons", {"n_notes": len(lessons)}), Finding("lessons.caption")
    return Shown(page.cards("lessons", lessons, columns=columns, caption=caption, headline=headline))


def write_portrait(page: Page, portrait: Portrait, *, window: Window) -> Shown:
    """The campaign by day, kind of note, source, place and size of creator; what no file tells leaves no trace."""
    page.section("portrait", part="content")
    ends = [str(day) for day in (window.start, window.end) if day]
    return Shown(
        page.picture(charts.days(portrait.days, window=ends if len(ends) == 2 else [])) if len(portrait.days) else None,
        page.picture(charts.group_ratios(portrait.kinds, name="engagement_rate", value="engagement_rate", n="n_notes")),
        _write_shares(page, portrait.traffic, "traffic"),
        _write_shares(page, portrait.sizes, "sizes"),
        page.picture(charts.places(portrait.places)),
    )


def _write_shares(page: Page, parts: pd.DataFrame, name: str) -> Drawn | None:
    """One picture of shares; its headline tells the second bar's largest part beside the first bar's."""
    if parts.empty:
        return None
    told = parts.pivot_table(index="part", columns="metric", values="part_share")[list(dict.fromkeys(parts["metric"]))]
    best = str((told["engagement"] if "engagement" in told else told.iloc[:, 0]).idxmax())
    values = {"x": best} | {f"{metric}_share": float(told.loc[best, metric]) for metric in told}
    values |= {"search_share": float(told.loc["search_page", "exposure"])} if "search_page" in told.index else {}
    title = Finding(f"headline.{name}", values)
    return page.picture(charts.shares(parts, name=name, title=title, alt=Finding(f"portrait.{name}")))


def write_comments(page: Page, heard: Heard) -> Shown:
    """What readers said and asked, whether they were answered, and what to do about it; nothing without comments."""
    page.section("comments", part="content")
    return Shown(
        page.say(*heard.findings),
        page.picture(charts.comments(heard.themes, answer=heard.answer)),
        page.say(*heard.actions, kind="next"),
    )


def write_voice(page: Page, voice: Voice) -> Shown:
    """Others on the topic: whom the notes name that a search for it shows; nothing without such notes."""
    page.section("voice", part="comparison")
    columns = ["month", "brand_name", "n_notes", "notes_share", "engagement_share", "search_words"]
    return Shown(
        page.say(*voice.findings),
        page.picture(charts.voice(voice.newest)),
        page.table("voice", voice.months, columns=columns, caption=Finding("voice.caption")),
    )


def write_targets(page: Page, targets: Sequence[Target]) -> Shown:
    """Every target: promise, accepted forecast, result and verdict, or why it was not measured."""
    page.section("promises")
    rows = [
        {
            "metric": target.metric,
            "target": target.promised,
            "target_reason": "no_target" if target.promised is None else "",
            **dict.fromkeys(("p10", "p50", "p90")),
            **dict(target.forecast or {}),
            "observed": target.measured,
            "observed_low": target.low,
            "observed_high": target.high,
            "observed_reason": target.reason,
            "n": target.n,
            "verdict": target.verdict,
        }
        for target in targets
    ]
    numbers = ["target", "p10", "p50", "p90", "observed", "observed_low", "observed_high"]
    table = pd.DataFrame(rows)
    table = table.astype(dict.fromkeys(numbers, float)) if rows else table
    forecast = ["p10", "p50", "p90"] if any(target.forecast for target in targets) else []
    columns = ["metric", "target", *forecast, "observed", "verdict"]
    return Shown(
        page.table("targets", table, columns=columns, caption=Finding("score.caption_targets"), audience=INTERNAL)
    )


def write_kfs(page: Page, money: Money) -> Shown:
    """What content earned, what Feed added, what Search caught: in all, by note, by keyword."""
    page.section("kfs")
    kfs = money.kfs
    ads = [f"{step}_{figure}" for step in ("feed", "video_feed", "search", "mixed") for figure in ("cny", "clicks")]
    notes = [*WHO, "content_cny", "views_organic", *(name for name in ads if kfs.notes[name].notna().any())]
    words = ["spend_cny", "impressions", "clicks", "click_rate", "cost_per_click_cny", "leads"]
    words += [name for name in ("first_place_share", "rank") if kfs.keywords[name].notna().any()]
    return Shown(
        page.say(kfs.finding, audience=("analyst",)),  # the headline of its table says it
        page.say(*kfs.searched),
        page.table(
            "kfs",
            kfs.grid,
            columns=list(kfs.grid),
            caption=Finding("kfs.caption_grid"),
            headline=charts.headline_of(kfs.finding) if kfs.finding.code == "kfs.steps" else None,
        ),
        page.table("kfs_notes", kfs.notes, columns=notes, caption=Finding("kfs.caption_notes"), audience=INTERNAL),
        page.table(
            "word_groups",
            kfs.word_groups,
            columns=["group", "n_keywords", *words],
            caption=Finding("kfs.caption_word_groups"),
        ),
        page.table(
            "keywords",
            kfs.keywords,
            columns=["keyword", "group", *words],
            caption=Finding("kfs.caption_keywords"),
            audience=INTERNAL,
        ),
    )


def write_funnel(page: Page, funnel: Funnel) -> Shown:
    """Leads, visits and orders, and the client's figures of stores and live launches beside the notes."""
    page.section("funnel")
    steps = ["dimension", "group", "step", "n_to", "n_from", "per_10000"]
    outcomes = ["market", "channel", "outcome", "measured", "attributed", "currency", "first_date", "last_date"]
    return Shown(
        page.say(*funnel.findings),
        page.table("funnel", funnel.steps, columns=steps, caption=Finding("funnel.caption_steps")),
        page.table("outcomes", funnel.outcomes, columns=outcomes, caption=Finding("funnel.caption_outcomes")),
    )


def write_lift(page: Page, lifted: LiftSummary) -> Shown:
    """Whether the campaign caused it: one answer and picture; every method in the table."""
    page.section("lift")
    figures = [
        "metric",
        "currency",
        "method",
        "lift_share",
        "incremental",
        "return_per_1000",
        "spent_in",
        "p_value",
        "minimum_lift_share",
    ]
    return Shown(
        page.say(lifted.answer, *lifted.findings),
        page.picture(charts.lift(lifted.series, metric=lifted.metric, answer=lifted.answer)),
        page.table(
            "lift",
            lifted.estimates,
            columns=[*figures, "verdict"],
            caption=Finding("lift.caption_estimates"),
            audience=INTERNAL,
        ),
    )


def write_boosts(page: Page, boosts: Boosts) -> Shown:
    """Which notes to boost now, what it should bring, and what runs."""
    page.section("boosting", part="next")
    notes = [*WHO, "format", "age_days", "placement", "signal_ratio"]
    notes += ["metric", "per_100_rmb", "result_cost_cny", "rests_on"]
    running = [*WHO, "placement", "metric", "recent_cny", "result_cost_cny", "before_ratio", "others_ratio", "advice"]
    kinds = ["placement", "format", "metric", "n_ad_notes", "spend_cny"]
    kinds += ["per_100_rmb", "result_cost_cny", "basis", "source"]
    return Shown(
        page.say(boosts.answer, *boosts.findings),
        page.say(*boosts.details, audience=("analyst",)),
        page.picture(charts.boosts(boosts.candidates)),
        page.table(
            "boosts",
            boosts.candidates,
            columns=[*notes, "amount_cny"],
            caption=Finding("boosting.caption_candidates"),
            audience=INTERNAL,
        ),
        page.table(
            "running", boosts.running, columns=running, caption=Finding("boosting.caption_running"), audience=INTERNAL
        ),
        page.table(
            "ad_kinds", boosts.kinds, columns=kinds, caption=Finding("boosting.caption_kinds"), audience=INTERNAL
        ),
    )


def write_history(page: Page, beside: HistoryComparison) -> Shown:
    """The campaign beside what was usual for other clients."""
    page.section("history")
    figures = ["tier", "format", "metric", "observed", "q25", "q50", "q75"]
    counts = ["n_notes", "n_creators", "n_clients", "basis"]
    caption = Finding("history.caption_beside")
    return Shown(
        page.say(*beside.findings),
        page.table("beside", beside.table, columns=[*figures, *counts], caption=caption),
    )


def write_evidence(page: Page, found: Results) -> Shown:
    """The same figures by tier, format and theme, and note by note; image and video apart."""
    page.section("evidence")
    notes = [
        *WHO,
        "tier",
        "format",
        "posted_at",
        *COUNTS[:2],
        "click_rate",
        *COUNTS[2:],
        "cost_per_organic_view_cny",
    ]
    rates = ["dimension", "group", "format", "measure", "rate", "n_rate", "rate_source"]
    clicks = found.rates.query("measure == 'click_rate'").sort_values("format", kind="stable")
    shown = page.count_shown(found.notes, found.leading)
    is_mixed = found.groups["cost_per_organic_view_cny"].isna().all() and found.groups[MIXED].notna().any()
    groups = ["dimension", "group", *GROUPED[:-1], MIXED if is_mixed else GROUPED[-1]]
    return Shown(
        page.table("groups", found.groups, columns=groups, caption=Finding("caption.groups"), audience=INTERNAL),
        page.table("rates", found.rates, columns=rates, caption=Finding("caption.rates"), audience=INTERNAL),
        page.picture(charts.group_ratios(clicks, name="click_rate", value="rate", n="n_rate", by="format")),
        page.picture(charts.notes(found.notes)),
        page.table("notes", found.notes, columns=notes, caption=shown, audience=INTERNAL),
    )
