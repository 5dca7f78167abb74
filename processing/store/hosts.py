"""What is remembered of hosts from one crawl to the next: which of them rest, and the rules of their origins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from psycopg import Connection
from psycopg.rows import TupleRow, class_row

RulesFile = Literal["robots", "tdmrep"]


@dataclass(frozen=True)
class Rest:
    """A host that is left alone for a while."""

    site: str
    """Registrable domain, or the address of a host without one."""
    rests_until: datetime
    reason: str


@dataclass(frozen=True)
class RulesRead:
    """robots.txt or tdmrep.json of an origin, as it was read."""

    status: int
    body: bytes


def resting(conn: Connection[TupleRow]) -> list[Rest]:
    """Hosts that rest now."""
    with conn.cursor(row_factory=class_row(Rest)) as cursor:
        return cursor.execute(
            "SELECT site, rests_until, reason FROM press.host WHERE rests_until > now() ORDER BY site"
        ).fetchall()


def let_rest(conn: Connection[TupleRow], rest: Rest) -> None:
    """Leave a host alone, for every crawl."""
    conn.execute(
        """
        INSERT INTO press.host AS h (site, rests_until, reason) VALUES (%s, %s, %s)
        ON CONFLICT (site) DO UPDATE
        SET rests_until = greatest(h.rests_until, excluded.rests_until), reason = excluded.reason, noted_at = now()
        """,
        (rest.site, rest.rests_until, rest.reason),
    )


def rules_read(
    conn: Connection[TupleRow], origin: str, file: RulesFile, within: timedelta
) -> RulesRead | None:
    """The file as it was read at most ``within`` ago."""
    with conn.cursor(row_factory=class_row(RulesRead)) as cursor:
        return cursor.execute(
            "SELECT status, body FROM press.origin WHERE origin = %s AND file = %s AND read_at > now() - %s::interval",
            (origin, file, within),
        ).fetchone()


def keep_rules(conn: Connection[TupleRow], origin: str, file: RulesFile, rules: RulesRead) -> None:
    """Remember the file as it was just read."""
    conn.execute(
        """
        INSERT INTO press.origin AS o (origin, file, status, body) VALUES (%s, %s, %s, %s)
        ON CONFLICT (origin, file) DO UPDATE SET status = excluded.status, body = excluded.body, read_at = now()
        """,
        (origin, file, rules.status, rules.body),
    )
