"""What a page says: its texts and rows under their headings, its pictures, and what acts in it."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote_to_bytes

from lxml import etree

from xhs_toolkit.report.contents.pieces import CELLS, HIDDEN, PICTURE, PROSE, STYLE, Content, Piece, hash_picture

EMBEDDED = re.compile(r"url\(data:font/woff2?;base64,[A-Za-z0-9+/=]*\)")
LINK = re.compile(r"url\(\s*['\"]?(?!#|data:)[^)]*\)|@import[^;]*|(?:https?:)?//[^\s'\")]+")
ACTING_TAGS = frozenset({"script", "iframe", "object", "embed", "link", "base", "form", "audio", "video", "applet"})
LOADING = frozenset({"src", "href", "action", "poster", "srcset", "data", "background", "formaction", "xlink:href"})
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4}
CONTENT_TAGS = frozenset({"p", "table", "figure", "dl", "ul", "img"})
TOLD_ATTRIBUTES = ("alt", "title", "aria-label", "content")
NOTE_ADDRESS = re.compile(r"https://www\.xiaohongshu\.com/explore/[\w-]{1,64}")
"""The only address that a page may lead to: a note on the platform."""

LOOKS = ("style", "hidden")
"""Attributes that say how an element looks, and whether it is seen."""


class _Page(HTMLParser):
    """Collects the texts of a page by the element they stand in; the cells of a row are one piece."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.content = Content([], [], [])
        self.heading_place = "head"
        self.open: list[str] = []
        self.buffer: list[str] = []
        self.heading: tuple[str, str] | None = None
        self.heading_words: list[str] = []
        self.row: list[str] = []
        self.n_rows = self.n_cells = 0

    @property
    def place(self) -> str:
        return f"{self.heading_place}, row {self.n_rows}" if "tr" in self.open else self.heading_place

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._flush()
        self.open.append(tag)
        self._look_for_action(tag, dict(reversed(attrs)))  # of two of a name a browser takes the first
        if tag in HEADINGS:
            self.heading_words.clear()
        if tag == "table":
            self.n_rows = self.n_cells = 0
        self.n_rows += tag == "tr"
        self.n_cells += tag == "td"
        if tag in CONTENT_TAGS:
            self.heading = None
        for name, value in attrs:
            if name in TOLD_ATTRIBUTES and value and tag != "meta":
                self.content.say(f"{self.place}, {name} of <{tag}>", PROSE, value)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        self._flush()
        if tag in HEADINGS:
            self._begin_section(tag, " ".join(self.heading_words))
        if tag == "tr":
            self.content.say(self.place, CELLS, *self.row)
            self.row.clear()
        if tag == "table" and self.n_cells == 0:
            self.content.empty.append(Piece(self.place, PROSE, ("a table without rows",)))
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.buffer.append(data)

    def handle_comment(self, data: str) -> None:
        self.content.say(f"{self.place}, comment", HIDDEN, data)

    def close(self) -> None:
        super().close()
        self._flush()
        self._end_section(1)

    def _begin_section(self, tag: str, said: str) -> None:
        self._end_section(HEADINGS[tag])
        self.heading, self.heading_place = (tag, said), said or f"<{tag}>"
        if not said:
            self.content.empty.append(Piece(self.place, PROSE, ("a heading without words",)))

    def _end_section(self, level: int) -> None:
        """A heading is empty when one of its own or a higher level follows at once."""
        if self.heading and HEADINGS[self.heading[0]] >= level:
            self.content.empty.append(Piece(self.heading[1], PROSE, ("a section with nothing in it",)))

    def _flush(self) -> None:
        text = " ".join("".join(self.buffer).split())
        self.buffer.clear()
        if text and "style" in self.open:
            self._look_into_style(text)
        elif text and "tr" in self.open:
            self.row.append(text)
        elif text:
            self.content.say(self.place, PROSE, text)
            self.heading_words.append(text)

    def _look_into_style(self, text: str) -> None:
        text = EMBEDDED.sub("", text)
        self.content.say("style", STYLE, text)
        self._find_links(text)

    def _find_links(self, text: str) -> None:
        self.content.acting.extend(Piece("style", HIDDEN, (match[0],)) for match in LINK.finditer(text))

    def _look_for_action(self, tag: str, attributes: dict[str, str | None]) -> None:
        if tag in ACTING_TAGS:
            self._act(f"<{tag}>")
        if tag == "meta" and (attributes.get("http-equiv") or "").casefold() == "refresh":
            self._act("<meta refresh>")
        for name, value in attributes.items():
            if name.startswith("on"):
                self._act(f"{name}={value}")
            elif name in LOOKS:
                self.content.say(f"{self.place}, <{tag}>", STYLE, f"{name}={value}")
                self._find_links(value or "")
            elif name in LOADING and value:
                self._look_into_address(value)

    def _act(self, what: str) -> None:
        self.content.acting.append(Piece(self.place, HIDDEN, (what,)))

    def _look_into_address(self, address: str) -> None:
        if address.startswith("#") or NOTE_ADDRESS.fullmatch(address):
            return
        if address.startswith(("data:image/svg+xml", "data:image/png;base64,", "data:image/jpeg;base64,")):
            self._look_into_picture(address)
        else:
            self._act(address)

    def _look_into_picture(self, address: str) -> None:
        head, _, body = address.partition(",")
        drawn = base64.b64decode(body) if head.endswith(";base64") else unquote_to_bytes(body)
        self.content.say(f"{self.place}, picture", PICTURE, hash_picture(drawn))
        if "svg" in head:
            _read_drawing(self.content, drawn, f"{self.place}, picture")


def _read_drawing(content: Content, drawn: bytes, place: str) -> None:
    """Texts of an SVG, and what acts in it: scripts, links, handlers."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(drawn, parser=parser)
    except etree.XMLSyntaxError as error:
        content.acting.append(Piece(place, HIDDEN, (f"a picture that cannot be read: {error}",)))
        return
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        if name in {"script", "foreignObject", "image", "a", "iframe"}:
            content.acting.append(Piece(place, HIDDEN, (f"<{name}>",)))
        for key, value in element.attrib.items():
            local = etree.QName(key).localname
            if local.startswith("on") or (local == "href" and not value.startswith("#")):
                content.acting.append(Piece(place, HIDDEN, (f"{local}={value}",)))
        if name in {"text", "tspan", "title", "desc", "metadata"}:
            content.say(place, CELLS, "".join(element.itertext()))


def read_page(path: Path) -> Content:
    """Return what an HTML page says."""
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    page.close()
    return page.content
