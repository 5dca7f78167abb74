"""Bytes to text, and text to a tree."""

from __future__ import annotations

import re

from lxml import html
from lxml.etree import ParserError
from lxml.html import HtmlElement
from w3lib.encoding import html_to_unicode

from processing.errors import PageError

# XML 1.0 §2.2 forbids these; lxml refuses a string that has them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def decode(body: bytes, content_type: str = "") -> str:
    """The text of an HTML page.

    Order of trust, as in the WHATWG encoding rules: byte-order mark, Content-Type header, meta element,
    then UTF-8 if the bytes are valid, else Windows-1252, which every byte string is.
    """
    _, text = html_to_unicode(content_type or None, body, default_encoding="utf-8", auto_detect_fun=_guess)
    return _FORBIDDEN.sub("", text)


def _guess(body: bytes) -> str:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def parse(text: str) -> HtmlElement:
    """The tree of an HTML page. Raises PageError when there is nothing to build one from."""
    if not text.strip():
        raise PageError("the page is empty")
    try:
        # lxml refuses a str with an encoding declaration, so it gets bytes whose encoding we know.
        tree = html.document_fromstring(
            text.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8", huge_tree=True)
        )
    except (ParserError, ValueError) as error:
        raise PageError(f"the page cannot be parsed as HTML: {error}") from error
    if tree.find("body") is None:
        raise PageError("the page has no body")
    return tree
