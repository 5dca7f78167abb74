"""Rows made up in SQL, as many as are wanted, for exports and watch lists."""

from __future__ import annotations

from psycopg import Connection
from psycopg.rows import TupleRow

SOURCES = """
    INSERT INTO press.source (id, name, country, kind, homepage, state_media_of)
    VALUES ('quotidien', 'Le Quotidien', 'FR', 'daily', 'https://quotidien.example/', NULL),
           ('escaut', 'L''Escaut', 'BE', 'broadcaster', 'https://escaut.example/', NULL),
           ('neva', 'Neva', 'RU', 'state-media', 'https://neva.example/', 'RU')
    ON CONFLICT DO NOTHING
"""
STORIES = "INSERT INTO press.story (created_at) SELECT now() FROM generate_series(1, %(last)s::int, 2)"
ARTICLES = """
    WITH made AS (
        INSERT INTO press.page (url, source_id, fetch_url, state)
        SELECT format('https://%%s.example/%%s', source, n), source, '', 'gone'
          FROM generate_series(%(first)s::int, %(last)s::int) AS n
         CROSS JOIN LATERAL (SELECT (ARRAY['quotidien', 'escaut', 'neva'])[n %% 3 + 1] AS source) AS s
        RETURNING id, url, source_id)
    INSERT INTO press.article (page_id, source_id, url, title, lead, body, authors, keywords, language, words,
                               extractor_version, published_at, flagged_with, story_id)
    SELECT id, source_id, url, 'Titre « ' || id || ' »', '',
           E'L\'\'accord n° ' || id || E' a été signé;\nil est "secret".',
           ARRAY['Anne D.', 'Łukasz, "B."'], '{}', 'fr', 9, 'made',
           CASE WHEN id %% 10 > 0 THEN timestamptz '2026-11-01 08:30:00.123456+01' + id * interval '1 minute' END,
           'made', (id + 1) / 2
      FROM made ORDER BY id
"""
MENTIONS = """
    INSERT INTO press.mention (article_id, field, start_offset, end_offset, sentence, category, plover, cameo,
                               intensity, polarity, negated, certainty, stance, time, actors, trigger, speaker,
                               score, tier, features, rules_version)
    SELECT a.id, 'body', at, at + 140,
           format('=1+1; phrase %%s de l’article %%s : « la Russie livrera à la Chine… "douze" appareils 😀 », %%s',
                  n, a.id, md5(a.id || '-' || n) || md5(n || '-' || a.id)),
           (ARRAY['ENERGY', 'ARMS_TRANSFER', 'VISIT', 'MIL_EXERCISE'])[(a.id + n) %% 4 + 1], 'COOPERATE', '062', -0.5,
           (ARRAY['affirmed', 'denied', 'hypothetical'])[(a.id + n) %% 3 + 1], (a.id + n) %% 3 = 1,
           'fact', 'neutral', 'past',
           jsonb_build_array(
               jsonb_build_object('side', 'RUS', 'text', 'la Russie', 'kind', 'state', 'start', at, 'end', at + 9),
               jsonb_build_object('side', 'CHN', 'text', 'la Chine', 'kind', 'state', 'start', at + 20, 'end', at + 28)
           ),
           jsonb_build_object('text', 'livrera', 'start', at + 10, 'end', at + 17),
           CASE WHEN n %% 2 = 0 THEN jsonb_build_object('text', 'Peskov', 'side', 'RUS') END,
           0.9, 1, '{"wording": 0.25, "pair": 1}', 'made'
      FROM press.article AS a, generate_series(1, %(each)s::int) AS n, LATERAL (SELECT n * 200 AS at) AS place
     WHERE a.id > (SELECT max(id) FROM press.article) - %(articles)s
"""


def press(conn: Connection[TupleRow], *, articles: int, mentions_each: int) -> None:
    """Three sources, so many articles of which one in ten has no date, and mentions with what is hard to quote."""
    conn.execute(SOURCES)
    more_articles(conn, articles=articles, mentions_each=mentions_each)


def more_articles(conn: Connection[TupleRow], *, articles: int, mentions_each: int) -> None:
    """As `press`, after those that are there."""
    row = conn.execute("SELECT count(*) FROM press.page").fetchone()
    known = row[0] if row else 0
    conn.execute(STORIES, {"last": articles + 1})
    conn.execute(ARTICLES, {"first": known + 1, "last": known + articles})
    conn.execute(MENTIONS, {"each": mentions_each, "articles": articles})
