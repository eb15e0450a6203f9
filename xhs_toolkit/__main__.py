"""``python -m xhs_toolkit`` is the same as ``xhs``."""

from xhs_toolkit.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
