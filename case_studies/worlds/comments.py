"""Invented comments under campaign notes: questions, words of trust, small talk, and copied ones."""

from __future__ import annotations

import numpy as np
import pandas as pd

from case_studies.worlds import words
from case_studies.worlds.settings import CommentSettings, WorldSettings

COMMENT_COLUMNS = ("comment_id", "note_id", "user_id", "text", "likes", "posted_at", "place", "true_kind")
KINDS = ("question", "trust", "talk", "copied")
WAIT_DAYS = 3.0


def make_comments(
    settings: WorldSettings, creators: pd.DataFrame, notes: pd.DataFrame, *, rng: np.random.Generator
) -> pd.DataFrame:
    """Make the comments that were collected under the campaign's notes.

    Returns
    -------
    DataFrame
        `COMMENT_COLUMNS`; the truth: ``true_kind`` (`KINDS`).
    """
    if settings.comments is None:
        return pd.DataFrame(columns=list(COMMENT_COLUMNS))
    known = settings.comments
    paid = notes[notes["scope"].eq("paid")].merge(
        _add_shares(creators, settings, known), on="creator_id", validate="m:1", suffixes=("", "_creator")
    )
    rows = paid.loc[paid.index.repeat(paid["comments"].clip(upper=known.most_a_note))].reset_index(drop=True)
    n = len(rows)
    kind = _draw_kinds(rows, rng=rng)
    places, shares = zip(*known.places, strict=True)
    return pd.DataFrame(
        {
            "comment_id": words.make_ids(n, prefix="c033", rng=rng),
            "note_id": rows["note_id"],
            "user_id": _draw_readers(n, is_copied=kind == "copied", rng=rng),
            "text": _draw_texts(kind, settings.voice, rng=rng),
            "likes": rng.poisson(1.5, n),
            "posted_at": rows["posted_at"] + pd.to_timedelta(rng.exponential(WAIT_DAYS, n).round(4), unit="D"),
            "place": np.where(
                rng.random(n) < known.home_share,
                rows["home"],
                rng.choice(places, n, p=np.array(shares) / sum(shares)),
            ),
            "true_kind": kind,
        }
    )[list(COMMENT_COLUMNS)]


def _add_shares(creators: pd.DataFrame, settings: WorldSettings, known: CommentSettings) -> pd.DataFrame:
    personas = {persona.name: persona for persona in settings.personas}
    found = creators["persona"].map(personas.get)
    copied = known.copied_share * creators["has_bought_fans"].astype(float)
    return pd.DataFrame(
        {
            "creator_id": creators["creator_id"],
            "home": creators["place"],
            "copied": copied,
            "question": (1 - copied) * [known.question_share if one is None else one.question_share for one in found],
            "trust": (1 - copied) * [known.trust_share if one is None else one.trust_share for one in found],
        }
    )


def _draw_kinds(rows: pd.DataFrame, *, rng: np.random.Generator) -> np.ndarray:
    drawn = rng.random(len(rows))
    ends = rows[["question", "trust", "copied"]].to_numpy(dtype=float).cumsum(axis=1)
    return np.select(
        [drawn < ends[:, 0], drawn < ends[:, 1], drawn < ends[:, 2]], ["question", "trust", "copied"], "talk"
    )


def _draw_readers(n: int, *, is_copied: np.ndarray, rng: np.random.Generator) -> list[str]:
    """Readers rarely come back; those who copy are a handful."""
    honest, paid_hands = rng.integers(0, 40 * n + 1, n), rng.integers(0, 6, n)
    return [f"aaaa{paid_hands[i]:020x}" if is_copied[i] else f"bbbb{honest[i]:020x}" for i in range(n)]


def _draw_texts(kind: np.ndarray, voice: str, *, rng: np.random.Generator) -> np.ndarray:
    """Texts of each kind; an ending follows only a text that has no mark at its end."""
    banks = words.read_voice()["comments"] | words.read_voice(voice)["comments"]
    texts = np.empty(len(kind), dtype=object)
    for name in KINDS:
        chosen = kind == name
        texts[chosen] = rng.choice(np.array(banks[name], dtype=object), chosen.sum())
    endings = rng.choice(np.array(words.COMMENT_ENDINGS, dtype=object), len(kind))
    is_open = [str(text)[-1:].isalnum() for text in texts]
    return np.where((kind != "copied") & is_open, texts + endings, texts)
