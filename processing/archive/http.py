"""A recorded HTTP response: head and body apart, the body decoded.

Our own segments hold decoded bodies; other people's archives may hold the bytes as they came, chunked and
compressed, or say so in headers that are no longer true. So codings are undone where the body bears them
out, and left alone where it does not.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO

import brotli  # type: ignore[import-untyped]

MAX_BODY = 64 * 1024 * 1024
"""Bytes of a decoded body; a recorded decompression bomb is cut off here."""


def split_message(block: bytes) -> tuple[int, tuple[tuple[str, str], ...], bytes] | None:
    """Status, headers and raw body of an HTTP message; None when there is no status line."""
    head, separator, body = block.partition(b"\r\n\r\n")
    if not separator:
        head, _, body = block.partition(b"\n\n")
    lines = head.replace(b"\r\n", b"\n").split(b"\n")
    status_line = lines[0].split(None, 2)
    if len(status_line) < 2 or not status_line[0].startswith(b"HTTP/") or not status_line[1].isdigit():
        return None
    headers: list[tuple[str, str]] = []
    for line in lines[1:]:
        if line[:1] in (b" ", b"\t") and headers:
            # RFC 9112 §5.2, obsolete folding.
            headers[-1] = (headers[-1][0], f"{headers[-1][1]} {_text(line)}")
        elif b":" in line:
            name, _, value = line.partition(b":")
            headers.append((_text(name), _text(value)))
    return int(status_line[1]), tuple(headers), body


def decoded_body(headers: tuple[tuple[str, str], ...], body: bytes) -> bytes:
    """The body without transfer and content codings, cut at MAX_BODY."""
    names = {name.lower(): value.lower() for name, value in headers}
    if "chunked" in names.get("transfer-encoding", ""):
        body = _unchunked(body)
    for coding in reversed([part.strip() for part in names.get("content-encoding", "").split(",")]):
        if decode := _CODINGS.get(coding):
            body = decode(body)
    return body[:MAX_BODY]


def _unchunked(body: bytes) -> bytes:
    """RFC 9112 §7.1. A body that is not chunked after all comes back as it is; a cut one as far as it goes."""
    chunks: list[bytes] = []
    at = 0
    while at < len(body):
        end = body.find(b"\r\n", at)
        size_text = body[at:end].split(b";")[0].strip() if end >= 0 else b""
        try:
            size = int(size_text, 16)
        except ValueError:
            return b"".join(chunks) if chunks else body
        if size == 0:
            break
        chunks.append(body[end + 2 : end + 2 + size])
        at = end + 2 + size + 2
    return b"".join(chunks)


def _gunzipped(body: bytes) -> bytes:
    if body[:2] != b"\x1f\x8b":
        return body
    try:
        with gzip.GzipFile(fileobj=BytesIO(body)) as packed:
            return packed.read(MAX_BODY)
    except EOFError:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, MAX_BODY)
    except (OSError, zlib.error):
        return body


def _inflated(body: bytes) -> bytes:
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        try:
            return zlib.decompressobj(window).decompress(body, MAX_BODY)
        except zlib.error:
            continue
    return body


def _unbrotlied(body: bytes) -> bytes:
    try:
        return bytes(brotli.Decompressor().process(body, output_buffer_limit=MAX_BODY))
    except brotli.error:
        return body


_CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _inflated,
    "br": _unbrotlied,
}


def _text(raw: bytes) -> str:
    """Header text: UTF-8 where it is, else Latin-1, which takes every byte."""
    stripped = raw.strip()
    try:
        return stripped.decode("utf-8")
    except UnicodeDecodeError:
        return stripped.decode("latin-1")
