"""The stage « flag »: pending articles are read by the flagger, its mentions stored.

As everywhere, a batch is one transaction: mentions and the state of their articles move together.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from psycopg import Connection
from psycopg.rows import TupleRow

from processing.mentions import RULES_VERSION, Mention, flag_article
from processing.stage import OnProgress, Progress, StageOutcome, silent
from processing.store import mentions, runs
from processing.store.connect import connect, require_schema
from processing.store.mentions import PendingArticle

BATCH = 200
"""Articles in one transaction."""


def flag_pending(
    database_url: str, *, limit: int | None = None, on_progress: OnProgress = silent
) -> StageOutcome:
    """Flag every article that waits. Counts: ``articles``, ``mentions``, ``with_mentions``, ``quarantined``."""
    started = time.monotonic()
    with connect(database_url) as conn:
        require_schema(conn)
        run_id = runs.start(conn, "flag", versions={"rules": RULES_VERSION})
        counts: Counter[str] = Counter(articles=0, mentions=0, with_mentions=0)
        try:
            waiting = mentions.count_pending(conn)
            total = min(waiting, limit) if limit is not None else waiting
            on_progress(Progress("flag", 0, total))
            while counts["articles"] < total:
                batch = _batch(conn, run_id, min(BATCH, total - counts["articles"]))
                if not batch:
                    break
                counts += batch
                on_progress(Progress("flag", counts["articles"], total, f"{counts['mentions']} mentions"))
        except BaseException as error:
            runs.finish(conn, run_id, "failed", counts, error=f"{type(error).__name__}: {error}")
            raise
        seconds = time.monotonic() - started
        runs.finish(conn, run_id, "done", {**counts, "seconds": round(seconds, 3)})
    return StageOutcome(run_id, dict(counts), seconds)


def _batch(conn: Connection[TupleRow], run_id: int, size: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    with conn.transaction():
        found: dict[int, Sequence[Mention]] = {}
        for article in mentions.claim(conn, size):
            counts["articles"] += 1
            found[article.id] = flagged = _flag(conn, article, run_id, counts)
            counts["mentions"] += len(flagged)
            counts["with_mentions"] += bool(flagged)
        mentions.replace(conn, found, rules_version=RULES_VERSION, run_id=run_id)
    return counts


def _flag(
    conn: Connection[TupleRow], article: PendingArticle, run_id: int, counts: Counter[str]
) -> Sequence[Mention]:
    try:
        return flag_article(title=article.title, lead=article.lead, body=article.body, date=article.day)
    except Exception as error:  # noqa: BLE001 - a text that trips the flagger is a row, not the end of the night
        mentions.quarantine(conn, article, f"{type(error).__name__}: {error}", run_id)
        counts["quarantined"] += 1
        return []
