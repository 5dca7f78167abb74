"""The catalogue: what may stand in it, and what is said of what may not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from processing.errors import CatalogueError
from spiders import sources_page
from spiders.catalogue import PACKAGED, Source, load_catalogue
from spiders.sync import sync_catalogue

GAZETTE = """\
- id: gazette
  name: La Gazette
  country: FR
  kind: daily
  homepage: https://gazette.example/
  feeds: [https://gazette.example/rss.xml]
"""


def catalogue(tmp_path: Path, text: str, name: str = "press.yaml") -> Path:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


def faults(path: Path) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(path)
    return [line.removeprefix(f"{path.parent}/") for line in str(caught.value).splitlines()]


def test_the_catalogue_that_comes_with_vedette_is_whole() -> None:
    sources = load_catalogue()
    assert len(sources) >= 90
    assert all(source.channels for source in sources)
    assert all(source.verification for source in sources)
    assert {source.state_media_of for source in sources} >= {None, "RU", "CN"}
    assert [source.id for source in sources] == sorted(source.id for source in sources)


def test_the_generated_page_shows_the_catalogue() -> None:
    assert sources_page.main(["--check"]) == 0


def test_a_stale_page_fails_the_check_and_says_what_to_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stale = tmp_path / "sources.md"
    stale.write_text(sources_page.page(load_catalogue()).replace("Le Monde", "Le Globe"))
    assert sources_page.main(["--check", "--page", str(stale)]) == 1
    assert "run `python -m spiders.sources_page`" in capsys.readouterr().err
    assert sources_page.main(["--page", str(stale)]) == 0
    assert sources_page.main(["--check", "--page", str(stale)]) == 0


def test_a_source_is_read_with_its_defaults(tmp_path: Path) -> None:
    (source,) = load_catalogue(catalogue(tmp_path, GAZETTE + "  expects_every: 12h\n  exclude: ['/jeux/']\n"))
    assert (source.language, source.disabled, source.expects_every) == ("fr", None, timedelta(hours=12))
    assert source.channels == (("feed", "https://gazette.example/rss.xml"),)
    assert source.wants("https://gazette.example/monde/a")
    assert not source.wants("https://gazette.example/jeux/a")


def test_a_folder_is_one_catalogue(tmp_path: Path) -> None:
    catalogue(tmp_path, GAZETTE)
    catalogue(tmp_path, GAZETTE.replace("gazette", "courrier").replace("La Gazette", "Le Courrier"), "b.yml")
    assert [source.id for source in load_catalogue(tmp_path)] == ["courrier", "gazette"]


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        (
            "kind: daily",
            "kind: journal",
            "press.yaml:4: source gazette: kind: 'journal' is not one of 'daily', 'weekly'",
        ),
        (
            "id: gazette",
            "id: La Gazette",
            "press.yaml:1: source La Gazette: id: 'La Gazette' cannot be used; write a-z, 0-9",
        ),
        (
            "country: FR",
            "country: France",
            "press.yaml:3: source gazette: country: 'France' cannot be used; write two capital",
        ),
        ("  name: La Gazette\n", "", "press.yaml:1: source gazette: name: is missing"),
        ("feeds:", "feed:", "press.yaml:6: source gazette: feed: no such field; the fields are id, name"),
        (
            "https://gazette.example/\n",
            "gazette.example\n",
            "press.yaml:5: source gazette: homepage: not an http or https address",
        ),
        (
            "[https://gazette.example/rss.xml]",
            "https://gazette.example/rss.xml",
            "press.yaml:6: source gazette: feeds: want a list",
        ),
        (
            "feeds: [",
            "exclude: ['(']\n  feeds: [",
            "press.yaml:6: source gazette: exclude: '(' is not a regular expression",
        ),
        (
            "feeds: [",
            "expects_every: often\n  feeds: [",
            "press.yaml:6: source gazette: expects_every: write hours or days",
        ),
        ("feeds: [", "delay: -1\n  feeds: [", "press.yaml:6: source gazette: delay: -1 cannot be used"),
        ("  kind: daily", "\tkind: daily", "press.yaml:4: not YAML: found "),
    ],
)
def test_a_fault_is_one_line_with_file_line_source_and_field(
    tmp_path: Path, was: str, becomes: str, said: str
) -> None:
    assert was in GAZETTE
    (line,) = faults(catalogue(tmp_path, GAZETTE.replace(was, becomes)))
    assert line.startswith(said)


def test_all_faults_are_told_together(tmp_path: Path) -> None:
    catalogue(tmp_path, GAZETTE.replace("daily", "journal").replace("FR", "fr"), "a.yaml")
    catalogue(tmp_path, "just a text", "b.yaml")
    catalogue(tmp_path, "- 17\n", "c.yaml")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(tmp_path)
    assert len(str(caught.value).splitlines()) == 4


def test_one_id_for_two_publications_is_a_fault(tmp_path: Path) -> None:
    other = GAZETTE.replace("La Gazette", "L’Autre").replace("rss.xml", "autre.xml")
    (line,) = faults(catalogue(tmp_path, GAZETTE + other))
    assert line.startswith("press.yaml:7: source gazette: id: already used for La Gazette at ")


def test_one_publication_in_two_entries_is_one_source(tmp_path: Path) -> None:
    first = GAZETTE.replace("La Gazette", "gazette.example")
    second = first.replace("name: gazette", "name: www.gazette").replace("rss.xml", "autre.xml")
    (source,) = load_catalogue(catalogue(tmp_path, first + second))
    assert source.feeds == ("https://gazette.example/rss.xml", "https://gazette.example/autre.xml")


def test_one_feed_for_two_sources_is_a_fault(tmp_path: Path) -> None:
    other = GAZETTE.replace("id: gazette", "id: autre")
    (line,) = faults(catalogue(tmp_path, GAZETTE + other))
    assert "source autre: feeds: https://gazette.example/rss.xml stands already at" in line


@pytest.mark.parametrize(
    ("name", "said"), [("none.yaml", "no such catalogue"), (".", "no .yaml file in this folder")]
)
def test_a_catalogue_that_is_not_there_is_told(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(CatalogueError, match=said):
        load_catalogue(tmp_path / name)


def test_every_country_and_kind_of_the_packaged_files_is_spelled_as_the_schema_has_it(
    connection: Connection[TupleRow],
) -> None:
    counts = sync_catalogue(connection, load_catalogue(PACKAGED))
    assert counts.added == counts.sources >= 90
    assert sync_catalogue(connection, load_catalogue(PACKAGED)).added == 0


def gazette(**changes: object) -> Source:
    return Source.model_validate(
        {
            "id": "gazette",
            "name": "G",
            "country": "FR",
            "kind": "daily",
            "homepage": "http://g.fr/",
            "feeds": ["http://g.fr/a"],
        }
        | changes
    )


def test_a_sync_unlists_what_is_gone_and_deletes_nothing(connection: Connection[TupleRow]) -> None:
    sync_catalogue(connection, [gazette(), gazette(id="autre", feeds=["http://o.fr/a"])])
    connection.execute("UPDATE press.feed SET etag = 'kept'")
    counts = sync_catalogue(
        connection, [gazette(feeds=["http://g.fr/a", "http://g.fr/b"], disabled="closed")]
    )

    assert (counts.added, counts.removed, counts.feeds, counts.disabled) == (0, 1, 2, 1)
    sources = connection.execute("SELECT id, listed, disabled FROM press.source ORDER BY id").fetchall()
    assert sources == [("autre", False, None), ("gazette", True, "closed")]
    feeds = connection.execute("SELECT url, listed, etag FROM press.feed ORDER BY url").fetchall()
    assert feeds == [
        ("http://g.fr/a", True, "kept"),
        ("http://g.fr/b", True, None),
        ("http://o.fr/a", False, "kept"),
    ]

    sync_catalogue(connection, [gazette(), gazette(id="autre", feeds=["http://o.fr/a"])])
    assert connection.execute("SELECT count(*) FROM press.source WHERE listed").fetchone() == (2,)
