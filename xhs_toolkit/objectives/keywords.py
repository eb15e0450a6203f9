"""Search keywords by the moment of decision: when people look around, when they compare, when they decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.benchmarks import list_category_names

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

MOMENTS = ("explore", "compare", "decide")
"""Need words come first, category and competitor words next, brand words last (practice)."""

COMPARE_ENDINGS = ("推荐", "攻略")
DECIDE_ENDINGS = ("怎么样", "测评")
"""Endings people add on the platform when they compare and when they decide (analyst's choice)."""

LEADING = 5
"""Words of each moment that a page shows first."""

MAX_TAGS: int = assume("objectives.max_tags")
MIN_TAG_CREATORS: int = assume("objectives.min_tag_creators")


def plan_keywords(
    campaign: Campaign, *, creators: pd.DataFrame, notes: pd.DataFrame, ad_days: pd.DataFrame
) -> pd.DataFrame:
    """List the keywords of the Search stage.

    Parameters
    ----------
    campaign : brand names, category, themes, and competitors from ``sourcing``.
    creators, notes : the pool, each with ``creator_id`` and ``tags``.
    ad_days : past keyword reports (rows with a ``keyword``).

    Returns
    -------
    One row a keyword: ``moment`` (explore, compare, decide), ``keyword``, ``word_kind`` (need, category,
    competitor, brand), ``source`` (campaign_file, pool_tags, keyword_report, analysts_choice), ``n_pool_creators`` with
    the word among their tags, and of past reports ``impressions``, ``clicks``, ``spend_cny``, ``ad_click_rate``,
    ``cost_per_click_cny``; missing where no report has the word.
    """
    tags = count_tags(creators, notes)
    own = pd.DataFrame(_own_words(campaign), columns=["keyword", "moment", "word_kind", "source"])
    pooled = pd.DataFrame({"keyword": tags[tags >= MIN_TAG_CREATORS].head(MAX_TAGS).index})
    reports = summarise_reports(ad_days)
    found = pd.concat([own, _sort_in(pooled, own, "pool_tags"), _sort_in(reports, own, "keyword_report")])
    found = found[found["keyword"].ne("")].assign(key=found["keyword"].map(_fold))
    found = found.drop_duplicates("key", ignore_index=True)
    figures = reports.assign(key=reports["keyword"].map(_fold)).drop_duplicates("key").drop(columns="keyword")
    by_fold = tags.groupby(tags.index.map(_fold)).sum()
    found = found[["moment", "keyword", "word_kind", "source", "key"]].merge(figures, on="key", how="left")
    counted = found.assign(n_pool_creators=found["key"].map(by_fold).fillna(0).astype(int))
    return _put_the_best_first(counted.drop(columns="key"))


def _put_the_best_first(words: pd.DataFrame) -> pd.DataFrame:
    """The `LEADING` best of each moment, moment by moment; then the rest in the same order."""
    own = words.assign(is_own=words["source"].eq("campaign_file"))
    by_use = own.sort_values(["clicks", "is_own", "n_pool_creators"], ascending=False, kind="stable")
    is_leading = by_use.groupby("moment").cumcount() < LEADING
    order = by_use.assign(rest=~is_leading, order=by_use["moment"].map(MOMENTS.index))
    ranked = order.sort_values(["rest", "order"], kind="stable", ignore_index=True)
    return ranked.drop(columns=["rest", "order", "is_own"])


def _own_words(campaign: Campaign) -> list[tuple[str, str, str, str]]:
    category = name_category(campaign.category) if campaign.category else []
    brands = dict.fromkeys((*campaign.brand_names, *campaign.hashtags))
    needs = [word for theme in campaign.themes for word in theme.keywords]
    named: Mapping[tuple[str, str, str], Iterable[str]] = {
        ("explore", "need", "campaign_file"): needs,
        ("compare", "category", "campaign_file"): category,
        ("compare", "category", "analysts_choice"): [word + ending for word in category for ending in COMPARE_ENDINGS],
        ("compare", "competitor", "campaign_file"): campaign.sourcing.competitors,
        ("decide", "brand", "campaign_file"): brands,
        ("decide", "brand", "analysts_choice"): [word + ending for word in brands for ending in DECIDE_ENDINGS],
    }
    return [(word, *about) for about, words in named.items() for word in words]


def name_category(category: str) -> list[str]:
    """A category as readers search for it: its first Chinese name among the customary ones, else as it is.

    >>> name_category("outdoor"), name_category("滑雪")
    (['户外'], ['滑雪'])
    """
    in_chinese = [name for name in list_category_names(category) if not name.isascii()]
    return in_chinese[:1] if category.isascii() and in_chinese else [category]


def _fold(word: str) -> str:
    return " ".join(str(word).split()).casefold()


def _sort_in(words: pd.DataFrame, own: pd.DataFrame, source: str) -> pd.DataFrame:
    """Sort other words by the brand, competitor or category word they contain; the rest are needs."""
    folded, kinds = words["keyword"].map(_fold), pd.Series("need", index=words.index, dtype=object)
    for kind in ("category", "competitor", "brand"):
        said = own.loc[own["word_kind"].eq(kind) & own["source"].eq("campaign_file"), "keyword"].map(_fold).tolist()
        kinds = kinds.mask(folded.map(lambda word, said=said: any(each in word for each in said)).astype(bool), kind)
    moments = kinds.map({"need": "explore", "category": "compare", "competitor": "compare", "brand": "decide"})
    return words[["keyword"]].assign(moment=moments, word_kind=kinds, source=source)


def count_tags(*frames: pd.DataFrame) -> pd.Series:
    """Creators by tag, their own or one of their notes', most first.

    >>> count_tags(pd.DataFrame({"creator_id": ["a", "b"], "tags": ["户外, 徒步", "户外"]})).to_dict()
    {'户外': 2, '徒步': 1}
    """
    known = pd.concat([frame[["creator_id", "tags"]].dropna() for frame in frames])
    each = known.set_index("creator_id")["tags"].str.split(r"[,，;；]", regex=True).explode().str.strip()
    return each[each.ne("")].reset_index().drop_duplicates()["tags"].value_counts(sort=True)


def summarise_reports(ad_days: pd.DataFrame) -> pd.DataFrame:
    """Past figures of each keyword: sums, and rates as ratios of sums."""
    known = ad_days[ad_days["keyword"].notna() & ~ad_days["placement_kind"].eq("video_feed")]
    sums = known.groupby("keyword")[["impressions", "clicks", "spend_cny"]].sum(min_count=1).astype(float).reset_index()
    return sums.assign(
        ad_click_rate=(sums["clicks"] / sums["impressions"]).where(sums["impressions"] > 0),
        cost_per_click_cny=(sums["spend_cny"] / sums["clicks"]).where(sums["clicks"] > 0),
    )
