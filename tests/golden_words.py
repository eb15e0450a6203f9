"""Golden sentences: what the tests of words share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from xhs_toolkit.findings import Finding
from xhs_toolkit.present import wording

TESTS = Path(__file__).parent
WORDING = TESTS.parent / "templates" / "report" / "wording"


def read_words(name: str, language: str) -> dict[str, str]:
    """The sentences and terms of one file: code → template."""
    return yaml.safe_load((WORDING / language / f"{name}.yaml").read_text(encoding="utf-8"))


def write_out(name: str, cases: Sequence[tuple[str, Finding]], *, language: str) -> str:
    """Every case in words, and then the sentences of the file that need no values."""
    told = [(f"{finding.code} [{case}]" if case else finding.code, finding) for case, finding in cases]
    with_values = {finding.code for _, finding in cases}
    plain = [code for code in read_words(name, "en") if not code.startswith("terms.") and code not in with_values]
    told += [(code, Finding(code)) for code in plain]
    return "".join(f"{title}\n    {wording.say(finding, language=language)}\n" for title, finding in told)


def check_golden(name: str, text: str) -> None:
    """Compare with ``tests/golden/<name>.txt``; to accept new sentences, delete it, run twice, read the difference."""
    path = TESTS / "golden" / f"{name}.txt"
    if not path.exists():
        path.write_text(text, encoding="utf-8", newline="\n")
        pytest.fail(f"{path.name} was missing and has been written: read it, and run again")
    assert text == path.read_text(encoding="utf-8")
