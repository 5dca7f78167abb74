"""
### A second look at fresh articles

| | |
| --- | --- |
| **Frequency** | a quarter to each hour, Europe/Paris |
| **Source** | articles of the last two days, about 1, 6 and 24 hours after they were fetched |
| **Does** | asks for them again, conditionally, those with mentions first, at most 20 a source; looks at no channel |
| **Reads** | the sites' article pages; `press.page`, `press.article` |
| **Writes** | the archive (WARC), `press.page`, `press.revision`; then the asset `pages`, when a new copy waits |
| **Starts** | `extract_articles`, by the asset `pages` |
| **Checks** | none of a source's articles is answered: that task fails, the others go on |
| | more than half of the sources give no result: the run fails, and nothing is handed on |

**When it fails**

* *One source is red*: its site is away, or refuses. It is asked again when the next look is due.
* *One source is pink*: another crawl is at it, and looks at its articles too.
* *`due_sources` is red*: the database or the catalogue; the log names it. Clear it when it is mended.
* *`close_recheck` is red*: most sources gave no result, so the network is the likely cause.
  The next hour makes it good.

What changed is listed by `vedette corrections`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, TriggerRule, dag, task

from desk.night import defaults, redo
from desk.night.assets import PAGES
from desk.night.pool import POOL


@dag(
    dag_id="recheck_articles",
    description="Looks again at fresh articles: what was corrected, what was withdrawn.",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("45 * * * *", timezone=defaults.ZONE, run_immediately=False),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=1),
    allowed_run_types=["scheduled", "manual"],  # type: ignore[list-item]  # its type is private to the SDK
    tags=["crawl"],
    default_args=defaults.TASKS,
)
def recheck_articles() -> None:
    """What is due in this hour."""

    @task(execution_timeout=timedelta(minutes=5))
    def due_sources() -> list[list[str]]:
        """Lists the sources with articles to look at again."""
        return redo.sources_to_recheck()

    @task(
        execution_timeout=timedelta(minutes=45),
        pool=POOL,
        doc_md="Looks again at the fresh articles of a source.",
        map_index_template="{{ label if label is defined else task.op_kwargs['sources'] | join(', ') }}",
    )
    def look_again(sources: list[str]) -> dict[str, Any]:
        return redo.look_again(sources)

    @task(execution_timeout=timedelta(minutes=5), trigger_rule=TriggerRule.ALL_DONE, outlets=[PAGES])
    def close_recheck() -> dict[str, Any]:
        """Writes the note; skipped when no new copy waits, red when most sources gave no result."""
        return redo.close_recheck(PAGES)

    look_again.expand(sources=due_sources()) >> close_recheck()


recheck_articles()
