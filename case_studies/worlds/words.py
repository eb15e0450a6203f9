"""Invented names, places, titles and texts. Nobody is meant, and the names say so."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from xhs_toolkit.bundled import read_bundled_yaml

SYNTHETIC = "合成数据 SYNTHETIC"
NOTICE = f"{SYNTHETIC}：全部内容均为虚构示例，不涉及任何真实博主或品牌 (all rows are invented)"
NAME_PREFIX = "示例博主·"

VOICES = Path(__file__).parent / "voices"
COMMENT_ENDINGS = ("", "", "", "～", "😊", "🙏", "👍", "")
"""What may follow a comment that ends without a mark of its own."""
CATEGORIES = ("户外", "旅行", "亲子", "生活记录", "穿搭", "美食")
INTERESTS = ("美食", "出行", "穿搭", "生活记录", "影视", "家居家装", "母婴", "运动健身")


@cache
def read_voice(name: str = "general") -> Any:
    """Words and levels of a world, by kind: a file of ``voices/``, whose texts are cut into lines."""
    return _cut(read_bundled_yaml(VOICES / f"{name}.yaml"))


def _cut(words: Any) -> Any:
    if isinstance(words, dict):
        return {kind: _cut(part) for kind, part in words.items()}
    return tuple(words.splitlines()) if isinstance(words, str) else words


def make_names(n: int, *, endings: Sequence[str] = ()) -> list[str]:
    """Names that say they are invented, all different; each further round of them has the next ending.

    >>> make_names(2)
    ['示例博主·青柠', '示例博主·海盐']
    >>> make_names(41, endings=["在路上"])[-1]
    '示例博主·青柠在路上'
    """
    rounds, names = ["", *endings], read_voice()["names"]
    rounds += [str(number + 1) for number in range(len(rounds), n // len(names) + 1)]
    return [f"{NAME_PREFIX}{names[i % len(names)]}{rounds[i // len(names)]}" for i in range(n)]


def make_ids(n: int, *, prefix: str, rng: np.random.Generator) -> list[str]:
    """Ids of 24 hexadecimal digits as the platform's, all different, with a prefix that marks them."""
    digits = 24 - len(prefix) - 6
    heads = rng.integers(0, 16, (n, digits))
    return [f"{prefix}{''.join(f'{digit:x}' for digit in head)}{i:06x}" for i, head in enumerate(heads)]


def fill_titles(patterns: list[str], *, rng: np.random.Generator) -> list[str]:
    """Put a place into every pattern."""
    places = rng.choice(read_voice()["places"], len(patterns))
    return [pattern.replace("{place}", place) for pattern, place in zip(patterns, places, strict=True)]


def make_texts(n: int, *, rng: np.random.Generator) -> list[str]:
    """Bodies of two to four sentences."""
    sizes = rng.integers(2, 5, n)
    bodies = ["".join(rng.choice(read_voice()["texts"], size, replace=False)) for size in sizes]
    return fill_titles(bodies, rng=rng)
