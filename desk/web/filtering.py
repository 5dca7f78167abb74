"""The address of a list of mentions: what its query string asks for, and back. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from desk.web.faults import BadValueError, MissingError
from processing.clean.decode import readable
from processing.mentions import CATEGORIES, POLARITIES
from processing.store.browsing import MentionQuery, Place
from processing.store.reviews import VERDICTS
from processing.zone import PARIS
from spiders.catalogue import KINDS

LARGEST: Final = 2**63 - 1
"""PostgreSQL's bigint."""
LONGEST: Final = 500
"""Code points of a text that is searched for."""

SIDES: Final = ("RUS", "CHN", "WEST", "THIRD", "EXPERT", "MEDIA", "UNKNOWN", "none")
STATES: Final = ("RU", "CN", "none")
REVIEWS: Final = (*VERDICTS, "none")

_LISTS: Final[Mapping[str, tuple[str, Sequence[str] | re.Pattern[str]]]] = {
    "source": ("sources", re.compile(r"[a-z0-9-]{1,100}")),
    "country": ("countries", re.compile(r"[A-Z]{2}")),
    "kind": ("kinds", KINDS),
    "category": ("categories", CATEGORIES),
    "polarity": ("polarities", POLARITIES),
    "side": ("sides", re.compile(r"[A-Za-z_]{1,20}")),
    "state": ("states", re.compile(r"[A-Z]{2}|none")),
    "review": ("reviews", REVIEWS),
}
"""Name in the address → field of MentionQuery, and what it may be."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A list of mentions as its address asks for it: ``given`` are the parts that narrow it, without the place."""

    query: MentionQuery
    after: Place | None
    given: tuple[tuple[str, str], ...]

    def has(self, name: str, value: str) -> bool:
        return (name, value) in self.given

    def first(self, name: str) -> str:
        return next((value for key, value in self.given if key == name), "")

    def address(self, *, after: Place | None = None) -> str:
        """The query string, with its « ? », that asks for the same; with ``after`` for the page after that place."""
        pairs = [*self.given, *([("after", write_place(after))] if after else [])]
        return "?" + urlencode(pairs) if pairs else ""

    def without(self, name: str, value: str) -> str:
        """The query string that asks for the same but for one part."""
        pairs = [pair for pair in self.given if pair != (name, value)]
        return "?" + urlencode(pairs) if pairs else ""


def read(params: QueryParams) -> Asked:
    """What an address asks for. Empty values ask for nothing, names that we do not know are passed over.

    Raises BadValueError naming the part that means nothing.
    """
    given = [
        (name, text)
        for name, value in params.multi_items()
        if (text := readable(value).strip()) and (name in _LISTS or name in _SINGLE)
    ]
    given = list(dict.fromkeys(given))
    lists: dict[str, list[str]] = {}
    for name, value in given:
        if name in _LISTS:
            field, allowed = _LISTS[name]
            fits = allowed.fullmatch(value) if isinstance(allowed, re.Pattern) else value in allowed
            if not fits:
                raise BadValueError(name, value)
            lists.setdefault(field, []).append(value)
    single = {name: value for name, value in given if name in _SINGLE}
    query = MentionQuery(
        since=_moment("since", single["since"]) if "since" in single else None,
        until=_moment("until", single["until"], end=True) if "until" in single else None,
        least_score=_score(single["score"]) if "score" in single else 0.0,
        words=words("q", single["q"]) if "q" in single else None,
        story=_story(single["story"]) if "story" in single else None,
        **{field: tuple(values) for field, values in lists.items()},
    )
    after = params.get("after")
    return Asked(query, read_place(after) if after else None, tuple(given))


_SINGLE: Final = ("since", "until", "score", "q", "story")


def words(name: str, value: str) -> str:
    """A text to search for, fit for PostgreSQL. Raises BadValueError beyond LONGEST code points."""
    if len(value) > LONGEST:
        raise BadValueError(name, value)
    return value


def number(name: str, value: str | None, *, most: int = LARGEST) -> int | None:
    """A whole number from 0 up to ``most``; None for nothing. Raises BadValueError."""
    if not value:
        return None
    if not re.fullmatch(r"[0-9]{1,19}", value) or int(value) > most:
        raise BadValueError(name, value)
    return int(value)


def key(value: str) -> int:
    """A key in a path. Raises MissingError: what cannot be a key is not there."""
    if not re.fullmatch(r"[0-9]{1,19}", value) or int(value) > LARGEST:
        raise MissingError
    return int(value)


def write_place(place: Place) -> str:
    at = place.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return f"{at}~{place.article}~{place.field}~{place.start}~{place.mention}"


def read_place(text: str) -> Place:
    """The place that `write_place` wrote. Raises BadValueError."""
    parts = text.split("~")
    if len(parts) != 5:
        raise BadValueError("after", text)
    try:
        at = datetime.strptime(parts[0], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        raise BadValueError("after", text) from None
    small = 2**31 - 1
    article, field, start, mention = (
        number("after", part, most=most)
        for part, most in zip(parts[1:], (LARGEST, 9, small, LARGEST), strict=True)
    )
    if article is None or field is None or start is None or mention is None:
        raise BadValueError("after", text)
    return Place(at, article, field, start, mention)


def _moment(name: str, value: str, *, end: bool = False) -> datetime:
    """A day in Paris (its end, for the last day of a span), a moment in ISO 8601, or a span back from now as 7d."""
    if span := re.fullmatch(r"([0-9]{1,4})([hdw])", value):
        return datetime.now(UTC) - timedelta(hours=int(span[1]) * {"h": 1, "d": 24, "w": 168}[span[2]])
    try:
        moment = datetime.fromisoformat(value)
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) and end:
            moment += timedelta(days=1)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=PARIS)
        if not 1900 <= moment.year <= 2200:
            raise BadValueError(name, value)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadValueError(name, value) from None


def moment(name: str, value: str) -> datetime:
    """As the filters read their dates. Raises BadValueError."""
    return _moment(name, value)


def _score(value: str) -> float:
    try:
        score = float(value.replace(",", "."))
    except ValueError:
        raise BadValueError("score", value) from None
    if not math.isfinite(score) or not 0 <= score <= 1:
        raise BadValueError("score", value)
    return score


def _story(value: str) -> int | None:
    return number("story", value)
