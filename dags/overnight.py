"""
### The night

| | |
| --- | --- |
| **Frequency** | every night at 02:00, Europe/Paris; press « Trigger » for one now |
| **Source** | the French-language press of the catalogue |
| **Does** | crawls what is due, one task a source (one for those that share a host); cleans the pages; flags mentions of cooperation |
| **Reads** | the catalogue, the sites' feeds, sitemaps and section pages |
| **Writes** | the archive (WARC), `press.page`, `press.article`, `press.mention`, `press.run` |
| **Checks** | no feed of a source answers: that task fails and the night goes on |
| | a stage fails, or no source answers: the night fails |

**When it fails**

* *One source is red*: its name in the list of mapped tasks and the end of its log say why. It is asked again the next
  night, nothing is lost. When it stays red, look at its entry in the catalogue.
* *`due_sources` is red*: the database or the catalogue; the log names it. Clear the task when it is mended.
* *`extract` or `flag` is red*: clear the task. Work that was done is kept, the rest is done again.
* *`close_night` is red*: it names the stage that failed; clear that one with its downstream tasks.

Everything may be cleared and run again at any time: each page, article and mention is stored once. A night of the past
cannot be run again, since feeds only tell what is new; hence no backfill.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import (
    Asset,
    CronTriggerTimetable,
    ExceptionRetryPolicy,
    Param,
    RetryAction,
    RetryRule,
    TriggerRule,
    dag,
    task,
)

from desk.night import taskflow

ARTICLES = Asset(name="articles", uri="vedette://press/article")
MENTIONS = Asset(name="mentions", uri="vedette://press/mention")


@dag(
    dag_id="overnight",
    description="Crawls the press, cleans the pages and flags mentions of Russia–China cooperation.",
    doc_md=__doc__,
    # No start date: the first start waits for the first 02:00 instead of making up for the last one.
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Europe/Paris", run_immediately=False),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    allowed_run_types=["scheduled", "manual"],  # type: ignore[list-item]  # its type is private to the SDK
    tags=["crawl", "extract", "flag"],
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
    default_args={"owner": "vedette", "retries": 1, "retry_delay": timedelta(minutes=2)},
)
def overnight() -> None:
    """One night."""

    @task(execution_timeout=timedelta(minutes=5))
    def due_sources(params: dict[str, Any]) -> list[list[str]]:
        """Reads the catalogue into the database and lists the sources to look at."""
        return taskflow.due_sources(params)

    @task(
        execution_timeout=timedelta(hours=1),
        max_active_tis_per_dag=6,
        doc_md="Looks at the feeds of a source and archives its new pages.",
        map_index_template="{{ label if label is defined else task.op_kwargs['sources'] | join(', ') }}",
        retry_policy=ExceptionRetryPolicy(
            rules=[
                RetryRule(
                    "desk.night.errors.SourceDown", RetryAction.FAIL, reason="asked again the next night"
                )
            ]
        ),
    )
    def crawl(sources: list[str]) -> dict[str, Any]:
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

    crawl.expand(sources=due_sources()) >> extract() >> flag() >> close_night()  # type: ignore[call-arg, misc]


overnight()
