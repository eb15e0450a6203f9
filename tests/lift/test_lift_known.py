"""Published results, from the public functions. The data lie beside a developer's checkout; absent elsewhere."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import line_coverage
from xhs_toolkit.lift import (
    Panel,
    estimate_did,
    estimate_lift,
    estimate_synthetic_control,
    estimate_synthetic_did,
    inference,
)
from xhs_toolkit.lift.estimators import fit_gap


def arrange(rows: pd.DataFrame, *, treated: list[str], start: object, outcome: str, market: str, period: str) -> Panel:
    wide = rows.pivot_table(index=period, columns=market, values=outcome).astype(float)
    return Panel(wide, tuple(treated), tuple(wide.columns.drop(treated)), int((wide.index < start).sum()))


@pytest.fixture(scope="module")
def known(repository: Path) -> Path:
    folder = repository.parent / "shared" / "data" / "known"
    if not folder.is_dir():
        pytest.skip("the published data sets are not on this machine")
    return folder


@pytest.fixture(scope="module")
def geolift(known: Path) -> Panel:
    rows = pd.read_csv(known / "geolift_test_data.csv")
    start = sorted(rows["date"].unique())[90]
    return arrange(rows, treated=["chicago", "portland"], start=start, outcome="Y", market="location", period="date")


@pytest.fixture(scope="module")
def california(known: Path) -> Panel:
    rows = pd.read_csv(known / "california_prop99.csv", sep=";")
    return arrange(rows, treated=["California"], start=1989, outcome="PacksPerCapita", market="State", period="Year")


def test_the_geolift_walkthrough(geolift: Panel) -> None:
    found = estimate_synthetic_control(geolift)
    assert found.effect == pytest.approx(155.556, abs=5e-4)
    assert found.lift == pytest.approx(0.054, abs=5e-4)
    assert found.incremental == pytest.approx(4667, abs=0.5)
    assert found.imbalance == pytest.approx(909.489, abs=5e-4)
    assert found.scaled_imbalance == pytest.approx(0.1636, abs=5e-5)
    expected = {"cincinnati": 0.2272, "miami": 0.2028, "baton rouge": 0.1335, "minneapolis": 0.0900, "dallas": 0.0739}
    assert found.weights.head(5).index.tolist() == list(expected)
    assert found.weights.head(5).tolist() == pytest.approx(list(expected.values()), abs=5e-5)
    assert found.weights.sum() == pytest.approx(1)


def test_the_geolift_walkthrough_finds_its_lift(geolift: Panel) -> None:
    """Its p shuffles single periods, which calls drifting series causal in 22% of cases: only to compare."""
    gap, _ = fit_gap(geolift.treated_mean, geolift.control_values, n_before=len(geolift.outcomes))
    shuffled = np.random.default_rng(1).permuted(np.tile(np.abs(gap), (10_000, 1)), axis=1)[:, geolift.n_before :]
    p_value = np.mean(shuffled.sum(axis=1) >= np.abs(gap[geolift.n_before :]).sum())
    assert p_value == pytest.approx(0.01, abs=0.005)
    found = estimate_lift(geolift)
    assert found.verdict == "detected"
    assert found.lift_low < 0.05 < found.lift_high


def test_california_proposition_99(california: Panel) -> None:
    assert estimate_synthetic_did(california).effect == pytest.approx(-15.604, abs=2e-3)
    assert estimate_did(california).effect == pytest.approx(-27.349, abs=5e-4)


def test_california_by_synthetic_control(california: Panel) -> None:
    found = estimate_synthetic_control(california, fixed_effect=False)
    assert found.effect == pytest.approx(-19.6, abs=0.1)
    assert found.imbalance**2 == pytest.approx(52.13, abs=5e-3)
    names = [*california.treated, *california.controls]
    ratios = []
    for name in names:
        others = tuple(each for each in california.controls if each != name)
        gap = estimate_synthetic_control(
            california._replace(treated=(name,), controls=others), fixed_effect=False
        ).series
        before, after = (gap.loc[gap["is_after"].eq(side), "gap"].pow(2).mean() for side in (False, True))
        ratios.append(after / before)
    assert (int((np.array(ratios) >= ratios[0]).sum()), len(names)) == (3, 39), "as Abadie et al. rank it"


@pytest.mark.parametrize("design", ["firms 15 + 5", "firms 12 + 8"])
def test_ranges_of_yearly_series_hold_the_absent_effect(design: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eleven firms; the likelihood taken at its word gives ranges that hold in 8 of them."""
    case = line_coverage.read_cases()[design]
    assert line_coverage.measure(*case) >= 0.87
    monkeypatch.setattr(inference, "TRUST", 1.0)
    assert line_coverage.measure(*case) < 0.8


@pytest.mark.parametrize("design", ["cities 75 + 15", "cities 60 + 30", "states 25 + 6", "states 19 + 12"])
def test_ranges_of_the_public_cases_hold_the_absent_effect(known: Path, design: str) -> None:
    assert line_coverage.measure(*line_coverage.read_cases(known)[design]) >= 0.87
