"""Run the notebooks over one campaign, or over many."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.errors import RunError, XhsError
from xhs_toolkit.runs import folder as folders
from xhs_toolkit.runs.forked import FORKS, call
from xhs_toolkit.runs.manifest import COMPLETE, FAILED, RUNNING, Step, read_step_status, write_manifest
from xhs_toolkit.runs.notebook import NotebookError, execute_notebook, list_needs
from xhs_toolkit.runs.planned import Planned, describe_own, find_unused, plan_notebooks
from xhs_toolkit.store import Change, compare_inputs, list_inputs

if TYPE_CHECKING:
    from xhs_toolkit.runs.kernel import CallersKernelManager

REPORT = "report"
ERROR_FILE = "error.txt"
AT_A_TIME = 2
"""Notebooks of one campaign that run at once."""


class Progress(NamedTuple):
    """Where a run has got to: `state` is ``running`` or a step's status."""

    campaign_folder: Path
    step: str
    number: int
    n_steps: int
    state: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """A complete run of one campaign.

    Attributes
    ----------
    folder, steps, seconds : where it lies, what came of each step, how long it took.
    changes : files that were replaced, removed or added while it was at work.
    unused : copies of steps in the campaign folder that were not carried out.
    """

    campaign_folder: Path
    folder: Path
    steps: tuple[Step, ...]
    seconds: float
    changes: tuple[Change, ...] = ()
    unused: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The run's name, its UTC time."""
        return self.folder.name


class Outcome(NamedTuple):
    """What came of one campaign among many: a run, or the error that stopped it."""

    campaign_folder: Path
    run: Run | None
    error: XhsError | None


OnProgress = Callable[[Progress], None]
WriteReport = Callable[[Path, Campaign], object]


def ignore_progress(progress: Progress) -> None:
    """Say nothing."""


@dataclass(slots=True)
class _Work:
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
    is_stopped: bool = False

    @property
    def steps(self) -> list[Step]:
        """What has ended, in the order of the steps."""
        return sorted(self.done, key=lambda step: self.names.index(step.name))

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.clock

    @property
    def parameters(self) -> dict[str, Any]:
        return {
            "campaign_folder": ".",
            "run_folder": f"{folders.RUNS}/{self.part.name}",
            "language": self.campaign.languages[0],
            "as_of": self.started_at.isoformat(timespec="seconds"),
        }

    def report(self, step: str, state: str, seconds: float = 0.0) -> None:
        number, n_steps = self.names.index(step) + 1, len(self.names)
        self.on_progress(Progress(self.campaign.folder, step, number, n_steps, state, seconds))


def run_campaign(
    folder: Path,
    *,
    notebooks: Sequence[Path],
    write_report: WriteReport | None = None,
    on_progress: OnProgress = ignore_progress,
) -> Run:
    """Execute the notebooks in order over a campaign and keep the result in ``FOLDER/runs/<run>``.

    Parameters
    ----------
    folder : the campaign folder.
    notebooks : executed in this order with the parameters ``campaign_folder``, ``run_folder``,
        ``language`` and ``as_of``, in the campaign folder; the campaign's own come where it says.
    write_report : called with the run's folder, still hidden, and the campaign, once every notebook is through.
    on_progress : called before and after every step.

    Raises
    ------
    CampaignError
        the settings cannot be used; nothing was started.
    RunError
        a notebook or the report stopped: which one, where, why, and what to do. The run up to there is kept
        in ``runs/<run>.failed``; the latest complete run stays the latest.
    """
    campaign = read_campaign(folder)
    planned = plan_notebooks(campaign, notebooks)
    with folders.hold_lock(folder):
        started_at = datetime.now(UTC)
        part = folders.start_part(folder, started_at=started_at)
        names = (*(notebook.name for notebook in planned), *([REPORT] if write_report else []))
        work = _Work(campaign, part, started_at, on_progress, names, planned)
        try:
            return _run(work, write_report)
        except BaseException:
            folders.discard_part(part)
            raise


def _run(work: _Work, write_report: WriteReport | None) -> Run:
    inputs = list_inputs(work.campaign.folder)

    def tell(**about: Any) -> None:
        write_manifest(work.part, about={**about, **_describe(work), "inputs": inputs}, steps=work.steps)

    tell(status=RUNNING)
    try:
        call(_read_files, work.campaign)
        try:
            _run_notebooks(work)
        finally:
            _stop_idle(work)
        if write_report:
            _write_report(work, write_report)
    except RunError as error:
        tell(status=FAILED, error=str(error))
        failed = folders.fail_part(work.part)
        raise RunError(f"{error}\n{_say_what_to_do(failed)}") from error
    changes = compare_inputs(inputs, list_inputs(work.campaign.folder))
    unused = find_unused(work.campaign, work.planned)
    tell(status=COMPLETE, changed_inputs=[change._asdict() for change in changes], unused_notebooks=unused)
    done = folders.finish_part(work.part)
    return Run(work.campaign.folder, done, tuple(work.steps), work.seconds, changes, unused)


def _read_files(campaign: Campaign) -> None:
    """Read the campaign's files, once for all; what is wrong is told by the first notebook that opens them."""
    from xhs_toolkit.store import open_exports

    with suppress(XhsError):
        open_exports(campaign)


def _describe(work: _Work) -> dict[str, Any]:
    """What the manifest says about the run."""
    return {
        "run": folders.get_run_name(work.part),
        "client": work.campaign.client,
        "campaign": work.campaign.name,
        "synthetic": work.campaign.synthetic,
        "started_at": work.started_at.isoformat(timespec="seconds"),
        "seconds": round(work.seconds, 1),
        "parameters": work.parameters,
        "own_notebooks": describe_own(work.planned),
    }


def _run_notebooks(work: _Work) -> None:
    """Run them, `AT_A_TIME`, begun in their order; one that reads what another writes waits for it."""
    begun: list[tuple[str, Future[None]]] = []
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        try:
            for notebook in work.planned:
                needed = list_needs(notebook.path)
                before = [each for step, each in begun if step in needed]
                begun.append((notebook.step, pool.submit(_run_notebook, work, notebook, before)))
            ended = wait([each for _, each in begun], return_when=FIRST_EXCEPTION).done
            for each in (each for _, each in begun if each in ended):
                each.result()
        except BaseException:
            _stop_notebooks(work, pool)
            raise


def _take_kernel(work: _Work, notebook: Planned) -> CallersKernelManager:
    """A kernel that another of the toolkit's notebooks has left empty, else a new one."""
    from xhs_toolkit.runs.kernel import start_kernel

    if not notebook.own:
        with suppress(IndexError):
            return work.idle.pop()
    return start_kernel(work.campaign.folder)


def _stop_idle(work: _Work) -> None:
    from xhs_toolkit.runs.kernel import stop_kernel

    while work.idle:
        stop_kernel(work.idle.pop())


def _stop_notebooks(work: _Work, pool: ThreadPoolExecutor) -> None:
    """Begin no more notebooks and end those that run."""
    from xhs_toolkit.runs.kernel import end_kernel

    pool.shutdown(wait=False, cancel_futures=True)
    for kernel in work.kernels:
        end_kernel(kernel)


def _run_notebook(work: _Work, notebook: Planned, before: Sequence[Future[None]]) -> None:
    """Run one, once those `before` it are through, in a kernel that ends with it.

    Where processes cannot be forked, what a kernel has loaded serves the next of the toolkit's notebooks.
    """
    from xhs_toolkit.runs.kernel import empty_kernel, stop_kernel

    for each in before:
        each.result()
    if work.is_stopped:
        return
    step, clock, status = notebook.name, time.monotonic(), FAILED
    work.report(step, "running")
    output = work.part / "notebooks" / notebook.path.name
    folder = work.campaign.folder
    kernel = _take_kernel(work, notebook)
    work.kernels.append(kernel)
    try:
        execute_notebook(notebook.path, output=output, parameters=work.parameters, folder=folder, kernel=kernel)
        status = read_step_status(work.part, step=step)
    except NotebookError as stop:
        raise RunError(f"{folder}: {step} stopped at {stop.place}.\n{stop.message}") from stop
    except Exception as error:
        raise _unexpected(work, step, error) from error
    finally:
        work.is_stopped |= status == FAILED
        work.kernels.remove(kernel)
        if FORKS or notebook.own or status == FAILED or not empty_kernel(kernel):
            stop_kernel(kernel)
        else:
            work.idle.append(kernel)
        _end_step(work, step, status, clock)


def _write_report(work: _Work, write_report: WriteReport) -> None:
    clock, status = time.monotonic(), FAILED
    work.report(REPORT, "running")
    try:
        call(write_report, work.part, work.campaign)
        status = COMPLETE
    except XhsError as error:
        raise RunError(f"{work.campaign.folder}: the report could not be written.\n{error}") from error
    except Exception as error:
        raise _unexpected(work, REPORT, error) from error
    finally:
        _end_step(work, REPORT, status, clock)


def _end_step(work: _Work, step: str, status: str, clock: float) -> None:
    seconds = round(time.monotonic() - clock, 1)
    work.done.append(Step(step, status, seconds))
    work.report(step, status, seconds)


def _unexpected(work: _Work, step: str, error: Exception) -> RunError:
    """A fault of the toolkit itself: the traceback goes into the failed run, not onto the screen."""
    text = "".join(traceback.format_exception(error))
    (work.part / ERROR_FILE).write_text(text, encoding="utf-8")
    name = type(error).__name__
    return RunError(f"{work.campaign.folder}: {step} stopped unexpectedly.\n{name}: {error} (details in {ERROR_FILE})")


def _say_what_to_do(failed: Path) -> str:
    return f"Put that right and run again. The run up to there is kept in {failed}; earlier runs are untouched."


# -------------------------------------------------------------------------------- many campaigns


def run_many(
    campaign_folders: Sequence[Path],
    *,
    notebooks: Sequence[Path],
    write_report: WriteReport | None = None,
    on_progress: OnProgress = ignore_progress,
    n_jobs: int = 1,
) -> Iterator[Outcome]:
    """Run several campaigns, `n_jobs` at a time; one that fails leaves the others running.

    Yields
    ------
    Outcome
        in the order of the folders, each as soon as it and those before it are through.
    """

    def run_one(folder: Path) -> Outcome:
        try:
            run = run_campaign(folder, notebooks=notebooks, write_report=write_report, on_progress=on_progress)
        except Exception as error:
            return Outcome(folder, None, _word(folder, error))
        return Outcome(folder, run, None)

    if n_jobs == 1:  # in this thread, so that Ctrl-C reaches the notebook
        yield from map(run_one, campaign_folders)
        return
    pool = ThreadPoolExecutor(max_workers=n_jobs)
    try:
        yield from pool.map(run_one, campaign_folders)
    finally:
        pool.shutdown(cancel_futures=True)


def _word(folder: Path, error: Exception) -> XhsError:
    """Any error as one a user can read."""
    if isinstance(error, XhsError):
        return error
    if isinstance(error, OSError):
        return RunError(f"{folder}: {error.filename}: {error.strerror}. Close the file elsewhere and run again.")
    return RunError(f"{folder}: stopped unexpectedly. {type(error).__name__}: {error}")
