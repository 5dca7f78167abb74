"""What a crawl did, as numbers: the seam between the crawling process and whoever started it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields


@dataclass
class SourceCounts:
    """What a crawl did at one source. The crawl counts up; readers take it as it is."""

    polls_ok: int = 0
    """Looks at a channel that brought items, or an empty list."""
    polls_unchanged: int = 0
    """304, or the same body."""
    polls_failed: int = 0
    discovered: int = 0
    """Articles announced, known ones too."""
    new: int = 0
    """Announced for the first time."""
    fetched: int = 0
    """Archived and registered."""
    moved: int = 0
    """Redirected to an article that has a row of its own."""
    looked_again: int = 0
    """Fresh articles asked for again."""
    changed: int = 0
    """Those that came with another body, archived and registered."""
    withdrawn: int = 0
    """Those that are gone."""
    unanswered: int = 0
    """Those of which nothing can be said: no answer, a refusal, an error."""
    gone: int = 0
    failed: int = 0
    """Tries that failed; the page is tried again or left as failed."""
    refused_robots: int = 0
    refused_tdm: int = 0
    bytes: int = 0
    """Of bodies fetched, channels and pages, decoded."""

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True)
class CrawlOutcome:
    """A crawl that ended by itself."""

    run_id: int
    finish_reason: str
    """``finished``."""
    totals: dict[str, int]
    """Every field of SourceCounts summed, and ``sources``, ``segments``, ``records`` and ``orphans`` (open segments
    of killed crawls, put aside)."""
    per_source: dict[str, SourceCounts]
    seconds: float
    busy: tuple[str, ...] = ()
    """Sources left out because another crawl has them."""
    scrapy: dict[str, int | float | str] = field(default_factory=dict)
    """Scrapy's own statistics."""


@dataclass(frozen=True)
class Progress:
    """How far a running crawl is."""

    source: str | None
    """Whose page came last."""
    polled: int
    channels: int
    fetched: int
    queued: int
    """Pages that wait in this crawl."""


def totals(counts: Iterable[SourceCounts]) -> dict[str, int]:
    """Sums over sources, by field."""
    summed = {f.name: 0 for f in fields(SourceCounts)}
    for one in counts:
        for name, value in one.as_dict().items():
            summed[name] += value
    return summed
