"""What papermill gives a notebook: a parameter that the notebook does not have stops it where it opens its campaign."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence

from xhs_toolkit.errors import XhsError
from xhs_toolkit.work.questions import suggest

INJECTED = "# Parameters"
"""How the cell begins that papermill puts behind the one with the parameters."""
GIVEN_BY_A_RUN = ("campaign_folder", "run_folder", "language", "as_of")


def check_parameters() -> None:
    """Stop a notebook that was given a parameter it does not have; nothing where no notebook is executed.

    Raises
    ------
    XhsError
        which one, and the nearest that there is.
    """
    if "IPython" in sys.modules and (shell := sys.modules["IPython"].get_ipython()) is not None:
        check_cells(shell.user_ns.get("In", ()))


def check_cells(cells: Sequence[str]) -> None:
    """Compare what papermill's cell sets with what the cell before it sets."""
    at = next((number for number, cell in enumerate(cells) if cell.startswith(INJECTED)), 0)
    if not at:
        return
    known = {*_list_names(cells[at - 1]), *GIVEN_BY_A_RUN}
    unknown = [name for name in _list_names(cells[at]) if name not in known]
    if unknown:
        raise XhsError(f"The notebook has no parameter {unknown[0]!r}. {suggest(unknown[0], sorted(known))}")


def _list_names(cell: str) -> list[str]:
    """What a cell assigns to, in its order."""
    names = (node for node in ast.walk(ast.parse(cell)) if isinstance(node, ast.Name))
    return [node.id for node in names if isinstance(node.ctx, ast.Store)]
