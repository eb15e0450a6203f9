"""Whether headers nobody has seen before land right: ``python -m benchmarks.header_confusion [--check] [FILE]``.

Every set in ``tests/exports/invented/`` names, for each real header, other ways to write it. Whole files are built
from them, with plausible values, and read as any other export; each header is then compared with what the real header
is (``fields.yaml``). The result is written to ``docs/headers.md``; ``--check`` only compares it with that page, a FILE
is another set, whose misses are printed and not written down.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import xlsxwriter
import yaml

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.exports import read_exports
from xhs_toolkit.exports.kinds import list_layouts
from xhs_toolkit.tables import TABLES

ROOT = Path(__file__).resolve().parents[1]
SETS = ROOT / "tests" / "exports" / "invented"
PAGE = ROOT / "docs" / "headers.md"
N_ROWS = 4
ENDINGS = ("csv", "xlsx", "json")
KINDS = {
    "dandelion_creators": ("dandelion_creators", "dandelion_creators"),
    "dandelion_order_report": ("dandelion_orders", "dandelion_orders"),
    "dandelion_notes": ("dandelion_notes", "dandelion_api_notes"),
    "juguang": ("juguang_report", "juguang_report"),
    "creator_center_notes": ("creator_center_notes", "creator_center_notes"),
    "huitun_creators": ("huitun_creators", "huitun_creators"),
    "qiangua_creators": ("qiangua_creators", "qiangua_creators"),
    "mediacrawler_notes": ("mediacrawler_notes", "mediacrawler_notes"),
    "seeding_sheet": ("agency_seeding", "agency_seeding"),
}
"""Kind in a set → layout of its site export and of its API rows (fields in Latin letters)."""
MAY_BE = "?"
"""At the end of what a header is, where listing it as not used is right as well."""
SPLIT = {"dandelion_creators", "dandelion_notes"}
"""Kinds whose site export and API rows never stand in one file."""
Set = dict[str, dict[str, list[str]]]


class Column(NamedTuple):
    """One column of a built file: the header, the real one it stands for, what that is, and true values."""

    header: str
    field: str
    wanted: str | None
    values: list[object]


class Landed(NamedTuple):
    """One invented header as it was read."""

    kind: str
    field: str
    header: str
    wanted: str | None
    found: str | None

    @property
    def outcome(self) -> str:
        """``right``, ``missed`` (listed as not used), or ``wrong`` (read as something else)."""
        if self.wanted == self.found or {self.wanted, self.found} == {None, "private"}:
            return "right"
        if self.wanted and self.wanted.endswith(MAY_BE):
            return "right" if self.found in {None, self.wanted.removesuffix(MAY_BE)} else "wrong"
        return "missed" if self.found in {None, "private"} else "wrong"


# --------------------------------------------------------------------------------- files of a set


def list_sets() -> list[Path]:
    """The sets in the order they were written."""
    return sorted(SETS.glob("set*.yaml"), key=lambda path: int(path.stem[3:]))


def read_set(path: Path) -> tuple[Set, list[str]]:
    """The invented headers of a set by kind and real header, and the headers that are nobody's."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    data.pop("about", None)
    strangers = [str(name) for name in data.pop("not_ours", [])]
    kinds = {
        kind: {str(field): [str(name) for name in names] for field, names in fields.items()}
        for kind, fields in data.items()
    }
    return kinds, strangers


def read_fields() -> dict[str, dict[str, str | None]]:
    """Kind → real header → what it is."""
    fields: dict[str, dict[str, str | None]] = yaml.safe_load((SETS / "fields.yaml").read_text(encoding="utf-8"))
    return fields


def list_files(kind: str, variants: Mapping[str, list[str]]) -> Iterator[tuple[str, list[Column]]]:
    """Layout and columns of the files built for one kind, so that each invented header stands in one at least."""
    fields = read_fields()[kind]
    for place, layout in enumerate(KINDS[kind] if kind in SPLIT else KINDS[kind][:1]):
        alone = kind not in SPLIT
        names = {name: heads for name, heads in variants.items() if alone or int(is_api_name(name)) == place}
        for turn in range(max(map(len, names.values()), default=0)):
            for group in spread(names, fields, turn):
                whole = [*group, *list_others(group, fields, None if alone else bool(place))]
                yield layout, [make_column(head, name, fields[name], layout) for name, head in whole]


def list_others(
    group: list[tuple[str, str]], fields: Mapping[str, str | None], is_api: bool | None
) -> Iterator[tuple[str, str]]:
    """The real headers of the kind that a file's invented ones leave out: an export has all its columns."""
    taken = {key for name, head in group for key in (name, head.casefold(), fields[name])}
    for name, wanted in fields.items():
        if is_api in {None, is_api_name(name)} and not {name, name.casefold(), wanted or name} & taken:
            taken |= {name.casefold(), wanted}
            yield name, name


def is_api_name(field: str) -> bool:
    """Whether a real header is a field of an API."""
    return field.isascii()


def spread(
    names: Mapping[str, list[str]], fields: Mapping[str, str | None], turn: int
) -> Iterator[list[tuple[str, str]]]:
    """Real and invented header of the columns of each file of a turn: whole exports, no meaning twice in one."""
    waiting = {name: heads[turn % len(heads)] for name, heads in names.items()}
    while waiting:
        rest = {name: heads[0] for name, heads in names.items() if name not in waiting}
        group: list[tuple[str, str]] = []
        taken: set[str] = set()
        for name, head in [*waiting.items(), *rest.items()]:
            keys = {head.casefold(), fields[name] or name}
            if not keys & taken:
                taken |= keys
                group.append((name, head))
        yield group
        waiting = {name: head for name, head in waiting.items() if (name, head) not in group}


# ------------------------------------------------------------------------------------ true values

ID, USER = "64a1b2c3000000001f00a{:03x}", "5ef1b2c3000000000100a{:03x}"
TEXTS = {
    "note_id": ID,
    "note_link": f"https://www.xiaohongshu.com/explore/{ID}",
    "creator_id": USER,
    "creator_link": f"https://www.xiaohongshu.com/user/profile/{USER}",
    "placement_id": "69001234567890{:04d}",
    "campaign_id": "51001234567{:03d}",
    "unit_id": "52001234567{:03d}",
    "creative_id": "53001234567{:03d}",
    "xhs_number": "94821{:03d}",
    "fan_genders": "1{}.6% | 8{}.4%",
    "fan_ages": "18-24岁|4{}.0% 25-34岁|38.5%",
    "fan_places": "上海|1{}.4% 北京|15.2%",
    "fan_interests": "美食|1{}.4% 影视|5.2%",
    "status": "已发布",
    "place": "上海",
    "gender": "女",
    "placement_kind": "信息流推广",
    "posted_at": "2026-07-1{} 10:00:00",
    "created_at": "2026-07-0{} 09:00:00",
    "completed_at": "2026-07-2{} 09:00:00",
    "as_of": "2026-08-0{} 12:00:00",
    "date": "2026-07-1{}",
}
FORMATS = ("图文", "视频")
NUMBERS = {"count": 1200.0, "money": 850.0, "number": 30.0, "share": 0.125}
UNPLACED = {
    "蒲公英主页": f"https://pgy.xiaohongshu.com/solar/pre-trade/blogger-detail/{USER}",
    "类型": "类型 {}",
    "名称": "名称 {}",
}


def make_column(header: str, field: str, wanted: str | None, layout: str) -> Column:
    """One column with plausible cells for what it is."""
    name = (wanted or "").removesuffix(MAY_BE).split(" ")[0]
    kind = next((column.kind for table in TABLES.values() for column in table if column.name == name), "")
    values = [make_value(name, kind, field, row) for row in range(N_ROWS)]
    if kind == "share" and ("%" in header or "％" in header or "pct" in header.lower()):
        values = [round(float(str(value)) * 100, 6) for value in values]
    if kind == "money" and layout == "dandelion_api_notes":
        values = [float(str(value)) * 100 for value in values]
    return Column(header, field, wanted, values)


def make_value(name: str, kind: str, field: str, row: int) -> object:
    """One cell of a canonical column; of a real header without one, something that could stand there."""
    if name == "format":
        return FORMATS[row % 2]
    if name in TEXTS:
        return TEXTS[name].format(row + 1, row + 1)
    if kind in NUMBERS:
        return NUMBERS[kind] + (row / 1000 if kind == "share" else row)
    if name:
        return f"{name} {row}"
    return next((text.format(row) for end, text in UNPLACED.items() if field.endswith(end)), str(7 + row))


# ----------------------------------------------------------------------------- written and read


def write_table(path: Path, columns: list[Column]) -> None:
    """Write the columns as csv, xlsx or json."""
    rows = [[column.values[row] for column in columns] for row in range(N_ROWS)]
    heads = [column.header for column in columns]
    if path.suffix == ".json":
        records = [dict(zip(heads, row, strict=True)) for row in rows]
        path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    elif path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([heads, *rows])
    else:
        with xlsxwriter.Workbook(str(path), {"strings_to_urls": False}) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate([heads, *rows]):
                sheet.write_row(number, 0, row)


class Built(NamedTuple):
    """One file of a set: its name, the kind in the set, the layout it is of, and its columns."""

    name: str
    kind: str
    layout: str
    columns: list[Column]


def build_files(folder: Path, kinds: Set, strangers: list[str]) -> list[Built]:
    """Write all files of a set, a few headers that are nobody's in each."""
    files: list[Built] = []
    for kind, variants in kinds.items():
        for layout, columns in list_files(kind, variants):
            number = len(files)
            names = dict.fromkeys(strangers[(number * 3 + i) % len(strangers)] for i in range(3)) if strangers else {}
            extra = [Column(name, "", None, [str(row) for row in range(N_ROWS)]) for name in names]
            path = folder / f"{number:03d}.{ENDINGS[number % len(ENDINGS)]}"
            write_table(path, [*columns, *extra])
            files.append(Built(path.name, kind, layout, [*columns, *extra]))
    return files


@cache
def judge_set(path: Path) -> list[Landed]:
    """Every invented header of a set, once, as `read_exports` reads it in a whole file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = build_files(folder, read_set(path)[0], read_set(path)[1])
        exports = read_exports(folder, campaign=Campaign(folder=folder))
    tables = dict(zip(exports.files["file"], exports.files["table"], strict=True))
    headers = exports.headers.astype(object).where(exports.headers.notna(), None).to_dict("records")
    found = {(str(row["file"]), str(row["header"])): row for row in headers}
    landed: dict[tuple[str, str, str], Landed] = {}
    for file in files:
        is_right_table = tables[file.name] == TABLE_OF[file.layout]
        for column in (column for column in file.columns if column.header != column.field):
            row = found.get((file.name, " ".join(column.header.split())))
            place = describe(row) if row and (is_right_table or row["state"] == "private") else None
            key = (file.kind, column.field, column.header)
            landed.setdefault(key, Landed(*key, column.wanted, place))
    return list(landed.values())


TABLE_OF = {layout.kind: layout.table for layout in list_layouts()}


def describe(row: Mapping[str, object]) -> str | None:
    """A row of `Exports.headers` in the words of ``fields.yaml``."""
    if row["state"] == "private":
        return "private"
    if row["state"] not in {"read", "duplicate"}:
        return None
    window = None if row["window_days"] is None else f"{row['window_days']:.0f}"
    group = ["-" if part is None else str(part) for part in (row["scope"], row["format"], window)]
    return " ".join([str(row["column"]), *(group if set(group) != {"-"} else ())])


# ---------------------------------------------------------------------------------------- the page

INTRODUCTION = """# Headers nobody has seen before

Exports change their headers monthly. This page says how headers that the readers were not written for are read: people
were given the list of real headers and wrote down other ways to say the same. Whole files are built from their headers,
with plausible values and a few columns that are nobody's, and go through `read_exports` like any other export.

- **right**: read into the column that the real header belongs to (scope, format and window included), or, where the
  tables have no such column, listed as not used.
- **missed**: listed as not used although there is a column for it. `xhs check` shows it, `campaign.yaml` can map it.
- **wrong**: read into another column. This must not happen, for nobody would see it.

Limits: the headers are invented, not observed. The first figures are those of the readers as they were before anything
was changed for that set; the later ones were taken after the words and rules had been widened with the set in view, so
that they are no estimate of what a new file will do.

**What to expect of a new file.** Sets 4 to 11 were each written by somebody who had seen neither the readers nor any
other set, and measured once before anything was changed for them, one after the other:

SETS
What is missed comes mostly in whole files, when a column that the kind cannot do without is not understood: `xhs check`
names it. An earlier blind set of 212 headers, of which only the figures were kept, was read 84.9% right and none wrong.
Header rows that were not invented but found in public programs are in `tests/exports/observed.yaml`.

This page is made by `python -m benchmarks.header_confusion`; a test compares it.
"""


def write_page(paths: list[Path], *, with_sections: bool = True) -> str:
    """The page ``docs/headers.md``; without its sections what does not need the sets to be read."""
    introduction = INTRODUCTION.replace("SETS\n", "\n".join(list_blind(paths)) + "\n\n")
    return "\n".join([introduction, *(part for path in paths if with_sections for part in describe_set(path))])


def list_blind(paths: list[Path]) -> Iterator[str]:
    """The first figures of the blind sets, in the order of their measuring."""
    yield "| first measure of | headers with a column | right, % | wrong | without one | read as something |"
    yield "|---|---:|---:|---:|---:|---:|"
    for path in paths:
        about = yaml.safe_load(path.read_text(encoding="utf-8"))["about"]
        first = about["first"]
        if about.get("blind"):
            n = sum(first[name] for name in ("right", "missed", "wrong"))
            n_others = first["without_right"] + first["without_wrong"]
            right = f"{100 * first['right'] / n:.1f}"
            yield f"| set {path.stem[3:]} | {n} | {right} | {first['wrong']} | {n_others} | {first['without_wrong']} |"


def describe_set(path: Path) -> Iterator[str]:
    """The section of one set."""
    about = yaml.safe_load(path.read_text(encoding="utf-8"))["about"]
    landed = judge_set(path)
    with_place = [item for item in landed if has_column(item)]
    without = [item for item in landed if item not in with_place]
    yield f"## {about['title']}\n\n{about['provenance'].strip()}\n"
    yield "| | headers | right | missed | wrong | right, % |\n|---|---:|---:|---:|---:|---:|"
    first = about["first"]
    yield _write_row("first time, headers with a column", first["right"], first["missed"], first["wrong"])
    yield _write_row("now, headers with a column", *_count(with_place))
    yield _write_row("first time, headers without one", first["without_right"], 0, first["without_wrong"])
    yield _write_row("now, headers without one", *_count(without))
    yield "\n| now, by kind of export | headers | right | missed | wrong | right, % |\n|---|---:|---:|---:|---:|---:|"
    for kind in dict.fromkeys(item.kind for item in landed):
        yield _write_row(kind, *_count([item for item in with_place if item.kind == kind]))
    faults = [item for item in landed if item.outcome != "right"]
    if faults:
        yield "\n| not right | kind | real header | belongs to | read as |\n|---|---|---|---|---|"
    for item in faults:
        cells = (_quote(item.header), item.kind, item.field or "nobody’s", item.wanted or "-", item.found or "not used")
        yield f"| {' | '.join(cells)} |"
    yield ""


def has_column(item: Landed) -> bool:
    """Whether the tables have a column for what a header is, and none that is as right."""
    return item.wanted not in {None, "private"} and not str(item.wanted).endswith(MAY_BE)


def _count(landed: list[Landed]) -> tuple[int, int, int]:
    counts = Counter(item.outcome for item in landed)
    return counts["right"], counts["missed"], counts["wrong"]


def _write_row(label: str, right: int, missed: int, wrong: int) -> str:
    n = right + missed + wrong
    return f"| {label} | {n:,} | {right:,} | {missed:,} | {wrong:,} | {100 * right / n if n else 100:.1f} |"


def _quote(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> int:
    """Write the page, compare it (``--check``), or print what becomes of another set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", nargs="?", type=Path, help="a set of your own: prints what is not right")
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    if given.set:
        landed = judge_set(given.set)
        for item in landed:
            if item.outcome != "right":
                print(
                    f"{item.outcome}: {item.kind}, {item.field}, {item.header!r} is {item.wanted}, read as {item.found}"
                )
        print("with a column:", _count([item for item in landed if has_column(item)]))
        print("without:", _count([item for item in landed if not has_column(item)]))
        return 0
    page = write_page(list_sets())
    if given.check:
        return int(not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page)
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
