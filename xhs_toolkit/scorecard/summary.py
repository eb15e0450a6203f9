"""The run's headline figures: ``summary.json``, the one place that report, workbook and deck take them from.

Each figure has its unit, how many it rests on and its range, or the reason why it is missing. A step that has run
fills its own part (`update_summary`); a part that no step has filled is missing, never empty figures.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from xhs_toolkit.errors import CampaignError, Problem
from xhs_toolkit.files import write_whole

SUMMARY = "summary.json"
VERSION: Literal[1] = 1

Verdict = Literal["met", "missed", "running", "no_target", "not_measured"]
Stage = Literal["proposal", "interim", "final"]


class Record(BaseModel):
    """A part of the summary: frozen, without unknown names, and without NaN (missing is null)."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Figure(Record):
    """A figure that is not money."""

    value: float | None = Field(description="The figure; null where it was not measured.")
    unit: str = Field(description="What it counts, such as views or fraction.")
    n: int = Field(default=0, ge=0, description="How many notes, creators or rows it rests on.")
    low: float | None = Field(default=None, description="Lower end of its 90% range; null where there is none.")
    high: float | None = Field(default=None, description="Upper end of its 90% range.")
    reason: str = Field(default="", description="Why it is missing, or has no range.")

    @model_validator(mode="after")
    def _says_why_it_is_missing(self) -> Figure:
        if self.value is None and not self.reason:
            raise ValueError("a missing figure needs its reason")
        return self


class Money(Record):
    """An amount, or an amount for one of something, in CNY and in the currency of the report."""

    cny: float | None = Field(description="The amount in CNY; null where it was not measured.")
    report: float | None = Field(default=None, description="The same in the currency of the report.")
    currency: str = Field(default="CNY", description="Currency of the report.")
    unit: str = Field(default="CNY", description="CNY, or CNY for one of something, such as CNY per view.")
    n: int = Field(default=0, ge=0, description="How many items or notes it rests on.")
    low: float | None = Field(default=None, description="Lower end of its 90% range, in CNY.")
    high: float | None = Field(default=None, description="Upper end of its 90% range, in CNY.")
    reason: str = Field(default="", description="Why it is missing, or has no range.")

    @model_validator(mode="after")
    def _says_why_it_is_missing(self) -> Money:
        if self.cny is None and not self.reason:
            raise ValueError("a missing amount needs its reason")
        return self


class MoneySummary(Record):
    """What the campaign cost."""

    total: Money = Field(description="Delivered or paid.")
    committed: Money = Field(description="Agreed or sent, not yet delivered.")
    planned: Money = Field(description="What the accepted plan costs.")
    budget: Money = Field(description="What the client pays.")
    overspent: Money = Field(description="Total above the budget; 0 where it is not.")
    by_scope: dict[str, Money] = Field(description="The total by scope: content, ads, other.")
    by_item: dict[str, Money] = Field(description="The total by item of the bookings.")
    by_state: dict[str, Money] = Field(description="All bookings by state, cancelled ones included.")
    questions: tuple[str, ...] = Field(default=(), description="Invoices that may or may not be money told elsewhere.")

    def measure_left_cny(self) -> float:
        """Budget without what is delivered, paid, agreed or sent; NaN where budget or total are not known."""
        if self.budget.cny is None or self.total.cny is None:
            return float("nan")
        return self.budget.cny - self.total.cny - (self.committed.cny or 0.0)


class CostPerView(Record):
    """What a view cost; both sides of each ratio have one scope."""

    all_in: Money = Field(description="All money over all views.")
    content_organic: Money = Field(description="Content cost over organic views.")


class Forecast(Record):
    """What the accepted plan expected of a metric."""

    p10: float
    p50: float
    p90: float


class Target(Record):
    """One promise and what became of it."""

    metric: str
    unit: str
    promised: float | None = Field(description="The target; null where nothing was promised.")
    forecast: Forecast | None = Field(default=None, description="Of the accepted plan; null without one.")
    measured: float | None = Field(default=None, description="The result; null where it was not measured.")
    low: float | None = Field(default=None, description="Lower end of its 90% range.")
    high: float | None = Field(default=None, description="Upper end of its 90% range.")
    n: int = Field(default=0, ge=0, description="How many notes or rows it rests on.")
    of: int = Field(default=0, ge=0, description="How many there are.")
    verdict: Verdict = Field(description="Met, missed, or running towards it; no_target where nothing was promised.")
    reason: str = Field(default="", description="Why it was not measured.")

    @property
    def ratio(self) -> float | None:
        """What was measured over what was promised."""
        return self.measured / self.promised if self.measured is not None and self.promised else None

    @model_validator(mode="after")
    def _is_judged_or_says_why(self) -> Target:
        if (self.verdict == "not_measured") != (self.measured is None):
            raise ValueError("not_measured is the verdict of what was not measured, and of nothing else")
        if self.measured is None and not self.reason:
            raise ValueError("a target that was not measured needs its reason")
        return self


class Notes(Record):
    """The campaign's notes."""

    n: int = Field(ge=0)
    n_creators: int = Field(ge=0)
    figures: dict[str, Figure] = Field(default_factory=dict, description="Exposure, views, engagement … of all notes.")
    as_of: str = Field(default="", description="Day up to which the newest figures reach.")
    is_open: bool = Field(default=False, description="Whether the campaign's window goes on after that day.")


class Outcome(Record):
    """One of the client's own figures: what the campaign may call its own, and the client's whole trade."""

    metric: str
    attributed: Figure
    trade: Figure = Field(description="The client's whole trade in the window; divided by nothing.")
    through: dict[str, float] = Field(default_factory=dict, description="Attributed by channel, code, link or answer.")
    daily: dict[str, float] = Field(default_factory=dict, description="Attributed by day, where every row has one.")


class Step(Record):
    """What content or a kind of ads cost and brought; each row within its own scope."""

    step: str
    spend: Money
    figures: dict[str, float] = Field(default_factory=dict, description="Exposure, views, engagement, leads; as known.")


class PlanSummary(Record):
    """The plan: the accepted one where there is one, otherwise the proposal of this run."""

    accepted: bool
    version: int | None = None
    hash: str = ""
    n_creators: int = Field(ge=0)
    n_notes: int = Field(ge=0)
    cost: Money
    forecast: dict[str, Forecast] = Field(default_factory=dict)
    sizes: dict[str, int] = Field(default_factory=dict, description="Creators by size.")
    formats: dict[str, int] = Field(default_factory=dict, description="Notes by format.")
    promised: dict[str, float] = Field(default_factory=dict, description="Targets by metric.")
    chances: dict[str, float] = Field(default_factory=dict, description="Probability that a target is met.")
    ads: dict[str, Money] = Field(default_factory=dict, description="Money for feed and search ads.")
    held_back: Money | None = Field(default=None, description="Creators' money that buys nobody worth it.")
    held_ratio: float | None = Field(default=None, description="Cost of the next creators over the limit.")


class RosterEntry(Record):
    """One creator of the roster."""

    creator_id: str
    creator_name: str = ""
    formats: tuple[str, ...] = ()
    n_notes: int = Field(default=1, ge=1)
    cost: Money
    decision: str = ""


class Inputs(Record):
    """How the files were read."""

    read: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = Field(default=(), description="Files that could not be opened or were cut short.")
    questions: tuple[str, ...] = Field(default=(), description="What a person has to answer, as told by xhs check.")
    open: tuple[str, ...] = Field(default=(), description="Of the questions those about money, states or dates.")


class Summary(Record):
    """The run's headline figures."""

    version: Literal[1] = VERSION
    objective: str = ""
    money: MoneySummary | None = None
    cost_per_view: CostPerView | None = None
    targets: tuple[Target, ...] = ()
    notes: Notes | None = None
    outcomes: tuple[Outcome, ...] = ()
    steps: tuple[Step, ...] = Field(default=(), description="The cost grid, without its total.")
    plan: PlanSummary | None = None
    roster: tuple[RosterEntry, ...] = ()
    inputs: Inputs | None = None
    sendable: bool | None = Field(default=None, description="What the release gate found; null before it has looked.")

    @property
    def stage(self) -> Stage:
        """Proposal while nothing is published or measured, interim while the window is open, then final."""
        has_notes = self.notes is not None and self.notes.n > 0
        if not has_notes and all(target.measured is None for target in self.targets):
            return "proposal"
        return "interim" if self.notes is not None and self.notes.is_open else "final"

    @property
    def open(self) -> tuple[str, ...]:
        """Questions about money, states or dates that a person has to answer."""
        return (*(self.inputs.open if self.inputs else ()), *(self.money.questions if self.money else ()))

    @property
    def withheld(self) -> tuple[str, ...]:
        """Why the report is not sendable until a person has said that it may be."""
        return (*(self.inputs.unreadable if self.inputs else ()), *self.open)


def read_summary(run_folder: Path) -> Summary:
    """Read a run's summary; without a file every part is missing.

    Raises
    ------
    CampaignError : the file is damaged, or of a later version of the toolkit.
    """
    path = Path(run_folder) / SUMMARY
    if not path.is_file():
        return Summary()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Summary.model_validate(content)
    except ValueError as error:
        problem = Problem("is not what a run wrote", "run the campaign again", file=f"{path.parent.name}/{SUMMARY}")
        raise CampaignError("The summary cannot be read.", [problem]) from error


def update_summary(run_folder: Path, **parts: Any) -> Summary:
    """Fill parts of the run's summary and write it; the other parts stay. The file is never half-written.

    Two steps of a run may write at once: each waits until the other is done.
    """
    path = Path(run_folder) / SUMMARY
    with _alone(path.with_suffix(".lock")):
        summary = Summary.model_validate({**dict(read_summary(run_folder)), **parts})
        write_whole(path, (summary.model_dump_json(indent=1) + "\n").encode())
    return summary


LOCK_SECONDS = 10.0
"""A step writes in a few milliseconds: a lock that is older was left by one that was stopped."""


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    until = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            lock.touch(exist_ok=False)
            break
        except FileExistsError:
            if time.monotonic() > until:
                break
            time.sleep(0.02)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
