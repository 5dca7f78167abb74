"""A service that takes messages, and a database in which one source is silent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from tests.desk.alerts.service import Service

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as service:
        yield service


@pytest.fixture
def press(connection: Connection[TupleRow]) -> Connection[TupleRow]:
    """Two sources that were looked at yesterday; the last night was a good one."""
    connection.execute(
        "INSERT INTO press.source (id, name, country, kind, homepage) VALUES "
        "('rfi', 'RFI', 'FR', 'broadcaster', 'https://rfi.example/'), "
        "('opex360', 'Opex360', 'FR', 'specialist', 'https://opex360.example/')"
    )
    connection.execute(
        "INSERT INTO press.feed (source_id, url, kind, last_polled_at, last_ok_at) "
        "SELECT id, homepage || 'rss', 'feed', now() - interval '5 hours', now() - interval '5 hours' FROM press.source"
    )
    connection.execute(
        "INSERT INTO press.run (stage, started_at, finished_at, outcome, counts) VALUES "
        "('night', now() - interval '5 hours', now() - interval '4 hours', 'done', "
        """'{"sources": 2, "sources_down": 0, "pages_new": 40}'), """
        "('extract', now() - interval '4 hours', now() - interval '4 hours', 'done', '{\"articles\": 31}'), "
        "('flag', now() - interval '4 hours', now() - interval '4 hours', 'done', "
        """'{"articles": 31, "mentions": 12, "with_mentions": 4}')"""
    )
    return connection


def break_feed(conn: Connection[TupleRow], source: str, error: str = "HTTP 503", failures: int = 1) -> None:
    conn.execute(
        "UPDATE press.feed SET failures = %s, last_error = %s WHERE source_id = %s", (failures, error, source)
    )


def mend_feed(conn: Connection[TupleRow], source: str) -> None:
    conn.execute("UPDATE press.feed SET failures = 0, last_error = NULL WHERE source_id = %s", (source,))
