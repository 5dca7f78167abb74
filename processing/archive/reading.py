"""Reading archives: ours, Common Crawl's and everybody's, gzipped by record or plain."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from processing.archive.http import decoded_body, split_message
from processing.archive.writing import PURPOSE
from processing.errors import ArchiveError

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class ArchivedPage:
    """One recorded answer."""

    url: str
    """The address that answered."""
    status: int
    headers: tuple[tuple[str, str], ...]
    """In the order of the record."""
    body: bytes
    """Decoded: no transfer coding, no content coding."""
    fetched_at: datetime
    content_type: str | None
    """The Content-Type header as sent, charset and all."""
    purpose: str = "page"
    """As in `processing.archive.writing.Exchange`; ``page`` in everybody else's archives."""

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def read_record(path: Path, offset: int) -> ArchivedPage:
    """The response record at a byte offset, by seek.

    Raises ArchiveError, naming file and offset, when there is no whole response record there.
    """
    with _opened(path) as file:
        file.seek(offset)
        if file.read(2) != _GZIP:
            file.seek(offset)
            if file.read(5) != b"WARC/":
                raise ArchiveError(f"{path}: no record begins at byte {offset}")
        file.seek(offset)
        page = None
        try:
            for record in ArchiveIterator(file, parse_http=False):
                page = _page(record)
                break
        except (OSError, ValueError, EOFError, RuntimeError, zlib.error) as error:
            raise ArchiveError(f"{path}: the record at byte {offset} cannot be read: {error}") from None
    if page is None:
        raise ArchiveError(f"{path}: no whole response record at byte {offset}")
    return page


def iterate(path: Path, from_offset: int = 0) -> Iterator[tuple[int, ArchivedPage]]:
    """Yield (byte offset, page) for every HTTP response record, from ``from_offset`` (a record's begin) on.

    Records of other types are passed over. A truncated file yields what is whole and then raises ArchiveError
    with the offset where it breaks off; so does a file that is no WARC. A file gzipped in one piece cannot be
    read by seek and is refused.
    """
    with _opened(path) as file:
        size = path.stat().st_size
        _check_begin(path, file, from_offset, size)
        file.seek(from_offset)
        last = -1
        records = iter(ArchiveIterator(file, parse_http=False))
        while True:
            try:
                record = next(records, None)
                if record is None:
                    break
                if record.stream_pos == last:
                    raise ArchiveError(
                        f"{path}: gzipped in one piece, so records cannot be found by offset: "
                        "run `warcio recompress` on it, or gunzip it"
                    )
                last = record.stream_pos
                page = _page(record) if record.record_type == WarcRecordType.response else None
            except (OSError, ValueError, EOFError, RuntimeError, zlib.error) as error:
                raise ArchiveError(
                    f"{path}: breaks off after byte {max(last, from_offset)}: {error}"
                ) from None
            if page is not None:
                yield last, page
        _check_end(path, from_offset if last < 0 else last, size)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be opened: {error.strerror or error}") from None


def _page(record: WarcRecord) -> ArchivedPage | None:
    """None for a record that is cut short or holds no HTTP response with an address."""
    url = record.headers.get("WARC-Target-URI")
    wanted = record.content_length
    if record.record_type != WarcRecordType.response or not url:
        return None
    block: bytes = record.reader.read()
    if len(block) < wanted:
        return None
    message = split_message(block)
    if message is None:
        return None
    status, headers, body = message
    kind = next((value for name, value in headers if name.lower() == "content-type"), None)
    return ArchivedPage(
        url=url.strip("<>"),
        status=status,
        headers=headers,
        body=decoded_body(headers, body),
        fetched_at=_date(record),
        content_type=kind,
        purpose=record.headers.get(PURPOSE) or "page",
    )


def _date(record: WarcRecord) -> datetime:
    date: Any = record.record_date
    if not isinstance(date, datetime):
        return datetime.fromtimestamp(0, UTC)
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _check_begin(path: Path, file: BinaryIO, offset: int, size: int) -> None:
    if size == 0:
        raise ArchiveError(f"{path}: the file is empty")
    file.seek(offset)
    begin = file.read(5)
    if begin[:2] == _GZIP:
        file.seek(offset)
        try:
            begin = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(file.read(65_536), 5)
        except zlib.error:
            begin = b""
        if not begin:
            raise ArchiveError(f"{path}: breaks off at byte {offset}: the gzip member there is cut or broken")
    if begin != b"WARC/" and offset < size:
        raise ArchiveError(f"{path}: not a WARC file (no record begins at byte {offset})")


def _check_end(path: Path, last: int, size: int) -> None:
    """Raise unless the record at ``last`` is whole and the file ends with it.

    The reader itself passes over a broken last record without a word.
    """
    with path.open("rb") as file:
        file.seek(last)
        gzipped = file.read(2) == _GZIP
        file.seek(last)
        end = _end_of_member(file, last) if gzipped else _end_of_plain(file, last)
        if end is None:
            raise ArchiveError(f"{path}: truncated: the record at byte {last} is cut short")
        file.seek(min(end, size))
        if file.read().strip(b"\r\n\x00"):
            raise ArchiveError(f"{path}: truncated: what begins at byte {end} is no whole record")


def _end_of_member(file: BinaryIO, begin: int) -> int | None:
    packer = zlib.decompressobj(zlib.MAX_WBITS | 16)
    read = 0
    try:
        while not packer.eof and (piece := file.read(65_536)):
            read += len(piece)
            packer.decompress(piece)
    except zlib.error:
        return None
    return begin + read - len(packer.unused_data) if packer.eof else None


def _end_of_plain(file: BinaryIO, begin: int) -> int | None:
    length = None
    while line := file.readline(65_536):
        if line in (b"\r\n", b"\n"):
            break
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            length = int(value)
    if length is None:
        return None
    end = file.tell() + length
    return end if end <= file.seek(0, 2) else None
