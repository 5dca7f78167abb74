"""Stored articles are read anew under other rules: by date, once, and every mention gained or lost is told."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from processing import flagging
from processing.extraction import extract_pending
from processing.flagging import flag_pending
from processing.ingest import ingest
from processing.mentions import RULES_VERSION
from processing.settings import Settings
from tests.processing.pressroom import COOPERATION, html, warc

Conn = Connection[TupleRow]
PARIS = ZoneInfo("Europe/Paris")


def rows(conn: Conn, query: Any) -> list[Any]:
    return [row[0] if len(row) == 1 else row for row in conn.execute(query)]


@pytest.fixture
def stored(connection: Conn, settings: Settings, tmp_path: Path) -> Conn:
    """Three articles with a mention each, flagged under older rules: of December, January, and without a date."""
    pages = {f"https://www.exemple.fr/{n}": html(f"Manœuvres {n}", COOPERATION) for n in range(3)}
    assert settings.database_url
    ingest(settings.database_url, [warc(tmp_path, pages)])
    extract_pending(settings, settings.database_url)
    flag_pending(settings.database_url)
    connection.execute("UPDATE press.article SET flagged_with = 'older', stored_at = '2026-01-20T12:00Z'")
    for title, published in (("0", "2025-12-31T22:59Z"), ("1", "2025-12-31T23:00Z"), ("2", None)):
        connection.execute(
            "UPDATE press.article SET published_at = %s WHERE title = %s", (published, f"Manœuvres {title}")
        )
    return connection


def of_january(settings: Settings) -> dict[str, int]:
    assert settings.database_url
    since, until = datetime(2026, 1, 1, tzinfo=PARIS), datetime(2026, 2, 1, tzinfo=PARIS)
    return dict(flag_pending(settings.database_url, again=True, since=since, until=until).counts)


UP_TO_DATE = "SELECT title FROM press.article WHERE flagged_with <> 'older' ORDER BY title"


def test_only_what_was_published_in_the_range_is_read_and_a_second_run_does_nothing(
    stored: Conn, settings: Settings
) -> None:
    first = of_january(settings)
    assert (first["articles"], first["anew"], first["gained"], first["lost"]) == (2, 2, 0, 0)
    assert rows(stored, UP_TO_DATE) == ["Manœuvres 1", "Manœuvres 2"], (
        "by its date in Paris, else when first stored"
    )
    assert of_january(settings)["articles"] == 0
    assert rows(stored, "SELECT subject FROM press.run WHERE stage = 'flag' ORDER BY id DESC LIMIT 1") == [
        "since 2026-01-01T00:00:00+01:00 until 2026-02-01T00:00:00+01:00"
    ]


def test_mentions_gained_and_lost_are_counted_by_place_and_category(stored: Conn, settings: Settings) -> None:
    stored.execute(
        "DELETE FROM press.mention m USING press.article a WHERE a.id = m.article_id AND a.title = 'Manœuvres 1'"
    )
    stored.execute(
        "UPDATE press.mention m SET category = 'VISIT', sentence = 'as the older rules saw it' "
        "FROM press.article a WHERE a.id = m.article_id AND a.title = 'Manœuvres 2'"
    )
    counts = of_january(settings)
    assert (counts["gained"], counts["lost"]) == (2, 1)
    assert rows(
        stored, "SELECT count(*) FROM press.mention WHERE sentence = 'as the older rules saw it'"
    ) == [0]
    kept = rows(stored, "SELECT counts FROM press.run WHERE stage = 'flag' ORDER BY id DESC LIMIT 1")[0]
    assert (kept["anew"], kept["gained"], kept["lost"]) == (2, 2, 1)


def test_an_article_that_was_never_read_gains_nothing(stored: Conn, settings: Settings) -> None:
    stored.execute("UPDATE press.article SET flagged_with = NULL WHERE title = 'Manœuvres 1'")
    counts = of_january(settings)
    assert (counts["articles"], counts["anew"], counts["gained"]) == (2, 1, 0)


def test_what_a_person_said_of_a_mention_stays(stored: Conn, settings: Settings) -> None:
    stored.execute(
        "INSERT INTO press.review (article_id, field, start_offset, end_offset, sentence, verdict, reviewer) "
        "SELECT article_id, field, start_offset, end_offset, sentence, 'confirmed', 'anne' FROM press.mention"
    )
    of_january(settings)
    assert rows(stored, "SELECT count(*) FROM press.review") == [3]
    assert rows(
        stored,
        "SELECT count(*) FROM press.review r JOIN press.mention m USING (article_id, field, start_offset, sentence)",
    ) == [3]


def test_an_article_that_trips_the_new_rules_keeps_its_mentions_and_is_a_row_until_it_is_read(
    stored: Conn, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trip(*, title: str, **rest: Any) -> Any:
        if title == "Manœuvres 1":
            raise ValueError("no such frame")
        return flag_article(title=title, **rest)

    flag_article = flagging.flag_article
    monkeypatch.setattr(flagging, "flag_article", trip)
    counts = of_january(settings)
    assert (counts["articles"], counts["anew"], counts["quarantined"], counts["lost"]) == (2, 1, 1, 0)
    assert rows(stored, "SELECT count(*) FROM press.mention") == [3]
    held = "SELECT stage, reason FROM press.quarantine WHERE settled_at IS NULL"
    assert rows(stored, held) == [("flag", "ValueError: no such frame")]

    monkeypatch.undo()
    stored.execute("UPDATE press.article SET flagged_with = 'newer'")
    of_january(settings)
    assert rows(stored, held) == []
    assert rows(stored, "SELECT DISTINCT flagged_with FROM press.article WHERE title <> 'Manœuvres 0'") == [
        RULES_VERSION
    ]
