"""Briefs: what stands on them, that nothing in them is markup, and that a person's changes stay."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from lxml import html

from xhs_toolkit.benchmarks import find_industry_default
from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.content.briefs import LEDGER, find_references, make_briefs, name_briefs, place_briefs, write_briefs
from xhs_toolkit.content.rules import choose_rules
from xhs_toolkit.errors import CampaignError

SETTINGS = """
client: Kea Outdoor
category: outdoor
objective: trust
markets: [NZ]
time_zone: Pacific/Auckland
hashtags: [示例户外]
themes:
  - {name: Day walks, name_zh: 一日徒步}
content:
  message: {zh: 周末也能走进自然, en: Nature is a weekend away}
  selling_points:
    - {zh: 步道免费, en: Entry is free, proof: 官网 2026-07}
  must_say:
    - 提前查看步道状态
  must_not_say:
    - {en: free shipping}
  links: ["javascript:alert(1)"]
"""


def make_campaign(folder: Path, text: str = SETTINGS) -> Campaign:
    (folder / "campaign.yaml").write_text(text, encoding="utf-8")
    return read_campaign(folder)


def make_calendar(names: list[str]) -> pd.DataFrame:
    day = pd.Timestamp("2026-09-20")
    rows = [
        {
            "creator_id": f"id{number:010d}",
            "creator_name": name,
            "theme": "Day walks",
            "format": "image",
            "draft_date": day - pd.Timedelta(days=7),
            "approve_date": day - pd.Timedelta(days=3),
            "market_time": "2026-09-20 19:30",
            "beijing_time": "2026-09-20 15:30",
        }
        for number, name in enumerate(names)
    ]
    calendar = pd.DataFrame(rows)
    return calendar.assign(brief=name_briefs(calendar))


def make_pages(campaign: Campaign, names: list[str]) -> dict[str, str]:
    usual = find_industry_default(campaign)
    return make_briefs(make_calendar(names), campaign=campaign, rules=choose_rules(campaign), usual=usual)


def read_words(page: str) -> str:
    return " ".join(html.fromstring(page).find("body").text_content().split())


def test_a_brief_says_all_that_a_creator_needs(tmp_path: Path) -> None:
    (page,) = make_pages(make_campaign(tmp_path), ["薄荷"]).values()
    words = read_words(page)
    wanted = (
        "薄荷|一日徒步|Day walks|图文|2026-09-13|2026-09-17|2026-09-20 19:30|Beijing 2026-09-20 15:30|周末也能走进自然|"
    )
    wanted += "Nature is a weekend away|提前查看步道状态|free shipping|#示例户外|蒲公英"
    wanted += "|Engagement, cost per engagement|路线实拍：距离"
    assert [each for each in wanted.split("|") if each not in words] == []
    assert "不构成法律意见" in words
    assert "No superlatives" in words


WORDS = pd.DataFrame(
    {
        "keyword": ["徒步", "户外推荐", "户外攻略", "户外路线", "Kea", "示例户外"],
        "word_kind": ["need", *["category"] * 3, "brand", "brand"],
    }
)
NOTES = pd.DataFrame(
    {
        "creator_key": ["own"] * 3 + ["bo"] * 4 + ["few"] * 2,
        "creator_name": ["薄荷"] * 3 + ["Bo"] * 4 + ["Cy"] * 2,
        "title": ["我的步道", None, "x", "Bo的步道", "y", "z", "步道视频", "只有两篇", "w"],
        "note_id": [f"n{number}" for number in range(9)],
        "theme": ["Day walks", None, None, "Day walks", None, None, "Day walks", "Day walks", None],
        "format": ["image"] * 6 + ["video", "image", "image"],
        "engagement": [900.0, 100.0, 100.0, 400.0, 100.0, 100.0, 800.0, 900.0, 1.0],
    }
)


def test_a_creator_can_work_from_it(tmp_path: Path) -> None:
    """Selling points with proof, search words, reference notes, a structure, and why this creator."""
    campaign = make_campaign(tmp_path)
    calendar = make_calendar(["薄荷"]).assign(creator_key="own", reason="theme_notes", own_change_ratio=2.1)
    calendar = calendar.assign(n_theme_notes=1, n_creator_notes=3, evidence="我的步道")
    more = {"words": WORDS, "references": find_references(NOTES), "usual": find_industry_default(campaign)}
    (page,) = make_briefs(calendar, campaign=campaign, rules=(), **more).values()
    words = read_words(page)
    wanted = (
        *("步道免费", "Entry is free", "依据：官网 2026-07", "你近3篇笔记中有1篇写这一主题，如《我的步道》"),
        *("1 of your last 3 notes are about it", "标题里放1个：Day walks", "示例户外、户外推荐、户外攻略"),
        *("《我的步道》（你自己的笔记）：互动为你平时的4.3倍", "“Bo的步道” by Bo: 1.7 times"),
        *("路线或清单", "details of “Day walks” on the spot"),
    )
    assert [each for each in wanted if each not in words] == []
    assert "只有两篇" not in words, "of two notes no usual is told"
    assert "步道视频" not in words, "one note of another creator is enough"


@pytest.mark.parametrize("form", ["image", "video"])
@pytest.mark.parametrize("category", ["travel", "beauty", "supplements", "telecom", "nothing we know"])
def test_every_kind_of_note_has_a_structure_in_both_languages(tmp_path: Path, category: str, form: str) -> None:
    campaign = make_campaign(tmp_path, SETTINGS.replace("outdoor", category))
    calendar = make_calendar(["A"]).assign(format=form)
    (page,) = make_briefs(calendar, campaign=campaign, rules=(), usual=find_industry_default(campaign)).values()
    (section,) = [each for each in html.fromstring(page).xpath("//section") if "Shots" in each.text_content()]
    pairs = section.xpath(".//div[@class='pair']")
    assert len(pairs) == 4
    assert all(p.text_content().strip() and "{" not in p.text_content() for pair in pairs for p in pair.xpath("./p"))
    assert "一日徒步" in section.text_content()


@pytest.mark.parametrize(
    ("theme", "shot", "kind"),
    [
        ("Gear tips", "一句结论", "实测：结论先行"),
        ("Family weekends", "孩子", "A day with children"),
        ("Day walks", "路线", "路线实拍：距离"),
        ("Tea", "路线", "路线实拍与实用信息"),
    ],
)
def test_the_theme_chooses_kind_and_structure_before_the_category(
    tmp_path: Path, theme: str, shot: str, kind: str
) -> None:
    campaign = make_campaign(tmp_path, SETTINGS.replace("{name: Day walks, name_zh: 一日徒步}", f"{{name: {theme}}}"))
    calendar = make_calendar(["A"]).assign(theme=theme)
    (page,) = make_briefs(calendar, campaign=campaign, rules=(), usual=find_industry_default(campaign)).values()
    assert shot in read_words(page)
    assert kind in read_words(page)


@pytest.mark.parametrize(("category", "is_said"), [("supplements", True), ("outdoor", False)])
def test_a_brief_speaks_of_medicine_only_where_it_may_be_spoken_of(
    tmp_path: Path, category: str, is_said: bool
) -> None:
    campaign = make_campaign(tmp_path, SETTINGS.replace("outdoor", category))
    (page,) = make_pages(campaign, ["A"]).values()
    words = read_words(page)
    assert ("不提疾病" in words) == is_said
    assert "绝对化用语" in words
    assert any(rule.rule == "cn.medical_claim" for rule in choose_rules(campaign)), "drafts are checked all the same"


def test_no_cell_becomes_markup(tmp_path: Path) -> None:
    name = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{ 7*7 }}'
    settings = SETTINGS.replace("zh: 周末也能走进自然", "zh: '<b>粗</b>{{ client }}'")
    ((file, page),) = make_pages(make_campaign(tmp_path, settings), [name]).items()
    assert not re.search(r"[<>:\"/\\|?*]", file)
    document = html.fromstring(page)
    assert document.xpath("//script | //img | //b | //a | //*[@onerror]") == []
    assert name in document.text_content()
    assert "{{ client }}" in document.text_content()


def test_two_creators_of_one_name_have_two_files(tmp_path: Path) -> None:
    pages = make_pages(make_campaign(tmp_path), ["Ana", "ana", "Bo"])
    assert len(pages) == 3
    assert len({name.casefold() for name in pages}) == 3
    assert "Bo.html" in pages


def test_what_is_not_settled_says_so(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path, "category: nothing we know\n")
    calendar = make_calendar(["A"]).assign(theme="Tea", draft_date=pd.NaT, approve_date=pd.NaT)
    calendar = calendar.assign(market_time=None, beijing_time=None)
    (page,) = make_briefs(calendar, campaign=campaign, rules=(), usual=find_industry_default(campaign)).values()
    words = read_words(page)
    assert "待定 to be set" in words
    assert "Message" not in words
    assert "Selling points" not in words
    assert "Kind of content" not in words


# ------------------------------------------------------------------------------------ people's changes


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    pages = {"a.html": "one", "b.html": "two"}
    assert write_briefs(tmp_path, pages) == (2, (), ())
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "briefs").glob("*.html")}
    assert write_briefs(tmp_path, pages) == (2, (), ())
    assert before == {path.name: path.stat().st_mtime_ns for path in (tmp_path / "briefs").glob("*.html")}


def test_a_run_that_is_being_made_leaves_its_briefs_until_it_is_through(tmp_path: Path) -> None:
    part = tmp_path / "runs" / ".2026-08-01T000000Z.part"
    part.mkdir(parents=True)
    assert write_briefs(tmp_path, {"a.html": "one"}, run_folder=part) == (1, (), ())
    assert not (tmp_path / "briefs").exists()
    place_briefs(tmp_path, part)
    assert (tmp_path / "briefs" / "a.html").read_text(encoding="utf-8") == "one"
    assert list(part.iterdir()) == []


def test_a_persons_change_stays_and_the_new_version_lies_beside_it(tmp_path: Path) -> None:
    write_briefs(tmp_path, {"a.html": "one", "b.html": "two"})
    edited = tmp_path / "briefs" / "a.html"
    edited.write_text("one, by hand", encoding="utf-8")
    assert write_briefs(tmp_path, {"a.html": "one", "b.html": "two"}) == (1, ("a.html",), ())
    assert write_briefs(tmp_path, {"a.html": "new", "b.html": "new"}) == (1, ("a.html",), ("a.new.html",))
    assert edited.read_text(encoding="utf-8") == "one, by hand"
    assert (tmp_path / "briefs" / "a.new.html").read_text(encoding="utf-8") == "new"
    assert (tmp_path / "briefs" / "b.html").read_text(encoding="utf-8") == "new"


def test_a_changed_new_version_stays_too(tmp_path: Path) -> None:
    write_briefs(tmp_path, {"a.html": "one"})
    for name, text in (("a.html", "hand"), ("a.new.html", "hand too")):
        (tmp_path / "briefs" / name).write_text(text, encoding="utf-8")
    assert write_briefs(tmp_path, {"a.html": "two"}) == (0, ("a.html",), ())
    assert (tmp_path / "briefs" / "a.new.html").read_text(encoding="utf-8") == "hand too"


@pytest.mark.parametrize("ledger", ["", "[]", "{not json"])
def test_without_a_ledger_every_file_counts_as_a_persons(tmp_path: Path, ledger: str) -> None:
    write_briefs(tmp_path, {"a.html": "one"})
    (tmp_path / "briefs" / LEDGER).write_text(ledger, encoding="utf-8")
    assert write_briefs(tmp_path, {"a.html": "two"}) == (0, ("a.html",), ("a.new.html",))


def test_a_changed_brief_that_says_the_new_text_is_no_longer_kept(tmp_path: Path) -> None:
    write_briefs(tmp_path, {"a.html": "one"})
    (tmp_path / "briefs" / "a.html").write_text("two", encoding="utf-8")
    assert write_briefs(tmp_path, {"a.html": "two"}) == (1, (), ())


# ---------------------------------------------------------------------------------- industry defaults


@pytest.mark.parametrize(
    ("category", "form", "content"),
    [
        ("beauty", "video", "tutorials"),
        ("美妆", "video", "tutorials"),
        ("旅行", "image", "photographs"),
        ("Lifestyle", "image", "stories"),
    ],
)
def test_common_industries_have_their_customs(tmp_path: Path, category: str, form: str, content: str) -> None:
    row = find_industry_default(make_campaign(tmp_path, f"category: {category}\n")).iloc[0]
    assert row["format"] == form
    assert content in row["content_en"]
    assert row["reason_en"]
    assert row["reason_zh"]


def test_the_analysts_own_table_comes_first(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path, "category: tea\n")
    assert find_industry_default(campaign).empty
    head = "category,words,format,content_en,content_zh,creators_en,creators_zh,reason_en,reason_zh,source\n"
    (tmp_path / "industry_defaults.csv").write_text(
        head + "tea,茶,video,brewing,冲泡,a,b,c,d,me\n", encoding="utf-8-sig"
    )
    assert find_industry_default(campaign)["content_zh"].tolist() == ["冲泡"]
    (tmp_path / "industry_defaults.csv").write_text(head + "tea,茶,film,brewing,冲泡,a,b,c,d,me\n", encoding="utf-8")
    with pytest.raises(CampaignError, match=r"row 2.*'film' is not a format"):
        find_industry_default(campaign)
