"""Fetching a WARC file from an http(s) address into the archive: whole or not at all, and resumed where it broke off.

A file grows as ``<name>.part`` under an exclusive ``flock``, its ETag beside it in ``<name>.part.etag``, and is renamed
when it is whole. Both outlive the process, so that a fetch that was killed goes on where it stopped: with ``Range``
and ``If-Range`` (RFC 9110 §13.1.5, §14.2), by which a file that has changed since comes from its beginning.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BufferedRandom
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from processing.archive.public import PublicTransport
from processing.archive.writing import refused
from processing.errors import ArchiveError, ServerAwayError
from processing.settings import Settings

INGESTED = "ingested"
"""Folder of the archive for fetched files: ``ingested/HOST/DIGEST-NAME``."""
TRIES = 5
"""Tries in a row that bring the file no further, after which its server counts as away."""
WAITS = (1.0, 2.0, 5.0, 15.0)
"""Seconds before another try, by how many before it brought nothing; the last counts for all others."""
REDIRECTS = 5


@dataclass(frozen=True)
class Whole:
    """A file that was fetched to its end."""

    path: Path
    sha256: bytes | None
    """None when it was there already and nothing was asked for."""


@dataclass(frozen=True)
class Fetching:
    """How files are fetched into an archive."""

    archive: Path
    user_agent: str
    allow_private_hosts: bool = False
    timeout: float = 30.0
    """Seconds for a connection, and for the next bytes; the whole may take as long as it does."""
    waits: tuple[float, ...] = field(default_factory=lambda: WAITS)

    @classmethod
    def by(cls, settings: Settings, user_agent: str) -> Fetching:
        return cls(settings.archive, user_agent, settings.allow_private_hosts)

    def fetch(self, address: str, on_bytes: Callable[[int, int | None], None] | None = None) -> Whole:
        """Fetch the file unless it is there; ``on_bytes`` is told how many there are, of how many (None: not known).

        Raises ServerAwayError when another try later may help, PrivateAddressError for an address off the public
        internet, and ArchiveError for any other answer that is no file, and when the disk refuses.
        """
        path = place(self.archive, address)
        if path.exists():
            return Whole(path, None)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with _held(path.with_name(path.name + ".part"), address) as file:
                if path.exists():
                    Path(file.name).unlink(missing_ok=True)
                    return Whole(path, None)
                part = _Part(path, file)
                self._fill(part, address, on_bytes or (lambda _have, _of: None))
                return Whole(path, part.finish())
        except OSError as error:
            raise refused(path, "written", error) from error

    def _fill(self, part: _Part, address: str, on_bytes: Callable[[int, int | None], None]) -> None:
        best, idle = part.size, 0
        transport = httpx.HTTPTransport() if self.allow_private_hosts else PublicTransport()
        with httpx.Client(
            transport=transport, timeout=self.timeout, follow_redirects=True, max_redirects=REDIRECTS,
            headers={"User-Agent": self.user_agent, "Accept-Encoding": "identity"}, trust_env=False,
        ) as client:  # fmt: skip
            while True:
                try:
                    self._once(client, part, address, on_bytes)
                except (httpx.TimeoutException, httpx.NetworkError, httpx.ProtocolError, _Later) as error:
                    away = str(error) or type(error).__name__
                except (httpx.HTTPError, httpx.InvalidURL) as error:
                    raise ArchiveError(f"{address} cannot be fetched: {error}") from None
                else:
                    return
                idle = 0 if part.size > best else idle + 1
                best = max(best, part.size)
                if idle >= TRIES:
                    raise ServerAwayError(f"{address} cannot be fetched now: {away}; {best} bytes are kept")
                time.sleep(self.waits[min(idle, len(self.waits)) - 1] if idle else 0.0)

    def _once(
        self,
        client: httpx.Client,
        part: _Part,
        address: str,
        on_bytes: Callable[[int, int | None], None],
    ) -> None:
        etag = part.etag
        asked = {"Range": f"bytes={part.size}-", "If-Range": etag} if part.size and etag else {}
        with client.stream("GET", address, headers=asked) as answer:
            _judge(answer, address)
            if answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                if asked and answer.headers.get("Content-Range") == f"bytes */{part.size}":
                    return
                part.begin(None)
                raise _Later("the range that was asked for is not there")
            total = _length(answer)
            if answer.status_code == HTTPStatus.PARTIAL_CONTENT:
                total = _check_range(answer, part, address)
            else:
                part.begin(answer.headers.get("ETag"))
            for piece in answer.iter_raw():
                if not part.size and not piece.startswith((b"\x1f\x8b", b"WARC/")):
                    raise ArchiveError(f"{address} is no WARC file: it begins with {piece[:20]!r}")
                part.write(piece)
                on_bytes(part.size, total)
            if total is not None and part.size != total:
                raise _Later(f"{part.size} bytes came, {total} were promised")


class _Later(Exception):  # noqa: N818 - an answer, not a fault of ours
    """An answer after which another try may help."""


class _Part:
    """The file while it grows, digested as it comes."""

    def __init__(self, path: Path, file: BufferedRandom) -> None:
        self.path = path
        self._file = file
        self._etag = path.with_name(path.name + ".part.etag")
        file.seek(0)
        self._sha256 = hashlib.file_digest(file, "sha256")
        self.size = file.tell()

    @property
    def etag(self) -> str | None:
        """The strong ETag of what there is; only such a one may stand in If-Range."""
        try:
            return self._etag.read_text(encoding="ascii")
        except FileNotFoundError:
            return None

    def begin(self, etag: str | None) -> None:
        """From the beginning again."""
        self._etag.unlink(missing_ok=True)
        self._file.seek(0)
        self._file.truncate()
        self._sha256, self.size = hashlib.sha256(), 0
        if etag and re.fullmatch(r'"[\x21\x23-\x7e]*"', etag):
            self._etag.write_text(etag, encoding="ascii")

    def write(self, piece: bytes) -> None:
        self._file.write(piece)
        self._sha256.update(piece)
        self.size += len(piece)

    def finish(self) -> bytes:
        """It is whole: give it its name; returns its SHA-256."""
        self._file.flush()
        os.fsync(self._file.fileno())
        Path(self._file.name).rename(self.path)
        self._etag.unlink(missing_ok=True)
        return self._sha256.digest()


def is_web_address(text: str) -> bool:
    """Whether this is to be fetched, and no file of this machine."""
    return text.lower().startswith(("http://", "https://"))


def named(address: str) -> str:
    """The last part of an address or path: how a person calls the file."""
    path = urlsplit(address).path if is_web_address(address) else address
    return path.rstrip("/").rpartition("/")[2] or address


def place(archive: Path, address: str) -> Path:
    """Where the file of an address lies: names from outside are cut down to what is harmless in any file system."""
    digest = hashlib.sha256(address.encode()).hexdigest()[:8]
    host = _harmless(urlsplit(address).netloc.rpartition("@")[2])
    return archive / INGESTED / host / f"{digest}-{_harmless(named(address))}"


def _harmless(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name)[-120:].lstrip(".") or "file"


@contextmanager
def _held(part: Path, address: str) -> Iterator[BufferedRandom]:
    """The growing file, opened for this process alone."""
    with part.open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServerAwayError(f"{address} is being fetched by another process") from None
        yield file


def _judge(answer: httpx.Response, address: str) -> None:
    status = answer.status_code
    if status in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE):
        return
    said = f"HTTP {status} {answer.reason_phrase}".rstrip()
    if status >= 500 or status in (
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    ):
        raise _Later(said)
    raise ArchiveError(f"{address} cannot be fetched: {said}")


def _length(answer: httpx.Response) -> int | None:
    stated = answer.headers.get("Content-Length", "")
    return int(stated) if stated.isdigit() else None


def _check_range(answer: httpx.Response, part: _Part, address: str) -> int | None:
    """The length of the whole, from a 206 that begins where we stopped."""
    range_ = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", answer.headers.get("Content-Range", "").strip())
    if range_ is None or int(range_[1]) != part.size:
        part.begin(None)
        raise _Later(f"{address} answered with another range than was asked for")
    return None if range_[2] == "*" else int(range_[2])
