"""Slips of the hand in a settings file: each is refused with a message, or read as what was meant."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.errors import CampaignError

FILES = {
    "campaign.yaml": """\
client: Kea Outdoor
client_zh: 奇亚户外
campaign: Spring walks
campaign_zh: 春日徒步
objective: awareness
second_objective: trust
markets: [NZ, AU]
window:
  start: 2026-08-03
  end: 2026-09-13
planned_at: 2026-07-20
budget:
  amount: 26000
  currency: NZD
  cny_per_unit: 4.15
  rate_date: 2026-07-31
report_currency: NZD
category: outdoor
place_to_visit: yes
themes:
  - name: Day walks
    name_zh: 一日徒步
    keywords: [徒步, 步道]
targets:
  exposure: 5000000
  views: 850000
  engagement: 70000
  click_rate: 8%
  leads: 1200
  qualified_leads: 300
brand_names: [Kea Outdoor, 示例户外]
hashtags: [新西兰徒步, 周末去哪儿]
sourcing:
  brief: relaxed weekends for young families
  audience:
    gender: female
    ages: [18_24, 25_34]
    places: [上海, 北京]
  weights: {category: 0.3, themes: 0.3, audience: 0.2, text: 0.2}
  competitors: [示例威卡户外]
  competitor_days: 180
  min_followers: 1500
  max_followers: 50000
  max_price_cny: 12000
  max_paid_share: 40%
  note_languages: [zh, en]
  long_list: 120
  conflict_days: 90
vetting:
  weights: {fit: 0.5, engagement: 0.3, quality: 0.2}
  deviations: 3
  limits:
    - {check: engagement, low: 0.01, high: 0.4, source: house rule}
  hit_from: 1000
  shortlist: 60
planning:
  split: {creators: 60%, feed: 25%, search: 15%}
  large_share: 30%
  notes_per_creator: 2
  further_note_share: 70%
  quotas:
    - {tier: KOL, at_least: 2, at_most: 5}
  must_have: [5f0000000000000000000001]
  personas:
    - {name: Parents, keywords: [亲子, 带娃]}
  alternatives:
    - {name: More ads, split: {creators: 40%, feed: 40%, search: 20%}}
  earlier_campaigns:
    - {name: Autumn, views: 400000, leads: 340, qualified_leads: 90}
content:
  message: {zh: 周末也能走进自然, en: Nature is a weekend away}
  selling_points:
    - {zh: 轻便, en: light, proof: 380 g}
  must_say: [{zh: 官方旗舰店, en: official store}]
  key_dates:
    - {date: 2026-09-01, name: Store opening, avoid: no}
  notes_a_day: 3
  post_time: 19:30
  draft_days_before: 7
  approve_days_before: 3
boosting:
  step_cny: 500
  stop_ratio: 1.2
  recent_days: 3
outcomes:
  campaign_only: [leads*.csv, codes.csv]
  currency: NZD
languages: [en, zh]
time_zone: Pacific/Auckland
files:
  - file: creator_center*.xlsx
    creator_id: c0de09bd4ed42ddf7900000c
taught:
  headers:
    人才费用: {column: price_cny, currency: NZD, kind: agreed}
""",
    "agency.yaml": """\
name: Kea Agency
tiers:
  - {name: small, followers_from: 0}
  - {name: large, followers_from: 10000}
service_fee_rate: 10%
rate_card:
  - {tier: small, followers_from: 1000, followers_to: 10000, price_low_cny: 200, price_high_cny: 900}
  - {tier: large, followers_from: 10000, price_low_cny: 1000, price_high_cny: 20000}
ad_costs:
  - {placement: feed, format: image, click_low_cny: 0.3, click_high_cny: 0.9}
exchange_rates:
  - {currency: NZD, cny_per_unit: 4.15, rate_date: 2026-07-01}
rule_sets: [CN, AU, NZ]
history: history
runs:
  cell_minutes: 30
  run_minutes: 120
  keep: 12
""",
}
"""Settings as they are meant."""
Change = Callable[[random.Random, str], str | bytes]


def retype(rng: random.Random, word: str) -> str:
    """A letter left out, doubled, exchanged with the next or hit beside."""
    at = rng.randrange(len(word) - 1)
    left, letter, right = word[:at], word[at], word[at + 1 :]
    return rng.choice(
        [left + right, left + letter * 2 + right, left + right[0] + letter + right[1:], f"{left}q{right}"]
    )


def one_of(*ways: str) -> Change:
    """One of several texts instead, of which ``@`` is what stood there."""
    return lambda rng, text: rng.choice(ways).replace("@", text)


def write_wide(_: random.Random, number: str) -> str:
    return number.translate({48 + digit: 0xFF10 + digit for digit in range(10)})


def group(rng: random.Random, number: str) -> str:
    return f"{int(number):,}".replace(",", rng.choice(".,' "))


def misdate(rng: random.Random, day: str) -> str:
    year, month, date = day.split("-")
    wrong = [f"3026-{month}-{date}", f"2062-{month}-{date}", f"2006-{month}-{date}", f"{date}/{month}/{year}"]
    wrong += [f"{year}-13-{date}", f"{year}-{month}-32", day.replace("-", "/"), day.replace("-", ""), "tomorrow"]
    return rng.choice(wrong)


def part_otherwise(rng: random.Random, text: str) -> str:
    return text.replace(", ", rng.choice("，、；"))


def swap(rng: random.Random, text: str) -> str:
    one, other = rng.choice([pair for pair in PAIRS if pair[0] in text and pair[1] in text])
    other_way = {one: other, other: one}
    return re.sub(rf"\b(?:{re.escape(one)}|{re.escape(other)})\b", lambda found: other_way[found[0]], text)


def encode(rng: random.Random, text: str) -> bytes:
    return text.encode(rng.choice(["gb18030", "utf-16"]))


NUMBER = r"(?<=: )\d+(?:\.\d+)?(?=$|,|%|})"
SLIPS: dict[str, tuple[str, Change]] = {
    "name": (r"[a-z_]{4,}(?=:)", retype),
    "name of nothing": (r"(?m)[a-z_]{4,}: ?[^\n{\[]*$", one_of("nmae:")),
    "code": (r"(?<=: )(?:NZD|awareness|trust|Pacific/Auckland|KOL)(?=\n|,)", retype),
    "colon": (r"(?<=[a-z]): ", one_of("：", ":", " : ", " ", "; ", "= ")),
    "comma": (", ", one_of("，", "、", "；")),
    "bracket": (r"[][{}]", one_of("", "【", "（", "｛")),
    "full width": (NUMBER, write_wide),
    "thousands": (r"(?<=: )\d{4,7}(?=\n)", group),
    "moved point": (r"4\.15", one_of("0.24", "41.5", "0.415", "415", "4,15")),
    "odd number": (NUMBER, one_of("-@", "@e30", "nan", "inf", "about 5", "@x", "1e99")),
    "unit": (r"(?<=\d)%", one_of("", "00%", "％")),
    "day": (r"2026-\d\d-\d\d", misdate),
    "identity": (r"[0-9a-f]{24}", one_of("6.4E+23", "5.0E22", "@0", "5f000000000000000000001")),
    "list": (r"\[[^]]+, [^]]+\]", part_otherwise),
    "indent": (r"(?m)^ +(?=[a-z])", one_of("", "@ ", " ", "\t")),
    "twice": (r"(?m)^[a-z_]+: .*\n", one_of("@@")),
    "quote": (r": (?=[A-Za-z])", one_of(': "', ": '")),
    "swapped": (r"(?s).+", swap),
    "encoding": (r"(?s).+", encode),
}
"""Kind of slip → where it can happen, and what becomes of what stands there."""
PAIRS = [
    *(("2026-08-03", "2026-09-13"), ("5000000", "850000"), ("850000", "70000"), ("1200", "300"), ("1500", "50000")),
    *(("at_least: 2", "at_least: 6"), ("draft_days_before: 7", "draft_days_before: 2"), ("26000", "4.15")),
    *(("340", "90"), ("400000", "340"), ("0.01", "0.4"), ("30", "120"), ("200", "900"), ("0.3", "0.9")),
]


def slip(rng: random.Random, kind: str, text: str) -> bytes | None:
    """The settings with one slip of a kind; None where there is no place for it."""
    pattern, change = SLIPS[kind]
    places = list(re.finditer(pattern, text))
    if not places:
        return None
    found = rng.choice(places)
    changed = change(rng, found[0])
    before, after = text[: found.start()].encode(), text[found.end() :].encode()
    return before + (changed.encode() if isinstance(changed, str) else changed) + after


def read(folder: Path, name: str, raw: bytes) -> Campaign | str:
    """The campaign, or the message that refuses it."""
    kea = folder / "kea"
    kea.mkdir(exist_ok=True)
    (kea / "campaign.yaml").write_bytes(b"client: Kea\ncampaign: Walks\n")
    (kea if name == "campaign.yaml" else folder).joinpath(name).write_bytes(raw)
    try:
        return read_campaign(kea)
    except CampaignError as error:
        return str(error)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("n_slips", [13, pytest.param(500, marks=pytest.mark.slow)])
def test_no_slip_is_accepted_in_silence(tmp_path: Path, name: str, n_slips: int) -> None:
    meant = read(tmp_path, name, FILES[name].encode())
    assert isinstance(meant, Campaign), meant
    wrong = []
    for seed in range(n_slips):
        kind = list(SLIPS)[seed % len(SLIPS)]
        raw = slip(random.Random(seed), kind, FILES[name])  # noqa: S311
        found = read(tmp_path, name, raw) if raw else meant
        if raw and found != meant and not (isinstance(found, str) and name in found):
            wrong.append((seed, kind, sorted(set(raw.splitlines()) - set(FILES[name].encode().splitlines()))))
    assert wrong == []
