"""What a creator's notes show: engagement, its evenness, hits, shape of reactions, completion, paid notes, comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from xhs_toolkit.assumptions import assume
from xhs_toolkit.stats import beta_binomial_shrink
from xhs_toolkit.vetting.checks import (
    Codes,
    Floats,
    Logs,
    Signal,
    count_rows,
    make_signal,
    number_creators,
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
