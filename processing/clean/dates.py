"""When an article was published. A wrong date is worse than none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from htmldate import find_date
from lxml.html import HtmlElement

from processing.clean.article import DateOrigin, Published
from processing.clean.facts import Facts, texts
from processing.zone import PARIS

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Pages with an earlier date carry a template's, not their own."""
TOLERANCE = timedelta(hours=26)
"""How far ahead of the fetch a date may lie: a publisher's clock, and a date without an hour in a zone further east."""

_META = (
    "article:published_time og:article:published_time date datepublished dc.date.issued dc.date dcterms.created "
    "dcterms.date pubdate publish-date publish_date publication_date sailthru.date parsely-pub-date "
    "cxenseparse:recs:publishtime"
).split()


def parse_time(stamp: str) -> tuple[datetime, bool] | None:
    """A time from ISO 8601 or RFC 2822 text, and whether its zone was stated; None when it is neither.

    Without a zone, Europe/Paris is assumed. A bare day counts as its midnight.
    """
    stamp = stamp.strip()
    moment: datetime | None = None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(stamp)
        except (ValueError, TypeError, OverflowError):
            continue
        break
    if moment is None:
        return None
    stated = moment.tzinfo is not None
    return (moment if stated else moment.replace(tzinfo=PARIS)), stated


def published(
    tree: HtmlElement, facts: Facts, *, announced_at: datetime | None, fetched_at: datetime
) -> Published | None:
    """The first believable publication time: JSON-LD, OpenGraph and meta, time elements, the feed, then htmldate.

    Believable means after 1990 and not after the fetch (with a day's tolerance).
    """
    for stamp, origin in _stated(facts):
        read = parse_time(stamp)
        if read and _believable(read[0], fetched_at):
            return Published(read[0], "stated" if read[1] else "assumed", origin)
    if announced_at and _believable(announced_at, fetched_at):
        return Published(announced_at, "stated", "feed")
    # The extensive search takes any date in the text, and loads every language dateparser knows (two seconds in
    # each process): a wrong date is worse than none.
    guess = find_date(
        tree, original_date=True, extensive_search=False, outputformat="%Y-%m-%d", deferred_url_extractor=True
    )
    read = parse_time(guess) if guess else None
    if read and _believable(read[0], fetched_at):
        return Published(read[0], "assumed", "htmldate")
    return None


def modified(facts: Facts, *, fetched_at: datetime) -> datetime | None:
    """When the page says it was last changed, if that is believable."""
    for stamp in (*texts(facts.article.get("dateModified")), facts.meta.get("article:modified_time", "")):
        read = parse_time(stamp)
        if read and _believable(read[0], fetched_at):
            return read[0]
    return None


def _stated(facts: Facts) -> Iterator[tuple[str, DateOrigin]]:
    for key in ("datePublished", "dateCreated"):
        for stamp in texts(facts.article.get(key)):
            yield stamp, "json-ld"
    for name in _META:
        if name in facts.meta:
            yield facts.meta[name], "opengraph" if name.startswith(("article:", "og:")) else "meta"
    for stamp in facts.times:
        yield stamp, "time"


def _believable(moment: datetime, fetched_at: datetime) -> bool:
    return EARLIEST <= moment <= fetched_at + TOLERANCE
