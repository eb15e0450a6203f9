"""The content's settings in campaign.yaml: read, and refused with the fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from xhs_toolkit.campaign import read_campaign
from xhs_toolkit.errors import CampaignError

TEMPLATE = Path(__file__).resolve().parents[2] / "templates" / "campaign" / "campaign.yaml"
BLOCKS = TEMPLATE.read_text(encoding="utf-8").split("\n\n")
EXAMPLE = next(block.split("\n", 1)[1].replace("# ", "") for block in BLOCKS if "\n# content:" in block)


def write(folder: Path, text: str) -> Path:
    (folder / "campaign.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_template_shows_what_can_be_read(tmp_path: Path) -> None:
    content = read_campaign(write(tmp_path, EXAMPLE)).content
    assert (content.message.zh, content.message.en) == ("周末也能走进自然", "Nature is a weekend away")
    assert (content.must_not_say[0].zh, content.must_not_say[0].en) == ("全国最低价", None)
    assert (content.post_time, content.notes_a_day, content.draft_days_before) == ("19:30", 2, 7)
    assert (f"{content.key_dates[0].date}", content.key_dates[0].avoid) == ("2026-09-01", False)


def test_everything_is_optional(tmp_path: Path) -> None:
    content = read_campaign(write(tmp_path, "client: A\n")).content
    assert (content.message, content.must_say, content.key_dates, content.post_time) == (None, (), (), "19:30")


def test_plain_text_is_taken_by_its_language(tmp_path: Path) -> None:
    content = read_campaign(write(tmp_path, "content:\n  must_say: [Book early, 提前预订]\n")).content
    assert [(line.en, line.zh) for line in content.must_say] == [("Book early", None), (None, "提前预订")]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("post_time: 25:00", "is not a time of day"),
        ("post_time: evening", "write hours and minutes, such as 19:30"),
        ("notes_a_day: 0", "notes_a_day"),
        ("message: {fr: Bonjour}", "message"),
        ("key_dates: [{date: 2026-13-01, name: Opening}]", "is not a date that exists"),
        ("musst_say: [a]", "must_say"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, lines: str, said: str) -> None:
    with pytest.raises(CampaignError) as caught:
        read_campaign(write(tmp_path, f"content:\n  {lines}\n"))
    assert said in str(caught.value)
