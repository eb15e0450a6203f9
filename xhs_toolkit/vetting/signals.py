"""What a creator's notes, comments and profile show: engagement, hits, reactions, completion, paid notes, growth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from xhs_toolkit.assumptions import assume
from xhs_toolkit.stats import beta_binomial_shrink
from xhs_toolkit.vetting.checks import (
    MEDIAN_VARIANCE,
    Codes,
    Floats,
    Logs,
    Signal,
    count_rows,
    first_known,
    make_signal,
    number_creators,
    pick,
    summarise_logs,
)

if TYPE_CHECKING:
    from xhs_toolkit.campaign.people import Vetting


RECENT_NOTES: int = assume("notes.recent")
HALF: float = assume("notes.count_offset")
MIN_REACTIONS: int = assume("vetting.min_reactions")


class Posts(NamedTuple):
    """The newest notes, as plain columns (`read_posts`)."""

    codes: Codes
    is_paid: np.ndarray
    is_main_format: np.ndarray
    frame: pd.DataFrame


def read_posts(notes: pd.DataFrame, *, creators: pd.DataFrame) -> Posts:
    """Take the `RECENT_NOTES` newest notes of each creator in each scope, and number their creators."""
    codes = number_creators(notes, creators=creators)
    is_paid = notes["scope"].eq("paid").to_numpy(dtype=bool)
    recent = _find_recent(notes["posted_at"], codes, is_paid)
    frame, codes, is_paid = notes[recent], codes[recent], is_paid[recent]
    is_video = frame["format"].eq("video").to_numpy(dtype=bool)
    mostly_video = creators["format"].eq("video").to_numpy(dtype=bool)
    in_main = mostly_video[np.maximum(codes, 0)] == is_video
    return Posts(codes, is_paid, in_main | frame["format"].isna().to_numpy(), frame)


def _find_recent(posted_at: pd.Series, codes: Codes, is_paid: np.ndarray) -> np.ndarray:
    """Mask of the newest notes of each creator and scope; notes of nobody are left out."""
    moment = posted_at.astype("int64").to_numpy() if len(posted_at) else np.zeros(0, dtype=np.int64)
    group = np.where(codes >= 0, 2 * codes + is_paid, -1)
    order = np.lexsort((-moment, group))
    ordered = group[order]
    starts = np.searchsorted(ordered, ordered, side="left")
    mask = np.zeros(len(group), dtype=bool)
    mask[order] = (np.arange(len(group)) - starts < RECENT_NOTES) & (ordered >= 0)
    return mask


def measure_notes(posts: Posts, *, creators: pd.DataFrame, settings: Vetting) -> dict[str, Signal]:
    """Signals of the checks that rest on notes; engagement here is of everyday notes in the main format."""
    n = len(creators)
    usual = np.where(~posts.is_paid & posts.is_main_format, posts.codes, -1)
    everyday = summarise_logs(np.log(_engagement(posts) + HALF), usual, n_creators=n)
    measured = count_rows(posts.codes, n_creators=n, mask=np.isfinite(_engagement(posts)))
    return {
        "engagement": _measure_engagement(everyday, creators),
        "evenness": _measure_evenness(everyday),
        "hit_rate": _measure_hits(posts, n, settings),
        "completion": _measure_completion(posts, n),
        "saves": _measure_shape(posts, n, "collects"),
        "comment_ratio": _measure_shape(posts, n, "comments"),
        "paid_drop": _measure_paid_drop(posts, n),
        "read_sources": _measure_sources(posts, n),
        "data_amount": make_signal(measured, n=measured),
    }


def _column(posts: Posts, name: str) -> Floats:
    return posts.frame[name].to_numpy(dtype=float, na_value=np.nan)


def _engagement(posts: Posts) -> Floats:
    given = _column(posts, "engagement")
    counted = _column(posts, "likes") + _column(posts, "collects") + _column(posts, "comments")
    return np.where(np.isfinite(given), given, counted)


def _measure_engagement(everyday: Logs, creators: pd.DataFrame) -> Signal:
    """Typical engagement of an everyday note over the followers."""
    followers = creators["followers"].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.maximum(np.exp(everyday.mean) - HALF, HALF) / np.where(followers > 0, followers, np.nan)
    return Signal(rate, everyday.error, everyday.n)


def _measure_evenness(everyday: Logs) -> Signal:
    """Standard deviation of the logs of engagement.

    The log of a variance of n values has the variance trigamma((n − 1) / 2), of a standard deviation a quarter of it.
    """
    n = everyday.n
    spread = np.sqrt(np.where(n >= 2, everyday.own_variance, np.nan))
    error = special.polygamma(1, np.maximum(n - 1, 1) / 2) / 4
    return Signal(np.where(spread > 0, spread, np.where(n >= 2, 1e-3, np.nan)), error, n)


def _measure_hits(posts: Posts, n: int, settings: Vetting) -> Signal:
    figure = _column(posts, "likes") if settings.hit_metric == "likes" else _engagement(posts)
    known = np.isfinite(figure) & ~posts.is_paid
    trials = count_rows(posts.codes, n_creators=n, mask=known)
    hits = count_rows(posts.codes, n_creators=n, mask=known & (figure >= settings.hit_from))
    return make_signal(beta_binomial_shrink(hits, trials, level=None).estimate, n=trials)


def _measure_completion(posts: Posts, n: int) -> Signal:
    rate = np.clip(_column(posts, "finish_rate"), 1e-4, 1 - 1e-4)
    logs = summarise_logs(special.logit(rate), np.where(posts.is_paid, -1, posts.codes), n_creators=n)
    return Signal(special.expit(logs.mean), logs.error, logs.n)


def _measure_shape(posts: Posts, n: int, reaction: str) -> Signal:
    """Typical collects, or comments, for one like."""
    likes, other = _column(posts, "likes"), _column(posts, reaction)
    enough = np.nan_to_num(likes) + np.nan_to_num(_column(posts, "collects")) >= MIN_REACTIONS
    logs = np.where(enough, np.log(other + HALF) - np.log(likes + HALF), np.nan)
    found = summarise_logs(logs, np.where(posts.is_paid, -1, posts.codes), n_creators=n)
    return Signal(np.exp(found.mean), found.error, found.n)


def _measure_paid_drop(posts: Posts, n: int) -> Signal:
    """Typical paid note over a typical everyday one of the same format, by views, else by engagement."""
    views = _column(posts, "views")
    both = [np.isfinite(views) & (posts.is_paid == paid) for paid in (False, True)]
    has_views = np.minimum(*(count_rows(posts.codes, n_creators=n, mask=mask) for mask in both)) >= 3
    figure = np.where(has_views[np.maximum(posts.codes, 0)], views, _engagement(posts))
    logs = np.log(figure + HALF)
    said = posts.frame["scope"].notna().to_numpy()
    parts = [
        summarise_logs(logs, np.where(posts.is_main_format & mask, posts.codes, -1), n_creators=n)
        for mask in (said & ~posts.is_paid, posts.is_paid)
    ]
    enough = np.minimum(parts[0].n, parts[1].n) >= 3
    ratio = np.where(enough, np.exp(parts[1].mean - parts[0].mean), np.nan)
    return Signal(ratio, parts[0].error + parts[1].error, np.minimum(parts[0].n, parts[1].n))


def _measure_sources(posts: Posts, n: int) -> Signal:
    """Share of organic exposure that the discovery and search pages gave."""
    pages = ("discovery", "search", "homepage", "following", "nearby", "other")
    shown = np.column_stack([np.nan_to_num(_column(posts, f"exposure_{page}")) for page in pages])
    total, found = shown.sum(axis=1), shown[:, :2].sum(axis=1)
    share = np.where(total > 0, found / np.where(total > 0, total, 1), np.nan)
    logs = summarise_logs(special.logit(np.clip(share, 1e-4, 1 - 1e-4)), posts.codes, n_creators=n)
    return Signal(special.expit(logs.mean), logs.error, logs.n)


MIN_LENGTH: int = assume("vetting.min_comment_length")
OF_NOTES: float = assume("vetting.repeat_commenter_share")
MIN_NOTES: int = assume("vetting.repeat_commenter_notes")
MIN_CREATORS: int = assume("vetting.shared_commenter_creators")


def measure_comments(comments: pd.DataFrame, *, notes: pd.DataFrame, creators: pd.DataFrame) -> dict[str, Signal]:
    """Signals of the comments; a comment belongs to the creator of its note."""
    by_note = notes.drop_duplicates("note_id").set_index("note_id")["creator_key"]
    owned = comments.assign(creator_key=comments["note_id"].map(by_note).astype("str"))
    codes = number_creators(owned, creators=creators)
    owned, codes = owned[codes >= 0], codes[codes >= 0]
    author = pd.factorize(owned["author_key"])[0].astype(np.int64)
    note = pd.factorize(owned["note_id"])[0].astype(np.int64)
    n = len(creators)
    return {
        "repeated_comments": _share(_is_repeated(owned["text"], codes), codes, owned["text"].notna().to_numpy(), n),
        "repeat_commenters": _share(_is_regular(author, note, codes, n), codes, author >= 0, n),
        "shared_commenters": _share(_is_shared(author, codes), codes, author >= 0, n),
    }


def _share(found: np.ndarray, codes: Codes, known: np.ndarray, n: int) -> Signal:
    """Share of the known comments, half a comment added to each side, and its error on the logit scale."""
    trials = count_rows(codes, n_creators=n, mask=known)
    hits = count_rows(codes, n_creators=n, mask=known & found)
    share: Floats = np.where(trials > 0, (hits + 0.5) / (trials + 1), np.nan)
    return make_signal(share, variance=1 / (hits + 0.5) + 1 / (trials - hits + 0.5), n=trials)


def _is_repeated(texts: pd.Series, codes: Codes) -> np.ndarray:
    """Whether the same words, marks and emoji aside, stand under this creator's notes more than once."""
    plain = texts.astype("str").fillna("").str.normalize("NFKC").str.lower().str.replace(r"[\W_]+", "", regex=True)
    number = pd.factorize(plain)[0].astype(np.int64)
    pair = codes * (number.max(initial=0) + 1) + number
    return pd.Series(pair).duplicated(keep=False).to_numpy() & plain.str.len().ge(MIN_LENGTH).to_numpy()


def _is_regular(author: Codes, note: Codes, codes: Codes, n: int) -> np.ndarray:
    """Whether its author writes under at least half of the creator's notes with comments."""
    rows = pd.DataFrame({"author": author, "creator": codes, "note": note})
    notes_of = rows.drop_duplicates(["creator", "note"])["creator"].value_counts().reindex(range(n)).to_numpy()
    seen = rows.drop_duplicates().groupby(["creator", "author"]).size().rename("n_notes").reset_index()
    n_notes = rows.merge(seen, on=["creator", "author"], how="left")["n_notes"].to_numpy()
    return (n_notes >= MIN_NOTES) & (n_notes >= OF_NOTES * notes_of[codes])


def _is_shared(author: Codes, codes: Codes) -> np.ndarray:
    """Whether its author writes under several creators of the pool."""
    pairs = pd.DataFrame({"author": author, "creator": codes}).drop_duplicates()
    n_creators = pairs["author"].value_counts()
    return pd.Series(author).map(n_creators).ge(MIN_CREATORS).to_numpy()


SHARES: Final = {
    "active_fans": "active_fan_share",
    "reading_fans": "reading_fan_share",
    "engaged_fans": "engaged_fan_share",
    "suspected_fans": "suspected_fan_share",
    "reply_rate": "reply_rate_48h",
}
MEDIANS: Final = ("exposure_median", "views_median", "engagement_median")
SAME_FIGURE: float = assume("vetting.same_figure")

WITHIN_SD: float = assume("notes.within_creator_sd")
MIN_COUNTS: int = assume("vetting.min_counts")
STILL_GROWTH: float = assume("vetting.still_growth")


def measure_profiles(creators: pd.DataFrame) -> dict[str, Signal]:
    """Signals that stand in the creator's own row: shares of fans, replies, growth over thirty days."""
    found = {name: make_signal(_numbers(creators, column)) for name, column in SHARES.items()}
    followers, won = _numbers(creators, "followers"), _numbers(creators, "new_fans_30d")
    with np.errstate(divide="ignore", invalid="ignore"):
        counted = np.where(followers - won > 0, won / (followers - won), np.nan)
    return found | {"fan_growth": make_signal(first_known(_numbers(creators, "fan_growth_30d"), counted))}


def _numbers(creators: pd.DataFrame, column: str) -> Floats:
    return creators[column].to_numpy(dtype=float, na_value=np.nan)


# --------------------------------------------------------------------------------------- medians


def measure_medians(baselines: pd.DataFrame, *, creators: pd.DataFrame, within: float) -> dict[str, Signal]:
    """Signals of the platform's medians, in the creator's main format, the longer window first.

    The error of a median is not known where the export does not tell of how many notes it is: the figure is then
    compared as it stands, with peers whose figures spread by such errors too.

    Parameters
    ----------
    within : variance of log engagement within a creator; NaN where the notes do not tell it.
    """
    ordered = baselines.sort_values(["window_days", "as_of"], ascending=False, kind="stable")
    codes = number_creators(ordered, creators=creators)
    main = creators["format"].fillna("image").to_numpy(dtype=object)[np.maximum(codes, 0)]
    fits = (ordered["format"].isna() | ordered["format"].eq(main)).to_numpy(dtype=bool)
    everyday, paid = (
        _Medians(ordered, np.where(fits & ordered["scope"].eq(scope).to_numpy(dtype=bool), codes, -1), len(creators))
        for scope in ("everyday", "paid")
    )
    variance = within if np.isfinite(within) and within > 0 else WITHIN_SD**2
    followers = _numbers(creators, "followers")
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = everyday.pick("engagement_median") / np.where(followers > 0, followers, np.nan)
    found = first_known(
        everyday.pick("views_discovery_share") + everyday.pick("views_search_share"),
        everyday.pick("exposure_discovery_share") + everyday.pick("exposure_search_share"),
    )
    return {
        "engagement": Signal(rate, MEDIAN_VARIANCE * variance / everyday.n, everyday.n),
        "completion": make_signal(everyday.pick("finish_rate"), n=everyday.n),
        "read_sources": make_signal(np.clip(found, 0, 1), n=everyday.n),
        "paid_drop": _measure_drop(everyday, paid, variance),
        "scope_agreement": _measure_agreement(everyday, paid),
    }


class _Medians:
    """The medians of one scope: one row a creator; the notes behind them, missing where the export does not tell."""

    def __init__(self, rows: pd.DataFrame, codes: Codes, n_creators: int) -> None:
        self._rows, self._codes, self._n = rows, codes, n_creators
        counted = self.pick("n_notes")
        self.n = np.where(counted > 0, counted, np.nan)

    def pick(self, name: str) -> Floats:
        return pick(self._rows[name], self._codes, n_creators=self._n)


def _measure_drop(everyday: _Medians, paid: _Medians, variance: float) -> Signal:
    """Paid over everyday median, by views, else engagement, else exposure.

    Where every figure of the two scopes is the same, the export shows one scope twice and there is no ratio.
    """
    ratios = []
    for name in ("views_median", "engagement_median", "exposure_median"):
        usual, sold = everyday.pick(name), paid.pick(name)
        ratios.append(np.where((usual > 0) & (sold > 0), sold / np.where(usual > 0, usual, 1), np.nan))
    error = MEDIAN_VARIANCE * variance * (1 / everyday.n + 1 / paid.n)
    same = _measure_agreement(everyday, paid).figures == 1
    return Signal(np.where(same, np.nan, first_known(*ratios)), error, np.minimum(everyday.n, paid.n))


def _measure_agreement(everyday: _Medians, paid: _Medians) -> Signal:
    """1 where at least two medians are known in both scopes and all are the same, 0 where they differ."""
    known, same = (np.zeros_like(everyday.n) for _ in range(2))
    for name in MEDIANS:
        usual, sold = everyday.pick(name), paid.pick(name)
        both = (usual > 0) & (sold > 0)
        known += both
        same += both & (np.abs(usual - sold) <= SAME_FIGURE * np.maximum(usual, sold))
    return make_signal(np.where(known >= 2, (same == known).astype(float), np.nan))


# ------------------------------------------------------------------------------- growth over time


def measure_jumps(counts: pd.DataFrame, hits: pd.DataFrame, *, creators: pd.DataFrame) -> dict[str, Signal]:
    """Largest daily growth between two follower counts, over the creator's usual one, without a hit note meanwhile.

    Parameters
    ----------
    counts : of `thread.pool.gather_counts`.
    hits : hit notes, ``creator_key`` and ``posted_at``: growth that they may explain is left out.
    """
    n = len(creators)
    codes = number_creators(counts, creators=creators)
    days = counts["as_of"].astype("int64").to_numpy() / 86_400e6
    followers = counts["followers"].to_numpy(dtype=float, na_value=np.nan)
    used = (codes >= 0) & (followers > 0)
    order = np.lexsort((days[used], codes[used]))
    codes, days, logs = codes[used][order], days[used][order], np.log(followers[used][order])
    next_is_own = np.r_[codes[1:] == codes[:-1], False][: len(codes)]
    start = np.flatnonzero(next_is_own & (np.r_[np.diff(days), 0][: len(codes)] >= 1))
    owner, growth = codes[start], (logs[start + 1] - logs[start]) / (days[start + 1] - days[start])
    explained = _find_explained(owner, days[start], days[start + 1], hits, creators)
    growth = growth[~explained]
    owner = owner[~explained]
    n_steps = np.bincount(owner, minlength=n).astype(float)
    usual = pd.Series(growth).groupby(owner).median().reindex(range(n)).to_numpy()
    most = pd.Series(growth).groupby(owner).max().reindex(range(n)).to_numpy()
    jump = np.where(n_steps >= MIN_COUNTS - 1, np.maximum(most - usual, 0) + STILL_GROWTH, np.nan)
    return {"fan_jump": make_signal(jump)}


def _find_explained(owner: Codes, start: Floats, end: Floats, hits: pd.DataFrame, creators: pd.DataFrame) -> np.ndarray:
    """Steps in which, or a week before which, a hit note was posted."""
    if hits.empty or not len(owner):
        return np.zeros(len(owner), dtype=bool)
    who = number_creators(hits, creators=creators)
    day = hits["posted_at"].astype("int64").to_numpy() / 86_400e6
    span = float(max(end.max(), day.max()) - min(start.min(), day.min())) + 10
    low = min(start.min(), day.min())
    posts = np.sort(who * span + day - low)
    first = np.searchsorted(posts, owner * span + start - 7 - low, side="left")
    last = np.searchsorted(posts, owner * span + end - low, side="right")
    return last > first
