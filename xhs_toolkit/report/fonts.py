"""The fonts of a page, embedded in it: the same letters on every machine, and no empty boxes.

Latin letters are embedded whole, in three weights. Of the Chinese characters and the emoji only those that the page
holds are embedded, for machines that have none of their own: the page's style names those fonts last.
"""

from __future__ import annotations

import base64
import io
from pathlib import Path

from xhs_toolkit.present.style import FONT_FILE

FOLDER = FONT_FILE.parent
LATIN_WEIGHTS = (400, 600, 700)
LATIN_RANGE = "U+0000-00B6, U+00B8-024F, U+2010-2015, U+2020-2022, U+20AC, U+2190-2193, U+2212, U+2264-2265"
"""Without the middle dot, the quotation marks and the ellipsis: Chinese sets those in its own width."""

HAN_RANGE = "U+2E80-9FFF, U+F900-FAFF, U+FE30-FE4F, U+FF00-FFEF"
EMOJI_RANGE = "U+200D, U+2600-27BF, U+2B50, U+FE0F, U+1F000-1FAFF"
FIRST_HAN, FIRST_SYMBOL = 0x2E80, 0x2600


def embed_fonts(text: str) -> str:
    """Return the style rules of the fonts that a text needs.

    >>> embed_fonts("plain words").count("@font-face"), embed_fonts("徒步🥾").count("@font-face")
    (3, 5)
    """
    latin = [
        _write_rule("Report", _encode((FOLDER / f"SourceSans3-Latin-{weight}.woff2").read_bytes()), "woff2",
                    weight=weight, covers=LATIN_RANGE)
        for weight in LATIN_WEIGHTS
    ]  # fmt: skip
    points = {ord(char) for char in text}
    han = _cut("Report Han", FONT_FILE, {each for each in points if FIRST_HAN <= each < 0x1F000}, HAN_RANGE)
    symbols = {each for each in points if FIRST_SYMBOL <= each < FIRST_HAN or each >= 0x1F000}
    emoji = _cut(
        "Report Emoji", FOLDER / "NotoEmoji-Regular.woff", symbols | ({0x200D} if symbols else set()), EMOJI_RANGE
    )
    return "\n".join(rule for rule in (*latin, han, emoji) if rule)


def _write_rule(family: str, data: str, form: str, *, weight: int, covers: str) -> str:
    source = f"url(data:font/{form};base64,{data})"
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: {source} format("{form}"); '
        f"unicode-range: {covers}; }}"
    )


def _cut(family: str, file: Path, wanted: set[int], covers: str) -> str:
    """The rule of a font with nothing but the wanted characters, as far as it has them; empty where none is wanted."""
    if not wanted:
        return ""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(file, recalcTimestamp=False)
    subsetter = Subsetter(Options(layout_features=["ccmp"], hinting=False, notdef_outline=True))
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    font.flavor = "woff"
    cut = io.BytesIO()
    font.save(cut)
    return _write_rule(family, _encode(cut.getvalue()), "woff", weight=400, covers=covers)


def _encode(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
