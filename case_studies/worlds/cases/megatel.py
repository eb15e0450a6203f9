"""Megatel, New Zealand, Chinese international students: theme effects, a funnel of small counts, attribution.

True are the public facts of the campaign: the readers, the three themes, more than 200 qualified leads. Creators,
notes, dates and every other figure are invented.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from case_studies.worlds.cases.case import Case, at, write_book, write_notes, write_pool, write_sheet
from case_studies.worlds.client_sheets import make_codes_sheet, make_comment_sheet, make_leads_sheet
from case_studies.worlds.files import write_json_file
from case_studies.worlds.money_files import make_juguang_keywords, make_juguang_notes
from case_studies.worlds.note_files import make_crawler_records
from case_studies.worlds.settings import CommentSettings, LeadSettings, WorldPersona, WorldSettings, WorldTheme
from case_studies.worlds.words import read_voice
from case_studies.worlds.world import World

START, END = date(2026, 2, 2), date(2026, 3, 29)
LISTED, MIDDLE, LAST = date(2026, 1, 29), date(2026, 3, 2), date(2026, 5, 4)

TITLES = read_voice("megatel")["themes"]
THEMES = (
    WorldTheme(
        "Settling in",
        "初来乍到",
        ("落地", "开学", "新生", "settling in"),
        TITLES["Settling in"],
        kol_weight=1.0,
        leads_per_10000_views=1.3,
        qualified_share=0.6,
    ),
    WorldTheme(
        "Saving money",
        "省钱",
        ("省钱", "薅羊毛", "省下", "saving"),
        TITLES["Saving money"],
        reach_log=0.1,
        kol_weight=2.2,
        leads_per_10000_views=0.9,
        qualified_share=0.3,
    ),
    WorldTheme(
        "Comparing plans",
        "套餐对比",
        ("套餐", "流量卡", "话费", "plan"),
        TITLES["Comparing plans"],
        reach_log=-0.75,
        kol_weight=0.55,
        leads_per_10000_views=6.0,
        qualified_share=0.62,
    ),
)
PERSONAS = (
    WorldPersona("Student", "留学", ("留学生", "校园"), share=3.0),
    WorldPersona("Local life", "生活记录", ("生活记录", "探店"), share=2.0),
)
LEADS = LeadSettings(
    code_share=0.45,
    survey_share=0.2,
    others_a_day=1.2,
    others_qualified_share=0.4,
    leaked_a_day=1.7,
    leak_after_days=20,
    listed_twice=9,
)
COMMENTS = CommentSettings(
    most_a_note=6,
    places=(("新西兰", 0.62), ("广东", 0.14), ("江苏", 0.12), ("北京", 0.12)),
)
SETTINGS = WorldSettings(
    themes=THEMES,
    start=START,
    end=END,
    n_koc=24,
    n_kol=10,
    n_notes=136,
    everyday_notes=(4, 8),
    earlier_paid_notes=(4, 7),
    n_better=0,
    n_bought_fans=0,
    boosted_share=0.06,
    places=("新西兰",),
    personas=PERSONAS,
    creator_sd=0.8,
    within_sd=1.1,
    leads=LEADS,
    comments=COMMENTS,
    voice="megatel",
)

CAMPAIGN = """\
# A case study. The client, its readers, the three themes and "more than 200 qualified leads" are public facts;
# every creator, note, lead, date and figure in data/ was made up by the toolkit's generator.

client: Megatel (synthetic case study)
client_zh: Megatel（合成案例）
campaign: International students
campaign_zh: 留学生季
synthetic: yes
objective: leads
second_objective: awareness
markets: [NZ]

window:
  start: 2026-02-02
  end: 2026-03-29

budget:
  amount: 65000
  currency: NZD
  cny_per_unit: 4.15
  rate_date: 2026-01-30

category: telecom

themes:
{themes}

targets:
  views: 600000
  cost_per_view_cny: 0.6
  qualified_leads: 200

planning:
  personas:
{personas}

languages: [en, zh]
time_zone: Pacific/Auckland
brand_names: [Megatel]
hashtags: [示例留学通信]
"""


def make_misspecified(settings: WorldSettings) -> WorldSettings:
    """Post theme after theme while all reach fades: within a creator, an earlier theme then looks better than it is."""
    even = tuple(replace(theme, reach_log=0.0) for theme in settings.themes)
    return replace(settings, themes=even, themes_in_turn=True, drift_per_week=-0.25)


def write_data(folder: Path, world: World) -> None:
    """Write what the platforms, the agency and the client hand over."""
    data = folder / "data"
    write_notes(data, world, days=(MIDDLE, LAST))
    write_pool(data, world, day=LISTED)
    write_book(data / f"juguang_notes_{LAST:%Y%m%d}.xlsx", make_juguang_notes(world), day=LAST)
    write_book(data / f"juguang_keywords_{LAST:%Y%m%d}.xlsx", make_juguang_keywords(world), day=LAST)
    crawled_at = [at(LISTED - timedelta(days=days)) for days in (14, 0)]
    write_json_file(data / "mediacrawler_notes.json", make_crawler_records(world, as_of=crawled_at))
    write_sheet(data / "comments.csv", make_comment_sheet(world))
    write_sheet(data / "client_leads.csv", make_leads_sheet(world))
    write_sheet(data / "client_codes.csv", make_codes_sheet(world))


CASE = Case("megatel", 2, SETTINGS, make_misspecified, CAMPAIGN, write_data)
