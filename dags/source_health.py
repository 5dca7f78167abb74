"""
### The watch

| | |
| --- | --- |
| **Frequency** | every day at 06:45, Europe/Paris, after the night and the brief; press « Trigger » for one now |
| **Source** | what the night left in the database, and the disk |
| **Does** | looks at what is wrong: sources failing, silent or low; failed stages; no night; what waits for a day; |
| | a growing quarantine; a full disk. One message tells what is new and fixed, once a week what is still open |
| **Reads** | `press.v_source_health`, `press.run`, `press.page`, `press.article`, `press.quarantine` |
| **Writes** | `press.alert`, `press.run`; the banner of the home page shows what is open |
| **Checks** | every address of `VEDETTE_ALERTS` takes the message; what was not taken is sent again the next time |

A task `tell` that is pink (skipped) means that `VEDETTE_ALERTS` names no address.

**When it fails** a plain message goes out at once, without the database.

* *`look` is red*: the database cannot be reached, as a rule; its log says so. Clear it when that is mended.
* *`tell` is red*: its log names the service that did not take the message. Mend `VEDETTE_ALERTS` or the service, clear
  the task.

`vedette alerts` lists what is open; `vedette alerts silence SUBJECT --until DAY --because WHY` lets one rest.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag, task

from desk.alerts import taskflow
from desk.night import defaults


@dag(
    dag_id="source_health",
    description="Looks at what is wrong, and tells what is new and what is fixed.",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("45 6 * * *", timezone=defaults.ZONE, run_immediately=False),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=30),
    allowed_run_types=["scheduled", "manual"],  # type: ignore[list-item]  # its type is private to the SDK
    tags=["watch"],
    default_args=defaults.TASKS,
    on_failure_callback=taskflow.watch_failed,
)
def source_health() -> None:
    """One look."""

    @task(execution_timeout=timedelta(minutes=10))
    def look() -> dict[str, int]:
        """Writes what is wrong into `press.alert`."""
        return taskflow.look()

    @task(execution_timeout=timedelta(minutes=5))
    def tell() -> dict[str, int]:
        """Sends what is new and what is fixed to the addresses of `VEDETTE_ALERTS`."""
        return taskflow.tell()

    look() >> tell()


source_health()
