"""Secrets of the local stack: made at random once, kept in files that only their owner can read."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from desk.stack.layout import Layout
from processing.errors import StackError

USER = "vedette"
"""The user whom the local stack makes; it has the role admin, and its password is shown at the start."""


def _fernet_key() -> str:
    # Fernet keys are 32 random bytes, base64 with the URL alphabet (cryptography, spec of Fernet).
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


@dataclass(frozen=True)
class Credentials:
    """What Airflow's services share, and the password of the user."""

    jwt_secret: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)
    session_secret: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)
    fernet_key: str = field(default_factory=_fernet_key, repr=False)
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12), repr=False)


def load_or_make(layout: Layout, users: Sequence[str] = ()) -> Credentials:
    """The credentials of this stack, made at the first call, and the password file of Airflow's users.

    ``users`` are those beside USER; each keeps the password that it was given once, and loses it when it is no more
    among them.

    Kept between starts: Airflow can read its stored connections only with the same Fernet key.
    Raises StackError when the file is there but cannot be used.
    """
    if layout.secrets.exists():
        try:
            credentials = Credentials(**_read(layout.secrets))
        except TypeError as error:
            raise StackError(_UNREADABLE.format(path=layout.secrets, error=error)) from None
    else:
        credentials = Credentials()
        write_private(layout.secrets, json.dumps(asdict(credentials)))
    known = _read(layout.passwords) if layout.passwords.exists() else {}
    passwords = {user: known.get(user) or secrets.token_urlsafe(12) for user in users}
    write_private(layout.passwords, json.dumps({**passwords, USER: credentials.password}))
    return credentials


_UNREADABLE = (
    "the secrets of the local Airflow in {path} cannot be read ({error}): "
    "restore the file, or remove it to have new ones made"
)


def _read(path: Path) -> dict[str, str]:
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise StackError(_UNREADABLE.format(path=path, error=error)) from None


def write_private(path: Path, text: str) -> None:
    """Write a file no other user can read, in one step."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")
    draft.replace(path)
