"""A run while it is being made, and the runs at work: what they have begun, and how all of it is ended at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.runs import folder as folders
from xhs_toolkit.runs.folder import Step
from xhs_toolkit.runs.forked import Forked
from xhs_toolkit.runs.planned import Planned

if TYPE_CHECKING:
    from xhs_toolkit.runs.kernel import CallersKernelManager

LOG_FILE = "run.log"


class Progress(NamedTuple):
    """Where a run has got to: `state` is ``running``, ``kept`` (of an earlier run) or a step's status."""

    campaign_folder: Path
    step: str
    number: int
    n_steps: int
    state: str
    seconds: float = 0.0


OnProgress = Callable[[Progress], None]


def ignore_progress(progress: Progress) -> None:
    """Say nothing."""


@dataclass(slots=True)
class Work:
    """A run while it is being made."""

    campaign: Campaign
    part: Path
    started_at: datetime
    on_progress: OnProgress
    names: tuple[str, ...]
    planned: Sequence[Planned]
    clock: float = field(default_factory=time.monotonic)
    done: list[Step] = field(default_factory=list)
    kernels: list[CallersKernelManager] = field(default_factory=list)
    idle: list[CallersKernelManager] = field(default_factory=list)
    calls: list[Forked] = field(default_factory=list)
    is_ending: bool = False
    stopped: str = ""

    def stop(self, why: str = "") -> None:
        """Begin nothing more and end all that runs, from any thread; `why` where it was not one of the steps."""
        self.is_ending, self.stopped = True, self.stopped or why
        if self.kernels:
            from xhs_toolkit.runs.kernel import end_kernel

            for kernel in list(self.kernels):
                end_kernel(kernel)
        for process in list(self.calls):
            process.kill()

    @property
    def steps(self) -> list[Step]:
        """What has ended, in the order of the steps."""
        return sorted(self.done, key=lambda step: self.names.index(step.name))

    @property
    def seconds(self) -> float:
        """How long it has been at work."""
        return time.monotonic() - self.clock

    @property
    def parameters(self) -> dict[str, Any]:
        """What every notebook is given."""
        return {
            "campaign_folder": ".",
            "run_folder": f"{folders.RUNS}/{self.part.name}",
            "language": self.campaign.languages[0],
            "as_of": self.started_at.isoformat(timespec="seconds"),
        }

    def report(self, step: str, state: str, seconds: float = 0.0) -> None:
        """Say where it has got to, in its log too."""
        number, n_steps = self.names.index(step) + 1, len(self.names)
        with suppress(OSError), (self.part / LOG_FILE).open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}  {step}  {state}  {seconds} s\n")
        self.on_progress(Progress(self.campaign.folder, step, number, n_steps, state, seconds))


class Crew:
    """The runs at work, so that all of them can be stopped at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at_work: list[Work] = []
        self._is_dismissed = False

    def add(self, work: Work) -> None:
        """Take up a run, unless all were stopped meanwhile."""
        with self._lock:
            if self._is_dismissed:
                raise KeyboardInterrupt
            self._at_work.append(work)

    def dismiss(self) -> None:
        """Stop every run at once, and begin no other."""
        with self._lock:
            self._is_dismissed = True
        for work in self._at_work:
            work.stop("Stopped.")
