"""The plan's settings in campaign.yaml: read, and refused with the fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from xhs_toolkit.campaign import read_campaign
from xhs_toolkit.errors import CampaignError

TEMPLATE = Path(__file__).resolve().parents[1] / "templates" / "campaign" / "campaign.yaml"
BLOCKS = TEMPLATE.read_text(encoding="utf-8").split("\n\n")
EXAMPLE = next(block.split("\n", 1)[1].replace("# ", "") for block in BLOCKS if "\n# planning:" in block)


def write(folder: Path, text: str) -> Path:
    (folder / "campaign.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_template_shows_what_can_be_read(tmp_path: Path) -> None:
    planning = read_campaign(write(tmp_path, EXAMPLE)).planning
    assert (planning.split.creators, planning.split.search, planning.large_share) == (0.6, 0.15, 0.4)
    assert [quota.kind for quota in planning.quotas] == ["tier", "theme", "format"]
    assert planning.quotas[2].count == "cost_cny"
    assert planning.personas[0].keywords == ("留学生", "学生")
    assert (planning.alternatives[0].name, planning.alternatives[0].split) == ("More small creators", None)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("  split: {creators: 60%, feed: 25%, search: 25%}", "sum to 110%"),
        ("  quotas:\n    - {tier: KOL, theme: Walks, at_least: 1}", "two kinds, tier and theme"),
        ("  quotas:\n    - {tier: KOL}", "is missing, and so is at_least"),
        ("  quotas:\n    - {tier: KOL, at_least: 4, at_most: 2}", "below at_least (4)"),
        ("  large_share: 140%", "large_share"),
        ("  quota:\n    - {tier: KOL, at_least: 4}", "quota"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, lines: str, said: str) -> None:
    with pytest.raises(CampaignError) as caught:
        read_campaign(write(tmp_path, f"planning:\n{lines}\n"))
    assert said in str(caught.value)


def test_a_persona_is_found_by_its_name_unless_told_otherwise(tmp_path: Path) -> None:
    planning = read_campaign(write(tmp_path, "planning:\n  personas:\n    - {name: student}\n")).planning
    assert planning.personas[0].keywords == ("student",)
