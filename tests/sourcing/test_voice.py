"""Others on the topic: brands counted in the notes that a search for the topic shows, month by month."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from golden_words import check_golden, write_out

from xhs_toolkit.bundled import list_languages
from xhs_toolkit.campaign import Campaign
from xhs_toolkit.campaign.people import Sourcing
from xhs_toolkit.findings import Finding
from xhs_toolkit.sourcing import compare_brands
from xhs_toolkit.tables import NOTES, conform

FOUND = [  # search word, day, title, likes, source
    ("徒步", "2026-08-30T13:00Z", "Rival 的冲锋衣", 100, "mediacrawler_notes"),  # 31 August in Auckland
    ("徒步", "2026-08-31T13:00Z", "示例户外 周末", 300, "mediacrawler_notes"),  # 1 September there
    ("徒步", "2026-09-05T00:00Z", "rival and Other", 50, "mediacrawler_notes"),
    ("露营", "2026-09-06T00:00Z", "Rival 帐篷", 50, "mediacrawler_notes"),
    ("露营", "2026-09-06T00:00Z", "arrivals", 100, "mediacrawler_notes"),
    ("rival 帐篷", "2026-09-06T00:00Z", "Rival", 900, "mediacrawler_notes"),  # a search for the brand shows the brand
    ("", "2026-09-06T00:00Z", "Rival", 900, "mediacrawler_notes"),  # found on a creator's page
    ("徒步", "2026-09-06T00:00Z", "Rival", 900, "dandelion_notes"),
]


def make_campaign(*rivals: str) -> Campaign:
    about = {"client": "Kea", "brand_names": ("示例户外",), "time_zone": "Pacific/Auckland"}
    return Campaign(folder=Path(), sourcing=Sourcing(competitors=rivals), **about)


def make_found() -> pd.DataFrame:
    rows = pd.DataFrame(FOUND, columns=["source_keyword", "posted_at", "title", "likes", "source"])
    rows = rows.assign(posted_at=pd.to_datetime(rows["posted_at"]), collects=0, comments=0)
    return conform(rows.assign(note_id=[f"n{n}" for n in range(len(rows))]), NOTES)


def test_brands_are_counted_among_what_a_search_for_the_topic_shows() -> None:
    voice = compare_brands(make_found(), campaign=make_campaign("Rival", "Other", "Nobody"))
    newest = voice.newest.set_index("brand_name")
    assert voice.months["month"].unique().tolist() == ["2026-09", "2026-08"]
    assert newest["n_notes"].to_dict() == {"Rival": 2, "Kea": 1, "Other": 1, "Nobody": 0}
    assert set(newest["n_found"]) == {4}
    assert newest["engagement_share"].to_dict() == {"Rival": 0.2, "Kea": 0.6, "Other": 0.1, "Nobody": 0}
    assert newest.loc["Rival", "search_words"] == "徒步, 露营"
    assert pd.isna(newest.loc["Nobody", "search_words"])
    assert newest.loc["Rival", "notes_share_low"] < 0.5 < newest.loc["Rival", "notes_share_high"]
    assert [(each.code, each.values["n_found"]) for each in voice.findings] == [("voice.month", 4)]


def test_without_competitors_or_searches_nothing_is_said() -> None:
    for voice in (
        compare_brands(make_found(), campaign=make_campaign()),
        compare_brands(make_found().iloc[5:], campaign=make_campaign("Rival")),
    ):
        assert voice.months.empty
        assert not voice.findings


@pytest.mark.parametrize("language", list_languages())
def test_the_sentences_are_the_golden_ones(language: str) -> None:
    cases = [("", Finding("voice.month", {"month": "2026-09", "n_found": 412}))]
    told = {"both": (410, 0.005, 12), "count": (410, None, 1), "rate": (None, 0.005, 12)}
    names = ("search_backs", "search_back_rate", "n_notes")
    cases += [(case, Finding("kfs.searched", dict(zip(names, each, strict=True)))) for case, each in told.items()]
    check_golden(f"voice.{language}", write_out("voice", cases, language=language))
