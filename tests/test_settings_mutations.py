"""Slips of the hand in a settings file: each is refused with a message, or read as what was meant."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.errors import CampaignError

SETTINGS = """\
client: Kea Outdoor
campaign: Spring walks
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
sourcing:
  brief: relaxed weekends for young families
  competitors: [示例威卡户外]
  min_followers: 1500
  max_followers: 50000
  long_list: 120
planning:
  split: {creators: 60%, feed: 25%, search: 15%}
  quotas:
    - {tier: KOL, at_least: 2, at_most: 5}
  must_have: [5f0000000000000000000001]
content:
  message: {zh: 周末也能走进自然, en: Nature is a weekend away}
  key_dates:
    - {date: 2026-09-01, name: Store opening, avoid: no}
  draft_days_before: 7
  approve_days_before: 3
languages: [en, zh]
time_zone: Pacific/Auckland
files:
  - file: creator_center*.xlsx
    creator_id: c0de09bd4ed42ddf7900000c
"""
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
    one, other = rng.choice(PAIRS)
    return text.replace(one, "\0").replace(other, one).replace("\0", other)


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
    *(("NZD", "GBP"), ("2026-07-20", "2026-09-20")),
]


def slip(rng: random.Random, kind: str) -> bytes:
    """The settings with one slip of a kind."""
    pattern, change = SLIPS[kind]
    found = rng.choice(list(re.finditer(pattern, SETTINGS)))
    changed = change(rng, found[0])
    before, after = SETTINGS[: found.start()].encode(), SETTINGS[found.end() :].encode()
    return before + (changed.encode() if isinstance(changed, str) else changed) + after


def read(folder: Path, raw: bytes) -> Campaign | str:
    """The campaign, or the message that refuses it."""
    (folder / "campaign.yaml").write_bytes(raw)
    try:
        return read_campaign(folder)
    except CampaignError as error:
        return str(error)


@pytest.mark.parametrize("n_slips", [25, pytest.param(500, marks=pytest.mark.slow)])
def test_no_slip_is_accepted_in_silence(tmp_path: Path, n_slips: int) -> None:
    meant = read(tmp_path, SETTINGS.encode())
    assert isinstance(meant, Campaign)
    wrong = []
    for seed in range(n_slips):
        kind = list(SLIPS)[seed % len(SLIPS)]
        raw = slip(random.Random(seed), kind)  # noqa: S311
        found = read(tmp_path, raw)
        if found != meant and not (isinstance(found, str) and "campaign.yaml" in found):
            wrong.append((seed, kind, sorted(set(raw.splitlines()) - set(SETTINGS.encode().splitlines()))))
    assert wrong == []
