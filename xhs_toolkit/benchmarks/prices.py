"""What is customary in a category, and what creators ask for a note: rate card, published prices, the pool itself.

The card gives a curve of price by followers. The pool shifts it: the more priced creators it has, the more
it is believed (`peers.FULL_CELL` creators are worth as much as the card). Image and video stay apart.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xhs_toolkit.benchmarks.peers import (
    FULL_CELL,
    Floats,
    Peers,
    find_percentiles,
    fit_common_slope,
    locate_among_peers,
)
from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.errors import CampaignError, Problem

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign, PriceRange


PUBLISHED_PRICES = pd.read_csv(bundled_folder("templates") / "benchmarks" / "published_prices.csv")
"""Asked prices of 3,403 creators with 100,000 followers or more, November 2025 (quartiles by followers)."""

VIDEO_PREMIUM = float(np.median(PUBLISHED_PRICES["video_p50_cny"] / PUBLISHED_PRICES["image_p50_cny"]))
"""What a video costs over an image note, from the published medians: about a third more."""

PRICE_SPREAD = float(
    np.median(np.log(PUBLISHED_PRICES["image_p75_cny"] / PUBLISHED_PRICES["image_p25_cny"])) / (2 * 0.6745)
)
"""Standard deviation of log prices at equal followers, from the published quartiles."""


def read_rate_card(followers: Floats, *, card: Sequence[PriceRange], form: str) -> pd.DataFrame:
    """Look up what the card says at these followers.

    Returns
    -------
    DataFrame
        ``card_low_cny`` and ``card_high_cny`` of the row (missing where the card has none), and
        ``curve_cny``, the price a line through the card and the published medians gives. The card is for
        image notes; a video is taken to cost `VIDEO_PREMIUM` times as much.

    >>> from collections import namedtuple
    >>> Row = namedtuple("Row", "followers_from followers_to price_low_cny price_high_cny")
    >>> said = read_rate_card(np.array([1000.0, 500.0]), card=[Row(1000, 10_000, 200, 1000)], form="image")
    >>> said.round(2).to_numpy().tolist()
    [[200.0, 1000.0, 200.0], [nan, nan, 200.0]]
    """
    premium = VIDEO_PREMIUM if form == "video" else 1.0
    ends = np.array([row.followers_to or np.inf for row in card], dtype=float)
    starts = np.array([row.followers_from for row in card], dtype=float)
    lows, highs = (np.array([getattr(row, f"price_{end}_cny") for row in card], dtype=float) for end in ("low", "high"))
    inside = (followers[:, None] >= starts) & (followers[:, None] < ends)
    row, found = inside.argmax(axis=1), inside.any(axis=1)
    followers_at, price_at = _make_curve(card)
    with np.errstate(divide="ignore", invalid="ignore"):
        curve = np.exp(np.interp(np.log(followers), np.log(followers_at), np.log(price_at)))
    return pd.DataFrame(
        {
            "card_low_cny": np.where(found, lows[row] * premium, np.nan),
            "card_high_cny": np.where(found, highs[row] * premium, np.nan),
            "curve_cny": np.where(np.isfinite(followers), curve * premium, np.nan),
        }
    )


def _make_curve(card: Sequence[PriceRange]) -> tuple[Floats, Floats]:
    """Points of price by followers: the card's ends, then the published medians, never falling."""
    points = [(row.followers_from, row.price_low_cny) for row in card]
    points += [(row.followers_to, row.price_high_cny) for row in card if row.followers_to]
    last = max(followers for followers, _ in points)
    middles = np.sqrt(PUBLISHED_PRICES["followers_from"] * PUBLISHED_PRICES["followers_to"])
    points += [point for point in zip(middles, PUBLISHED_PRICES["image_p50_cny"], strict=True) if point[0] > last]
    curve = pd.Series(dict(sorted(points)), dtype=float)
    curve = curve[(curve.index > 0) & (curve > 0)].cummax()
    return curve.index.to_numpy(dtype=float), curve.to_numpy()


def estimate_prices(
    prices: Floats,
    *,
    followers: Floats,
    engagement: Floats,
    peers: Peers,
    card: Sequence[PriceRange],
    form: str,
) -> pd.DataFrame:
    """Estimate what each creator would be expected to ask, and how far its price is from that.

    Parameters
    ----------
    prices : asked price of this format in CNY; NaN where not offered or not known.
    engagement : how far a creator's engagement is from its peers', in standard deviations; NaN counts as 0.
    peers : of `peers.make_peers`.
    card : the rate card.
    form : ``image`` or ``video``.

    Returns
    -------
    DataFrame
        ``expected_cny``, ``price_low_cny`` and ``price_high_cny`` (one standard deviation), ``price_ratio``
        (asked / expected), ``deviations``, ``percentile`` (of the ratio among peers), ``n_priced`` (in the
        pool), ``card_low_cny``, ``card_high_cny``, ``basis`` (``peers`` from `FULL_CELL` priced creators,
        else ``rate_card``).
    """
    says = read_rate_card(followers, card=card, form=form)
    with np.errstate(divide="ignore", invalid="ignore"):
        beyond = np.log(np.where(prices > 0, prices, np.nan)) - np.log(says["curve_cny"].to_numpy())
    standing = np.clip(np.nan_to_num(engagement), -3, 3)
    slope = fit_common_slope(beyond, standing, codes=peers.codes[-1])
    found = locate_among_peers(beyond - slope * standing, peers=peers, prior=(0.0, PRICE_SPREAD))
    expected = np.log(says["curve_cny"].to_numpy()) + slope * standing + found.location
    n_priced = int(np.isfinite(beyond).sum())
    return says[["card_low_cny", "card_high_cny"]].assign(
        expected_cny=np.exp(expected),
        price_low_cny=np.exp(expected - found.low_spread),
        price_high_cny=np.exp(expected + found.high_spread),
        price_ratio=np.exp(beyond - slope * standing - found.location),
        deviations=found.deviations,
        percentile=find_percentiles(beyond - slope * standing, peers=peers),
        n_priced=float(n_priced),
        basis="peers" if n_priced >= FULL_CELL else "rate_card",
    )


CUSTOMS_FILE = "industry_defaults.csv"
CUSTOM_COLUMNS = [
    *("category", "words", "format", "content_en", "content_zh", "creators_en", "creators_zh"),
    *("reason_en", "reason_zh", "source"),
]
FORMATS = ("image", "video")


@cache
def list_category_names(category: str) -> tuple[str, ...]:
    """The names a category is known by, in both languages, the first one ours; of an unknown one itself.

    >>> list_category_names("Hiking")[0], "户外" in list_category_names("Outdoor"), list_category_names("tea")
    ('outdoor', True, ('tea',))
    """
    name = " ".join(unicodedata.normalize("NFKC", category).split()).casefold()
    known = read_bundled_yaml(bundled_folder("templates") / "categories.yaml")
    return next((tuple(names) for names in known if name in names), (name,))


def find_industry_default(campaign: Campaign) -> pd.DataFrame:
    """The row of the campaign's category, or no row; a table of the same name in the campaign folder comes first.

    Returns
    -------
    At most one row: ``category``, ``words`` (further names of it), ``place`` (yes, no: whether there is usually one to
    visit; '' where it depends), ``format`` (image, video), ``content_*``, ``creators_*``, ``reason_*`` in English and
    Chinese, ``source``.

    Raises
    ------
    CampaignError : the analyst's own table has other columns, or a format that is not image or video.
    """
    wanted = set(list_category_names(campaign.category or ""))
    bundled = bundled_folder("templates") / "content" / CUSTOMS_FILE
    for path in (campaign.folder / CUSTOMS_FILE, bundled):
        if path.is_file():
            table = _read(path)
            names = (table["category"] + ";" + table["words"]).str.casefold().str.split(";")
            found = table[[not wanted.isdisjoint(word.strip() for word in row) for row in names]]
            if campaign.category and len(found):
                return found.head(1).reset_index(drop=True)
    return pd.DataFrame(columns=[*CUSTOM_COLUMNS, "place"])


def _read(path: Path) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, OSError) as error:
        raise CampaignError(f"{CUSTOMS_FILE} cannot be read. Save it as CSV UTF-8.") from error
    missing = [name for name in CUSTOM_COLUMNS if name not in table]
    problems = [
        Problem(f"has no column {name}", f"the columns are {', '.join(CUSTOM_COLUMNS)}", CUSTOMS_FILE)
        for name in missing
    ]
    if not missing:
        wrong = table.index[~table["format"].isin(FORMATS)]
        problems = [
            Problem(
                "is not a format", "write image or video", CUSTOMS_FILE, row=row + 2, value=table.loc[row, "format"]
            )
            for row in wrong
        ]
    if problems:
        raise CampaignError(f"{CUSTOMS_FILE} cannot be used as it is:", problems)
    return table.reindex(columns=[*CUSTOM_COLUMNS, "place"], fill_value="")
