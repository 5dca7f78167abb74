"""Channels: where a source announces articles, what is remembered of each, and what a look at it brought.

A look, what it announced and what follows for the channel are stored in one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from psycopg import Connection
from psycopg.rows import TupleRow, class_row

ChannelKind = Literal["feed", "sitemap", "section"]
PollOutcome = Literal["items", "unchanged", "empty", "failed", "refused"]

_LOOKS_REMEMBERED = 4
_ADDRESSES_REMEMBERED = 1000


@dataclass(frozen=True)
class DueFeed:
    """A channel to look at, with what is remembered of it."""

    id: int
    source_id: str
    url: str
    kind: ChannelKind
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: bytes | None = None
    failures: int = 0
    """Failed looks in a row."""
    setback: float = 0.0
    """Their weight: hard ones count 1, soft ones 0.5, passing ones 0.25."""
    look_every: timedelta | None = None
    """Its own interval between two good looks; None before the first."""
    unchanged_looks: int = 0
    """Looks in a row that were answered 304."""
    last_full_at: datetime | None = None
    """The last look that brought a whole body."""
    last_fresh_at: datetime | None = None
    """The last look that brought something new."""
    distrusted_at: datetime | None = None
    """Since when its validators are not used, because they were seen to lie."""


@dataclass(frozen=True)
class Discovered:
    """An article announced by a channel."""

    url: str
    """Canonical."""
    fetch_url: str
    title: str | None = None
    published_at: datetime | None = None


@dataclass(frozen=True)
class Memory:
    """What a channel has announced before."""

    fresh: int
    """Of the addresses asked about, those that this channel announces for the first time."""
    shares: tuple[float, ...]
    """Share of fresh items at its last good looks, newest first; the very first look, all fresh, is left out."""
    first_look: bool
    """It never brought a list before."""


@dataclass(frozen=True)
class Poll:
    """One look at a channel, and what the channel is from now on."""

    feed_id: int
    outcome: PollOutcome
    due_at: datetime
    """When to look again."""
    status: int | None = None
    body_sha256: bytes | None = None
    bytes: int = 0
    seconds: float | None = None
    error: str | None = None
    """Why it failed."""
    note: str | None = None
    """What was odd about a look that succeeded."""
    items: tuple[Discovered, ...] = ()
    fresh: int = 0
    """Items that this channel had not announced before."""
    gap: bool = False
    """Nothing of what it listed was known from it: it rolled on, and something may have been missed."""
    etag: str | None = None
    last_modified: str | None = None
    distrusted_at: datetime | None = None
    look_every: timedelta | None = None
    setback: float = 0.0


def feeds_of(conn: Connection[TupleRow], source_id: str, *, all_due: bool = False) -> list[DueFeed]:
    """The source's channels that are due (``all_due``: every listed one): feeds, then sitemaps, then sections."""
    with conn.cursor(row_factory=class_row(DueFeed)) as cursor:
        return cursor.execute(
            """
            SELECT id, source_id, url, kind, etag, last_modified, body_sha256, failures, setback, look_every,
                   unchanged_looks, last_full_at, last_fresh_at, distrusted_at
            FROM press.feed
            WHERE source_id = %s AND listed AND (%s OR due_at <= now())
            ORDER BY array_position(ARRAY['feed', 'sitemap', 'section'], kind), id
            """,
            (source_id, all_due),
        ).fetchall()


def memory_of(conn: Connection[TupleRow], feed_id: int, urls: Sequence[str]) -> Memory:
    """What the channel knows already of these (canonical) addresses, and how much was fresh lately."""
    [(known, shares, first_look)] = conn.execute(
        """
        SELECT (SELECT count(*) FROM press.page p JOIN press.sighting s ON s.page_id = p.id
                WHERE s.feed_id = %(feed)s AND p.url = ANY(%(urls)s)),
               ARRAY (SELECT CASE WHEN poll.items > 0 THEN poll.fresh_items::float8 / poll.items ELSE 0 END
                      FROM (SELECT * FROM press.poll
                            WHERE feed_id = %(feed)s AND outcome IN ('items', 'unchanged', 'empty')
                            ORDER BY at DESC, id DESC LIMIT %(looks)s) AS poll
                      WHERE poll.at > first.at
                      ORDER BY poll.at DESC, poll.id DESC),
               first.at IS NULL
        FROM (SELECT min(at) AS at FROM press.poll WHERE feed_id = %(feed)s AND outcome = 'items') AS first
        """,
        {"feed": feed_id, "urls": list(urls), "looks": _LOOKS_REMEMBERED},
    ).fetchall()
    return Memory(fresh=len(set(urls)) - known, shares=tuple(shares), first_look=first_look)


def addresses_of(conn: Connection[TupleRow], source_id: str) -> tuple[list[str], list[str]]:
    """The source's newest addresses whose pages were articles, and those whose pages were something else."""
    found: dict[bool, list[str]] = {True: [], False: []}
    for article in found:
        rows = conn.execute(
            """
            SELECT url FROM press.page
            WHERE source_id = %s AND verdict = ANY(%s)
            ORDER BY discovered_at DESC LIMIT %s
            """,
            (source_id, ["article", "duplicate"] if article else ["not_article"], _ADDRESSES_REMEMBERED),
        )
        found[article] = [row[0] for row in rows]
    return found[True], found[False]


def record_poll(conn: Connection[TupleRow], run_id: int | None, poll: Poll) -> int:
    """Store a look, the channel's new state and the pages it announced; returns how many pages are new to us.

    All in one transaction. A good look sets validators and rhythm to what the poll says; « unchanged » keeps the
    digest; a failed look changes nothing but the failures and when to look again.
    """
    with conn.transaction(), conn.cursor() as cursor:
        new = _discover(conn, poll) if poll.items else 0
        cursor.execute(
            """
            INSERT INTO press.poll (feed_id, run_id, outcome, status, items, new_items, fresh_items, gap, bytes,
                                    seconds, error, note)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            (
                poll.feed_id, run_id, poll.outcome, poll.status, len(poll.items), new, poll.fresh, poll.gap,
                poll.bytes, poll.seconds, poll.error, poll.note,
            ),
        )  # fmt: skip
        if poll.outcome in ("failed", "refused"):
            cursor.execute(
                """
                UPDATE press.feed
                SET due_at = %s, failures = failures + 1, setback = %s, last_polled_at = now(), last_error = %s
                WHERE id = %s
                """,
                (poll.due_at, poll.setback, poll.error, poll.feed_id),
            )
        else:
            cursor.execute(
                """
                UPDATE press.feed
                SET due_at = %(due_at)s, failures = 0, setback = 0, last_polled_at = now(), last_ok_at = now(),
                    last_error = NULL, look_every = %(look_every)s, distrusted_at = %(distrusted_at)s,
                    etag = %(etag)s, last_modified = %(last_modified)s,
                    body_sha256 = CASE WHEN %(unchanged)s THEN body_sha256 ELSE %(body_sha256)s END,
                    unchanged_looks = CASE WHEN %(not_modified)s THEN unchanged_looks + 1 ELSE 0 END,
                    last_full_at = CASE WHEN %(not_modified)s THEN last_full_at ELSE now() END,
                    last_fresh_at = CASE WHEN %(fresh)s > 0 THEN now() ELSE last_fresh_at END
                WHERE id = %(feed_id)s
                """,
                {
                    "due_at": poll.due_at,
                    "look_every": poll.look_every,
                    "distrusted_at": poll.distrusted_at,
                    "unchanged": poll.outcome == "unchanged",
                    "not_modified": poll.status == 304,
                    "etag": poll.etag,
                    "last_modified": poll.last_modified,
                    "body_sha256": poll.body_sha256,
                    "fresh": poll.fresh,
                    "feed_id": poll.feed_id,
                },
            )
        return new


def _discover(conn: Connection[TupleRow], poll: Poll) -> int:
    # Ordered by address, so that two crawls that announce the same pages wait for each other and never deadlock.
    items = sorted({item.url: item for item in reversed(poll.items)}.values(), key=lambda item: item.url)
    urls = [item.url for item in items]
    titles = [item.title for item in items]
    times = [item.published_at for item in items]
    new = conn.execute(
        """
        INSERT INTO press.page (url, source_id, feed_id, fetch_url, announced_title, announced_at)
        SELECT item.url, feed.source_id, feed.id, item.fetch_url, item.title, item.published_at
        FROM unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[])
                 WITH ORDINALITY AS item (url, fetch_url, title, published_at, place)
        CROSS JOIN (SELECT id, source_id FROM press.feed WHERE id = %s) AS feed
        WHERE NOT EXISTS (SELECT FROM press.page known WHERE known.url = item.url)
        ORDER BY item.place
        ON CONFLICT (url) DO NOTHING
        """,
        (urls, [item.fetch_url for item in items], titles, times, poll.feed_id),
    ).rowcount
    # A section page announces without a date what the feed then dates.
    conn.execute(
        """
        UPDATE press.page p
        SET announced_title = coalesce(p.announced_title, item.title), announced_at = item.published_at
        FROM unnest(%s::text[], %s::text[], %s::timestamptz[]) AS item (url, title, published_at)
        WHERE p.url = item.url AND p.announced_at IS NULL AND item.published_at IS NOT NULL
        """,
        (urls, titles, times),
    )
    conn.execute(
        """
        INSERT INTO press.sighting (feed_id, page_id)
        SELECT %s, id FROM press.page WHERE url = ANY(%s) ORDER BY id
        ON CONFLICT (feed_id, page_id) DO NOTHING
        """,
        (poll.feed_id, urls),
    )
    return new
