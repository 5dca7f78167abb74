"""What must hold however the nights went, read from the database, the archive and the press's own log of requests."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from fastwarc.warc import ArchiveIterator
from psycopg import Connection
from psycopg.rows import TupleRow

from processing.address import canonical
from processing.archive.reading import iterate, read_record
from processing.mentions import flag_article
from tests.newsstand import Newsstand
from tests.siege.place import Place

Conn = Connection[TupleRow]

FINAL = {
    "article": {("extracted", "article"), ("extracted", "duplicate")},
    "paywalled": {("extracted", "article")},
    "not_french": {("extracted", "not_french")},
    "not_article": {("extracted", "not_article")},
    "quarantined": {("extracted", "quarantined")},
    "refused_robots": {("refused_robots", None)},
    "refused_tdm": {("refused_tdm", None)},
    "gone": {("gone", None)},
    "failed": {("discovered", None), ("failed", None)},
}
"""State and verdict of every kind of page after a quiet night."""


def after_any_night(place: Place) -> list[str]:
    """What is wrong although a night may have ended badly: no process is at work now."""
    with place.connection() as conn:
        return [*_locks(conn), *_segments_on_disk(place, conn)]


def after_a_quiet_night(place: Place, conn: Conn, stand: Newsstand, *, flagged: bool = True) -> list[str]:
    """What is wrong when everything had its chance to be done."""
    return [
        *_locks(conn),
        *_runs(conn),
        *_segments(place, conn),
        *_leftovers(place, conn),
        *_pages(place, conn, stand),
        *_articles(conn),
        *(_mentions(conn) if flagged else ()),
    ]


def digest(conn: Conn, stand: Newsstand) -> Counter[tuple[Any, ...]]:
    """The articles and quarantined pages of this press, addresses without their port: to compare campaigns.

    Texts are not compared: a page that was asked for on another day names other articles beside its own.
    """
    port = f":{urlsplit(stand.base(next(iter(stand.sites)))).port}/"
    rows = conn.execute(
        """
        SELECT 'article', canonical_url, title, language, paywall FROM press.article WHERE url LIKE %(like)s
        UNION ALL SELECT 'quarantine', subject, stage, NULL, NULL FROM press.quarantine WHERE subject LIKE %(like)s
        """,
        {"like": f"%{port}%"},
    )
    return Counter((row[0], row[1].replace(port, "/"), *row[2:]) for row in rows)


def _locks(conn: Conn) -> Iterator[str]:
    """The server needs a moment to see that a killed client is gone."""
    held: list[Any] = []
    for _ in range(100):
        held = conn.execute(
            """
            SELECT l.classid, l.objid, a.pid, a.query FROM pg_locks l JOIN pg_stat_activity a USING (pid)
            WHERE l.locktype = 'advisory' AND a.datname = current_database()
            """
        ).fetchall()
        if not held:
            return
        time.sleep(0.1)
    yield f"advisory locks are left: {held}"


def _runs(conn: Conn) -> Iterator[str]:
    running = conn.execute("SELECT id, stage FROM press.run WHERE outcome = 'running'").fetchall()
    if running:
        yield f"runs still say that they run: {running}"


def _segments_on_disk(place: Place, conn: Conn) -> Iterator[str]:
    for path, size in conn.execute("SELECT path, bytes FROM press.segment"):
        file = place.archive / path
        if not file.exists():
            yield f"segment {path} is registered and not there"
        elif file.stat().st_size != size:
            yield f"segment {path} has {file.stat().st_size} bytes, registered are {size}"


def _segments(place: Place, conn: Conn) -> Iterator[str]:
    yield from _segments_on_disk(place, conn)
    for path, records, sha256 in conn.execute("SELECT path, records, sha256 FROM press.segment"):
        content = (place.archive / path).read_bytes()
        if hashlib.sha256(content).digest() != sha256:
            yield f"segment {path} is not what was registered"
        with (place.archive / path).open("rb") as file:
            found = sum(1 for _ in ArchiveIterator(file, parse_http=False))
        if found != records:
            yield f"segment {path} has {found} records, registered are {records}"


def _leftovers(place: Place, conn: Conn) -> Iterator[str]:
    registered = {row[0] for row in conn.execute("SELECT path FROM press.segment")}
    there = {
        path.relative_to(place.archive).as_posix() for path in place.archive.glob("2*/**/*") if path.is_file()
    }
    if extra := sorted(there - registered):
        yield f"files of the archive that nobody counts: {extra}"
    orphans = {path.name for path in (place.archive / "orphans").glob("*")}
    if counted := [path for path in registered if path.rpartition("/")[2] in orphans]:
        yield f"registered segments among the orphans: {counted}"


def _pages(place: Place, conn: Conn, stand: Newsstand) -> Iterator[str]:
    rows = {
        row[0]: row[1:]
        for row in conn.execute(
            """
            SELECT p.url, p.state, p.verdict, s.path, p.record_offset FROM press.page p
            LEFT JOIN press.segment s ON s.id = p.segment_id
            """
        )
    }
    for name, expected in stand.expected().items():
        url = canonical(stand.url_of(name))
        if url not in rows:
            yield f"{name} was never found"
        elif rows[url][:2] not in FINAL[expected.becomes]:
            yield f"{name} is {rows[url][:2]}, want {expected.becomes}"
    kept = {url: (path, offset) for url, (state, _, path, offset) in rows.items() if state == "extracted"}
    if waiting := [url for url, row in rows.items() if row[0] == "fetched"]:
        yield f"pages wait for extraction: {waiting}"
    records: dict[str, list[tuple[str, int]]] = {}
    for (path,) in conn.execute("SELECT path FROM press.segment"):
        for offset, page in iterate(place.archive / path):
            if page.purpose == "page":
                records.setdefault(canonical(page.url), []).append((path, offset))
    for url, where in kept.items():
        if records.get(url) != [where]:
            yield f"{url} stands at {where} and is archived at {records.get(url)}"
        elif canonical(read_record(place.archive / where[0], where[1]).url) != url:
            yield f"{url}: another page stands at {where}"
    if unknown := sorted(set(records) - set(kept)):
        yield f"archived pages without a row that says so: {unknown}"
    yield from _asked(stand, kept)


def _asked(stand: Newsstand, kept: dict[str, tuple[str, int]]) -> Iterator[str]:
    """What the press saw: every kept page was asked for; nothing that robots.txt keeps from us was."""
    answered = {canonical(stand.base(r.site) + r.path) for r in stand.log if r.status == 200}
    ours = {url for url in kept if urlsplit(url).port == urlsplit(stand.base(next(iter(stand.sites)))).port}
    if never := sorted(ours - answered):
        yield f"kept and never served: {never}"
    for name, expected in stand.expected().items():
        if expected.becomes == "refused_robots" and canonical(stand.url_of(name)) in answered:
            yield f"{name} was asked for against robots.txt"


def _articles(conn: Conn) -> Iterator[str]:
    for what, query in (
        ("articles stored twice", "SELECT url FROM press.article GROUP BY url HAVING count(*) > 1"),
        (
            "extracted articles without a text",
            "SELECT url FROM press.page p WHERE verdict = 'article'"
            " AND NOT EXISTS (SELECT FROM press.article a WHERE a.page_id = p.id)",
        ),
    ):
        if found := conn.execute(query).fetchall():
            yield f"{what}: {found}"


def _mentions(conn: Conn) -> Iterator[str]:
    """The mentions of every article are those that its stored text gives, each once."""
    stored: dict[int, Counter[Any]] = {}
    for article, *where in conn.execute(
        "SELECT article_id, field, start_offset, end_offset, category FROM press.mention"
    ):
        stored.setdefault(article, Counter())[tuple(where)] += 1
    for article, url, title, lead, body, day, flagged in conn.execute(
        """
        SELECT id, url, title, lead, body, (coalesce(published_at, extracted_at) AT TIME ZONE 'Europe/Paris')::date,
               flagged_with IS NOT NULL
        FROM press.article
        """
    ):
        found = flag_article(title=title, lead=lead, body=body, date=day, tiers=1)
        wanted = Counter((m.field, m.start, m.end, m.category) for m in found)
        if not flagged:
            yield f"{url} waits for the flagger"
        elif stored.get(article, Counter()) != wanted:
            yield f"{url} has the mentions {stored.get(article)}, its text gives {wanted}"
