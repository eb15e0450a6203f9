"""Writes the smallest old binary workbook (BIFF8 inside a compound file) that readers accept."""

from __future__ import annotations

import struct
from pathlib import Path

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def write_xls(path: Path, rows: list[list[str | float]], *, stream: str = "Workbook") -> None:
    """Write one sheet named 表1."""
    path.write_bytes(_make_compound(stream, _make_workbook(rows)))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _make_workbook(rows: list[list[str | float]]) -> bytes:
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0x41, 6)
    name = "表1".encode("utf-16-le")
    size = len(_record(0x0809, begin)) + len(_record(0x42, b"\0\0")) + 4 + 8 + len(name) + 4
    bound = struct.pack("<IBBBB", size, 0, 0, len(name) // 2, 1) + name
    start = _record(0x0809, begin) + _record(0x42, struct.pack("<H", 1200)) + _record(0x85, bound) + _record(0x0A, b"")
    begin = struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0x41, 6)
    width = max(map(len, rows))
    cells = b"".join(_make_cell(y, x, cell) for y, row in enumerate(rows) for x, cell in enumerate(row))
    reach = _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    return start + _record(0x0809, begin) + reach + cells + _record(0x0A, b"")


def _make_cell(row: int, column: int, cell: str | float) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(cell, str):
        return _record(0x0204, place + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le"))
    return _record(0x0203, place + struct.pack("<d", cell))


def _make_compound(stream: str, data: bytes) -> bytes:
    data = data.ljust(max(4096, -(-len(data) // _SECTOR) * _SECTOR), b"\0")
    n_sectors = len(data) // _SECTOR
    chain = [_FAT, _END, *range(3, n_sectors + 2), _END]
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(_SECTOR, b"\xff")
    if len(fat) > _SECTOR:
        raise ValueError("too many rows for one sector of the allocation table")
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<I", 0)
    entries = _make_entry("Root Entry", 5, 1, _END, 0) + _make_entry(stream, 2, _FREE, 2, len(data))
    return header.ljust(_SECTOR, b"\xff") + fat + entries.ljust(_SECTOR, b"\0") + data


def _make_entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, _FREE, _FREE, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)
