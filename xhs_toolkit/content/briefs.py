"""One page a creator, in Chinese and English, with notes to learn from; what a person changed in it stays."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from xhs_toolkit.assumptions import assume
from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.campaign import safe_name
from xhs_toolkit.content.rules import Rule
from xhs_toolkit.files import PART

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


MIN_NOTES: int = assume("content.min_reference_notes")
MOST: int = assume("content.most_references")

REFERENCE_COLUMNS: Final = ["creator_key", "creator_name", "title", "note_id", "theme", "format", "engagement_ratio"]


def find_references(notes: pd.DataFrame) -> pd.DataFrame:
    """Earlier notes that did better than their creator's usual, best first.

    Parameters
    ----------
    notes : settled: ``creator_key``, ``creator_name``, ``title``, ``note_id``, ``theme``, ``format``, ``engagement``.

    Returns
    -------
    `REFERENCE_COLUMNS`: notes with a theme and a title; ``engagement_ratio`` is to the geometric mean of the
    creator's notes.
    """
    logs = np.log1p(notes["engagement"].astype(float))
    by_creator = logs.groupby(notes["creator_key"])
    usual, n_notes = by_creator.transform("mean"), by_creator.transform("size")
    found = notes.assign(engagement_ratio=np.exp(logs - usual))
    is_better = found["engagement_ratio"].gt(1) & n_notes.ge(MIN_NOTES)
    named = found[is_better & found["theme"].notna() & found["title"].notna()].reindex(columns=REFERENCE_COLUMNS)
    by = ["engagement_ratio", "note_id"]
    return named.sort_values(by, ascending=[False, True], kind="stable", ignore_index=True)


def choose_references(references: pd.DataFrame, *, creator_key: str, theme: str, form: str | None) -> pd.DataFrame:
    """The references of one brief: the creator's own best on the theme, then others', of the same format first."""
    on_theme = references[references["theme"].eq(theme)]
    is_own = on_theme["creator_key"].eq(creator_key)
    others = on_theme[~is_own]
    same_first = others.assign(_other=others["format"].ne(form)).sort_values("_other", kind="stable")
    best = same_first.drop_duplicates("creator_key").drop(columns="_other").head(MOST)
    chosen = pd.concat([on_theme[is_own].head(1), best])
    return chosen.assign(is_own=chosen["creator_key"].eq(creator_key))


FOLDER = "briefs"
LEDGER = ".written.json"
"""Hashes of the briefs as they were written: a file that differs from its hash was changed by a person."""

MAX_RULES: int = assume("content.max_rules")

WITH_EVIDENCE = ("profile", "theme_notes")
"""Reasons that quote the creator's own words."""

MAX_WORDS: int = assume("content.max_words")

Pair = Mapping[str, str | None]


@cache
def read_lines() -> dict[str, Any]:
    """The lines of ``templates/content/brief.yaml``."""
    lines: dict[str, Any] = read_bundled_yaml(bundled_folder("templates") / "content" / "brief.yaml")
    return lines


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
    calendar: pd.DataFrame,
    *,
    campaign: Campaign,
    rules: Sequence[Rule],
    usual: pd.DataFrame,
    words: pd.DataFrame | None = None,
    references: pd.DataFrame | None = None,
) -> dict[str, str]:
    """Write out the brief of each note: file name → html. Every text is escaped.

    Parameters
    ----------
    calendar : of `plan_content`. rules : of `choose_rules`. usual : of `find_industry_default`.
    words : search words, of `objectives.plan_keywords`: ``keyword``, ``word_kind``, the best first.
    references : earlier notes worth showing, of `find_references`.
    """
    folder = bundled_folder("templates") / "content"
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True, trim_blocks=True)
    template = environment.from_string((folder / "brief.html.j2").read_text(encoding="utf-8"))
    shared = _share(campaign, rules, usual)
    known = pd.DataFrame(columns=REFERENCE_COLUMNS) if references is None else references
    return {
        row["brief"]: template.render(
            shared
            | _tell(row, campaign)
            | {
                "words": _place_words(row, campaign, words),
                "references": _show_references(row, known),
                "kind": _name_kind(row, campaign) or shared["kind"],
                "structure": _lay_out(row, campaign, usual),
                "fit": _say_fit(row),
            }
        )
        for row in calendar.to_dict("records")
    }


def _fill(line: Pair, **values: object) -> Pair:
    """A line with its places filled; text of people may hold braces of its own."""
    return {language: str(text).format_map(values) for language, text in line.items()}


def _say_fit(row: Mapping[Any, Any]) -> list[Pair]:
    """What suits this creator, and why."""
    lines = read_lines()["fit"]
    ratio = row.get("own_change_ratio")
    values = {name: row.get(name) for name in ("evidence", "n_theme_notes", "n_creator_notes")}
    told = [row.get("reason")]
    told += ["theme_notes"] if row.get("n_theme_notes") and row.get("reason") != "theme_notes" else []
    return [
        _fill(lines[reason], **values, own_change_ratio=_round(ratio))
        for reason in told
        if reason in lines and not (reason in WITH_EVIDENCE and not isinstance(row.get("evidence"), str))
    ]


def _round(ratio: Any) -> str:
    return "" if ratio is None or pd.isna(ratio) else f"{float(ratio):.2g}"


def _place_words(row: Mapping[Any, Any], campaign: Campaign, words: pd.DataFrame | None) -> list[Pair]:
    """Search words for this note: the theme's own for the title, then the brand's name and those of the category."""
    theme = next((each for each in campaign.themes if each.name == row["theme"]), None)
    lines, own = read_lines()["words"], list(theme.keywords) if theme else []
    kinds = {} if words is None else words.groupby("word_kind")["keyword"].agg(list).to_dict()
    brands = kinds.get("brand", [*campaign.brand_names])
    in_chinese = [word for word in brands if not word.isascii()]
    others = [*(in_chinese or brands)[:1], *kinds.get("category", brands)]
    others = [word for word in dict.fromkeys(others) if word not in own][: MAX_WORDS // 2]
    placed = {"title": own[: MAX_WORDS // 2], "text": others}
    written = {where: {"words": ", ".join(each), "words_zh": "、".join(each)} for where, each in placed.items() if each}
    return [_fill(lines[where], **words) for where, words in written.items()]


def _show_references(row: Mapping[Any, Any], references: pd.DataFrame) -> list[Pair]:
    lines = read_lines()["reference"]
    key = str(row.get("creator_key") or row["creator_id"])
    chosen = choose_references(references, creator_key=key, theme=str(row["theme"]), form=row["format"])
    return [
        _fill(
            lines["own" if note["is_own"] else "other"],
            title=note["title"],
            creator_name=note["creator_name"],
            ratio=_round(note["engagement_ratio"]),
        )
        for note in chosen.to_dict("records")
    ]


def _name_kind(row: Mapping[Any, Any], campaign: Campaign) -> list[Pair]:
    """The kind of note that the theme asks for, by its words; nothing where the category's custom says it."""
    said = _list_theme_words(row, campaign)
    return [each for each in read_lines()["kinds"] if any(word in said for word in each["words"])][:1]


def _list_theme_words(row: Mapping[Any, Any], campaign: Campaign) -> str:
    theme = next((each for each in campaign.themes if each.name == row["theme"]), None)
    own = (theme.name_zh or "", *theme.keywords) if theme else ()
    return " ".join((str(row["theme"]), *own)).casefold()


def _lay_out(row: Mapping[Any, Any], campaign: Campaign, usual: pd.DataFrame) -> list[Pair]:
    """Shots or structure by the kind of note: by words of the theme, else by the category, else what every note has."""
    category = usual["category"].iloc[0] if len(usual) else None
    form = row["format"] if isinstance(row["format"], str) else "image"
    fitting = [each for each in read_lines()["structures"] if each["format"] == form]
    said = _list_theme_words(row, campaign)
    by_theme = [each for each in fitting if any(word in said for word in each.get("words", ()))]
    by_category = [each for each in fitting if category in each.get("categories", ())]
    chosen = (by_theme or by_category or [each for each in fitting if not {"words", "categories"} & set(each)])[0]
    names = {theme.name: theme.name_zh for theme in campaign.themes}
    theme = str(row["theme"])
    return [_fill(step, theme=names.get(theme) or theme, theme_en=theme) for step in chosen["steps"]]


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
    lines = read_lines()
    tags = " ".join(f"#{tag.lstrip('#')}" for tag in campaign.hashtags)
    disclosure = [_pair(content.disclosure)] if content.disclosure else [lines["disclosure"]]
    kinds = [
        {"zh": f"{row['content_zh']}（{row['reason_zh']}）", "en": f"{row['content_en']} ({row['reason_en']})"}
        for row in usual.to_dict("records")
    ]
    return {
        "client": campaign.called("zh")[0],
        "campaign": campaign.called("zh")[1],
        "synthetic": campaign.synthetic,
        "time_zone": campaign.time_zone,
        "message": [_pair(content.message)] if content.message else [],
        "selling_points": [
            line
            for point in content.selling_points
            for line in (_pair(point), *([_fill(lines["proof"], proof=point.proof)] if point.proof else []))
        ],
        "kind": kinds,
        "must_say": [_pair(line) for line in content.must_say],
        "must_not_say": [_pair(line) for line in content.must_not_say],
        "hashtags": [_fill(lines["hashtags"], tags=tags)] if tags else [],
        "disclosure": disclosure,
        "links": [{"zh": link, "en": ""} for link in content.links],
        "rules": _list_rules(rules),
        "measured": [lines["measured"][campaign.objective], lines["settled"]],
    }


def _pair(line: Any) -> Pair:
    return {"zh": line.zh, "en": line.en}


def _list_rules(rules: Iterable[Rule]) -> list[Pair]:
    """Lines of the rules that have one, each said once; how to mark the note stands in a part of its own."""
    lines: dict[str, Pair] = {rule.brief["en"]: rule.brief for rule in rules if rule.brief and rule.kind == "present"}
    return list(lines.values())[:MAX_RULES]


def _tell(row: Mapping[Any, Any], campaign: Campaign) -> dict[str, Any]:
    names = {theme.name: theme.name_zh for theme in campaign.themes}
    form = read_lines()["formats"].get(row["format"], read_lines()["any_format"])
    not_set = read_lines()["not_set"]
    days = {name: not_set if pd.isna(row[name]) else f"{row[name]:%Y-%m-%d}" for name in ("draft_date", "approve_date")}
    clocks = {name: not_set if pd.isna(row[name]) else row[name] for name in ("market_time", "beijing_time")}
    who = {"creator_name": row["creator_name"], "theme": row["theme"], "theme_zh": names.get(row["theme"])}
    return {**who, **days, **clocks, "format": form}


# ------------------------------------------------------------------------------------------ writing


def write_briefs(folder: Path, pages: Mapping[str, str], *, run_folder: str | Path = "") -> Briefs:
    """Write briefs into ``briefs/`` of a campaign folder; a brief that a person changed is kept.

    The new version of a changed brief is laid beside it as ``<name>.new.html``, unless it says what the person
    started from. A brief whose creator has left the roster stays where it is. Within a run that is still being made
    they are laid into its folder, for `place_briefs`.
    """
    if not pages:
        return Briefs(0, (), ())
    target = Path(folder) / FOLDER
    ledger = _read_ledger(target)
    written = {name: page for name, page in pages.items() if _is_ours(target / name, page, ledger)}
    kept = tuple(name for name in pages if name not in written)
    beside = {
        new: pages[name]
        for name in kept
        if ledger.get(name) != _hash(pages[name].encode())
        and _is_ours(target / (new := name.removesuffix(".html") + ".new.html"), pages[name], ledger)
    }
    if Path(run_folder).suffix == PART:
        _write(Path(run_folder) / FOLDER, pages)
    else:
        _write(target, written | beside)
        ledger |= {name: _hash(page.encode()) for name, page in (written | beside).items()}
        (target / LEDGER).write_text(json.dumps(ledger, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
    return Briefs(len(written), kept, tuple(beside))


def place_briefs(folder: Path, run_folder: Path) -> None:
    """Write the briefs that a run has laid into its own folder, now that it is through."""
    laid = run_folder / FOLDER
    if laid.is_dir():
        write_briefs(folder, {path.name: path.read_bytes().decode() for path in sorted(laid.iterdir())})
        shutil.rmtree(laid)


def _is_ours(path: Path, page: str, ledger: Mapping[str, str]) -> bool:
    """Whether a file may be written: it is not there, is as it was written, or says the same already."""
    if not path.exists():
        return True
    found = _hash(path.read_bytes())
    return found == ledger.get(path.name) or found == _hash(page.encode())


def _write(folder: Path, pages: Mapping[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    for name, page in pages.items():
        path, raw = folder / name, page.encode()
        if not path.exists() or path.read_bytes() != raw:
            path.write_bytes(raw)


def _read_ledger(folder: Path) -> dict[str, str]:
    """Hashes as they were written; an unreadable ledger says nothing, so that every file there counts as changed."""
    try:
        stored = json.loads((folder / LEDGER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(value) for name, value in stored.items()} if isinstance(stored, dict) else {}


def _hash(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
