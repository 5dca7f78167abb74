"""robots.txt by RFC 9309: what an answer means. Pure.

2xx: the rules count. Redirects are followed before. 4xx: there are no rules, everything may be fetched
(§2.3.1.3). 5xx, timeouts and unreachable servers: nothing may be fetched for the time being (§2.3.1.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from protego import Protego

AGENT = "Vedette"
"""The product token that a robots.txt group names to mean us."""

MAX_BYTES = 500 * 1024
"""RFC 9309 §2.5: at least 500 KiB are read; the rest is not."""

Answer = Literal["yes", "no", "later"]


@dataclass(frozen=True)
class Robots:
    """The rules of one origin."""

    rules: Protego | None
    unreachable: str | None = None
    """Why the rules are unknown; everything is forbidden until they are known."""

    def allows(self, url: str) -> Answer:
        """``later``: not known now."""
        if self.unreachable is not None:
            return "later"
        return "yes" if self.rules is None or self.rules.can_fetch(url, AGENT) else "no"

    @property
    def delay(self) -> float:
        """Seconds between two requests: crawl-delay, or what request-rate comes to; 0 without either."""
        if self.rules is None:
            return 0.0
        rate = self.rules.request_rate(AGENT)
        by_rate = rate.seconds / rate.requests if rate and rate.requests else 0.0
        return max(float(self.rules.crawl_delay(AGENT) or 0.0), by_rate)


def robots_of(status: int, body: bytes) -> Robots:
    """What an answer to ``/robots.txt`` means."""
    if 200 <= status < 300:
        return Robots(Protego.parse(body[:MAX_BYTES].decode("utf-8-sig", "replace")))
    if status >= 500 or status == 429:
        return Robots(None, f"robots.txt answers {status}")
    return Robots(None)


def is_final(status: int) -> bool:
    """Whether an answer counts for a day; 429 and 5xx only say « not now »."""
    return status < 500 and status != 429


def robots_unreachable(why: str) -> Robots:
    """No answer came."""
    return Robots(None, f"robots.txt cannot be read ({why})")
