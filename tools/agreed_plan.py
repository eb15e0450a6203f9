"""The plan that `plan_it` proposes, accepted for `jd_sports`, whose results it is held against.

``python -m tools.agreed_plan``, after the lesson was run: the lesson leaves its proposal in ``runs/by_hand``.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from xhs_toolkit.plans import PROPOSED, accept_plan
from xhs_toolkit.teaching.casebook import find_case

AGREED_AT = datetime(2026, 5, 29, 2, tzinfo=UTC)
"""The Friday on which the invented client agreed."""

RUN = Path("runs") / "by_hand"


def main() -> None:
    """Replace the accepted plan of `jd_sports`."""
    plans = find_case("jd_sports") / "plans"
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / RUN
        run.mkdir(parents=True)
        shutil.copy(find_case("plan_it") / RUN / PROPOSED, run)
        accept_plan(Path(folder), run=RUN.name, now=AGREED_AT)
        shutil.rmtree(plans, ignore_errors=True)
        shutil.copytree(Path(folder) / "plans", plans)


if __name__ == "__main__":
    main()
