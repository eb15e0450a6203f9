"""Rule sets of the compliance check: data, one file a jurisdiction in ``templates/compliance``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from xhs_toolkit.benchmarks import list_category_names
from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

PLATFORM = "platform"
"""Rules of the platform itself, which count in every country."""

SEVERITIES = ("high", "medium", "low")
GROUP = re.compile(r"\{([a-z_]+)\}")
CAMPAIGN = "campaign"
"""Jurisdiction of what the client itself does not want said."""


class Rule(NamedTuple):
    """One rule.

    Attributes
    ----------
    rule, jurisdiction, severity, kind : its name; where it holds; high, medium or low; ``present`` or ``absent``.
    title, action, brief : in ``en`` and ``zh``; ``brief`` is empty where the brief need not say it.
    source, date : the law or code and the day of this version; the client's own rules have no day.
    patterns, unless, needs : searched for; near misses; words of which one must occur.
    categories : empty, or the categories of campaigns it counts for.
    brief_for : empty, or the categories in which the brief says it.
    """

    rule: str
    jurisdiction: str
    severity: str
    kind: str
    title: Mapping[str, str]
    action: Mapping[str, str]
    brief: Mapping[str, str]
    source: str
    date: date | None
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    needs: tuple[re.Pattern[str], ...]
    categories: tuple[str, ...]
    brief_for: tuple[str, ...] = ()


def read_rules(names: Iterable[str]) -> tuple[Rule, ...]:
    """Read the rules of these jurisdictions (country codes) and of the platform; a country without a file has none."""
    return tuple(rule for name in (PLATFORM, *names) for rule in _read_file(name.lower()))


def choose_rules(campaign: Campaign) -> tuple[Rule, ...]:
    """Rules that count for a campaign: those of the agency's countries for its category, and the client's own.

    A campaign without a category is checked against the rules of every category.
    """
    category = list_category_names(campaign.category or "")[0]
    general = (
        rule._replace(brief={}) if category and rule.brief_for and category not in rule.brief_for else rule
        for rule in read_rules(campaign.agency.rule_sets)
        if not rule.categories or not category or category in rule.categories
    )
    return (*general, *_make_own(campaign))


@cache
def _read_file(name: str) -> tuple[Rule, ...]:
    path = bundled_folder("templates") / "compliance" / f"{name}.yaml"
    if not path.is_file():
        return ()
    stored = read_bundled_yaml(path)
    return tuple(_make_rule(entry, stored["jurisdiction"]) for entry in stored["rules"])


@cache
def _read_words() -> Mapping[str, str]:
    """Groups of words that patterns name in braces, each as one alternative."""
    path = bundled_folder("templates") / "compliance" / "words.yaml"
    return {name: "|".join(lines) for name, lines in read_bundled_yaml(path).items()}


def _compile(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """Compile patterns, their ``{groups}`` of words filled in."""
    return tuple(re.compile(GROUP.sub(lambda found: f"(?:{_read_words()[found[1]]})", text)) for text in patterns)


def _make_rule(entry: Mapping[str, Any], jurisdiction: str) -> Rule:
    searched = {name: _compile(entry.get(name, ())) for name in ("patterns", "unless", "needs")}
    listed = {name: tuple(entry.get(name, ())) for name in ("categories", "brief_for")}
    optional = {"kind": "present", "brief": {}}
    return Rule(**optional | dict(entry) | searched | listed | {"jurisdiction": jurisdiction})


OWN = (
    (
        "campaign.competitor",
        {"en": "A competitor is named", "zh": "提及竞品"},
        {"en": "Leave the name out.", "zh": "删除竞品名称。"},
    ),
    (
        "campaign.must_not_say",
        {"en": "Words the client does not want", "zh": "客户禁用的表述"},
        {"en": "Take the words out.", "zh": "删除该表述。"},
    ),
)


def _make_own(campaign: Campaign) -> tuple[Rule, ...]:
    """The client's own rules, from its competitors and from what must not be said, word for word."""
    lines = [words for line in campaign.content.must_not_say for words in (line.en, line.zh) if words]
    found = zip(OWN, (campaign.sourcing.competitors, lines), strict=True)
    return tuple(
        Rule(
            rule=name,
            jurisdiction=CAMPAIGN,
            severity="high",
            kind="present",
            title=title,
            action=action,
            brief={},
            source="campaign.yaml",
            date=None,
            patterns=tuple(re.compile(_quote(word)) for word in words),
            unless=(),
            needs=(),
            categories=(),
        )
        for (name, title, action), words in found
        if words
    )


def _quote(word: str) -> str:
    """The word itself; a Latin one only as a whole word."""
    plain = re.escape(" ".join(word.split()).casefold())
    return rf"(?<![a-z0-9]){plain}(?![a-z0-9])"
