"""Open any export: xlsx, xls, csv, tsv, json, jsonl, by what the file holds and not by what it is called.

`open_file` gives the sheets of a file as stored; `find_header` says where a sheet's header is; `drop_totals` takes
totals rows out; `list_data_files` names the files of a folder that are meant to be read. A file that is hostile,
damaged or no table is refused with an `ExportError` that says what is wrong and what to do, within bounded time and
memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from xhs_toolkit.exports.delimited import decode, read_delimited
from xhs_toolkit.exports.headers import Header, drop_totals, find_header
from xhs_toolkit.exports.records import read_json
from xhs_toolkit.exports.safety import check_path, read_bytes
from xhs_toolkit.exports.sheetbase import MAX_TEXT_BYTES, Content, Sheet, refuse, shown_name
from xhs_toolkit.exports.webtable import read_web_tables
from xhs_toolkit.exports.workbooks import read_xls, read_xlsx

__all__ = ["Header", "Sheet", "drop_totals", "find_header", "list_data_files", "open_file"]

_SKIPPED = re.compile(r"^(\..*|~\$.*|readme(\..*)?|thumbs\.db|desktop\.ini|__macosx)$", re.IGNORECASE)
_MAX_LISTED = 10_000
_JSON_ENDINGS = {".json", ".jsonl", ".ndjson"}

_FOREIGN = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a gzip archive",
    b"Rar!": "a rar archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"SQLite format 3": "a database",
}


def list_data_files(folder: Path) -> list[Path]:
    """Files to read in a folder and one level of sub-folders, sorted by path.

    README files, hidden files, lock files (``~$``) and system files are left out. Links are listed, not followed:
    `open_file` refuses those that leave the folder.
    """
    if not folder.is_dir():
        raise refuse(folder, "is not a folder", "make the folder and put the exported files into it")
    found: list[Path] = []
    for path in sorted(folder.iterdir()):
        if _SKIPPED.match(path.name):
            continue
        if path.is_dir() and not path.is_symlink():
            found += [
                inner for inner in sorted(path.iterdir()) if not _SKIPPED.match(inner.name) and not inner.is_dir()
            ]
        else:
            found.append(path)
    if len(found) > _MAX_LISTED:
        raise refuse(folder, f"holds {len(found):,} files", "keep only the exports of this campaign in it")
    return found


def open_file(path: Path, *, within: Path | None = None) -> list[Sheet]:
    """Open a file and give its sheets as stored, empty ones too.

    Parameters
    ----------
    path : the file.
    within : the folder the file must really lie in, links followed; by default the folder it is listed in.

    Raises
    ------
    ExportError
        The file is hostile, damaged, protected, no table, or holds nothing.
    """
    path = check_path(path, within)
    modified_at = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    contents = _find_reader(path)(path)
    sheets = [_to_sheet(path, content, modified_at) for content in contents]
    if not any(sheet.cells.size for sheet in sheets):
        raise refuse(path, "holds no cells", "export it again")
    return sheets


def _to_sheet(path: Path, content: Content, modified_at: datetime) -> Sheet:
    return Sheet(
        file=shown_name(path),
        name=content.name,
        cells=content.cells,
        created_at=content.created_at,
        modified_at=modified_at,
        encoding=content.encoding,
        problems=content.problems,
        merged=content.merged,
    )


def _find_reader(path: Path) -> Callable[[Path], list[Content]]:
    """The reader for what the file's first bytes say it is."""
    head = _read_head(path)
    if not head:
        raise refuse(path, "is empty", "export it again")
    if head.startswith(b"PK"):
        return read_xlsx
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return read_xls
    for magic, name in _FOREIGN.items():
        if head.startswith(magic):
            raise refuse(path, f"is {name}, not a table", "export it as xlsx or csv")
    return _read_text


def _read_head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4_096)
    except OSError as error:
        raise refuse(path, "cannot be opened", "close it in other programs and check your access to it") from error


def _read_text(path: Path) -> list[Content]:
    """Read a text file by what its first characters look like."""
    text = decode(path, read_bytes(path, MAX_TEXT_BYTES))
    start = text.data[:4_096].lstrip().lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        raise refuse(path, "is an XML table of Excel 2003", "open it in Excel and save it as xlsx")
    if re.match(rb"<(!doctype|html|head|body|table|meta|style|div|!--)", start):
        return read_web_tables(path, text)
    if path.suffix.lower() in _JSON_ENDINGS or re.match(rb'\{\s*"|\[\s*\{', start):
        return read_json(path, text)
    return read_delimited(path, text)
