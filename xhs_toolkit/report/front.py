"""Page 1 as page, deck and workbook have it: the verdict, the promises and one picture, from the run's summary alone.

Of a proposal what it will bring, the chance of each target and what is held back; of results the figures that answer
the objective, and beside them every other promise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.campaign.models import order_metrics
from xhs_toolkit.findings import Finding
from xhs_toolkit.present.charts import shares as draw_parts
from xhs_toolkit.present.spec import Chart
from xhs_toolkit.present.strips import Promise, place_promise
from xhs_toolkit.present.style import format_for_client, read_language, write_in_cny
from xhs_toolkit.present.wording import has_code, has_term, label, say, write_figure
from xhs_toolkit.scorecard import (
    COMPANIONS,
    Forecast,
    PlanSummary,
    Summary,
    Target,
    describe_verdict,
    summarise_targets,
)

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

N_HEROES, N_IN_ROW = 2, 4
FILLING = ("exposure", "views", "engagement", "cost_per_view_cny", "hit_rate")
"""Measured figures that fill the row of small tiles where fewer were promised."""

KNOWN_CHANCE = (0.05, 0.95)
"""Beyond these a chance is told in words: models know no better."""

N_DOTS = 10


class Tile(NamedTuple):
    """A figure in words, with what was promised of it.

    Attributes
    ----------
    name, value, beside : what it is, its figure, and small beside it the CNY or a figure of the same breath.
    status : of `Target.verdict`; ``plan`` of a proposal. verdict : the same in words.
    facts : target, forecast, range and notes counted, each with its name.
    promise : its strip; None where nothing compares.
    """

    name: str
    value: str
    beside: str
    status: str
    verdict: str
    facts: list[tuple[str, str]]
    promise: Promise | None


class Goal(NamedTuple):
    """A line of a proposal: a figure's target, likely range and best guess, and the chance of its target.

    Attributes
    ----------
    dots : how many of ten the chance fills; None without a target.
    """

    name: str
    target: str
    promise: Promise | None
    guess: str
    likely: str
    chance: str
    dots: int | None


class Front(NamedTuple):
    """What stands first; `title` is the verdict, `lede` the paragraph under it, `rest` what only the workbook has."""

    stage: str
    title: str
    lede: str
    heroes: list[Tile]
    tiles: list[Tile]
    goals: list[Goal]
    picture: Chart | None
    rest: Sequence[Tile] = ()

    @property
    def has_forecast(self) -> bool:
        """Whether any strip shows the likely range of a forecast."""
        return any(tile.promise and tile.promise.low is not None for tile in (*self.heroes, *self.tiles))


def make_front(summary: Summary, *, campaign: Campaign, language: str) -> Front:
    """Say the answer to the objective, as the stage of the campaign has it."""
    make = _propose if summary.stage == "proposal" else _report
    return make(summary, campaign, language)


def join_sentences(sentences: Iterable[str]) -> str:
    """Sentences one after the other: after a Chinese full stop stands no space.

    >>> join_sentences(["One.", "Two."]), join_sentences(["一。", "二。"])
    ('One. Two.', '一。二。')
    """
    return " ".join(sentences).replace("。 ", "。")


def _name_tile(metric: str, language: str, *, of: str = "tile") -> str:
    own = f"{of}.{metric}"
    own = own if has_term(own, language=language) else f"tile.{metric}"
    return label(own if has_term(own, language=language) else metric, language=language)


# ---------------------------------------------------------------------------------------- results


def _report(summary: Summary, campaign: Campaign, language: str) -> Front:
    heroes = [target for target in summary.targets if target.measured is not None][:N_HEROES]
    others = list(_choose_others(summary.targets, heroes))
    known = {target.metric: target for target in summary.targets}
    return Front(
        summary.stage,
        _say_verdict(heroes, summary, campaign, language),
        join_sentences(say(finding, language=language) for finding in _list_lede(summary, campaign)),
        [_show_tile(target, known, language, is_hero=True) for target in heroes],
        [_show_tile(target, known, language) for target in others],
        [],
        draw_daily(summary, heroes) or draw_shares(summary, heroes),
        [
            _show_tile(target, known, language)
            for target in summary.targets
            if target.measured is not None and target not in (*heroes, *others)
        ],
    )


def _choose_others(targets: Iterable[Target], heroes: list[Target]) -> Iterator[Target]:
    """Every other promise, and as many of `FILLING` as the row of tiles has room for."""
    left = [target for target in targets if target not in heroes]
    promised = [target for target in left if target.promised is not None]
    room = -len(promised) % N_IN_ROW or (0 if promised else N_IN_ROW)
    told = {COMPANIONS.get(target.metric) for target in heroes}
    filling = [
        target
        for target in left
        if target.metric in FILLING and target.metric not in told and target.verdict == "no_target"
    ]
    yield from promised
    yield from filling[:room]


def _say_verdict(heroes: list[Target], summary: Summary, campaign: Campaign, language: str) -> str:
    if not heroes:
        n_notes = summary.notes.n if summary.notes else 0
        return say(
            Finding("front.nothing", {"name": campaign.called(language)[1], "n_notes": n_notes}), language=language
        )
    first, *second = heroes
    clauses = [_say_promise(first, language), *(_say_second(each, language) for each in second)]
    code = f"front.{first.metric}" if has_code(f"front.{first.metric}") else "front.other"
    value = write_figure(first.metric, first.measured, language=language)
    told = {"name": campaign.called(language)[1], "shown": value, "metric": first.metric, "clauses": "".join(clauses)}
    return say(Finding(code, told), language=language)


def _say_promise(target: Target, language: str) -> str:
    finding = describe_verdict(target)
    return say(Finding("front.promise", finding.values), language=language) if target.ratio is not None else ""


def _list_lede(summary: Summary, campaign: Campaign) -> Iterator[Finding]:
    if headline := summarise_targets(summary.targets):
        yield headline
    if summary.notes is not None and summary.notes.n:
        hits = next((target.measured for target in summary.targets if target.metric == "hit_rate"), None)
        counts = {"n_notes": summary.notes.n, "n_creators": summary.notes.n_creators, "hit_rate": hits}
        yield Finding("front.notes", counts)
    money = summary.money
    if money is not None and money.total.cny is not None:
        sums = {"total": money.total, "budget": money.budget, "over": money.overspent}
        yield Finding("front.spent", {f"{name}_cny": each.cny for name, each in sums.items()})
    if summary.stage == "interim" and summary.notes is not None:
        yield Finding("front.to_date", {"as_of": summary.notes.as_of, "last_date": str(campaign.window.end)})


def _say_second(target: Target, language: str) -> str:
    code, told = f"front.with.{target.metric}", {"value": target.measured, "metric": target.metric}
    return say(Finding(code, told), language=language) if has_code(code) else ""


def _show_tile(target: Target, known: Mapping[str, Target], language: str, *, is_hero: bool = False) -> Tile:
    metric = target.metric
    value = write_figure(metric, target.measured, language=language) if is_hero else format_for_client(
        metric, target.measured, language=language, beside=False)  # fmt: skip
    beside = write_in_cny(metric, target.measured, language=language) if target.measured is not None else ""
    also = known.get(COMPANIONS.get(metric, ""))
    if also is not None and also.measured is not None:
        words = {"metric": also.metric, "shown": write_figure(also.metric, also.measured, language=language)}
        beside = say(Finding("front.beside", words), language=language)
    is_open = target.verdict == "not_measured"
    return Tile(
        _name_tile(metric, language),
        say(Finding("front.not_known"), language=language) if is_open else value,
        beside,
        target.verdict,
        say(
            Finding("score.why", {"reason": target.reason}) if is_open else describe_verdict(target), language=language
        ),
        list(_list_facts(target, language)),
        place_promise(
            target.measured,
            ends=_find_ends(target.forecast),
            target=target.promised,
            is_missed=target.verdict == "missed",
        ),
    )


def _find_ends(forecast: Forecast | None) -> tuple[float, float] | None:
    return (forecast.p10, forecast.p90) if forecast else None


def _list_facts(target: Target, language: str) -> Iterator[tuple[str, str]]:
    def write(value: float) -> str:
        return format_for_client(target.metric, value, language=language, beside=False)

    if target.promised is not None:
        yield label("target", language=language), write(target.promised)
    if target.forecast is not None:
        levels = {name: write(value) for name, value in dict(target.forecast).items()}
        yield label("forecast", language=language), say(Finding("score.forecast", levels), language=language)
    if target.low is not None and target.high is not None:
        ends = {"low": write(target.low), "high": write(target.high)}
        yield label("usual_range", language=language), say(Finding("score.range", ends), language=language)
    if target.measured is not None and target.n != target.of:
        told = Finding("score.measured", {"n_measured": target.n, "n_all": target.of})
        yield label("n_counted", language=language), say(told, language=language)


# --------------------------------------------------------------------------------------- the picture


def draw_daily(summary: Summary, heroes: list[Target]) -> Chart | None:
    """What came of the first figure that is counted by day, added up, beside its target."""
    daily = {outcome.metric: outcome.daily for outcome in summary.outcomes}
    target = next((each for each in heroes if len(daily.get(each.metric, {})) > 1), None)
    if target is None:
        return None
    days = pd.Series(daily[target.metric]).sort_index().cumsum()
    lines = {"observed": days.to_numpy()} | ({"target": target.promised} if target.promised else {})
    frame = pd.concat(
        [pd.DataFrame({"date": pd.to_datetime(days.index), target.metric: values, "group": name})
         for name, values in lines.items()], ignore_index=True,
    ).astype({target.metric: float})  # fmt: skip
    passed = days[days >= target.promised] if target.promised else days[:0]
    told: dict[str, object] = {
        "passed_date": str(passed.index[0]) if len(passed) else None,
        "last_date": str(days.index[-1]),
    }
    told |= {"metric": target.metric, "value": float(days.iloc[-1]), "target": target.promised}
    return Chart(
        "lines", "front", frame, marks={"x": "date", "y": target.metric, "group": "group"},
        title=Finding("front.daily", told),
        alt=Finding("front.daily_alt", {"metric": target.metric, "target": target.promised}),
    )  # fmt: skip


SHARED = ("leads", "engagement", "exposure", "views")
"""Figures that the cost grid tells by content, feed and search."""


def draw_shares(summary: Summary, heroes: list[Target]) -> Chart | None:
    """How money and the leading figure divide between content, feed and search; None without ads."""
    metrics = [*(target.metric for target in heroes if target.metric in SHARED), *SHARED[1:]]
    steps = [step for step in summary.steps if step.spend.cny]
    for metric in metrics:
        known = [step for step in steps if step.figures.get(metric, 0) > 0]
        if len(known) > 1:
            return _draw_shares(metric, {step.step: (step.spend.cny or 0.0, step.figures[metric]) for step in known})
    return None


def _draw_shares(metric: str, parts: Mapping[str, tuple[float, float]]) -> Chart:
    money, brought = (sum(pair[number] for pair in parts.values()) for number in (0, 1))
    shares = {name: (pair[0] / money, pair[1] / brought) for name, pair in parts.items()}
    frame = pd.DataFrame(
        [{"metric": name, "part": part, "part_share": pair[number]}
         for number, name in enumerate(("spend_cny", metric)) for part, pair in shares.items()]
    )  # fmt: skip
    best = max(shares, key=lambda name: shares[name][1] / shares[name][0])
    told = {"x": best, "metric": metric, "money_share": shares[best][0], "brought_share": shares[best][1]}
    return draw_parts(
        frame, name="front", title=Finding("front.shares", told), alt=Finding("front.shares_alt", {"metric": metric})
    )


# --------------------------------------------------------------------------------------- proposal


def _propose(summary: Summary, campaign: Campaign, language: str) -> Front:
    plan = summary.plan
    if plan is None or not plan.n_creators or not plan.forecast:
        title = say(Finding("front.no_plan", {"name": campaign.called(language)[1]}), language=language)
        return Front(summary.stage, title, say(Finding("front.no_plan_yet"), language=language), [], [], [], None)
    promised = {**campaign.targets.model_dump(exclude_none=True), **plan.promised}
    plan = plan.model_copy(update={"promised": promised})
    metrics = order_metrics(tuple({**promised, **plan.forecast}), objective=campaign.objective)
    first = next(name for name in metrics if name in plan.forecast)
    told = {
        "n_creators": plan.n_creators,
        "cost_cny": plan.cost.cny,  # the forecast is of the creators' notes, without what ads add
        "ads_cny": sum(money.cny or 0.0 for money in plan.ads.values()),
        "metric": first,
        "shown": write_figure(first, plan.forecast[first].p50, language=language, is_guess=True),
    }
    code = f"front.plan.{first}" if has_code(f"front.plan.{first}") else "front.plan.other"
    lede = [say(finding, language=language) for finding in _list_plan_lede(plan, metrics)]
    return Front(
        summary.stage,
        say(Finding(code, told), language=language),
        join_sentences(lede),
        list(_show_plan(plan, summary, first, language)),
        [],
        [_show_goal(name, plan, language) for name in metrics],
        None,
    )


def _sum_cost(plan: PlanSummary) -> float:
    return sum(money.cny or 0.0 for money in (plan.cost, *plan.ads.values()))


def _list_plan_lede(plan: PlanSummary, metrics: list[str]) -> Iterator[Finding]:
    chance = next((name for name in metrics if name in plan.chances and name in plan.promised), None)
    if chance:
        told = {"metric": chance, "target": plan.promised[chance], "chance": plan.chances[chance]}
        yield Finding("front.odds", told)
    if plan.held_back is not None:
        yield Finding("front.held_back", {"left_cny": plan.held_back.cny, "ratio": plan.held_ratio})
    yield Finding("front.agreed" if plan.accepted else "front.agree")


def _show_plan(plan: PlanSummary, summary: Summary, first: str, language: str) -> Iterator[Tile]:
    """Four tiles: creators, cost, the figure that answers the objective, what is held back."""
    named = read_language(language).named
    kinds = " · ".join(
        named.format(name=label(name, language=language), told=n) for name, n in {**plan.sizes, **plan.formats}.items()
    )
    yield _tile("n_creators", str(plan.n_creators), kinds, language)
    cost = _sum_cost(plan)
    parts = {"content": plan.cost, **plan.ads}
    split = " · ".join(
        named.format(name=label(f"part.{name}", language=language), told=_write_money(money.cny, language))
        for name, money in parts.items() if money.cny
    )  # fmt: skip
    yield _tile("cost_cny", _write_money(cost, language), split, language)
    likely = _write_guess(first, plan.forecast[first], language)
    yield _tile(first, likely["p50"], say(Finding("front.likely", likely), language=language), language)
    if plan.held_back is not None:
        why = say(Finding("front.why_held_back", {"ratio": plan.held_ratio}), language=language)
        yield _tile("held_back", _write_money(plan.held_back.cny, language), why, language)


def _tile(metric: str, value: str, beside: str, language: str) -> Tile:
    return Tile(_name_tile(metric, language), value, "", "plan", beside, [], None)


def _write_money(cny: float | None, language: str) -> str:
    return format_for_client("cost_cny", cny, language=language, beside=False)


def _write_guess(metric: str, forecast: Forecast, language: str) -> dict[str, str]:
    """Best guess and likely range, by level."""
    levels = dict(forecast).items()
    return {name: write_figure(metric, value, language=language, is_guess=True) for name, value in levels}


def _show_goal(metric: str, plan: PlanSummary, language: str) -> Goal:
    """A promise without a forecast stands there all the same, and says so."""
    forecast, target = plan.forecast.get(metric), plan.promised.get(metric)
    name = _name_tile(metric, language, of="goal")
    told = "" if target is None else write_figure(metric, target, language=language)
    if forecast is None:
        return Goal(name, told, None, say(Finding("front.no_forecast"), language=language), "", "", None)
    likely = _write_guess(metric, forecast, language)
    chance = plan.chances.get(metric) if target is not None else None
    return Goal(
        name,
        told,
        place_promise(forecast.p50, ends=_find_ends(forecast), target=target),
        likely["p50"],
        say(Finding("score.range", {"low": likely["p10"], "high": likely["p90"]}), language=language),
        "" if chance is None else say(Finding("front.chance", {"chance": chance, **_bound(chance)}), language=language),
        None if chance is None else round(N_DOTS * chance),
    )


def _bound(chance: float) -> dict[str, bool]:
    low, high = KNOWN_CHANCE
    return {"is_sure": chance > high, "is_unlikely": chance < low}
