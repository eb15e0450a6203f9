"""Auckland Airport, The Mall: KOL and KOC together, a festival that moves, foot traffic of one treated place.

True are the public facts of the campaign: The Mall, KOLs and KOCs together, the four themes, the aims. Creators,
notes, dates, visitors and every figure are invented; so is the second airport.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from case_studies.worlds.cases.case import Case, at, write_book, write_notes, write_pool, write_sheet
from case_studies.worlds.client_sheets import make_comment_sheet
from case_studies.worlds.files import write_json_file
from case_studies.worlds.money_files import make_juguang_notes, make_wide_outcome_sheet
from case_studies.worlds.note_files import make_crawler_records
from case_studies.worlds.settings import CommentSettings, MarketSettings, WorldPersona, WorldSettings, WorldTheme
from case_studies.worlds.words import read_voice
from case_studies.worlds.world import World

START, END = date(2026, 1, 26), date(2026, 3, 1)
LISTED, MIDDLE, LAST = date(2026, 1, 22), date(2026, 2, 16), date(2026, 4, 6)
NEW_YEARS = (date(2025, 1, 29), date(2026, 2, 17))
"""Chinese New Year moves: 29 January 2025, 17 February 2026."""
OTHER_PLACE = "Kererū Airport (invented)"

TITLES = read_voice("auckland_airport")["themes"]
THEMES = (
    WorldTheme(
        "Shopping guide",
        "购物攻略",
        ("购物攻略", "逛街", "shopping guide"),
        TITLES["Shopping guide"],
        reach_log=0.2,
    ),
    WorldTheme(
        "Personal experience",
        "亲身体验",
        ("体验", "逛了", "vlog"),
        TITLES["Personal experience"],
    ),
    WorldTheme(
        "Chinese New Year gifts",
        "新年礼物",
        ("年货", "新年礼物", "new year gift"),
        TITLES["Chinese New Year gifts"],
        reach_log=0.35,
    ),
    WorldTheme(
        "Popular products",
        "人气好物",
        ("好物", "必买", "must-buy"),
        TITLES["Popular products"],
        reach_log=-0.1,
        click_logit=0.1,
    ),
)
PERSONAS = (
    WorldPersona("Travellers", "旅行", ("旅行", "探店"), share=2.0),
    WorldPersona("Shoppers", "好物分享", ("好物分享", "穿搭")),
    WorldPersona("Families", "亲子", ("亲子", "生活记录")),
)
VISITORS = MarketSettings(
    treated=("NZ",),
    controls=(OTHER_PLACE,),
    metric="foot_traffic",
    base=9_000.0,
    lift=0.04,
    sale_ratio=1.0,
    drift_sd=0.0025,
    channel="store",
    festivals=NEW_YEARS,
    festival_ratio=1.55,
    days_before=390,
    size_sd=0.1,
)
WEBSITE = replace(VISITORS, metric="site_sessions", base=2_400.0, lift=0.06, channel="website", festival_ratio=1.3)
ORDERS = replace(WEBSITE, metric="orders", base=130.0, channel="online")
"""The Mall's online side: what is ordered on its site is picked up before the gate."""
COMMENTS = CommentSettings(
    most_a_note=10,
    places=(("新西兰", 0.45), ("广东", 0.2), ("上海", 0.15), ("北京", 0.1), ("澳大利亚", 0.1)),
)
SETTINGS = WorldSettings(
    themes=THEMES,
    start=START,
    end=END,
    n_koc=24,
    n_kol=8,
    n_notes=64,
    everyday_notes=(5, 9),
    earlier_paid_notes=(5, 9),
    n_better=3,
    better_ratio=4.0,
    n_bought_fans=1,
    n_unmeasured=2,
    boosted_share=0.12,
    ad_click_ratio=3.0,
    places=("新西兰",),
    personas=PERSONAS,
    markets=VISITORS,
    more_markets=(WEBSITE, ORDERS),
    comments=COMMENTS,
    voice="auckland_airport",
)

CAMPAIGN = """\
# A case study. The client, The Mall, KOLs and KOCs together, the four themes and the aims are public facts;
# every creator, note, date and figure in data/ was made up by the toolkit's generator, and so was the other airport.

client: Auckland Airport (synthetic case study)
client_zh: 奥克兰机场（合成案例）
campaign: The Mall at New Year
campaign_zh: 新年购物季
synthetic: yes
objective: awareness
second_objective: sales
markets: [NZ]

window:
  start: 2026-01-26
  end: 2026-03-01

budget:
  amount: 40000
  currency: NZD
  cny_per_unit: 4.15
  rate_date: 2026-01-23

category: airport shopping

themes:
{themes}

targets:
  exposure: 3600000
  views: 480000
  click_rate: 8%
  foot_traffic: 400000

planning:
  large_share: 55%
  personas:
{personas}

languages: [en, zh]
time_zone: Pacific/Auckland
brand_names: [Auckland Airport, 奥克兰机场]
hashtags: [示例机场购物]
"""


def make_misspecified(settings: WorldSettings) -> WorldSettings:
    """Let the other airport lose a fifth of its visitors for a reason of its own, and leave out the lift."""
    return replace(settings, markets=replace(settings.markets, lift=0.0, break_ratio=0.8), more_markets=())


def write_data(folder: Path, world: World) -> None:
    """Write what the platforms, the agency and the client hand over."""
    data = folder / "data"
    write_notes(data, world, days=(MIDDLE, LAST))
    write_notes(data, world, days=(LISTED,), scope="earlier_paid")
    write_pool(data, world, day=LISTED)
    write_book(data / f"juguang_notes_{LAST:%Y%m%d}.xlsx", make_juguang_notes(world), day=LAST)
    crawled_at = [at(LISTED - timedelta(days=days)) for days in (14, 0)]
    write_json_file(data / "mediacrawler_notes.json", make_crawler_records(world, as_of=crawled_at))
    write_sheet(data / "comments.csv", make_comment_sheet(world))
    write_sheet(data / "client_visitors.csv", make_wide_outcome_sheet(world))


CASE = Case("auckland_airport", 3, SETTINGS, make_misspecified, CAMPAIGN, write_data)
