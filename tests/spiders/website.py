"""A web site made of answers written down by a test, behind a real server."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Reply:
    """An answer. ``promise`` is a Content-Length that differs from the body's.

    ``raw`` makes the pieces that are written to the connection as they stand, status line and all; it may
    sleep between them and never end.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    promise: int | None = None
    raw: Callable[[], Iterator[bytes]] | None = None


@dataclass(frozen=True)
class Asked:
    """A request that reached the site."""

    time: float
    path: str
    headers: Mapping[str, str]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        site = self.server.site
        site.log.append(Asked(time.time(), self.path, dict(self.headers.items())))
        answer = site.answers.get(self.path, Reply(404, b"nothing here"))
        reply = answer(dict(self.headers.items())) if callable(answer) else answer
        if reply.raw is not None:
            self._pour(reply.raw())
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != 304:
            self.send_header(
                "Content-Length", str(len(reply.body) if reply.promise is None else reply.promise)
            )
        self.end_headers()
        try:
            self.wfile.write(reply.body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        if reply.promise is not None:
            self.close_connection = True

    def _pour(self, pieces: Iterator[bytes]) -> None:
        self.close_connection = True
        try:
            for piece in pieces:
                if self.server.site.closed.is_set():
                    return
                self.wfile.write(piece)
        except (BrokenPipeError, ConnectionResetError):
            """The client went away, as it should."""

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are kept in ``Website.log``, not printed."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, site: Website) -> None:
        self.site = site
        super().__init__((site.host, 0), _Handler)

    def server_bind(self) -> None:
        # HTTPServer.server_bind asks the name service for the host's name, which can take seconds.
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.site.host, int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error of the site."""


class Website:
    """Serves ``answers`` (path to reply, or to a function of the request's headers) until the context ends.

    With ``tls`` it speaks HTTPS. ``host`` is a loopback address: sites on different ones are different hosts.
    """

    def __init__(self, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self._tls = tls
        self.host = host
        self.closed = threading.Event()
        self.answers: dict[str, Reply | Callable[[Mapping[str, str]], Reply]] = {}
        self.log: list[Asked] = []

    def __enter__(self) -> Self:
        self._server = _Server(self)
        if self._tls:
            self._server.socket = self._tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.base = f"{'https' if self._tls else 'http'}://{self.host}:{self._server.server_port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closed.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def announce(self, *paths: str, path: str = "/rss.xml", **headers: str) -> None:
        """Put these pages into the site's feed."""
        items = "".join(f"<item><link>{page.replace('&', '&amp;')}</link></item>" for page in paths)
        body = f'<rss version="2.0"><channel><title>Site</title>{items}</channel></rss>'.encode()
        self.answers[path] = Reply(body=body, headers={"Content-Type": "application/rss+xml", **headers})

    def article(self, path: str, **headers: str) -> None:
        """Serve an article."""
        body = f"<html lang='fr'><title>{path}</title><p>Un article, servi à {path}.</p></html>".encode()
        self.answers[path] = Reply(body=body, headers={"Content-Type": "text/html; charset=utf-8", **headers})

    def catalogue(self, folder: Path) -> Path:
        """A catalogue with this site as its only source, « site »."""
        file = folder / "catalogue.yaml"
        file.write_text(self.entry("site"), encoding="utf-8")
        return file

    def entry(self, source: str) -> str:
        """This site as a source of a catalogue."""
        return (
            f"- id: {source}\n  name: {source}\n  country: FR\n  kind: daily\n  homepage: {self.base}/\n"
            f"  feeds: [{self.base}/rss.xml]\n"
        )

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.path for asked in self.log]
