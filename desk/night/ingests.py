"""WARC files are read into the store: what the tasks do, and how it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from desk.night.errors import ArchiveAway, ArchiveDamaged, NightFailed, RunParamsError
from desk.night.figures import batches, fitted, many, named_at_most
from desk.night.stages import TASKS_AT_MOST
from processing.archive.fetching import Fetching, is_web_address, named
from processing.errors import CatalogueError
from processing.ingest import ingest
from processing.settings import Settings
from processing.stage import OnProgress, silent
from processing.store.connect import connect
from processing.store.migrate import migrate
from spiders.catalogue import load_catalogue
from spiders.settings import user_agent
from spiders.sync import sync_catalogue


@dataclass(frozen=True)
class IngestFigures:
    """What one task brought."""

    files: tuple[str, ...]
    """Addresses and paths."""
    pages: int = 0
    new: int = 0
    """Pages that the store did not have."""
    known: int = 0
    """Files that were ingested before."""
    outside: int = 0
    """Pages that are not of the dates that were asked for."""
    away: int = 0
    """Files whose server may be back later."""
    faults: tuple[str, ...] = ()
    """One line for each file that could not be read to its end."""
    error: str | None = None
    """Why there is no result at all."""

    @property
    def label(self) -> str:
        """The name of the task: « CC-NEWS-….warc.gz · 1,204 pages »."""
        name = named_at_most([named(file) for file in self.files])
        if self.error:
            return f"{name} · stopped"
        if self.known == len(self.files):
            return f"{name} · read before"
        damaged = f", {many(len(self.faults), 'file')} not read whole" if self.faults else ""
        return f"{name} · {many(self.pages, 'page')}{damaged}"

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "files": list(self.files), "faults": list(self.faults)}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> IngestFigures:
        return cls(**{**found, "files": tuple(found["files"]), "faults": tuple(found["faults"])})


def share_out_files(
    settings: Settings, database_url: str, addresses: Sequence[str], source_id: str | None
) -> list[list[str]]:
    """The files of each task. The schema and the catalogue are brought up to date before.

    Raises RunParamsError for what is neither an absolute path nor an http(s) address, and CatalogueError for a source
    that the catalogue does not have.
    """
    files = list(dict.fromkeys(address.strip() for address in addresses if address.strip()))
    if not files:
        raise RunParamsError("no addresses were given: trigger the DAG with one a line")
    for file in files:
        if not is_web_address(file) and not Path(file).is_absolute():
            raise RunParamsError(f"{file!r} is neither an absolute path nor an http(s) address")
    catalogue = load_catalogue(settings.catalogue)
    if source_id is not None and source_id not in {source.id for source in catalogue}:
        raise CatalogueError(f"the catalogue has no source {source_id}: see `vedette sources list`")
    migrate(database_url)
    with connect(database_url) as conn:
        sync_catalogue(conn, catalogue)
    return batches([[file] for file in files], TASKS_AT_MOST)


def ingest_files(
    settings: Settings,
    database_url: str,
    files: Sequence[str],
    *,
    source_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    on_progress: OnProgress = silent,
) -> IngestFigures:
    """Fetch the files that are elsewhere, and register the pages of all."""
    outcome, faults = ingest(
        database_url,
        files,
        source_id=source_id,
        since=since,
        until=until,
        fetching=Fetching.by(settings, user_agent(settings)),
        on_progress=on_progress,
    )
    counts = outcome.counts
    return IngestFigures(
        tuple(files),
        pages=counts["pages"],
        new=counts["new"],
        known=counts.get("known", 0),
        outside=counts.get("outside", 0),
        away=counts.get("away", 0),
        faults=faults,
    )


def require_whole(figures: IngestFigures) -> None:
    """Raise ArchiveAway when a server may be back later, ArchiveDamaged when a file cannot be read to its end."""
    if figures.faults:
        raise (ArchiveAway if figures.away else ArchiveDamaged)("; ".join(figures.faults))


@dataclass(frozen=True)
class ReadingFigures:
    """What all the tasks of a run brought."""

    asked: int | None
    """Files that were asked for; None when they could not be shared out."""
    ingests: tuple[IngestFigures, ...] = ()

    def counts(self) -> dict[str, int]:
        """Named whole numbers, for the asset event."""
        names = ("pages", "new", "known", "outside")
        summed = {name: sum(getattr(one, name) for one in self.ingests) for name in names}
        return {"files": self.asked or 0, "files_faulty": len(self.faults), **summed}

    @property
    def faults(self) -> list[str]:
        """One line for each file that was not read to its end, as far as it is known."""
        told = [line for one in self.ingests for line in one.faults]
        return told + [f"{one.label}: {one.error}" for one in self.ingests if one.error]

    def note(self) -> str:
        """The note of the run."""
        n = self.counts()
        rest = f"; {n['known']:,} read before" if n["known"] else ""
        rest += f"; {n['outside']:,} pages of other dates" if n["outside"] else ""
        first = f"**{many(n['new'], 'new page')}** of {n['pages']:,} in {many(n['files'], 'file')}{rest}."
        return fitted([first], [f"**not read**: {line[:200]}" for line in self.faults])

    def require_any(self) -> None:
        """Raise NightFailed when no file gave anything."""
        if self.asked is None:
            raise NightFailed("the files could not be shared out: see the task list_files")
        if not any(one.pages or one.known or not (one.faults or one.error) for one in self.ingests):
            raise NightFailed("none of the files could be read: see the tasks ingest")
