"""
### Older press from archives

| | |
| --- | --- |
| **Frequency** | by hand: « Trigger », with addresses |
| **Source** | WARC files: ours, Common Crawl's news, anybody's; on this machine or at http(s) addresses |
| **Does** | fetches what is elsewhere into the archive (`ingested/`), a task for each file, two at a time, |
| | resumed where it broke off; registers its pages, or those of a range of dates |
| **Reads** | the files |
| **Writes** | the archive, `press.segment`, `press.page`, `press.quarantine`, `press.run`; then the asset `pages` |
| **Starts** | `extract_articles`, by the asset `pages` |
| **Checks** | a file that is damaged, or is none, fails its task, and the others go on; |
| | no file gives anything: the run fails, and nothing is handed on |

**When it fails**

* *`list_files` is red*: a parameter cannot be used; the log names it. Trigger again.
* *One file is red*: its log and `vedette quarantine list --stage ingest` say why. A server that is away is asked again
  after a quarter of an hour; clear the task to ask once more: the fetch goes on where it stopped. Of a damaged
  file everything before the damage is stored.
* *`close_ingest` is red*: no file could be read.

A file that was read before is passed over. One that was read for a range of dates may be asked for again with another:
only the pages that are not there yet are added.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Param, TriggerRule, dag, task

from desk.night import defaults, redo
from desk.night.assets import PAGES


@dag(
    dag_id="ingest_warc",
    description="Reads WARC files, from this machine or from an address, into articles.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(days=2),
    tags=["ingest"],
    params={
        "addresses": Param(
            [],
            type="array",
            items={"type": "string"},
            minItems=1,
            title="Addresses",
            description="http(s) addresses or absolute paths of WARC files, one a line.",
        ),
        "since": Param(
            None,
            type=["null", "string"],
            format="date",
            title="Since",
            description="First day of recording (WARC-Date), in Paris; empty: from the first record on.",
        ),
        "until": Param(
            None,
            type=["null", "string"],
            format="date",
            title="Until",
            description="The day after the last; empty: to the last record.",
        ),
        "source_id": Param(
            None,
            type=["null", "string"],
            title="Source",
            description="The source that all pages belong to; empty: told by their host.",
        ),
    },
    default_args=defaults.TASKS,
)
def ingest_warc() -> None:
    """The files that were asked for."""

    @task(execution_timeout=timedelta(minutes=5))
    def list_files(params: dict[str, Any]) -> list[list[str]]:
        """Checks the parameters and shares the files out."""
        return redo.list_files(params)

    @task(
        execution_timeout=timedelta(hours=6),
        max_active_tis_per_dag=2,
        doc_md="Fetches a file and registers its pages.",
        map_index_template="{{ label if label is defined else task.op_kwargs['files'] | join(', ') }}",
    )
    def ingest(files: list[str], params: dict[str, Any]) -> dict[str, Any]:
        return redo.ingest(files, params)

    @task(execution_timeout=timedelta(minutes=5), trigger_rule=TriggerRule.ALL_DONE, outlets=[PAGES])
    def close_ingest() -> dict[str, Any]:
        """Writes the note; skipped when no page waits, red when no file could be read."""
        return redo.close_ingest(PAGES)

    ingest.expand(files=list_files()) >> close_ingest()  # type: ignore[call-arg, misc]


ingest_warc()
