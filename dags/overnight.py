"""
### The night

| | |
| --- | --- |
| **Frequency** | every night at 02:00, Europe/Paris; press « Trigger » for one now |
| **Source** | the French-language press of the catalogue |
| **Does** | crawls what is due, one task for each source; cleans the pages; flags mentions of Russia–China cooperation |
| **Reads** | the catalogue, the sites' feeds, sitemaps and section pages |
| **Writes** | the archive (WARC segments), `press.page`, `press.article`, `press.mention`; one row of `press.run` for each stage |
| **Checks** | a source whose every look fails is a failed task, the night goes on; the night fails when a stage fails, or when no source answers |

**When it fails**

* *One source is red*: its task name and the last line of its log say why. A site that was down is asked again the next
  night, nothing is lost. When it stays red, look at its entry in the catalogue.
* *`due_sources` is red*: the database or the catalogue; the log names it. Clear the task when it is mended.
* *`extract` or `flag` is red*: clear the task. Work that was done is kept, the rest is done again.
* *`close_night` is red*: it names the stage that failed; clear that one with its downstream tasks.

Everything may be cleared and run again at any time: each page, article and mention is stored once. A night of the past cannot
be run again, since feeds only tell what is new; hence no backfill.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import Asset, CronTriggerTimetable, ExceptionRetryPolicy, Param, RetryAction, RetryRule, TriggerRule, dag, task

from desk import taskflow

ARTICLES = Asset(name="articles", uri="vedette://press/article")
MENTIONS = Asset(name="mentions", uri="vedette://press/mention")


@dag(
    dag_id="overnight",
    description="Crawls the press, cleans the pages and flags mentions of Russia–China cooperation.",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Europe/Paris"),
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    allowed_run_types=["scheduled", "manual"],
    tags=["crawl", "extract", "flag"],
    params={
        "sources": Param(
            [],
            type="array",
            items={"type": "string"},
            title="Sources",
            description="Short names of the sources to crawl, one a line; none: all that are due.",
        )
    },
    default_args={"owner": "vedette", "retries": 1, "retry_delay": timedelta(minutes=2)},
)
def overnight() -> None:
    """One night."""

    @task(execution_timeout=timedelta(minutes=5))
    def due_sources(params: dict[str, Any]) -> list[list[str]]:
        """Reads the catalogue into the database and lists the sources to look at."""
        return taskflow.due_sources(params["sources"])

    @task(
        execution_timeout=timedelta(hours=1),
        max_active_tis_per_dag=4,
        map_index_template="{{ label if label is defined else task.op_kwargs['sources'] | join(', ') }}",
        retry_policy=ExceptionRetryPolicy(
            rules=[RetryRule("desk.night.SourceDown", action=RetryAction.FAIL, reason="asked again the next night")]
        ),
    )
    def crawl(sources: list[str]) -> dict[str, Any]:
        """Looks at the feeds of a source and archives its new pages."""
        return taskflow.crawl(sources)

    @task(execution_timeout=timedelta(hours=2), trigger_rule=TriggerRule.ALL_DONE, outlets=[ARTICLES])
    def extract() -> dict[str, Any]:
        """Turns archived pages into articles."""
        return taskflow.extract(ARTICLES)

    @task(execution_timeout=timedelta(hours=2), outlets=[MENTIONS])
    def flag() -> dict[str, Any]:
        """Finds the mentions in new articles."""
        return taskflow.flag(MENTIONS)

    @task(execution_timeout=timedelta(minutes=5), trigger_rule=TriggerRule.ALL_DONE)
    def close_night() -> dict[str, Any]:
        """Writes the figures of the night; fails when a stage did."""
        return taskflow.close_night()

    crawl.expand(sources=due_sources()) >> extract() >> flag() >> close_night()  # type: ignore[arg-type,call-arg]


overnight()
