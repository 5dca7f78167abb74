"""
### The polls of the day

| | |
| --- | --- |
| **Frequency** | a quarter past each hour from 07:15 to 23:15, Europe/Paris |
| **Source** | those channels whose own interval has passed; at most 20 new pages a source |
| **Does** | the same as the night, for what is due by day: fast feeds lose items before 02:00 |
| **Reads** | the catalogue, the sites' feeds, sitemaps and section pages |
| **Writes** | the archive (WARC), `press.page`, `press.poll`; then the asset `pages`, when a page waits |
| **Checks** | as in the night |

**When it fails**: as in the night. An hour that was missed is made good by the next.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag

from desk.night import defaults
from desk.night.chain import crawl_chain


@dag(
    dag_id="daytime_poll",
    description="Looks each hour at the channels that are due.",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("15 7-23 * * *", timezone=defaults.ZONE, run_immediately=False),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=1),
    allowed_run_types=["scheduled", "manual"],  # type: ignore[list-item]  # its type is private to the SDK
    tags=["crawl"],
    default_args=defaults.TASKS,
)
def daytime_poll() -> None:
    """One hour."""
    crawl_chain(light=True, limit=20)


daytime_poll()
