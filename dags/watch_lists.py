"""
### The watch lists

| | |
| --- | --- |
| **Frequency** | whenever `flag_mentions` or `reflag` have found mentions |
| **Source** | stored mentions |
| **Does** | tells each watch list what is new on it, each sentence once (`vedette watch`) |
| **Reads** | `press.watch`, `press.v_mention` |
| **Writes** | `press.told`; messages to `VEDETTE_BRIEF_TO` |
| **Checks** | a message that was not taken is told again next time |

**When it fails**: the log names the list and the service that did not take the message. Clear the task when it is back;
what was told is not told again. Pink: no address is set.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import dag, task

from desk.night import defaults
from desk.night.assets import MENTIONS
from desk.watch import taskflow


@dag(
    dag_id="watch_lists",
    description="Tells what is new on the watch lists.",
    doc_md=__doc__,
    schedule=[MENTIONS],
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=1),
    tags=["desk"],
    default_args=defaults.TASKS,
)
def watch_lists() -> None:
    """All lists that are to be told."""

    @task(execution_timeout=timedelta(minutes=30))
    def tell() -> dict[str, Any]:
        """Sends what is new on each list."""
        return taskflow.tell()

    tell()


watch_lists()
