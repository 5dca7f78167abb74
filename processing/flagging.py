"""The stage « flag »: pending articles are read by the flagger, its mentions stored.

As everywhere, a batch is one transaction: mentions and the state of their articles move together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from psycopg import Connection
from psycopg.rows import TupleRow

from processing.corrections import difference
from processing.mentions import RULES_VERSION, Mention, flag_article
from processing.stage import OnProgress, Progress, StageOutcome, silent
from processing.store import mentions, quarantine, revisions, runs
from processing.store.connect import connect, require_schema
from processing.store.mentions import PendingArticle, Place, Waiting

BATCH = 200
"""Articles in one transaction."""


def flag_pending(
    database_url: str,
    *,
    limit: int | None = None,
    again: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
    on_progress: OnProgress = silent,
) -> StageOutcome:
    """Flag every article that waits. Counts: ``articles``, ``mentions``, ``with_mentions``, ``quarantined``.

    With ``again`` those flagged under other rules than the present wait too; their old mentions stand until a batch
    puts the new ones in their place. Of these it counts ``anew`` and, by article, place and category, the mentions
    ``gained`` and ``lost``. ``since`` and ``until`` (exclusive) narrow it down to what was published then, or, where
    the page does not say when, first stored.
    """
    waiting = Waiting(RULES_VERSION if again else None, since, until)
    with connect(database_url) as conn:
        require_schema(conn)
        with runs.recorded(
            conn, "flag", subject=_range(since, until), versions={"rules": RULES_VERSION}
        ) as run:
            run.counts.update(articles=0, mentions=0, with_mentions=0)
            if again:
                run.counts.update(anew=0, gained=0, lost=0)
            pending = mentions.count_pending(conn, waiting)
            total = min(pending, limit) if limit is not None else pending
            on_progress(Progress("flag", 0, total))
            while run.counts["articles"] < total:
                batch = _batch(conn, run.id, min(BATCH, total - run.counts["articles"]), waiting)
                if not batch:
                    break
                run.counts.update(batch)
                on_progress(
                    Progress("flag", run.counts["articles"], total, f"{run.counts['mentions']} mentions")
                )
        return run.outcome


def _batch(conn: Connection[TupleRow], run_id: int, size: int, waiting: Waiting) -> Counter[str]:
    counts: Counter[str] = Counter()
    with conn.transaction():
        found: dict[int, Sequence[Mention]] = {}
        pages: list[int] = []
        anew: list[int] = []
        unread: list[int] = []
        for article in mentions.claim(conn, size, waiting):
            counts["articles"] += 1
            flagged = _flag(conn, article, run_id, counts)
            if flagged is None and article.anew:
                unread.append(article.id)
                continue
            if flagged is not None:
                pages.append(article.page_id)
            found[article.id] = flagged = flagged or []
            counts["mentions"] += len(flagged)
            counts["with_mentions"] += bool(flagged)
            if article.anew:
                anew.append(article.id)
        before = mentions.places(conn, anew) if anew else set()
        mentions.replace(conn, found, rules_version=RULES_VERSION, run_id=run_id, unread=unread)
        quarantine.settle(conn, pages, "flag")
        if anew:
            after = {_place(article_id, mention) for article_id in anew for mention in found[article_id]}
            counts.update(anew=len(anew), gained=len(after - before), lost=len(before - after))
        _compare(conn, found)
    return counts


def _place(article_id: int, mention: Mention) -> Place:
    return article_id, mention.field, mention.start, mention.end, mention.category


def _range(since: datetime | None, until: datetime | None) -> str | None:
    """What the run was asked for, in words."""
    told = [f"{word} {moment.isoformat()}" for word, moment in (("since", since), ("until", until)) if moment]
    return " ".join(told) or None


def _compare(conn: Connection[TupleRow], found: Mapping[int, Sequence[Mention]]) -> None:
    """Say of every former text of these articles what its change did to the mentions, both read by the same rules."""
    after = dict(found)
    for revision in reversed(revisions.open_revisions(conn, list(found))):
        before = flag_article(title=revision.title, lead=revision.lead, body=revision.body, date=revision.day)
        revisions.close(conn, revision.id, *difference(before, after[revision.article_id]))
        after[revision.article_id] = before


def _flag(
    conn: Connection[TupleRow], article: PendingArticle, run_id: int, counts: Counter[str]
) -> Sequence[Mention] | None:
    """Its mentions; None when it trips the flagger, which is a row of quarantine."""
    try:
        return flag_article(title=article.title, lead=article.lead, body=article.body, date=article.day)
    except Exception as error:  # noqa: BLE001 - a text that trips the flagger is a row, not the end of the night
        mentions.quarantine(conn, article, f"{type(error).__name__}: {error}", run_id)
        counts["quarantined"] += 1
        return None
