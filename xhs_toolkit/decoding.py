"""Texts that people keep: UTF-8, or GB18030 as Chinese Windows saves it."""

from __future__ import annotations

ENCODINGS = ("utf-8-sig", "gb18030")


def decode_text(raw: bytes) -> tuple[str, str] | None:
    r"""The text and its encoding; None where it is in neither.

    >>> decode_text("保留".encode("gb18030")), decode_text(b"a"), decode_text(b"\xff\xff")
    (('保留', 'gb18030'), ('a', 'utf-8-sig'), None)
    """
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return None
