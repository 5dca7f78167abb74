"""Who is at the desk, and may they review: on loopback whoever sits there, else whom a password or token lets in."""

from __future__ import annotations

import getpass
import hashlib
import hmac
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

from starlette.requests import Request

from desk.web.sessions import Session


@dataclass(frozen=True, slots=True)
class User:
    """A person or program at the desk."""

    name: str
    may_review: bool = True
    by_token: bool = False
    """Known by a header that no browser sends by itself, so that no other site can speak in their name."""
    signs_out: bool = False
    """Came by the desk's own login page."""


class Identity(Protocol):
    """Tells who sends a request; None for somebody who may not read."""

    login: bool
    """Whether the desk's own login page helps."""

    async def __call__(self, request: Request, session: Session) -> User | None: ...


class Loopback:
    """Whoever can reach this machine's own address; reviews bear the name of the system's user."""

    login = False

    def __init__(self) -> None:
        try:
            self._user = User(getpass.getuser())
        except (KeyError, OSError, ImportError):
            self._user = User("analyst")  # a container without a user database

    async def __call__(self, request: Request, session: Session) -> User | None:
        return self._user


@dataclass
class Login:
    """A password for people, a token for programs (``Authorization: Bearer …``); the token opens the page too."""

    password: str | None
    token: str | None
    login = True
    _failures: deque[float] = field(default_factory=deque, repr=False)

    TRIES = 10
    PER_SECONDS = 60.0

    def proof(self) -> str:
        """What a session keeps instead of the password: a changed one ends all sessions."""
        return hashlib.sha256(f"{self.password}\0{self.token}".encode()).hexdigest()[:24]

    def opens(self, given: str) -> bool:
        """Whether this is the password or the token."""
        wanted = [secret for secret in (self.password, self.token) if secret]
        right = [hmac.compare_digest(given.encode(), secret.encode()) for secret in wanted]
        if not any(right):
            self._failures.append(time.monotonic())
        return any(right)

    def tired(self) -> bool:
        """Whether there were too many failures of late to try again."""
        while self._failures and self._failures[0] < time.monotonic() - self.PER_SECONDS:
            self._failures.popleft()
        return len(self._failures) >= self.TRIES

    async def __call__(self, request: Request, session: Session) -> User | None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            known = bool(self.token) and hmac.compare_digest(given.strip().encode(), str(self.token).encode())
            return User("token", by_token=True) if known else None
        if session.user and hmac.compare_digest(session.proof, self.proof()):
            return User(session.user, signs_out=True)
        return None
