"""Articles that wait for the flagger, and the mentions it finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow, class_row
from psycopg.types.json import Jsonb

from processing.mentions import Mention
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


def count_pending(conn: Connection[TupleRow], unless: str | None = None) -> int:
    """Articles that wait for the flagger; with ``unless`` also those flagged under another version than this."""
    row = conn.execute(
        "SELECT count(*) FROM press.article WHERE flagged_with IS NULL OR flagged_with <> %s", (unless,)
    ).fetchone()
    return int(row[0]) if row else 0


def claim(conn: Connection[TupleRow], size: int, unless: str | None = None) -> list[PendingArticle]:
    """Lock up to ``size`` articles that `count_pending` counts, until the transaction ends."""
    with conn.cursor(row_factory=class_row(PendingArticle)) as cursor:
        return cursor.execute(statement("claim_articles"), {"size": size, "unless": unless}).fetchall()


def replace(
    conn: Connection[TupleRow],
    found: Mapping[int, Sequence[Mention]],
    *,
    rules_version: str,
    run_id: int,
) -> None:
    """Put the mentions of these articles (by id) in place of any they had; the articles no longer wait."""
    ids = list(found)
    conn.execute("DELETE FROM press.mention WHERE article_id = ANY (%s)", (ids,))
    with conn.cursor() as cursor, cursor.copy(statement("copy_mentions")) as copy:
        for article_id, mentions in found.items():
            for mention in mentions:
                copy.write_row(_row(article_id, mention, run_id))
    conn.execute(
        "UPDATE press.article SET flagged_with = %s, flagged_at = now() WHERE id = ANY (%s)",
        (rules_version, ids),
    )


def quarantine(conn: Connection[TupleRow], article: PendingArticle, reason: str, run_id: int) -> None:
    """Note that the flagger could not digest an article."""
    conn.execute(
        statement("quarantine_page"),
        {
            "stage": "flag",
            "subject": article.url,
            "page_id": article.page_id,
            "record_offset": None,
            "reason": reason,
            "run_id": run_id,
        },
    )


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
