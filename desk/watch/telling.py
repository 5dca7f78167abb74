"""Telling what is new on a watch list: nothing twice, nothing lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from psycopg import Connection
from psycopg.rows import TupleRow
from pydantic import SecretStr

from desk.alerts.addresses import addresses
from desk.alerts.message import Message
from desk.watch.feeds import Entry, entries
from desk.watch.saved import from_stored
from processing.errors import WatchError
from processing.store import watches
from processing.zone import PARIS

SENTENCES_AT_MOST = 20
"""Sentences in one message; the others are counted."""

Send = Callable[[str, str], None]
"""Sends a title and a text, and raises when that failed."""


def tell(conn: Connection[TupleRow], name: str, send: Send) -> int:
    """Send what the watch list has not told yet, and note it as told once ``send`` returns; returns how many sentences.

    The list is locked meanwhile, so that two tellers do not tell the same. Noting is in the same transaction: when
    sending raises, or the process dies before the commit, the next call tells it again. Raises WatchError (no such
    list) and what ``send`` raises.
    """
    with conn.transaction():
        watch = watches.watch(conn, name, lock=True)
        new = watches.found(conn, watch, from_stored(watch.filter, watch.name), untold=True)
        if not new:
            return 0
        news = entries(new)
        send(*message(watch.name, news))
        watches.note_told(conn, watch, new)
        return len(news)


def message(name: str, news: Sequence[Entry]) -> tuple[str, str]:
    """Title and plain text: each sentence with outlet, day, what it is and where it stands."""
    parts = [_part(entry) for entry in news[:SENTENCES_AT_MOST]]
    if len(news) > SENTENCES_AT_MOST:
        parts.append(f"and {len(news) - SENTENCES_AT_MOST} more: vedette watch show {name!r}")
    return f"Vedette: {len(news)} new on « {name} »", "\n\n".join(parts)


def _part(entry: Entry) -> str:
    day = entry.published.astimezone(PARIS).strftime("%Y-%m-%d") if entry.published else "undated"
    return f"{entry.source}, {day} [{', '.join(entry.tags)}]\n« {' '.join(entry.sentence.split())} »\n{entry.url}"


def by_apprise(kept: SecretStr) -> Send:
    """The way to the addresses of VEDETTE_BRIEF_TO. Raises WatchError when there is none."""
    from desk.alerts.sending import send

    where = addresses(kept)
    if not where:
        raise WatchError(
            "nobody to tell: VEDETTE_BRIEF_TO names no address; `vedette watch tell --print` tells it here"
        )
    return lambda title, text: send(Message(title=title, body=text), where)
