"""Chosen numbers are read once, and a slip in their file or name says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from xhs_toolkit import assumptions
from xhs_toolkit.errors import XhsError


@pytest.fixture
def own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(assumptions, "bundled_folder", lambda name: tmp_path)
    assumptions.read_assumptions.cache_clear()
    yield tmp_path / assumptions.ASSUMPTIONS_FILE
    assumptions.read_assumptions.cache_clear()


def test_an_entry_is_a_value_with_unit_meaning_and_source(own_file: Path) -> None:
    own_file.write_text("lift:\n  memories: {value: [0.5, 0.8], unit: root, meaning: Memories., source: chosen}\n")
    assert assumptions.assume("lift.memories") == (0.5, 0.8)
    with pytest.raises(TypeError):
        assumptions.read_assumptions()["lift.memories"] = None  # type: ignore[index]


def test_a_misspelt_key_of_an_entry_is_named(own_file: Path) -> None:
    own_file.write_text("lift:\n  n_draws: {value: 128, units: campaigns, meaning: Draws., source: chosen}\n")
    with pytest.raises(XhsError, match=r"lift\.n_draws: has value, units, .* Fix: give it value, unit, meaning"):
        assumptions.read_assumptions()


def test_a_misspelt_name_proposes_the_nearest(own_file: Path) -> None:
    own_file.write_text("lift:\n  n_draws: {value: 128, unit: campaigns, meaning: Draws., source: chosen}\n")
    with pytest.raises(XhsError, match=r"'lift\.n_draw' is not in it\. Fix: write lift\.n_draws"):
        assumptions.assume("lift.n_draw")
