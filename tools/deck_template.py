"""The deck's template, made in the house style: ``templates/report/deck.pptx``.

``python -m tools.deck_template`` writes it. An agency puts a ``deck.pptx`` of its own beside its
``agency.yaml``; any template with a title slide and a "title only" layout will do.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from xhs_toolkit.bundled import bundled_folder
from xhs_toolkit.present.style import ACCENT, INK, PALETTE, PAPER, QUIET, RULE

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
MARGIN = Inches(0.65)
LATIN_FONT, CHINESE_FONT = "Arial", "Microsoft YaHei"
KEPT_LAYOUTS = ("Title Slide", "Title Only")
COLOURS = {
    "dk1": INK,
    "lt1": PAPER,
    "dk2": PALETTE[0],
    "lt2": RULE,
    **{f"accent{number}": colour for number, colour in enumerate(PALETTE, start=1)},
    "accent6": ACCENT,
    "hlink": PALETTE[0],
    "folHlink": QUIET,
}
"""Slots of the theme → colours of the house."""

WASH = "#F4F7F9"
COVER_BAND, LINE = Inches(0.38), Inches(0.09)
"""The band at the left of the cover, and the line over every other slide."""

PLACES: dict[str, dict[int, tuple[int, int, int, int]]] = {
    "Title Slide": {
        0: (Inches(1.2), Inches(1.9), Inches(11), Inches(1.6)),
        1: (Inches(1.2), Inches(3.75), Inches(11), Inches(2.4)),
    },
    "Title Only": {0: (MARGIN, Inches(0.3), WIDTH - 2 * MARGIN, Inches(1.0))},
}
"""Layout → index of a placeholder → left, top, width, height."""

TITLE_SIZES = {"Title Slide": Pt(54), "Title Only": Pt(30)}


def write_deck_template(path: Path) -> Path:
    """Write the template: 16:9, the house's colours and fonts, Chinese included, and two layouts."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    for layout in list(deck.slide_layouts):
        if layout.name in KEPT_LAYOUTS:
            _place_layout(layout)
            _decorate(layout)
        else:
            deck.slide_layouts.remove(layout)
    _place_master(deck.slide_master)
    _set_theme(deck.slide_master)
    deck.core_properties.author = deck.core_properties.last_modified_by = ""
    deck.core_properties.title = ""
    deck.save(str(path))
    return path


def _place_layout(layout: Any) -> None:
    for shape in list(layout.placeholders):
        place = PLACES[layout.name].get(shape.placeholder_format.idx)
        if place:
            _move(shape, place)
            _set_text(shape, layout.name if shape.placeholder_format.idx == 0 else "Subtitle")
        elif shape.placeholder_format.idx != 12:  # the slide's number stays
            shape.element.getparent().remove(shape.element)
        else:
            _move(shape, (WIDTH - MARGIN - Inches(1), Inches(6.95), Inches(1), Inches(0.3)))


def _decorate(layout: Any) -> None:
    """A pale cover with a band in the first accent; a thin line of it over every other slide."""
    is_cover = layout.name == "Title Slide"
    if is_cover:
        properties = etree.SubElement(etree.Element(qn("p:bg")), qn("p:bgPr"))
        fill = etree.SubElement(etree.SubElement(properties, qn("a:solidFill")), qn("a:srgbClr"))
        fill.set("val", WASH.removeprefix("#"))
        etree.SubElement(properties, qn("a:effectLst"))
        layout.element.cSld.insert(0, properties.getparent())
    place = (0, 0, COVER_BAND, HEIGHT) if is_cover else (0, 0, WIDTH, LINE)
    _add_block(layout, place)


def _add_block(layout: Any, place: Sequence[int]) -> None:
    """A rectangle in the first accent, behind everything else."""
    left, top, width, height = (str(int(value)) for value in place)
    shape = etree.fromstring(
        f'''<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"
         xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">
        <p:nvSpPr><p:cNvPr id="90" name="Band"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>
        <p:spPr><a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>
        <a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:schemeClr val="accent1"/></a:solidFill>
        <a:ln><a:noFill/></a:ln></p:spPr></p:sp>'''
    )
    layout.shapes._spTree.insert(2, shape)


def _set_text(shape: Any, name: str) -> None:
    """Left aligned, in the size of its layout."""
    size = TITLE_SIZES.get(name, Pt(18))
    colour = "tx1" if name in TITLE_SIZES else "bg1"
    properties = shape.text_frame._txBody.find(qn("a:lstStyle"))
    level = etree.SubElement(properties, qn("a:lvl1pPr")) if properties.find(qn("a:lvl1pPr")) is None else properties[0]
    level.set("algn", "l")
    for child in list(level):
        level.remove(child)
    etree.SubElement(etree.SubElement(level, qn("a:spcBef")), qn("a:spcPts")).set("val", "0")
    etree.SubElement(level, qn("a:buNone"))
    run = etree.SubElement(level, qn("a:defRPr"))
    run.set("sz", str(int(size.pt * 100)))
    run.set("b", "1" if name in TITLE_SIZES else "0")
    fill = etree.SubElement(etree.SubElement(run, qn("a:solidFill")), qn("a:schemeClr"))
    fill.set("val", colour if name in TITLE_SIZES else "tx1")
    body = shape.text_frame._txBody.find(qn("a:bodyPr"))
    body.set("anchor", "b" if name in TITLE_SIZES else "t")
    for side in ("lIns", "rIns", "tIns", "bIns"):
        body.set(side, "0")
    for child in list(body):
        body.remove(child)
    etree.SubElement(body, qn("a:normAutofit"))


def _place_master(master: Any) -> None:
    for shape in list(master.placeholders):
        kind = shape.placeholder_format.idx
        if shape == master.placeholders[0]:
            _move(shape, PLACES["Title Only"][0])
        elif kind in {10, 11} or "Date" in shape.name or "Footer" in shape.name:
            shape.element.getparent().remove(shape.element)
        elif "Number" in shape.name:
            _move(shape, (WIDTH - MARGIN - Inches(1), Inches(6.95), Inches(1), Inches(0.3)))
        else:
            _move(shape, (MARGIN, Inches(1.65), WIDTH - 2 * MARGIN, Inches(5)))


def _move(shape: Any, place: Sequence[int]) -> None:
    shape.left, shape.top, shape.width, shape.height = (Emu(int(value)) for value in place)


def _set_theme(master: Any) -> None:
    """Write colours and fonts into the theme, the East Asian font in both of its places."""
    part = next(relation.target_part for relation in master.part.rels.values() if relation.reltype.endswith("/theme"))
    theme = etree.fromstring(part.blob)
    for slot, colour in COLOURS.items():
        element = theme.find(f".//{qn('a:clrScheme')}/{qn(f'a:{slot}')}")
        for child in list(element):
            element.remove(child)
        etree.SubElement(element, qn("a:srgbClr")).set("val", colour.removeprefix("#").upper())
    for fonts in theme.findall(f".//{qn('a:fontScheme')}/*"):
        for script in fonts.findall(qn("a:font")):
            fonts.remove(script)
        fonts.find(qn("a:latin")).set("typeface", LATIN_FONT)
        fonts.find(qn("a:ea")).set("typeface", CHINESE_FONT)
        hans = etree.SubElement(fonts, qn("a:font"))
        hans.set("script", "Hans")
        hans.set("typeface", CHINESE_FONT)
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


def main() -> int:
    """Write the template of the house."""
    sys.stdout.write(f"{write_deck_template(bundled_folder('templates') / 'report' / 'deck.pptx').name}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
