"""What the answer to a page request means. Pure: decisions apart from I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urljoin

from processing.address import canonical
from processing.errors import PageError
from processing.store.frontier import Left, PageToFetch
from processing.store.relooks import LookedAgain
from spiders.schedule import PAGE_BACKOFF, next_attempt, next_relook, retry_after

MAX_HOPS = 5
"""Redirects followed for one page."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_NEVER = frozenset({400, 401, 402, 405, 406, 407, 414, 451})
"""Refusals that will not change by asking again: login, payment, law."""


@dataclass(frozen=True)
class Follow:
    """Ask for this address next; ``known`` is its canonical form."""

    url: str
    known: str


def is_redirect(status: int) -> bool:
    return status in _REDIRECTS


def redirected(page: PageToFetch, asked: str, status: int, location: str | None, hops: int) -> Follow | Left:
    """Where a redirect leads, or why it is not followed. ``hops`` counts the redirects so far, with this one."""
    if not location:
        return Left(page.id, "failed", f"HTTP {status} without a Location", status=status)
    if hops > MAX_HOPS:
        return Left(
            page.id, "failed", f"more than {MAX_HOPS} redirects, the last to {location[:200]}", status=status
        )
    try:
        target = urljoin(asked, location.strip())
        return Follow(target, canonical(target))
    except (PageError, ValueError):
        return Left(
            page.id, "failed", f"redirects to what is no web address: {location[:200]!r}", status=status
        )


def challenged(page: PageToFetch, status: int, challenge: str, now: datetime) -> Left:
    """A challenge to robots in the page's place: asked for once more, the next night, and then left."""
    reason = f"HTTP {status}: {challenge}"
    if page.attempts >= 1:
        return Left(page.id, "failed", f"{reason} (after {page.attempts + 1} attempts)", status=status)
    return Left(page.id, "discovered", reason, next_attempt_at=now + PAGE_BACKOFF[-1], status=status)


def refused_answer(page: PageToFetch, status: int, retry: str | None, now: datetime) -> Left:
    """What a status that is neither success nor redirect makes of the page."""
    reason = f"HTTP {status} {_phrase(status)}".rstrip()
    if status in _GONE:
        return Left(page.id, "gone", reason, status=status)
    if status in _NEVER:
        return Left(page.id, "failed", reason, status=status)
    return tried(page, reason, now, status=status, retry=retry)


def tried(
    page: PageToFetch, reason: str, now: datetime, *, status: int | None = None, retry: str | None = None
) -> Left:
    """A try that failed and may go better next time: later again, or failed when it was the last one."""
    again = next_attempt(now, page.attempts + 1, retry_after(retry, now))
    if again is None:
        return Left(page.id, "failed", f"{reason} (after {page.attempts + 1} attempts)", status=status)
    return Left(page.id, "discovered", reason, next_attempt_at=again, status=status)


def seen_again(page: PageToFetch, left: Left | None, now: datetime) -> LookedAgain:
    """What a second look at an article makes of it when it brings no new copy; ``left`` is None when it is unchanged.

    It is looked at once more while it is fresh, unless it is gone, has moved or refuses us now.
    """
    again = next_relook(page.first_fetched_at or now, now)
    if left is None:
        return LookedAgain(page.id, "unchanged", again)
    if left.state == "gone":
        return LookedAgain(page.id, "not answered" if left.moved_to else "withdrawn", None)
    return LookedAgain(page.id, "not answered", again if left.state == "discovered" else None)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
