"""The deck: up to ten slides, the outcome first, each with one finding as its title.

Charts and tables are PowerPoint's own and can be edited; the speaker notes say how each figure was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pptx.util import Inches

from xhs_toolkit.bundled import bundled_folder
from xhs_toolkit.findings import Finding
from xhs_toolkit.present.currency import count_for_client, show_currency
from xhs_toolkit.present.slide_chart import add_chart
from xhs_toolkit.present.slide_theme import Place
from xhs_toolkit.present.style import QUIET
from xhs_toolkit.present.tables import pick_rows
from xhs_toolkit.present.wording import label, list_codes, say
from xhs_toolkit.report.brand import dress_file
from xhs_toolkit.report.front import Front, make_front
from xhs_toolkit.report.outline import Block, Outline, make_outline
from xhs_toolkit.report.run import name_file, read_chart, read_pages, read_table
from xhs_toolkit.report.slides import (
    CAPTION_HEIGHT,
    CAPTION_SIZE,
    HERO_SIZES,
    TILE_SIZES,
    Canvas,
    add_goals,
    add_points,
    add_slide,
    add_table,
    add_text,
    add_tiles,
    add_title_slide,
    estimate_height,
    list_marks,
    start_deck,
)
from xhs_toolkit.report.words import (
    NAMES,
    ShownTable,
    make_headline,
    names_of,
    say_code,
    say_finding,
    say_headline,
    show_head,
    show_table,
)
from xhs_toolkit.scorecard import read_summary

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

MAX_SLIDES = 10
MAX_TABLE_ROWS, MAX_TABLE_COLUMNS, MAX_TILES = 9, 10, 4
TEMPLATE = "deck.pptx"


@dataclass(frozen=True)
class _Work:
    """A deck while it is being made."""

    canvas: Canvas
    outline: Outline
    front: Front
    run_folder: Path
    language: str
    notes: dict[str, list[str]] = field(default_factory=dict)


def write_deck(run_folder: Path, *, campaign: Campaign) -> list[Path]:
    """Write ``deck.pptx`` in the campaign's first language and ``deck.<language>.pptx`` in the others."""
    with show_currency(campaign):
        return _write_deck(run_folder, campaign=campaign)


def _write_deck(run_folder: Path, *, campaign: Campaign) -> list[Path]:
    summary = read_summary(run_folder)
    outline = make_outline(read_pages(run_folder), summary=summary).written_for("client")
    written = []
    for language in campaign.languages:
        front = make_front(summary, campaign=campaign, language=language)
        head = show_head(run_folder, campaign=campaign, stage=front.stage, language=language)
        foot = " · ".join(part for part in (*campaign.called(language), head.stage, head.warning) if part)
        canvas = start_deck(find_template(campaign), language=language, foot=foot)
        add_title_slide(canvas, head, logo=campaign.agency.logo_file)
        _fill_deck(_Work(canvas, outline, front, run_folder, language))
        canvas.deck.core_properties.title = " · ".join(campaign.called(language))
        canvas.deck.core_properties.comments = ""
        path = run_folder / name_file("deck", "pptx", language=language, first=campaign.languages[0])
        canvas.deck.save(str(path))
        dress_file(path, campaign.agency)
        written.append(path)
    return written


def find_template(campaign: Campaign) -> Path:
    """Return the agency's own ``deck.pptx``, beside its ``agency.yaml``, or the house's."""
    folder = campaign.agency.folder
    own = folder / TEMPLATE if folder else None
    return own if own and own.is_file() else bundled_folder("templates") / "report" / TEMPLATE


def _fill_deck(work: _Work) -> None:
    _add_front(work)
    closing = _group_findings(work.outline)
    n_taken = len(work.canvas.deck.slides) + len(closing)
    for block in choose_evidence(work.outline, work.run_folder, n_slides=MAX_SLIDES - n_taken):
        _add_evidence(work, block)
    for kinds in closing:
        _add_findings(work, kinds)


def _group_findings(outline: Outline) -> list[tuple[str, ...]]:
    """What was learned and what to do next, on a slide each; on one where either is a single sentence."""
    counts = {kind: len(outline.list_blocks(kind)) for kind in ("learned", "next")}
    if min(counts.values()) > 1:
        return [(kind,) for kind in counts]
    return [tuple(kind for kind in counts if counts[kind])] if sum(counts.values()) > 1 else []


# ---------------------------------------------------------------------------- which slides there are


def choose_evidence(outline: Outline, run_folder: Path, *, n_slides: int) -> list[Block]:
    """Return the tables and pictures worth a slide, in the order of the report.

    Tables of the results that state something come first (cost grid, creators, notes), then pictures of the results,
    comparisons, named notes and creators, and pictures of the project. A table of the same figures as a picture gets
    no slide of its own.
    """
    ranked = sorted(_rank_blocks(outline, run_folder), key=lambda pair: pair[0])
    chosen = [block for _, block in ranked[: max(n_slides, 0)]]
    return [block for block in outline.list_blocks() if any(block is each for each in chosen)]


def _rank_blocks(outline: Outline, run_folder: Path) -> Iterator[tuple[int, Block]]:
    ranks = {"content": 0, "comparison": 1, "project": 4}
    named: set[str] = set()
    for part in outline.parts:
        for block in outline.list_blocks(part=part.name):
            rank = ranks.get(part.name)
            if rank is None or block["kind"] not in {"table", "picture"}:
                continue
            if block["kind"] == "picture":
                yield rank + 1, block
            elif "headline" in block or part.name == "comparison":
                yield rank, block
            elif block["step"] not in named and _is_named(block, run_folder):
                named.add(block["step"])
                yield rank + 2, block


def _is_named(block: Block, run_folder: Path) -> bool:
    """Whether a table lists notes or creators and can be told in a headline."""
    return bool(set(NAMES) & set(block["columns"])) and make_headline(block, run_folder) is not None


# -------------------------------------------------------------------------------- one slide each


def _add_front(work: _Work) -> None:
    """Page 1 on a slide: verdict, figures and promises; its picture on the next."""
    front, area = work.front, work.canvas.area
    slide = add_slide(work.canvas, front.title, notes=[front.lede])
    add_text(slide, Place(area.left, area.top, area.width, Inches(0.6)), [front.lede], size=14, colour=QUIET)
    upper = Place(area.left, area.top + Inches(0.75), area.width, Inches(2))
    add_tiles(work.canvas, slide, front.heroes, place=upper, sizes=TILE_SIZES if front.goals else HERO_SIZES)
    below = Place(area.left, area.top + Inches(3.2), area.width, area.height - Inches(3.2))
    add_tiles(work.canvas, slide, front.tiles[:MAX_TILES], place=below, sizes=TILE_SIZES)
    if front.goals:
        names = ("metric", "target", "forecast", "guess", "chance_share")
        head = [label(name, language=work.language) for name in names]
        lower = Place(area.left, area.top + Inches(2.4), area.width, area.height - Inches(2.4))
        add_goals(work.canvas, slide, front.goals, head=head, place=lower)
    if front.picture is not None:
        chart = count_for_client(front.picture)
        title, about = (say_finding(finding, {}, work.language) for finding in (chart.title, chart.alt))
        slide = add_slide(work.canvas, title, notes=[about])
        add_chart(slide, chart, place=area, about=about, language=work.language, names={})


def _add_evidence(work: _Work, block: Block) -> None:
    about = say_finding(block["caption" if block["kind"] == "table" else "alt"], block, work.language)
    title = say_headline(block, work.run_folder, work.language) or about
    slide = add_slide(
        work.canvas, title, notes=[about, *_say_step(work, block["step"]), *_say_method(work, block["step"])]
    )
    area = work.canvas.area
    caption = say_finding(block.get("caption") or block["alt"], block, work.language)
    table = _shorten_table(work, block) if block["kind"] == "table" else None
    if table and table.n_rows > len(table.rows):
        told = Finding("report.rows_shown", {"n_shown": len(table.rows), "n_rows": table.n_rows})
        caption = f"{caption} {say(told, language=work.language)}"
    height = max(CAPTION_HEIGHT, int(estimate_height(caption, CAPTION_SIZE, area.width)))
    add_text(slide, Place(area.left, area.top, area.width, height), [caption], size=CAPTION_SIZE, colour=QUIET)
    below = Place(area.left, area.top + height, area.width, area.height - height)
    if table:
        add_table(work.canvas, slide, table, place=below, about=about)
        return
    names = names_of(block, work.language)
    chart = read_chart(work.run_folder, block)
    add_chart(slide, chart, place=below, about=about, language=work.language, names=names)


def _shorten_table(work: _Work, block: Block) -> ShownTable:
    """The first rows and columns, as many as can be read on a slide; columns without any value go first."""
    frame = pick_rows(read_table(work.run_folder, block["file"]), MAX_TABLE_ROWS)
    columns = [name for name in block["columns"] if frame[name].notna().any()][:MAX_TABLE_COLUMNS]
    shorter = {**block, "columns": columns}
    return show_table(shorter, work.run_folder, language=work.language, n_rows=MAX_TABLE_ROWS, beside=False)


def _add_findings(work: _Work, kinds: tuple[str, ...]) -> None:
    """What was learned, or what to do next, one under the other; the title is the first that has a short form."""
    blocks = {kind: work.outline.list_blocks(kind) for kind in kinds}
    texts = [say_finding(block, block, work.language) for kind in kinds for block in blocks[kind]]
    marks = [mark for kind in kinds for mark in list_marks(kind, len(blocks[kind]))]
    slide = add_slide(work.canvas, _choose_title(work, kinds[-1], blocks[kinds[-1]]), notes=texts)
    add_points(work.canvas, slide, texts, marks=marks, mark_width=Inches(0.6))


def _choose_title(work: _Work, kind: str, blocks: Sequence[Block]) -> str:
    known = frozenset(list_codes())
    short = ((f"headline.{block['code'].replace('.', '_')}", block) for block in blocks)
    told = next(((code, block) for code, block in short if code in known), None)
    if told is None:
        return say_code({"learned": "part.learned", "next": "part.actions"}[kind], work.language)
    return say_finding(Finding(told[0], told[1]["values"]), told[1], work.language)


def _say_step(work: _Work, step: str) -> Sequence[str]:
    """The answer of a step, for the notes of its slides."""
    answers = [block for block in work.outline.list_blocks("answer") if block["step"] == step]
    return [say_finding(block, block, work.language) for block in answers]


def _say_method(work: _Work, step: str) -> list[str]:
    """How the figures of a step were made: its definitions and limits, for the speaker."""
    blocks = [*work.outline.list_blocks("definition"), *work.outline.list_blocks("limit")]
    return [say_finding(block, block, work.language) for block in blocks if block["step"] == step]
