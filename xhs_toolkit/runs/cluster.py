"""Campaigns carried out by the workers of a Dask cluster, in folders that they share or in an object store.

Dask hands out, and hands out again what a lost worker was at. Each worker forks its own kernels and needs the same
toolkit. What lies in a store (any address that pyarrow or fsspec knows) is fetched for the run; only what the run has
made or changed is sent back, and last of all which run is the latest.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from xhs_toolkit.errors import MissingExtraError, RunError, XhsError
from xhs_toolkit.files import LATEST, RUNS
from xhs_toolkit.runs.many import Outcome

SETTINGS = "campaign.yaml"
LOST = "Every worker that had it was lost. Start workers with more memory, and run again."


def is_address(folder: Path | str) -> bool:
    """Whether a campaign lies in a store.

    >>> is_address("s3://bucket/clients/spring"), is_address("clients/spring")
    (True, False)
    """
    return "://" in str(folder)


def run_on_cluster(
    folders: Sequence[Path | str], work: Callable[[Path], Outcome], *, address: str
) -> Iterator[Outcome]:
    """Let the workers at an address carry out the campaigns; `work` is imported there.

    Where no more outcomes are asked for, what has not begun is taken back; a worker ends what it is at.

    Yields
    ------
    Outcome
        each as soon as it is through.

    Raises
    ------
    MissingExtraError : Dask is not installed.
    RunError : nobody answers at the address.
    """
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise MissingExtraError('--cluster needs Dask: pip install "xhs-toolkit[cluster]"') from error
    try:
        client = Client(address, set_as_default=False)
    except OSError as error:
        raise RunError(f"{address}: no scheduler answers there. Start one with: dask scheduler") from error
    with client:
        places = [str(each) if is_address(each) else str(Path(each).resolve()) for each in folders]
        futures = [client.submit(carry_out, work, place, pure=False) for place in places]
        known = dict(zip((each.key for each in futures), folders, strict=True))
        try:
            for future in as_completed(futures, loop=client.loop):
                yield _take(future, known[future.key])
        finally:
            client.cancel(futures)


def _take(future: Any, folder: Path | str) -> Outcome:
    """The outcome as it is told here: by the folder's name here."""
    error = future.exception()
    if error is not None:
        told = error if isinstance(error, XhsError) else RunError(f"{folder}: {LOST} ({type(error).__name__}: {error})")
        return Outcome(folder, None, told)
    outcome: Outcome = future.result()
    return outcome._replace(campaign_folder=folder)


# ----------------------------------------------------------------------------------- at the worker


def carry_out(work: Callable[[Path], Outcome], place: str) -> Outcome:
    """Carry out a campaign where it lies, or in a copy of what a store holds of it."""
    if not is_address(place):
        return work(Path(place))
    store, path = _open(place)
    with tempfile.TemporaryDirectory(prefix="xhs_campaign_") as home:
        folder = Path(home, PurePosixPath(path).name)
        _fetch(store, path, folder)
        before = _list_times(folder)
        outcome = work(folder)
        changed = [name for name, time in _list_times(folder).items() if before.get(name) != time]
        for name in sorted(changed, key=lambda name: name == f"{RUNS}/{LATEST}"):
            store.makedirs(f"{path}/{PurePosixPath(name).parent}", exist_ok=True)
            store.put_file(str(folder / name), f"{path}/{name}")
    return outcome


def _open(place: str) -> tuple[Any, str]:
    """The store of an address, and the campaign's path in it; those that pyarrow knows need no package of their own."""
    from pyarrow import fs

    try:
        import fsspec
        from fsspec.implementations.arrow import ArrowFSWrapper

        try:
            files, path = fs.FileSystem.from_uri(place)
        except (ValueError, NotImplementedError, OSError):
            return fsspec.core.url_to_fs(place)
        return ArrowFSWrapper(files), path
    except ImportError as error:
        raise MissingExtraError(f'{place}: {error}. On each worker: pip install "xhs-toolkit[cloud]"') from error


def _fetch(store: Any, path: str, folder: Path) -> None:
    """Fetch a campaign with its latest run, and what lies beside it and is no campaign: the agency's."""
    parent, folder_runs = str(PurePosixPath(path).parent), f"{path}/{RUNS}"
    latest = f"{folder_runs}/{LATEST}"
    run = store.cat_file(latest).decode().strip() if store.exists(latest) else LATEST
    own = [each for each in store.find(path) if not each.startswith(f"{folder_runs}/")]
    own += [latest, *store.find(f"{folder_runs}/{run}")] if run != LATEST else []
    beside = [other for other in store.ls(parent, detail=False) if not store.exists(f"{other}/{SETTINGS}")]
    for each in (*own, *(file for other in beside for file in store.find(other))):
        target = folder.parent / PurePosixPath(each).relative_to(parent)
        target.parent.mkdir(parents=True, exist_ok=True)
        store.get_file(each, str(target))
        changed_at = store.modified(each).timestamp()  # some figures are as old as their file
        os.utime(target, (changed_at, changed_at))


def _list_times(folder: Path) -> dict[str, int]:
    """Name of each file of a campaign that is to be kept → when it was written, in nanoseconds."""
    files = (path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in files}
    return {name: path.stat().st_mtime_ns for name, path in names.items() if not name.startswith(f"{RUNS}/.")}
