"""
### Backups and upkeep

| | |
| --- | --- |
| **Frequency** | every day at 04:30, Europe/Paris; press « Trigger » for a backup now |
| **Source** | the database; the archive and the logs under `VEDETTE_HOME` |
| **Does** | backs the database up, restores the backup into a scratch database and compares; removes what has |
| | outlived its time; clears tables of dead rows |
| **Reads** | schema `press` (one snapshot: nobody waits for it) |
| **Writes** | `VEDETTE_BACKUPS`, `press.run`; deletes old rows of `press.poll`, files of `press.segment` |
| | (`removed_at` tells so), orphans, logs of tasks, backups |
| **Checks** | the restored tables have the rows they had when they were dumped; nothing is removed before that |

What is kept: the newest 7 backups and the first of each of six months (`VEDETTE_KEEP_BACKUPS`), looks at feeds for 400
days (`VEDETTE_KEEP_POLLS`), recorded pages for ever (`VEDETTE_KEEP_ARCHIVE`, days), orphans 30 days, logs of tasks 90
days. Articles, mentions and runs stay for ever.

**When it fails**

* *`back_up` is red*: the log names the cause: no room or no right in the folder of the backups, no `pg_dump` as new as
  the server. Mend it, clear the task with its downstream tasks.
* *`test_restore` is red*: the role may not create databases (`ALTER ROLE … CREATEDB`), or the backup is not what was
  dumped; then the table is named. Older backups are kept. Clear `back_up` with its downstream tasks; when the
  second one differs too, look after the server's disk (`pg_amcheck`).
* *`remove_old` is red*: a segment is not where it was registered, so `VEDETTE_HOME` is likely another folder than the
  crawl's; or a file cannot be removed. Nothing is half done: clear the task.
* *`vacuum` is red*: its log says why; nothing depends on it.

To put a backup back: `vedette db restore FILE`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task

from desk.night import defaults, upkeep_tasks


@dag(
    dag_id="maintenance",
    description="Backs the database up, proves the backup, removes what has outlived its time.",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("30 4 * * *", timezone=defaults.ZONE, run_immediately=False),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    allowed_run_types=["scheduled", "manual"],  # type: ignore[list-item]  # its type is private to the SDK
    tags=["upkeep"],
    default_args=defaults.TASKS,
)
def maintenance() -> None:
    """One day."""

    @task(execution_timeout=timedelta(hours=2))
    def back_up() -> dict[str, Any]:
        """Writes a backup of the database."""
        return upkeep_tasks.back_up()

    @task(execution_timeout=timedelta(hours=4))
    def test_restore(made: dict[str, Any]) -> dict[str, Any]:
        """Restores the backup into a scratch database and compares it, table by table."""
        return upkeep_tasks.restore_test(made)

    @task(execution_timeout=timedelta(hours=1))
    def remove_old() -> dict[str, Any]:
        """Removes old looks at feeds, recordings, orphans, logs and backups."""
        return upkeep_tasks.remove_old()

    @task(execution_timeout=timedelta(hours=2))
    def vacuum() -> dict[str, Any]:
        """Clears tables of dead rows and lists the largest."""
        return upkeep_tasks.vacuum()

    test_restore(back_up()) >> remove_old() >> vacuum()  # type: ignore[arg-type]


maintenance()
