"""Fresh articles are looked at again, without looking at channels: what the tasks do, and how it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from desk.night.errors import NightFailed, SourceDown
from desk.night.figures import fitted, many, named_at_most
from desk.night.stages import by_host
from processing.errors import CrawlBusyError
from processing.settings import Settings
from processing.store import relooks
from processing.store.connect import connect
from processing.store.migrate import migrate
from spiders.catalogue import load_catalogue
from spiders.launch import crawl
from spiders.outcome import Progress
from spiders.sync import sync_catalogue


@dataclass(frozen=True)
class RecheckFigures:
    """What one task brought."""

    sources: tuple[str, ...]
    looked_again: int = 0
    changed: int = 0
    withdrawn: int = 0
    unanswered: int = 0
    """Articles of which nothing can be said: no answer, or a refusal."""
    busy: bool = False
    """Another crawl was at these sources; it looks at their articles too."""
    error: str | None = None
    """Why there is no result at all."""

    @property
    def label(self) -> str:
        """The name of the task: « rfi · 12 looked at again, 1 changed, 0 withdrawn »."""
        named = named_at_most(self.sources)
        if self.error:
            return f"{named} · stopped"
        if self.busy:
            return f"{named} · another crawl is at it"
        silent = f", {self.unanswered} not answered" if self.unanswered else ""
        return (
            f"{named} · {self.looked_again} looked at again, {self.changed} changed, "
            f"{self.withdrawn} withdrawn{silent}"
        )

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "sources": list(self.sources)}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> RecheckFigures:
        return cls(**{**found, "sources": tuple(found["sources"])})


def share_out_relooks(settings: Settings, database_url: str) -> list[list[str]]:
    """The sources with articles to look at again now, for each task; those that share a host are one task."""
    migrate(database_url)
    catalogue = load_catalogue(settings.catalogue)
    with connect(database_url) as conn:
        sync_catalogue(conn, catalogue)
        due = set(relooks.sources_to_look_again(conn))
    return by_host(catalogue, due)


def look_again(
    settings: Settings,
    database_url: str,
    sources: Sequence[str],
    on_progress: Callable[[Progress], None] | None = None,
    *,
    patience: float = 20.0,
) -> RecheckFigures:
    """Look again at the fresh articles of these sources. Raises CrawlError when nothing came of it."""
    try:
        outcome = crawl(
            settings, database_url, sources, only_relooks=True, on_progress=on_progress, patience=patience
        )
    except CrawlBusyError:
        return RecheckFigures(tuple(sources), busy=True)
    totals = outcome.totals
    return RecheckFigures(
        tuple(sources),
        looked_again=totals["looked_again"],
        changed=totals["changed"],
        withdrawn=totals["withdrawn"],
        unanswered=totals["unanswered"],
    )


def require_answers(figures: RecheckFigures) -> None:
    """Raise SourceDown when articles were asked for and none was answered."""
    if figures.looked_again and figures.unanswered == figures.looked_again:
        raise SourceDown(
            f"none of {many(figures.looked_again, 'article')} was answered; asked again when due"
        )


@dataclass(frozen=True)
class HourFigures:
    """What all the tasks of one hour brought."""

    asked: tuple[str, ...] | None
    """The sources that were due; None when they could not be listed."""
    rechecks: tuple[RecheckFigures, ...] = ()

    @property
    def stopped(self) -> dict[str, str]:
        """The sources of which nothing is known, with the reason."""
        told = {source for recheck in self.rechecks for source in recheck.sources}
        found = {source: "its crawl was killed" for source in self.asked or () if source not in told}
        for recheck in self.rechecks:
            if recheck.error:
                found |= dict.fromkeys(recheck.sources, recheck.error)
        return found

    def counts(self) -> dict[str, int]:
        """Named whole numbers, for the asset event."""
        names = ("looked_again", "changed", "withdrawn", "unanswered")
        summed = {name: sum(getattr(recheck, name) for recheck in self.rechecks) for name in names}
        return {"sources": len(self.asked or ()), "sources_stopped": len(self.stopped), **summed}

    def note(self) -> str:
        """The note of the run."""
        n = self.counts()
        first = (
            f"**{many(n['looked_again'], 'article')} looked at again** at {many(n['sources'], 'source')}; "
            f"{n['changed']:,} changed, {n['withdrawn']:,} withdrawn."
        )
        if n["unanswered"]:
            first = f"{first[:-1]}, {n['unanswered']:,} not answered."
        told = [f"**{source}** was stopped: {why[:200]}" for source, why in sorted(self.stopped.items())]
        return fitted([first], told)

    def require_most(self) -> None:
        """Raise NightFailed when more than half of the sources gave no result."""
        if self.asked is None:
            raise NightFailed("the sources could not be listed: see the task due_sources")
        if len(self.asked) < 2 * len(self.stopped):
            raise NightFailed(
                f"{len(self.stopped)} of {many(len(self.asked), 'source')} gave no result: see the tasks look_again"
            )
