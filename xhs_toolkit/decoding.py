"""Texts that people and tools keep: UTF-8, UTF-16, or GB18030 as Chinese Windows saves it."""

from __future__ import annotations

import codecs
from typing import NamedTuple

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SAMPLED = 200_000
HEAD = 4_096
PIECE = 1 << 20


class Text(NamedTuple):
    """What a file says.

    Attributes
    ----------
    data : the text as UTF-8, without its byte-order mark.
    encoding : the file's own; text that is added at its end is written in it (``utf-8-sig`` as ``utf-8``).
    """

    data: bytes
    encoding: str

    def __str__(self) -> str:
        return self.data.decode("utf-8")


class DecodingError(ValueError):
    """Bytes that are no text: `what` is wrong, and the `fix`."""

    def __init__(self, what: str, fix: str) -> None:
        self.what, self.fix = what, fix
        super().__init__(f"{what}. Fix: {fix}.")


UNKNOWN = ("is in no known encoding (utf-8, gb18030 and utf-16 were tried)", "save it as UTF-8")
BINARY = ("is not a text file", "export it as xlsx or csv, or save it as text")
CUT = ("is cut off, or holds characters that are not utf-8", "export, download or save it again")


def decode_text(raw: bytes) -> Text:
    r"""Find the encoding of a file's bytes, by its byte-order mark or else by what they can be.

    Raises
    ------
    DecodingError : they are no text, cut off, or in no known encoding.

    >>> decode_text("保留".encode("gb18030")).encoding, decode_text(b"a").encoding, str(decode_text(b"\xff\xfea\0"))
    ('gb18030', 'utf-8', 'a')
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return _transcode(raw[len(mark) :], encoding)
    if b"\0" in raw[:HEAD]:
        return _transcode(raw, _guess_utf16(raw[:HEAD]))
    if _is_utf8(raw):
        return _refuse_nulls(Text(raw, "utf-8"))
    if _was_utf8(raw) or _ends_in_character(raw):
        raise DecodingError(*CUT)
    return _transcode(raw, "gb18030")


def _transcode(data: bytes, encoding: str) -> Text:
    try:
        text = data if encoding == "utf-8-sig" else codecs.decode(data, encoding).encode("utf-8")
    except UnicodeError as error:
        raise DecodingError(*UNKNOWN) from error
    if not _is_utf8(text):
        raise DecodingError(*UNKNOWN)
    return _refuse_nulls(Text(text, encoding))


def _refuse_nulls(text: Text) -> Text:
    if b"\0" in text.data:
        raise DecodingError(*BINARY)
    return text


def _is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8, looked at piece by piece: a large file is not held twice."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(data), PIECE):
            decoder.decode(data[at : at + PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _was_utf8(data: bytes) -> bool:
    """True where text that is not valid utf-8 is mostly so: gb18030 would read it, as nonsense."""
    shown = data[:SAMPLED].decode("utf-8", "replace")
    if shown.isascii():
        shown = data[-SAMPLED:].decode("utf-8", "replace")
    n_foreign = sum(not mark.isascii() for mark in shown)
    return shown.count("\ufffd") < 0.1 * n_foreign


def _ends_in_character(data: bytes) -> bool:
    """True where utf-8 text with foreign characters is cut off inside its last one."""
    whole = [data[:-size] for size in (1, 2, 3)]
    return any(not part.isascii() and _is_utf8(part) for part in whole)


def _guess_utf16(head: bytes) -> str:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < 0.2 * len(head) / 2 or min(even, odd) > 0.02 * len(head):
        raise DecodingError(*BINARY)
    return "utf-16-le" if odd > even else "utf-16-be"
