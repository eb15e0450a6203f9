"""Titles and texts in the words of a case: by theme or walk of life, with places of the creator's own country."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from case_studies.worlds import words
from case_studies.worlds.settings import WorldSettings


def speak(
    notes: pd.DataFrame, creators: pd.DataFrame, *, settings: WorldSettings, rng: np.random.Generator
) -> pd.DataFrame:
    """Replace ``title`` and ``text`` of the notes where the world has a voice of its own.

    Parameters
    ----------
    notes : as `notes.make_notes`. creators : as `personas.add_personas`.
    """
    voice = words.read_voice(settings.voice)
    if "themes" not in voice:
        return notes
    people = creators.set_index("creator_id").loc[notes["creator_id"], ["persona", "place"]].set_index(notes.index)
    people["persona"] = people["persona"].fillna(next(iter(voice["everyday"])))
    subject = notes["theme"].fillna(people["persona"])
    banks = voice["themes"] | {name: own + voice["common"] for name, own in voice["everyday"].items()}
    places = people["place"].map(voice["places"]).map(rng.choice)
    titles = subject.groupby(subject).transform(lambda rows: deal(banks[rows.name], len(rows), rng=rng))
    filled = [title.replace("{place}", place) for title, place in zip(titles, places, strict=True)]
    return notes.assign(title=filled, text=_write_texts(notes, people["persona"], voice=voice, rng=rng))


def deal(bank: tuple[str, ...], n: int, *, rng: np.random.Generator) -> list[str]:
    """Lines in an order by lot: plain until all were dealt, then each time with a tail.

    >>> sorted(deal(("a", "b"), 2, rng=np.random.default_rng(0)))
    ['a', 'b']
    """
    rounds = np.arange(n) // len(bank)
    lines = np.concatenate([rng.permutation(bank) for _ in range(n // len(bank) + 1)])[:n]
    tails = rng.choice(words.read_voice()["tails"], n)
    return [f"{line}{tail if again else ''}" for line, tail, again in zip(lines, tails, rounds, strict=True)]


def _write_texts(
    notes: pd.DataFrame, personas: pd.Series, *, voice: dict[str, Any], rng: np.random.Generator
) -> list[str]:
    """Two or three sentences, and the words with which this creator always ends."""
    number = pd.factorize(notes["creator_id"])[0]
    kinds = np.where(notes["scope"].eq("paid"), "campaign", "everyday")
    texts = []
    for kind, persona, who in zip(kinds, personas, number, strict=True):
        said = rng.choice(voice["texts"][kind], rng.integers(2, 4), replace=False)
        texts.append("".join([*said, voice["signs"][persona][who % len(voice["signs"][persona])]]))
    return texts
