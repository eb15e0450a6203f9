"""Ten questions of an analyst, each answered from the front door and again with plain pandas on the raw files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xhs_toolkit import Work, open_campaign
from xhs_toolkit.errors import XhsError

WINDOW = ("2026-08-03", "2026-08-23")


@pytest.fixture(scope="module")
def folder(repository: Path) -> Path:
    return repository / "templates" / "sample_campaign"


@pytest.fixture(scope="module")
def work(folder: Path) -> Work:
    return open_campaign(str(folder))


def read_raw(path: Path, header: str) -> pd.DataFrame:
    """A platform's workbook as plain pandas reads it: the rows below the one that holds a header."""
    cells = pd.read_excel(path, header=None, dtype=str, engine="calamine")
    start = next(row for row, values in cells.iterrows() if header in set(values))
    return cells.iloc[start + 1 :].set_axis(cells.loc[start], axis=1).reset_index(drop=True)


def to_number(values: pd.Series) -> pd.Series:
    return pd.to_numeric(values.str.replace(",", ""), errors="coerce")


def read_dandelion(path: Path) -> pd.DataFrame:
    rows = read_raw(path, "阅读量")
    rows = rows[rows["笔记链接"].fillna("").str.contains("/")]
    names = {
        "阅读量": "views",
        "收藏量": "collects",
        "互动量": "engagement",
        "博主报价": "fee",
        "服务费金额": "service",
    }
    numbers = {name: to_number(rows[header]) for header, name in names.items()}
    followers = to_number(rows["博主粉丝量"])
    return pd.DataFrame(numbers).assign(
        note_id=rows["笔记链接"].str.extract(r"([0-9a-f]{24})")[0],
        title=rows["笔记标题"],
        format=rows["笔记类型"].map({"图文": "image", "视频": "video"}),
        day=pd.to_datetime(rows["笔记发布日期"]),
        creator=rows["博主昵称"],
        tier=np.where(followers >= 10_000, "KOL", "KOC"),
    )


@pytest.fixture(scope="module")
def raw(folder: Path) -> pd.DataFrame:
    """The campaign's notes from the newer of its two exports."""
    return read_dandelion(sorted((folder / "data").glob("dandelion_notes*.xlsx"))[-1])


def read_count(texts: pd.Series) -> pd.Series:
    """Counts as the public page shows them: 1.8万 is 18,000."""
    texts = texts.astype(str)
    return texts.str.removesuffix("万").astype(float) * np.where(texts.str.endswith("万"), 10_000, 1)


def test_1_posting_hour(work: Work, folder: Path, raw: pd.DataFrame) -> None:
    """Of two sources of one note the creator centre's figures count; the campaign's own notes are not among these."""
    answer = work.other_notes.groupby("posted_hour")["engagement"].agg(["median", "size"])

    crawled = json.loads((folder / "data" / "mediacrawler_notes.json").read_text(encoding="utf-8"))
    pages = pd.DataFrame(crawled).sort_values("last_modify_ts").drop_duplicates("note_id", keep="last")
    own = read_raw(folder / "data" / "creator_center_notes.xlsx", "笔记标题")
    at = pd.to_datetime(own["首次发布时间"], format="%Y年%m月%d日%H时%M分%S秒").dt.tz_localize("Asia/Shanghai")
    own = own.assign(at=at.dt.tz_convert("UTC")).loc[~own["笔记标题"].isin(raw["title"])]
    pages = pages.assign(at=pd.to_datetime(pages["time"].astype(float), unit="ms", utc=True).dt.floor("s"))
    pages = pages[~(pages["at"].isin(own["at"]) & pages["title"].isin(own["笔记标题"]))]
    told = ("点赞", "评论", "收藏")
    moments = pd.concat([pages["at"], own["at"]])
    shown = sum(read_count(pages[name]) for name in ("liked_count", "collected_count", "comment_count"))
    engagement = pd.concat([shown, sum(to_number(own[name]) for name in told)])
    hours = moments.dt.tz_convert("Pacific/Auckland").dt.hour
    expected = engagement.groupby(hours.to_numpy()).agg(["median", "size"])
    assert answer.index.tolist() == expected.index.tolist()
    np.testing.assert_allclose(answer.to_numpy(), expected.to_numpy())
    assert work.notes["posted_hour"].notna().sum() == 1, (
        "Dandelion shows the day only; of one note another source tells"
    )


def test_2_saves_by_theme_and_format(work: Work, raw: pd.DataFrame) -> None:
    answer = work.rate("collects", "views", by=["theme", "format"]).set_index(["theme", "format"])
    themed = raw.merge(work.notes[["note_id", "theme"]])
    sums = themed.groupby(["theme", "format"], dropna=False)[["collects", "views"]].sum()
    pd.testing.assert_series_equal(answer["rate"], sums["collects"] / sums["views"], check_names=False)
    assert answer["n_notes"].tolist() == themed.groupby(["theme", "format"], dropna=False).size().tolist()
    stated = answer[answer["rate_reason"].eq("")]
    assert (stated["rate_low"] < stated["rate"]).all()
    assert answer.loc[answer["n_notes"] < 5, "rate_reason"].isin({"too_few_notes", "too_few_creators"}).all()


def test_3_cost_per_engagement_by_size(work: Work, folder: Path, raw: pd.DataFrame) -> None:
    """Everything over everything: fees and ads, over what came with and without ads."""
    answer = work.rate("total_cny", "engagement", by="tier").set_index("tier")["rate"]
    ads = read_raw(next((folder / "data").glob("juguang_notes*.xlsx")), "创意ID")
    spent = to_number(ads["消费"]).groupby(ads["笔记ID"]).sum()
    costed = raw.assign(cost=raw["fee"] + raw["service"] + raw["note_id"].map(spent).fillna(0.0))
    sums = costed[costed["cost"].notna() & costed["engagement"].notna()].groupby("tier")[["cost", "engagement"]].sum()
    pd.testing.assert_series_equal(answer, sums["cost"] / sums["engagement"], check_names=False)


def test_4_growth_by_day_since_posting(work: Work, folder: Path, raw: pd.DataFrame) -> None:
    answer = work.growth.assign(day=work.growth["age_days"] // 1).groupby("day")["views_gained"].sum()
    assert answer.sum() == raw["views"].sum()
    first = read_dandelion(sorted((folder / "data").glob("dandelion_notes*.xlsx"))[0]).set_index("note_id")["views"]
    gained = raw.set_index("note_id")["views"] - first.reindex(raw["note_id"]).fillna(0.0)
    ours = work.growth.sort_values("as_of").drop_duplicates("note_id", keep="last").set_index("note_id")
    np.testing.assert_allclose(ours["views_gained"].reindex(gained.index), gained)
    early = ours.loc[first.index, "age_days"].min()
    assert early > 42, "the newer export is from 19 October"


def test_5_search_word_to_note(work: Work, folder: Path) -> None:
    spent = work.words.groupby(["keyword", "note_id"])[["spend_cny", "clicks"]].sum()
    words = read_raw(next((folder / "data").glob("juguang_keywords*.xlsx")), "关键词")
    notes = read_raw(next((folder / "data").glob("juguang_notes*.xlsx")), "创意ID")
    note = notes.drop_duplicates("单元ID").set_index("单元ID")["笔记ID"]
    table = words.assign(
        note=words["单元ID"].map(note), spend=to_number(words["消费"]), clicks=to_number(words["点击量"])
    )
    expected = table.groupby(["关键词", "note"])[["spend", "clicks"]].sum()
    np.testing.assert_allclose(spent.to_numpy(), expected.to_numpy())
    assert list(spent.index) == list(expected.index)


def test_6_two_campaigns_compared(work: Work, repository: Path, raw: pd.DataFrame) -> None:
    answer = work.compare(open_campaign(repository / "case_studies" / "jd_sports")).set_index("metric")
    newest: dict[str, float] = {}
    for path in sorted((repository / "case_studies" / "jd_sports" / "data").glob("dandelion_notes*.xlsx")):
        newest |= read_dandelion(path).set_index("note_id")["views"].to_dict()
    assert answer.loc["views", "this"] == raw["views"].sum()
    assert answer.loc["views", "other"] == np.nansum(list(newest.values()))
    assert answer.loc["n_notes", ["this", "other"]].tolist() == [len(raw), len(newest)]


def test_7_another_window(work: Work, raw: pd.DataFrame) -> None:
    answer = work.what_if(window=WINDOW).set_index("metric")
    inside = raw[raw["day"].between(*WINDOW)]
    assert answer.loc["views", ["as_is", "what_if"]].tolist() == [raw["views"].sum(), inside["views"].sum()]
    assert answer.loc["n_notes", "what_if"] == len(inside) < len(raw)


def test_8_without_one_note(work: Work, raw: pd.DataFrame) -> None:
    largest = raw.sort_values("views").iloc[-1]
    rest = raw.drop(largest.name)
    for name in (largest["note_id"], largest["title"]):
        answer = work.what_if(without=[name]).set_index("metric")["what_if"]
        assert answer[["views", "engagement"]].tolist() == [rest["views"].sum(), rest["engagement"].sum()]
    assert work.notes["views"].sum() == raw["views"].sum(), "the campaign itself stays"


def test_9_other_tiers(work: Work, raw: pd.DataFrame, folder: Path) -> None:
    answer = work.what_if(tiers={"small": 0, "large": 30_000}).set_index(["tier", "metric"])["what_if"]
    path = sorted((folder / "data").glob("dandelion_notes*.xlsx"))[-1]
    rows = read_raw(path, "阅读量")
    rows = rows[rows["笔记链接"].fillna("").str.contains("/")]
    is_large = (to_number(rows["博主粉丝量"]) >= 30_000).to_numpy()
    assert answer["large", "views"] == raw.loc[is_large, "views"].sum()
    assert answer["small", "n_notes"] == (~is_large).sum()
    assert answer["all", "views"] == raw["views"].sum()


def test_10_an_own_sheet_joined(work: Work, tmp_path: Path) -> None:
    names = work.creators["creator_name"].head(2).tolist()
    sheet = tmp_path / "mine.csv"
    sheet.write_text(f"\ufeffWho ,rating\n {names[0]}\u3000,4\n{names[1]},5\nNobody we know,1\n", encoding="utf-8")
    found = work.join(sheet, on="creator_name", column="Who")
    assert found.rows.set_index("creator_name").loc[names, "rating"].tolist() == [4, 5]
    assert len(found.rows) == len(work.creators)
    assert found.not_found["Who"].str.strip().tolist() == ["Nobody we know"]
    assert len(found.without) == len(work.creators) - 2
    assert repr(found).startswith(f"2 of {len(work.creators)} rows found a partner; rows of the sheet without one: ")


# ------------------------------------------------------------------------------- safe to add up


def test_the_frames_are_safe_to_add_up(repository: Path) -> None:
    """The case of which adding up the canonical tables gives three to five times the truth."""
    work = open_campaign(repository / "case_studies" / "jd_sports")
    assert work.raw["notes"]["views"].sum() == 1_033_955
    assert work.notes["views"].sum() == work.growth["views_gained"].sum() == 310_765
    assert round(work.raw["ad_days"]["spend_cny"].sum()) == 9_706
    assert round(work.ads["spend_cny"].sum(), 2) == 5_802.23
    assert work.raw["placements"]["price_cny"].sum() == 498_960
    assert work.bookings.query("item == 'creator_fee'")["amount_cny"].sum() == 90_370
    assert work.notes["note_id"].is_unique
    assert work.creators["creator_key"].is_unique
    assert not work.checks.duplicated(["creator_key", "check"]).any()
    assert work.checks["creator_key"].nunique() == len(work.creators)
    assert work.comments["comment_id"].is_unique
    assert not set(work.other_notes["note_id"]) & set(work.notes["note_id"])
    assert len(work.notes) + len(work.other_notes) == work.raw["notes"]["note_id"].nunique()


def test_followers_are_one_row_a_creator_and_day(repository: Path) -> None:
    work = open_campaign(repository / "case_studies" / "blackmores")
    assert len(work.followers)
    assert not work.followers.duplicated(["creator_id", "date"]).any()


def test_every_column_is_documented_in_both_languages(work: Work) -> None:
    from xhs_toolkit.work.opened import FRAMES

    for frame in FRAMES:
        told = work.columns(frame)
        assert told["column"].tolist() == list(getattr(work, frame).columns)
        for name in ("label_en", "label_zh", "meaning"):
            assert told[name].ne("").all(), (frame, told.loc[told[name].eq(""), "column"].tolist())
    assert work.find("saves")["column"].tolist()[0] == "collects"
    assert "collects" in set(work.find("收藏")["column"])
    assert work.find("nothing is called so").empty


# ------------------------------------------------------------------------------- what cannot be


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda work: work.rate("colects", "views"), r"no column 'colects'. Did you mean collects\?"),
        (lambda work: work.rate("collects", "title"), "title holds no numbers"),
        (lambda work: work.rate("collects", "views", frame="note"), r"no frame 'note'. Did you mean notes\?"),
        (lambda work: work.columns("noes"), r"Did you mean notes\?"),
        (
            lambda work: work.what_if(without=["示例博主·砂"]),
            r"No note of the campaign is .* Did you mean 示例博主·砂糖\?",
        ),
        (lambda work: work.what_if(window=("2026-08-03", "soon")), "'soon' is not a date"),
        (lambda work: work.what_if(tiers={"small": "few"}), "'few' is not a number"),
        (lambda work: work.what_if(tiers="small"), 'write it like {"KOC": 0'),
        (lambda work: work.what_if(window="2026-08-03"), "window: is not a setting"),
        (lambda work: work.evidence("nobody of them"), r"Choose one of: (示例博主·\w+, ){11}示例博主·\w+ and \d+ more"),
        (lambda work: work.evidence("示例博主·砂"), r"Nobody is called .* Did you mean 示例博主·砂糖\?"),
    ],
)
def test_an_unknown_name_is_an_error_that_names_the_nearest(work: Work, ask, words: str) -> None:
    with pytest.raises(XhsError, match=words):
        ask(work)


def test_a_setting_that_there_is_not_is_an_error(work: Work) -> None:
    with pytest.raises(TypeError, match="windw"):
        work.what_if(windw=WINDOW)


def test_a_sheet_that_says_two_things_of_one_creator_is_refused(work: Work, tmp_path: Path) -> None:
    sheet = tmp_path / "mine.csv"
    sheet.write_text("creator_name,rating\nAna Li,4\nBo,3\n ａｎａ li,5\n", encoding="utf-8")
    with pytest.raises(XhsError, match=r"mine\.csv, row 4, column creator_name: 'ａｎａ li' is there already"):
        work.join(sheet, on="creator_name")


def test_what_is_shown_is_short_and_pictures_have_chinese(work: Work) -> None:
    import matplotlib as mpl

    assert repr(work).startswith("Kea Outdoor (synthetic sample) · Spring walks · 2026-08-03 – 2026-09-13\nfiles: 9, ")
    assert len(repr(work)) < 400
    assert repr(work.exports) == repr(work).splitlines()[1]
    assert re.search("<b>Kea Outdoor", work._repr_html_())
    assert "Noto Sans SC" in mpl.rcParams["font.family"][0]


def test_one_creators_evidence(work: Work) -> None:
    name = work.creators["creator_name"].iloc[0]
    lines = work.evidence(name)
    assert set(lines["creator_name"]) == {name}
    assert lines["check"].is_unique
