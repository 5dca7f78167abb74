"""The desk's cookie: signed, without a store, and the token that proves a form to be ours (CSRF)."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from itsdangerous import BadSignature, URLSafeTimedSerializer

from processing.errors import StackError

COOKIE = "vedette_desk"
LIFE = 14 * 86400
"""Seconds that a session lasts."""


@dataclass(frozen=True, slots=True)
class Session:
    """What the cookie says. ``nonce`` ties forms to a browser; ``proof`` is of the secret that opened it."""

    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    user: str = ""
    proof: str = ""


class Signer:
    """Writes and reads the cookie with a secret that only the desk has."""

    def __init__(self, secret: str) -> None:
        self._key = secret.encode()
        self._serializer = URLSafeTimedSerializer(secret, salt="vedette-desk")

    def write(self, session: Session) -> str:
        return str(self._serializer.dumps(asdict(session)))

    def read(self, cookie: str | None) -> Session | None:
        """The session; None when there is none, or it is forged or over."""
        if not cookie:
            return None
        try:
            said = self._serializer.loads(cookie, max_age=LIFE)
            return Session(**{name: str(said[name]) for name in ("nonce", "user", "proof")})
        except (BadSignature, KeyError, TypeError):
            return None

    def form_token(self, session: Session) -> str:
        """What a form must carry. Another site can neither read it nor make it."""
        return hmac.new(self._key, f"form\0{session.nonce}".encode(), hashlib.sha256).hexdigest()

    def is_ours(self, session: Session, token: str) -> bool:
        return hmac.compare_digest(self.form_token(session).encode(), token.encode())


def kept_secret(home: Path) -> str:
    """The desk's signing secret under VEDETTE_HOME, made at the first start; readable by its owner alone.

    Raises StackError when it can be neither read nor made.
    """
    path = home / "desk" / "secret"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            # Whole or not at all, and the first of two that start at once wins.
            draft = path.with_name(f"secret.{os.getpid()}")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
            with suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        text = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise StackError(f"the desk's secret {path} can be neither read nor made: {error}") from None
    if len(text) < 32:
        raise StackError(f"the desk's secret {path} is broken: remove it to have a new one made")
    return text
