"""How fast files open and cells read, as ratios to pandas in one run: python benchmarks/bench_exports.py.

Each measurement runs in a process of its own, so that peak memory is that of one way of reading only.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HEADER = [
    "笔记ID",
    "笔记标题",
    "首次发布时间",
    "体裁",
    "曝光",
    "观看量",
    "封面点击率",
    "点赞",
    "评论",
    "收藏",
    "涨粉",
    "分享",
    "弹幕",
]


def make_row(rng: random.Random, *, messy: bool) -> list[object]:
    """One note as exported: plain numbers as in a workbook, or cells as people write them."""
    views = rng.randrange(10**6)
    day = f"2026年{rng.randrange(1, 13):02}月{rng.randrange(1, 29):02}日"
    hour = f"{rng.randrange(24):02}时{rng.randrange(60):02}分05秒"
    exposure = rng.choice([f"{views / 10_000:.1f}w", f"{views:,}", "-", "10万+", str(views)]) if messy else views
    rate = f"{rng.random() * 20:.2f}%" if messy else round(rng.random() / 5, 3)
    about = [f"{rng.getrandbits(96):024x}", f"标题 {views}", day + hour, rng.choice(["图文", "视频"])]
    return [*about, exposure, views, rate, *(rng.randrange(2_000) for _ in range(5)), 0]


def write_csv(path: Path, n_rows: int) -> None:
    rng = random.Random(1)  # noqa: S311
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(make_row(rng, messy=True) for _ in range(n_rows))


def write_xlsx(path: Path, n_rows: int) -> None:
    import xlsxwriter

    rng = random.Random(1)  # noqa: S311
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for number in range(1, n_rows + 1):
            sheet.write_row(number, 0, make_row(rng, messy=False))


def read_with_pandas_csv(path: Path) -> None:
    import pandas as pd

    pd.read_csv(path, dtype=str, keep_default_na=False)


def read_with_pandas_xlsx(path: Path) -> None:
    import pandas as pd

    pd.read_excel(path, engine="openpyxl", header=None)


def open_with_toolkit(path: Path) -> None:
    from xhs_toolkit.exports.sheets import open_file

    open_file(path)


def read_into_tables(path: Path) -> None:
    """All of what a campaign does with its exports: recognise, read, reconcile, check."""
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.exports import read_exports

    exports = read_exports(path.parent, campaign=Campaign(folder=path.parent))
    assert exports.files["kind"].tolist() == ["creator_center_notes"]


WAYS = {
    "csv: pandas.read_csv(dtype=str)": (read_with_pandas_csv, "csv"),
    "csv: open_file": (open_with_toolkit, "csv"),
    "csv: read_exports, checked tables": (read_into_tables, "csv"),
    "xlsx: pandas.read_excel(openpyxl)": (read_with_pandas_xlsx, "xlsx"),
    "xlsx: open_file": (open_with_toolkit, "xlsx"),
    "xlsx: read_exports, checked tables": (read_into_tables, "xlsx"),
}


def measure_here(way: str, path: Path) -> None:
    """Print seconds and peak megabytes of one way; imports are not counted."""
    import pandas as pd  # noqa: F401
    import pyarrow.csv  # noqa: F401

    import xhs_toolkit.campaign
    import xhs_toolkit.exports  # noqa: F401

    start = time.perf_counter()
    WAYS[way][0](path)
    unit = 1e6 if sys.platform == "darwin" else 1e3
    print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


def measure(way: str, path: Path, repeats: int) -> tuple[float, float]:
    """Least seconds and peak megabytes over fresh processes."""
    command = [sys.executable, __file__, "--way", way, "--file", str(path)]
    runs = [subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() for _ in range(repeats)]
    return min(float(run[0]) for run in runs), min(float(run[1]) for run in runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--csv-rows", type=int, default=1_000_000)
    parser.add_argument("--xlsx-rows", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--way", choices=list(WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.way:
        measure_here(given.way, given.file)
        return
    with tempfile.TemporaryDirectory() as folder:
        files = {kind: Path(folder) / kind / f"notes.{kind}" for kind in ("csv", "xlsx")}
        for file in files.values():
            file.parent.mkdir()
        write_csv(files["csv"], given.csv_rows)
        write_xlsx(files["xlsx"], given.xlsx_rows)
        print(f"{given.csv_rows:,} rows csv, {given.xlsx_rows:,} rows xlsx, {len(HEADER)} columns")
        print(f"{'':<38}{'seconds':>9}{'as fast':>9}{'peak MB':>9}{'memory':>8}")
        base = {}
        for way, (_, kind) in WAYS.items():
            seconds, megabytes = measure(way, files[kind], given.repeats if kind == "csv" else 1)
            seconds_0, megabytes_0 = base.setdefault(kind, (seconds, megabytes))
            ratios = f"{seconds_0 / seconds:>8.1f}×{megabytes:>9.0f}{megabytes / megabytes_0:>7.1f}×"
            print(f"{way:<38}{seconds:>9.2f}{ratios}")


if __name__ == "__main__":
    main()
