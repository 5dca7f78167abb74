"""The tasks of the DAGs that read anew, or from elsewhere: `reflag`, `recheck_articles`, `ingest_warc`.

As in taskflow.py: a function is the whole body of a task, and the stages are imported when it runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from airflow.sdk import Asset, get_current_context
from airflow.sdk.exceptions import AirflowSkipException

from desk.night import spans, taskflow
from desk.night.connection import database_url
from desk.night.figures import many
from desk.night.taskflow import log
from processing.settings import load_settings


def reflag() -> dict[str, int]:
    """Read stored articles anew that were flagged under other rules."""
    from desk.night import stages
    from processing.flagging import flag_pending
    from processing.store.migrate import migrate

    since, until = spans.of_run(get_current_context())
    migrate(database_url())
    log.info("articles from %s to %s", since or "the first", until or "the last")
    with stages.stoppable():
        outcome = flag_pending(
            database_url(), again=True, since=since, until=until, on_progress=taskflow.telling()
        )
    n = outcome.counts
    text = f"**{many(n['anew'], 'article')} read anew**, {many(n['gained'], 'mention')} gained, {n['lost']:,} lost"
    if new := n["articles"] - n["anew"] - n.get("quarantined", 0):
        text += f"; {many(new, 'article')} read for the first time"
    if held := n.get("quarantined"):
        text += f"; {held:,} could not be read"
    return taskflow.tell_stage(outcome, f"{text}.")


def hand_on_reflagged(outlet: Asset) -> dict[str, int]:
    """As taskflow.hand_on; nothing is handed on when no article was read."""
    counts: dict[str, int] = get_current_context()["ti"].xcom_pull(task_ids="reflag")
    if not counts["articles"]:
        raise AirflowSkipException("no article was flagged under other rules")
    return taskflow.hand_on("reflag", outlet)


def sources_to_recheck() -> list[list[str]]:
    """The sources of each task."""
    from desk.night import rechecks

    tasks = rechecks.share_out_relooks(load_settings(), database_url())
    log.info("%d sources with articles to look at again, in %d tasks", sum(map(len, tasks)), len(tasks))
    return tasks


def look_again(sources: Sequence[str]) -> dict[str, Any]:
    """Look again at the fresh articles of these sources; skipped while another crawl is at them."""
    from desk.night import rechecks, stages

    with stages.stoppable():
        try:
            figures = rechecks.look_again(load_settings(), database_url(), sources, taskflow.telling_crawl())
        except Exception as error:
            taskflow.tell_figures(rechecks.RecheckFigures(tuple(sources), error=str(error)))
            raise
    taskflow.tell_figures(figures)
    if figures.busy:
        raise AirflowSkipException("another crawl is at it, and looks at its articles too")
    rechecks.require_answers(figures)
    return figures.as_json()


def close_recheck(outlet: Asset) -> dict[str, int]:
    """Write the note; nothing is handed on when no page waits."""
    from desk.night import rechecks

    ti = get_current_context()["ti"]
    tasks = ti.xcom_pull(task_ids="due_sources")
    figures = rechecks.HourFigures(
        asked=None if tasks is None else tuple(source for task in tasks for source in task),
        rechecks=tuple(rechecks.RecheckFigures.from_json(one) for one in taskflow.told_figures("look_again")),
    )
    taskflow.leave_note(figures.note())
    figures.require_most()
    return taskflow.hand_on_pages(
        outlet, figures.counts(), when_some_wait=True, none="no new copy waits for extraction"
    )


def list_files(params: Mapping[str, Any]) -> list[list[str]]:
    """The files of each task."""
    from desk.night import ingests

    spans.asked_for(params)
    return ingests.share_out_files(
        load_settings(), database_url(), params["addresses"] or (), params["source_id"]
    )


def ingest(files: Sequence[str], params: Mapping[str, Any]) -> dict[str, Any]:
    """Fetch and register these files; the task is named after them and what they held, also when it fails."""
    from desk.night import ingests, stages

    since, until = spans.asked_for(params)
    with stages.stoppable():
        try:
            figures = ingests.ingest_files(
                load_settings(), database_url(), files,
                source_id=params["source_id"], since=since, until=until, on_progress=taskflow.telling(),
            )  # fmt: skip
        except Exception as error:
            taskflow.tell_figures(ingests.IngestFigures(tuple(files), error=str(error)))
            raise
    taskflow.tell_figures(figures)
    ingests.require_whole(figures)
    return figures.as_json()


def close_ingest(outlet: Asset) -> dict[str, int]:
    """Write the note; nothing is handed on when no page waits."""
    from desk.night import ingests

    tasks = get_current_context()["ti"].xcom_pull(task_ids="list_files")
    figures = ingests.ReadingFigures(
        asked=None if tasks is None else sum(map(len, tasks)),
        ingests=tuple(ingests.IngestFigures.from_json(one) for one in taskflow.told_figures("ingest")),
    )
    taskflow.leave_note(figures.note())
    figures.require_any()
    return taskflow.hand_on_pages(outlet, figures.counts(), when_some_wait=True)
