"""What readers said: themes by whole words, answers, ranges, quotes that name nobody."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from xhs_toolkit.comments import cut_words, find_theme, is_quotable, summarise_comments
from xhs_toolkit.comments.heard import read_lists
from xhs_toolkit.findings import Finding
from xhs_toolkit.present import charts, wording
from xhs_toolkit.present.shown import list_rows
from xhs_toolkit.tables import hash_author

NOTES = pd.DataFrame({"note_id": [f"n{i}" for i in range(6)], "creator_id": ["c1", "c1", "c2", "c2", "c3", None]})
ASKED = "大概多少钱呀？"


def make_comments(*rows: tuple[str, str] | tuple[str, str, dict]) -> pd.DataFrame:
    """One comment a row: note, text, and what else is known of it."""
    known = [{"note_id": row[0], "text": row[1], **(row[2] if len(row) > 2 else {})} for row in rows]
    blank = {"comment_id": None, "author_key": None, "likes": np.nan, "parent_comment_id": None, "replies": np.nan}
    frame = pd.DataFrame([blank | {"comment_id": f"m{i}"} | row for i, row in enumerate(known)])
    return frame.astype({"likes": float, "replies": float})


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        (ASKED, "asks_price"),
        ("评价不错", "trusts"),
        ("这是恰饭吧", "asks_if_ad"),
        ("Is this an AD?", "asks_if_ad"),
        ("Add it to my list", "says_something_else"),
        ("哪里可以买到", "asks_where_to_buy"),
        ("孕期能吃吗？", "worries"),
        ("被种草了", "wants"),
        ("停车方便吗", "asks_place_and_time"),
        ("氛围感拉满😊", "says_something_else"),
    ],
)
def test_a_theme_is_found_by_whole_words(text: str, theme: str) -> None:
    assert find_theme(cut_words(text)) == theme


def test_every_theme_has_a_name_in_both_languages() -> None:
    for theme in read_lists()["themes"]:
        assert wording.has_term(theme, language="en")
        assert wording.has_term(theme, language="zh")


def test_only_readers_under_the_campaigns_notes_count() -> None:
    heard = summarise_comments(
        make_comments(
            ("n0", ASKED),
            ("n0", "官网有优惠", {"author_key": hash_author("c1")}),
            ("n0", "谢谢", {"parent_comment_id": "m0"}),
            ("elsewhere", ASKED),
            ("n5", "好看", {"parent_comment_id": "0"}),
        ),
        notes=NOTES,
    )
    assert heard.themes.set_index("comment_theme")["n_comments"].to_dict() == {
        "asks_price": 1,
        "says_something_else": 1,
    }
    assert heard.themes.set_index("comment_theme")["n_answered"]["asks_price"] == 1


@pytest.mark.parametrize(("replies", "n_open"), [([np.nan, np.nan], None), ([0, 3], 1), ([2, 1], 0), ([0, np.nan], 2)])
def test_a_question_is_answered_where_a_file_tells_a_reply(replies: list[float], n_open: int | None) -> None:
    rows = [(f"n{i}", ASKED, {"replies": count}) for i, count in enumerate(replies)]
    heard = summarise_comments(make_comments(*rows), notes=NOTES)
    assert heard.answer is not None
    assert heard.answer.values["n_open"] == n_open
    assert len(heard.actions) == (n_open != 0)


def test_shares_add_up_and_lie_in_their_ranges() -> None:
    texts = [ASKED, "好看", "靠谱", "想去", "好看"]
    rows = [(f"n{i % 6}", texts[i % 5]) for i in range(60)]
    themes = summarise_comments(make_comments(*rows), notes=NOTES).themes
    assert themes["comment_share"].sum() == pytest.approx(1)
    assert themes["comment_share"].between(themes["comment_share_low"], themes["comment_share_high"]).all()
    assert themes["comment_theme"].iloc[-1] == "says_something_else"


PERSONAL = (
    *("@小鹿 多少钱", "我叫王小明，多少钱", "住在奥克兰北岸，多少钱", "加我微信 kea_2026 问价格", "13912345678 价格"),
    *("多少钱 www.kea.co.nz", "kea_walks2026 价格多少", "谢谢 Sarah Lee, what price", "我在恒天然公司，有优惠吗"),
)


def test_no_quote_tells_who_wrote() -> None:
    quotable = [text for text in PERSONAL if is_quotable(text)]
    assert quotable == []
    rows = [("n0", text, {"likes": 99.0}) for text in PERSONAL]
    heard = summarise_comments(make_comments(*rows, ("n1", ASKED)), notes=NOTES)
    assert set(heard.themes["quote_text"]) <= {"", f"“{ASKED}”"}
    assert f"“{ASKED}”" in set(heard.themes["quote_text"])


def test_without_comments_nothing_is_told() -> None:
    heard = summarise_comments(make_comments(("elsewhere", ASKED)), notes=NOTES)
    assert heard.themes.empty
    assert (heard.answer, heard.findings, heard.actions) == (None, (), ())


TOLD = {"n_comments": 501, "n_notes": 40, "n_questions": 121, "x": "wants", "top_share": 0.34}
WORDS = [
    Finding("headline.comments", TOLD | {"n_buying": 84, "comment_share": 0.168, "n_open": 76}),
    Finding("headline.comments", TOLD | {"n_buying": 84, "comment_share": 0.168, "n_open": None}),
    Finding("headline.comments", TOLD | {"n_buying": 0, "comment_share": 0.0, "n_open": None}),
    Finding("comments.read", TOLD | {"n_answered": 45}),
    Finding("comments.read", TOLD | {"n_answered": None, "n_comments": 1, "n_notes": 1}),
    Finding("comments.doubts", {"n_worries": 12, "n_ad": 3}),
    Finding("comments.doubts", {"n_worries": 0, "n_ad": 0}),
    Finding("next.comments", {"n_buying": 84, "n_open": 76}),
    Finding("next.comments", {"n_buying": 84, "n_open": None}),
]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_words_of_comments(language: str) -> None:
    from golden_words import check_golden, write_out

    check_golden(f"comments.{language}", write_out("comments", [("", each) for each in WORDS], language=language))


def test_the_picture_has_a_row_a_theme_with_its_quote() -> None:
    heard = summarise_comments(make_comments(("n0", ASKED), ("n1", "好看"), ("n2", ASKED)), notes=NOTES)
    rows = list_rows(charts.comments(heard.themes, answer=heard.answer), language="en", names={})
    assert [(row.name, row.about) for row in rows] == [("What it costs", f"“{ASKED}”"), ("Everything else", "")]
