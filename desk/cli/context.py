"""What a command needs before it can work: settings, a database, progress bars."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from desk.cli.printing import err
from processing.settings import Settings, load_settings
from processing.stage import Progress
from processing.store import embedded
from processing.store.connect import SCHEMA_VERSION, connect, schema_version


@dataclass(frozen=True, slots=True)
class Database:
    """An open, migrated database and the settings it was opened with."""

    settings: Settings
    url: str
    conn: Connection[TupleRow]


@contextmanager
def database() -> Iterator[Database]:
    """Open the database of the settings, migrating it when it is older than this Vedette.

    Raises StoreError (unreachable), StackError (the embedded server does not start).
    """
    settings = load_settings()
    with embedded.database(settings) as url, connect(url) as conn:
        if schema_version(conn) != SCHEMA_VERSION:
            # Imported late: Alembic costs a third of a second that no other command needs to pay.
            from processing.store.migrate import migrate

            migrate(url)
        yield Database(settings, url, conn)


class Watch:
    """Shows the progress of the stages: bars on a terminal, a line per stage elsewhere."""

    def __init__(self) -> None:
        self._bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.description:<8}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
            console=err,
            disable=not err.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Watch:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def __call__(self, progress: Progress) -> None:
        if progress.stage not in self._tasks:
            self._tasks[progress.stage] = self._bars.add_task(progress.stage, total=None, note="")
            if not err.is_terminal:
                of = f" {progress.total} waiting" if progress.total else ""
                err.print(f"{progress.stage}:{of} …")
        self._bars.update(
            self._tasks[progress.stage], completed=progress.done, total=progress.total, note=progress.note
        )
