"""One notebook, executed by papermill in the campaign folder; where it stops, said in words."""

from __future__ import annotations

import builtins
import errno
import json
import logging
import re
import sys
import warnings
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xhs_toolkit.errors import XhsError

if TYPE_CHECKING:
    from papermill import PapermillExecutionError

    from xhs_toolkit.runs.kernel import CallersKernelManager

MAX_MESSAGE = 4_000
ENGINE = "xhs"
START_TIMEOUT_SECONDS = 120
ANSI = re.compile(r"\x1b\[[0-9;]*m")
POINTED_AT = re.compile(r"-+> *\d+ +(.+)")
"""The line of a traceback that IPython points at, as first in the cell itself."""
OS_FAULTS = {
    errno.ENOSPC: "the disk is full. Make room and run again.",
    errno.EDQUOT: "the disk's quota is used up. Make room and run again.",
    errno.ENOENT: "is gone: it was moved or removed while the run was at work. Put it back and run again.",
    errno.EACCES: "is locked, or may not be written to. Close it elsewhere, check its permissions and run again.",
    errno.EROFS: "lies on a disk that cannot be written to. Move the campaign and run again.",
}
"""What the operating system's errors mean for a run."""
FAULT = re.compile(r"\[Errno (\d+)\] ([^:]*)(?:: (.*))?")
"""An error of the operating system as Python writes it: number, text, file."""
PROCESS_ENDED = "The Python process behind the notebook ended, most often because memory ran out."


class NotebookError(Exception):
    """A notebook stopped: the `message` is what the user needs to know about it."""

    def __init__(self, message: str, *, place: str) -> None:
        self.message = message
        self.place = place
        super().__init__(message)


def execute_notebook(
    notebook: Path,
    *,
    output: Path,
    parameters: Mapping[str, Any],
    folder: Path,
    kernel: CallersKernelManager,
    cell_seconds: int | None = None,
) -> None:
    """Execute a notebook with `folder` as its working directory and store it, executed, as `output`.

    Parameters
    ----------
    kernel : as `kernel.start_kernel` gives it, in the same folder; whoever started it stops it.
    cell_seconds : a cell that takes longer is stopped.

    Raises
    ------
    NotebookError
        a cell raised or took too long, or the kernel ended; `output` holds the notebook up to there.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # a second to import, never used here
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    _stay_here(output.resolve().anchor)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            papermill.execute_notebook(
                _escape(notebook),
                _escape(output),
                parameters=dict(parameters),
                kernel_name="python3",
                language="python",
                progress_bar=False,
                engine_name=add_engine(),
                start_timeout=START_TIMEOUT_SECONDS,
                execution_timeout=cell_seconds,
                km=kernel,
                resources={"metadata": {"path": str(folder.resolve())}},
            )
    except papermill.PapermillExecutionError as error:
        raise _describe_stop(error, output) from error
    except CellTimeoutError as error:
        message = f"The cell took longer than {cell_seconds} seconds: see cell_minutes under runs in agency.yaml."
        raise NotebookError(message, place=find_stop(output)) from error
    except (DeadKernelError, RuntimeError) as error:
        message = PROCESS_ENDED if isinstance(error, DeadKernelError) else str(error)
        raise NotebookError(message, place=find_stop(output)) from error
    finally:
        _forget_paths(output)


@cache
def _stay_here(anchor: str) -> None:
    """Let papermill open files where the process is: it goes to a folder for each, and takes other threads with it."""
    from papermill.iorw import LocalHandler, papermill_io

    papermill_io.register(anchor, LocalHandler())


@cache
def add_engine() -> str:
    """Add to papermill's engines one that saves a notebook once, when it ends; papermill's own does twice a cell."""
    from papermill.engines import NBClientEngine, papermill_engines

    class Engine(NBClientEngine):
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **how: Any) -> Any:
            place, nb_man.output_path = nb_man.output_path, None
            try:
                return super().execute_managed_notebook(nb_man, kernel_name, **how)
            finally:
                nb_man.output_path = place

    papermill_engines.register(ENGINE, Engine)
    return ENGINE


def read_about(notebook: Path) -> dict[str, Any]:
    """What a notebook's metadata say of it as a step: ``{"xhs": {"after": ["4_roster"], "reads": "known"}}``.

    ``after`` names the steps whose files it reads; with ``reads`` it sees nothing but what was known before the plan.
    """
    return dict(json.loads(notebook.read_text(encoding="utf-8"))["metadata"].get("xhs", {}))


def _escape(path: Path) -> str:
    """A path as papermill wants it: it takes braces for parameters."""
    return str(path.resolve()).replace("{", "{{").replace("}", "}}")


def _forget_paths(output: Path) -> None:
    """Take the machine's paths out of the executed notebook's metadata."""
    if not output.is_file():
        return
    content = json.loads(output.read_text(encoding="utf-8"))
    record = content["metadata"].get("papermill", {})
    for name in ("input_path", "output_path"):
        record[name] = Path(str(record.get(name, ""))).name
    output.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


# ------------------------------------------------------------------------------- where it stopped


def find_stop(notebook: Path) -> str:
    """Say where an executed notebook stopped, at the last cell that began: ``cell [4] under "The answer"``."""
    heading, place, number = "", "its start", 0
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"] if notebook.is_file() else []
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            headings = re.findall(r"^#{1,6}\s+(.+?)\s*$", source, flags=re.MULTILINE)
            heading = headings[-1] if headings else heading
        elif cell["cell_type"] == "code" and source.strip() and _began(cell):
            number += 1
            place = f"cell [{number}]" + (f' under "{heading}"' if heading else "")
    return place


def _began(cell: Mapping[str, Any]) -> bool:
    return bool(cell["metadata"].get("papermill", {}).get("start_time"))


def _describe_stop(error: PapermillExecutionError, output: Path) -> NotebookError:
    """An error of the toolkit in its own words; any other with the line of the cell that raised it."""
    known = {kind.__name__ for kind in XhsError.__subclasses__()} | {XhsError.__name__}
    name, text = error.ename, error.evalue
    text = text if len(text) <= MAX_MESSAGE else text[:MAX_MESSAGE] + " …"
    if name in known:
        return NotebookError(text, place=find_stop(output))
    if (fault := FAULT.fullmatch(text)) and issubclass(getattr(builtins, name, Exception), OSError):
        text = f"{fault[3] or 'a file'}: {word_fault(int(fault[1]), fault[2])}"
    lines = (ANSI.sub("", line) for part in error.traceback for line in part.splitlines())
    at = next((found[1] for line in lines if (found := POINTED_AT.match(line))), "")
    message = f"{name}: {text}".rstrip(": ") + (f"\n  in: {at}" if at else "")
    return NotebookError(message, place=find_stop(output))


def word_fault(number: int | None, told: str) -> str:
    """What an error of the operating system means for a run, behind the name of the file: ``is gone: …``."""
    return OS_FAULTS.get(number or 0, f"{told}. Close the file elsewhere and run again.")
