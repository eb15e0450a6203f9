"""The human-owned decisions file: what is read, what is reported, and that nothing is lost."""

from __future__ import annotations

import multiprocessing
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhs_toolkit import decisions, files
from xhs_toolkit.decisions import DECISIONS_FILE, add_decisions, match_decisions, read_decisions, write_decision
from xhs_toolkit.errors import CampaignError

HEADER = "creator_id,decision,reason,by,date\n"


def write(folder: Path, text: str, encoding: str = "utf-8") -> None:
    (folder / DECISIONS_FILE).write_bytes(text.encode(encoding))


def test_without_a_file_nothing_is_decided(tmp_path: Path) -> None:
    found = read_decisions(tmp_path)
    assert found.rows.empty
    assert found.problems == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_files_as_spreadsheets_save_them(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = HEADER + "5f01,淘汰,和竞品合作,小美,2026/07/01\r\n\r\n5f02,Keep ,,,2026年7月2日\n"
    write(tmp_path, text.replace(",", delimiter), encoding)
    rows = read_decisions(tmp_path).rows
    assert rows["decision"].tolist() == ["drop", "keep"]
    assert rows["reason"].tolist()[0] == "和竞品合作"
    assert rows["reason"].isna().tolist() == [False, True]
    assert rows["date"].dt.day.tolist() == [1, 2]


def test_bad_lines_are_reported_with_their_row_and_the_others_count(tmp_path: Path) -> None:
    write(tmp_path, HEADER + "a,kep,,,\n,drop,,,\n1.23457E+17,keep,,,\nb,maybe,,,yesterday\nc,drop,,,\n")
    found = read_decisions(tmp_path)
    assert found.rows["creator_id"].tolist() == ["b", "c"]
    assert [(problem.row, problem.column) for problem in found.problems] == [
        (2, "decision"),
        (3, "creator_id"),
        (4, "creator_id"),
        (5, "date"),
    ]
    assert "write keep" in str(found.problems[0])


def test_the_last_line_on_a_creator_counts(tmp_path: Path) -> None:
    write(tmp_path, HEADER + "a,drop,,,\na,keep,talked to her,Mei,\n")
    assert read_decisions(tmp_path).rows[["creator_id", "decision"]].to_numpy().tolist() == [["a", "keep"]]


def test_a_file_without_its_columns_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "who,what\na,keep\n")
    with pytest.raises(CampaignError, match="has no column creator_id"):
        read_decisions(tmp_path)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_writing_adds_a_line_and_touches_none(tmp_path: Path, encoding: str) -> None:
    write(tmp_path, "creator_id;decision;note;by;date;reason\n5f01;淘汰;x;小美;;", encoding)
    before = (tmp_path / DECISIONS_FILE).read_bytes()
    write_decision(
        tmp_path, creator_id="5f02", decision="keep", reason='says "hi", again', by="小明", on=date(2026, 7, 1)
    )
    after = (tmp_path / DECISIONS_FILE).read_bytes()
    assert after.startswith(before)
    assert "\ufeff" not in after.decode(encoding), "the byte-order mark stands at the beginning only"
    rows = read_decisions(tmp_path).rows
    assert rows["decision"].tolist() == ["drop", "keep"]
    assert rows["by"].tolist() == ["小美", "小明"]
    assert rows["reason"].tolist()[1] == 'says "hi", again'


@pytest.mark.parametrize("wrong", [{"decision": "sure"}, {"creator_id": ""}])
def test_a_wrong_decision_is_not_written(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(CampaignError):
        write_decision(tmp_path, **{"creator_id": "a", "decision": "keep", **wrong})
    assert not (tmp_path / DECISIONS_FILE).exists()


@given(
    st.lists(
        st.tuples(
            st.text("abc", min_size=1, max_size=2),
            st.sampled_from(["keep", "drop", "maybe"]),
            st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=20),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_what_was_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, lines: list[tuple]) -> None:
    folder = tmp_path_factory.mktemp("decisions")
    for creator, decision, reason in lines:
        write_decision(folder, creator_id=creator, decision=decision, reason=reason)
    rows = read_decisions(folder).rows.set_index("creator_id")
    for creator, decision, reason in {line[0]: line for line in lines}.values():
        assert rows.loc[creator, "decision"] == decision
        assert (rows.loc[creator, "reason"] if reason else "") == reason


def test_decisions_are_added_to_creators() -> None:
    creators = pd.DataFrame({"creator_key": ["a", "b"]})
    folderless = read_decisions(Path("no such folder"))
    assert add_decisions(creators, decisions=folderless)["decision"].isna().all()


# ------------------------------------------------------------------------------- whom a line speaks of

ANA, MOMO = "5f0000000000000000000001", "5f0000000000000000000002"
POOL = pd.DataFrame(
    {
        "creator_key": [ANA, MOMO, "5f0000000000000000000003", "xhs:99"],
        "creator_id": [ANA, MOMO, "5f0000000000000000000003", None],
        "xhs_number": ["95012345678", None, None, "99"],
        "creator_name": ["Ana in 奥克兰", "Momo", "Momo", "Bo"],
    }
).astype("str")


@pytest.mark.parametrize(
    "pasted",
    [
        f"'{ANA}",
        f'"=""{ANA}"""',
        f'="{ANA}"',
        ANA.upper(),
        "95012345678",
        "95012345678.0",
        f"https://www.xiaohongshu.com/user/profile/{ANA}?xsec_token=AB&xsec_source=pc",
        "ana in 奥克兰 ",
    ],
)
def test_a_creator_is_matched_as_people_paste_it(tmp_path: Path, pasted: str) -> None:
    write(tmp_path, f"{HEADER}{pasted},drop,,,\n")
    found = match_decisions(read_decisions(tmp_path), POOL)
    assert found.rows[["creator_id", "decision"]].to_numpy().tolist() == [[ANA, "drop"]]
    assert found.problems == ()


def test_whom_a_line_does_not_tell_is_told_and_decides_nothing(tmp_path: Path) -> None:
    write(tmp_path, f"{HEADER}Momo,drop,,,\nNobody,keep,,,\n99,keep,,,\n")
    found = match_decisions(read_decisions(tmp_path), POOL)
    assert found.rows["creator_id"].tolist() == ["xhs:99"]
    assert [problem.row for problem in found.problems] == [2, 3]
    assert "stands for several creators" in str(found.problems[0])
    assert "names nobody in the pool" in str(found.problems[1])


def test_a_file_that_names_creators_by_name_alone_is_read(tmp_path: Path) -> None:
    write(tmp_path, "昵称,决定\nBo,淘汰\n")
    assert match_decisions(read_decisions(tmp_path), POOL).rows["creator_id"].tolist() == ["xhs:99"]


@pytest.mark.parametrize(
    "text",
    [
        "Creator ID,Decision\n{ana},keep\n",
        "达人ID,昵称,是否保留\n,Ana in 奥克兰,是\n",
        "Round 2\n\n主页链接\t决定\nhttps://www.xiaohongshu.com/user/profile/{ana}\t保留\n",
        "Our choice,,\nURL,name,decision\n,Ana in 奥克兰,yes\n",
    ],
)
def test_headers_titles_and_rows_without_an_id_are_understood(tmp_path: Path, text: str) -> None:
    write(tmp_path, text.format(ana=ANA))
    write_decision(tmp_path, creator_id="Bo", decision="drop")
    found = match_decisions(read_decisions(tmp_path), POOL)
    assert found.rows[["creator_id", "decision"]].to_numpy().tolist() == [[ANA, "keep"], ["xhs:99", "drop"]]
    assert found.problems == ()


def test_the_settings_decide_too_and_the_file_overrules_them(tmp_path: Path) -> None:
    write(tmp_path, f"{HEADER}{ANA},drop,,,\n")
    rows = match_decisions(read_decisions(tmp_path), POOL, must_have=[ANA, "Bo"], exclude=[MOMO]).rows
    said = rows.set_index("creator_id")[["decision", "reason"]]
    assert said["decision"].to_dict() == {ANA: "drop", "xhs:99": "keep", MOMO: "drop"}
    assert said.loc["xhs:99", "reason"] == "must_have in campaign.yaml"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("creator_id,decision,决定\na,keep,drop\n", "two columns decision"),
        (f'{HEADER}a,keep,"rude,,\nb,drop,,,\n', "a quote that is not closed"),
        (f'{HEADER}a,keep,"rude,,\nb,drop,x,,\nc,keep,"late",,\n', "a quote that is not closed"),
        (f'{HEADER}a,keep,"rude,,\nb,drop,",,\n', "a quote that is not closed"),
    ],
)
def test_a_file_that_would_lose_decisions_is_refused(tmp_path: Path, text: str, what: str) -> None:
    write(tmp_path, text)
    with pytest.raises(CampaignError, match=what):
        read_decisions(tmp_path)
    with pytest.raises(CampaignError):
        write_decision(tmp_path, creator_id="z", decision="keep")


def test_what_was_said_before_is_told_and_the_line_is_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert write_decision(tmp_path, creator_id=ANA, decision="drop", reason="late\nkeep her", by="Ann") is None
    before = write_decision(tmp_path, creator_id=ANA.upper(), decision="keep", by="Bob")
    assert (before["decision"], before["by"], before["reason"]) == ("drop", "Ann", "late keep her")
    monkeypatch.setattr(decisions, "append", lambda path, content: None)
    with pytest.raises(CampaignError, match="was not saved"):
        write_decision(tmp_path, creator_id=ANA, decision="maybe")


def write_many(folder: str, who: int, n: int) -> None:
    for number in range(n):
        write_decision(Path(folder), creator_id=f"c{number}", decision=SAID[(number + who) % 3], by=f"{who}")


SAID = ("keep", "drop", "maybe")


@pytest.mark.parametrize("n", [25, pytest.param(500, marks=pytest.mark.slow)])
def test_two_processes_that_write_the_first_decisions_lose_none(tmp_path: Path, n: int) -> None:
    with multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn").Pool(2) as pool:
        pool.starmap(write_many, [(str(tmp_path), who, n) for who in (0, 1)], chunksize=1)
    lines = (tmp_path / DECISIONS_FILE).read_text(encoding="utf-8-sig").splitlines()
    written = Counter(tuple(line.split(",")[:4]) for line in lines[1:])
    assert lines[0] == HEADER.strip()
    assert written == Counter((f"c{k}", SAID[(k + who) % 3], "", f"{who}") for who in (0, 1) for k in range(n))
    assert [path.name for path in tmp_path.iterdir()] == [DECISIONS_FILE]


def test_the_very_first_write_of_two_at_once_loses_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process makes the file between looking and writing; also on a disk without links."""
    for links in (True, False):
        folder = tmp_path / str(links)
        folder.mkdir()
        place = files.place_once

        def other_first(part: Path, path: Path, folder: Path = folder, place: Callable[..., None] = place) -> None:
            write(folder, f"{HEADER}{MOMO},keep,,,\n")
            place(part, path)

        with monkeypatch.context() as patch:
            patch.setattr(files, "place_once", other_first)
            if not links:
                patch.setattr(Path, "hardlink_to", lambda self, target: (_ for _ in ()).throw(OSError("no links")))
            write_decision(folder, creator_id=ANA, decision="drop")
        assert read_decisions(folder).rows["creator_id"].tolist() == [MOMO, ANA]


def test_a_reason_of_several_lines_is_no_open_quote(tmp_path: Path) -> None:
    write(tmp_path, f'{HEADER}a,keep,"talked to her,\nshe agrees",Mei,\nb,drop,,,\n')
    assert read_decisions(tmp_path).rows["creator_id"].tolist() == ["a", "b"]
