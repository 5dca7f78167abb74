"""One desk on one database for the whole session, served by a real server, and one real browser."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import uvicorn
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.types.json import Jsonb

from desk.web.app import create_app
from processing.extraction import extract_pending
from processing.ingest import ingest
from processing.mentions import RULES_VERSION, flag_article
from processing.settings import Settings, load_settings
from processing.store import mentions, runs
from processing.store.connect import connect
from processing.store.migrate import migrate
from tests.processing.pressroom import COOPERATION, FILLER, html, warc

CHROMIUM = Path("/usr/bin/chromium")

DENIAL = "Le Kremlin a démenti toute livraison d’armes chinoises à la Russie."
TALKS = "Le ministre chinois Wang Yi a rencontré Sergueï Lavrov à Moscou pour renforcer le partenariat stratégique."
OTHER = (
    "La rencontre, longue de trois heures, a porté sur la sécurité en Asie et sur la réforme des Nations unies.",
    "Aucun document n’a été signé à son issue, mais les diplomates ont promis de se retrouver avant l’été prochain.",
    "Plusieurs ambassades européennes ont demandé à être reçues afin de connaître la teneur de ces discussions.",
)
HOSTILE = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"
SCRIPT = b"<script>document.body.dataset.hacked = 'yes'; parent.document.title = 'hacked'</script>"


def visit() -> bytes:
    """A page with a script, and a text that shares nothing with the others."""
    page = html("Wang Yi à Moscou", TALKS).replace(b"</body>", SCRIPT + b"</body>").decode()
    for filler, other in zip(FILLER, OTHER, strict=True):
        page = page.replace(filler, other)
    return page.encode()


PAGES = {
    "https://www.exemple.fr/mer": html("Manœuvres au large", COOPERATION, DENIAL),
    "https://www.exemple.fr/mer-copie": html("Manœuvres au large, suite", COOPERATION, DENIAL),
    "https://www.autre.example/visite": visit(),
    "https://www.exemple.fr/port": html("Le port rouvre"),
}


@dataclass(frozen=True)
class Press:
    """A seeded database: its address, the settings, and the articles by the last part of their address."""

    url: str
    settings: Settings
    articles: dict[str, int]
    hostile: int

    def one(self, query: str, *values: Any) -> Any:
        with psycopg.connect(self.url) as conn:
            row = conn.execute(query.encode(), values).fetchone()
            return row[0] if row else None


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The application on a free port of loopback; yields its address."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def press(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Press:
    """Articles through the real stages in a database of their own, and one that tries to break out of its page."""
    with psycopg.connect(database_url, autocommit=True) as conn:
        conn.execute(sql.SQL("DROP DATABASE IF EXISTS desk WITH (FORCE)"))
        conn.execute(sql.SQL("CREATE DATABASE desk"))
    url = make_conninfo(database_url, dbname="desk")
    migrate(url)
    home = tmp_path_factory.mktemp("home")
    settings = load_settings(database_url=url, home=home)
    with connect(url) as conn:
        conn.execute(
            """
            INSERT INTO press.source (id, name, country, kind, homepage, state_media_of)
            VALUES ('exemple', 'L’Exemple', 'FR', 'daily', 'https://www.exemple.fr/', NULL),
                   ('neva', %s, 'RU', 'state-media', 'https://neva.example/', 'RU')
            """,
            (f"Neva {HOSTILE}",),
        )
        ingest(url, [warc(tmp_path_factory.mktemp("warc"), PAGES)])
        extract_pending(settings, url)
        _flag(conn)
        articles = {
            row[0].rpartition("/")[2]: row[1] for row in conn.execute("SELECT url, id FROM press.article")
        }
        hostile = _hostile(conn)
    return Press(url, settings, articles, hostile)


def _flag(conn: psycopg.Connection[Any]) -> None:
    """By the rules alone: the second tier takes longer to load than all these tests."""
    with conn.transaction(), runs.recorded(conn, "flag") as run:
        found = {
            one.id: flag_article(title=one.title, lead=one.lead, body=one.body, date=one.day, tiers=1)
            for one in mentions.claim(conn, 100, mentions.Waiting())
        }
        mentions.replace(conn, found, rules_version=RULES_VERSION, run_id=run.id)


def _hostile(conn: psycopg.Connection[Any]) -> int:
    """An article whose every text is markup, and whose address is a script."""
    row = conn.execute(
        """
        WITH page AS (
             INSERT INTO press.page (url, fetch_url, source_id, state)
             VALUES ('javascript:alert(1)', '', 'neva', 'gone')
             RETURNING id),
             article AS (
             INSERT INTO press.article (page_id, source_id, url, title, lead, body, language, words, extractor_version,
                                        published_at, authors, section, agency)
             SELECT id, 'neva', 'javascript:alert(1)', %(text)s, %(text)s, %(text)s, 'fr', 9, 'x', now(),
                    ARRAY[%(text)s], %(text)s, %(text)s
               FROM page
             RETURNING id),
             mention AS (
             INSERT INTO press.mention (article_id, field, start_offset, end_offset, sentence, category, plover, cameo,
                                        intensity, polarity, negated, certainty, stance, time, actors, trigger,
                                        speaker, score, tier, features, rules_version)
             SELECT id, 'body', 0, %(length)s, %(text)s, 'VISIT', 'COOPERATE', '042', 1, 'affirmed', false, 'fact',
                    'neutral', 'past', %(actors)s, %(trigger)s, %(speaker)s, 0.9, 1, %(features)s, %(text)s
               FROM article),
             revision AS (
             INSERT INTO press.revision (article_id, changed, title, lead, body, held_from, mentions_gained,
                                         mentions_lost)
             SELECT id, ARRAY['title'], %(text)s, %(text)s, %(text)s, now(), '[]', '[]'
               FROM article)
        SELECT id FROM article
        """,
        {
            "text": HOSTILE,
            "length": len(HOSTILE),
            "actors": Jsonb([{"side": '"><b>', "text": HOSTILE[:5], "kind": "x", "start": 0, "end": 5}]),
            "trigger": Jsonb({"text": HOSTILE, "start": 5, "end": 9}),
            "speaker": Jsonb({"text": HOSTILE[:9], "side": "RUS"}),
            "features": Jsonb({HOSTILE: 1.0, "encoder": 2.0}),
        },
    ).fetchone()  # fmt: skip
    assert row
    return int(row[0])


@pytest.fixture(scope="session")
def desk(press: Press) -> Iterator[str]:
    """The address of a desk that asks nobody to sign in."""
    with served(create_app(press.settings, press.url)) as url:
        yield url


@pytest.fixture
def client(desk: str) -> Iterator[httpx.Client]:
    """A browser without a window: keeps cookies, follows nothing."""
    with httpx.Client(base_url=desk, headers={"Accept-Language": "fr"}, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium. Not for the session: Playwright keeps a loop running, beside which no other can begin."""
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()
