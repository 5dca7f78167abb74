"""Bytes to text, and text to a tree."""

from __future__ import annotations

import codecs
import re
from typing import Final

from lxml import etree
from lxml.html import HtmlComment, HtmlElement, HtmlEntity, HtmlProcessingInstruction
from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
)

from processing.bounds import excess
from processing.errors import PageError

# XML 1.0 §2.2 forbids these; lxml refuses a string that has them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# The same in UTF-8, where no surrogate can stand.
_FORBIDDEN_BYTES: Final = bytes({*range(0x20)} - {*b"\t\n\r"})
_NONCHARACTERS: Final = re.compile("\ufffe|\uffff".encode())

_CHARSETS: Final = re.compile(r"cp|iso8859|iso2022|koi8|gb|big5|euc|shift|mac|johab|hz|tis")
"""Beginnings of the names of Python's codecs that are charsets: others (« hex », « idna ») cannot read a page."""
_CONTROLS: Final = re.compile(rb"[\x80-\x9f]")
"""Letters and marks in Windows-1252 (œ, ’, €, …), control characters, which no text has, in ISO 8859."""
_ISO_15: Final = re.compile(rb"[A-Za-z][\xbd\xbc][A-Za-z]|(?<!\d)[\xbc\xbd][a-z]{2}|\d[ \xa0]?\xa4")
"""« c½ur », « ½uvre », « 12 ¤ » in ISO 8859-1: œ and € in ISO 8859-15."""

_CLASSES: Final = etree.ElementDefaultClassLookup(
    element=HtmlElement, comment=HtmlComment, pi=HtmlProcessingInstruction, entity=HtmlEntity
)
"""lxml.html asks a function in Python for the class of every element that is touched, each time; this asks none."""

_PIECE: Final = 1024 * 1024


def decode(body: bytes, content_type: str = "") -> str:
    """The text of an HTML page, by :func:`charset_of`; characters that may not stand in one left out."""
    return readable(as_utf8(body, content_type).decode("utf-8"))


def readable(text: str) -> str:
    """The text without the characters that may stand in no page, and that PostgreSQL refuses."""
    return _FORBIDDEN.sub("", text)


def charset_of(body: bytes, content_type: str = "") -> str:
    """Python's name of the charset that a page, feed or sitemap is written in.

    What the bytes prove comes before what header, XML declaration or meta element say, for these lie: a
    byte-order mark; every second byte NUL (UTF-16); valid UTF-8, which no other text is by chance. Then the
    Content-Type header, then the document's own word, then Windows-1252. The three western charsets are told
    apart by their bytes, for they are sent under each other's names (WHATWG reads the first as Windows-1252 too).
    UTF-8 with a few broken bytes stays UTF-8.
    """
    marked, _ = read_bom(body)
    if marked:
        return marked
    if wide := _wide(body[:512]):
        return wide
    if _is_utf8(body):
        return "utf-8"
    declared = http_content_type_encoding(content_type or None) or html_body_declared_encoding(body)
    name = (resolve_encoding(declared) if declared else None) or "utf-8"
    if _CHARSETS.match(name):
        return _western(body, name)
    return "utf-8" if _mostly_utf8(body) else _western(body, "cp1252")


def as_utf8(body: bytes, content_type: str = "") -> bytes:
    """The same text in UTF-8, without byte-order mark and NUL bytes, whatever its own declaration then says."""
    if _wide(body[:512]) or not _is_utf8(body):
        body = body.decode(charset_of(body, content_type), "replace").encode("utf-8", "replace")
    return body.removeprefix(codecs.BOM_UTF8).replace(b"\0", b"")


def parse(page: str | bytes) -> HtmlElement:
    """The tree of an HTML page, given as text or in UTF-8, without the characters that may stand in none.

    Raises PageError when there is nothing to build one from, or far too much.
    """
    # lxml refuses a str with an encoding declaration, so it gets bytes whose encoding we know.
    markup = (page.encode("utf-8") if isinstance(page, str) else page).translate(None, _FORBIDDEN_BYTES)
    if b"\xef\xbf" in markup:
        markup = _NONCHARACTERS.sub(b"", markup)
    if not markup.strip():
        raise PageError("the page is empty")
    if too_much := excess(markup):
        raise PageError(f"the page is too large for an article: {too_much}")
    try:
        tree: HtmlElement | None = etree.fromstring(markup, _parser())
    except (etree.ParserError, ValueError) as error:
        raise PageError(f"the page cannot be parsed as HTML: {error}") from error
    if tree is None or tree.find("body") is None:
        raise PageError("the page has no body")
    return tree


def _parser() -> etree.HTMLParser:
    """One parser a page: it holds on to the last tree, and may not be shared by threads."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, collect_ids=False)
    parser.set_element_class_lookup(_CLASSES)
    return parser


def _wide(start: bytes) -> str | None:
    """UTF-16 without a byte-order mark: French is nearly all Latin-1, so half of its bytes are NUL."""
    pairs = len(start) // 2
    if pairs < 4:
        return None
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if odd > 0.7 * pairs and even < 0.2 * pairs:
        return "utf-16-le"
    if even > 0.7 * pairs and odd < 0.2 * pairs:
        return "utf-16-be"
    return None


def _is_utf8(body: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(body), _PIECE):
            decoder.decode(body[at : at + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(body: bytes) -> bool:
    """Whether the letters beyond ASCII are UTF-8 but for a few."""
    text = body.decode("utf-8", "replace")
    return len(re.sub(r"[\x00-\x7f\ufffd]+", "", text)) > 4 * text.count("\ufffd")


def _western(body: bytes, name: str) -> str:
    if name not in ("cp1252", "iso8859-15"):
        return name
    if _CONTROLS.search(body):
        return "cp1252"
    return "iso8859-15" if name == "iso8859-15" or _ISO_15.search(body) else "cp1252"
