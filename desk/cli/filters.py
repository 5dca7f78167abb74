"""The filters of ``vedette mentions``, ``export`` and ``watch add``: one meaning everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from processing.mentions import CATEGORIES, POLARITIES
from processing.store.findings import MentionFilter
from processing.zone import PARIS
from spiders.catalogue import KINDS

Since = Annotated[
    str | None, typer.Option(help="Published since: 7d, 12h, 2w, or a day as 2026-11-01.", metavar="WHEN")
]
Until = Annotated[str | None, typer.Option(help="Published before that time.", metavar="WHEN")]
Category = Annotated[list[str] | None, typer.Option(help="Only this kind; may be repeated.")]
Polarity = Annotated[list[str] | None, typer.Option(help="Only this polarity; may be repeated.")]
Source = Annotated[list[str] | None, typer.Option(help="Only this source (id); may be repeated.")]
Country = Annotated[
    list[str] | None, typer.Option(help="Only outlets of this country (FR, BE …); may be repeated.")
]
Kind = Annotated[list[str] | None, typer.Option(help="Only outlets of this kind; may be repeated.")]
Side = Annotated[
    list[str] | None,
    typer.Option(help="Only what a speaker of this side says (RUS, CHN …); may be repeated."),
]
Words = Annotated[
    str | None,
    typer.Option("--text", help="Only articles with these words, as in `vedette search`.", metavar="WORDS"),
]
LeastScore = Annotated[
    float,
    typer.Option("--least-score", "--min-score", min=0, max=1, help="Only mentions at least this sure."),
]


def mention_filter(
    *,
    since: str | None = None,
    until: str | None = None,
    category: list[str] | None = None,
    polarity: list[str] | None = None,
    source: list[str] | None = None,
    country: list[str] | None = None,
    kind: list[str] | None = None,
    side: list[str] | None = None,
    text: str | None = None,
    least_score: float = 0.0,
    limit: int | None = None,
) -> MentionFilter:
    """The filter that the options ask for; a wrong usage (typer.BadParameter) names the option's values."""
    return MentionFilter(
        since=moment(since) if since else None,
        until=moment(until) if until else None,
        categories=_known(category or (), CATEGORIES, "category"),
        polarities=_known(polarity or (), POLARITIES, "polarity"),
        sources=tuple(source or ()),
        countries=tuple(_code(value, "[A-Z]{2}", "country", "FR") for value in country or ()),
        kinds=_known(kind or (), KINDS, "kind"),
        sides=tuple(_code(value, "[A-Z]{3,5}", "side", "RUS or CHN") for value in side or ()),
        text=text or None,
        least_score=least_score,
        limit=limit,
    )


def moment(text: str) -> datetime:
    """A span back from now (7d, 12h, 2w), or a day or time, in Paris unless it names its zone."""
    span = re.fullmatch(r"(\d{1,5})\s*([hdw])", text.strip())
    if span:
        unit = {"h": "hours", "d": "days", "w": "weeks"}[span[2]]
        return datetime.now(UTC) - timedelta(**{unit: int(span[1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a time: give 7d, 12h, 2w or a day as 2026-11-01") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=PARIS)


def _known(given: Iterable[str], allowed: Iterable[object], name: str) -> tuple[str, ...]:
    known = {str(value).casefold(): str(value) for value in allowed}
    for value in given:
        if value.casefold() not in known:
            raise typer.BadParameter(f"no {name} {value!r}: choose from {', '.join(known.values())}")
    return tuple(known[value.casefold()] for value in given)


def _code(value: str, form: str, name: str, example: str) -> str:
    code = value.strip().upper()
    if not re.fullmatch(form, code):
        raise typer.BadParameter(f"{value!r} is not a {name}: give its code, as {example}")
    return code
