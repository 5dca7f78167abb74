"""
### The crawl of the night

| | |
| --- | --- |
| **Frequency** | every night at 02:00, Europe/Paris; press « Trigger » for one now |
| **Source** | the French-language press of the catalogue |
| **Does** | looks at each channel that is due, archives new pages; a task for each source (or for all at a host) |
| **Reads** | the catalogue, the sites' feeds, sitemaps and section pages |
| **Writes** | the archive (WARC), `press.page`, `press.poll`, `press.run` |
| **Starts** | `extract_articles`, by the asset `pages` |
| **Checks** | no feed of a source answers, or it brings less than on any day of four weeks: |
| | that task fails, the night goes on |
| | more than half of the sources cannot be crawled: the night fails, and nothing is handed on |

**When it fails**

* *One source is red*: its name in the list of mapped tasks and the end of its log say why. A timeout or 5xx is tried
  again after a quarter of an hour, a 403 or a broken feed not before the next night. Nothing is lost. When it stays
  red: `vedette sources check ID`.
* *`due_sources` is red*: the database or the catalogue; the log names it. Clear the task with its downstream tasks when
  it is mended.
* *`close_crawl` is red*: most sources failed, so the network is the likely cause. Clear the failed `crawl` tasks with
  their downstream ones.

Everything may be cleared and run again at any time: each page is stored once. A night of the past cannot be run again,
since feeds only tell what is new; hence no backfill.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, Param, dag

from desk.night import defaults
from desk.night.chain import crawl_chain


@dag(
    dag_id="overnight_crawl",
    description="Crawls every source that is due and archives what is new.",
    doc_md=__doc__,
    # No start date: the first start waits for the first 02:00 instead of making up for the last one.
    schedule=CronTriggerTimetable("0 2 * * *", timezone=defaults.ZONE, run_immediately=False),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=4),
    allowed_run_types=["scheduled", "manual"],  # type: ignore[list-item]  # its type is private to the SDK
    tags=["crawl"],
    params={
        "sources": Param(
            None,
            type=["null", "array"],
            items={"type": "string"},
            title="Sources",
            description="Ids of the sources to crawl, one a line; empty: all that are due.",
        ),
        "due_or_not": Param(
            False,
            type=["null", "boolean"],
            title="Due or not",
            description="Look at every source, also at those that were looked at a moment ago.",
        ),
    },
    default_args=defaults.TASKS,
)
def overnight_crawl() -> None:
    """One night."""
    crawl_chain()


overnight_crawl()
