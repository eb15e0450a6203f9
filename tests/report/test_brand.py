"""Page, workbook and deck in the agency's colour, font and template."""

from __future__ import annotations

import base64
import re
import zipfile
from pathlib import Path

from made_run import make_campaign, write_run
from pptx import Presentation
from pptx.util import Inches

from xhs_toolkit.campaign import Agency
from xhs_toolkit.present.style import PALETTE
from xhs_toolkit.report import write_report

HOUSE = PALETTE[0].removeprefix("#")


def read_all(path: Path) -> str:
    """Everything that a file holds, drawings and parts, as one text."""
    if path.suffix == ".html":
        page = path.read_text(encoding="utf-8")
        drawn = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", page)
        return page + "".join(base64.b64decode(each).decode() for each in drawn)
    with zipfile.ZipFile(path) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))


def test_everything_wears_the_agencys_colour_and_font(tmp_path: Path) -> None:
    agency = Agency(folder=tmp_path, colour="#7a1f3d", font="Lato")
    campaign = make_campaign(tmp_path / "kea", agency=agency)
    run_folder = write_run(tmp_path / "kea" / "runs" / "2026-09-01T103000Z", campaign)
    verdict = write_report(run_folder, campaign=campaign)
    assert verdict.faults == (), "a file in the agency's colour can be sent"
    for name in ("report.html", "workbook.xlsx", "deck.pptx"):
        held = read_all(run_folder / name)
        assert "7A1F3D" in held
        assert not re.search(HOUSE, held, re.IGNORECASE), name
        assert "Lato" in held


def test_a_foreign_template_keeps_its_own_colours(tmp_path: Path) -> None:
    own = Presentation()
    own.slide_width, own.slide_height = Inches(10), Inches(7.5)
    own.save(tmp_path / "deck.pptx")
    campaign = make_campaign(tmp_path / "kea", agency=Agency(folder=tmp_path, font="Lato"))
    run_folder = write_run(tmp_path / "kea" / "runs" / "2026-09-01T103000Z", campaign)
    write_report(run_folder, campaign=campaign)
    held = read_all(run_folder / "deck.pptx")
    assert "4F81BD" in held, "the first colour of the template's theme"
    assert not re.search(HOUSE, held, re.IGNORECASE)
    deck = Presentation(str(run_folder / "deck.pptx"))
    lowest = max(shape.top + shape.height for slide in deck.slides for shape in slide.shapes)
    assert lowest <= Inches(7.5)
