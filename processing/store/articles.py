"""Pending pages in, articles out: the store's side of the stage « extract »."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow, class_row

from processing.address import canonical
from processing.clean.article import Article, Rejected
from processing.clean.wording import same_words
from processing.store import locks, quarantine, revisions, stories
from processing.store.quarantine import Fault
from processing.store.statements import statement
from processing.stories import shingles


@dataclass(frozen=True, slots=True)
class PendingPage:
    """A fetched page that waits for extraction."""

    id: int
    url: str
    source_id: str | None
    announced_title: str | None
    announced_at: datetime | None
    segment: str
    origin: str
    """``crawl`` for our own segments; ``ingest`` for archives of others."""
    record_offset: int

    def segment_path(self, archive: Path) -> Path:
        """Where its segment lies: registered relative to the archive, or absolute when ingested."""
        return archive / self.segment


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What cleaning made of a page: a result, or the reason of its failure. Never both."""

    page: PendingPage
    result: Article | Rejected | None = None
    failure: str | None = None
    same_as: int | None = None

    @property
    def verdict(self) -> str:
        if self.same_as is not None:
            return "duplicate"
        if isinstance(self.result, Rejected):
            return self.result.verdict
        return "article" if self.result else "quarantined"

    @property
    def reason(self) -> str | None:
        return self.result.reason if isinstance(self.result, Rejected) else self.failure


def count_pending(conn: Connection[TupleRow]) -> int:
    """Pages that wait for extraction."""
    row = conn.execute("SELECT count(*) FROM press.page WHERE state = 'fetched'").fetchone()
    return int(row[0]) if row else 0


def claim(conn: Connection[TupleRow], size: int) -> list[PendingPage]:
    """Lock up to ``size`` pending pages, neighbours in the archive first, until the transaction ends."""
    with conn.cursor(row_factory=class_row(PendingPage)) as cursor:
        return cursor.execute(statement("claim_pages"), {"size": size}).fetchall()


def store(conn: Connection[TupleRow], cleaned: Sequence[Cleaned], run_id: int) -> Counter[str]:
    """Store a batch and move its pages on, in the caller's transaction. Returns pages per verdict.

    Articles go by COPY into a staging table and from there by one merge. A page that names a canonical
    address under which the same text is stored already becomes a duplicate of it.
    """
    if not cleaned:
        return Counter()
    # What can be done before the lock is: others wait for it.
    texts = {
        item.page.id: shingles(stories.text_of(item.result.lead, item.result.body))
        for item in cleaned
        if isinstance(item.result, Article)
    }
    conn.execute("SELECT pg_advisory_xact_lock(%s)", (locks.STORE_ARTICLES,))
    cleaned = _find_duplicates(conn, cleaned)
    conn.execute(statement("stage_articles"))
    with conn.cursor() as cursor:
        with cursor.copy(statement("copy_articles")) as copy:
            for item in cleaned:
                if item.verdict == "article" and isinstance(item.result, Article):
                    copy.write_row(_article_row(item.page, item.result))
        revisions.keep(conn)
        left = stories.leave(conn)
        cursor.execute(statement("merge_articles"))
        stories.place(conn, texts)
        stories.forget_empty(conn, left)
        cursor.executemany(
            statement("move_page_on"),
            [
                {"id": item.page.id, "verdict": item.verdict, "reason": item.reason, "same_as": item.same_as}
                for item in cleaned
            ],
        )
        quarantine.settle(conn, [item.page.id for item in cleaned])
        quarantine.hold(conn, [fault for item in cleaned for fault in _faults(item)], run_id)
    counts = Counter({"articles" if item.verdict == "article" else item.verdict: 0 for item in cleaned})
    for item in cleaned:
        counts["articles" if item.verdict == "article" else item.verdict] += 1
    if undated := sum(_is_undated(item) for item in cleaned):
        counts["undated"] = undated
    return counts


def pages_in(counts: Mapping[str, int]) -> int:
    """How many pages counts of :func:`store` are of."""
    return sum(number for name, number in counts.items() if name != "undated")


def _faults(item: Cleaned) -> Iterator[Fault]:
    page = item.page
    if item.failure:
        yield Fault("extract", page.url, item.failure, page.id, page.record_offset)
    if _is_undated(item):
        yield Fault("date", page.url, "neither the page nor a channel gives a date to believe", page.id)


def _is_undated(item: Cleaned) -> bool:
    return item.verdict == "article" and isinstance(item.result, Article) and item.result.published is None


def fingerprint(title: str, body: str) -> bytes:
    """What two copies of one text share: a digest of the body's words (of title and body when it is short)."""
    words = same_words(body)
    if len(words) < 200:
        words = f"{same_words(title)}\n{words}"
    return hashlib.sha256(words.encode()).digest()


def _identity(url: str, canonical_url: str | None) -> str:
    """The address an article goes by: the canonical one it names, where that can be one."""
    if canonical_url is None:
        return url
    try:
        named = canonical(canonical_url)
    except ValueError:
        return url
    # A template that names the home page on every page would make one article of the whole site.
    return url if named.rstrip("/").count("/") < 3 else named


def _find_duplicates(conn: Connection[TupleRow], cleaned: Sequence[Cleaned]) -> list[Cleaned]:
    named = {
        item.page.id: _identity(item.page.url, item.result.canonical_url)
        for item in cleaned
        if isinstance(item.result, Article)
    }
    known: dict[str, list[tuple[int, str, bytes]]] = {}
    for page_id, address, title, story in conn.execute(
        statement("articles_by_address"), {"addresses": list(set(named.values()))}
    ):
        known.setdefault(address, []).append((page_id, title, bytes(story)))
    # The page that bears the canonical address itself is the one that stays.
    ordered = sorted(cleaned, key=lambda item: named.get(item.page.id) != item.page.url)
    return list(_mark(ordered, named, known))


def _mark(
    cleaned: Iterable[Cleaned], named: dict[int, str], known: dict[str, list[tuple[int, str, bytes]]]
) -> Iterable[Cleaned]:
    for item in cleaned:
        if not isinstance(item.result, Article):
            yield item
            continue
        title, digest = item.result.title, fingerprint(item.result.title, item.result.body)
        held = known.setdefault(named[item.page.id], [])
        twin = next(
            (page_id for page_id, t, d in held if page_id != item.page.id and (t == title or d == digest)),
            None,
        )
        if twin is None:
            held.append((item.page.id, title, digest))
            yield item
        else:
            yield replace(item, same_as=twin)


def _article_row(page: PendingPage, article: Article) -> tuple[Any, ...]:
    return (
        page.id,
        page.source_id,
        article.url,
        _identity(article.url, article.canonical_url),
        article.title,
        article.lead,
        article.body,
        list(article.authors),
        article.published.at if article.published else None,
        article.published.zone if article.published else None,
        article.published.origin if article.published else None,
        article.modified_at,
        article.section,
        article.site_name,
        article.agency,
        article.language,
        article.paywall,
        article.words,
        article.extractor_version,
        fingerprint(article.title, article.body),
        list(article.keywords),
    )
