"""Search words by the moment of decision."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xhs_toolkit.campaign import Campaign, Sourcing, Theme
from xhs_toolkit.objectives import plan_keywords

CAMPAIGN = Campaign(
    folder=Path("nowhere"),
    brand_names=("Kea",),
    category="户外",
    themes=(Theme(name="Walks", keywords=("徒步", "步道")),),
    sourcing=Sourcing(competitors=("Moa",)),
)
CREATORS = pd.DataFrame({"creator_id": list("abcc"), "tags": ["徒步, 露营", "露营；户外", "户外,露营", "户外,露营"]})
NO_NOTES = CREATORS.head(0)
NO_ADS = pd.DataFrame(columns=["keyword", "placement_kind", "impressions", "clicks", "spend_cny"])


def rows(
    ad_days: pd.DataFrame = NO_ADS, creators: pd.DataFrame = CREATORS, notes: pd.DataFrame = NO_NOTES
) -> pd.DataFrame:
    return plan_keywords(CAMPAIGN, creators=creators, notes=notes, ad_days=ad_days).set_index("keyword")


def ads(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"placement_kind": "search", "impressions": 100.0, "clicks": 5.0, "spend_cny": 10.0} | columns)


def test_words_fall_into_their_moment() -> None:
    moments = rows()["moment"]
    assert moments[["徒步", "步道", "露营"]].tolist() == ["explore"] * 3
    assert moments[["户外", "户外推荐", "Moa"]].tolist() == ["compare"] * 3
    assert moments[["Kea", "Kea怎么样"]].tolist() == ["decide"] * 2


def test_every_word_names_its_source_and_the_creators_who_use_it() -> None:
    found = rows()
    assert found.loc[["徒步", "露营", "Kea测评"], "source"].tolist() == [
        "campaign_file",
        "pool_tags",
        "analysts_choice",
    ]
    assert found.loc[["露营", "户外", "步道"], "n_pool_creators"].tolist() == [3, 2, 0]


def test_a_tag_of_one_creator_is_no_keyword() -> None:
    assert "露营" not in rows(creators=CREATORS.head(1)).index


def test_tags_of_notes_count_their_creators_once() -> None:
    notes = pd.DataFrame({"creator_id": list("aaxy"), "tags": ["露营,咖啡", "咖啡", "咖啡", None]})
    found = rows(notes=notes)
    assert found.loc[["露营", "咖啡"], "n_pool_creators"].tolist() == [3, 2]


def test_an_english_category_is_searched_for_in_chinese() -> None:
    campaign = CAMPAIGN.model_copy(update={"category": "supplements"})
    words = plan_keywords(campaign, creators=NO_NOTES, notes=NO_NOTES, ad_days=NO_ADS)["keyword"].tolist()
    assert {"保健品", "保健品推荐", "保健品攻略"} <= set(words)
    assert not [word for word in words if "supplements" in word]


def test_reports_add_words_and_rates_are_ratios_of_sums() -> None:
    words = ["kea 背包", "徒步", "徒步"]
    found = rows(ads(keyword=words, clicks=[5.0, 10.0, 0.0], impressions=[100.0, 100.0, 300.0]))
    assert found.loc["kea 背包", ["moment", "word_kind", "source"]].tolist() == ["decide", "brand", "keyword_report"]
    assert found.loc["徒步", ["ad_click_rate", "cost_per_click_cny"]].tolist() == pytest.approx([10 / 400, 2.0])
    assert found.loc["徒步", "source"] == "campaign_file"
    assert np.isnan(found.loc["步道", "clicks"])


def test_nothing_over_zero_and_video_feed_does_not_count() -> None:
    found = rows(ads(keyword=["徒步", "步道"], clicks=[0.0, 9.0], placement_kind=["search", "video_feed"]))
    assert np.isnan(found.loc["徒步", "cost_per_click_cny"])
    assert np.isnan(found.loc["步道", "clicks"])


def test_the_leading_words_of_every_moment_come_first_and_words_are_listed_once() -> None:
    creators = pd.DataFrame({"creator_id": list("ab"), "tags": [",".join(f"词{n}" for n in range(9))] * 2})
    found = rows(ads(keyword=["词7"]), creators)
    assert found.index.is_unique
    assert found["moment"].head(5).eq("explore").all()
    assert found.index[0] == "词7"
    assert found["moment"].drop_duplicates().tolist() == ["explore", "compare", "decide"]


def test_nothing_known_gives_no_words() -> None:
    bare = Campaign(folder=Path("nowhere"))
    assert plan_keywords(bare, creators=NO_NOTES, notes=NO_NOTES, ad_days=NO_ADS).empty
