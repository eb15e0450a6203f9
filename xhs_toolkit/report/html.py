"""The HTML report: one self-contained file a language, from the pages of a finished run.

No script, no link that loads anything, no code: pictures are embedded, and every word that came from
an export is escaped. The content security policy of the page forbids the rest.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from xhs_toolkit.bundled import bundled_folder
from xhs_toolkit.present.currency import count_for_client, show_currency
from xhs_toolkit.present.spec import Chart
from xhs_toolkit.present.strips import draw_promise, show_chart
from xhs_toolkit.present.style import FONT_FILE, read_language
from xhs_toolkit.present.wording import label
from xhs_toolkit.report.brand import dress_page
from xhs_toolkit.report.front import Front, Goal, Tile, make_front
from xhs_toolkit.report.outline import Block, Outline, Part, Section, make_outline
from xhs_toolkit.report.run import name_file, read_chart, read_pages, read_table
from xhs_toolkit.report.words import (
    Head,
    define_terms,
    list_columns,
    make_glossary,
    names_of,
    say_code,
    say_finding,
    say_headline,
    show_head,
    show_table,
    split_remark,
    write_alternative,
)
from xhs_toolkit.scorecard import read_summary

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


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
    import uharfbuzz as hb

    chosen = hb.SubsetInput()
    chosen.sets(hb.SubsetInputSets.UNICODE).set(wanted)
    chosen.sets(hb.SubsetInputSets.LAYOUT_FEATURE_TAG).set({int.from_bytes(b"ccmp")})
    chosen.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
    cut = hb.subset(hb.Face(hb.Blob(_pack(file.read_bytes(), ""))), chosen).blob.data
    return _write_rule(family, _encode(_pack(cut, "woff")), "woff", weight=400, covers=covers)


def _pack(font: bytes, flavor: str) -> bytes:
    """A font as it is packed: ``woff``, or not at all."""
    from fontTools.ttLib import TTFont

    read, packed = TTFont(io.BytesIO(font), recalcTimestamp=False), io.BytesIO()
    read.flavor = flavor or None
    read.save(packed)
    return packed.getvalue()


FONT_PLACE = "/* font */"
"""Where the template wants the font; what it must hold is known when the page is finished."""

MAX_COLUMNS, MAX_NARROW = 11, 7
"""Columns of a table that the page has room for, and beside its heading; the workbook has all."""

LOGO_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


def write_html(run_folder: Path, *, campaign: Campaign) -> list[Path]:
    """Write ``report.html`` in the campaign's first language and ``report.<language>.html`` in the others."""
    with show_currency(campaign):
        return _write_html(run_folder, campaign=campaign)


def _write_html(run_folder: Path, *, campaign: Campaign) -> list[Path]:
    summary = read_summary(run_folder)
    outline = make_outline(read_pages(run_folder), summary=summary).written_for("client")
    written = []
    for language in campaign.languages:
        path = run_folder / name_file("report", "html", language=language, first=campaign.languages[0])
        head = show_head(run_folder, campaign=campaign, stage=summary.stage, language=language)
        front = make_front(summary, campaign=campaign, language=language)
        page = _render(outline, front, head, run_folder=run_folder, logo=embed_logo(campaign), language=language)
        path.write_text(dress_page(page, campaign.agency), encoding="utf-8", newline="\n")
        written.append(path)
    return written


def _render(outline: Outline, front: Front, head: Head, *, run_folder: Path, logo: str, language: str) -> str:
    folder = bundled_folder("templates") / "report"
    defined = define_terms(outline, language)
    page = _environment(folder).get_template("report.html.j2").render(
        locale=read_language(language).locale,
        css=Markup((folder / "report.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        head=head,
        logo=logo,
        front=front,
        heroes=[_show_strip(tile, language) for tile in front.heroes],
        tiles=[_show_strip(tile, language) for tile in front.tiles],
        goals=[_show_strip(goal, language) for goal in front.goals],
        picture=_show_front_picture(front.picture, language) if front.picture else None,
        parts=[_show_part(part, run_folder, language) for part in outline.parts],
        definitions=list(defined.values()),
        glossary=make_glossary(list_columns(outline.list_blocks("table")), language=language, but=defined),
        say=lambda code: say_code(code, language),
        label=lambda name: label(name, language=language),
    )  # fmt: skip
    return page.replace(FONT_PLACE, embed_fonts(page), 1)


def _show_strip(told: Tile | Goal, language: str) -> dict[str, Any]:
    """A tile or goal for the template, its strip drawn."""
    strip = embed_drawing(draw_promise(told.promise)) if told.promise else ""
    figure = told.value if isinstance(told, Tile) else told.guess
    return {**told._asdict(), "strip": strip, "alt": write_alternative(told.name, figure, language=language)}


def _show_front_picture(chart: Chart, language: str) -> dict[str, Any]:
    shown = show_chart(count_for_client(chart), language=language, names={}) or {}
    told = {name: say_finding(finding, {}, language) for name, finding in (("title", chart.title), ("alt", chart.alt))}
    return {**_embed(shown, language), "headline": "", **told}


def embed_drawing(drawn: str) -> str:
    """Return an SVG as a data address."""
    return "data:image/svg+xml;base64," + _encode(drawn.encode())


def _environment(folder: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def embed_logo(campaign: Campaign) -> str:
    """Return the agency's logo as a data address; empty where there is none."""
    file = campaign.agency.logo_file
    if file is None or not file.is_file() or file.suffix.lower() not in LOGO_TYPES:
        return ""
    return f"data:{LOGO_TYPES[file.suffix.lower()]};base64,{_encode(file.read_bytes())}"


def _encode(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


# ---------------------------------------------------------------------------------- parts, blocks


def _show_part(part: Part, run_folder: Path, language: str) -> dict[str, Any]:
    """One part for the template: its title and its sections; what defines words is told in the glossary."""
    sections = [section for section in part.sections if section.code != "section.definitions"]
    return {
        "id": part.name,
        "title": say_code(f"part.{part.name}", language),
        "sections": list(_show_sections(sections, run_folder, language)),
    }


def _show_sections(sections: list[Section], run_folder: Path, language: str) -> Iterator[dict[str, Any]]:
    """Each section with the heading of its own, or with that of its step where it has none."""
    for section in sections:
        blocks = [shown for block in section.blocks if (shown := _show_block(block, run_folder, language))]
        code = section.code or (f"step.{section.step}" if section.step else "")
        if blocks:
            wide = any(len(block.get("header", ())) > MAX_NARROW for block in blocks)
            title = say_code(code, language) if code else ""
            yield {"title": title, "blocks": list(_gather_lessons(blocks)), "wide": wide}


LESSONS = frozenset({"learned", "next"})


def _gather_lessons(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What was learned and what to do next as lists; other blocks as they are."""
    for kind, group in groupby(blocks, key=itemgetter("kind")):
        if kind in LESSONS:
            yield {"kind": "list", "of": kind, "texts": [block["text"] for block in group]}
        else:
            yield from group


def _show_block(block: Block, run_folder: Path, language: str) -> dict[str, Any] | None:
    makers: dict[str, Callable[[Block, Path, str], dict[str, Any] | None]] = {
        "table": _show_table,
        "picture": _show_picture,
    }
    if block["kind"] in makers:
        return makers[block["kind"]](block, run_folder, language)
    return {"kind": block["kind"], "text": say_finding(block, block, language)}


def _show_table(block: Block, run_folder: Path, language: str) -> dict[str, Any]:
    table = show_table({**block, "columns": block["columns"][:MAX_COLUMNS]}, run_folder, language=language)
    headline = say_headline(block, run_folder, language) if "headline" in block else ""
    rows = [
        [split_remark(cell) if number else (cell, "") for cell, number in zip(row, table.is_number, strict=True)]
        for row in table.rows
    ]
    caption = say_finding(block["caption"], block, language)
    links = read_table(run_folder, block["file"])["note_link"].tolist() if block.get("look") == "cards" else []
    return {
        "kind": block.get("look", "table"),
        "links": links,
        "id": Path(block["file"]).stem,
        "caption": caption,
        "headline": headline,
        **table._asdict(),
        "rows": rows,
    }


def _show_picture(block: Block, run_folder: Path, language: str) -> dict[str, Any] | None:
    """A chart of rows where the picture is one, else its drawing; nothing where it has neither."""
    shown = show_chart(read_chart(run_folder, block), language=language, names=names_of(block, language))
    if shown is None:
        return None
    told = {"alt": say_finding(block["alt"], block, language), "headline": say_headline(block, run_folder, language)}
    return {**_embed(shown, language), **told}


def _embed(shown: dict[str, Any], language: str) -> dict[str, Any]:
    """A chart as the template wants it, its drawings as data addresses."""
    if shown["kind"] == "picture":
        sources = {"source": shown["drawing"], "narrow": shown["narrow"]}
        return {"kind": "picture", **{name: embed_drawing(clean_svg(drawn)) for name, drawn in sources.items()}}
    rows = [
        {
            **row,
            "strip": embed_drawing(row["strip"]),
            "alt": write_alternative(row["name"], row["told"] or row["about"], language=language),
        }
        for row in shown["rows"]
    ]
    look = "stacks" if shown["legend"] else "ratios" if shown["is_ratio"] else "bars"
    return {**shown, "rows": rows, "of": look}


def clean_svg(drawn: str) -> str:
    """Return a drawing without its metadata, comments and document type.

    >>> clean_svg("<?xml?><!DOCTYPE svg><svg><metadata>me</metadata><!-- a --><g/></svg>")
    '<?xml?><svg><g/></svg>'
    """
    return re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<!DOCTYPE.*?>\s*", "", drawn, flags=re.DOTALL)
