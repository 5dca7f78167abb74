"""Politeness and safety of every request: private hosts, robots.txt, opt-outs, Retry-After."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from scrapy.exceptions import IgnoreRequest

Refusal = Literal["robots", "robots-unknown", "tdm", "private", "wait"]


class Refused(IgnoreRequest):
    """A request that is not sent. Raised by the middlewares, read by the spider's errbacks."""

    def __init__(self, kind: Refusal, reason: str, wait: timedelta | None = None) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.wait = wait
        """How long to wait before asking again, where that is known."""


OWN = "vedette_own_request"
"""Marks, in ``request.meta``, robots.txt and tdmrep.json: they are asked for before the rules are known."""
