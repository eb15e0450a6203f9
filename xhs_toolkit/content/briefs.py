"""One page a creator, in Chinese with English beside it; what a person changed in it stays."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from xhs_toolkit.bundled import bundled_folder
from xhs_toolkit.campaign import safe_name
from xhs_toolkit.content.ics import FORMATS
from xhs_toolkit.content.rules import Rule

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

FOLDER = "briefs"
LEDGER = ".written.json"
"""Hashes of the briefs as they were written: a file that differs from its hash was changed by a person."""

MAX_RULES = 7
"""Lines of rules on a brief, the most severe first: more do not fit on a page, nor into a head."""

NOT_SET = "待定 to be set"
Pair = Mapping[str, str | None]

DISCLOSURE: Pair = {
    "zh": "通过蒲公英平台报备为合作笔记，发布后保留合作标识；附购买链接时标明“广告”。",
    "en": "Publish as paid cooperation through the platform (蒲公英); the mark stays on; with a shop link, write 广告.",
}
MEASURED: Mapping[str, Pair] = {
    "awareness": {"zh": "曝光、阅读、点击率、阅读单价", "en": "Exposure, views, click-through rate, cost per view"},
    "trust": {
        "zh": "互动（赞、藏、评）、互动单价、评论质量",
        "en": "Engagement, cost per engagement, what comments say",
    },
    "sales": {"zh": "进店与订单、互动", "en": "Visits and orders, engagement"},
    "leads": {"zh": "线索与有效线索、互动", "en": "Leads and qualified leads, engagement"},
}
SETTLED: Pair = {"zh": "发布14天后取数", "en": "Figures are taken 14 days after posting"}


class Briefs(NamedTuple):
    """What `write_briefs` did.

    Attributes
    ----------
    n_written : files written or already as they should be.
    kept : briefs that a person changed; they were left alone.
    beside : of these, the new versions that lie beside them, as ``<name>.new.html``.
    """

    n_written: int
    kept: tuple[str, ...]
    beside: tuple[str, ...]


def make_briefs(
    calendar: pd.DataFrame, *, campaign: Campaign, rules: Sequence[Rule], usual: pd.DataFrame
) -> dict[str, str]:
    """Write out the brief of each creator: file name → html. Every text is escaped.

    Parameters
    ----------
    calendar : of `plan_content`. rules : of `choose_rules`. usual : of `find_industry_default`.
    """
    folder = bundled_folder("templates") / "content"
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True, trim_blocks=True)
    template = environment.from_string((folder / "brief.html.j2").read_text(encoding="utf-8"))
    shared = _share(campaign, rules, usual)
    return {row["brief"]: template.render(shared | _tell(row, campaign)) for row in calendar.to_dict("records")}


def name_briefs(calendar: pd.DataFrame) -> pd.Series:
    """The file of each brief: from the creator's name; where two share one, with the end of the id and the format."""
    names = calendar["creator_name"].fillna(calendar["creator_id"]).astype("str").map(safe_name)
    twice = names.str.casefold().duplicated(keep=False)
    ends = calendar["creator_id"].astype("str").map(safe_name).str[-8:]
    names = names.mask(twice, names + "-" + ends)
    again = calendar["creator_id"].duplicated(keep=False) & calendar["creator_id"].notna()
    turn = calendar.groupby("creator_id").cumcount().add(1).astype("str")
    return names.mask(again, names + "-" + turn) + ".html"


def _share(campaign: Campaign, rules: Sequence[Rule], usual: pd.DataFrame) -> dict[str, Any]:
    """What stands on every brief."""
    content = campaign.content
    tags = " ".join(f"#{tag.lstrip('#')}" for tag in campaign.hashtags)
    disclosure = [_pair(content.disclosure)] if content.disclosure else [DISCLOSURE]
    kinds = [
        {"zh": f"{row['content_zh']}（{row['reason_zh']}）", "en": f"{row['content_en']} ({row['reason_en']})"}
        for row in usual.to_dict("records")
    ]
    return {
        "client": campaign.client,
        "campaign": campaign.name,
        "synthetic": campaign.synthetic,
        "time_zone": campaign.time_zone,
        "message": [_pair(content.message)] if content.message else [{"zh": "待客户确认", "en": "To be confirmed"}],
        "kind": kinds,
        "must_say": [_pair(line) for line in content.must_say],
        "must_not_say": [_pair(line) for line in content.must_not_say],
        "hashtags": [{"zh": tags, "en": "Every one of them, in the note"}] if tags else [],
        "disclosure": disclosure,
        "links": [{"zh": link, "en": ""} for link in content.links],
        "rules": _list_rules(rules),
        "measured": [MEASURED[campaign.objective], SETTLED],
    }


def _pair(line: Any) -> Pair:
    return {"zh": line.zh, "en": line.en}


def _list_rules(rules: Iterable[Rule]) -> list[Pair]:
    """Lines of the rules that have one, each said once; how to mark the note stands in a part of its own."""
    lines: dict[str, Pair] = {rule.brief["en"]: rule.brief for rule in rules if rule.brief and rule.kind == "present"}
    return list(lines.values())[:MAX_RULES]


def _tell(row: Mapping[Any, Any], campaign: Campaign) -> dict[str, Any]:
    names = {theme.name: theme.name_zh for theme in campaign.themes}
    zh, en = FORMATS.get(row["format"], ("图文或视频", "image or video"))
    days = {name: NOT_SET if pd.isna(row[name]) else f"{row[name]:%Y-%m-%d}" for name in ("draft_date", "approve_date")}
    clocks = {name: NOT_SET if pd.isna(row[name]) else row[name] for name in ("market_time", "beijing_time")}
    who = {"creator_name": row["creator_name"], "theme": row["theme"], "theme_zh": names.get(row["theme"])}
    return {**who, **days, **clocks, "format": {"zh": zh, "en": en}}


# ------------------------------------------------------------------------------------------ writing


def write_briefs(folder: Path, pages: Mapping[str, str]) -> Briefs:
    """Write briefs into ``briefs/`` of a campaign folder; a brief that a person changed is kept.

    The new version of a changed brief is laid beside it as ``<name>.new.html``, unless it says what the person
    started from. A brief whose creator has left the roster stays where it is.
    """
    target = Path(folder) / FOLDER
    target.mkdir(exist_ok=True)
    ledger = _read_ledger(target)
    kept, beside = [], []
    for name, page in pages.items():
        if _is_ours(target / name, page, ledger):
            _write(target / name, page, ledger)
            continue
        kept.append(name)
        new = name.removesuffix(".html") + ".new.html"
        if ledger.get(name) != _hash(page.encode()) and _is_ours(target / new, page, ledger):
            _write(target / new, page, ledger)
            beside.append(new)
    (target / LEDGER).write_text(json.dumps(ledger, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
    return Briefs(len(pages) - len(kept), tuple(kept), tuple(beside))


def _is_ours(path: Path, page: str, ledger: Mapping[str, str]) -> bool:
    """Whether a file may be written: it is not there, is as it was written, or says the same already."""
    if not path.exists():
        return True
    found = _hash(path.read_bytes())
    return found == ledger.get(path.name) or found == _hash(page.encode())


def _write(path: Path, page: str, ledger: dict[str, str]) -> None:
    raw = page.encode()
    if not path.exists() or path.read_bytes() != raw:
        path.write_bytes(raw)
    ledger[path.name] = _hash(raw)


def _read_ledger(folder: Path) -> dict[str, str]:
    """Hashes as they were written; an unreadable ledger says nothing, so that every file there counts as changed."""
    try:
        stored = json.loads((folder / LEDGER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(value) for name, value in stored.items()} if isinstance(stored, dict) else {}


def _hash(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
