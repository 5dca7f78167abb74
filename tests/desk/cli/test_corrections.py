"""`vedette corrections`: what a person sees of an article that was changed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from processing.settings import Settings

LOST = {
    "sentence": "La Chine livrerait des drones à la Russie.",
    "category": "ARMS_TRANSFER",
    "polarity": "hypothetical",
}


def vedette(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "vedette"), *arguments],
        env={**settings.environment(), "COLUMNS": "120"},
        capture_output=True,
        text=True,
        check=True,
    )


def write_history(conn: Connection[TupleRow]) -> None:
    conn.execute(
        """
        INSERT INTO press.segment (path, records, bytes, sha256) VALUES ('s', 1, 1, 'x');
        INSERT INTO press.page (url, fetch_url, state, segment_id, record_offset)
        VALUES ('http://g.fr/a', '', 'extracted', 1, 0);
        INSERT INTO press.article (page_id, url, title, body, language, words, extractor_version)
        VALUES (1, 'http://g.fr/a', 'Titre corrigé', 'corps', 'fr', 2, 'v');
        """
    )
    conn.execute(
        """
        INSERT INTO press.revision (article_id, changed, title, lead, body, held_from, mentions_gained, mentions_lost)
        VALUES (1, ARRAY['title', 'body'], 'Ancien titre', '', 'avant', now(), '[]', %s),
               (1, ARRAY['lead'], 'Titre corrigé', 'chapô', 'corps', now(), '[]', '[]')
        """,
        (Jsonb([LOST]),),
    )


def test_a_mention_that_was_taken_back_is_shown_with_the_title_before(
    settings: Settings, connection: Connection[TupleRow]
) -> None:
    write_history(connection)
    shown = vedette(settings, "corrections").stdout
    for words in (
        "Titre corrigé",
        "before: Ancien titre",
        "− ARMS_TRANSFER hypothetical",
        "La Chine livrerait",
    ):
        assert words in shown


def test_as_json_every_change_can_be_had(settings: Settings, connection: Connection[TupleRow]) -> None:
    write_history(connection)
    rows = [
        json.loads(line) for line in vedette(settings, "corrections", "--json", "--all").stdout.splitlines()
    ]
    assert [row["changed"] for row in rows] == [["lead"], ["title", "body"]]
    assert rows[1]["mentions_lost"] == [LOST]


def test_nothing_corrected_is_said_in_words(settings: Settings, connection: Connection[TupleRow]) -> None:
    assert vedette(settings, "corrections").stderr == "no corrections\n"
