"""The stage « flag »: pending articles are read by the flagger, its mentions stored.

As everywhere, a batch is one transaction: mentions and the state of their articles move together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from psycopg import Connection
from psycopg.rows import TupleRow

from processing.corrections import difference
from processing.mentions import RULES_VERSION, Mention, flag_article
from processing.stage import OnProgress, Progress, StageOutcome, silent
from processing.store import mentions, revisions, runs
from processing.store.connect import connect, require_schema
from processing.store.mentions import PendingArticle

BATCH = 200
"""Articles in one transaction."""


def flag_pending(
    database_url: str, *, limit: int | None = None, again: bool = False, on_progress: OnProgress = silent
) -> StageOutcome:
    """Flag every article that waits. Counts: ``articles``, ``mentions``, ``with_mentions``, ``quarantined``.

    With ``again`` those flagged under other rules than the present wait too; their old mentions stand until a batch
    puts the new ones in their place.
    """
    unless = RULES_VERSION if again else None
    with connect(database_url) as conn:
        require_schema(conn)
        with runs.recorded(conn, "flag", versions={"rules": RULES_VERSION}) as run:
            run.counts.update(articles=0, mentions=0, with_mentions=0)
            waiting = mentions.count_pending(conn, unless)
            total = min(waiting, limit) if limit is not None else waiting
            on_progress(Progress("flag", 0, total))
            while run.counts["articles"] < total:
                batch = _batch(conn, run.id, min(BATCH, total - run.counts["articles"]), unless)
                if not batch:
                    break
                run.counts.update(batch)
                on_progress(
                    Progress("flag", run.counts["articles"], total, f"{run.counts['mentions']} mentions")
                )
        return run.outcome


def _batch(conn: Connection[TupleRow], run_id: int, size: int, unless: str | None) -> Counter[str]:
    counts: Counter[str] = Counter()
    with conn.transaction():
        found: dict[int, Sequence[Mention]] = {}
        for article in mentions.claim(conn, size, unless):
            counts["articles"] += 1
            found[article.id] = flagged = _flag(conn, article, run_id, counts)
            counts["mentions"] += len(flagged)
            counts["with_mentions"] += bool(flagged)
        mentions.replace(conn, found, rules_version=RULES_VERSION, run_id=run_id)
        _compare(conn, found)
    return counts


def _compare(conn: Connection[TupleRow], found: Mapping[int, Sequence[Mention]]) -> None:
    """Say of every former text of these articles what its change did to the mentions, both read by the same rules."""
    after = dict(found)
    for revision in reversed(revisions.open_revisions(conn, list(found))):
        before = flag_article(title=revision.title, lead=revision.lead, body=revision.body, date=revision.day)
        revisions.close(conn, revision.id, *difference(before, after[revision.article_id]))
        after[revision.article_id] = before


def _flag(
    conn: Connection[TupleRow], article: PendingArticle, run_id: int, counts: Counter[str]
) -> Sequence[Mention]:
    try:
        return flag_article(title=article.title, lead=article.lead, body=article.body, date=article.day)
    except Exception as error:  # noqa: BLE001 - a text that trips the flagger is a row, not the end of the night
        mentions.quarantine(conn, article, f"{type(error).__name__}: {error}", run_id)
        counts["quarantined"] += 1
        return []
