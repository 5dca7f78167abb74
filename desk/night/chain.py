"""Tasks that several DAGs share: those of a crawl, and the checks of mentions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import TriggerRule, task

from desk.night import taskflow
from desk.night.assets import PAGES
from desk.night.checking import PressCheck
from desk.night.checks import EVIDENCE, FLAGGING
from desk.night.pool import POOL


def mention_checks(after: str, *, evidence_within: timedelta) -> list[PressCheck]:
    """The checks of the mentions that the task ``after`` found; a large run takes longer to compare."""
    return [
        PressCheck(
            task_id="check_run",
            doc_md="Stops here when articles could not be read, or far too many have a mention.",
            table="press.v_run",
            of_run="run_id",
            after=after,
            checks=FLAGGING,
            execution_timeout=timedelta(minutes=5),
        ),
        PressCheck(
            task_id="check_evidence",
            doc_md="Stops here when a quoted sentence is not what its article says.",
            table="press.mention m JOIN press.article a ON a.id = m.article_id",
            of_run="m.run_id",
            after=after,
            checks=EVIDENCE,
            execution_timeout=evidence_within,
        ),
    ]


def crawl_chain(*, light: bool = False, limit: int | None = None) -> None:
    """List the sources that are due, crawl each in a task of its own, tell what came of it.

    A ``light`` crawl has no row of its own for the whole, and hands nothing on when nothing came; ``limit`` bounds the
    new pages of each task.
    """

    @task(execution_timeout=timedelta(minutes=5))
    def due_sources(params: dict[str, Any]) -> list[list[str]]:
        """Reads the catalogue into the database and lists the sources to look at."""
        return taskflow.due_sources(params, light)

    @task(
        execution_timeout=timedelta(hours=1),
        pool=POOL,
        doc_md="Looks at the feeds of a source and archives its new pages.",
        map_index_template="{{ label if label is defined else task.op_kwargs['sources'] | join(', ') }}",
    )
    def crawl(sources: list[str]) -> dict[str, Any]:
        return taskflow.crawl(sources, limit)

    @task(execution_timeout=timedelta(minutes=5), trigger_rule=TriggerRule.ALL_DONE, outlets=[PAGES])
    def close_crawl() -> dict[str, Any]:
        """Writes the figures; fails when most sources could not be crawled, and then nothing is handed on."""
        return taskflow.close_crawl(PAGES, light)

    crawl.expand(sources=due_sources()) >> close_crawl()  # type: ignore[call-arg, misc]
