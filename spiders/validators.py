"""Conditional requests (RFC 9110 §13, RFC 9111 §4.3): which validators to send, which to keep, which to distrust.

Validators go back byte for byte as the server gave them. Servers lie, so three nets hold what a false « unchanged »
would lose: a whole body is asked for now and then; the body's digest finds what came unchanged with 200; and a
validator that stayed the same while new articles came is dropped for a month.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from processing.store.channels import DueFeed
from processing.store.frontier import PageToFetch

WHOLE_AFTER = timedelta(days=2)
"""A channel without a whole body for so long is asked without conditions."""
WHOLE_AFTER_LOOKS = 12
"""Or after so many 304 in a row."""
DISTRUSTED_FOR = timedelta(days=30)

_CODINGS = ("--gzip", "-gzip", ";gzip", "--br", "-br", ";br")


@dataclass(frozen=True)
class Validators:
    """What is sent back at the next look."""

    etag: str | None = None
    last_modified: str | None = None
    distrusted_at: datetime | None = None
    """Since when none is sent, because they lied."""
    note: str | None = None
    """What was odd, in one line."""


def conditional_headers(feed: DueFeed, now: datetime) -> dict[str, bytes]:
    """If-None-Match and If-Modified-Since, both when there are both (RFC 9110 §13.1.3: the ETag decides).

    None when the channel's validators are distrusted, or when it is time for a whole body.
    """
    if feed.distrusted_at is not None and now - feed.distrusted_at < DISTRUSTED_FOR:
        return {}
    if feed.unchanged_looks >= WHOLE_AFTER_LOOKS:
        return {}
    if feed.last_full_at is not None and now - feed.last_full_at >= WHOLE_AFTER:
        return {}
    headers: dict[str, bytes] = {}
    if feed.etag:
        headers["If-None-Match"] = feed.etag.encode("latin-1")
    if feed.last_modified:
        headers["If-Modified-Since"] = feed.last_modified.encode("latin-1")
    return headers


def page_headers(page: PageToFetch) -> dict[str, bytes]:
    """The same for an article that is looked at again."""
    headers: dict[str, bytes] = {}
    if page.again and page.etag:
        headers["If-None-Match"] = page.etag.encode("latin-1")
    if page.again and page.last_modified:
        headers["If-Modified-Since"] = page.last_modified.encode("latin-1")
    return headers


def after_not_modified(feed: DueFeed, headers: Mapping[str, str]) -> Validators:
    """What to keep after a 304: the ETag stays, Last-Modified is renewed (RFC 9111 §4.3.4).

    A 304 that names another ETag than ours speaks of another body, so nothing is kept and the next look is whole.
    """
    named = _kept(headers.get("etag"))
    if named and feed.etag and _opaque(named) != _opaque(feed.etag):
        return Validators(
            note=f"304 for another ETag than the one sent ({named[:60]}): asked in full next time"
        )
    return Validators(feed.etag or named, _kept(headers.get("last-modified")) or feed.last_modified)


def after_body(
    feed: DueFeed, headers: Mapping[str, str], now: datetime, *, changed: bool, fresh: int
) -> Validators:
    """What to keep after a whole body.

    A validator that did not change while the body did and brought ``fresh`` items lies. Where the ETag changed and
    only Last-Modified did not, that one is not sent; where the deciding one lied, none is.
    """
    etag, modified = _kept(headers.get("etag")), _kept(headers.get("last-modified"))
    known = feed.body_sha256 is not None and changed and fresh > 0
    same_etag = bool(etag) and etag == feed.etag
    same_modified = bool(modified) and modified == feed.last_modified
    if known and (same_etag or (same_modified and not etag)):
        which = f"ETag {etag[:60]}" if same_etag and etag else f"Last-Modified {modified}"
        return Validators(
            distrusted_at=now, note=f"{which} stayed the same while new articles came: not used"
        )
    if known and same_modified:
        modified = None
    distrusted = feed.distrusted_at
    if distrusted is not None and now - distrusted < DISTRUSTED_FOR:
        return Validators(etag, modified, distrusted)
    return Validators(etag, modified)


def _kept(value: str | None) -> str | None:
    """PostgreSQL's text takes every byte but NUL."""
    return value if value and "\x00" not in value else None


def _opaque(etag: str) -> str:
    """An ETag without its weakness and without the mark that a server adds for its content coding."""
    tag = etag.strip().removeprefix("W/").strip('"')
    for coding in _CODINGS:
        tag = tag.removesuffix(coding)
    return tag
