"""What the client's report says, and in which order: the blocks of all pages, sorted into its parts.

The answer comes first, then the project, its content and results, the comparison, what was learned and what to
do next, and at the end method, limits and terms. The page and the deck are written from the same outline.

A client reads what concerns the client. Of a plan: the objectives and the roster in full, of sourcing and vetting
the answers. Of results: the objective before them. The rest stays with the agency, in the executed
notebooks and the steps' own files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from xhs_toolkit.present.page import PARTS
from xhs_toolkit.present.spec import AUDIENCES, Audience
from xhs_toolkit.report.lessons import draw_lessons
from xhs_toolkit.scorecard import Summary, Target, compare_with_budget, take_figures

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

RESULTS_STEP = "6_results"
PART_OF_STEP = {RESULTS_STEP: "content"}
"""Where a step's sections go; every other step prepares the project."""

PART_OF_SECTION = {
    **dict.fromkeys(("section.limits", "section.data", "section.definitions", "section.caveats"), "method"),
    **dict.fromkeys(("section.expected", "section.history", "section.lift"), "comparison"),
}
SECTION_OF_KIND = {
    "learned": ("next", "part.learned"),
    "next": ("next", "part.actions"),
    "definition": ("method", "section.definitions"),
    "limit": ("method", "section.limits"),
    "skipped": ("method", "part.skipped"),
}
"""Findings that have a part and a heading of their own, whichever step says them."""

ALWAYS = frozenset({"learned", "next"})
SAID_IN_PLAN = dict.fromkeys(("2_sourcing", "3_vetting"), ALWAYS | {"answer", "skipped"})
SAID_WITH_RESULTS = {
    **dict.fromkeys(("2_sourcing", "3_vetting", "4_roster", "5_content"), ALWAYS),
    "1_objectives": ALWAYS | {"answer"},
}
"""Step → the kinds of blocks that the client reads of it; of other steps all. Beside results stands no roster that a
run proposes afterwards: what a client had agreed to is in the results, beside what came of it."""

TOLD_AS_LESSON = frozenset({"results.tier_compare_cost", "results.tier_compare_unclear"})
"""Caveats that the report tells as something learned, and so no second time."""

NEXT_ORDER = {"part.learned": 0, "part.actions": 1}
METHOD_ORDER = ("section.caveats", "section.limits", "section.data", "part.skipped", "section.definitions")

Block = dict[str, Any]
Sections = dict[tuple[str, str], list[Block]]
"""Step and code of the heading → what stands under it."""


class Section(NamedTuple):
    """Blocks under one heading: ``code`` is its sentence, empty where the step's own heading is enough."""

    step: str
    code: str
    blocks: tuple[Block, ...]


class Part(NamedTuple):
    """A part of the report: one of `present.page.PARTS`, never empty."""

    name: str
    sections: tuple[Section, ...]


class Outline(NamedTuple):
    """The whole report, without words.

    Attributes
    ----------
    lead : the answer that comes first; None where no step has one.
    parts : the parts that have something to say, in their order.
    """

    lead: Block | None
    parts: tuple[Part, ...]

    def list_blocks(self, kind: str | None = None, *, part: str | None = None) -> list[Block]:
        """Blocks in order, of one kind and part where asked."""
        return [
            block
            for each in self.parts
            if part in {None, each.name}
            for section in each.sections
            for block in section.blocks
            if kind in {None, block["kind"]}
        ]

    def written_for(self, reader: Audience) -> Outline:
        """The outline as somebody reads it: the client the page and the deck, others the workbook."""
        parts = [part._replace(sections=tuple(_keep(part.sections, reader))) for part in self.parts]
        return self._replace(parts=tuple(part for part in parts if part.sections))


def _keep(sections: tuple[Section, ...], reader: Audience) -> Iterator[Section]:
    for section in sections:
        blocks = tuple(block for block in section.blocks if reader in block.get("audience", AUDIENCES))
        if blocks:
            yield section._replace(blocks=blocks)


def make_outline(pages: list[dict[str, Any]], *, campaign: Campaign, summary: Summary) -> Outline:
    """Sort the blocks of the pages into the parts of the report; none is in it twice.

    Parameters
    ----------
    summary : of the run; what headlines say is read from it.
    """
    pages = [{**page, "blocks": [_obey(block, summary) for block in page["blocks"]]} for page in pages]
    lead = _choose_lead(pages)
    said = SAID_WITH_RESULTS if lead and _step_of(lead, pages) == RESULTS_STEP else SAID_IN_PLAN
    pages = [_shorten(page, said[page["step"]]) if page["step"] in said else page for page in pages]
    placed: dict[str, Sections] = {name: {} for name in PARTS}
    for page in sorted(pages, key=lambda page: (page["step"] != RESULTS_STEP, page["step"])):
        for part, code, block in _place_blocks(page):
            if block is not lead:
                step = "" if part in {"next", "method"} else page["step"]
                marked = {**block, "step": page["step"], "names": page["names"]}
                placed[part].setdefault((step, code), []).append(marked)
    _add_budget(placed["content"], summary, campaign)
    _add_lessons(placed, summary.targets)
    parts = (_make_part(name, sections) for name, sections in placed.items() if any(sections.values()))
    return Outline(lead and {**lead, "step": _step_of(lead, pages)}, tuple(parts))


# ------------------------------------------------------------------------------- what the report adds


def _list_placed(placed: dict[str, Sections]) -> list[Block]:
    return [block for sections in placed.values() for blocks in sections.values() for block in blocks]


def _obey(block: Block, summary: Summary) -> Block:
    """A block whose headline, as its own sentence or above a picture, has the figures of the summary."""
    if "values" in block:
        return {**block, "values": take_figures(block["code"], block["values"], summary=summary)}
    headline = block.get("headline")
    if not headline:
        return block
    values = take_figures(headline["code"], headline["values"], summary=summary)
    return {**block, "headline": {**headline, "values": values}}


def _add_budget(content: Sections, summary: Summary, campaign: Campaign) -> None:
    """What the campaign cost beside its budget, after the sentence that says what it cost."""
    for blocks in content.values():
        place = next((number for number, block in enumerate(blocks) if block.get("code") == "ledger.total"), None)
        said = compare_with_budget(summary, campaign.budget)
        if place is not None and said:
            blocks.insert(place + 1, {**blocks[place], **said.as_dict()})


def _add_lessons(placed: dict[str, Sections], targets: Iterable[Target]) -> None:
    """What was learned and what to do next, as far as it follows from what was found; what a step says comes first."""
    found = _list_placed(placed)
    names: dict[str, Any] = next((block["names"] for block in found if block["step"] == RESULTS_STEP), {})
    for kind, lessons in draw_lessons(found, targets=targets)._asdict().items():
        part, code = SECTION_OF_KIND[kind]
        told = [{"kind": kind, **lesson.as_dict(), "step": RESULTS_STEP, "names": names} for lesson in lessons]
        if told:
            blocks = placed[part].setdefault(("", code), [])
            blocks.extend(told)
    caveats = placed["method"].get(("", "section.caveats"), [])
    caveats[:] = [block for block in caveats if block.get("code") not in TOLD_AS_LESSON]
    placed["next"] = dict(sorted(placed["next"].items(), key=lambda item: NEXT_ORDER.get(item[0][1], len(NEXT_ORDER))))


# ------------------------------------------------------------------------------------ where blocks go


def _shorten(page: dict[str, Any], kinds: frozenset[str]) -> dict[str, Any]:
    return {**page, "blocks": [block for block in page["blocks"] if block["kind"] in kinds]}


def _choose_lead(pages: list[dict[str, Any]]) -> Block | None:
    """The answer of the last step that has a table or picture to show for it, else of the last one that has any."""
    answers = [
        (any(block["kind"] in {"table", "picture"} and not _is_about_data(page, block) for block in page["blocks"]),
         page["step"], number)
        for number, page in enumerate(pages)
        if any(block["kind"] == "answer" for block in page["blocks"])
    ]  # fmt: skip
    if not answers:
        return None
    return next(block for block in pages[max(answers)[2]]["blocks"] if block["kind"] == "answer")


def _is_about_data(page: dict[str, Any], block: Block) -> bool:
    return any(part == "method" and placed is block for part, _, placed in _place_blocks(page))


def _step_of(lead: Block, pages: list[dict[str, Any]]) -> str:
    return next(str(page["step"]) for page in pages if any(block is lead for block in page["blocks"]))


def _place_blocks(page: dict[str, Any]) -> Iterator[tuple[str, str, Block]]:
    """Each block of a page with its part and the code of its heading."""
    home = PART_OF_STEP.get(page["step"], "project")
    part, code = home, ""
    for block in page["blocks"]:
        if block["kind"] == "section":
            code = block["code"]
            part = block.get("part") or PART_OF_SECTION.get(code, home)
        elif block["kind"] in SECTION_OF_KIND:
            yield *SECTION_OF_KIND[block["kind"]], block
        else:
            yield part, code, block


def _make_part(name: str, sections: dict[tuple[str, str], list[Block]]) -> Part:
    made = [Section(step, code, tuple(_drop_repeats(blocks))) for (step, code), blocks in sections.items() if blocks]
    if name == "method":
        made.sort(key=lambda section: METHOD_ORDER.index(section.code) if section.code in METHOD_ORDER else -1)
    return Part(name, tuple(made))


def _drop_repeats(blocks: list[Block]) -> list[Block]:
    """Several steps may say the same of the data or define the same word: it is said once."""
    kept: list[Block] = []
    said: set[str] = set()
    for block in blocks:
        finding = repr((block["code"], sorted(block["values"].items()))) if "code" in block else ""
        if not finding or finding not in said:
            kept.append(block)
        said.add(finding)
    return kept
