"""Jupyter's programs with the process beside them that kernels are forked from: ``python -m … jupyterlab OPTIONS``."""

from __future__ import annotations

import runpy
import sys

from xhs_toolkit.runs.forked import FORKS, get_server


def main() -> None:
    """Begin to load everything, and be the program that is named first."""
    if FORKS:
        get_server()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
