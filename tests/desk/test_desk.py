"""The desk names the events that were planted and nothing else, in a moment, and keeps the agency's money apart."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from golden_words import check_golden, write_out
from made_agency import EVENTS, ZONE, make_agency

from xhs_toolkit.bundled import list_languages
from xhs_toolkit.cli import main
from xhs_toolkit.desk import look_at_campaign, summarise_month, write_month_page, write_today_page
from xhs_toolkit.desk.course import estimate_chance
from xhs_toolkit.desk.search import compare_words, tell_words
from xhs_toolkit.desk.today import find_gone, measure_last_gain, tell_last_gain
from xhs_toolkit.errors import CampaignError
from xhs_toolkit.files import list_campaigns
from xhs_toolkit.findings import Finding
from xhs_toolkit.scorecard import Target, update_summary
from xhs_toolkit.scorecard.summary import Figure, Forecast, Money, MoneySummary, Outcome, read_summary
from xhs_toolkit.tables import TABLES, conform

TODAY = date(2026, 9, 16)


def check_agency(folder: Path, *, seed: int, n_clients: int, n_campaigns: int, today: date) -> Counter[str]:
    """Each campaign's desk says what was planted in it; returns how often each event was."""
    made = make_agency(folder, seed=seed, n_clients=n_clients, n_campaigns=n_campaigns, today=today)
    assert list_campaigns([folder]) == [each.folder for each in made]
    found: Counter[str] = Counter()
    for each in made:
        desk = look_at_campaign(each.folder, today=today)
        assert {finding.code for finding in desk.to_do} == each.codes, each.folder.name
        assert not desk.changed
        found.update(each.codes)
    return found


def test_a_twentieth_of_a_year_names_what_was_planted_and_nothing_else(tmp_path: Path) -> None:
    check_agency(tmp_path, seed=7, n_clients=3, n_campaigns=10, today=TODAY)


@pytest.mark.slow
def test_a_year_of_an_agency_names_what_was_planted_and_nothing_else(tmp_path: Path) -> None:
    days = [date(2026, 1, 15) + timedelta(days=30 * month) for month in range(12)]
    found = Counter[str]()
    for month, day in enumerate(days):
        folder = tmp_path / f"{day:%Y-%m}"
        found += check_agency(folder, seed=month, n_clients=30, n_campaigns=17, today=day)
        told = summarise_month(list_campaigns([folder]), month=f"{day:%Y-%m}")
        assert len(told.targets) == len(told.spent) == 17
        met = [read_summary(each / "runs" / (each / "runs" / "latest.txt").read_text().strip()) for each in
               list_campaigns([folder])]  # fmt: skip
        assert told.targets["verdict"].tolist() == [summary.targets[0].verdict for summary in met]
    assert set(found) == set(EVENTS)


def test_thirty_unchanged_campaigns_take_less_than_ten_seconds(tmp_path: Path) -> None:
    made = make_agency(tmp_path, seed=1, n_clients=10, n_campaigns=30, today=TODAY)
    begun = time.process_time()
    for each in made:
        look_at_campaign(each.folder, today=TODAY)
    assert time.process_time() - begun < 10


def test_today_is_printed_as_lines_a_page_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clients = tmp_path / "clients"
    made = make_agency(clients, seed=3, n_clients=2, n_campaigns=4, today=TODAY)
    (clients / "broken").mkdir()
    (clients / "broken" / "campaign.yaml").write_text("budget: [", encoding="utf-8")
    asks = sum(bool(each.codes) for each in made)
    page = tmp_path / "today.html"
    assert main(["today", str(clients), "--on", str(TODAY), "--page", str(page)]) == 1
    assert f"{4 - asks} of 5 campaigns without anything to do." in capsys.readouterr().out
    assert main(["today", str(clients), "--on", str(TODAY), "--json", "--language", "zh"]) == 1
    told = json.loads(capsys.readouterr().out)
    codes = {Path(each["folder"]).name: {line["code"] for line in each["to_do"]} for each in told}
    assert codes == {each.folder.name: set(each.codes) for each in made} | {"broken": {"desk.broken"}}
    text = page.read_text(encoding="utf-8")
    assert text.count("<h2>") == asks + 1
    assert "http" not in text


def test_what_the_latest_run_changed_is_told_while_it_is_new(tmp_path: Path) -> None:
    folder = make_agency(tmp_path, seed=2, n_clients=1, n_campaigns=1, today=TODAY)[0].folder
    before = folder / "runs" / (folder / "runs" / "latest.txt").read_text().strip()
    now = folder / "runs" / f"{TODAY}T000000Z"
    now.mkdir()
    for name in ("manifest.json", "summary.json"):
        (now / name).write_bytes((before / name).read_bytes())
    (folder / "runs" / "latest.txt").write_text(now.name)
    assert not look_at_campaign(folder, today=TODAY).changed
    target = read_summary(now).targets[0]
    update_summary(now, targets=(target.model_copy(update={"measured": 240_000.0, "verdict": "met"}),))
    changed = look_at_campaign(folder, today=TODAY).changed
    assert [each.code for each in changed] == ["desk.moved" if target.verdict == "met" else "desk.now_met"]
    assert not look_at_campaign(folder, today=TODAY + timedelta(days=9)).changed


def test_the_odds_are_those_of_what_is_still_to_come() -> None:
    forecast = Forecast(p10=50_000, p50=100_000, p90=200_000)
    target = Target(metric="views", unit="views", promised=100_000, measured=50_000, verdict="missed")
    assert estimate_chance(target, forecast, share=0.5) == pytest.approx(0.5)
    assert estimate_chance(target, forecast, share=0.25) == pytest.approx(0.1)
    assert estimate_chance(target, forecast, share=1.0) == pytest.approx(0.9)


def test_a_note_is_gone_only_from_the_newest_file_of_its_source() -> None:
    rows = [("a", "x", "1", 1), ("b", "x", "1", 1), ("c", "x", "1", 1), ("a", "x", "2", 2), ("b", "x", "2", 2)]
    snapshots = pd.DataFrame(rows, columns=["note_id", "source", "source_file", "day"])
    snapshots = snapshots.assign(
        as_of=pd.Timestamp("2026-09-01", tz="UTC") + pd.to_timedelta(snapshots["day"], unit="D")
    )
    assert find_gone(snapshots) == {"c"}
    later = snapshots.iloc[[2]].assign(source="y", as_of=snapshots["as_of"].max())
    assert find_gone(pd.concat([snapshots, later])) == set()
    assert find_gone(snapshots[snapshots["source_file"].eq("1")]) == set()
    assert find_gone(snapshots[~snapshots["note_id"].eq("b")]) == set()  # a file of half the notes is another part


def test_snapshots_tell_growth_late_bloomers_and_stalled_notes(tmp_path: Path) -> None:
    now = pd.Timestamp(TODAY, tz=ZONE)
    seen = {"old": (90, 800, 1000), "late": (90, 1000, 2000), "young": (10, 500, 900), "still": (10, 500, 504)}
    rows = [
        (note, "x", f"{back}.csv", now - pd.Timedelta(days=back), views)
        for note, (_, before, after) in seen.items()
        for back, views in ((9, before / 2), (7, before), (0, after))
    ]
    rows.append(("old", "y", "y.csv", now - pd.Timedelta(days=7), 1.0))  # of another source: says nothing of growth
    snapshots = pd.DataFrame(rows, columns=["note_id", "source", "source_file", "as_of", "views"])
    posted = [now - pd.Timedelta(days=age) for age, _, _ in seen.values()]
    notes = pd.DataFrame({"note_id": list(seen), "posted_at": posted})
    gains = measure_last_gain(snapshots, notes).set_index("note_id")
    assert gains.loc["late", ["before", "views", "days", "age_days"]].tolist() == [1000, 2000, 7, 90]
    assert gains.loc["late", "day_ratio"] == pytest.approx((1000 / 7) / (1000 / 83))
    told = {found.code: (found.values, names) for found, names in tell_last_gain(gains.reset_index())}
    assert told["desk.grown"][0] == {"n_notes": 4, "change_ratio": pytest.approx(4404 / 2800), "n_days": 7}
    assert {name: names for name, (_, names) in told.items()} == {
        "desk.grown": [], "desk.late_bloomers": ["old", "late"], "desk.stalled": ["still"]
    }  # fmt: skip
    assert not list(tell_last_gain(measure_last_gain(snapshots[snapshots["source"].eq("y")], notes)))
    folder = make_month(tmp_path)[0]
    snapshots.to_parquet(folder / "runs" / ".tables" / "key" / "tables.notes.parquet")
    run = folder / "runs" / (folder / "runs" / "latest.txt").read_text().strip()
    told = {"creator_name": "A", "creator_id": None, "text": "合作", "tags": None, "scope": "paid", "source": "x"}
    notes.assign(title=notes["note_id"], **told).to_parquet(run / "tables" / "6_results_notes.parquet")
    changed = look_at_campaign(folder, today=date.fromisoformat(run.name[:10])).changed
    assert [each.values.get("names") for each in changed] == [None, "old, late", "still"]


def make_words() -> pd.DataFrame:
    """Three search words over two weeks: one rises, one falls, one stays; places by impressions."""
    days = pd.date_range("2026-08-25", periods=14)
    clicks = {"徒步": [10] * 7 + [20] * 7, "露营": [20] * 7 + [8] * 7, "背包": [15, 14] * 7}
    rows = [
        {
            "date": day,
            "keyword": word,
            "clicks": n,
            "impressions": 100.0 * n,
            "spend_cny": 5.0 * n,
            "rank": 2 + (n > 10),
        }
        for word, counts in clicks.items()
        for day, n in zip(days, counts, strict=True)
    ]
    told = {"placement_kind": "search", "level": "keyword", "source": "juguang_report", "source_file": "words.xlsx"}
    frame = pd.DataFrame(rows).assign(**told, first_place_share=0.25, source_row=range(2, 44))
    return conform(frame, TABLES["ad_days"])


def test_search_words_gain_and_lose_beyond_chance_alone() -> None:
    last = pd.Timestamp("2026-09-07")
    week = {"first": last - pd.Timedelta(days=6), "last": last, "before": last - pd.Timedelta(days=13)}
    found = compare_words(make_words(), **week).set_index("keyword")
    assert found["verdict"].to_dict() == {"徒步": "gained", "露营": "lost", "背包": ""}
    assert found.loc["徒步", ["clicks", "clicks_before", "change_ratio", "rank"]].tolist() == [140, 70, 2, 3]
    assert found["first_place_share"].tolist() == [0.25] * 3
    assert dict(tell_words(make_words())) == {"desk.words_gained": ["徒步"], "desk.words_lost": ["露营"]}
    few = make_words().assign(clicks=1.0)
    assert not list(tell_words(few))
    assert not list(tell_words(few.iloc[:0]))
    new = compare_words(make_words().iloc[7:14], **week)  # no week before in the files: nothing gained
    assert new["verdict"].tolist() == [""]


def test_followers_and_words_are_news_of_the_latest_run(tmp_path: Path) -> None:
    folder = make_agency(tmp_path, seed=2, n_clients=1, n_campaigns=1, today=TODAY)[0].folder
    run = folder / "runs" / (folder / "runs" / "latest.txt").read_text().strip()
    stored = folder / "runs" / ".tables" / "key"
    make_words().to_parquet(stored / "tables.ad_days.parquet")
    notes = pd.read_parquet(run / "tables" / "6_results_notes.parquet")
    posted = notes.assign(posted_at=pd.Timestamp("2026-08-20", tz=ZONE), creator_id=None)
    posted.to_parquet(run / "tables" / "6_results_notes.parquet")
    who = notes["creator_name"].drop_duplicates().head(2).tolist()
    counts = [(name, day, n) for name, n, m in ((who[0], 1000, 1100), (who[1], 2000, 1900), ("Somebody", 9, 99))
              for day, n in (("2026-08-01", n), ("2026-09-01", m))]  # fmt: skip
    frame = pd.DataFrame(counts, columns=["creator_name", "as_of", "followers"])
    frame = frame.assign(creator_id=None, as_of=pd.to_datetime(frame["as_of"], utc=True))
    frame.to_parquet(stored / "tables.follower_counts.parquet")
    told = {each.code: each.values for each in look_at_campaign(folder, today=TODAY - timedelta(days=7)).changed}
    assert told["desk.followers"] == {"n_creators": 2, "change_share": 0}
    assert told["desk.followers_lost"]["names"] == who[1]
    assert told["desk.words_gained"]["names"] == "徒步"


# ---------------------------------------------------------------------------------------- the month


def make_month(folder: Path) -> list[Path]:
    made = [each.folder for each in make_agency(folder, seed=5, n_clients=2, n_campaigns=3, today=TODAY)]
    for each in made:
        run = each / "runs" / (each / "runs" / "latest.txt").read_text().strip()
        amount = {name: Money(cny=value) for name, value in (("total", 84_000.0), ("committed", 4_200.0))}
        amount |= {name: Money(cny=126_000.0) for name in ("planned", "budget")} | {"overspent": Money(cny=0.0)}
        figure = Figure(value=9, unit="leads", n=3)
        leads = Outcome(metric="leads", attributed=figure, trade=figure, daily={"2026-08-31": 4, "2026-09-02": 5})
        money = MoneySummary(**amount, by_scope={}, by_item={}, by_state={})
        update_summary(run, money=money, outcomes=(leads,))
        notes = pd.read_parquet(run / "tables" / "6_results_notes.parquet").head(3)
        days = pd.to_datetime(["2026-08-31T11:00Z", "2026-09-01T00:00Z", "2026-09-30T10:00Z"]).tz_convert(ZONE)
        told = {"views": [500.0, 1_000, 2_000], "engagement": [10.0, 40, 50], "total_cny": [4_200.0, 2_100, None]}
        notes = notes.assign(posted_at=days, is_costed=[True, True, False], **told)
        notes.to_parquet(run / "tables" / "6_results_notes.parquet")
        named = {"brand_name": "示例竞品", "n_notes": [3, 9], "notes_share": [0.25, 0.75], "engagement_share": None}
        voice = pd.DataFrame({"month": ["2026-09", "2026-08"], **named, "search_words": "徒步"})
        voice.to_parquet(run / "tables" / "6_results_voice.parquet")
    return made


def test_the_month_is_summed_in_the_agencys_currency_and_no_client_sees_its_money(tmp_path: Path) -> None:
    folders = make_month(tmp_path)
    month = summarise_month(folders, month="2026-09")
    assert month.currency == "NZD"
    assert (
        month.spent[["spent", "committed", "budget", "margin"]].to_numpy().tolist()
        == [[20_000, 1_000, 30_000, 9_000]] * 3
    )
    assert month.targets["forecast"].tolist() == [110_000] * 3
    agency, *clients = write_month_page(tmp_path, month, language="zh")
    assert "NZD\u00a09,000" in agency.read_text(encoding="utf-8")
    assert len(clients) == 2
    assert month.named[["brand_name", "n_notes", "search_words"]].to_numpy().tolist() == [["示例竞品", 3, "徒步"]] * 3
    for page in clients:
        text = page.read_text(encoding="utf-8")
        assert "<td>示例竞品</td><td>3</td><td>25.0%</td><td>徒步</td>" in text
        assert not any(word in text for word in ("9,000", "20,000", "毛利", "NZD"))
        others = {"Client 00", "Client 01"} - {text.split("<h1>")[1].split(" ·")[0]}
        assert not any(other in text for other in others)
    assert summarise_month(folders, month="2026-12").spent.empty
    with pytest.raises(CampaignError, match="write 2026-09"):
        summarise_month(folders, month="September")
    with pytest.raises(CampaignError, match="exchange_rates"):
        summarise_month(folders, month="2026-09", currency="AUD")


def test_the_months_figures_are_those_of_the_notes_posted_in_it(tmp_path: Path) -> None:
    month = summarise_month(make_month(tmp_path), month="2026-09", currency="NZD")
    for row in month.posted.to_dict("records"):
        assert row["n_posted"] == 2  # a third was posted at the end of August in Auckland
        assert (row["views"], row["engagement"], row["leads"]) == (3_000, 90, 5)
        assert (row["cost"], row["cost_per_view"]) == (pytest.approx(500), pytest.approx(0.5))
    earlier = summarise_month(list_campaigns([tmp_path]), month="2026-08", currency="CNY").posted
    assert earlier["n_posted"].tolist() == [1, 1, 1]
    assert earlier["cost"].tolist() == [4_200] * 3
    agency = write_month_page(tmp_path, month, language="en")[0].read_text(encoding="utf-8")
    assert "6 notes posted in 3 campaigns, 9,000 views so far; they cost NZD 1,500 with their ads." in agency


def test_the_month_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_month(tmp_path / "clients")
    pages = tmp_path / "pages"
    assert main(["month", str(tmp_path / "clients"), "--month", "2026-09", "--pages", str(pages)]) == 0
    assert capsys.readouterr().out.count("campaign_00") == 12
    assert main(["month", str(tmp_path / "clients"), "--month", "2026-09", "--language", "zh"]) == 0
    told = capsys.readouterr().out
    assert "本月发布" in told
    assert not re.search("[A-Z][a-z]+ (?!0)", told)  # but the clients' names
    assert len(list(pages.glob("*.html"))) == 3
    assert main(["month", str(tmp_path / "clients"), "--month", "2026-09", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["targets"]) == 3


# ---------------------------------------------------------------------------------------- the words

LISTED = {"n_rows": 2, "names": "Ana, Bo"}
COURSE = {"metric": "views", "value": 60_000.0, "target": 100_000.0}
CASES = [
    ("", Finding("desk.title_today", {"date": "2026-09-16"})),
    ("", Finding("desk.title_month", {"x": "2026-09"})),
    ("one", Finding("desk.month_sum", {"n_notes": 1, "n_campaigns": 1, "views": None, "x": None})),
    ("two", Finding("desk.month_sum", {"n_notes": 9, "n_campaigns": 2, "views": 64_000.0, "x": "NZD 900"})),
    *((str(n), Finding("desk.nothing_to_do", {"n_rows": 1, "n_campaigns": n})) for n in (1, 4)),
    *((str(n), Finding("desk.quiet", {"n_campaigns": n})) for n in (0, 1, 4)),
    ("", Finding("desk.broken", {"x": "campaign.yaml cannot be used"})),
    *(
        (case, Finding(f"desk.{name}", values))
        for name in ("files", "unreadable", "questions", "drafts_overdue", "posts_overdue", "product_silent", "unpaid")
        for case, values in (("one", {"n_rows": 1, "names": "Ana"}), ("two", LISTED))
    ),
    ("", Finding("desk.boost", {**LISTED, "metric": "leads"})),
    *((name, Finding(f"desk.{name}", LISTED)) for name in ("gone", "undisclosed", "book_edited")),
    *(("", Finding(f"desk.{name}", {**COURSE, "chance_share": 0.62})) for name in ("on_course", "off_course")),
    *(("", Finding(f"desk.{name}", COURSE)) for name in ("short", "now_met", "now_missed")),
    ("", Finding("desk.moved", {**COURSE, "change_ratio": 1.3})),
    *((str(n), Finding("desk.grown", {"change_ratio": 1.2, "n_days": n, "n_notes": n})) for n in (1, 7)),
    *((name, Finding(f"desk.{name}", LISTED)) for name in ("late_bloomers", "stalled")),
    *((str(n), Finding("desk.followers", {"change_share": 0.03 * (n - 4), "n_creators": n})) for n in (1, 7)),
    *((name, Finding(f"desk.{name}", LISTED)) for name in ("followers_lost", "words_gained", "words_lost")),
    ("", Finding("desk.more_notes", {"n_notes": 14, "n_before": 12})),
]


@pytest.mark.parametrize("language", list_languages())
def test_the_sentences_are_the_golden_ones(language: str) -> None:
    check_golden(f"desk.{language}", write_out("desk", CASES, language=language))


@pytest.mark.parametrize("language", list_languages())
def test_a_page_says_everything_in_its_language(tmp_path: Path, language: str) -> None:
    desk = [look_at_campaign(each, today=TODAY) for each in make_month(tmp_path)]
    text = write_today_page(tmp_path / "t.html", desk, today=TODAY, language=language).read_text(encoding="utf-8")
    assert f'lang="{language}"' in text
    assert text.count("<li>") == sum(len(each.to_do) for each in desk)
