"""Pools of ordinary creators with notes, one of whom a test makes unusual."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.decisions import Decisions, add_decisions, match_decisions
from xhs_toolkit.sourcing import make_pool
from xhs_toolkit.tables import TABLES, conform
from xhs_toolkit.vetting import Vetted, check_creators, vet_creators
from xhs_toolkit.vetting.vet import Checked

NOW = pd.Timestamp("2026-09-01", tz="UTC")


def make_tables(n: int = 40, *, n_notes: int = 12, seed: int = 0) -> dict[str, pd.DataFrame]:
    """Creators c000 … of 5,000 followers, each with notes of about 100 likes, 13 collects and 4 comments."""
    rng = np.random.default_rng(seed)
    keys = np.array([f"c{number:03d}" for number in range(n)])
    owner = np.repeat(np.arange(n), n_notes)
    level = np.exp(np.log(100) + rng.normal(0, 0.6, n)[owner] + rng.normal(0, 0.8, len(owner)))
    creators = {
        "creator_id": keys,
        "creator_name": np.char.add("示例", keys),
        "as_of": NOW,
        "followers": 5_000.0,
        "category": "美食",
        "image_price_cny": np.round(400 * np.exp(rng.normal(0, 0.3, n))),
        "source": "dandelion_creators",
        "source_file": "a.xlsx",
        "source_row": np.arange(n) + 2.0,
    }
    notes = {
        "note_id": np.arange(len(owner)).astype(str),
        "creator_id": keys[owner],
        "creator_name": np.char.add("示例", keys)[owner],
        "posted_at": NOW - pd.to_timedelta(rng.uniform(20, 90, len(owner)), unit="D"),
        "as_of": NOW,
        "format": "image",
        "scope": "everyday",
        "likes": np.round(level),
        "collects": np.round(level * 0.13 * np.exp(rng.normal(0, 0.3, len(owner)))),
        "comments": np.round(level * 0.04 * np.exp(rng.normal(0, 0.3, len(owner)))),
    }
    made = {"creators": pd.DataFrame(creators), "notes": pd.DataFrame(notes)}
    return {name: conform(made.get(name, pd.DataFrame()), table) for name, table in TABLES.items()}


def check(tables: dict[str, pd.DataFrame], *, campaign: Campaign | None = None) -> tuple[pd.DataFrame, Checked]:
    """Every check of every creator, as the notebook runs it; creators by key."""
    campaign = campaign or Campaign(folder=Path("nowhere"))
    pool = make_pool(tables, latest=tables["notes"], campaign=campaign)
    creators = pool.creators.sort_values("creator_key", ignore_index=True)
    return creators, check_creators(creators, notes=pool.notes, tables=tables, campaign=campaign)


def vet(tables: dict[str, pd.DataFrame], *, campaign: Campaign, decisions: Decisions | None = None) -> Vetted:
    pool = make_pool(tables, latest=tables["notes"], campaign=campaign)
    creators = pool.creators.assign(fit=0.5)
    decided = add_decisions(creators, decisions=match_decisions(decisions, creators))
    return vet_creators(decided, notes=pool.notes, tables=tables, campaign=campaign)
