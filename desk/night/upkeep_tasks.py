"""The upkeep joined to Airflow's tasks: a function here is the whole body of a task of the DAG ``maintenance``.

Each task adds a sentence to the note of the run, so that it says how far a run came that failed.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from airflow.sdk import get_current_context

from desk.night import note
from desk.night.connection import database_url
from desk.stack.layout import Layout
from processing.settings import load_settings

log = logging.getLogger("vedette.night")

logging.getLogger("alembic").setLevel(logging.WARNING)


def back_up() -> dict[str, Any]:
    """Dump the database; returns the path of the backup and its figures."""
    from desk.night.stages import stoppable
    from processing.store.migrate import migrate
    from processing.upkeep import backups, telling

    settings, url = load_settings(), database_url()
    with stoppable():
        migrate(url)
        made = backups.backup(settings, url)
    _say(None, f"**{telling.backed_up(made)}**")
    return {"path": str(made.path), "bytes": made.bytes, "seconds": round(made.seconds, 1)}


def restore_test(made: Mapping[str, Any]) -> dict[str, Any]:
    """Restore the backup of this run into a scratch database and compare."""
    from desk.night.stages import stoppable
    from processing.upkeep import restoring, telling

    with stoppable():
        done = restoring.restore_test(load_settings(), database_url(), Path(made["path"]))
    _say("back_up", telling.restored(done))
    return {
        "tables": len(done.contents.rows),
        "rows": done.contents.stored,
        "seconds": round(done.seconds, 1),
    }


def remove_old() -> dict[str, int]:
    """Remove what has outlived its time; returns what went."""
    from desk.night.stages import stoppable
    from processing.upkeep import retention, telling

    settings = load_settings()
    with stoppable():
        done = retention.remove_old(settings, database_url(), logs=_task_logs(settings.home))
    _say("test_restore", telling.removed(done))
    return {**done.counts, "free_bytes": done.free}


def vacuum() -> dict[str, Any]:
    """Clear tables of dead rows; returns which, and the largest tables and indexes in bytes."""
    from desk.night.stages import stoppable
    from processing.store.connect import connect
    from processing.upkeep import telling
    from processing.upkeep import vacuum as tables

    url = database_url()
    with stoppable():
        done = tables.vacuum(url)
    with connect(url) as conn:
        largest = tables.largest(conn)
    done_said = telling.vacuumed(done.tables, done.database_bytes)
    _say("remove_old", f"{done_said}.\n\nLargest: {telling.largest(largest)}.")
    return {
        "tables": list(done.tables),
        "database_bytes": done.database_bytes,
        "largest": {one.name: one.bytes for one in largest},
    }


def _task_logs(home: Path) -> list[Path]:
    """Where the tasks' logs lie: in the stack's folder, or where Airflow is told to write them."""
    told = os.environ.get("AIRFLOW__LOGGING__BASE_LOG_FOLDER")
    folders = [Layout(home).logs, *([Path(told)] if told else [])]
    return [
        one for one in folders if not any(one != other and one.is_relative_to(other) for other in folders)
    ]


def _say(after: str | None, sentence: str) -> None:
    """Leave what the task before has said, and this sentence, where the plugin finds it (note.py), and in the log."""
    ti = get_current_context()["ti"]
    before = ti.xcom_pull(task_ids=after, key=note.KEY) if after else None
    text = f"{before}; {sentence}" if before else sentence
    # The plugin takes the newest one for the note of the run.
    ti.xcom_push(note.KEY, text)
    log.info("%s", text)
