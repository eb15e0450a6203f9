"""Run every benchmark, or those named: ``python -m benchmarks [import exports …]``."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def main() -> int:
    found = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    for name in sys.argv[1:] or found:
        print(f"== {name}", flush=True)
        sys.argv = [name]  # each has options of its own
        importlib.import_module(f"benchmarks.bench_{name}").main()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
