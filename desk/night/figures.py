"""What a night brought, and how it is told in one line.

Figures travel between Airflow's tasks as plain JSON objects (``as_json``, ``from_json``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

NAMED_AT_MOST = 3
"""Sources named in the label of a task that crawls several, and in the first line of a note."""

NOTE_AT_MOST = 1000
"""Characters that Airflow has room for in the note of a run."""


@dataclass(frozen=True)
class CrawlFigures:
    """What one crawl task brought."""

    sources: tuple[str, ...]
    new: int = 0
    """Pages fetched and archived."""
    failed: int = 0
    """Pages and feeds that could not be fetched."""
    down: Mapping[str, str] = field(default_factory=dict)
    """Sources none of whose feeds answered, with the reason."""
    error: str | None = None
    """Why the crawl gave no result at all."""
    run_id: int | None = None
    """Its row in ``press.run``."""
    seconds: float = 0.0

    @property
    def label(self) -> str:
        """The name of the task in the grid: « rfi · 42 new, 0 failed »."""
        named = ", ".join(self.sources[:NAMED_AT_MOST])
        if (more := len(self.sources) - NAMED_AT_MOST) > 0:
            named += f" and {more} more"
        if self.error:
            return f"{named} · stopped"
        return f"{named} · {self.new} new, {self.failed} failed"

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "sources": list(self.sources), "down": dict(self.down)}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> CrawlFigures:
        return cls(**{**found, "sources": tuple(found["sources"])})


@dataclass(frozen=True)
class NightFigures:
    """What the whole night brought. A stage that failed, or did not run, has no counts."""

    asked: tuple[str, ...] | None
    """The sources that were due; None when they could not be listed."""
    crawls: tuple[CrawlFigures, ...] = ()
    """Of the crawl tasks that told anything."""
    extracted: Mapping[str, int] | None = None
    flagged: Mapping[str, int] | None = None

    @property
    def down(self) -> dict[str, str]:
        """The sources that brought nothing because they, or their crawl, failed; with the reason."""
        told = {source for crawl in self.crawls for source in crawl.sources}
        found = {source: "its crawl was killed" for source in self.asked or () if source not in told}
        for crawl in self.crawls:
            found |= dict.fromkeys(crawl.sources, crawl.error) if crawl.error else crawl.down
        return found

    @property
    def answered(self) -> int:
        """How many sources gave a result."""
        return len(self.asked or ()) - len(self.down)

    @property
    def failure(self) -> str | None:
        """Why the night as a whole failed; None when it did not (sources may be down all the same)."""
        if self.asked is None:
            return "the sources could not be listed: see the task due_sources"
        if self.asked and not self.answered:
            return f"none of {_many(len(self.asked), 'source')} could be crawled: see the tasks crawl, and the network"
        if self.extracted is None:
            return "the pages were not extracted: see the task extract"
        if self.flagged is None:
            return "the articles were not flagged: see the task flag"
        return None

    def counts(self) -> dict[str, int]:
        """Named whole numbers, for the row in ``press.run``."""
        extracted, flagged = self.extracted or {}, self.flagged or {}
        return {
            "sources": len(self.asked or ()),
            "sources_down": len(self.down),
            "pages_new": sum(crawl.new for crawl in self.crawls),
            "pages_failed": sum(crawl.failed for crawl in self.crawls),
            "articles": extracted.get("articles", 0),
            "quarantined": extracted.get("quarantined", 0) + flagged.get("quarantined", 0),
            "mentions": flagged.get("mentions", 0),
            "articles_with_mentions": flagged.get("with_mentions", 0),
        }

    def note(self) -> str:
        """The note of the run, in Markdown, 1,000 characters at most: the figures, then what went wrong.

        The UI shows the first paragraph, the rest when asked.
        """
        n = self.counts()
        lines = [
            f"**{_many(n['mentions'], 'mention')}** in {_many(n['articles_with_mentions'], 'article')}; "
            f"{_many(n['articles'], 'new article')} from {_many(n['pages_new'], 'new page')}; "
            f"{self.answered} of {_many(n['sources'], 'source')} answered{_down(sorted(self.down))}."
        ]
        if n["quarantined"]:
            lines.append(f"{_many(n['quarantined'], 'page')} in quarantine.")
        if self.failure:
            lines.insert(0, f"**Failed**: {self.failure}.")
        down = [f"**{source}** is down: {_cut(reason, 200)}" for source, reason in sorted(self.down.items())]
        while len(note := "\n\n".join([*lines, *down])) > NOTE_AT_MOST:
            # One that does not fit makes room for saying so.
            down = down[:-1] if down[-1].startswith("**") else down[:-2]
            down.append(f"… and {_many(len(self.down) - len(down), 'more source')}.")
        return note


def batches(groups: Sequence[Sequence[str]], tasks: int) -> list[list[str]]:
    """Share groups of sources out over at most ``tasks`` tasks: one each while they suffice, else as evenly as may be.

    A group (sources that share a host) is never divided.
    """
    if not groups:
        return []
    size, larger = divmod(len(groups), min(tasks, len(groups)))
    shared, at = [], 0
    for number in range(min(tasks, len(groups))):
        step = size + (number < larger)
        shared.append([source for group in groups[at : at + step] for source in group])
        at += step
    return shared


def _down(sources: Sequence[str]) -> str:
    if not sources:
        return ""
    named = ", ".join(_cut(source, 60) for source in sources[:NAMED_AT_MOST])
    return f" (down: {named}{f' and {more} more' if (more := len(sources) - NAMED_AT_MOST) > 0 else ''})"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
