"""JD Sports before the start: the pool of `jd_sports`, two rankings, and nothing of the results."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pandas as pd

from case_studies.worlds.cases import jd_sports
from case_studies.worlds.cases.case import at, describe_persona, describe_theme, write_pool, write_sheet
from case_studies.worlds.files import write_json_file
from case_studies.worlds.note_files import make_crawler_records
from case_studies.worlds.pool import grow_pool

PLAN_IT = "plan_it"
"""Of its folder."""

RANKED = jd_sports.LISTED - timedelta(days=3)
RANKINGS = {"运动户外周榜": ("运动健身", "跑步"), "时尚穿搭周榜": ("穿搭", "时尚")}
"""Name of a list → the tags of those on it."""
N_RANKED, STEP = 20, 23
"""Places on a list, and by how much the provider's index falls from one to the next."""

CAMPAIGN = (
    jd_sports.CAMPAIGN.replace("planning:", "planning:\n  notes_per_creator: 2")
    + """
sourcing:
  brief: 运动鞋服，街头穿搭与日常运动，在澳大利亚和新西兰生活的年轻人
  audience: {{gender: female, ages: [18-24, 25-34], places: [澳大利亚, 新西兰], interests: [穿搭, 运动健身]}}
  competitors: [Example Rival, 示例竞品]
  places: [澳大利亚, 新西兰]
  max_price_cny: 8000
  long_list: 40
"""
)


def write_plan_it(folder: Path) -> Path:
    """Write the campaign folder: ``campaign.yaml``, and what the agency holds before the start in ``data/``."""
    data, world = folder / "data", jd_sports.CASE.make_world()
    data.mkdir(parents=True, exist_ok=True)
    write_pool(data, world, day=jd_sports.LISTED, places=jd_sports.ELSEWHERE)
    pool = grow_pool(world, places=jd_sports.ELSEWHERE)
    write_sheet(data / f"rankings_{RANKED:%Y%m%d}.csv", make_rankings(pool.creators))
    write_json_file(data / "mediacrawler_notes.json", make_crawler_records(world, as_of=[at(jd_sports.LISTED)]))
    themes = "\n".join(map(describe_theme, jd_sports.THEMES))
    personas = "\n".join(map(describe_persona, jd_sports.PERSONAS))
    text = CAMPAIGN.format(themes=themes, personas=personas)
    (folder / "campaign.yaml").write_text(text, encoding="utf-8", newline="\n")
    return folder


def make_rankings(creators: pd.DataFrame) -> pd.DataFrame:
    """Weekly rankings by topic, as a data provider lists them: the best-known creators of each, with an index."""
    lists = []
    for name, tags in RANKINGS.items():
        on_topic = creators[creators["tags"].str.contains("|".join(tags), regex=True)]
        best = on_topic.nlargest(N_RANKED, "level_log").reset_index(drop=True)
        lists.append(
            pd.DataFrame(
                {
                    "榜单名称": name,
                    "榜单日期": f"{RANKED:%Y/%m/%d}",
                    "排名": best.index + 1,
                    "博主昵称": best["creator_name"],
                    "博主主页链接": "https://www.xiaohongshu.com/user/profile/" + best["creator_id"],
                    "粉丝数": best["followers"],
                    "千瓜指数": 1_000 - STEP * best.index,
                }
            )
        )
    return pd.concat(lists)
