"""Run the notebooks over one campaign, or over many."""

from __future__ import annotations

import errno
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.errors import RunError, XhsError
from xhs_toolkit.runs import folder as folders
from xhs_toolkit.runs.folder import COMPLETE, FAILED, KEPT, RUNNING, STOPPED, Step, read_step_status, write_manifest
from xhs_toolkit.runs.forked import FORKS, call
from xhs_toolkit.runs.notebook import NotebookError, execute_notebook, read_about, word_fault
from xhs_toolkit.runs.planned import Planned, choose_steps, describe_own, find_unused, plan_notebooks
from xhs_toolkit.runs.reuse import (
    Known,
    Reuse,
    find_good,
    find_reuse,
    list_parts,
    list_run_files,
    read_known,
    take_over,
)
from xhs_toolkit.runs.work import Crew, OnProgress, Work, ignore_progress
from xhs_toolkit.store import Change, compare_inputs, list_inputs

if TYPE_CHECKING:
    from xhs_toolkit.runs.kernel import CallersKernelManager

REPORT = "report"
ERROR_FILE = "error.txt"
LIMIT = "It took longer than a run may: see run_minutes under runs in agency.yaml."
AT_A_TIME = 2
"""Notebooks of one campaign that run at once."""


@dataclass(frozen=True, slots=True)
class Run:
    """A complete run of one campaign.

    Attributes
    ----------
    folder, steps, seconds : where it lies, what came of each step, how long it took.
    changes : files that were replaced, removed or added while it was at work.
    unused : copies of steps in the campaign folder that were not carried out.
    kept : steps that were taken from an earlier run; all of them where nothing has changed since.
    reasons : what has changed since the last good run, as far as there is one.
    """

    campaign_folder: Path
    folder: Path
    steps: tuple[Step, ...]
    seconds: float
    changes: tuple[Change, ...] = ()
    unused: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing was done: the last good run holds."""
        return bool(self.kept) and len(self.kept) == len(self.steps)

    @property
    def name(self) -> str:
        """The run's name, its UTC time."""
        return self.folder.name


class StoppedError(RunError):
    """A run that was stopped from outside: nothing of it is kept."""


WriteReport = Callable[[Path, Campaign], object]


class Options(NamedTuple):
    """How campaigns are run.

    Attributes
    ----------
    steps : the only ones to carry out, ``results`` or ``6_results``; all of them where none is named.
    force : carry out also what has not changed.
    dry : carry out nothing, only say what would be.
    """

    steps: tuple[str, ...] = ()
    force: bool = False
    dry: bool = False


EVERYTHING = Options()


def run_campaign(
    folder: Path,
    *,
    notebooks: Sequence[Path],
    write_report: WriteReport | None = None,
    on_progress: OnProgress = ignore_progress,
    options: Options = EVERYTHING,
    crew: Crew | None = None,
) -> Run:
    """Execute the notebooks in order over a campaign and keep the result in ``FOLDER/runs/<run>``.

    What has not changed since the last good run is not done again: the whole run, or the steps before the results.

    Parameters
    ----------
    folder : the campaign folder.
    notebooks : executed in this order with the parameters ``campaign_folder``, ``run_folder``,
        ``language`` and ``as_of``, in the campaign folder; the campaign's own come where it says.
    write_report : called with the run's folder, still hidden, and the campaign, once every notebook is through.
    on_progress : called before and after every step.
    crew : stops this run together with others.

    Raises
    ------
    CampaignError
        the settings cannot be used; nothing was started.
    RunError
        a notebook or the report stopped: which one, where, why, and what to do. The run up to there is kept
        in ``runs/<run>.failed``; the latest complete run stays the latest.
    """
    campaign = read_campaign(folder)
    planned = choose_steps(plan_notebooks(campaign, notebooks), options.steps)
    names = (*(notebook.name for notebook in planned), *([REPORT] if write_report else []))
    with folders.hold_lock(folder):
        started_at = datetime.now(UTC)
        part = folders.start_part(folder, started_at=started_at)
        work = Work(campaign, part, started_at, on_progress, names, planned)
        limit = threading.Timer(60 * campaign.agency.runs.run_minutes, work.stop, [LIMIT])
        limit.daemon = True
        try:
            (crew or Crew()).add(work)
            limit.start()
            return _run(work, write_report, options)
        except BaseException:
            folders.discard_part(part)
            raise
        finally:
            limit.cancel()


def _run(work: Work, write_report: WriteReport | None, options: Options) -> Run:
    campaign, planned = work.campaign, work.planned
    last = None if options.force else find_good(campaign.folder)
    inputs, parts = list_inputs(campaign.folder), list_parts(campaign, planned, started_at=work.started_at)
    found = find_reuse(last, parts=parts, planned=planned, names=work.names, known=None)
    if last and len(found.kept) == len(work.names):
        folders.discard_part(work.part)
        return Run(campaign.folder, last.folder, found.kept, work.seconds, kept=work.names)
    known: Known | None = None

    def tell(**about: Any) -> None:
        made_of = {"made_of": parts, "known": known.digest if known else None}
        write_manifest(work.part, about={**about, **_describe(work), "inputs": inputs, **made_of}, steps=work.steps)

    try:
        tell(status=RUNNING)
        known = call(read_known, campaign, on_start=work.calls.append)
        found = find_reuse(last, parts=parts, planned=planned, names=work.names, known=known)
        if options.dry:
            folders.discard_part(work.part)
            return _plan(work, found)
        if last and known and found.kept:
            take_over(last, found.kept, work.part, known=known)
            _keep_steps(work, found)
        try:
            _run_notebooks(work)
        finally:
            _stop_idle(work)
        if write_report:
            _write_report(work, write_report)
    except (RunError, OSError) as problem:
        error = _word_stop(work, problem)
        with suppress(OSError):
            tell(status=FAILED, error=str(error))
        raise RunError(f"{error}\n{_keep_failed(work)}") from problem
    changes = compare_inputs(inputs, list_inputs(campaign.folder))
    unused = find_unused(campaign, planned)
    about = {"changed_inputs": [change._asdict() for change in changes], "unused_notebooks": unused}
    tell(status=COMPLETE, **about, files=list_run_files(work.part), reasons=found.reasons)
    done = folders.finish_part(work.part)
    folders.prune_runs(campaign.folder, keep=campaign.agency.runs.keep)
    return replace(_plan(work, found), folder=done, changes=changes, unused=unused)


def _word_stop(work: Work, problem: RunError | OSError) -> XhsError:
    """What stopped a run that is kept as failed.

    Raises
    ------
    StoppedError
        it was stopped from outside: nothing of it is kept.
    """
    folder = work.campaign.folder
    if work.stopped and work.stopped != LIMIT:
        raise StoppedError(f"{folder}: {work.stopped}") from problem
    if work.stopped and work.stopped not in str(problem):
        return RunError(f"{folder}: {work.stopped}")
    return word_error(folder, problem)


def _plan(work: Work, found: Reuse) -> Run:
    """The run as it is by now: with what was taken over, and why the rest is not."""
    kept = tuple(step.name for step in found.kept)
    return Run(work.campaign.folder, work.part, tuple(work.steps), work.seconds, kept=kept, reasons=found.reasons)


def _keep_steps(work: Work, found: Reuse) -> None:
    """Leave out the steps that an earlier run has done."""
    kept = {step.name: step for step in found.kept}
    work.planned = [each for each in work.planned if each.name not in kept]
    for name, step in kept.items():
        work.done.append(replace(step, seconds=0.0))
        work.report(name, KEPT)


def _describe(work: Work) -> dict[str, Any]:
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


def _run_notebooks(work: Work) -> None:
    """Run them, `AT_A_TIME`, begun in their order; one that reads what another writes waits for it."""
    begun: list[tuple[str, Future[None]]] = []
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        try:
            for notebook in work.planned:
                needed = read_about(notebook.path).get("after", [])
                before = [each for step, each in begun if step in needed]
                begun.append((notebook.step, pool.submit(_run_notebook, work, notebook, before)))
            ended = wait([each for _, each in begun], return_when=FIRST_EXCEPTION).done
            for each in (each for _, each in begun if each in ended):
                each.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            work.stop()
            raise


def _take_kernel(work: Work, notebook: Planned) -> CallersKernelManager:
    """A kernel that another of the toolkit's notebooks has left empty, else a new one."""
    from xhs_toolkit.runs.kernel import start_kernel

    if not notebook.own:
        with suppress(IndexError):
            return work.idle.pop()
    return start_kernel(work.campaign.folder)


def _stop_idle(work: Work) -> None:
    from xhs_toolkit.runs.kernel import stop_kernel

    while work.idle:
        stop_kernel(work.idle.pop())


def _run_notebook(work: Work, notebook: Planned, before: Sequence[Future[None]]) -> None:
    """Run one, once those `before` it are through, in a kernel that ends with it.

    Where processes cannot be forked, what a kernel has loaded serves the next of the toolkit's notebooks.
    """
    from xhs_toolkit.runs.kernel import empty_kernel, stop_kernel

    for each in before:
        each.result()
    if work.is_ending:
        return
    step, clock, status = notebook.name, time.monotonic(), FAILED
    work.report(step, "running")
    output = work.part / "notebooks" / notebook.path.name
    folder = work.campaign.folder
    kernel = _take_kernel(work, notebook)
    work.kernels.append(kernel)
    try:
        if work.is_ending:
            raise NotebookError("It was not begun.", place="its start")
        seconds = int(60 * work.campaign.agency.runs.cell_minutes)
        given: dict[str, Any] = {"parameters": work.parameters, "folder": folder, "kernel": kernel}
        execute_notebook(notebook.path, output=output, cell_seconds=seconds, **given)
        status = read_step_status(work.part, step=step)
    except NotebookError as stop:
        status = STOPPED if work.is_ending else FAILED
        if work.stopped:
            raise RunError(f"{folder}: {step} was at {stop.place} when the run was stopped.\n{work.stopped}") from stop
        raise RunError(f"{folder}: {step} stopped at {stop.place}.\n{stop.message}") from stop
    except Exception as error:
        raise _unexpected(work, step, error) from error
    finally:
        work.is_ending |= status == FAILED
        work.kernels.remove(kernel)
        if FORKS or notebook.own or status in {FAILED, STOPPED} or not empty_kernel(kernel):
            stop_kernel(kernel)
        else:
            work.idle.append(kernel)
        _end_step(work, step, status, clock)


def _write_report(work: Work, write_report: WriteReport) -> None:
    clock, status = time.monotonic(), FAILED
    work.report(REPORT, "running")
    try:
        call(write_report, work.part, work.campaign, on_start=work.calls.append)
        status = COMPLETE
    except XhsError as error:
        status = STOPPED if work.stopped else FAILED
        told = work.stopped or error
        raise RunError(f"{work.campaign.folder}: the report could not be written.\n{told}") from error
    except Exception as error:
        raise _unexpected(work, REPORT, error) from error
    finally:
        _end_step(work, REPORT, status, clock)


def _end_step(work: Work, step: str, status: str, clock: float) -> None:
    seconds = round(time.monotonic() - clock, 1)
    work.done.append(Step(step, status, seconds))
    work.report(step, status, seconds)


def _unexpected(work: Work, step: str, error: Exception) -> XhsError:
    """A fault of the toolkit itself: the traceback goes into the failed run, not onto the screen."""
    if isinstance(error, OSError):
        return word_error(work.campaign.folder, error)
    text = "".join(traceback.format_exception(error))
    with suppress(OSError):
        (work.part / ERROR_FILE).write_text(text, encoding="utf-8")
    name = type(error).__name__
    return RunError(f"{work.campaign.folder}: {step} stopped unexpectedly.\n{name}: {error} (details in {ERROR_FILE})")


def _keep_failed(work: Work) -> str:
    """Keep the run up to there, where that can be done, and say what to do."""
    try:
        kept = f"The run up to there is kept in {folders.fail_part(work.part)}; earlier"
    except (RunError, OSError):
        kept = "Earlier"
    return f"Put that right and run again. {kept} runs are untouched."


def word_error(folder: Path, error: Exception) -> XhsError:
    """Any error as one a user can read."""
    if isinstance(error, XhsError):
        return error
    if isinstance(error, OSError):
        number = errno.ENOENT if isinstance(error, FileNotFoundError) else error.errno
        what = word_fault(number, str(error.strerror or error))
        return RunError(f"{folder}: {error.filename or 'a file or folder in it'}: {what}")
    return RunError(f"{folder}: stopped unexpectedly. {type(error).__name__}: {error}")
