"""Fresh articles are looked at again; what their publisher changed is kept, with what it did to the mentions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from processing.extraction import extract_pending
from processing.flagging import flag_pending
from processing.settings import Settings
from processing.store.revisions import corrections
from spiders.launch import crawl
from spiders.outcome import SourceCounts
from spiders.schedule import RELOOKS, next_relook
from tests.spiders.website import Reply, Website

Conn = Connection[TupleRow]
Night = Callable[[], SourceCounts]

PLAIN = (
    "Le port de Vladivostok a rouvert lundi après trois jours de tempête. Les autorités portuaires ont fait état de "
    "dégâts limités sur deux quais et annoncé que le trafic des conteneurs reprendrait dans la semaine.",
    "Les assureurs, eux, attendent les conclusions des experts avant de chiffrer les pertes, qui pourraient retarder "
    "la saison de pêche dans toute la région selon plusieurs armateurs interrogés sur place.",
)
MENTION = "La Russie et la Chine ont mené la semaine dernière des exercices navals conjoints en mer du Japon."
PATH = "/monde/vladivostok-le-port-rouvert-apres-la-tempete"


def article(
    *paragraphs: str, title: str = "Vladivostok : le port rouvert après la tempête", **headers: str
) -> Reply:
    when = datetime.now(UTC).strftime("%Y-%m-%dT%H:00:00Z")
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    body = (
        f'<html lang="fr"><head><title>{title}</title><meta property="article:published_time" content="{when}">'
        f"</head><body><article><h1>{title}</h1>{text}</article></body></html>"
    )
    return Reply(body=body.encode(), headers={"Content-Type": "text/html; charset=utf-8", **headers})


@pytest.fixture
def site() -> Iterator[Website]:
    with Website() as site:
        site.announce(PATH)
        yield site


@pytest.fixture
def night(site: Website, settings: Settings, tmp_path: Path) -> Night:
    chosen = settings.model_copy(update={"catalogue": site.catalogue(tmp_path)})

    def go() -> SourceCounts:
        assert chosen.database_url
        counts = crawl(chosen, chosen.database_url, all_due=True).per_source["site"]
        extract_pending(chosen, chosen.database_url)
        flag_pending(chosen.database_url)
        return counts

    return go


def an_hour_later(conn: Conn) -> None:
    conn.execute(
        "UPDATE press.page SET look_again_at = look_again_at - interval '1 hour', "
        "first_fetched_at = first_fetched_at - interval '1 hour'"
    )


def one(conn: Conn, query: Any) -> Any:
    row = conn.execute(query).fetchone()
    return row if row is None or len(row) > 1 else row[0]


def test_an_article_is_looked_at_again_after_one_six_and_twenty_four_hours() -> None:
    first = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    looks, now = [], first
    while (again := next_relook(first, now)) is not None:
        looks.append(again - first)
        now = again
    assert tuple(looks) == RELOOKS
    assert next_relook(first, first + timedelta(hours=7)) == first + timedelta(hours=24)


def test_a_correction_that_adds_a_mention_is_seen_and_one_that_removes_it_too(
    site: Website, night: Night, connection: Conn
) -> None:
    site.answers[PATH] = article(*PLAIN)
    assert night().fetched == 1
    assert one(connection, "SELECT count(*) FROM press.mention") == 0

    site.answers[PATH] = article(*PLAIN, MENTION)
    assert night().looked_again == 0
    an_hour_later(connection)
    counts = night()
    assert (counts.looked_again, counts.changed, counts.fetched) == (1, 1, 0)
    assert one(connection, "SELECT count(*) FROM press.mention") == 1
    (correction,) = corrections(connection)
    assert correction["changed"] == ["body"]
    assert [mention["sentence"] for mention in correction["mentions_gained"]] == [MENTION]
    assert correction["mentions_lost"] == []

    site.answers[PATH] = article(*PLAIN, title="Vladivostok : le port a rouvert")
    connection.execute("UPDATE press.page SET look_again_at = now()")
    night()
    newest = corrections(connection)[0]
    assert newest["changed"] == ["title", "body"]
    assert [mention["sentence"] for mention in newest["mentions_lost"]] == [MENTION]
    assert one(connection, "SELECT count(*) FROM press.article") == 1
    assert one(connection, "SELECT count(*) FROM press.mention") == 0


def test_every_copy_stays_in_the_archive_and_the_revision_says_where(
    site: Website, night: Night, connection: Conn
) -> None:
    site.answers[PATH] = article(*PLAIN)
    night()
    before = one(connection, "SELECT segment_id, record_offset FROM press.article")
    site.answers[PATH] = article(*PLAIN, MENTION)
    an_hour_later(connection)
    night()
    assert one(connection, "SELECT segment_id, record_offset FROM press.revision") == before
    assert one(connection, "SELECT segment_id, record_offset FROM press.article") != before


@pytest.mark.parametrize("headers", [{"ETag": '"v1"'}, {}], ids=["by its ETag", "by its body"])
def test_an_unchanged_article_is_told_and_nothing_is_stored(
    site: Website, night: Night, connection: Conn, headers: dict[str, str]
) -> None:
    same = article(*PLAIN, **headers)
    site.answers[PATH] = lambda asked: Reply(304) if headers and "If-None-Match" in asked else same
    night()
    an_hour_later(connection)
    counts = night()
    assert (counts.looked_again, counts.changed) == (1, 0)
    assert one(connection, "SELECT count(*) FROM press.revision") == 0
    assert one(connection, "SELECT look_again_at > now() + interval '4 hours' FROM press.page") is True
    conditional = "If-None-Match" in site.log[-1].headers
    assert conditional is bool(headers)


def test_furniture_that_changes_around_the_text_is_no_correction(
    site: Website, night: Night, connection: Conn
) -> None:
    site.answers[PATH] = article(*PLAIN)
    night()
    changed = article(*PLAIN)
    site.answers[PATH] = Reply(
        body=changed.body.replace(b"</body>", b"<!-- 12:34 --></body>"), headers=changed.headers
    )
    an_hour_later(connection)
    assert night().changed == 1
    assert one(connection, "SELECT count(*) FROM press.revision") == 0


def test_a_withdrawn_article_stays_and_is_marked(site: Website, night: Night, connection: Conn) -> None:
    site.answers[PATH] = article(*PLAIN, MENTION)
    night()
    site.answers[PATH] = Reply(410)
    an_hour_later(connection)
    night()
    (correction,) = corrections(connection)
    assert correction["changed"] == ["withdrawn"]
    assert one(connection, "SELECT count(*) FROM press.mention") == 1
    assert one(connection, "SELECT state, look_again_at FROM press.page") == ("extracted", None)


def test_a_later_copy_that_is_no_article_does_not_unmake_it(
    site: Website, night: Night, connection: Conn
) -> None:
    site.answers[PATH] = article(*PLAIN)
    night()
    site.answers[PATH] = Reply(body=b"<html><body></body></html>", headers={"Content-Type": "text/html"})
    an_hour_later(connection)
    night()
    verdict, reason = one(connection, "SELECT verdict, reason FROM press.page")
    assert verdict == "article"
    assert reason.startswith("a later copy: ")
    assert one(connection, "SELECT body FROM press.article").startswith("Le port de Vladivostok")


def test_what_is_no_longer_fresh_is_left_in_peace(site: Website, night: Night, connection: Conn) -> None:
    site.answers[PATH] = article(*PLAIN)
    night()
    an_hour_later(connection)
    connection.execute("UPDATE press.article SET published_at = now() - interval '3 days'")
    assert night().looked_again == 0


def test_a_recheck_looks_at_fresh_articles_and_at_nothing_else(
    site: Website, night: Night, settings: Settings, connection: Conn, tmp_path: Path
) -> None:
    chosen = settings.model_copy(update={"catalogue": tmp_path / "catalogue.yaml"})
    site.answers[PATH] = article(*PLAIN)
    night()
    an_hour_later(connection)
    connection.execute("UPDATE press.feed SET due_at = now()")
    connection.execute(
        "INSERT INTO press.page (url, source_id, fetch_url) VALUES ('http://x.example/new', 'site', %s)",
        (f"{site.base}/new",),
    )
    site.answers[PATH] = article(*PLAIN, MENTION)
    site.log.clear()
    assert chosen.database_url
    outcome = crawl(chosen, chosen.database_url, only_relooks=True)
    assert [asked.path for asked in site.log] == [PATH]
    assert (outcome.totals["looked_again"], outcome.totals["changed"], outcome.totals["fetched"]) == (1, 1, 0)
    assert one(connection, "SELECT state FROM press.page WHERE url LIKE '%vladivostok%'") == "fetched"

    site.log.clear()
    nothing = crawl(chosen, chosen.database_url, ["site"], only_relooks=True)
    assert (site.log, nothing.per_source) == ([], {})


def test_a_recheck_tells_what_was_withdrawn_and_what_was_not_answered(
    site: Website, night: Night, settings: Settings, connection: Conn, tmp_path: Path
) -> None:
    chosen = settings.model_copy(update={"catalogue": tmp_path / "catalogue.yaml"})
    assert chosen.database_url
    site.answers[PATH] = article(*PLAIN)
    night()
    told = []
    for status in (503, 410):
        site.answers[PATH] = Reply(status)
        connection.execute("UPDATE press.page SET look_again_at = now()")
        counts = crawl(chosen, chosen.database_url, only_relooks=True).per_source["site"]
        told.append((counts.looked_again, counts.unanswered, counts.withdrawn))
    assert told == [(1, 1, 0), (1, 0, 1)]
