"""The newsstand's servers: every site of the sample press at an address of its own, over real HTTP/1.1.

Loopback only. Each site has its own address in 127.2.0.0/24, all on one port; where the system has no such
addresses (macOS), each site has a port of its own on 127.0.0.1.
"""

from __future__ import annotations

import datetime as dt
import errno
import gzip
import socket
import sys
import threading
import time
from dataclasses import dataclass
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import yaml

from tests.newsstand.edition import FEED_TYPES, Document, Edition
from tests.newsstand.press import Article, Expected, Site, read_expected, read_press

IMAGE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="960" height="540"><defs><linearGradient id="g" x2="1" y2="1">'
    b'<stop stop-color="#5b7083"/><stop offset="1" stop-color="#c9b79c"/></linearGradient></defs>'
    b'<rect width="960" height="540" fill="url(#g)"/></svg>'
)


@dataclass(frozen=True)
class Request:
    """One request that reached a site. `time` is in seconds since the epoch."""

    time: float
    site: str
    method: str
    path: str
    status: int
    user_agent: str
    if_none_match: str


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "newsstand"
    sys_version = ""
    timeout = 30
    server: _Listener

    def do_GET(self) -> None:
        listener = self.server
        listener.stand.closing.wait(listener.stand.site_delay)
        document = listener.stand.answer(listener.site, urlsplit(self.path).path)
        status = 304 if document.status == 200 and self._unchanged(document) else document.status
        listener.stand.record(Request(
            time.time(), listener.site, self.command, self.path, status,
            self.headers.get("User-Agent", ""), self.headers.get("If-None-Match", ""),
        ))  # fmt: skip
        body = document.body
        self.send_response(status)
        self.send_header("ETag", document.etag)
        if document.changed:
            self.send_header(
                "Last-Modified", format_datetime(document.changed.astimezone(dt.UTC), usegmt=True)
            )
        for name, value in document.headers.items():
            self.send_header(name, value)
        if status == 304:
            self.end_headers()
            return
        encoding = read_press().sites[listener.site].content_encoding
        compress = encoding == "gzip" and body and document.content_type != "application/gzip"
        if compress and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, mtime=0)
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Vary", "Accept-Encoding")
        self.send_header("Content-Type", document.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 (the name http.server looks for)

    def _unchanged(self, document: Document) -> bool:
        """RFC 9110 §13.2.2: If-None-Match is decisive; If-Modified-Since counts only without it."""
        if known := self.headers.get("If-None-Match"):
            return known.strip() == "*" or document.etag in (
                tag.strip().removeprefix("W/") for tag in known.split(",")
            )
        since = self.headers.get("If-Modified-Since")
        if not since or document.changed is None:
            return False
        try:
            return document.changed.replace(microsecond=0) <= parsedate_to_datetime(since)
        except (TypeError, ValueError):
            return False

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are kept in `Newsstand.log`, not printed."""


class _Listener(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], stand: Newsstand, site: str) -> None:
        self.stand, self.site = stand, site
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(address, _Handler)
        self._serving = threading.Thread(
            target=self.serve_forever, args=(0.05,), name=f"newsstand-{site}", daemon=True
        )
        self._serving.start()

    def server_bind(self) -> None:
        # HTTPServer.server_bind asks the name service for the host's name, which can take seconds.
        socket_address = self.server_address
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(socket_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)

    def stop(self) -> None:
        """Stop listening, cut the open connections and wait for their threads."""
        self.shutdown()
        self._serving.join()
        with self._guard:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the other end was faster
        self.server_close()


class Newsstand:
    """The sample press, served until the context ends.

    `start` is the day the crawl takes place (default: today in Paris); the articles came out in the six days before.
    `released` is how many articles are out, oldest first over the whole press (default: all); the rest exist nowhere
    until `release`. `site_delay` is how many seconds every answer takes.
    """

    def __init__(
        self,
        *,
        start: dt.date | None = None,
        port: int = 0,
        released: int | None = None,
        site_delay: float = 0,
    ) -> None:
        press = read_press()
        self.start = start or dt.datetime.now(ZoneInfo("Europe/Paris")).date()
        self.sites: dict[str, Site] = press.sites
        self.articles = {name: article.dated(self.start) for name, article in press.articles.items()}
        self.site_delay = site_delay
        self.closing = threading.Event()
        self.log: list[Request] = []
        self._order = sorted(self.articles.values(), key=self._published)
        self._released = len(self._order) if released is None else max(0, min(released, len(self._order)))
        self._released_at: dict[str, dt.datetime] = {}
        self._wanted_port = port
        self._address: dict[str, tuple[str, int]] = {}
        self._listeners: dict[str, _Listener] = {}
        self._failing: dict[str, int] = {}
        self._editions: dict[str, Edition] = {}
        self._documents: dict[str, dict[str, Document]] = {}
        self._guard = threading.Lock()

    # Opening and closing

    def __enter__(self) -> Self:
        try:
            self._open_one_port()
        except OSError as error:
            self._close_listeners()
            if error.errno != errno.EADDRNOTAVAIL:
                raise
            self._open_many_ports()
        self._print_editions()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._close_listeners()

    def _open_one_port(self) -> None:
        for attempt in range(20):
            port = self._wanted_port
            try:
                for place, site in enumerate(self.sites, start=1):
                    self._listen(site, (f"127.2.0.{place}", port))
                    port = self._address[site][1]
            except OSError:
                # Another program may hold this port on one of the addresses; a free one is found by trying again.
                self._close_listeners()
                if self._wanted_port or attempt == 19 or not port:
                    raise
            else:
                return

    def _open_many_ports(self) -> None:
        for place, site in enumerate(self.sites):
            self._listen(site, ("127.0.0.1", self._wanted_port + place if self._wanted_port else 0))

    def _listen(self, site: str, address: tuple[str, int]) -> None:
        listener = _Listener(address, self, site)
        self._listeners[site] = listener
        self._address[site] = (listener.server_name, listener.server_port)

    def _close_listeners(self) -> None:
        while self._listeners:
            self._listeners.popitem()[1].stop()

    # What the sites serve

    def base(self, site: str) -> str:
        host, port = self._address[site]
        return f"http://{host}:{port}"

    def url_of(self, article: str) -> str:
        """The canonical address of an article, out or not."""
        found = self.articles[article]
        return self._editions[found.site].url_of(found)

    def _published(self, article: Article) -> tuple[dt.datetime, str]:
        return article.published(self.start, self.sites[article.site].zone), article.id

    def _print_editions(self) -> None:
        out = self._order[: self._released]
        for name, site in self.sites.items():
            articles = tuple(article for article in reversed(out) if article.site == name)
            edition = Edition(site, self.base(name), self.start, articles, self._since)
            documents = edition.documents()
            with self._guard:
                self._editions[name], self._documents[name] = edition, documents

    def _since(self, article: Article) -> dt.datetime:
        return self._released_at.get(article.id) or self._published(article)[0]

    def answer(self, site: str, path: str) -> Document:
        if status := self._failing.get(site):
            return Document(b"<h1>%d</h1>" % status, status=status)
        with self._guard:
            found = self._documents[site].get(path)
        if found:
            return found
        if path.startswith("/media/"):
            return Document(IMAGE, "image/svg+xml")
        return self._editions[site].not_found(path)

    def record(self, request: Request) -> None:
        with self._guard:
            self.log.append(request)

    # What a test or a demonstration turns

    @property
    def released(self) -> int:
        """How many articles are out."""
        return self._released

    def release(self, n: int = 1) -> list[str]:
        """Publish the next `n` articles; the answer names them."""
        coming = self._order[self._released : self._released + n]
        now = dt.datetime.now(dt.UTC)
        self._released_at |= {article.id: now for article in coming}
        self._released += len(coming)
        self._print_editions()
        return [article.id for article in coming]

    def out(self) -> list[str]:
        """The articles that are out, oldest first."""
        return [article.id for article in self._order[: self._released]]

    def break_site(self, site: str, how: Literal["refused", "500", "403"] = "refused") -> None:
        """From now on the site refuses connections, or answers everything with this status."""
        if how != "refused":
            self._failing[site] = int(how)
        elif site in self._listeners:
            self._listeners.pop(site).stop()

    def repair_site(self, site: str) -> None:
        self._failing.pop(site, None)
        if site not in self._listeners:
            self._listen(site, self._address[site])

    def expected(self) -> dict[str, Expected]:
        """The labelled truth of every article, dates as in the texts that are served."""
        return read_expected(self.start)

    # The catalogue

    def catalogue(self) -> list[dict[str, Any]]:
        """The sites as catalogue entries, each with the channels it makes public."""
        return [self._catalogue_entry(site) for site in self.sites.values()]

    def _catalogue_entry(self, site: Site) -> dict[str, Any]:
        base = self.base(site.id)

        def public(*forms: str) -> list[str]:
            return [base + channel.path for channel in site.forms(*forms) if channel.listed]

        entry: dict[str, Any] = {
            "id": site.id, "name": site.name, "country": site.country, "kind": site.kind, "homepage": base + "/",
            "feeds": public(*FEED_TYPES), "sitemaps": public("news", "urls", "index"), "sections": public("section"),
        }  # fmt: skip
        if site.state_media_of:
            entry["state_media_of"] = site.state_media_of
        return {key: value for key, value in entry.items() if value}

    def catalogue_yaml(self) -> str:
        return yaml.safe_dump(self.catalogue(), allow_unicode=True, sort_keys=False, width=110)

    def write_catalogue(self, path: str | Path) -> Path:
        file = Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.catalogue_yaml(), encoding="utf-8")
        return file
