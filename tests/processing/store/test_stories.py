"""Stories in the database: whatever the order and the number of workers, the same articles belong together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from processing.extraction import extract_pending
from processing.ingest import ingest
from processing.settings import Settings
from tests.processing.dispatches import dispatch
from tests.processing.pressroom import warc

Conn = Connection[TupleRow]
WHOLE = dispatch(1, 30).split("\n")
PIECES = {"whole": WHOLE, "head": WHOLE[:12], "tail": WHOLE[-12:]}


def page(title: str, sentences: Sequence[str], day: str = "2026-11-19") -> bytes:
    text = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return (
        f'<!doctype html><html lang="fr"><head><title>{title}</title><meta property="og:type" content="article">'
        f'<meta property="article:published_time" content="{day}T08:00:00+01:00"></head>'
        f"<body><article><h1>{title}</h1>{text}</article></body></html>"
    ).encode()


def read(settings: Settings, folder: Path, *pages: tuple[str, bytes], workers: int = 1) -> None:
    assert settings.database_url
    folder.mkdir(exist_ok=True)
    made = {f"https://{site}.example/depeche": body for site, body in pages}
    if made:
        ingest(settings.database_url, [warc(folder, made, f"w{len(list(folder.iterdir()))}")])
    extract_pending(settings, settings.database_url, workers=workers)


def stories(conn: Conn) -> set[frozenset[str]]:
    return {
        frozenset(row[0])
        for row in conn.execute(
            "SELECT array_agg(split_part(split_part(url, '/', 3), '.', 1)) FROM press.article GROUP BY story_id"
        )
    }


@pytest.mark.parametrize("order", list(permutations(PIECES)))
def test_a_text_that_holds_two_others_brings_them_together_whenever_it_comes(
    connection: Conn, settings: Settings, tmp_path: Path, order: tuple[str, ...]
) -> None:
    for name in order:
        read(settings, tmp_path, (name, page(f"Titre de {name}", PIECES[name])))
    assert stories(connection) == {frozenset(PIECES)}
    assert connection.execute("SELECT count(*) FROM press.story").fetchone() == (1,)
    assert connection.execute("SELECT articles, outlets FROM press.v_story").fetchone() == (3, 3)


def test_many_workers_agree(connection: Conn, settings: Settings, tmp_path: Path) -> None:
    pages = [
        (f"{name}{n}", page(f"{name} {n}", sentences))
        for n in range(40)
        for name, sentences in PIECES.items()
    ]
    others = [(f"autre{n}", page(f"Autre {n}", dispatch(100 + n).split("\n"))) for n in range(40)]
    read(settings, tmp_path, *pages, *others, workers=2)
    assert stories(connection) == {
        frozenset(name for name, _ in pages),
        *(frozenset([name]) for name, _ in others),
    }


def test_three_weeks_later_it_is_another_story(connection: Conn, settings: Settings, tmp_path: Path) -> None:
    read(settings, tmp_path, ("un", page("Titre", WHOLE)), ("deux", page("Titre", WHOLE, "2026-10-25")))
    assert stories(connection) == {frozenset(["un"]), frozenset(["deux"])}


def test_an_article_whose_text_is_replaced_leaves_its_story(
    connection: Conn, settings: Settings, tmp_path: Path
) -> None:
    read(settings, tmp_path, ("un", page("Titre", WHOLE)), ("deux", page("Titre", WHOLE)))
    connection.execute("UPDATE press.page SET state = 'fetched'")
    read(settings, tmp_path)
    assert stories(connection) == {frozenset(["un", "deux"])}
    connection.execute("DELETE FROM press.page WHERE url LIKE '%deux%'")
    connection.execute("UPDATE press.article SET fingerprint = 'x', body = 'tout autre'")
    connection.execute("UPDATE press.page SET state = 'fetched'")
    read(settings, tmp_path)
    assert stories(connection) == {frozenset(["un"])}
    assert connection.execute("SELECT count(*) FROM press.story").fetchone() == (1,)
