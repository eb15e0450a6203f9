"""``import xhs_toolkit`` against ``import pandas``, each in fresh processes, in turn."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

N_RUNS = 7
GOAL = 1.2


def seconds(module: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
    return time.perf_counter() - start


def main() -> None:
    modules = ("pandas", "xhs_toolkit", "xhs_toolkit.results", "xhs_toolkit.cli")
    runs = [{module: seconds(module) for module in modules} for _ in range(N_RUNS + 1)][1:]
    for module in modules:
        ratio = statistics.median(run[module] / run["pandas"] for run in runs)
        print(f"import {module:22} {statistics.median(run[module] for run in runs):.2f} s  {ratio:.2f} x pandas")
    print(f"goal: xhs_toolkit at most {GOAL} x pandas")
