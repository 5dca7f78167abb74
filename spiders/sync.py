"""The catalogue into PostgreSQL: ``press.source`` and ``press.feed``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow

from processing.store import locks
from spiders.catalogue import Source

_SOURCE = """
INSERT INTO press.source AS s (id, name, country, kind, homepage, language, state_media_of, verification, delay,
                               expects_every, disabled, listed, synced_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, true, now())
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, country = excluded.country, kind = excluded.kind, homepage = excluded.homepage,
    language = excluded.language, state_media_of = excluded.state_media_of, verification = excluded.verification,
    delay = excluded.delay, expects_every = excluded.expects_every, disabled = excluded.disabled,
    listed = true, synced_at = excluded.synced_at
RETURNING (xmax = 0)
"""

_FEED = """
INSERT INTO press.feed AS f (source_id, url, kind) VALUES (%s, %s, %s)
ON CONFLICT (source_id, url) DO UPDATE SET kind = excluded.kind, listed = true
WHERE NOT f.listed OR f.kind <> excluded.kind
"""


@dataclass(frozen=True)
class SyncCounts:
    """What a sync changed."""

    sources: int
    """Sources in the catalogue."""
    added: int
    """Those that were not in the database before."""
    removed: int
    """Sources that the catalogue no longer has; they stay, with ``listed = false``."""
    feeds: int
    """Feeds, sitemaps and sections in the catalogue."""
    disabled: int


def sync_catalogue(conn: Connection[TupleRow], sources: Sequence[Source]) -> SyncCounts:
    """Make ``press.source`` and ``press.feed`` say what the catalogue says, in one transaction.

    Nothing is deleted: what the catalogue dropped gets ``listed = false`` and its articles stay. Validators
    and due times of known feeds are kept.
    """
    channels = [(source.id, url, kind) for source in sources for kind, url in source.channels]
    with conn.transaction(), conn.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (locks.SYNC_CATALOGUE,))
        removed = cursor.execute(
            "UPDATE press.source SET listed = false WHERE listed AND id <> ALL(%s)",
            ([s.id for s in sources],),
        ).rowcount
        added = sum(_put_source(conn, source) for source in sources)
        cursor.execute(
            """
            UPDATE press.feed f SET listed = false
            WHERE listed AND NOT EXISTS (
                SELECT FROM unnest(%s::text[], %s::text[]) AS c (source_id, url)
                WHERE c.source_id = f.source_id AND c.url = f.url)
            """,
            ([c[0] for c in channels], [c[1] for c in channels]),
        )
        cursor.executemany(_FEED, channels)
    return SyncCounts(
        sources=len(sources),
        added=added,
        removed=removed,
        feeds=len(channels),
        disabled=sum(source.disabled is not None for source in sources),
    )


def _put_source(conn: Connection[TupleRow], source: Source) -> bool:
    row = conn.execute(
        _SOURCE,
        (
            source.id, source.name, source.country, source.kind, source.homepage, source.language,
            source.state_media_of, source.verification, source.delay, source.expects_every, source.disabled,
        ),
    ).fetchone()  # fmt: skip
    return row is not None and bool(row[0])
