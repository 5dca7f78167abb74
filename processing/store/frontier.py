"""The frontier: which channels to look at, which pages to fetch, and what became of them.

The crawl's whole memory is here, so a crawl may be killed at any moment. Two rules carry that:

* a poll and the pages it announced are stored in one transaction;
* a page counts as fetched only in the transaction that registers the sealed segment which holds it.

A source is crawled by one crawl at a time, and so is a host that several sources share: the crawl holds advisory locks
on them, which the server lets go when the crawl's connection ends, however it ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, LiteralString

from psycopg import Connection
from psycopg.rows import TupleRow, class_row

from processing.archive.writing import SealedSegment
from processing.store import locks, relooks
from processing.store.relooks import LookedAgain

LeftState = Literal["discovered", "gone", "failed", "refused_robots", "refused_tdm"]


@dataclass(frozen=True)
class PageToFetch:
    id: int
    url: str
    """Canonical: its identity."""
    fetch_url: str
    """The address to ask for."""
    source_id: str
    attempts: int
    again: bool = False
    """It is an article already, looked at again; the following are of the copy that we have."""
    first_fetched_at: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: bytes | None = None


@dataclass(frozen=True)
class Fetched:
    """A page whose response lies in a segment."""

    page_id: int
    url: str
    """Canonical address that answered; differs from the page's own after a redirect."""
    record_offset: int
    status: int
    fetched_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: bytes | None = None
    look_again_at: datetime | None = None
    """When to see whether it was corrected."""
    again: bool = False
    """A new copy of an article that we have."""


@dataclass(frozen=True)
class Left:
    """A page that was not fetched, and why."""

    page_id: int
    state: LeftState
    reason: str
    next_attempt_at: datetime | None = None
    """For ``discovered``: not before this time."""
    status: int | None = None
    asked: bool = True
    """Whether the page itself was asked for: that counts as an attempt."""
    moved_to: str | None = None
    """Canonical address of the page it redirects to, for ``gone``."""


def hold_source(conn: Connection[TupleRow], source_id: str, hosts: Iterable[str] = ()) -> bool:
    """Take the source and the hosts it is read from for this connection; False when another crawl has one of them.

    One connection may hold a host for several sources.
    """
    held: list[tuple[int, str]] = []
    for key in [(locks.CRAWL_SOURCE, source_id), *((locks.CRAWL_HOST, host) for host in sorted(set(hosts)))]:
        if not _one(conn, "SELECT pg_try_advisory_lock(%s, hashtext(%s))", key):
            for taken in held:
                _let_go(conn, taken)
            return False
        held.append(key)
    return True


def release_source(conn: Connection[TupleRow], source_id: str, hosts: Iterable[str] = ()) -> None:
    """Let a held source and its hosts go."""
    for host in set(hosts):
        _let_go(conn, (locks.CRAWL_HOST, host))
    _let_go(conn, (locks.CRAWL_SOURCE, source_id))


def _let_go(conn: Connection[TupleRow], key: tuple[int, str]) -> None:
    conn.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", key)


def due_sources(conn: Connection[TupleRow]) -> list[str]:
    """Sources with a channel that is due, a page that waits or a fresh article to look at again, in order of id.

    Disabled ones are left out.
    """
    rows = conn.execute(
        """
        SELECT s.id FROM press.source s
        WHERE s.listed AND s.disabled IS NULL AND (
            EXISTS (SELECT FROM press.feed f WHERE f.source_id = s.id AND f.listed AND f.due_at <= now())
            OR EXISTS (SELECT FROM press.page p
                       WHERE p.source_id = s.id AND p.state = 'discovered' AND p.next_attempt_at <= now())
            OR EXISTS (SELECT FROM press.page p JOIN press.article a ON a.page_id = p.id
                       WHERE p.source_id = s.id AND p.state = 'extracted' AND p.look_again_at <= now()
                         AND coalesce(a.published_at, p.first_fetched_at) > now() - interval '2 days'))
        ORDER BY s.id
        """
    ).fetchall()
    return [row[0] for row in rows]


def active_sources(conn: Connection[TupleRow]) -> list[str]:
    """Every source that is listed and not disabled, in order of id."""
    rows = conn.execute(
        "SELECT id FROM press.source WHERE listed AND disabled IS NULL ORDER BY id"
    ).fetchall()
    return [row[0] for row in rows]


def waiting_pages(conn: Connection[TupleRow], source_id: str, limit: int | None = None) -> list[int]:
    """Ids of the source's pages to fetch now, newest first."""
    rows = conn.execute(
        """
        SELECT id FROM press.page
        WHERE source_id = %s AND state = 'discovered' AND next_attempt_at <= now()
        ORDER BY coalesce(announced_at, discovered_at) DESC, id DESC
        LIMIT %s
        """,
        (source_id, limit),
    ).fetchall()
    return [row[0] for row in rows]


def pages_to_fetch(conn: Connection[TupleRow], ids: Sequence[int]) -> list[PageToFetch]:
    """These pages, in the given order, as far as they still wait."""
    with conn.cursor(row_factory=class_row(PageToFetch)) as cursor:
        return cursor.execute(
            """
            SELECT p.id, p.url, p.fetch_url, p.source_id, p.attempts, p.state = 'extracted' AS again,
                   p.first_fetched_at, p.etag, p.last_modified, p.body_sha256
            FROM unnest(%s::bigint[]) WITH ORDINALITY AS wanted (id, place)
            JOIN press.page p ON p.id = wanted.id
                 AND (p.state = 'discovered' OR p.state = 'extracted' AND p.look_again_at IS NOT NULL)
            ORDER BY wanted.place
            """,
            (list(ids),),
        ).fetchall()


def is_known(conn: Connection[TupleRow], url: str) -> bool:
    """Whether a page with this canonical address has a row, in whatever state."""
    return bool(_one(conn, "SELECT EXISTS (SELECT FROM press.page WHERE url = %s)", (url,)))


def register_segment(
    conn: Connection[TupleRow],
    run_id: int | None,
    segment: SealedSegment | None,
    fetched: Sequence[Fetched],
    left: Sequence[Left] = (),
    again: Sequence[LookedAgain] = (),
) -> int | None:
    """Register a sealed segment, the pages it holds, the pages that were left and second looks, in one transaction.

    Returns the segment's id; None without one (then ``fetched`` must be empty). A page that answered from
    another address gets ``gone`` and ``same_as``, and the article's row is that of the address that answered.
    Pages that are no longer ``discovered`` are not touched, so registering twice changes nothing.
    """
    if fetched and segment is None:
        raise ValueError("pages are fetched only with the segment that holds them")
    with conn.transaction():
        segment_id = None if segment is None else _insert_segment(conn, run_id, segment)
        if first := [page for page in fetched if not page.again]:
            _mark_fetched(conn, segment_id, first)
        if copies := [page for page in fetched if page.again]:
            relooks.mark_new_copies(conn, _answers(segment_id, copies))
        if again:
            relooks.mark_looked(conn, again)
        if left:
            _mark_left(conn, left)
    return segment_id


def is_registered(conn: Connection[TupleRow], path: str) -> bool:
    """Whether the segment at this path (relative to the archive) counts.

    Waits for a registration of it that is under way: the server may still be committing what a crawl asked for
    in the moment it was killed.
    """
    with conn.transaction():
        _lock_segment(conn, path)
        return bool(_one(conn, "SELECT EXISTS (SELECT FROM press.segment WHERE path = %s)", (path,)))


def _lock_segment(conn: Connection[TupleRow], path: str) -> None:
    """Hold the path until the transaction ends."""
    conn.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (locks.REGISTER_SEGMENT, path))


def _insert_segment(conn: Connection[TupleRow], run_id: int | None, segment: SealedSegment) -> int:
    _lock_segment(conn, segment.path)
    return int(
        _one(
            conn,
            """
            INSERT INTO press.segment (path, origin, records, bytes, sha256, run_id)
            VALUES (%s, 'crawl', %s, %s, %s, %s) RETURNING id
            """,
            (segment.path, segment.records, segment.bytes, segment.sha256, run_id),
        )
    )


def _answers(segment_id: int | None, fetched: Sequence[Fetched]) -> dict[str, object]:
    """The pages of a segment as columns, for statements that unnest them."""
    return {
        "segment": segment_id,
        "page_ids": [page.page_id for page in fetched],
        "urls": [page.url for page in fetched],
        "offsets": [page.record_offset for page in fetched],
        "statuses": [page.status for page in fetched],
        "times": [page.fetched_at for page in fetched],
        "etags": [page.etag for page in fetched],
        "modified": [page.last_modified for page in fetched],
        "digests": [page.body_sha256 for page in fetched],
        "again": [page.look_again_at for page in fetched],
    }


def _mark_fetched(conn: Connection[TupleRow], segment_id: int | None, fetched: Sequence[Fetched]) -> None:
    answers = _answers(segment_id, fetched)
    conn.execute(
        """
        UPDATE press.page p
        SET state = 'fetched', reason = NULL, attempts = attempts + 1, status = a.status, segment_id = %(segment)s,
            record_offset = a.record_offset, fetched_at = a.fetched_at, first_fetched_at = a.fetched_at, etag = a.etag,
            last_modified = a.last_modified, body_sha256 = a.body_sha256, look_again_at = a.look_again_at
        FROM unnest(%(page_ids)s::bigint[], %(urls)s::text[], %(offsets)s::bigint[], %(statuses)s::int[],
                    %(times)s::timestamptz[], %(etags)s::text[], %(modified)s::text[], %(digests)s::bytea[],
                    %(again)s::timestamptz[])
                 AS a (page_id, url, record_offset, status, fetched_at, etag, last_modified, body_sha256, look_again_at)
        WHERE p.id = a.page_id AND p.url = a.url AND p.state = 'discovered'
        """,
        answers,
    )
    conn.execute(
        """
        INSERT INTO press.page AS p (url, source_id, feed_id, fetch_url, state, announced_title, announced_at, attempts,
                                     status, segment_id, record_offset, fetched_at, first_fetched_at, etag,
                                     last_modified, body_sha256, look_again_at)
        SELECT DISTINCT ON (a.url)
               a.url, old.source_id, old.feed_id, a.url, 'fetched', old.announced_title, old.announced_at, 1,
               a.status, %(segment)s, a.record_offset, a.fetched_at, a.fetched_at, a.etag, a.last_modified,
               a.body_sha256, a.look_again_at
        FROM unnest(%(page_ids)s::bigint[], %(urls)s::text[], %(offsets)s::bigint[], %(statuses)s::int[],
                    %(times)s::timestamptz[], %(etags)s::text[], %(modified)s::text[], %(digests)s::bytea[],
                    %(again)s::timestamptz[])
                 AS a (page_id, url, record_offset, status, fetched_at, etag, last_modified, body_sha256, look_again_at)
        JOIN press.page old ON old.id = a.page_id AND old.url <> a.url AND old.state = 'discovered'
        ORDER BY a.url, a.record_offset
        ON CONFLICT (url) DO UPDATE
        SET state = 'fetched', reason = NULL, attempts = p.attempts + 1, status = excluded.status,
            segment_id = excluded.segment_id, record_offset = excluded.record_offset, fetched_at = excluded.fetched_at,
            first_fetched_at = excluded.fetched_at, etag = excluded.etag, last_modified = excluded.last_modified,
            body_sha256 = excluded.body_sha256, look_again_at = excluded.look_again_at
        WHERE p.state NOT IN ('fetched', 'extracted')
        """,
        answers,
    )
    _mark_moved(conn, [(page.page_id, page.url, page.status) for page in fetched])


def _mark_moved(conn: Connection[TupleRow], moves: Sequence[tuple[int, str, int | None]]) -> None:
    """Pages that redirect to a page with a row of its own."""
    conn.execute(
        """
        UPDATE press.page p
        SET state = 'gone', reason = 'moved to ' || m.url, same_as = target.id, attempts = p.attempts + 1,
            status = m.status
        FROM unnest(%s::bigint[], %s::text[], %s::int[]) AS m (page_id, url, status)
        JOIN press.page target ON target.url = m.url
        WHERE p.id = m.page_id AND p.id <> target.id AND p.state = 'discovered'
        """,
        ([move[0] for move in moves], [move[1] for move in moves], [move[2] for move in moves]),
    )


def _mark_left(conn: Connection[TupleRow], left: Sequence[Left]) -> None:
    if moved := [(page.page_id, page.moved_to, page.status) for page in left if page.moved_to is not None]:
        _mark_moved(conn, moved)
    conn.execute(
        """
        UPDATE press.page p
        SET state = l.state, reason = l.reason, attempts = p.attempts + l.asked::int,
            status = coalesce(l.status, p.status), next_attempt_at = coalesce(l.next_attempt_at, p.next_attempt_at)
        FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::int[], %s::boolean[])
                 AS l (page_id, state, reason, next_attempt_at, status, asked)
        WHERE p.id = l.page_id AND p.state = 'discovered'
        """,
        (
            [page.page_id for page in left],
            [page.state for page in left],
            [page.reason for page in left],
            [page.next_attempt_at for page in left],
            [page.status for page in left],
            [page.asked for page in left],
        ),
    )


def _one(conn: Connection[TupleRow], query: LiteralString, values: Sequence[object]) -> Any:
    row = conn.execute(query, values).fetchone()
    return None if row is None else row[0]
