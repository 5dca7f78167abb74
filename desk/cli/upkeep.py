"""``vedette db backup``, ``restore`` and ``upkeep``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desk.cli import database as database_commands
from desk.cli.context import database
from desk.cli.findings import Json
from desk.cli.printing import as_json_lines, err, out
from processing.settings import load_settings
from processing.store import embedded
from processing.store.connect import SCHEMA_VERSION, connect, masked

if TYPE_CHECKING:
    from processing.upkeep.backups import Backup


def register(_app: typer.Typer) -> None:
    group = database_commands.group
    group.command("backup", epilog="Example: `vedette db backup --test`")(backup_command)
    group.command(
        "restore", epilog="Example: `vedette db restore var/backups/vedette-20261125T021500Z.dump`"
    )(restore_command)
    group.command("upkeep", epilog="Example: `vedette db upkeep --dry-run`")(upkeep_command)


def backup_command(
    test: Annotated[
        bool, typer.Option("--test", help="Restore it into a scratch database and compare, table by table.")
    ] = False,
    json: Json = False,
) -> None:
    """Write a backup of the database under VEDETTE_BACKUPS, beside anything that is at work."""
    from processing.upkeep import backups, restoring, telling

    with database() as db:
        made = backups.backup(db.settings, db.url)
        said = telling.backed_up(made)
        if test:
            # The message of a restore test that fails names the backup.
            restored = restoring.restore_test(db.settings, db.url, made.path)
            made = restored.backup
            said += f", {telling.restored(restored)}"
    if json:
        as_json_lines([_as_row(made)])
    else:
        out.print(str(made.path), soft_wrap=True)
    err.print(said)


def restore_command(
    file: Annotated[Path, typer.Argument(help="A backup.", dir_okay=False)],
    empty_first: Annotated[
        bool, typer.Option("--empty-first", help="Drop what the database holds for it.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Put a backup in the place of what the database holds, all or nothing, and migrate it to this Vedette.

    A database that has rows is refused without --empty-first, as it is while a stage works. The archive stays as it is.
    """
    from processing.store.migrate import migrate
    from processing.upkeep import restoring, telling

    with embedded.database(load_settings()) as url:
        made, present = restoring.check_restorable(url, file, empty_first=empty_first)
        if present.stored and not yes:
            typer.confirm(
                f"{masked(url)} holds {present.stored:,} rows, which go. Put {telling.told(made)} in their place?",
                abort=True,
                err=True,
            )
        restored = restoring.restore(url, file, empty_first=empty_first)
        if restored.contents.schema_version != SCHEMA_VERSION:
            migrate(url)
            err.print(f"schema {restored.contents.schema_version} → {SCHEMA_VERSION}")
    if json:
        as_json_lines([{**_as_row(made), "rows": dict(restored.contents.rows)}])
    err.print(telling.put_back(restored))


def upkeep_command(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    json: Json = False,
) -> None:
    """Remove what has outlived its time, and clear the tables of dead rows.

    What is kept how long: VEDETTE_KEEP_BACKUPS, VEDETTE_KEEP_POLLS, VEDETTE_KEEP_ARCHIVE. Articles, mentions and runs
    stay for ever.
    """
    from desk.stack.layout import Layout
    from processing.upkeep import retention, telling, vacuum

    with database() as db:
        logs = [Layout(db.settings.home).logs]
        removed = retention.remove_old(db.settings, db.url, logs=logs, dry_run=dry_run)
        if dry_run:
            # Autocommit: nothing is held by these questions.
            tables, size = tuple(vacuum.needing_vacuum(db.conn)), vacuum.database_size(db.conn)
        else:
            vacuumed = vacuum.vacuum(db.url)
            tables, size = vacuumed.tables, vacuumed.database_bytes
        with connect(db.url) as conn:
            largest = vacuum.largest(conn)
    if json:
        as_json_lines(
            [
                {
                    **removed.counts,
                    "dry_run": dry_run,
                    "vacuumed": list(tables),
                    "database_bytes": size,
                    "free_bytes": removed.free,
                    "largest": [{"name": one.name, "kind": one.kind, "bytes": one.bytes} for one in largest],
                }
            ]
        )
        return
    for relation in largest:
        out.print(f"{telling.size(relation.bytes):>9}  {relation.kind}  {relation.name}")
    err.print(f"{'would go' if dry_run else 'gone'}: {telling.removed(removed)}")
    err.print(telling.vacuumed(tables, size, dry_run=dry_run))


def _as_row(made: Backup) -> dict[str, Any]:
    return {
        "path": str(made.path),
        "taken_at": made.taken_at,
        "bytes": made.bytes,
        "schema_version": made.contents.schema_version if made.contents else None,
        "rows": dict(made.contents.rows) if made.contents else None,
        "restored_at": made.restored_at,
    }
