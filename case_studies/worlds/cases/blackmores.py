"""Blackmores, New Zealand, heart-care bundle: personas, trust signals, shrinkage, health claims.

True are the public facts of the campaign: the bundle of Omega and CoQ10, 50 creators from five walks of life, the
aims. Creators, notes, comments, drafts, dates and every figure are invented.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from case_studies.worlds.cases.case import Case, at, write_notes, write_pool, write_sheet
from case_studies.worlds.client_sheets import make_comment_sheet, make_follower_history
from case_studies.worlds.creator_files import add_silent, make_seeding_sheet
from case_studies.worlds.files import write_json_file
from case_studies.worlds.note_files import make_crawler_records
from case_studies.worlds.pool import grow_pool
from case_studies.worlds.settings import CommentSettings, WorldPersona, WorldSettings, WorldTheme
from case_studies.worlds.words import SYNTHETIC, read_voice
from case_studies.worlds.world import World

START, END = date(2026, 3, 2), date(2026, 4, 12)
LISTED, LAST = date(2026, 2, 26), date(2026, 5, 18)
N_DUE, N_FRESH = 14, 6
"""Creators who got the bundle and posted nothing: long ago, and a few days ago."""
BUNDLE = (("Omega 鱼油 (示例)", 95), ("CoQ10 辅酶 (示例)", 110))

TITLES = read_voice("blackmores")["themes"]
THEMES = (
    WorldTheme(
        "Heart care every day",
        "日常护心",
        ("护心", "心脏", "heart"),
        TITLES["Heart care every day"],
    ),
    WorldTheme(
        "Omega and CoQ10",
        "成分科普",
        ("鱼油", "辅酶", "omega", "coq10"),
        TITLES["Omega and CoQ10"],
        reach_log=-0.15,
    ),
)
PERSONAS = (
    WorldPersona(
        "Lifestyle bloggers",
        "生活记录",
        ("生活记录", "日常"),
        reach_log=0.45,
        collects_log=-0.5,
        trust_share=0.05,
    ),
    WorldPersona(
        "Health experts",
        "健康科普",
        ("营养师", "健康科普"),
        reach_log=-0.3,
        collects_log=0.8,
        comments_log=0.5,
        question_share=0.55,
        trust_share=0.2,
    ),
    WorldPersona(
        "Fitness lovers",
        "运动健身",
        ("运动健身", "跑步"),
        collects_log=0.1,
        question_share=0.2,
        trust_share=0.08,
    ),
    WorldPersona(
        "New mothers",
        "母婴",
        ("母婴", "新手妈妈"),
        collects_log=0.4,
        comments_log=0.4,
        question_share=0.4,
        trust_share=0.18,
    ),
    WorldPersona(
        "Busy professionals",
        "职场",
        ("职场", "打工人"),
        reach_log=-0.1,
        collects_log=0.2,
        question_share=0.25,
    ),
)
COMMENTS = CommentSettings(
    most_a_note=14,
    places=(("新西兰", 0.7), ("广东", 0.12), ("上海", 0.1), ("澳大利亚", 0.08)),
)
SETTINGS = WorldSettings(
    themes=THEMES,
    start=START,
    end=END,
    n_koc=38,
    n_kol=12,
    n_notes=75,
    everyday_notes=(3, 6),
    earlier_paid_notes=(3, 6),
    video_share=0.3,
    n_better=4,
    better_ratio=4.0,
    n_bought_fans=1,
    boosted_share=0.0,
    places=("新西兰",),
    fan_places=("新西兰", "广东", "上海", "浙江", "江苏", "北京"),
    personas=PERSONAS,
    comments=COMMENTS,
    voice="blackmores",
)

CAMPAIGN = """\
# A case study. The client, the bundle, 50 creators from five walks of life and the aims are public facts;
# every creator, note, comment, draft, date and figure was made up by the toolkit's generator.

client: Blackmores (synthetic case study)
client_zh: 澳佳宝（合成案例）
campaign: Heart-care bundle
campaign_zh: 护心套装
synthetic: yes
objective: trust
second_objective: awareness
markets: [NZ]

window:
  start: 2026-03-02
  end: 2026-04-12

budget:
  amount: 60000
  currency: NZD
  cny_per_unit: 4.15
  rate_date: 2026-02-27

category: supplements

themes:
{themes}

targets:
  exposure: 2200000
  engagement: 20000

planning:
  personas:
{personas}

content:
  message: {{zh: 从今天开始照顾好心脏, en: Look after your heart from today}}
  must_say:
    - {{zh: 食品不能代替药物，服用前请咨询医生, en: "Not a medicine; ask your doctor before use"}}
  disclosure: {{zh: 通过蒲公英报备为合作笔记, en: Published as paid cooperation through the platform}}

languages: [en, zh]
time_zone: Pacific/Auckland
brand_names: [Blackmores, 澳佳宝]
hashtags: [示例护心计划]
"""

MARKED, CAREFUL = "广告｜通过蒲公英报备的合作笔记。", "食品不能代替药物，服用前请咨询医生。"
DRAFTS = {
    "01_lifestyle.txt": f"{MARKED}周末在家整理了护心小习惯：早睡、快走、每天一份鱼油。{CAREFUL}",
    "02_health_expert.txt": f"{MARKED}辅酶怎么选？看含量和剂型，也看自己在不在吃药。{CAREFUL}",
    "03_new_mother.txt": f"{MARKED}给爸妈寄的这套真的可以治疗高血压！吃了半个月血压就降下来了，比药还管用，无副作用。",
    "04_fitness.txt": f"{MARKED}跑步的人都该试试，全网第一的护心组合，100%有效，根治心慌。",
    "05_professional.txt": f"加班党的护心清单：水、走路、鱼油。好习惯比什么都强。{CAREFUL}",
    "06_lifestyle.txt": f"{MARKED}隔壁阿姨停了药只吃这个，现在爬山比我快。鱼油和辅酶我也开始了。{CAREFUL}",
}
"""Drafts as creators sent them: the third and the fourth promise cures, the fifth does not say that it is paid, the
sixth tells of somebody who stopped taking medicine, which no list of words finds."""
CLAIMING, UNMARKED = ("03_new_mother.txt", "04_fitness.txt"), ("05_professional.txt",)


def make_misspecified(settings: WorldSettings) -> WorldSettings:
    """Make a few creators of quite another kind: drawn to the mean of all, they look far worse than they are."""
    return replace(settings, n_stars=3, star_log=2.0, creator_sd=0.3, personas=(), n_better=0)


def write_data(folder: Path, world: World) -> None:
    """Write what the platforms and the agency hand over, and the drafts that creators sent."""
    data = folder / "data"
    write_notes(data, world, days=(LAST,))
    write_notes(data, world, days=(LISTED,), scope="earlier_paid")
    write_pool(data, world, day=LISTED)
    parcels = make_seeding_sheet(world, as_of=at(LAST), bundle=BUNDLE)
    others = grow_pool(world).creators.iloc[len(world.creators) :]
    parcels = add_silent(parcels, others, as_of=at(LAST), n_due=N_DUE, n_fresh=N_FRESH)
    write_sheet(data / f"agency_seeding_{LAST:%Y%m%d}.csv", parcels)
    crawled_at = [at(LISTED - timedelta(days=days)) for days in (14, 0)]
    write_json_file(data / "mediacrawler_notes.json", make_crawler_records(world, as_of=crawled_at))
    write_sheet(data / "comments.csv", make_comment_sheet(world))
    write_sheet(data / "follower_history.csv", make_follower_history(world, as_of=at(LISTED)))
    (folder / "drafts").mkdir(exist_ok=True)
    for name, text in DRAFTS.items():
        (folder / "drafts" / name).write_text(f"{text}\n\n({SYNTHETIC})\n", encoding="utf-8", newline="\n")


CASE = Case("blackmores", 50, SETTINGS, make_misspecified, CAMPAIGN, write_data)
