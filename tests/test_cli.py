"""The command ``xhs``: what it prints, what it returns, that no traceback reaches a user."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from xhs_toolkit import __version__
from xhs_toolkit.campaign import Campaign
from xhs_toolkit.cli import lab, main, verbs
from xhs_toolkit.errors import Problem
from xhs_toolkit.report import read_findings
from xhs_toolkit.runs import find_latest_run
from xhs_toolkit.scorecard import read_summary

CAMPAIGN = """
client: Harbour Tours
campaign: Spring
objective: sales
second_objective: trust
window: {start: 2026-07-01}
budget: {amount: 50000, currency: NZD, cny_per_unit: 4.2, rate_date: 2026-06-30}
themes: [{name: Gifts, keywords: [送礼]}]
"""
SHEET = "user_id,Name,fans count,图文报价(RMB),Bio(text)\n5f01,Ana,1200,300,call me\n5f02,Bo,25000,2000,hi\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def campaign(here: Path) -> Path:
    return make_campaign(here / "spring")


@pytest.fixture
def one_notebook(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run of one small notebook and a report of one line."""
    book = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# A question"),
            nbformat.v4.new_code_cell("run_folder = ''", metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell("assert not __import__('os').path.exists('fail'), '出错了'"),
        ]
    )
    nbformat.write(book, here / "6_results.ipynb")
    monkeypatch.setattr(verbs, "list_notebooks", lambda: [here / "6_results.ipynb"])
    monkeypatch.setattr(verbs, "write_report", write_text_report)
    finish = verbs.finish_run  # called here, where its report is another
    monkeypatch.setattr(verbs, "finish_run", lambda run_folder, campaign: finish(run_folder, campaign))


def write_text_report(run_folder: Path, campaign: Campaign) -> None:
    (run_folder / "report.html").write_text(campaign.client, encoding="utf-8")


def make_campaign(folder: Path, text: str = CAMPAIGN) -> Path:
    (folder / "data").mkdir(parents=True)
    (folder / "campaign.yaml").write_text(text, encoding="utf-8")
    return folder


# ------------------------------------------------------------------------------------- new, check


def test_a_new_campaign_can_be_checked_at_once(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "my clients/spring"]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("  xhs check"))
    assert shlex.split(line, posix=os.name != "nt")[2].strip('"') == str(Path("my clients/spring"))
    assert main(["check", "my clients/spring"]) == 0
    told = capsys.readouterr().out
    assert "client      New client (placeholder: set client in campaign.yaml)" in told
    assert "window      every note in data/" in told
    assert "data/ holds no exports yet" in told


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
def test_what_is_told_to_type_can_be_pasted(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", 'evil "x" <b> $HOME']) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("  xhs check"))
    assert shlex.split(line) == ["xhs", "check", 'evil "x" <b> $HOME']


def test_a_check_shows_the_campaign_and_its_files(campaign: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (campaign / "data" / "creators.csv").write_text(SHEET, encoding="utf-8")
    (campaign / "data" / "odd.csv").write_text("alpha,beta\nx,y\n", encoding="utf-8")
    assert main(["check", "spring"]) == 0
    told = capsys.readouterr().out
    for line in (
        "objective   sales and trust",
        "window      from 2026-07-01",
        "budget      50,000 NZD = 210,000 CNY (4.2 CNY a NZD on 2026-06-30)",
        "themes      Gifts",
        "briefs need the message and selling points with their proof: ask the client",
        "agency      defaults: KOC from 0 followers, KOL from 10,000 followers",
        "creators, 2 rows",
        "  left out as private: Bio(text)",
        "  not recognised",
        "Questions, each with the answer",
    ):
        assert line in told
    assert "odd.csv" in told.split("Questions, each with the answer")[1]


def test_an_anonymous_check_keeps_counts_and_nothing_of_the_client(
    campaign: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = SHEET.replace("Bio(text)", "Zorblax 预算").replace("25000", "Quuxo")
    (campaign / "data" / "Zorblax creators.csv").write_text(sheet, encoding="utf-8")
    (campaign / "data" / "odd.csv").write_text("Zorblax,Frobnitz\nx,y\n", encoding="utf-8")
    assert main(["check", "--all", "spring"]) == 0
    told = capsys.readouterr().out
    assert all(name in told for name in ("Zorblax", "Quuxo", "Frobnitz", "Harbour", "50,000"))
    assert main(["check", "--all", "--anonymous", "spring"]) == 0
    told = capsys.readouterr().out
    hidden = ("Zorblax", "Quuxo", "Frobnitz", "Harbour", "Tours", "Gifts", "50,000", "4.2", "odd", "2026")
    assert [name for name in hidden if name in told] == []
    for kept in (
        f"xhs-toolkit {__version__}",
        "objective   sales and trust",
        "creators, 2 rows",
        "图文报价",
        "file 2.csv",
    ):
        assert kept in told


def test_a_check_stays_on_one_screen(capsys: pytest.CaptureFixture[str]) -> None:
    import pandas as pd

    from xhs_toolkit.cli.overview import describe_exports

    sheet = {
        "file": "a.xlsx",
        "sheet": "Sheet1",
        "kind": "agency_creators",
        "n_rows": 1200,
        "first_date": pd.Timestamp("2026-07-01"),
        "last_date": pd.Timestamp("2026-07-09"),
        "columns_read": "a → x; b → y",
        "columns_ignored": "; ".join("abcdefghij"),
        "columns_private": "",
        "units_assumed": "one_share: percent; two_share: percent; three_share: fraction",
    }
    problems = [Problem("is not a number", "write 12000", "a.xlsx", row=row) for row in range(50)]
    assert describe_exports(pd.DataFrame([sheet]), problems=problems).splitlines()[1:6] == [
        "a.xlsx · Sheet1",
        "  agency_creators, 1,200 rows, 2026-07-01 to 2026-07-09, 2 columns read",
        "  read as percent: one_share, two_share",
        "  read as fraction: three_share",
        "  not used: a, b, c, d, e, f and 4 more",
    ]
    assert "and 38 more" in describe_exports(pd.DataFrame([sheet]), problems=problems)
    assert "Nothing needs a human." in describe_exports(pd.DataFrame([sheet]), problems=[])


# --------------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["check", "missing"], "There is no folder missing"),
        (["run", "missing"], "There is no folder missing"),
        (["report", "spring"], "has no complete run yet"),
        (["new", "spring"], "is not empty"),
        (["demo", "spring/data/x.csv"], "is not empty"),
        (["lab", "missing"], "There is no folder missing"),
        (["run", "spring", "--jobs", "0"], "'0' is not a number of campaigns"),
        (["nothing"], "invalid choice"),
        (["chek", "spring"], "Did you mean check?"),
        (["today", "spring", "--language", "eng"], "Did you mean en?"),
    ],
)
def test_a_users_mistake_is_told_without_a_traceback(
    campaign: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    expected: str,
) -> None:
    (campaign / "data" / "x.csv").write_text("a", encoding="utf-8")
    monkeypatch.setattr(verbs, "bundled_folder", lambda name: campaign.parent)
    make_campaign(campaign.parent / "sample_campaign")
    code = run_main(arguments)
    told = capfd.readouterr().err
    assert code == 2
    assert expected in told
    assert "Traceback" not in told


def run_main(arguments: list[str]) -> int:
    """The exit code, also where the parser leaves by itself."""
    try:
        return main(arguments)
    except SystemExit as left:
        return int(left.code or 0)


def test_a_missing_data_folder_is_told(campaign: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (campaign / "data").rmdir()
    assert main(["check", "spring"]) == 2
    assert "Make the folder and put your exports into it" in capsys.readouterr().err


def test_a_missing_extra_is_named(
    campaign: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab, "find_spec", lambda name: None)
    assert main(["lab", "spring"]) == 2
    assert 'pip install "xhs-toolkit[lab]"' in capsys.readouterr().err
    assert main(["lab", "spring", "--app"]) == 2
    assert 'Voilà is not installed. Install it with: pip install "xhs-toolkit[lab,app]"' in capsys.readouterr().err
    assert not (campaign / "explore").exists()


# ------------------------------------------------------------------------------ run, demo, report


@pytest.mark.usefixtures("one_notebook")
def test_a_run_says_where_the_report_is_and_report_writes_it_again(
    campaign: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "spring", str(campaign)]) == 0
    run = (campaign / "runs" / "latest.txt").read_text(encoding="utf-8").strip()
    report = Path("spring", "runs", run, "report.html")
    told = capfd.readouterr()
    lines = told.out.splitlines()
    assert lines[0] == "spring  1/2  6_results  …"
    assert lines[1].startswith("spring  1/2  6_results  done, ")
    assert lines[2] == "spring  2/2  report  …"
    assert lines[-1] == f"spring  report: {report}"
    assert told.err == ""

    report.write_text("old", encoding="utf-8")
    assert main(["report", "spring"]) == 0
    assert report.read_text(encoding="utf-8") == "Harbour Tours"
    assert capfd.readouterr().out == f"Report: {report}\n"


OPENS = """
from xhs_toolkit import open_campaign
work = open_campaign(campaign_folder)
page = work.start_page("6_results", run_folder, language=language)
page.say(work.summarise_files(), kind="answer")
page.write()
"""


@pytest.mark.xdist_group("notebooks")
def test_what_could_not_be_read_or_changed_meanwhile_marks_the_run_until_a_person_accepts_it(
    campaign: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A truncated workbook, and a file that is added while the run is at work."""
    (campaign / "data" / "orders.xlsx").write_bytes(b"PK\x03\x04 cut off")
    late = "open(f'{campaign_folder}/data/late.csv', 'w').close()"
    cells = [nbformat.v4.new_code_cell(source) for source in (OPENS, late)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), campaign.parent / "6_results.ipynb")
    monkeypatch.setattr(verbs, "list_notebooks", lambda: [campaign.parent / "6_results.ipynb"])

    assert main(["run", "spring"]) == verbs.WITHHELD
    told = capfd.readouterr().out
    assert "  through, 1 file unreadable: xhs check" in told
    assert "  data/late.csv was added while the run was at work" in told
    run_folder = find_latest_run(campaign)
    summary = read_summary(run_folder)
    assert summary.sendable is False
    assert (summary.inputs.read, len(summary.inputs.unreadable)) == (("orders.xlsx",), 1)
    faults = read_findings(run_folder).faults
    assert {(fault.check, fault.file) for fault in faults} == {("withheld", "data"), ("input", "data/late.csv")}

    accept = ["report", "spring", "--accept", *(fault.id for fault in faults), "--by", "Mei", "--reason", "late copy"]
    assert main(accept) == 0
    assert main(["report", "spring", "--check"]) == 0
    assert read_summary(run_folder).sendable is True


@pytest.mark.usefixtures("one_notebook")
def test_a_failed_run_exits_with_1_and_the_others_go_on(campaign: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (campaign / "fail").touch()
    other = make_campaign(campaign.parent / "autumn")
    assert main(["run", "spring", "autumn", "--jobs", "2"]) == 1
    told = capfd.readouterr()
    assert 'spring: 6_results stopped at cell [3] under "A question".\nAssertionError: 出错了' in told.err
    assert "Traceback" not in told.err
    assert "1 of 2 campaigns are through." in told.out, told.err
    assert (other / "runs" / "latest.txt").is_file()


@pytest.mark.usefixtures("one_notebook")
def test_a_file_that_could_not_be_read_marks_the_run(campaign: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (campaign / "data" / "notes.xlsx").write_bytes(b"PK\x03\x04" + bytes(50))
    assert main(["run", "spring"]) == verbs.WITHHELD
    assert "  through, 1 file unreadable: xhs check" in capfd.readouterr().out
    [run] = (campaign / "runs").glob("20*")
    summary = read_summary(run)
    assert summary.inputs is not None
    assert summary.inputs.read == ("notes.xlsx",)
    assert summary.withheld == ("notes.xlsx: is damaged or cut off. Fix: export or download it again.",)


@pytest.mark.usefixtures("one_notebook")
def test_wrong_settings_of_one_campaign_leave_the_others_running(
    campaign: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_campaign(campaign.parent / "wrong", "objective: fame\n")
    assert main(["run", "wrong", "spring"]) == 2
    assert "'fame' is not one of awareness" in capsys.readouterr().err
    assert (campaign / "runs" / "latest.txt").is_file()


@pytest.mark.usefixtures("one_notebook")
def test_a_demo_copies_the_sample_once_and_runs_it(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_campaign(here / "templates" / "sample_campaign")
    monkeypatch.setattr(verbs, "bundled_folder", lambda name: here / name)
    assert main(["demo"]) == 0
    place = here / "demo" / "Harbour-Tours-Spring"
    assert (place / "runs" / "latest.txt").is_file()
    assert "The synthetic sample campaign is in" in capsys.readouterr().out
    assert main(["demo"]) == 0
    assert "is there already and is run as it is" in capsys.readouterr().out
    assert not (here / "templates" / "sample_campaign" / "runs").exists()


# ----------------------------------------------------------------------------------- the console


def test_the_version_and_the_help_are_quick_and_import_nothing_heavy(here: Path) -> None:
    code = "import sys\nfrom xhs_toolkit.cli import main\ntry: main(['--version'])\nexcept SystemExit: pass\n"
    code += "import json; print(json.dumps(sorted({'pandas', 'numpy', 'pydantic', 'papermill'} & set(sys.modules))))\n"
    code += "import time; print(time.process_time())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    version, heavy, seconds = done.stdout.splitlines()
    assert version == f"xhs-toolkit {__version__}"
    assert json.loads(heavy) == []
    assert float(seconds) < 0.3


def test_nothing_to_do_shows_the_help_and_the_campaigns_here(
    campaign: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main([]) == 0
    told = capsys.readouterr().out
    assert "usage: xhs" in told
    assert told.endswith("campaigns here:\n  spring\n")
    monkeypatch.chdir(campaign / "data")
    assert main([]) == 0
    assert capsys.readouterr().out.endswith("none: xhs new FOLDER starts one\n")


def test_a_narrow_code_page_does_not_stop_a_command(campaign: Path) -> None:
    (campaign / "campaign.yaml").write_text("client: 港湾之旅 ✨\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "xhs_toolkit", "check", "spring"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "港湾之旅 ✨" in done.stdout.decode("utf-8")
