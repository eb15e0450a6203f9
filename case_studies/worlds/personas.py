"""Walks of life: which creators belong to one, and what that does to their notes."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd

from case_studies.worlds.settings import WorldPersona, WorldSettings


def add_personas(creators: pd.DataFrame, *, settings: WorldSettings, rng: np.random.Generator) -> pd.DataFrame:
    """Add ``persona`` and ``tags``; a persona changes a creator's category, reach and shape of engagement.

    Parameters
    ----------
    creators : as `creators.make_creators`.
    """
    plain = creators.assign(persona=None, tags=creators["category"])
    return _add_personas(plain, settings, rng=rng).pipe(_add_stars, settings=settings, rng=rng)


def share_out_personas(personas: tuple[WorldPersona, ...], n: int) -> np.ndarray:
    """Positions of personas for n creators, in proportion to their shares.

    >>> share_out_personas((WorldPersona("a", "", ()), WorldPersona("b", "", (), share=3)), 8).tolist()
    [0, 0, 1, 1, 1, 1, 1, 1]
    """
    ends = np.cumsum([persona.share for persona in personas])
    return np.searchsorted(ends / ends[-1], (np.arange(n) + 0.5) / n)


def _add_personas(creators: pd.DataFrame, settings: WorldSettings, *, rng: np.random.Generator) -> pd.DataFrame:
    if not settings.personas:
        return creators
    known = pd.DataFrame([asdict(persona) for persona in settings.personas])
    chosen = known.iloc[rng.permutation(share_out_personas(settings.personas, len(creators)))].set_index(creators.index)
    return creators.assign(
        persona=chosen["name"],
        category=chosen["category"],
        tags=chosen["tags"].map(",".join),
        level_log=creators["level_log"] + chosen["reach_log"],
        likes_and_collects=np.rint(creators["likes_and_collects"] * np.exp(chosen["reach_log"])).astype(int),
        collects_log=creators["collects_log"] + chosen["collects_log"],
        comments_log=creators["comments_log"] + chosen["comments_log"],
    )


def _add_stars(creators: pd.DataFrame, *, settings: WorldSettings, rng: np.random.Generator) -> pd.DataFrame:
    """Raise a few creators far above what their peers can tell of them."""
    if not settings.n_stars:
        return creators.assign(is_star=False)
    is_star = creators.index.isin(rng.permutation(creators.index)[: settings.n_stars])
    return creators.assign(is_star=is_star, level_log=creators["level_log"] + settings.star_log * is_star)
