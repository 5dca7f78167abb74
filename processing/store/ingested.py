"""Somebody else's WARC files, registered as segments whose pages wait for extraction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from psycopg import Connection
from psycopg.rows import TupleRow

from processing.store.statements import statement


@dataclass(frozen=True, slots=True)
class IngestedPage:
    """A response record of a WARC file that may hold an article."""

    url: str
    fetch_url: str
    source_id: str | None
    status: int
    record_offset: int
    fetched_at: datetime
    refused: str | None = None
    """The words by which the page opts out of text and data mining; such a page is noted, never read."""


def registered(conn: Connection[TupleRow], path: Path, sha256: bytes) -> str | None:
    """What the run was asked for that has ingested this very file (same path, same content); None when none has.

    Empty for a run that is no longer known, and for a segment of our own.
    """
    row = conn.execute(
        """
        SELECT coalesce(r.subject, '')
        FROM press.segment s LEFT JOIN press.run r ON r.id = s.run_id AND s.origin = 'ingest'
        WHERE s.sha256 = %s AND (s.path = %s OR s.origin = 'crawl')
        """,
        (sha256, str(path)),
    ).fetchone()
    return None if row is None else str(row[0])


def register(
    conn: Connection[TupleRow],
    path: Path,
    pages: Iterable[IngestedPage],
    *,
    sha256: bytes,
    run_id: int,
) -> Mapping[str, int]:
    """Register a file and its pages in the caller's transaction; returns ``pages`` read and ``new`` ones.

    The pages go by COPY into a staging table; of several records of one address the last counts. A page
    that the store has already fetched or extracted stays as it is. So does a file that is read once more, for a
    wider range of dates: it keeps its row.
    """
    conn.execute(statement("stage_ingested"))
    read = 0
    with conn.cursor() as cursor, cursor.copy(statement("copy_ingested")) as copy:
        for page in pages:
            read += 1
            copy.write_row(
                (
                    page.url,
                    page.fetch_url,
                    page.source_id,
                    page.status,
                    page.record_offset,
                    page.fetched_at,
                    page.refused,
                )
            )
    row = conn.execute(
        "INSERT INTO press.segment (path, origin, records, bytes, sha256, run_id)"
        " VALUES (%s, 'ingest', %s, %s, %s, %s)"
        " ON CONFLICT (path, sha256) DO UPDATE SET records = greatest(segment.records, excluded.records),"
        " run_id = excluded.run_id RETURNING id",
        (str(path), read, path.stat().st_size, sha256, run_id),
    ).fetchone()
    assert row is not None  # noqa: S101 - INSERT … RETURNING gives one row
    new = conn.execute(statement("merge_ingested"), {"segment_id": row[0]}).rowcount
    return {"pages": read, "new": new}


def hosts(conn: Connection[TupleRow]) -> Mapping[str, str]:
    """Source id by host of its home page, for hosts that belong to one source only."""
    return dict(conn.execute(statement("source_hosts")).fetchall())
