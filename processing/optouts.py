"""Machine-readable opt-outs from text and data mining. Pure: what was served in, the decision and its proof out.

* TDMRep (W3C community report « TDM Reservation Protocol »): ``/.well-known/tdmrep.json``, the header
  ``tdm-reservation`` and ``<meta name="tdm-reservation">``; ``1`` reserves the rights. The nearer to the page
  the stronger: the meta element over the header, the header over the file.
* ``noai`` in ``X-Robots-Tag`` or in ``<meta name="robots">``, for every agent or for ours.

``noindex`` is a word to search engines and does not refuse us. A policy address beside a reservation offers
a licence; without one agreed the reservation stands.

A refused page leaves no body anywhere: the file is read before the page is asked for, and a page whose
headers or head refuse is dropped before it is archived. What stays is ``page.state = refused_tdm`` and the
proof, the line that refused, in ``page.reason``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote, urlsplit

from lxml import etree, html

WELL_KNOWN = "/.well-known/tdmrep.json"
AGENT = "vedette"
_SIGNS = (b"tdm-reservation", b"noai")
_META = re.compile(rb"<meta\b[^<>]{0,2000}>", re.I)
_MOST_METAS = 500
_AGENT_NAME = re.compile(r"^\s*([\w-]+)\s*:\s*(.*)$", re.S)


@dataclass(frozen=True)
class Rule:
    """One entry of ``tdmrep.json``."""

    location: str
    reserved: bool

    def matches(self, path: str) -> bool:
        """Whether the path (with query) is meant: ``*`` is anything, a closing ``$`` the end, else a prefix."""
        anchored = self.location.endswith("$")
        pattern = ".*".join(re.escape(piece) for piece in self.location.removesuffix("$").split("*"))
        return re.match(pattern + ("$" if anchored else ""), path) is not None


def parse_tdmrep(body: bytes) -> tuple[Rule, ...]:
    """The rules of a ``tdmrep.json``; none when it cannot be read, for then nothing was said."""
    try:
        document = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return ()
    entries = document if isinstance(document, list) else [document]
    return tuple(
        Rule(entry["location"], str(entry.get("tdm-reservation")).strip() == "1")
        for entry in entries
        if isinstance(entry, dict) and isinstance(entry.get("location"), str)
    )


def refused_by_file(rules: Iterable[Rule], url: str) -> str | None:
    """The proof when the rules reserve this address. The longest location that matches decides."""
    parts = urlsplit(url)
    path = unquote(parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    matching = [rule for rule in rules if rule.matches(path)]
    if not matching:
        return None
    strongest = max(matching, key=lambda rule: len(rule.location))
    return f'{WELL_KNOWN}: location "{strongest.location}", tdm-reservation 1' if strongest.reserved else None


def refused_by_page(headers: Iterable[tuple[str, str]], body: bytes) -> str | None:
    """The proof when the page's headers or its HTML head refuse."""
    fields = [(name.lower(), value) for name, value in headers]
    reservation: tuple[bool, str] | None = None
    for name, value in fields:
        if name == "tdm-reservation":
            reservation = value.strip() == "1", f"header tdm-reservation: {value.strip()}"
        if name == "x-robots-tag" and _says_noai(value):
            return f"header X-Robots-Tag: {value.strip()}"
    lowered = body.lower()
    if any(sign in lowered for sign in _SIGNS):
        for name, content in _metas(body):
            if name == "tdm-reservation":
                reservation = (
                    content.strip() == "1",
                    f'<meta name="tdm-reservation" content="{content.strip()}">',
                )
            if name in ("robots", AGENT) and "noai" in _directives(content):
                return f'<meta name="{name}" content="{content.strip()}">'
    return reservation[1] if reservation and reservation[0] else None


def _says_noai(value: str) -> bool:
    """An X-Robots-Tag may begin with the agent it is meant for."""
    named = _AGENT_NAME.match(value)
    if named is None:
        return "noai" in _directives(value)
    return named[1].lower() == AGENT and "noai" in _directives(named[2])


def _directives(content: str) -> set[str]:
    return {word.strip().lower() for word in content.split(",")}


def _metas(body: bytes) -> list[tuple[str, str]]:
    """Names and contents of the meta elements. Only these are parsed: a whole page may be a bomb."""
    elements = b"".join(islice((found[0] for found in _META.finditer(body)), _MOST_METAS))
    try:
        document = html.document_fromstring(elements)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return []
    return [
        ((meta.get("name") or "").strip().lower(), meta.get("content") or "")
        for meta in document.iter("meta")
    ]
