"""What the client receives in the agency's colour and font, where `agency.yaml` names them."""

from __future__ import annotations

import base64
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from xhs_toolkit.present.style import PALETTE, read_language

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Agency

HOUSE = re.compile(PALETTE[0].removeprefix("#"), re.IGNORECASE)
DRAWING = re.compile(r"(data:image/svg\+xml;base64,)([A-Za-z0-9+/=]+)")
PAGE_FONT = '"Report", '
SHEET_FONT = f'name val="{read_language("en").workbook_font}"'
THEME_FONT = re.compile(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=")[^"]*')


def dress_page(page: str, agency: Agency) -> str:
    """A page with its drawings in the agency's colour, its font before the house's."""
    if agency.font:
        page = page.replace(PAGE_FONT, f'"{agency.font}", {PAGE_FONT}', 1)
    if not agency.colour:
        return page
    recolour = _recolour(agency.colour)

    def redraw(found: re.Match[str]) -> str:
        return found[1] + base64.b64encode(recolour(base64.b64decode(found[2]).decode()).encode()).decode()

    return DRAWING.sub(redraw, recolour(page))


def dress_file(path: Path, agency: Agency) -> None:
    """A workbook or deck in the agency's colour and font; a deck on the agency's own template keeps its colours."""
    if not (agency.colour or agency.font):
        return
    recolour = _recolour(agency.colour) if agency.colour else str
    with zipfile.ZipFile(path) as book:
        parts = [(each, book.read(each)) for each in book.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for each, content in parts:
            if each.filename.endswith(".xml") and not each.filename.startswith("docProps"):
                content = _rename_font(recolour(content.decode()), agency.font).encode()
            book.writestr(each, content)


def _recolour(colour: str) -> Callable[[str], str]:
    return lambda text: HOUSE.sub(colour.removeprefix("#").upper(), text)


def _rename_font(text: str, font: str | None) -> str:
    if not font:
        return text
    return THEME_FONT.sub(rf"\g<1>{font}", text.replace(SHEET_FONT, f'name val="{font}"'))
