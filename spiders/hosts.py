"""How a host is treated: its pace, and when it is left alone. Pure.

A host is a registrable domain (``lemonde.fr`` with all its names), or an address without one: politeness is owed to
whoever runs the machines, not to a name or a source.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from processing.address import host_of, site_of
from processing.errors import PageError
from spiders.catalogue import Source

LONGEST_PACE = 60.0
"""Seconds: a server that is slower than half of this is not waited for any longer."""
_SMOOTHING = 0.25

TROUBLES_AT_MOST = 4
"""Troubles in a row (no answer, or 5xx) after which a host is left alone by this crawl."""
TROUBLED_REST = timedelta(minutes=30)
FIRST_REST = timedelta(minutes=1)
"""After a 429 that does not say how long; doubled with every further one."""
LONGEST_OWN_REST = timedelta(hours=1)
LONGEST_ASKED_REST = timedelta(days=7)
"""A Retry-After counts up to here."""


@dataclass(frozen=True)
class Host:
    """What is known of a host in this crawl."""

    latency: float | None = None
    """Seconds from a request to the end of its answer, smoothed."""
    troubles: int = 0
    """Answers in a row that were none, or 5xx."""
    refusals: int = 0
    """429 in a row."""


@dataclass(frozen=True)
class LeaveAlone:
    """Ask nothing of a host for a while."""

    wait: timedelta
    reason: str
    asked: bool
    """The host asked for it, so every crawl keeps to it; else only this one does."""


def host_key(hostname: str) -> str:
    """The registrable domain of a host name, or the name itself where it has none."""
    try:
        return site_of(f"http://{hostname}/")
    except PageError:
        return hostname.lower()


def hosts_of(source: Source) -> frozenset[str]:
    """The hosts that a source is read from: those of its home page and channels."""
    return frozenset(
        host_key(host_of(url)) for url in (source.homepage, *(url for _, url in source.channels))
    )


def neighbours(sources: Iterable[Source]) -> list[list[str]]:
    """The sources' ids, those that share a host together, in the given order: one crawl must read these."""
    groups: list[tuple[set[str], list[str]]] = []
    for source in sources:
        hosts, ids = set(hosts_of(source)), [source.id]
        apart = []
        for known, members in groups:
            if known & hosts:
                hosts |= known
                ids = members + ids
            else:
                apart.append((known, members))
        groups = [*apart, (hosts, ids)]
    return [ids for _, ids in groups]


def pace(delay: float, crawl_delay: float, latency: float | None) -> float:
    """Least seconds between the beginnings of two requests to a host.

    ``max(delay, crawl-delay, 2 × latency)``: a server has at least as much rest as it had work, up to LONGEST_PACE.
    Without a delay of our own (0, for measuring against our own servers) latency does not count.
    """
    throttle = min(2 * latency, LONGEST_PACE) if latency is not None and delay > 0 else 0.0
    return max(delay, crawl_delay, throttle)


def after_answer(
    host: Host, status: int, retry: timedelta | None, latency: float
) -> tuple[Host, LeaveAlone | None]:
    """The host after an answer, and whether it is left alone now.

    429 or 503 with ``Retry-After``: for as long as it says. 429 without: a minute, doubled each time. 5xx:
    when it is the TROUBLES_AT_MOST-th trouble in a row. A quick error does not make the host look quick.
    """
    known = host.latency
    if known is None:
        smoothed = latency
    elif status < 400 or latency > known:
        smoothed = known + _SMOOTHING * (latency - known)
    else:
        smoothed = known
    answered = replace(host, latency=smoothed)
    if status in (429, 503) and retry:
        wait = min(retry, LONGEST_ASKED_REST)
        return answered, LeaveAlone(wait, f"HTTP {status} with Retry-After", asked=True)
    if status == 429:
        refused = replace(answered, refusals=host.refusals + 1)
        wait = min(FIRST_REST * 2**host.refusals, LONGEST_OWN_REST)
        return refused, LeaveAlone(wait, "HTTP 429", asked=True)
    if status >= 500:
        return _troubled(answered, f"HTTP {status}")
    return replace(answered, troubles=0, refusals=0), None


def after_silence(host: Host, why: str) -> tuple[Host, LeaveAlone | None]:
    """The host after a request that brought no answer."""
    return _troubled(host, why)


def _troubled(host: Host, why: str) -> tuple[Host, LeaveAlone | None]:
    troubles = host.troubles + 1
    if troubles < TROUBLES_AT_MOST:
        return replace(host, troubles=troubles), None
    reason = f"{troubles} requests in a row failed, the last with: {why}"
    return replace(host, troubles=0), LeaveAlone(TROUBLED_REST, reason, asked=False)
