"""What every request passes: the Host header, who sends it, and the headers that bind the browser.

Pure ASGI, so that streamed answers stay streams.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Final
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desk.web.identity import Identity, User
from desk.web.sessions import COOKIE, LIFE, Session, Signer

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'self'"
)
"""Content-Security-Policy of every page: nothing inline, nothing from elsewhere."""

HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "private, no-cache",
}
"""Put on every answer that does not bring its own."""

OPEN: Final = ("/static/", "/login")
"""What may be had without being known."""


@dataclass
class Visit:
    """One request: its session, and who sends it."""

    session: Session
    user: User | None
    signer: Signer
    base: str
    """Where the desk is mounted: "" or a path without a slash at its end."""
    secure: bool
    new: bool
    """The browser does not have this session yet."""

    def renew(self, session: Session) -> None:
        self.session, self.new = session, True


def visit_of(request: Request) -> Visit:
    """The visit of a request that passed the guard."""
    visit: Visit = request.state.visit
    return visit


class Guard:
    """Middleware; ``hosts`` are the names that the desk answers to, None for any."""

    def __init__(
        self, app: ASGIApp, *, identity: Identity, signer: Signer, hosts: Collection[str] | None
    ) -> None:
        self._app, self._identity, self._signer, self._hosts = app, identity, signer, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        session = self._signer.read(request.cookies.get(COOKIE))
        visit = Visit(
            session or Session(),
            None,
            self._signer,
            scope.get("root_path", "").rstrip("/"),
            request.url.scheme == "https",
            session is None,
        )
        request.state.visit = visit

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if visit.new and headers.get("content-type", "").startswith("text/html"):
                    headers.append("set-cookie", _cookie(visit))
            await send(message)

        # A wrong Host is refused by the application, which has the words for it.
        request.state.wrong_host = self._hosts is not None and not _named(request, self._hosts)
        if not request.state.wrong_host:
            visit.user = await self._identity(request, visit.session)
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if visit.user is None and not request.state.wrong_host and not path.startswith(OPEN):
            answer = self._turned_away(request, visit, path)
            if answer is not None:
                await answer(scope, receive, send_with_headers)
                return
            request.state.unknown = True
        await self._app(scope, receive, send_with_headers)

    def _turned_away(self, request: Request, visit: Visit, path: str) -> Response | None:
        """The way to the login page for a browser; None where the application shall refuse."""
        if self._identity.login and request.method == "GET" and "authorization" not in request.headers:
            query = request.url.query
            wanted = quote(path + (f"?{query}" if query else ""), safe="")
            return RedirectResponse(f"{visit.base}/login?next={wanted}", 303)
        return None


def _named(request: Request, hosts: Collection[str]) -> bool:
    given = request.headers.get("host", "")
    name = given if given.endswith("]") else given.rpartition(":")[0] or given
    return name.lower() in hosts


def _cookie(visit: Visit) -> str:
    cookie: SimpleCookie = SimpleCookie()
    cookie[COOKIE] = visit.signer.write(visit.session)
    options = {"path": visit.base or "/", "max-age": str(LIFE), "httponly": "1", "samesite": "Lax"}
    cookie[COOKIE].update({**options, "secure": "1"} if visit.secure else options)
    return cookie[COOKIE].OutputString()
