"""What must not reach a client is found in any text, however it is written; what a report may say is not."""

from __future__ import annotations

import html
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from made_run import make_campaign
from pptx import Presentation

from xhs_toolkit.present.private import fold
from xhs_toolkit.report import check_report
from xhs_toolkit.report.patterns import Find, find_placeholders, list_other_names, list_patterns

NEIGHBOURS = {
    "harbour_tours_spring": "client: Harbour Voyages\ncampaign: Whale days\nbrand_names: [Tutara, 塔拉号]",
    "tui": "client: Tui Travel (synthetic case study)",
    "same": "client: Kea <b>Outdoor</b>",
    "unnamed": "client: New client\ncampaign: Draft",
    "zh": "client: 碧海集团",
    "lists": "client: [Kaka, Travel]",
    "broken": "client: [",
    "acting": "client: !!python/object:os.system x",
    "deep": "[" * 5_000,
    "tab": "\tclient",
}


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run beside the campaigns of others, of whom one has a run of its own; its files are read only."""
    return write_clients(tmp_path_factory.mktemp("patterns") / "clients")


def write_clients(clients: Path) -> Path:
    write_neighbours(clients)
    run_folder = clients / "kea" / "runs" / "2026-02-01T000000Z"
    write_creators(run_folder, ["Wanderer"])
    return run_folder


def write_neighbours(clients: Path) -> None:
    for name, settings in NEIGHBOURS.items():
        (clients / name).mkdir(parents=True)
        (clients / name / "campaign.yaml").write_text(settings, encoding="utf-8")
    write_creators(clients / "tui" / "runs" / "2026-01-01T000000Z", ["木棉与海", "Wanderer", "小红"])
    (clients / "tui" / "runs" / "latest.txt").write_text("2026-01-01T000000Z\n", encoding="utf-8")
    write_creators(clients / "zh" / "elsewhere", ["外面的人"])
    (clients / "zh" / "runs").mkdir()
    (clients / "zh" / "runs" / "latest.txt").write_text("../elsewhere", encoding="utf-8")


def write_creators(run_folder: Path, names: list[str]) -> None:
    (run_folder / "tables").mkdir(parents=True)
    pd.DataFrame({"creator_name": names}).to_parquet(run_folder / "tables" / "6_results_notes.parquet")


@pytest.fixture(scope="module")
def patterns(run_folder: Path) -> dict[str, Find]:
    """What is looked for in the texts of the run, made once."""
    return list_patterns(make_campaign(run_folder.parents[1]), run_folder)


def join(*parts: str) -> str:
    """A key or a path, put together here so that no scanner takes it for one."""
    return "".join(parts)


LONG = "A1b2C3d4" * 6
FOUND = [
    ("other_client", "as with Harbour Voyages"),
    ("other_client", "as with HARBOUR  VOYAGES"),
    ("other_client", "as with Voyages alone"),
    ("other_client", "as with H a r b o u r V o y a g e s"),
    ("other_client", "as with Har\u200bbour Vo\u2060yages"),
    ("other_client", "as with Ｖｏｙａｇｅｓ"),
    ("other_client", "Whale days again"),
    ("other_client", "the Tutara"),
    ("other_client", "像塔拉号一样"),
    ("other_client", "像碧海一样"),
    ("other_client", "碧海集团"),
    ("other_client", "see harbour_tours_spring"),
    ("other_client", "Tui Travel"),
    ("other_client", "来自木棉与海"),
    ("other_client", "像Voyages一样"),
    ("agency_money", "our margin of 12%"),
    ("agency_money", "Margin (NZD)"),
    ("agency_money", "margin_cny"),
    ("agency_money", "by the rate card"),
    ("agency_money", "毛利率"),
    ("local_path", "见C:\\Windows里"),
    ("local_path", join("/", "Users/ann/x")),
    ("local_path", join("~", "/clients/x")),
    ("local_path", join("..", "/OtherClient")),
    ("local_path", join("D:", "/clients/x")),
    ("local_path", join("C:", "\\Windows")),
    ("local_path", join("file:", "//x")),
    ("secret", join("sk-", LONG)),
    ("secret", join("sk-ant-api03-", LONG)),
    ("secret", join("AKIA", "IOSFODNN7EXAMPLE")),
    ("secret", join("ghp_", LONG[:36])),
    ("secret", join("github_pat_", LONG)),
    ("secret", join("glpat-", LONG[:20])),
    ("secret", join("AIza", LONG[:35])),
    ("secret", join("hf_", LONG[:34])),
    ("secret", join("npm_", LONG[:36])),
    ("secret", join("sk_live_", LONG[:24])),
    ("secret", join("xoxb-", "123456789012-123456789012-", LONG[:24])),
    ("secret", join("SG.", LONG[:22], ".", LONG[:43])),
    ("secret", join("LTAI5t", LONG[:18])),
    ("secret", join("AccountKey=", "A" * 86, "==")),
    ("secret", join("-----BEGIN RSA ", "PRIVATE KEY-----")),
    ("secret", join("https://ann:", "hunter2hunter@host.example/x")),
    ("secret", join("web_session", "=0400698c12ab34cd56")),
    ("secret", join("密码", "：hunter2hunter2")),
    ("contact", "ana@example.com"),
    ("contact", "ana＠example.com"),
    ("contact", "139 1234 5678"),
    ("contact", "021555019 or so"),
    ("contact", "0412345678"),
    ("contact", "QQ：123456789"),
    ("contact", "qq群 1234567"),
    ("contact", "加v：ana_walks"),
    ("contact", "加薇 ana2026"),
    ("contact", "➕v ana_walks"),
    ("contact", "(09) 555 0199"),
    ("contact", "010-12345678"),
    ("contact", "１３９１２３４５６７８"),
    ("glyph", "a\u202eb"),
    ("glyph", "a\ue000b"),
]
CLEAN = [
    "Harbour walks and Sydney travel, whales for days; never Tui Travellers or voyagesque",
    "木棉，与海 and 小红 and Wanderer and 外面的人",
    "Kea <b>Outdoor</b>; Draft; 集团",
    "The 2 strongest of 15 notes: 1,350 views, ¥1.19, ×2.2 (1.2–3.4), 12.3%, 64f0c1390000000013012345",
    "https://www.xiaohongshu.com/explore/64f0c139 and either/or, 2026/08/05, 24/7, 1.0.2.3",
    "A margin of error of 3 points; marginal gains; 毛利小五郎",
    "加油！加vlog，QQ音乐，微信群；👩‍👩‍👧 e\u0301",
    "Cost / views, where cost is fee + service fee + product + shipping as far as the files tell.",
]


@pytest.mark.parametrize(("check", "text"), FOUND)
def test_what_must_not_be_sent_is_found(patterns: dict[str, Find], check: str, text: str) -> None:
    found = {name for name, find in patterns.items() if find(text)}
    assert check in found, found


def plant(path: Path, texts: list[str]) -> None:
    """Write texts into a finished file, as somebody would who adds to it."""
    if path.suffix == ".html":
        markup = "".join(f"<p>{html.escape(text)}</p>" for text in texts)
        path.write_text(path.read_text(encoding="utf-8").replace("<main>", f"<main>{markup}"), encoding="utf-8")
    elif path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        for text in texts:
            book["posts"].append([text])
        book.save(path)
    else:
        deck = Presentation(str(path))
        deck.slides[1].notes_slide.notes_text_frame.text = "\n".join(texts)
        deck.save(str(path))


def test_every_plant_is_found_in_every_file(finished: Path, tmp_path: Path) -> None:
    clients = tmp_path / "clients"
    shutil.copytree(finished.parents[1], clients / "kea")
    write_neighbours(clients)
    run_folder = clients / "kea" / "runs" / finished.name
    files = sorted(path for path in run_folder.iterdir() if path.suffix in {".html", ".xlsx", ".pptx"})
    for path in files:
        plant(path, [text for _, text in FOUND])
    faults = check_report(run_folder, campaign=make_campaign(clients / "kea")).faults
    found = {(fault.file, fault.check, fault.found) for fault in faults}
    missed = [
        (path.name, check, text)
        for path in files
        for check, text in FOUND
        if not any(
            f == path.name and c == check and (" ".join(said.split()) in " ".join(fold(text).split()) or c == "glyph")
            for f, c, said in found
        )
    ]
    assert len(files) == 6
    assert missed == []


@pytest.mark.parametrize("text", CLEAN)
def test_what_a_report_may_say_is_not(patterns: dict[str, Find], text: str) -> None:
    assert [(name, found) for name, find in patterns.items() for found in find(text)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{ title }} was met", ["{{", "}}"]),
        ("Views: nan, TODO, 待补充", ["nan", "TODO", "待补充"]),
        ("The P90 after a rebate", ["P90", "rebate"]),
        ("共P50是nan次", ["P50", "nan"]),
        ("Nancy and none of the undefinedness; a placebook", []),
    ],
)
def test_words_that_never_reach_a_client(text: str, found: list[str]) -> None:
    assert find_placeholders(text) == found


def test_a_rival_that_the_campaign_names_itself_is_no_leak(run_folder: Path) -> None:
    campaign = make_campaign(run_folder.parents[1])
    assert "Tui Travel" in list_other_names(campaign, run_folder)
    settings = campaign.folder / "campaign.yaml"
    settings.write_text("sourcing: {competitors: [Tui Travel]}", encoding="utf-8")
    assert "Tui Travel" not in list_other_names(campaign, run_folder)
    settings.unlink()


def test_a_brief_says_what_no_creator_may_read(finished: Path, tmp_path: Path) -> None:
    """Whom to ask may stand in it."""
    clients = tmp_path / "clients"
    shutil.copytree(finished.parents[1], clients / "kea")
    write_neighbours(clients)
    briefs = clients / "kea" / "briefs"
    briefs.mkdir()
    body = "<h1>Walk</h1><p>As for Harbour Voyages, our margin is 12%. Ask ana@example.com.</p><script>x()</script>"
    (briefs / "Ana.html").write_text(f"<!doctype html><html><body>{body}</body></html>", encoding="utf-8")
    faults = check_report(clients / "kea" / "runs" / finished.name, campaign=make_campaign(clients / "kea")).faults
    assert {fault.file for fault in faults} == {"briefs/Ana.html"}
    assert {fault.check for fault in faults} == {"other_client", "agency_money", "acting"}
