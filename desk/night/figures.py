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
    away: tuple[str, ...] = ()
    """Those of them whose reason passes by itself."""
    quiet: Mapping[str, str] = field(default_factory=dict)
    """Sources that brought less than ever, with the figures."""
    error: str | None = None
    """Why the crawl gave no result at all."""
    run_id: int | None = None
    """Its row in ``press.run``."""
    seconds: float = 0.0

    @property
    def label(self) -> str:
        """The name of the task in the grid: « rfi · 42 new, 0 failed »."""
        named = named_at_most(self.sources)
        if self.error:
            return f"{named} · stopped"
        return f"{named} · {self.new} new, {self.failed} failed"

    def as_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "sources": list(self.sources),
            "down": dict(self.down),
            "away": list(self.away),
            "quiet": dict(self.quiet),
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> CrawlFigures:
        return cls(**{**found, "sources": tuple(found["sources"]), "away": tuple(found["away"])})


@dataclass(frozen=True)
class NightFigures:
    """What all the crawls of a night brought."""

    asked: tuple[str, ...] | None
    """The sources that were due; None when they could not be listed."""
    crawls: tuple[CrawlFigures, ...] = ()
    """Of the crawl tasks that told anything."""

    @property
    def down(self) -> dict[str, str]:
        """The sources that brought nothing because they, or their crawl, failed; with the reason."""
        told = {source for crawl in self.crawls for source in crawl.sources}
        found = {source: "its crawl was killed" for source in self.asked or () if source not in told}
        for crawl in self.crawls:
            found |= dict.fromkeys(crawl.sources, crawl.error) if crawl.error else crawl.down
        return found

    @property
    def quiet(self) -> dict[str, str]:
        """The sources that brought less than ever, with the figures."""
        return {source: said for crawl in self.crawls for source, said in crawl.quiet.items()}

    @property
    def answered(self) -> int:
        """How many sources gave a result."""
        return len(self.asked or ()) - len(self.down)

    @property
    def failure(self) -> str | None:
        """Why the night as a whole failed; None when it did not (less than half of the sources may be down)."""
        if self.asked is None:
            return "the sources could not be listed: see the task due_sources"
        if self.asked and not self.answered:
            return f"none of {many(len(self.asked), 'source')} could be crawled: see the tasks crawl, and the network"
        if len(self.asked) < 2 * len(self.down):
            return (
                f"only {self.answered} of {many(len(self.asked), 'source')} could be crawled: "
                "see the tasks crawl, and the network"
            )
        return None

    def counts(self) -> dict[str, int]:
        """Named whole numbers, for the row in ``press.run``."""
        return {
            "sources": len(self.asked or ()),
            "sources_down": len(self.down),
            "sources_quiet": len(self.quiet),
            "pages_new": sum(crawl.new for crawl in self.crawls),
            "pages_failed": sum(crawl.failed for crawl in self.crawls),
        }

    def note(self) -> str:
        """The note of the run, in Markdown, 1,000 characters at most: the figures, then what went wrong.

        The UI shows the first paragraph, the rest when asked.
        """
        n = self.counts()
        lines = [
            f"**{many(n['pages_new'], 'new page')}**; "
            f"{self.answered} of {many(n['sources'], 'source')} answered{_down(sorted(self.down))}."
        ]
        if self.failure:
            lines.insert(0, f"**Failed**: {self.failure}.")
        told = [f"**{source}** is down: {_cut(reason, 200)}" for source, reason in sorted(self.down.items())]
        told += [f"**{source}** is quiet: {_cut(said, 200)}" for source, said in sorted(self.quiet.items())]
        return fitted(lines, told)


def stage_note(stage: str, counts: Mapping[str, int]) -> str:
    """The note of a run of one stage: « **12 articles**; 3 not article, 1 quarantined »."""
    n = dict(counts)
    if stage == "flag":
        told = (
            f"**{many(n.get('mentions', 0), 'mention')}** in {many(n.get('with_mentions', 0), 'article')}; "
            f"{many(n.get('articles', 0), 'article')} read"
        )
        rest = {name: count for name, count in n.items() if name == "quarantined"}
    else:
        told = f"**{many(n.pop('articles', 0), 'article')}**"
        rest = n
    others = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in rest.items() if count)
    return f"{told}{'; ' if others else ''}{others}."


def fitted(lines: Sequence[str], told: Sequence[str]) -> str:
    """The lines, then as many of what is told as a note has room for, and how many there were more."""
    shown = list(told)
    while len(note := "\n\n".join([*lines, *shown])) > NOTE_AT_MOST:
        # One that does not fit makes room for saying so.
        shown = shown[:-1] if shown[-1].startswith("**") else shown[:-2]
        shown.append(f"… and {many(len(told) - len(shown), 'more source')}.")
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


def named_at_most(names: Sequence[str]) -> str:
    """« rfi, opex360, tass and 4 more »."""
    named = ", ".join(names[:NAMED_AT_MOST])
    return named + (f" and {more} more" if (more := len(names) - NAMED_AT_MOST) > 0 else "")


def many(count: int, thing: str) -> str:
    """« 1 source », « 1,200 sources »."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _down(sources: Sequence[str]) -> str:
    if not sources:
        return ""
    return f" (down: {named_at_most([_cut(source, 60) for source in sources])})"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
