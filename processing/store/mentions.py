"""Articles that wait for the flagger, and the mentions it finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow, class_row
from psycopg.types.json import Jsonb

from processing.mentions import Mention
from processing.store import quarantine as held
from processing.store.quarantine import Fault
from processing.store.statements import statement


@dataclass(frozen=True, slots=True)
class PendingArticle:
    """An article that waits for the flagger. ``day`` is its date in Paris, by which offices are dated."""

    id: int
    title: str
    lead: str
    body: str
    day: date
    url: str
    page_id: int
    anew: bool
    """It was flagged before, and its text is the same."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Which articles wait: those that were never flagged in their present form."""

    unless: str | None = None
    """And those flagged under another version of the rules than this."""
    since: datetime | None = None
    """Published (first stored, where the page does not say) at this moment or later."""
    until: datetime | None = None
    """And before this one."""


Place = tuple[int, str, int, int, str]
"""By what a mention is the same under other rules: article, field, start, end, category."""


NEVER_FLAGGED = Waiting()


def count_pending(conn: Connection[TupleRow], waiting: Waiting = NEVER_FLAGGED) -> int:
    """How many articles wait."""
    row = conn.execute(statement("count_articles_to_flag"), asdict(waiting)).fetchone()
    return int(row[0]) if row else 0


def claim(conn: Connection[TupleRow], size: int, waiting: Waiting) -> list[PendingArticle]:
    """Lock up to ``size`` articles that `count_pending` counts, until the transaction ends."""
    with conn.cursor(row_factory=class_row(PendingArticle)) as cursor:
        return cursor.execute(statement("claim_articles"), {"size": size, **asdict(waiting)}).fetchall()


def places(conn: Connection[TupleRow], article_ids: Sequence[int]) -> set[Place]:
    """The mentions of these articles."""
    return set(
        conn.execute(
            "SELECT article_id, field, start_offset, end_offset, category FROM press.mention"
            " WHERE article_id = ANY (%s)",
            (list(article_ids),),
        )
    )


def replace(
    conn: Connection[TupleRow],
    found: Mapping[int, Sequence[Mention]],
    *,
    rules_version: str,
    run_id: int,
    unread: Sequence[int] = (),
) -> None:
    """Put the mentions of these articles (by id) in place of any they had; the articles no longer wait.

    Nor do the ``unread`` ones, which keep the mentions they had.
    """
    conn.execute("DELETE FROM press.mention WHERE article_id = ANY (%s)", (list(found),))
    with conn.cursor() as cursor, cursor.copy(statement("copy_mentions")) as copy:
        for article_id, mentions in found.items():
            for mention in mentions:
                copy.write_row(_row(article_id, mention, run_id))
    conn.execute(
        "UPDATE press.article SET flagged_with = %s, flagged_at = now() WHERE id = ANY (%s)",
        (rules_version, [*found, *unread]),
    )


def quarantine(conn: Connection[TupleRow], article: PendingArticle, reason: str, run_id: int) -> None:
    """Note that the flagger could not digest an article."""
    held.hold(conn, [Fault("flag", article.url, reason, article.page_id)], run_id)


def _row(article_id: int, found: Mention, run_id: int) -> tuple[Any, ...]:
    mention = found.as_dict()
    plain = "sentence category plover cameo intensity polarity negated certainty stance time".split()
    return (
        article_id,
        mention["field"],
        mention["start"],
        mention["end"],
        *(mention[name] for name in plain),
        Jsonb(mention["actors"]),
        Jsonb(mention["trigger"]),
        Jsonb(mention["speaker"]) if mention["speaker"] else None,
        mention["score"],
        mention["tier"],
        Jsonb(mention["features"]),
        mention["rules_version"],
        Jsonb([asdict(cue) for cue in found.cues]),
        run_id,
    )
