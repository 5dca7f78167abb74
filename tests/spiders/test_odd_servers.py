"""Servers as they are: redirects, refusals, overload, bodies that are too large or cut short."""

from __future__ import annotations

import gzip
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from psycopg import Connection
from psycopg.rows import TupleRow
from scrapy.resolver import dnscache
from twisted.internet.error import DNSLookupError
from twisted.python.failure import Failure

from processing.settings import Settings
from spiders.launch import crawl
from spiders.middlewares.private import PublicResolver
from spiders.outcome import SourceCounts
from spiders.settings import MAX_BODY
from tests.spiders.website import Reply, Website

Conn = Connection[TupleRow]


@pytest.fixture
def site() -> Iterator[Website]:
    with Website() as site:
        yield site


@pytest.fixture
def look(site: Website, settings: Settings, tmp_path: Path) -> Any:
    """Crawl the site; the answer is what was counted."""

    def go(**changes: Any) -> SourceCounts:
        chosen = settings.model_copy(update={"catalogue": site.catalogue(tmp_path), **changes})
        assert chosen.database_url
        return crawl(chosen, chosen.database_url, ["site"]).per_source["site"]

    return go


def pages(conn: Conn, site: Website) -> dict[str, tuple[str, str | None]]:
    rows = conn.execute("SELECT url, state, reason FROM press.page").fetchall()
    return {url.removeprefix(site.base): (state, reason) for url, state, reason in rows}


def poll(conn: Conn) -> tuple[str, int | None, str | None]:
    row = conn.execute("SELECT outcome, status, error FROM press.poll ORDER BY id DESC LIMIT 1").fetchone()
    assert row is not None
    return row[0], row[1], row[2]


def to(location: str, status: int = 302) -> Reply:
    return Reply(status, headers={"Location": location})


def test_redirects_lead_to_one_row_an_article_or_to_a_reason(
    site: Website, look: Any, connection: Conn
) -> None:
    site.article("/monde/article-1")
    site.article("/monde/article-2")
    site.answers |= {
        "/vieux-1": to("/monde/article-1", 301),
        "/court-2": to("/vieux-2"),
        "/vieux-2": to("/monde/article-2?utm_source=redirection"),
        "/monde/article-2?utm_source=redirection": site.answers["/monde/article-2"],
        "/boucle": to("/boucle-b"),
        "/boucle-b": to("/boucle"),
        "/fichier": to("file:///etc/passwd"),
        "/nulle-part": Reply(302),
        "/meme?xtor=1": to("/meme"),
        "/meme": site.answers["/monde/article-1"],
    }
    site.announce(
        "/monde/article-1", "/vieux-1", "/court-2", "/boucle", "/fichier", "/nulle-part", "/meme?xtor=1"
    )
    counts = look()

    found = pages(connection, site)
    assert found["/monde/article-1"] == ("fetched", None)
    assert found["/vieux-1"] == ("gone", f"moved to {site.base}/monde/article-1")
    assert found["/monde/article-2"] == ("fetched", None)
    assert found["/court-2"] == ("gone", f"moved to {site.base}/monde/article-2")
    assert found["/meme"] == ("fetched", None)
    assert found["/boucle"][0] == "failed"
    assert "more than 5 redirects" in (found["/boucle"][1] or "")
    assert found["/fichier"] == ("failed", "redirects to what is no web address: 'file:///etc/passwd'")
    assert found["/nulle-part"] == ("failed", "HTTP 302 without a Location")
    assert site.paths().count("/monde/article-1") == 1
    assert counts.fetched == 3


def test_bodies_that_are_too_large_or_cut_short_fail_without_harm(
    site: Website, look: Any, connection: Conn
) -> None:
    site.article("/bon-1")
    bomb = gzip.compress(b"a" * (MAX_BODY + 1))
    site.answers |= {
        "/bombe": Reply(body=bomb, headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}),
        "/enorme": Reply(body=b"<p>", headers={"Content-Type": "text/html"}, promise=MAX_BODY + 1),
        "/coupe": Reply(body=b"<p>debut", headers={"Content-Type": "text/html"}, promise=4000),
        "/vide": Reply(headers={"Content-Type": "text/html"}),
        "/faux-gzip": Reply(body=b"<p>pas de gzip</p>", headers={"Content-Encoding": "gzip"}),
    }
    site.announce("/bombe", "/enorme", "/coupe", "/bon-1", "/vide", "/faux-gzip")
    look()

    found = pages(connection, site)
    assert found["/bon-1"] == ("fetched", None)
    assert found["/vide"] == ("fetched", None)
    assert found["/bombe"][0] == "failed"
    assert found["/enorme"] == ("failed", "the answer is too large")
    assert found["/coupe"] == ("discovered", "the answer was cut short")
    assert {state for state, _ in found.values()} <= {"fetched", "failed", "discovered"}


def test_retry_after_is_obeyed_for_the_whole_host(site: Website, look: Any, connection: Conn) -> None:
    for number in range(1, 9):
        site.answers[f"/article-{number}"] = Reply(503, headers={"Retry-After": "3600"})
    site.announce(*(f"/article-{number}" for number in range(1, 9)))
    look()

    assert len([path for path in site.paths() if path.startswith("/article")]) <= 2
    early = connection.execute(
        "SELECT count(*) FROM press.page WHERE state <> 'discovered' OR next_attempt_at < %s",
        (datetime.now(UTC) + timedelta(minutes=55),),
    ).fetchone()
    assert early == (0,)


def test_a_server_that_ignores_conditions_is_seen_through_by_the_bodys_digest(
    site: Website, look: Any, connection: Conn
) -> None:
    site.article("/article-1")
    site.announce("/article-1", **{"Last-Modified": "Mon, 23 Nov 2026 02:00:00 GMT", "ETag": 'W/"h\xe9"'})
    look()
    assert poll(connection)[0] == "items"
    counts = look()
    assert (counts.polls_unchanged, poll(connection)[:2]) == (1, ("unchanged", 200))
    last = next(asked for asked in reversed(site.log) if asked.path == "/rss.xml")
    assert last.headers["If-None-Match"] == 'W/"h\xe9"'
    assert last.headers["If-Modified-Since"] == "Mon, 23 Nov 2026 02:00:00 GMT"


def test_crawl_delay_is_kept_and_the_rest_of_robots_txt_obeyed(
    site: Website, look: Any, connection: Conn
) -> None:
    rules = b"User-agent: Vedette\nCrawl-delay: 0.3\nDisallow: /prive/\n"
    site.answers["/robots.txt"] = Reply(body=rules, headers={"Content-Type": "text/plain"})
    site.article("/article-1")
    site.article("/article-2")
    site.announce("/article-1", "/article-2", "/prive/article-3")
    counts = look()

    assert "/prive/article-3" not in site.paths()
    assert (counts.fetched, counts.refused_robots) == (2, 1)
    times = [asked.time for asked in site.log if asked.path != "/robots.txt"]
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.25


def test_a_channel_that_brings_nothing_is_a_poll_with_its_reason(
    settings: Settings, connection: Conn, tmp_path: Path
) -> None:
    forbidding = Reply(body=b"User-agent: *\nDisallow: /rss")
    cases: dict[str, tuple[dict[str, Reply], tuple[str, int | None, str]]] = {
        "robots-down": ({"/robots.txt": Reply(503)}, ("failed", None, "robots.txt answers 503")),
        "robots-no": ({"/robots.txt": forbidding}, ("refused", None, "does not allow it to Vedette")),
        "html": ({"/rss.xml": Reply(body=b"<!doctype html>")}, ("failed", 200, "an HTML page came")),
        "empty": ({"/rss.xml": Reply(body=b"")}, ("failed", 200, "the feed is empty")),
        "error": ({"/rss.xml": Reply(500)}, ("failed", 500, "HTTP 500")),
        "loop": ({"/rss.xml": to("/rss.xml")}, ("failed", None, "max redirections reached")),
    }
    entries: list[str] = []
    with ExitStack() as stack:
        for name, (answers, _) in cases.items():
            site = stack.enter_context(Website())
            site.announce("/article-1")
            site.answers |= answers
            entries.append(site.entry(name))
        catalogue = tmp_path / "catalogue.yaml"
        catalogue.write_text("".join(entries), encoding="utf-8")
        assert settings.database_url
        outcome = crawl(settings.model_copy(update={"catalogue": catalogue}), settings.database_url)

    assert outcome.totals["polls_failed"] == len(cases)
    rows = connection.execute(
        "SELECT f.source_id, p.outcome, p.status, p.error FROM press.poll p JOIN press.feed f ON f.id = p.feed_id"
    ).fetchall()
    for name, result, status, error in rows:
        _, (wanted, wanted_status, words) = cases[name]
        assert (result, status) == (wanted, wanted_status), name
        assert words in error, name
    assert connection.execute("SELECT DISTINCT failures FROM press.feed").fetchall() == [(1,)]


def test_a_private_host_is_not_reached_unless_it_is_allowed(
    site: Website, look: Any, connection: Conn
) -> None:
    site.announce("/article-1")
    assert look(allow_private_hosts=False).polls_failed == 1
    assert "127.0.0.1 is a private address" in (poll(connection)[2] or "")
    assert site.log == []


@pytest.mark.parametrize(
    ("address", "reached"), [("127.0.0.1", False), ("169.254.169.254", False), ("1.1.1.1", True)]
)
def test_a_public_name_that_leads_to_a_private_address_is_not_resolved(
    address: str, reached: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(dnscache, "rebinding.example", address)
    resolver = PublicResolver(None, 10, 1.0, allow_private=False)  # type: ignore[arg-type]
    results: list[Any] = []
    resolver.getHostByName("rebinding.example").addBoth(results.append)
    if reached:
        assert results == [address]
    else:
        assert isinstance(results[0], Failure)
        assert results[0].check(DNSLookupError)


def self_signed(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS for 127.0.0.1, and the certificate as a file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, key_pem = folder / "certificate.pem", folder / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key_pem)
    return context, pem


def test_a_site_that_cannot_prove_who_it_is_is_not_read(
    settings: Settings, connection: Conn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, certificate = self_signed(tmp_path)
    with Website(context) as site:
        site.article("/article-1")
        site.announce("/article-1")
        chosen = settings.model_copy(update={"catalogue": site.catalogue(tmp_path)})
        assert chosen.database_url
        assert crawl(chosen, chosen.database_url).totals["polls_failed"] == 1
        assert "its certificate cannot be verified" in (poll(connection)[2] or "")
        assert site.log == []

        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert crawl(chosen, chosen.database_url, ["site"]).totals["fetched"] == 1
