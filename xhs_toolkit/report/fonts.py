"""The Chinese characters of a page, embedded in it, so that a machine without a Chinese font shows no empty boxes."""

from __future__ import annotations

import base64
import io

from xhs_toolkit.present.style import FONT_FILE

FAMILY = "Report Han"
FIRST_HAN = 0x2E80
"""The first of the East Asian code points; what lies below, every machine has."""


def embed_font(text: str) -> str:
    """Return the style rule of a font with the Chinese characters of a text; empty where it has none.

    The page's style names it last, so that the reader's own fonts come first.

    >>> embed_font("plain words")
    ''
    """
    wanted = {ord(char) for char in text if ord(char) >= FIRST_HAN}
    if not wanted:
        return ""
    data = base64.b64encode(_cut_font(wanted)).decode("ascii")
    source = f"url(data:font/woff;base64,{data})"
    return f'@font-face {{ font-family: "{FAMILY}"; src: {source} format("woff"); unicode-range: U+2E80-10FFFF; }}'


def _cut_font(wanted: set[int]) -> bytes:
    """The bundled font with nothing but the wanted characters, as far as it has them."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(FONT_FILE, recalcTimestamp=False)
    subsetter = Subsetter(Options(layout_features=[], hinting=False, notdef_outline=True))
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    font.flavor = "woff"
    cut = io.BytesIO()
    font.save(cut)
    return cut.getvalue()
