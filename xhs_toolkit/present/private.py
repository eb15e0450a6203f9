"""Contacts of persons: found in any text, and left out wherever a client would read them.

An e-mail address, a telephone number, a QQ number and a WeChat id each have one pattern. Pictures, pages and tables
leave them out when they are written, and the release gate looks for them again in the finished files.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LEFT_OUT: Final = "[…]"
"""What stands where a contact stood."""

_NOT_BEFORE, _NOT_AFTER = r"(?<![0-9A-Za-z_.+/-])", r"(?![0-9A-Za-z_]|[.,][0-9])"
CONTACTS: Final = {
    "email": re.compile(
        r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4}\.[A-Za-z]{2,24}",
        re.ASCII,
    ),
    "phone": re.compile(
        rf"{_NOT_BEFORE}(?:"
        r"(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}"  # mobile, mainland China
        r"|\+\d{1,3}[ -]?\(?\d(?:[ ()-]{0,2}\d){6,11}"  # any country, with its code
        r"|\(?0[2-9]\d{0,2}\)? \d{3,4} \d{3,4}|02\d{7,9}|04\d{8}"  # New Zealand and Australia
        r"|0\d{2,3}-\d{7,8}"  # landline, mainland China
        rf"){_NOT_AFTER}"
    ),
    "qq": re.compile(r"(?:(?<![a-z])qq|扣扣|企鹅)\s*(?:号|群)?\s*[:：]?\s*[1-9]\d{4,10}(?!\d)", re.IGNORECASE),
    "wechat": re.compile(
        r"(?:微信|薇信|v信|(?:加|\+|➕)\s*[我个]?\s*[v薇微威]|wechat|weixin|(?<![a-z])vx|(?<![a-z])wx)\s*(?:号|id)?\s*"
        r"(?:[:：]\s*[a-z][a-z0-9_-]{5,19}|(?=[a-z-]*[\d_])[a-z][a-z0-9_-]{5,19})",
        re.IGNORECASE,
    ),
}
"""Kind of contact → its pattern. A WeChat id (微信号): 6 to 20 letters, digits, ``_`` or ``-``, a letter first."""


def fold(text: str) -> str:
    r"""Return a text as it is looked into: plain characters, none without width.

    >>> fold("Ｔｕ\u200bｉ")
    'Tui'
    """
    if text.isascii():
        return text
    return "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")


def find_contacts(text: str) -> list[tuple[str, str]]:
    """Return the contacts in a text, each with its kind.

    >>> find_contacts("合作：ana@example.com，微信：ana_2026")
    [('email', 'ana@example.com'), ('wechat', '微信：ana_2026')]
    """
    return [(kind, match[0]) for kind, pattern in CONTACTS.items() for match in pattern.finditer(text)]


def mask_contacts(text: str) -> str:
    """Return the text without its contacts; in plain characters only where other ones hide one.

    >>> mask_contacts("周末徒步 13912345678"), mask_contacts("64f0c1390000000013012345")
    ('周末徒步 […]', '64f0c1390000000013012345')
    >>> mask_contacts("加v ana_2026 / QQ：123456789 / 021555019 / ana＠example.com")
    '[…] / […] / […] / […]'
    """
    masked = _leave_out(text)
    return _leave_out(fold(text)) if find_contacts(fold(masked)) else masked


def _leave_out(text: str) -> str:
    for pattern in CONTACTS.values():
        text = pattern.sub(LEFT_OUT, text)
    return text
