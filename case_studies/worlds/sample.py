"""The bundled sample campaign: ``python -m case_studies.worlds.sample`` writes it, ``--check`` compares it.

Compared is what the files say, cell by cell, not their bytes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from case_studies.worlds.creator_files import make_agency_sheet, make_dandelion_medians
from case_studies.worlds.files import write_csv_file, write_json_file, write_workbook_file
from case_studies.worlds.money_files import make_juguang_keywords, make_juguang_notes, make_outcome_sheet
from case_studies.worlds.note_files import (
    make_crawler_records,
    make_creator_center,
    make_dandelion_notes,
    make_totals,
)
from case_studies.worlds.pool import PoolSettings, list_twice, plant_pool
from case_studies.worlds.settings import WorldSettings, WorldTheme
from case_studies.worlds.words import NOTICE, SYNTHETIC
from case_studies.worlds.world import World, make_truth, make_world, write_truth
from xhs_toolkit.bundled import bundled_folder

SEED = 141
FOLDER = "sample_campaign"
CREATOR_CENTER_TITLE = f"最多导出排序后前1000条笔记（{SYNTHETIC}）"
CRAWLED_AT = (
    datetime(2026, 7, 20, 1, 0, tzinfo=UTC),
    datetime(2026, 7, 27, 1, 0, tzinfo=UTC),
    datetime(2026, 8, 2, 1, 0, tzinfo=UTC),
)
EARLY = datetime(2026, 8, 24, 2, 0, tzinfo=UTC)
LATE = datetime(2026, 10, 19, 2, 0, tzinfo=UTC)

LONG_TITLE = "装备" + "超级长的标题会不会把表格撑坏，我们就来试一试，" * 12 + "完。"
NO_THEME_TITLE = "🇳🇿"
THEMES = (
    WorldTheme(
        "Day walks",
        "一日徒步",
        ("徒步", "步道", "day walk", "hike"),
        (
            "{place}徒步｜来回三小时，新手也能走",
            "周末去{place}走步道，风景不输瑞士🏔️",
            "{place}春天第一场徒步，路线全写好了",
            "不用爬升！{place}最温柔的一条步道",
            "Day walk从{place}出发，带一壶热茶就够",
            "{place} hike日记：走到腿软也值得",
        ),
        odd_titles=(
            "徒步☀️🥾👨‍👩‍👧‍👦全家出动｜春天就该这样过！！！",
            "<b>步道</b><script>alert('hi')</script> & 风景 <img src=x>",
            "+64 徒步救援电话要存好 | *必看* _收藏_ [链接](#)",
        ),
        click_logit=0.15,
    ),
    WorldTheme(
        "Family weekends",
        "亲子周末",
        ("亲子", "带娃", "野餐", "family"),
        (
            "{place}亲子一日游，三岁也能玩得动",
            "带娃去{place}｜停车、厕所、野餐位都标好了",
            "{place}野餐清单🧺照着带就对了",
            "Family weekend：{place}放电攻略",
            "遛娃天花板！{place}亲子路线",
            "{place}带娃看羊驼，孩子不想回家",
        ),
        odd_titles=(
            "=SUM(A1:A9) 亲子游花费一览",
            "@全体带娃 的爸妈 #野餐 “引号” 'quotes' \\n 100%",
            NO_THEME_TITLE,
        ),
        reach_log=0.35,
    ),
    WorldTheme(
        "Gear tips",
        "装备攻略",
        ("装备", "冲锋衣", "背包", "gear"),
        (
            "{place}户外装备清单，少带三公斤",
            "冲锋衣怎么选？在{place}淋了三场雨后的结论",
            "一只背包走{place}，我都装了什么",
            "Gear check：{place}春天穿什么",
            "新手装备别乱买｜{place}实测",
        ),
        odd_titles=("花了$49.90 or $490？这只背包到底值不值 $x_1$", LONG_TITLE),
        reach_log=-0.2,
        click_logit=-0.2,
    ),
)
SETTINGS = WorldSettings(
    themes=THEMES,
    start=date(2026, 8, 3),
    end=date(2026, 9, 13),
    earlier_paid_notes=(3, 8),
    boosted_share=0.3,
)
"""A small campaign whose 28 creators are all booked: what tests and benchmarks vary."""
SAMPLE = replace(
    SETTINGS,
    n_koc=172,
    n_kol=72,
    n_booked=30,
    name_endings=("在路上", "的周末", "小日子", "爱散步", "碎碎念", "在南岛"),
    everyday_notes=(4, 8),
    themed_share=0.4,
    n_bought_fans=6,
)
POOL = PoolSettings(rival="示例威卡户外")

CAMPAIGN = """\
# An invented campaign: every creator, note and figure in data/ was made up by the toolkit's generator.

client: Kea Outdoor (synthetic sample)
client_zh: Kea 户外（合成样例）
campaign: Spring walks
campaign_zh: 春日徒步
synthetic: yes
objective: awareness
markets: [NZ, AU]

window:
  start: 2026-08-03
  end: 2026-09-13

budget:
  amount: 26000
  currency: NZD
  cny_per_unit: 4.15
  rate_date: 2026-07-31

category: outdoor

themes:
{themes}

targets:
  exposure: 5000000
  views: 850000
  engagement: 70000
  click_rate: 8%
  cost_per_view_cny: 0.2

sourcing:
  brief: relaxed weekends outdoors for young families and first-time walkers
  competitors: [{rival}]
  competitor_days: 90
  min_followers: 1500
  max_price_cny: 8000
  long_list: 120

content:
  message: {{zh: 周末也能走进自然, en: Nature is a weekend away}}
  selling_points:
    - {{zh: 冲锋衣三层防水，重380克, en: "A three-layer waterproof jacket of 380 g", proof: 示例检测报告 2026-06}}
    - {{zh: 三年内免费修补, en: "Free repairs for three years", proof: 示例户外保修条款}}
  must_say:
    - {{zh: 出发前查看步道状态, en: Check the track's status before you go}}

languages: [en, zh]
time_zone: Pacific/Auckland
brand_names: [Kea Outdoor, 示例户外]
hashtags: [示例户外]

files:
  # A creator-centre export does not say whose it is.
  - file: creator_center*.xlsx
    creator_id: {creator_id}
    creator_name: {creator_name}
"""


def make_sample_world(settings: WorldSettings = SAMPLE, *, seed: int = SEED) -> World:
    """The sample's world: a pool of 244 creators of whom 30 were booked."""
    return plant_pool(make_world(settings, seed=seed), POOL)


def write_sample(folder: Path, *, settings: WorldSettings = SAMPLE, seed: int = SEED) -> Path:
    """Write the sample campaign: ``campaign.yaml``, ``data/`` and, outside of it, ``truth.json``."""
    world = make_sample_world(settings, seed=seed)
    creator = pick_creator(world)
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    _write_dandelion(data / "dandelion_notes_20260824.xlsx", world, as_of=EARLY)
    _write_dandelion(data / "dandelion_notes_20261019.xlsx", world, as_of=LATE)
    write_csv_file(data / "agency_creators_20260801.csv", list_twice(make_agency_sheet(world), world.creators))
    read = world._replace(notes=world.notes[world.notes["creator_id"].isin(_list_crawled(world))])
    write_json_file(data / "mediacrawler_notes.json", make_crawler_records(read, as_of=CRAWLED_AT))
    write_csv_file(data / "client_site_sessions.csv", make_outcome_sheet(world))
    listed_at = datetime(2026, 8, 1, 2, 0, tzinfo=UTC)
    known = world._replace(creators=world.creators[world.creators["kind"].ne("unknown")])
    medians = make_dandelion_medians(known, as_of=listed_at)
    write_workbook_file(
        data / "dandelion_creators_20260801.xlsx", medians, created_at=listed_at, title=NOTICE, sheet=SYNTHETIC
    )
    for name, make in (("notes", make_juguang_notes), ("keywords", make_juguang_keywords)):
        path = data / f"juguang_{name}_20261019.xlsx"
        write_workbook_file(path, make(world), created_at=LATE, title=NOTICE, sheet=SYNTHETIC)
    own_notes = make_creator_center(world, creator_id=creator["creator_id"], as_of=LATE)
    write_workbook_file(
        data / "creator_center_notes.xlsx", own_notes, created_at=LATE, title=CREATOR_CENTER_TITLE, sheet="Sheet1"
    )
    text = CAMPAIGN.format(themes="\n".join(_describe_theme(theme) for theme in THEMES), rival=POOL.rival, **creator)
    (folder / "campaign.yaml").write_text(text, encoding="utf-8", newline="\n")
    write_truth(folder, world, truth=make_sample_truth(world))
    return folder


def make_sample_truth(world: World) -> dict[str, Any]:
    """What was planted in the campaign's notes and in the pool; other notes of the pool are left out, to stay small."""
    truth = make_truth(world._replace(notes=world.notes[world.notes["scope"].eq("paid")]))
    kinds = world.creators.groupby("kind")["creator_id"].agg(list)
    return truth | {"pool": {str(kind): kinds[kind] for kind in ("rival", "unknown", "twice")}}


def _list_crawled(world: World) -> pd.Series:
    return world.creators.loc[world.creators["is_crawled"], "creator_id"]


def pick_creator(world: World) -> dict[str, str]:
    """The creator whose own export is in the sample: the booked KOC with the most video notes."""
    notes, creators = world.notes, world.creators
    videos = notes[notes["format"] == "video"].groupby("creator_id").size()
    is_booked = creators["creator_id"].isin(notes.loc[notes["scope"] == "paid", "creator_id"])
    koc = creators[is_booked & (creators["tier"] == "KOC")].set_index("creator_id")
    chosen = videos.reindex(koc.index).fillna(0).idxmax()
    return {"creator_id": str(chosen), "creator_name": str(koc.loc[chosen, "creator_name"])}


def _write_dandelion(path: Path, world: World, *, as_of: datetime) -> None:
    frame = make_dandelion_notes(world, as_of=as_of)
    write_workbook_file(path, frame, created_at=as_of, title=NOTICE, sheet=SYNTHETIC, totals=make_totals(frame))


def _describe_theme(theme: WorldTheme) -> str:
    keywords = ", ".join(theme.keywords)
    return f"  - name: {theme.name}\n    name_zh: {theme.name_zh}\n    keywords: [{keywords}]"


# ----------------------------------------------------------------------------------------- the check


def find_differences(stored: Path, fresh: Path) -> list[str]:
    """Names of files that only one of two folders has, or that say different things."""
    names = {path.relative_to(folder) for folder in (stored, fresh) for path in list_files(folder)}
    return sorted(name.as_posix() for name in names if _read_content(stored / name) != _read_content(fresh / name))


def list_files(folder: Path) -> list[Path]:
    """The files of a campaign, without what runs and lessons leave in ``runs/``."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != ".DS_Store")
    return [path for path in found if "runs" not in path.relative_to(folder).parts]


def _read_content(path: Path) -> Any:
    """What a file says: cells and properties of a workbook, lines of a text; None where there is no file."""
    if not path.is_file():
        return None
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8").splitlines()
    from python_calamine import CalamineWorkbook

    with zipfile.ZipFile(path) as archive:
        properties = archive.read("docProps/core.xml")
    book = CalamineWorkbook.from_path(str(path))
    return properties, [(name, book.get_sheet_by_name(name).to_python()) for name in book.sheet_names]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the bundled sample, or with ``--check`` say which stored files differ from it."""
    parser = argparse.ArgumentParser(description="Write or check the bundled sample campaign.")
    parser.add_argument("--check", action="store_true", help="compare the stored files with freshly made ones")
    parser.add_argument("--folder", type=Path, default=bundled_folder("templates") / FOLDER)
    chosen = parser.parse_args(arguments)
    if not chosen.check:
        write_sample(chosen.folder)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        differing = find_differences(chosen.folder, write_sample(Path(folder) / FOLDER))
    if differing:
        sys.stderr.write(f"These files differ from the generator's: {', '.join(differing)}\n")
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
