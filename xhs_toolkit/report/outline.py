"""What the client's report says, and in which order: the blocks of all pages, sorted into its parts.

Under page 1 (`front`) stand the project, its content and results, the comparison, what was learned and what to
do next, and at the end method, limits and terms. The page and the deck are written from the same outline.

A client reads what concerns the client. Of a plan: the objectives and the roster; its funnel tells sourcing and
vetting. Of results: the results. The rest stays with the agency, in the executed
notebooks and the steps' own files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.findings import Finding
from xhs_toolkit.present.page import PARTS
from xhs_toolkit.present.spec import AUDIENCES, INTERNAL, Audience

if TYPE_CHECKING:
    from xhs_toolkit.scorecard import Summary, Target


MAX_LEARNED, MAX_NEXT = 5, 6
"""More than a client remembers is not told (analyst's choice); the rest stands in its section."""

RULES: tuple[tuple[str, str, str], ...] = (
    ("effects.campaign_clearly_better", "learned.better", "next.better"),
    ("effects.campaign_clearly_worse", "learned.worse", "next.worse"),
    ("effects.campaign_in_line", "learned.in_line", ""),
    ("effects.campaign_not_enough_notes", "learned.few_creators", ""),
    ("results.tier_compare_cost", "learned.tier_cost", "next.tier_cost"),
    ("results.tier_compare_unclear", "learned.tier_unclear", "next.tier_unclear"),
    ("kfs.steps", "learned.kfs", "next.kfs"),
    ("lift.detected", "learned.lift_detected", "next.lift_detected"),
    ("lift.not_detected", "learned.lift_not_detected", "next.lift_not_detected"),
    ("lift.cannot_be_told", "", "next.lift_unknown"),
    ("lift.one_control", "", "next.lift_unknown"),
    ("funnel.no_outcomes", "", "next.outcomes"),
    ("funnel.no_steps", "", "next.funnel"),
    ("effects.no_baseline", "", "next.earlier_notes"),
    ("effects.not_compared", "", "next.earlier_notes"),
    ("effects.growing", "", "next.export_again"),
    ("effects.growing_unknown", "", "next.export_again"),
    ("results.not_measured.no_exposure", "", "next.not_measured"),
    ("results.not_measured.no_views", "", "next.not_measured"),
    ("results.not_measured.no_cost", "", "next.costs"),
    ("ledger.nothing", "", "next.costs"),
)
"""Code of a finding (of a figure not measured with the reason), code of what it teaches, code of what to do; in the
order in which they are told."""


class Lessons(NamedTuple):
    """What was learned, and what to do next."""

    learned: tuple[Finding, ...]
    next: tuple[Finding, ...]


def draw_lessons(blocks: Iterable[Mapping[str, Any]], *, targets: Iterable[Target] = ()) -> Lessons:
    """Return what follows from the findings among the blocks and from the targets; each is said once.

    Parameters
    ----------
    blocks : of an outline; those with a ``code`` are findings.
    targets : of the run's summary; of those missed, the one furthest from its target is told.

    >>> funnel = {"kind": "sentence", "code": "funnel.no_outcomes", "values": {}}
    >>> draw_lessons([funnel]).next[0].code
    'next.outcomes'
    """
    found: dict[str, Mapping[str, Any]] = {}
    for block in blocks:
        found.setdefault(_name_finding(block), block.get("values", {}))
    told = [(learned, action, found[code]) for code, learned, action in RULES if code in found]
    learned = [Finding(code, dict(values)) for code, _, values in told if code]
    actions = {code: Finding(code, dict(values)) for _, code, values in reversed(told) if code}
    missed = [_tell_missed(target) for target in _find_missed(targets)]
    ordered = [action for _, code, _ in told if (action := actions.pop(code, None))]
    return Lessons((*missed, *learned)[:MAX_LEARNED], tuple(ordered[:MAX_NEXT]))


def _name_finding(block: Mapping[str, Any]) -> str:
    """The code; of a figure that was not measured also why, for what to do next depends on it."""
    code = str(block.get("code", ""))
    return f"{code}.{block['values']['reason']}" if code == "results.not_measured" else code


def _find_missed(targets: Iterable[Target]) -> list[Target]:
    missed = [target for target in targets if target.verdict == "missed" and target.ratio]
    return sorted(missed, key=lambda target: -abs((target.ratio or 1) - 1))[:1]


def _tell_missed(target: Target) -> Finding:
    values = {"metric": target.metric, "value": target.measured, "target": target.promised}
    gap = {"target_share": abs((target.ratio or 1) - 1), "is_above": (target.ratio or 1) > 1}
    return Finding("learned.missed", values | gap)


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
SAID_IN_PLAN = dict.fromkeys(("2_sourcing", "3_vetting"), ALWAYS)
SAID_WITH_RESULTS = dict.fromkeys(("1_objectives", "2_sourcing", "3_vetting", "4_roster", "5_content"), ALWAYS)
"""Step → the kinds of blocks that the client reads of it; of other steps all. Beside results stands no roster that a
run proposes afterwards: what a client had agreed to is in the results, beside what came of it."""

ON_PAGE_1 = frozenset({"results.answer", "roster.answer"})
"""Answers that page 1 gives in its own words."""

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
    """The whole report under its page 1, without words; `parts` are those that have something to say, in order."""

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
    hidden = read_analysts_codes() if reader == "client" else frozenset()
    for section in sections:
        blocks = tuple(
            block
            for block in section.blocks
            if reader in block.get("audience", AUDIENCES) and block.get("code") not in hidden
        )
        if blocks:
            yield section._replace(blocks=blocks)


@cache
def read_analysts_codes() -> frozenset[str]:
    """Codes of sentences that name a file, a setting or a command, or tell how the work was done: not the client's."""
    return frozenset(read_bundled_yaml(bundled_folder("templates") / "report" / "analyst.yaml"))


def make_outline(pages: list[dict[str, Any]], *, summary: Summary) -> Outline:
    """Sort the blocks of the pages into the parts of the report; none is in it twice.

    Parameters
    ----------
    summary : of the run: its stage, and the targets that lessons are drawn from.
    """
    said = SAID_IN_PLAN if summary.stage == "proposal" else SAID_WITH_RESULTS
    pages = [_shorten(page, said[page["step"]]) if page["step"] in said else page for page in pages]
    placed: dict[str, Sections] = {name: {} for name in PARTS}
    for page in sorted(pages, key=lambda page: (page["step"] != RESULTS_STEP, page["step"])):
        for part, code, block in _place_blocks(page):
            if block.get("code") not in ON_PAGE_1:
                step = "" if part in {"next", "method"} else page["step"]
                marked = {**block, "step": page["step"], "names": page["names"]}
                marked |= {"audience": INTERNAL} if code == "section.boosting" and summary.stage == "final" else {}
                placed[part].setdefault((step, code), []).append(marked)
    _add_lessons(placed, summary.targets)
    return Outline(tuple(_make_part(name, sections) for name, sections in placed.items() if any(sections.values())))


# ------------------------------------------------------------------------------- what the report adds


def _list_placed(placed: dict[str, Sections]) -> list[Block]:
    return [block for sections in placed.values() for blocks in sections.values() for block in blocks]


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
