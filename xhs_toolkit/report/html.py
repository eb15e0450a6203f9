"""The HTML report: one self-contained file a language, from the pages of a finished run.

No script, no link that loads anything, no code: pictures are embedded, and every word that came from
an export is escaped. The content security policy of the page forbids the rest.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from xhs_toolkit.bundled import bundled_folder
from xhs_toolkit.findings import Finding
from xhs_toolkit.present.style import format_value
from xhs_toolkit.present.tables import is_number_column, make_display_table, name_themes
from xhs_toolkit.present.wording import label, say
from xhs_toolkit.report.run import read_pages, read_table, says_synthetic

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


def write_html(run_folder: Path, *, campaign: Campaign) -> list[Path]:
    """Write ``report.html`` in the campaign's first language and ``report.<language>.html`` in the others."""
    pages = read_pages(run_folder)
    synthetic = campaign.synthetic or says_synthetic(run_folder)
    written = []
    for number, language in enumerate(campaign.languages):
        path = run_folder / ("report.html" if number == 0 else f"report.{language}.html")
        page = _render(pages, run_folder=run_folder, campaign=campaign, language=language, synthetic=synthetic)
        path.write_text(page, encoding="utf-8", newline="\n")
        written.append(path)
    return written


def _render(
    pages: list[dict[str, Any]], *, run_folder: Path, campaign: Campaign, language: str, synthetic: bool
) -> str:
    folder = bundled_folder("templates") / "report"
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2").render(
        language={"en": "en-NZ", "zh": "zh-CN"}[language],
        css=Markup((folder / "report.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        campaign=campaign,
        window=_write_window(campaign, language),
        made=format_value("made_at", datetime.now(UTC), language=language),
        synthetic=synthetic,
        steps=[_make_step(page, run_folder, language) for page in pages],
        say=lambda code: say(Finding(code), language=language),
    )


def _write_window(campaign: Campaign, language: str) -> str:
    ends = [day for day in (campaign.window.start, campaign.window.end) if day]
    if not ends:
        return say(Finding("report.whole_data"), language=language)
    return " – ".join(format_value("window_date", day, language=language) for day in ends)


def _make_step(page: dict[str, Any], run_folder: Path, language: str) -> dict[str, Any]:
    """One step for the template: its title and its sections of blocks with finished words."""
    sections: list[dict[str, Any]] = [{"title": "", "blocks": []}]
    for block in page["blocks"]:
        if block["kind"] == "section":
            sections.append({"title": say(Finding(block["code"]), language=language), "blocks": []})
        else:
            block = block | {"names": page["names"].get(language, {})}
            sections[-1]["blocks"].append(_make_block(block, run_folder, language))
    return {
        "id": page["step"],
        "title": say(Finding(f"step.{page['step']}"), language=language),
        "sections": [section for section in sections if section["blocks"]],
    }


def _make_block(block: dict[str, Any], run_folder: Path, language: str) -> dict[str, Any]:
    makers = {"table": _make_table, "picture": _make_picture}
    return makers.get(block["kind"], _make_sentence)(block, run_folder, language)


def _make_sentence(block: dict[str, Any], run_folder: Path, language: str) -> dict[str, Any]:
    return {"kind": block["kind"], "text": _say(block, language)}


def _say(finding: dict[str, Any], language: str) -> str:
    return say(Finding(finding["code"], finding["values"]), language=language)


def _make_table(block: dict[str, Any], run_folder: Path, language: str) -> dict[str, Any]:
    frame = read_table(run_folder, block["file"]).head(block["n_shown"])
    frame = name_themes(frame, names=block["names"])
    shown = make_display_table(frame, columns=block["columns"], language=language)
    return {
        "kind": "table",
        "caption": _say(block["caption"], language),
        "header": [label(name, language=language) for name in block["columns"]],
        "is_number": [is_number_column(frame, name) for name in block["columns"]],
        "rows": _rows(shown),
    }


def _rows(shown: pd.DataFrame) -> list[list[str]]:
    return [list(row) for row in shown.itertuples(index=False, name=None)]


def _make_picture(block: dict[str, Any], run_folder: Path, language: str) -> dict[str, Any]:
    drawn = (run_folder / "pictures" / block["files"][language]).read_bytes()
    return {
        "kind": "picture",
        "source": "data:image/svg+xml;base64," + base64.b64encode(drawn).decode("ascii"),
        "alt": _say(block["alt"], language),
    }
