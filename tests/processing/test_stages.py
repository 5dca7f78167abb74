"""From a WARC file to mentions: nothing lost, nothing twice, every failure a row."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from psycopg import Connection, errors, sql
from psycopg.rows import TupleRow

from processing import extraction
from processing.errors import ArchiveError, SchemaError, StoreError
from processing.extraction import extract_pending
from processing.flagging import flag_pending
from processing.ingest import ingest
from processing.mentions import RULES_VERSION
from processing.settings import Settings
from processing.store import findings
from processing.store.findings import MentionFilter
from tests.processing.pressroom import COOPERATION, html, warc

PAGES = {
    "https://www.exemple.fr/mer": html("Manœuvres au large", COOPERATION),
    "https://www.exemple.fr/port": html("Le port rouvre"),
    "https://www.exemple.fr/": html("Accueil"),
    "https://www.exemple.fr/vide": b"",
}


def rows(conn: Connection[TupleRow], query: Any) -> list[Any]:
    return [row[0] if len(row) == 1 else row for row in conn.execute(query)]


def read(settings: Settings, *paths: Path) -> None:
    assert settings.database_url
    ingest(settings.database_url, paths)
    extract_pending(settings, settings.database_url)
    flag_pending(settings.database_url)


def test_a_warc_file_becomes_articles_and_mentions(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path
) -> None:
    read(settings, warc(tmp_path, PAGES))
    assert rows(connection, "SELECT title FROM press.article ORDER BY title") == [
        "Le port rouvre",
        "Manœuvres au large",
    ]
    (mention,) = findings.mentions(connection, MentionFilter())
    assert (mention["sentence"], mention["category"], mention["polarity"]) == (
        COOPERATION,
        "MIL_EXERCISE",
        "affirmed",
    )
    body = rows(connection, "SELECT body FROM press.article WHERE title = 'Manœuvres au large'")[0]
    assert body[mention["start"] : mention["end"]] == COOPERATION
    assert body[mention["trigger"]["start"] : mention["trigger"]["end"]] == mention["trigger"]["text"]


def test_every_page_says_what_became_of_it(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path
) -> None:
    read(settings, warc(tmp_path, PAGES))
    assert dict(rows(connection, "SELECT url, verdict FROM press.page")) == {
        "https://www.exemple.fr/mer": "article",
        "https://www.exemple.fr/port": "article",
        "https://www.exemple.fr/": "not_article",
        "https://www.exemple.fr/vide": "quarantined",
    }
    assert rows(connection, "SELECT subject, reason FROM press.quarantine") == [
        ("https://www.exemple.fr/vide", "the page is empty")
    ]


def test_reading_the_same_file_again_changes_nothing(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path
) -> None:
    path = warc(tmp_path, PAGES)
    read(settings, path)
    before = rows(
        connection, "SELECT a.id, a.extracted_at, m.id FROM press.article a LEFT JOIN press.mention m ON true"
    )
    read(settings, path)
    assert before == rows(
        connection, "SELECT a.id, a.extracted_at, m.id FROM press.article a LEFT JOIN press.mention m ON true"
    )


def test_runs_tell_what_they_did_and_with_what(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path
) -> None:
    read(settings, warc(tmp_path, PAGES))
    stages = dict(rows(connection, "SELECT stage, outcome FROM press.run"))
    assert stages == {"ingest": "done", "extract": "done", "flag": "done"}
    counts, versions = rows(connection, "SELECT counts, versions FROM press.run WHERE stage = 'flag'")[0]
    assert (counts["articles"], counts["mentions"], versions["rules"]) == (2, 1, RULES_VERSION)


def test_an_article_on_two_addresses_is_stored_once(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path
) -> None:
    own = "https://www.exemple.fr/mer"
    page = html("Manœuvres au large", COOPERATION, canonical=own)
    read(settings, warc(tmp_path, {"https://m.exemple.fr/mer-mobile": page, own: page}))
    assert rows(connection, "SELECT url FROM press.article") == [own]
    assert rows(
        connection,
        "SELECT p.url, t.url FROM press.page p JOIN press.page t ON t.id = p.same_as WHERE p.verdict = 'duplicate'",
    ) == [("https://m.exemple.fr/mer-mobile", own)]


def test_a_template_that_names_one_canonical_address_everywhere_loses_no_article(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path
) -> None:
    wrong = "https://www.exemple.fr/modele"
    pages = {
        f"https://www.exemple.fr/{name}": html(f"Titre {name}", f"Un texte propre à {name}.", canonical=wrong)
        for name in ("un", "deux", "trois")
    }
    read(settings, warc(tmp_path, pages))
    assert rows(connection, "SELECT count(*) FROM press.article") == [3]


def test_one_dispatch_on_three_sites_is_one_story(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path
) -> None:
    long_text = " ".join(
        [COOPERATION] + [f"Phrase numéro {n} de la dépêche, reprise telle quelle." for n in range(30)]
    )
    pages = {
        f"https://{site}.example/depeche": html(f"{site} : manœuvres communes", long_text)
        for site in ("alpha", "beta", "gamma")
    }
    read(settings, warc(tmp_path, pages))
    assert rows(connection, "SELECT articles FROM press.v_story") == [3]


def test_a_file_cut_short_gives_what_is_whole_and_a_row_of_quarantine(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path
) -> None:
    path = warc(tmp_path, {f"https://www.exemple.fr/{n}": html(f"Article {n}") for n in range(6)})
    path.write_bytes(path.read_bytes()[:-1200])
    assert settings.database_url
    outcome, faults = ingest(settings.database_url, [path])
    extract_pending(settings, settings.database_url)
    assert outcome.counts["damaged"] == 1
    assert len(faults) == 1
    assert str(path) in faults[0]
    assert rows(connection, "SELECT stage, subject FROM press.quarantine") == [("ingest", str(path))]
    assert 4 <= rows(connection, "SELECT count(*) FROM press.article")[0] <= 5


def test_a_file_that_is_not_there_is_a_row_and_the_others_are_read(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path
) -> None:
    assert settings.database_url
    good = warc(tmp_path, PAGES)
    _, faults = ingest(settings.database_url, [tmp_path / "absent.warc.gz", good])
    assert faults == (f"{tmp_path / 'absent.warc.gz'} cannot be read: No such file or directory",)
    assert rows(connection, "SELECT count(*) FROM press.page") == [4]


def test_a_page_that_opts_out_is_noted_and_never_read(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path
) -> None:
    sign = '<meta name="tdm-reservation" content="1">'
    page = html("Manœuvres au large", COOPERATION).replace(b"<head>", b"<head>" + sign.encode())
    read(
        settings,
        warc(tmp_path, {"https://www.exemple.fr/mer": page, "https://www.exemple.fr/port": html("Le port")}),
    )
    assert rows(connection, "SELECT state, reason FROM press.page WHERE url LIKE '%/mer'") == [
        ("refused_tdm", sign)
    ]
    assert rows(connection, "SELECT title FROM press.article") == ["Le port"]


def test_a_missing_segment_stops_the_stage_and_loses_no_page(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path
) -> None:
    path = warc(tmp_path, PAGES)
    assert settings.database_url
    ingest(settings.database_url, [path])
    path.rename(path.with_name("moved.warc.gz"))
    with pytest.raises(ArchiveError, match="is not there: is VEDETTE_HOME"):
        extract_pending(settings, settings.database_url)
    assert rows(connection, "SELECT DISTINCT state FROM press.page") == ["fetched"]
    assert rows(connection, "SELECT outcome FROM press.run WHERE stage = 'extract'") == ["failed"]


def test_a_batch_that_is_cut_off_leaves_no_trace_and_is_done_again(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {f"https://www.exemple.fr/{n}": html(f"Article {n}") for n in range(8)}
    assert settings.database_url
    ingest(settings.database_url, [warc(tmp_path, pages)])
    monkeypatch.setattr(extraction, "BATCH", 3)
    done = 0

    def cut_off(progress: Any) -> None:
        nonlocal done
        done += 1
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        extract_pending(settings, settings.database_url, on_progress=cut_off)
    assert rows(connection, "SELECT count(*) FROM press.article") == [6]
    extract_pending(settings, settings.database_url)
    assert rows(connection, "SELECT count(*), count(DISTINCT page_id) FROM press.article") == [(8, 8)]


def test_several_workers_share_the_pages(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extraction, "BATCH", 4)
    pages = {f"https://www.exemple.fr/{n}": html(f"Article {n}") for n in range(20)}
    assert settings.database_url
    ingest(settings.database_url, [warc(tmp_path, pages)])
    outcome = extract_pending(settings, settings.database_url, workers=2)
    assert outcome.counts["articles"] == 20
    assert rows(connection, "SELECT count(*) FROM press.article") == [20]


def test_a_killed_extraction_leaves_no_worker_and_every_page_is_there_once(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path
) -> None:
    pages = {f"https://www.exemple.fr/{n}": html(f"Article {n}") for n in range(400)}
    assert settings.database_url
    ingest(settings.database_url, [warc(tmp_path, pages)])
    vedette = Path(sys.executable).with_name("vedette")
    extraction_run = subprocess.Popen(
        [vedette, "extract", "--workers", "2"], env=settings.environment(), stderr=subprocess.DEVNULL
    )
    while not rows(connection, "SELECT count(*) FROM press.article")[0]:
        time.sleep(0.01)
    workers = psutil.Process(extraction_run.pid).children(recursive=True)
    extraction_run.kill()
    extraction_run.wait()
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert alive == []
    before = rows(connection, "SELECT count(*) FROM press.article")[0]
    extract_pending(settings, settings.database_url)
    assert before < 400
    assert rows(connection, "SELECT count(*), count(DISTINCT page_id) FROM press.article") == [(400, 400)]


def test_a_page_that_trips_a_library_is_a_row_and_the_rest_goes_on(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean = extraction.extract_page

    def trip(body: bytes, **options: Any) -> Any:
        if options["url"].endswith("/port"):
            raise RecursionError("too deep")
        return clean(body, **options)

    monkeypatch.setattr(extraction, "extract_page", trip)
    read(settings, warc(tmp_path, PAGES))
    assert ("https://www.exemple.fr/port", "RecursionError: too deep") in rows(
        connection, "SELECT subject, reason FROM press.quarantine"
    )
    assert rows(connection, "SELECT title FROM press.article") == ["Manœuvres au large"]


def test_what_was_flagged_under_other_rules_is_read_anew_when_asked(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path
) -> None:
    read(settings, warc(tmp_path, PAGES))
    fresh = rows(connection, "SELECT sentence FROM press.mention")
    connection.execute("UPDATE press.article SET flagged_with = 'older' WHERE title = 'Manœuvres au large'")
    connection.execute("UPDATE press.mention SET sentence = 'as the older rules saw it'")
    connection.commit()
    assert flag_pending(settings.database_url).counts["articles"] == 0
    assert flag_pending(settings.database_url, again=True).counts["articles"] == 1
    assert rows(connection, "SELECT sentence FROM press.mention") == fresh
    assert flag_pending(settings.database_url, again=True).counts["articles"] == 0


def test_search_finds_word_forms_without_accents(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path
) -> None:
    read(settings, warc(tmp_path, PAGES))
    for words in ("exercice conjoint", "manoeuvre", "MANŒUVRES", '"exercices conjoints"', "marine -pluie"):
        assert [row["title"] for row in findings.search(connection, words)] == (
            [] if "-pluie" in words else ["Manœuvres au large"]
        ), words


def test_the_reader_role_reads_views_and_changes_nothing(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path
) -> None:
    read(settings, warc(tmp_path, PAGES))
    with connection.transaction(force_rollback=True):
        connection.execute("SET LOCAL ROLE vedette_reader")
        for view in ("v_mention", "v_daily", "v_story", "v_source_health"):
            connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier("press", view)))
        assert rows(connection, "SELECT russian_actors FROM press.v_mention") != [None]
        with pytest.raises(errors.InsufficientPrivilege), connection.transaction():
            connection.execute("DELETE FROM press.mention")


def test_an_unmigrated_database_is_named_with_the_way_out(settings: Settings, database_url: str) -> None:
    with pytest.raises(SchemaError, match="run `vedette db migrate`"):
        flag_pending(database_url.replace("/vedette?", "/postgres?"))


def test_an_unreachable_database_is_one_line_without_the_password() -> None:
    with pytest.raises(StoreError) as caught:
        flag_pending("postgresql://bob:secret@127.0.0.1:9/press")
    assert str(caught.value).startswith("cannot reach PostgreSQL at 127.0.0.1:9/press: ")
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
