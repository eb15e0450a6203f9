"""What a notebook really imports, against ``import pandas``: its import cell and its opening of the sample.

Each in fresh processes, in turn; processor time, so that other work on the machine counts less.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
N_RUNS = 5
GOAL = 1.2
"""Most that the package itself may take, in times of pandas."""

MEASURE = "\nimport sys, time; print(time.process_time(), len(sys.modules))"


def read_opening(notebook: Path) -> tuple[str, str]:
    """The notebook's import, and the import with its opening of the sample."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    imports = next(source for source in sources if source.startswith("from xhs_toolkit import"))
    sample = REPOSITORY / "benchmarks" / "small_campaign"
    return imports, f"{imports}\nwork = open_campaign({str(sample)!r})\nwork.exports"


def measure(code: str) -> tuple[float, int]:
    done = subprocess.run([sys.executable, "-c", code + MEASURE], capture_output=True, text=True, check=True)
    seconds, n_modules = done.stdout.split()[-2:]
    return float(seconds), int(n_modules)


def main() -> None:
    plain = ("pandas", "xhs_toolkit", "xhs_toolkit.work", "xhs_toolkit.cli")
    codes = {f"import {name}": f"import {name}" for name in plain}
    for notebook in sorted((REPOSITORY / "notebooks").glob("[0-9]*.ipynb")):
        imports, opened = read_opening(notebook)
        codes |= {f"{notebook.stem}: its import": imports, f"{notebook.stem}: and open": opened}
    runs = [{name: measure(code) for name, code in codes.items()} for _ in range(N_RUNS + 1)][1:]
    for name in codes:
        seconds = statistics.median(run[name][0] for run in runs)
        ratio = statistics.median(run[name][0] / run["import pandas"][0] for run in runs)
        print(f"{name:28} {seconds:.2f} s  {ratio:.2f} x pandas  {runs[0][name][1]:,} modules")
    print(f"goal: xhs_toolkit at most {GOAL} x pandas")
