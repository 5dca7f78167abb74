"""Text from the press stays text: in Markdown, in HTML, and as the target of a link."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

_BREAKS = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_SPECIAL = re.compile(r"[\\`*_\[\]#|~$^{}@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_OPENING = re.compile(r"^(\s*(?:\d{1,9}(?=[.)])|(?=[-+=:])))")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

ADDRESS_SAFE = "!$&'*+,-./:;=?@_~%#"
"""Characters of an address that need no encoding between < and > in Markdown or in an attribute."""


class Markdown(str):
    """Text that is Markdown already."""

    __slots__ = ()


def plain(text: str) -> str:
    """One line without control characters, among them those that turn the direction of writing.

    Spaces that do not break stay: they belong to French printing.
    """
    return _INVISIBLE.sub("", _BREAKS.sub(" ", text)).strip()


def markdown(text: object) -> Markdown:
    """The text as Markdown (CommonMark and GitHub's) that shows it and does nothing else, wherever on a line."""
    if isinstance(text, Markdown):
        return text
    shown = _SPECIAL.sub(r"\\\g<0>", plain(str(text)))
    shown = re.sub("[&<>]", lambda found: _ENTITIES[found[0]], shown)
    return Markdown(_OPENING.sub(r"\1\\", shown, count=1))


def link(url: str) -> str | None:
    """The address, safe to be a link's target; None when it is no http or https address."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc:
        return None
    return quote(url.strip(), safe=ADDRESS_SAFE)


def markdown_link(text: str, url: str | None) -> Markdown:
    """A link; the bare text where there is no address."""
    return Markdown(f"[{markdown(text)}](<{url}>)" if url else markdown(text))
