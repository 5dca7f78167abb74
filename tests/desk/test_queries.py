"""``docs/queries.md``: every query runs on the sample press, and returns what the page says."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString, cast

import pytest
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

from processing.mentions import flag_article
from processing.store import mentions
from processing.store.connect import connect
from processing.store.migrate import migrate
from tests.newsstand.press import Article, Site, read_expected, read_press

PAGE = Path(__file__).parents[2] / "docs" / "queries.md"
QUERY = re.compile(r"^## (\d+)\. (.+?)\n.*?```sql\n(.+?)```\n\nColumns: (.+?)\n", re.M | re.S)
QUERIES = {
    int(number): (question, sql, re.findall(r"`(\w+)`", columns))
    for number, question, sql, columns in QUERY.findall(PAGE.read_text(encoding="utf-8") + "\n")
}
TODAY = dt.datetime.now(dt.UTC).date()


@pytest.fixture(scope="module")
def sample(database_url: str) -> Iterator[Connection[TupleRow]]:
    """The sample press as a night leaves it, read by the rules alone; and a review, a correction, two channels."""
    with connect(database_url) as server:
        server.execute("CREATE DATABASE queries")
        url = make_conninfo(database_url, dbname="queries")
        migrate(url)
        with connect(url) as conn:
            fill(conn)
            conn.execute("SET ROLE vedette_reader")
            yield conn
        server.execute("DROP DATABASE queries WITH (FORCE)")


def fill(conn: Connection[TupleRow]) -> None:
    press, expected = read_press(), read_expected(TODAY - dt.timedelta(days=1))
    run = one(conn, "INSERT INTO press.run (stage) VALUES ('flag') RETURNING id")
    stories: dict[str, int] = {}
    for site in press.sites.values():
        conn.execute(
            """
            INSERT INTO press.source (id, name, country, kind, homepage, state_media_of)
            VALUES (%s, %s, %s, %s, 'https://example.org/', %s)
            """,
            (site.id, site.name, site.country, site.kind, site.state_media_of or None),
        )
    for article in press.articles.values():
        told = expected[article.id]
        if told.becomes in ("article", "paywalled"):
            story = told.story or article.id
            stories[story] = stories.get(story) or one(
                conn, "INSERT INTO press.story DEFAULT VALUES RETURNING id"
            )
            read(
                conn,
                article.dated(TODAY - dt.timedelta(days=1)),
                press.sites[article.site],
                stories[story],
                run,
            )
    for statement in EXTRAS:
        conn.execute(statement)


def read(conn: Connection[TupleRow], article: Article, site: Site, story: int, run: int) -> None:
    """Store one article and the mentions that the rules find in it."""
    published = article.published(TODAY - dt.timedelta(days=1), site.zone)
    url = f"https://{site.id}.example/{article.slug}"
    page = one(
        conn,
        "INSERT INTO press.page (url, source_id, fetch_url, state) VALUES (%s, %s, '', 'gone') RETURNING id",
        url, site.id,
    )  # fmt: skip
    texts = {part: article.text(part) for part in ("title", "lead", "body")}
    key = one(
        conn,
        """
        INSERT INTO press.article (page_id, source_id, url, title, lead, body, published_at, language, words,
                                   extractor_version, story_id)
        VALUES (%s, %s, %s, %s, %s, %s, %s, 'fr', 1, 'test', %s) RETURNING id
        """,
        page, site.id, url, *texts.values(), published, story,
    )  # fmt: skip
    found = flag_article(**texts, date=published.date(), tiers=1)
    mentions.replace(conn, {key: found}, rules_version="test", run_id=run)


EXTRAS: tuple[LiteralString, ...] = (
    # The first article with mentions lost its date; a later one of a state medium was carried elsewhere afterwards.
    "UPDATE press.article SET published_at = NULL WHERE id = (SELECT min(article_id) FROM press.mention)",
    """
    UPDATE press.article AS a SET story_id = b.story_id, published_at = b.published_at + interval '2 hours'
      FROM press.article AS b
     WHERE a.id = (SELECT max(article_id) FROM press.v_mention WHERE state_media_of IS NULL)
       AND b.id = (SELECT max(article_id) FROM press.v_mention WHERE state_media_of = 'RU')
    """,
    """
    INSERT INTO press.review (article_id, field, start_offset, end_offset, sentence, verdict, reviewer)
    SELECT article_id, field, start_offset, end_offset, sentence,
           CASE WHEN id % 3 = 0 THEN 'rejected' ELSE 'confirmed' END, 'anne'
      FROM press.mention WHERE id <= 20
    """,
    """
    INSERT INTO press.revision (article_id, changed, title, lead, body, held_from, mentions_gained, mentions_lost)
    SELECT id, '{body}', title, lead, body, now(), '[]',
           '[{"sentence": "Pékin livre des drones à Moscou.", "category": "ARMS_TRANSFER", "polarity": "affirmed"}]'
      FROM press.article ORDER BY id LIMIT 1
    """,
    """
    INSERT INTO press.feed (source_id, url, kind)
    VALUES ('heure', 'https://heure.example/rss', 'feed'), ('heure', 'https://heure.example/sitemap', 'sitemap')
    """,
    "INSERT INTO press.poll (feed_id, at, outcome) SELECT id, now() - interval '2 days', 'items' FROM press.feed",
    """
    INSERT INTO press.sighting (feed_id, page_id, seen_at)
    SELECT f.id, p.id, now() - interval '1 day' FROM press.feed AS f, press.page AS p
     WHERE p.source_id IN ('heure', 'armorique') AND (f.kind = 'feed' OR p.source_id = 'heure')
    """,
    "UPDATE press.article SET stored_at = stored_at - interval '10 days' WHERE source_id = 'onde'",
    """
    UPDATE press.mention
       SET actors = actors || '{"side": "UKR", "text": "Ukraine", "kind": "country", "start": 0, "end": 7}'
     WHERE sentence LIKE '%Ukraine%'
    """,
)


def one(conn: Connection[TupleRow], statement: LiteralString, *values: object) -> int:
    row = conn.execute(statement, values).fetchone()
    assert row is not None
    return int(row[0])


def test_there_are_twenty_questions_with_different_answers() -> None:
    assert list(QUERIES) == list(range(1, 21))
    assert PAGE.read_text(encoding="utf-8").count("```sql") == 20
    assert len({sql for _, sql, _ in QUERIES.values()}) == 20


@pytest.mark.parametrize("number", QUERIES)
def test_a_query_returns_the_columns_of_the_page_and_finds_something(
    sample: Connection[TupleRow], number: int
) -> None:
    question, sql, columns = QUERIES[number]
    found = sample.execute(cast("LiteralString", sql))
    assert [column.name for column in found.description or ()] == columns, question
    assert found.fetchall(), f"no row on the sample press: {question}"
