"""Answers that never end, come drop by drop or swell: they cost bounded time and memory, and stop nobody else."""

from __future__ import annotations

import gzip
import itertools
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import brotli
from backports import zstd

from processing.settings import Settings
from spiders.hosts import TROUBLES_AT_MOST
from spiders.settings import MAX_BODY
from tests.spiders.looking import Conn, look_at, pages, peak_memory, polls
from tests.spiders.website import Reply, Website

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
PAUSE = 0.002
"""Seconds, so that servers in one process do not starve each other."""
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def drip_body() -> Iterator[bytes]:
    yield HEAD + b"Content-Length: 100000\r\n\r\n"
    while True:
        time.sleep(0.2)
        yield b"a"


def drip_status_line() -> Iterator[bytes]:
    for letter in itertools.cycle(HEAD[:9] + b"2"):
        time.sleep(0.2)
        yield bytes([letter])


def say_nothing() -> Iterator[bytes]:
    while True:
        time.sleep(0.2)
        yield b""


def endless_body() -> Iterator[bytes]:
    yield HEAD + b"\r\n"
    while True:
        time.sleep(PAUSE)
        yield b"<p>encore</p>" * 5000


def endless_chunks() -> Iterator[bytes]:
    yield CHUNKED
    while True:
        time.sleep(PAUSE)
        yield b"10000\r\n" + b"a" * 0x10000 + b"\r\n"


def endless_headers() -> Iterator[bytes]:
    yield HEAD
    for number in itertools.count():
        time.sleep(PAUSE)
        yield b"".join(b"X-Encore-%d-%d: %s\r\n" % (number, n, b"a" * 500) for n in range(100))


def endless_header_line() -> Iterator[bytes]:
    yield HEAD + b"X-Long: "
    while True:
        time.sleep(PAUSE)
        yield b"a" * 65536


def endless_continues() -> Iterator[bytes]:
    while True:
        time.sleep(PAUSE)
        yield b"HTTP/1.1 100 Continue\r\n\r\n" * 100


HOSTILE: dict[str, Callable[[], Iterator[bytes]]] = {
    "drip-body": drip_body,
    "drip-status": drip_status_line,
    "silent": say_nothing,
    "endless-body": endless_body,
    "endless-chunks": endless_chunks,
    "endless-headers": endless_headers,
    "endless-line": endless_header_line,
    "endless-continues": endless_continues,
}


def test_a_server_that_never_comes_to_an_end_costs_one_time_limit_and_little_memory(
    settings: Settings, connection: Conn, tmp_path: Path
) -> None:
    impatient = settings.model_copy(update={"timeout": 4.0})
    with ExitStack() as stack:
        good = stack.enter_context(Website())
        good.announce("/article-1")
        good.article("/article-1")
        with peak_memory() as usual:
            look_at(impatient, tmp_path, {"good": good})
        sites = {"good": good}
        for number, (name, pour) in enumerate(HOSTILE.items(), start=2):
            site = sites[name] = stack.enter_context(Website(host=f"127.0.0.{number}"))
            site.announce(f"/{name}")
            site.answers[f"/{name}"] = Reply(raw=pour)
        good.announce("/article-1", "/article-2")
        good.article("/article-2")
        begin = time.monotonic()
        with peak_memory() as peak:
            outcome = look_at(impatient, tmp_path, sites)
        seconds = time.monotonic() - begin

    found = pages(connection)
    assert outcome.per_source["good"].fetched == 1
    for name in ("drip-body", "drip-status", "silent"):
        assert found[f"/{name}"] == ("discovered", "no answer in time")
    for name in ("endless-headers", "endless-continues", "endless-line", "endless-body", "endless-chunks"):
        state, reason = found[f"/{name}"]
        assert state in ("discovered", "failed")
        assert reason in ENDLESS
    # Four seconds are the limit and a server that drips never ends; the rest is for a busy machine.
    assert seconds < 60
    assert peak.megabytes < usual.megabytes + 100


ENDLESS = {
    "no answer in time",
    "the answer is too large",
    "the headers do not come to an end",
    "the connection was closed before the answer was whole",
}


def test_a_page_that_does_not_end_is_given_up_at_the_largest_size_and_never_asked_for_again(
    settings: Settings, connection: Conn, tmp_path: Path
) -> None:
    with Website() as site:
        site.answers |= {"/corps": Reply(raw=endless_body), "/morceaux": Reply(raw=endless_chunks)}
        site.answers["/50-mo"] = Reply(body=b"<p>mot</p>" * 5_000_000)
        site.answers["/entetes"] = Reply(raw=endless_headers)
        site.announce("/corps", "/morceaux", "/50-mo", "/entetes")
        look_at(settings, tmp_path, {"site": site})
    found = pages(connection)
    assert found["/corps"] == found["/morceaux"] == found["/50-mo"] == ("failed", "the answer is too large")
    assert found["/entetes"] == ("discovered", "the headers do not come to an end")


def test_a_host_that_fails_time_after_time_is_left_alone_and_its_pages_wait(
    settings: Settings, connection: Conn, tmp_path: Path
) -> None:
    with Website() as site:
        site.announce(*(f"/article-{number}" for number in range(20)))
        for number in range(20):
            site.answers[f"/article-{number}"] = Reply(body=b"<p>debut", promise=4000)
        look_at(settings, tmp_path, {"site": site})
        asked = [path for path in site.paths() if path.startswith("/article")]
    assert TROUBLES_AT_MOST <= len(asked) <= TROUBLES_AT_MOST + 1
    rested = connection.execute(
        """
        SELECT count(*) FROM press.page WHERE state = 'discovered' AND attempts = 0
        AND reason LIKE '%requests in a row failed, the last with: the answer was cut short'
        AND next_attempt_at BETWEEN now() + interval '25 minutes' AND now() + interval '31 minutes'
        """
    ).fetchone()
    assert rested == (20 - len(asked),)


def packed_many_times(times: int) -> bytes:
    body = b"<p>mot</p>" * 100
    for _ in range(times):
        body = gzip.compress(body)
    return body


def test_bombs_are_not_unpacked_and_cost_little_memory(
    settings: Settings, connection: Conn, tmp_path: Path
) -> None:
    large = b"a" * (200 * 1024 * 1024)
    bombs = {
        "/gzip": (gzip.compress(large, 1), "gzip"),
        "/brotli": (brotli.compress(large, quality=1), "br"),
        "/deflate": (zlib.compress(large, 1), "deflate"),
        "/zstd": (zstd.compress(large), "zstd"),
        "/twice": (gzip.compress(gzip.compress(large, 1)), "gzip, gzip"),
    }
    del large
    with Website() as site:
        site.article("/article-1")
        site.announce("/article-1")
        with peak_memory() as usual:
            look_at(settings, tmp_path, {"site": site})
        for path, (body, coding) in bombs.items():
            assert len(body) < MAX_BODY
            site.answers[path] = Reply(body=body, headers={"Content-Encoding": coding})
        site.answers["/couches"] = Reply(
            body=packed_many_times(30), headers={"Content-Encoding": ", ".join(["gzip"] * 30)}
        )
        site.answers["/tronque"] = Reply(
            body=gzip.compress(b"<p>Un texte</p>" * 500)[:-30], headers={"Content-Encoding": "gzip"}
        )
        site.article("/article-2")
        site.announce(*bombs, "/couches", "/tronque", "/article-1", "/article-2")
        with peak_memory() as peak:
            look_at(settings, tmp_path, {"site": site})
    found = pages(connection)
    for path in bombs:
        assert found[path] == ("failed", "the answer is too large once unpacked"), path
    assert found["/couches"] == ("failed", "the answer is packed 30 times over")
    assert found["/tronque"][0] == "fetched"
    assert found["/article-2"] == ("fetched", None)
    assert peak.megabytes < usual.megabytes + 100


def test_bombs_among_channels_are_a_row_each_and_expand_nothing(
    settings: Settings, connection: Conn, tmp_path: Path
) -> None:
    nested = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    laughs = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "lol">{nested}]>'
    item = "<item><title>&l11;</title><link>/article-1</link></item>"
    long = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "' + "x" * 5_000_000 + '">]>'
    feeds = {
        "laughs": f'{laughs}<rss version="2.0"><channel>{item}</channel></rss>',
        "quadratic": f'{long}<rss version="2.0"><channel>{item.replace("&l11;", "&a;" * 500)}</channel></rss>',
        "deep": "<rss><channel><item>" + "<b>" * 1_000_000,
    }
    with ExitStack() as stack:
        sites = {
            name: stack.enter_context(Website(host=f"127.0.0.{n}")) for n, name in enumerate(feeds, start=2)
        }
        for site in sites.values():
            site.article("/article-1")
            site.announce("/article-1")
        with peak_memory() as usual:
            look_at(settings, tmp_path, sites)
        for name, site in sites.items():
            site.answers["/rss.xml"] = Reply(body=feeds[name].encode(), headers={"Content-Type": "text/xml"})
        with peak_memory() as peak:
            look_at(settings, tmp_path, sites)
    found = polls(connection)
    assert found["laughs"] == ("items", None)
    assert found["quadratic"] == ("items", None)
    assert found["deep"][0] == "failed"
    assert "more than 150000 tags" in (found["deep"][1] or "")
    assert peak.megabytes < usual.megabytes + 120
