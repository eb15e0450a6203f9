"""Small campaigns from their files to the summary: what each cost, and what it may call its own (`cases.yaml`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from made_cases import CASES, write_case

from xhs_toolkit import open_campaign, results, scorecard
from xhs_toolkit.cli import main
from xhs_toolkit.results import Money, Results
from xhs_toolkit.results.costs import UNIT_COSTS
from xhs_toolkit.tables.codebook import DELIVERED


def summarise(campaign: Path) -> tuple[Results, Money, scorecard.Summary]:
    """What the sixth notebook does, as far as it is about money."""
    work = open_campaign(campaign)
    found = results.summarise_results(work.raw, latest=work.latest, campaign=work.campaign)
    money = results.summarise_money(found, tables=work.raw, campaign=work.campaign)
    judged: dict[str, Any] = {"found": found, "attribution": money.attribution, "plan": work.plan}
    targets = scorecard.judge_targets(campaign=work.campaign, **judged)
    run_folder = campaign / "runs" / "2026-11-30T000000Z"
    more: dict[str, Any] = {"grid": money.kfs.grid, "targets": targets}
    return found, money, scorecard.write_results(run_folder, campaign=work.campaign, **judged, **more)


def check_sums(found: Results, money: Money, summary: scorecard.Summary) -> None:
    """All parts of the cost sum to it, each with what it rests on, and both sides of a ratio are of one scope."""
    assert summary.money is not None
    total, parts = summary.money.total, summary.money
    if total.cny is None:
        return
    for split in (parts.by_scope, parts.by_item, {s: parts.by_state[s] for s in DELIVERED if s in parts.by_state}):
        known = [each for each in split.values() if each.cny is not None]
        assert sum(each.cny or 0 for each in known) == pytest.approx(total.cny)
        assert sum(each.n for each in known) == total.n
        assert all(each.n > 0 for each in known)
    grid = money.kfs.grid.set_index("step")
    assert grid["spend_cny"].drop("total").sum() == pytest.approx(total.cny)
    rows = grid.drop(["total", "other", "not_told_apart"], errors="ignore")
    for cost, (unit, each) in UNIT_COSTS.items():
        told = rows.dropna(subset=[cost, unit, "spend_cny"])
        assert (told[cost] * told[unit] / each).tolist() == pytest.approx(told["spend_cny"].tolist()), cost
    noted = found.ledger.bookings["note_id"].notna() & found.ledger.bookings["state"].isin(DELIVERED)
    assert found.ledger.notes["total_cny"].sum() == pytest.approx(found.ledger.bookings.loc[noted, "amount_cny"].sum())
    assert all(each.n for outcome in summary.outcomes for each in (outcome.attributed, outcome.trade) if each.value)


def tell(found: Results, money: Money, summary: scorecard.Summary) -> dict[str, Any]:
    """Every figure that a case may ask for."""
    assert summary.money is not None
    assert summary.cost_per_view is not None
    ledger, metrics = found.ledger, money.attribution.metrics.set_index("metric")
    codes = sorted(finding.code for finding in ledger.findings)
    amounts = summary.money.total, summary.money.by_scope["content"], summary.money.by_scope["ads"]
    return {
        **dict(zip(("total_cny", "content_cny", "ads_cny"), (each.cny for each in amounts), strict=True)),
        **{"committed_cny": ledger.committed_cny, "gst_cny": ledger.gst_cny, "report": summary.money.total.report},
        **{"all_in": summary.cost_per_view.all_in.cny, "organic": summary.cost_per_view.content_organic.cny},
        **{"n_notes": len(found.notes), "n_differences": len(ledger.differences), "codes": codes},
        **{"overspent": summary.money.overspent.report, "warnings": scorecard.warn(summary)},
        **{side: metrics[side].dropna().to_dict() for side in ("attributed", "trade")},
        "n_questions": len(ledger.questions),
        "currency": next(iter(metrics["currency"]), ""),
        **{target.metric: target.verdict for target in summary.targets if target.promised is not None},
    }


def check_questions(summary: scorecard.Summary, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What holds a report back is shown by ``xhs check``, each question once."""
    assert summary.money is not None
    assert main(["check", str(folder)]) == 0
    told = capsys.readouterr().out
    assert [told.count(question) for question in summary.money.questions] == [1] * len(summary.money.questions)


@pytest.mark.parametrize("name", CASES)
def test_a_small_campaign_says_what_it_cost_and_brought(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = CASES[name]
    folder = write_case(case, tmp_path)
    made = summarise(folder)
    check_sums(*made)
    check_questions(made[2], folder, capsys)
    told = tell(*made)
    for figure, wanted in case["finds"].items():
        if figure == "says":
            assert set(wanted) <= set(told["codes"])
        elif figure == "not":
            assert not set(wanted) & set(told["codes"])
        elif isinstance(wanted, dict):
            assert {key: told[figure].get(key) for key in wanted} == wanted, figure
        else:
            assert told[figure] == (pytest.approx(wanted, rel=1e-3) if isinstance(wanted, float | int) else wanted), (
                figure
            )
    assert bool(told["warnings"]) == ("overspent" in case["finds"])


def test_order_and_split_of_files_change_nothing(tmp_path: Path) -> None:
    """The rows of each file in two files, the later ones first; a tracker, an export, ads, invoices and leads."""
    names = ("half the notes boosted", "fees split between the platform and invoices", "leads of many channels")
    for case in (CASES[name] for name in names):
        split = {}
        for name, text in case["files"].items():
            head, *rows = text.splitlines()
            split[f"b_{name}"] = "\n".join([head, *rows[: len(rows) // 2][::-1]])
            split[f"a_{name}"] = "\n".join([head, *rows[len(rows) // 2 :][::-1]])
        folders = [tmp_path / f"{len(list(tmp_path.iterdir()))}{way}" for way in ("whole", "split")]
        whole, parted = (
            summarise(write_case({**case, "files": files}, folder))
            for files, folder in zip((case["files"], split), folders, strict=True)
        )
        assert repr(tell(*whole)) == repr(tell(*parted))
        pd.testing.assert_frame_equal(whole[0].groups, parted[0].groups)
        pd.testing.assert_frame_equal(whole[1].kfs.grid, parted[1].kfs.grid)
        assert whole[2].model_dump(exclude={"inputs"}) == parted[2].model_dump(exclude={"inputs"})
