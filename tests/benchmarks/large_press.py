"""A press made for measuring: many hosts and pages, served as cheaply as Python can, in a process of its own.

``python -m tests.benchmarks.large_press HOSTS PAGES [--gzip]`` prints its port and serves until its input ends.
Hosts are 127.0.1.1 and the following addresses; each has ``/news.xml``, a sitemap of its PAGES pages of 60 to 120 kB,
made of the sample press's texts and of markup like that of real pages.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import random
import socket
import sys
from pathlib import Path

TEXTS = Path(__file__).parents[1] / "newsstand" / "press"
KINDS = 24
"""Different pages; the others repeat them under other addresses."""


def address(host: int) -> str:
    return f"127.0.1.{host + 1}"


def page_url(host: int, page: int, port: int) -> str:
    return f"http://{address(host)}:{port}/monde/2026/11/24/depeche-{page}.html"


def bodies() -> list[bytes]:
    """The pages, always the same. gzip makes less than a quarter of them, as of recorded press pages."""
    rng = random.Random(7)  # noqa: S311 - chance, not secrecy
    words = " ".join(file.read_text(encoding="utf-8") for file in sorted(TEXTS.glob("*/*.md"))).split()
    return [_page(rng, words, rng.randint(60_000, 120_000)) for _ in range(KINDS)]


def _page(rng: random.Random, words: list[str], size: int) -> bytes:
    def text(count: int) -> str:
        begin = rng.randrange(len(words) - count)
        return " ".join(words[begin : begin + count]).replace("&", "").replace("<", "")

    def token() -> str:
        return f"{rng.getrandbits(64):016x}"

    title = text(9)
    parts = [
        '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">'
        f'<title>{title}</title><meta property="og:type" content="article"><meta name="robots" content="index, follow">'
        f'<script>window.dataLayer=[{{"page":"{token()}","section":"monde"}}]</script></head><body><article>'
        f"<h1>{title}</h1>"
    ]
    parts += [f"<p>{text(70)}</p>" for _ in range(8)]
    parts.append("</article><aside>")
    length = sum(map(len, parts))
    while length < size:
        number = rng.randrange(10_000_000)
        parts.append(
            f'<div class="card card--river js-card" data-id="{number}"><a class="card__link" '
            f'href="/monde/article/2026/11/24/depeche-{number}.html"><img loading="lazy" src="/img/{number}.jpg" '
            f'srcset="/img/{number}-320.jpg 320w, /img/{number}-640.jpg 640w" alt="{text(3)}"></a>'
            f'<h3 class="card__title">{text(9)}</h3><p class="card__lead">{text(9)}</p></div>\n'
        )
        length += len(parts[-1])
    return ("".join(parts) + "</aside></body></html>").encode()


def _sitemap(host: int, pages: int, port: int) -> bytes:
    rows = "".join(
        f"<url><loc>{page_url(host, page, port)}</loc><lastmod>2026-11-24T06:00:00Z</lastmod></url>"
        for page in range(pages)
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode()


def _answer(body: bytes, kind: str, *more: str, status: str = "200 OK") -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    head += ["Server: nginx", "Cache-Control: max-age=60", "X-Frame-Options: SAMEORIGIN", *more]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


class _Host(asyncio.Protocol):
    """One connection. Only GET without a body is understood."""

    def __init__(self, sitemap: bytes, pages: list[bytes]) -> None:
        self._sitemap, self._pages = sitemap, pages
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._asked += data
        while b"\r\n\r\n" in self._asked:
            head, _, self._asked = self._asked.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1]
            if path == b"/news.xml":
                self._transport.write(self._sitemap)
            elif path.startswith(b"/monde/"):
                number = int(path.rpartition(b"-")[2].removesuffix(b".html"))
                self._transport.write(self._pages[number % len(self._pages)])
            else:
                self._transport.write(_answer(b"", "text/plain", status="404 Not Found"))


async def _serve(hosts: int, pages: int, packed: bool) -> None:
    loop = asyncio.get_running_loop()
    with socket.socket() as probe:
        probe.bind((address(0), 0))
        port: int = probe.getsockname()[1]
    answers = [
        _answer(gzip.compress(body, 6), "text/html; charset=utf-8", "Content-Encoding: gzip")
        if packed
        else _answer(body, "text/html; charset=utf-8")
        for body in bodies()
    ]
    for host in range(hosts):
        sitemap = _answer(_sitemap(host, pages, port), "application/xml")
        await loop.create_server(
            lambda sitemap=sitemap: _Host(sitemap, answers),
            address(host),
            port,  # type: ignore[misc]
        )
    print(port, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("hosts", type=int)
    parser.add_argument("pages", type=int)
    parser.add_argument("--gzip", action="store_true")
    chosen = parser.parse_args()
    asyncio.run(_serve(chosen.hosts, chosen.pages, chosen.gzip))
