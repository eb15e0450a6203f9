"""Set up ``.venv`` from the lock: ``python tools/set_up.py``, with ``--dev`` what tests and lint need as well.

Needs Python alone. The packages are brought by uv, which the lock pins like the rest; where it does not start, by pip.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
ENVIRONMENT = REPOSITORY / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
LOCKS = {"run": REPOSITORY / "requirements.lock", "dev": REPOSITORY / "requirements-dev.lock"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the environment, or bring the one that is there up to the lock."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="what tests and lint need as well")
    kind = "dev" if parser.parse_args(arguments).dev else "run"
    if not PYTHON.exists():
        venv.create(ENVIRONMENT, with_pip=True)
    install = _find_installer(LOCKS[kind])
    _run(*install, "--require-hashes", "-r", LOCKS[kind])
    _run(*install, "--no-deps", "--no-build-isolation", "-e", REPOSITORY)
    (ENVIRONMENT / kind).touch()
    (ENVIRONMENT / "run").touch()


def _find_installer(lock: Path) -> tuple[str, ...]:
    """Return the start of an install command: uv's where it works here, else pip's."""
    pip = ("pip", "install", "--quiet", "--disable-pip-version-check")
    try:
        with tempfile.TemporaryDirectory() as folder:
            pinned = Path(folder) / "uv.lock"
            pinned.write_text(read_pin("uv", lock=lock.read_text(encoding="utf-8")), encoding="utf-8")
            _run(*pip, "--require-hashes", "-r", pinned)
        _run("uv", "--version", "--quiet")
    except subprocess.CalledProcessError:
        return pip
    return ("uv", "pip", "install", "--quiet", "--python", str(PYTHON))


def read_pin(name: str, *, lock: str) -> str:
    r"""Return the lines of one package in a lock.

    >>> print(read_pin("b", lock="a==1 \\\n    --hash=x\nb==2 \\\n    --hash=y\n    # via c\nc==3 \\\n"))
    b==2 \
        --hash=y
        # via c
    <BLANKLINE>
    """
    found = re.search(rf"^{re.escape(name)}==.*\n(?:[ #].*\n)*", lock, flags=re.MULTILINE)
    if found is None:
        raise SystemExit(f"{name} is not in the lock: run make lock")
    return found.group()


def _run(*command: str | Path) -> None:
    subprocess.run([str(PYTHON), "-m", *map(str, command)], check=True)


if __name__ == "__main__":
    main()
