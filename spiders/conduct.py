"""What the middlewares of politeness need of whatever a spider works at: a crawl, or a look at one source."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from scrapy.crawler import Crawler

from processing.store.hosts import Rest, RulesFile, RulesRead


@runtime_checkable
class Conduct(Protocol):
    """How to behave, and what is remembered of hosts."""

    def delay(self, source_id: str) -> float:
        """Least seconds between two requests to a host, before robots.txt has its say."""
        ...

    def resting(self) -> list[Rest]:
        """Hosts that were left alone before and rest still."""
        ...

    def let_rest(self, rest: Rest) -> None:
        """Remember that a host asked to be left alone."""
        ...

    def rules_read(self, origin: str, file: RulesFile) -> RulesRead | None:
        """robots.txt or tdmrep.json of an origin, where it was read less than a day ago."""
        ...

    def keep_rules(self, origin: str, file: RulesFile, rules: RulesRead) -> None:
        """Remember them."""
        ...


def conduct_of(crawler: Crawler) -> Conduct:
    """The conduct of a running spider, its ``work``. Raises RuntimeError before it is open."""
    work = getattr(crawler.spider, "work", None)
    if not isinstance(work, Conduct):
        raise RuntimeError("there is no spider yet")  # noqa: TRY004 - a state, not a type
    return work
