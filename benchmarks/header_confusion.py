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
from pathlib import Path
from typing import NamedTuple

import xlsxwriter
import yaml

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.exports import read_exports
from xhs_toolkit.exports.reading import LAYOUTS
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
        return "missed" if self.found in {None, "private"} else "wrong"


# --------------------------------------------------------------------------------- files of a set


def read_set(path: Path) -> tuple[Set, list[str]]:
    """The invented headers of a set by kind and real header, and the headers that are nobody's."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
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
    for place, layout in enumerate(dict.fromkeys(KINDS[kind])):
        alone = kind not in SPLIT
        names = {name: heads for name, heads in variants.items() if alone or int(is_api_name(name)) == place}
        for turn in range(max(map(len, names.values()), default=0)):
            for group in spread(names, fields, turn):
                yield layout, [make_column(head, name, fields[name], layout) for name, head in group]


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
    name = (wanted or "").split(" ")[0]
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


def read_columns(layout: str, columns: list[Column], ending: str) -> dict[str, str | None]:
    """Header → where `read_exports` says that it landed, as in ``fields.yaml``."""
    with tempfile.TemporaryDirectory() as folder:
        write_table(Path(folder) / f"export.{ending}", columns)
        exports = read_exports(Path(folder), campaign=Campaign(folder=Path(folder)))
    table = next(known.table for known in LAYOUTS if known.kind == layout)
    is_read = exports.files["table"].eq(table).all() and exports.files["state"].eq("read").all()
    headers = exports.headers.astype(object).where(exports.headers.notna(), None).to_dict("records")
    return {str(row["header"]): describe(row) if is_read or row["state"] == "private" else None for row in headers}


def describe(row: Mapping[str, object]) -> str | None:
    """A row of `Exports.headers` in the words of ``fields.yaml``."""
    if row["state"] == "private":
        return "private"
    if row["state"] not in {"read", "duplicate"}:
        return None
    window = None if row["window_days"] is None else f"{row['window_days']:.0f}"
    group = ["-" if part is None else str(part) for part in (row["scope"], row["format"], window)]
    return " ".join([str(row["column"]), *(group if set(group) != {"-"} else ())])


def judge_set(path: Path) -> Iterator[Landed]:
    """Every invented header of a set, once, as read in a whole file."""
    kinds, strangers = read_set(path)
    seen = set[tuple[str, str, str]]()
    number = 0
    for kind, variants in kinds.items():
        for layout, columns in list_files(kind, variants):
            nobody = [strangers[(number * 3 + i) % len(strangers)] for i in range(3)] if strangers else []
            extra = [Column(name, "", None, [str(row) for row in range(N_ROWS)]) for name in nobody]
            found = read_columns(layout, [*columns, *extra], ENDINGS[number % len(ENDINGS)])
            number += 1
            for column in [*columns, *extra]:
                key = (kind, column.field, column.header)
                if key not in seen:
                    seen.add(key)
                    yield Landed(
                        kind, column.field, column.header, column.wanted, found.get(" ".join(column.header.split()))
                    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", nargs="?", type=Path)
    given = parser.parse_args()
    landed = list(judge_set(given.set))
    for item in landed:
        if item.outcome != "right":
            print(item.outcome, item.kind, item.field, repr(item.header), "wanted", item.wanted, "found", item.found)
    for kind in dict.fromkeys(item.kind for item in landed):
        print(kind, Counter(item.outcome for item in landed if item.kind == kind and item.field))
    placed = [item for item in landed if item.field and item.wanted not in {None, "private"}]
    print(
        "with a place",
        Counter(item.outcome for item in placed),
        "without",
        Counter(item.outcome for item in landed if item not in placed),
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
