"""The deck: ten to fifteen slides when a run has that much to say, each with one finding as its title.

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
from xhs_toolkit.present.currency import show_currency
from xhs_toolkit.present.slide_chart import add_chart
from xhs_toolkit.present.slide_theme import Place
from xhs_toolkit.present.style import QUIET
from xhs_toolkit.present.wording import label, list_codes
from xhs_toolkit.report.headlines import NAMES, make_headline
from xhs_toolkit.report.outline import Block, Outline, make_outline
from xhs_toolkit.report.run import find_made_at, is_synthetic, name_file, read_chart, read_pages, read_table
from xhs_toolkit.report.slides import (
    CAPTION_HEIGHT,
    CAPTION_SIZE,
    GAP,
    Canvas,
    add_paragraphs,
    add_points,
    add_scores,
    add_slide,
    add_table,
    add_text,
    add_title_slide,
    estimate_height,
    list_marks,
    start_deck,
)
from xhs_toolkit.report.words import (
    ShownTable,
    define_terms,
    names_of,
    say_code,
    say_finding,
    say_headline,
    show_head,
    show_score,
    show_table,
)
from xhs_toolkit.scorecard import read_summary, summarise_targets

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

MAX_SLIDES = 15
MAX_TABLE_ROWS, MAX_TABLE_COLUMNS, MAX_TERMS = 9, 7, 7
MARK_WIDTH = Inches(2.9)
"""Room for the name of a step beside its answer."""

TEMPLATE = "deck.pptx"


@dataclass(frozen=True)
class _Work:
    """A deck while it is being made."""

    canvas: Canvas
    outline: Outline
    run_folder: Path
    language: str
    notes: dict[str, list[str]] = field(default_factory=dict)


def write_deck(run_folder: Path, *, campaign: Campaign) -> list[Path]:
    """Write ``deck.pptx`` in the campaign's first language and ``deck.<language>.pptx`` in the others."""
    with show_currency(campaign):
        return _write_deck(run_folder, campaign=campaign)


def _write_deck(run_folder: Path, *, campaign: Campaign) -> list[Path]:
    summary = read_summary(run_folder)
    outline = make_outline(read_pages(run_folder), campaign=campaign, summary=summary).written_for("client")
    synthetic = is_synthetic(run_folder, declared=campaign.synthetic)
    written = []
    for language in campaign.languages:
        head = show_head(campaign, language=language, synthetic=synthetic, made_at=find_made_at(run_folder))
        foot = " · ".join(part for part in (campaign.client, campaign.name, head.warning) if part)
        canvas = start_deck(find_template(campaign), language=language, foot=foot)
        add_title_slide(canvas, head, logo=campaign.agency.logo_file)
        _fill_deck(_Work(canvas, outline, run_folder, language), campaign)
        canvas.deck.core_properties.title = f"{campaign.client} · {campaign.name}"
        canvas.deck.core_properties.comments = ""
        path = run_folder / name_file("deck", "pptx", language=language, first=campaign.languages[0])
        canvas.deck.save(str(path))
        written.append(path)
    return written


def find_template(campaign: Campaign) -> Path:
    """Return the agency's own ``deck.pptx``, beside its ``agency.yaml``, or the house's."""
    folder = campaign.agency.folder
    own = folder / TEMPLATE if folder else None
    return own if own and own.is_file() else bundled_folder("templates") / "report" / TEMPLATE


def _fill_deck(work: _Work, campaign: Campaign) -> None:
    _add_answer(work, campaign)
    _add_project(work)
    closing = [name for name in ("learned", "next") if work.outline.list_blocks(name)]
    terms = list(define_terms(work.outline, work.language).values())[:MAX_TERMS]
    n_taken = len(work.canvas.deck.slides) + len(closing) + 1 + bool(terms)
    for block in choose_evidence(work.outline, work.run_folder, n_slides=MAX_SLIDES - n_taken):
        _add_evidence(work, block)
    for name in closing:
        _add_findings(work, name)
    _add_method(work)
    if terms:
        slide = add_slide(work.canvas, say_code("headline.glossary", work.language))
        header = [label(name, language=work.language) for name in ("term", "meaning")]
        table = ShownTable(header, [False] * 2, [list(pair) for pair in terms], len(terms))
        add_table(work.canvas, slide, table, place=work.canvas.area)


# ---------------------------------------------------------------------------- which slides there are


def choose_evidence(outline: Outline, run_folder: Path, *, n_slides: int) -> list[Block]:
    """Return the tables and pictures worth a slide, in the order of the report.

    Pictures of the results come first, then comparisons, named notes and creators, and pictures of the project.
    A table of the same figures as a picture gets no slide of its own.
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
                yield rank, block
            elif "headline" in block or part.name == "comparison":
                yield rank + 1, block
            elif block["step"] not in named and _is_named(block, run_folder):
                named.add(block["step"])
                yield rank + 2, block


def _is_named(block: Block, run_folder: Path) -> bool:
    """Whether a table lists notes or creators and can be told in a headline."""
    return bool(set(NAMES) & set(block["columns"])) and make_headline(block, run_folder) is not None


# -------------------------------------------------------------------------------- one slide each


def _add_answer(work: _Work, campaign: Campaign) -> None:
    lead = work.outline.lead
    if lead is None:
        return
    scores = read_summary(work.run_folder).targets
    verdict = summarise_targets(scores)
    title = say_finding(verdict, {}, work.language) if verdict else say_code("report.answer", work.language)
    said = say_finding(lead, lead, work.language)
    slide = add_slide(work.canvas, title, notes=[said, *_say_method(work, lead["step"])])
    area = work.canvas.area
    top = area.top + GAP
    text = Place(area.left, top, area.width, area.height - GAP if not scores else int(0.42 * area.height))
    add_paragraphs(work.canvas, slide, [said], place=text)
    if scores:
        below = Place(area.left, area.top + int(0.53 * area.height), area.width, int(0.47 * area.height))
        shown = [show_score(score, language=work.language) for score in scores]
        add_scores(work.canvas, slide, shown, ratios=[score.ratio for score in scores], place=below)


PLANNED = "roster.answer"


def _add_project(work: _Work) -> None:
    """What was planned, step by step, where the report leads with results: the answers of the earlier steps."""
    answers = work.outline.list_blocks("answer", part="project")
    if not answers or work.outline.list_blocks("picture", part="project"):
        return
    planned = next((block for block in answers if block["code"] == PLANNED), None)
    title = (
        say_finding(Finding("headline.project", planned["values"]), planned, work.language)
        if planned
        else say_code("part.project", work.language)
    )
    texts = [say_finding(block, block, work.language) for block in answers]
    slide = add_slide(work.canvas, title, notes=texts)
    marks = [say_code(f"step.{block['step']}", work.language) for block in answers]
    add_points(work.canvas, slide, texts, marks=marks, mark_width=MARK_WIDTH)


def _add_evidence(work: _Work, block: Block) -> None:
    about = say_finding(block["caption" if block["kind"] == "table" else "alt"], block, work.language)
    title = say_headline(block, work.run_folder, work.language) or about
    slide = add_slide(
        work.canvas, title, notes=[about, *_say_step(work, block["step"]), *_say_method(work, block["step"])]
    )
    area = work.canvas.area
    caption = say_finding(block.get("caption") or block["alt"], block, work.language)
    height = max(CAPTION_HEIGHT, int(estimate_height(caption, CAPTION_SIZE, area.width)))
    add_text(slide, Place(area.left, area.top, area.width, height), [caption], size=CAPTION_SIZE, colour=QUIET)
    below = Place(area.left, area.top + height, area.width, area.height - height)
    if block["kind"] == "table":
        add_table(work.canvas, slide, _shorten_table(work, block), place=below, about=about)
        return
    names = names_of(block, work.language)
    chart = read_chart(work.run_folder, block)
    add_chart(slide, chart, place=below, about=about, language=work.language, names=names)


def _shorten_table(work: _Work, block: Block) -> ShownTable:
    """The first rows and columns, as many as can be read on a slide; columns without any value go first."""
    frame = read_table(work.run_folder, block["file"]).head(MAX_TABLE_ROWS)
    columns = [name for name in block["columns"] if frame[name].notna().any()][:MAX_TABLE_COLUMNS]
    shorter = {**block, "columns": columns}
    return show_table(shorter, work.run_folder, language=work.language, n_rows=MAX_TABLE_ROWS)


def _add_findings(work: _Work, kind: str) -> None:
    """What was learned, or what to do next, one under the other; the title is the first that has a short form."""
    blocks = work.outline.list_blocks(kind)
    texts = [say_finding(block, block, work.language) for block in blocks]
    slide = add_slide(work.canvas, _choose_title(work, kind, blocks), notes=texts)
    add_points(work.canvas, slide, texts, marks=list_marks(kind, len(texts)), mark_width=Inches(0.6))


def _choose_title(work: _Work, kind: str, blocks: Sequence[Block]) -> str:
    known = frozenset(list_codes())
    short = ((f"headline.{block['code'].replace('.', '_')}", block) for block in blocks)
    told = next(((code, block) for code, block in short if code in known), None)
    if told is None:
        return say_code({"learned": "part.learned", "next": "part.actions"}[kind], work.language)
    return say_finding(Finding(told[0], told[1]["values"]), told[1], work.language)


def _add_method(work: _Work) -> None:
    limits = [say_finding(block, block, work.language) for block in work.outline.list_blocks("limit")]
    words = [say_finding(block, block, work.language) for block in work.outline.list_blocks("definition")]
    if limits or words:
        slide = add_slide(work.canvas, say_code("headline.method", work.language), notes=words)
        add_paragraphs(work.canvas, slide, limits or words)


def _say_step(work: _Work, step: str) -> Sequence[str]:
    """The answer of a step, for the notes of its slides."""
    answers = [block for block in work.outline.list_blocks("answer") if block["step"] == step]
    return [say_finding(block, block, work.language) for block in answers]


def _say_method(work: _Work, step: str) -> list[str]:
    """How the figures of a step were made: its definitions and limits, for the speaker."""
    blocks = [*work.outline.list_blocks("definition"), *work.outline.list_blocks("limit")]
    return [say_finding(block, block, work.language) for block in blocks if block["step"] == step]
