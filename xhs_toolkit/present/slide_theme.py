"""Colours, places and plain text of slides: the house's, by the template's own theme."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.oxml.ns import qn
from pptx.util import Emu

from xhs_toolkit.present.style import ACCENT, INK, PALETTE, PAPER, QUIET, RULE

THEMED = {
    INK: MSO_THEME_COLOR.TEXT_1,
    QUIET: MSO_THEME_COLOR.TEXT_1,
    PAPER: MSO_THEME_COLOR.BACKGROUND_1,
    RULE: MSO_THEME_COLOR.BACKGROUND_2,
    **{colour: MSO_THEME_COLOR.from_xml(f"accent{number}") for number, colour in enumerate(PALETTE, start=1)},
    ACCENT: MSO_THEME_COLOR.ACCENT_6,
}
"""Colours of the house → slots of the theme, so that an agency's template recolours slides and charts."""

QUIETER = 0.3
"""How much paler than its text a template's quiet words are."""


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle on a slide, in English metric units."""

    left: int
    top: int
    width: int
    height: int

    def __iter__(self) -> Any:
        return iter((Emu(self.left), Emu(self.top), Emu(self.width), Emu(self.height)))


def plain_text(text: str) -> str:
    r"""Text in one line without control, direction and private characters.

    >>> plain_text("a\u202eb\n🥾\ue000")
    'ab 🥾'
    """
    kept = (char for char in " ".join(text.split()) if unicodedata.category(char) not in {"Cc", "Cf", "Co", "Cn", "Cs"})
    return "".join(kept).strip()


def paint(colour: Any, wanted: str) -> None:
    """Set a colour of the house: by the template's theme, where it has a slot for it."""
    if wanted not in THEMED:
        colour.rgb = RGBColor.from_string(wanted.removeprefix("#"))
        return
    colour.theme_color = THEMED[wanted]
    if wanted == QUIET:
        colour.brightness = QUIETER


def add_fill(parent: Any, wanted: str) -> None:
    """Add a solid fill in a colour of the theme to a piece of a drawing."""
    fill = etree.SubElement(parent, qn("a:solidFill"))
    etree.SubElement(fill, qn("a:schemeClr")).set("val", MSO_THEME_COLOR.to_xml(THEMED[wanted]))
