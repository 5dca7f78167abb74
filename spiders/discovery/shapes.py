"""The shapes of a source's addresses, learned from the pages that it published. Pure.

Every source writes its articles' addresses in a few shapes (``/monde/2026/11/23/some-long-slug-1234.html``). What
cleaning found a page to be, article or not, says which shapes are articles' here, without a selector written by hand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit

ENOUGH = 3
"""Pages of one shape from which it says something."""
MOSTLY = 0.8
"""Share of articles (or of others) among them from which it decides."""

_EXTENSION = re.compile(r"\.(?:s?html?|php\d?|aspx?|jsp)$")
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Shapes:
    """How many pages of each shape were articles, and how many were something else."""

    articles: Mapping[str, int] = field(default_factory=dict)
    others: Mapping[str, int] = field(default_factory=dict)

    def say(self, url: str) -> Literal["article", "other"] | None:
        """What pages of this address's shape were; None when too few are known, or both kinds.

        The shape with its first word (``/tag/…`` against ``/monde/…``) goes before the shape alone.
        """
        for shape in shapes_of(url):
            articles, others = self.articles.get(shape, 0), self.others.get(shape, 0)
            known = articles + others
            if known >= ENOUGH:
                if articles >= MOSTLY * known:
                    return "article"
                # A source without a single article is one that cleaning cannot read; its links are not to blame.
                return "other" if self.articles and others >= MOSTLY * known else None
        return None


NOTHING_LEARNED = Shapes()


def learn(articles: Iterable[str], others: Iterable[str]) -> Shapes:
    """The shapes of a source's addresses, from those that were articles and those that were not."""
    return Shapes(_counted(articles), _counted(others))


def shapes_of(url: str) -> tuple[str, ...]:
    """The shapes of an address, the narrower first; none for what is no address or has no path.

    A segment is a date (``D``), a year (``Y``), a month or day (``M``), a number (``N``), one word (``w``), two or
    three words (``s``), a slug of more (``S``), or a code of letters and digits (``c``); ``+N`` marks a slug that
    begins or ends with a number of four digits or more, a suffix its extension, ``?`` the names of its parameters.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ()
    segments = [unquote(segment).lower() for segment in parts.path.split("/") if segment]
    names = sorted(piece.partition("=")[0] for piece in parts.query.split("&") if piece)
    if not segments and not names:
        return ()
    coarse = "/".join(map(_segment, segments)) + (f"?{'&'.join(names)}" if names else "")
    if len(segments) > 1 and _segment(segments[0]) == "w":
        return f"{segments[0]}:{coarse}", coarse
    return (coarse,)


def _segment(text: str) -> str:
    found = _EXTENSION.search(text)
    name = text[: found.start()] if found else text
    suffix = found[0] if found else ""
    if re.fullmatch(r"(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:[0-2]\d|3[01])", name):
        return "D" + suffix
    if re.fullmatch(r"(?:19|20)\d\d", name):
        return "Y" + suffix
    if re.fullmatch(r"\d{1,2}", name):
        return "M" + suffix
    if name.isdigit():
        return "N" + suffix
    tokens = _TOKEN.findall(name)
    words = [token for token in tokens if not any(character.isdigit() for character in token)]
    numbered = any(token.isdigit() and len(token) >= 4 for token in (tokens[:1] + tokens[-1:]))
    if not words:
        return "c" + suffix
    kind = "w" if len(words) == 1 else "s" if len(words) <= 3 else "S"
    if kind == "w" and len(tokens) > 1 and not numbered:
        kind = "c"
    return kind + ("+N" if numbered else "") + suffix


def _counted(urls: Iterable[str]) -> Counter[str]:
    return Counter(shape for url in urls for shape in shapes_of(url))
