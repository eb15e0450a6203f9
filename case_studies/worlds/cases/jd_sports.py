"""JD Sports, Australia and New Zealand, mid-year sale: two baselines, boosting, lift during a sale that lifts all.

True are the public facts of the campaign: both countries, lifestyle, fashion and sports creators, the best content
boosted with ads, the aims. Creators, notes, dates and every figure are invented.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from case_studies.worlds.cases.case import Case, at, list_days, write_book, write_notes, write_pool, write_sheet
from case_studies.worlds.client_sheets import make_comment_sheet, make_dandelion_orders
from case_studies.worlds.files import write_json_file
from case_studies.worlds.money_files import make_juguang_keywords, make_juguang_notes, make_wide_outcome_sheet
from case_studies.worlds.note_files import make_crawler_records
from case_studies.worlds.settings import CommentSettings, MarketSettings, WorldPersona, WorldSettings, WorldTheme
from case_studies.worlds.words import read_voice
from case_studies.worlds.world import World

START, END = date(2026, 6, 1), date(2026, 7, 5)
LISTED, LAST = date(2026, 5, 28), date(2026, 8, 10)
ELSEWHERE = ("上海", "广东", "北京", "浙江", "四川", "马来西亚")
"""Where those live whom a search brings up and the brief leaves out."""

TITLES = read_voice("jd_sports")["themes"]
THEMES = (
    WorldTheme(
        "Sale finds",
        "年中好价",
        ("年中", "好价", "mid-year sale"),
        TITLES["Sale finds"],
        reach_log=0.25,
        click_logit=0.1,
    ),
    WorldTheme(
        "Street outfits",
        "街头穿搭",
        ("穿搭", "球鞋", "outfit"),
        TITLES["Street outfits"],
    ),
    WorldTheme(
        "Moving more",
        "动起来",
        ("跑步", "健身", "训练", "workout"),
        TITLES["Moving more"],
        reach_log=-0.25,
    ),
)
PERSONAS = (
    WorldPersona("Lifestyle", "生活记录", ("生活记录", "探店")),
    WorldPersona("Fashion", "穿搭", ("穿搭", "时尚"), reach_log=0.15),
    WorldPersona("Sports", "运动健身", ("运动健身", "跑步"), reach_log=-0.1),
)
ONLINE = MarketSettings(
    treated=("NZ", "AU"),
    controls=("GB", "IE", "FR", "ES", "SG", "MY"),
    metric="sales",
    base=14_000.0,
    lift=0.13,
    sale_ratio=1.6,
    drift_sd=0.004,
    currency="GBP",
    sale_days=14,
    days_before=280,
    size_sd=0.15,
)
SESSIONS = replace(
    ONLINE, metric="site_sessions", base=9_000.0, lift=0.15, sale_ratio=1.5, currency="", channel="website"
)
STORES = replace(ONLINE, metric="foot_traffic", base=2_600.0, lift=0.03, sale_ratio=1.35, currency="", channel="store")
COMMENTS = CommentSettings(
    most_a_note=20,
    places=(("澳大利亚", 0.42), ("新西兰", 0.18), ("广东", 0.14), ("上海", 0.12), ("英国", 0.08), ("马来西亚", 0.06)),
    home_share=0.35,
)
SETTINGS = WorldSettings(
    themes=THEMES,
    start=START,
    end=END,
    n_koc=22,
    n_kol=12,
    n_notes=44,
    everyday_notes=(6, 11),
    earlier_paid_notes=(6, 12),
    n_better=6,
    better_ratio=4.0,
    n_bought_fans=0,
    boosted_share=0.25,
    boost_best=True,
    ad_click_ratio=2.2,
    places=("澳大利亚", "新西兰"),
    fan_places=("澳大利亚", "新西兰", "广东", "上海", "浙江"),
    everyday_ratio=1.8,
    personas=PERSONAS,
    markets=ONLINE,
    more_markets=(SESSIONS, STORES),
    comments=COMMENTS,
    voice="jd_sports",
)

CAMPAIGN = """\
# A case study. The client, the two countries, the sale, the kinds of creators and the aims are public facts;
# every creator, note, date and figure in data/ was made up by the toolkit's generator.

client: JD Sports (synthetic case study)
client_zh: JD Sports（合成案例）
campaign: Mid-year sale
campaign_zh: 年中大促
synthetic: yes
objective: sales
second_objective: awareness
markets: [NZ, AU]

window:
  start: 2026-06-01
  end: 2026-07-05

budget:
  amount: 42000
  currency: NZD
  cny_per_unit: 4.15
  rate_date: 2026-05-29

category: sportswear

themes:
{themes}

targets:
  exposure: 2400000
  views: 300000
  click_rate: 8%
  cost_per_view_cny: 0.4

planning:
  personas:
{personas}

languages: [en, zh]
time_zone: Pacific/Auckland
brand_names: [JD Sports]
hashtags: [示例年中大促]
"""


def make_misspecified(settings: WorldSettings) -> WorldSettings:
    """Leave out the lift, and let the sale be stronger where the campaign was: control markets cannot know that."""
    markets, *others = (
        replace(one, lift=0.0, treated_sale_ratio=1.5) for one in (settings.markets, *settings.more_markets)
    )
    return replace(settings, markets=markets, more_markets=tuple(others))


def write_data(folder: Path, world: World) -> None:
    """Write what the platforms, the agency and the client hand over."""
    data = folder / "data"
    write_notes(data, world, days=[*list_days(date(2026, 6, 4), END, every=4), LAST])
    write_pool(data, world, day=LISTED, places=ELSEWHERE)
    orders = make_dandelion_orders(world, as_of=at(LAST), brand="JD Sports", name="示例年中大促")
    write_book(data / f"dandelion_orders_{LAST:%Y%m%d}.xlsx", orders, day=LAST)
    write_book(data / f"juguang_notes_{LAST:%Y%m%d}.xlsx", make_juguang_notes(world), day=LAST)
    write_book(data / f"juguang_keywords_{LAST:%Y%m%d}.xlsx", make_juguang_keywords(world), day=LAST)
    crawled_at: list[datetime] = [at(LISTED - timedelta(days=days)) for days in (28, 14, 0)]
    write_json_file(data / "mediacrawler_notes.json", make_crawler_records(world, as_of=crawled_at))
    write_sheet(data / "comments.csv", make_comment_sheet(world))
    write_sheet(data / "client_figures.csv", make_wide_outcome_sheet(world))


CASE = Case("jd_sports", 618, SETTINGS, make_misspecified, CAMPAIGN, write_data)
