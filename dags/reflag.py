"""
### Stored articles, read anew

| | |
| --- | --- |
| **Frequency** | after a change of rules: by hand, or « Backfill » over a range of dates, a run for each month; |
| | by itself on the first of each month, for the month before |
| **Source** | stored articles; no site is asked |
| **Does** | reads the articles that were flagged under other rules, by date of publication (first stored, where a |
| | page does not say); what is up to date is not read again, so a second run does nothing |
| **Reads** | `press.article` |
| **Writes** | `press.mention` (old and new change places in one transaction; reviews stay), `press.run`; then the |
| | asset `mentions`, when any article was read |
| **Checks** | every article could be read; each quoted sentence is what its article says at that place; |
| | not every other article has a mention |

**Backfill**: the button of the same name, with a first and a last day; each month that begins in between is a run,
one at a time. The month that is not over yet is read by hand: « Trigger » with *Since* and *Until* (not included), or
neither for everything stored.

**When it fails**

* *`reflag` is red*: its log says why. Clear it; what was done is kept, and the rest is read.
* *`check_run` or `check_evidence` is red*: it names what does not hold. The rules are the likely cause:
  `vedette quarantine list`. Mentions of articles that could not be read stay as they were.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import CronDataIntervalTimetable, Param, dag, task

from desk.night import defaults, redo
from desk.night.assets import MENTIONS
from desk.night.chain import mention_checks


@dag(
    dag_id="reflag",
    description="Reads stored articles anew under the present rules; can be backfilled.",
    doc_md=__doc__,
    # In UTC, while the days that are read are those of Paris: « from 2026-01-01 » at midnight in either of the two
    # must not come after the beginning of the month, or January would be left out without a word.
    schedule=CronDataIntervalTimetable("0 0 1 * *", timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=7),
    allowed_run_types=["scheduled", "manual", "backfill"],  # type: ignore[list-item]  # private to the SDK
    tags=["flag"],
    params={
        "since": Param(
            None,
            type=["null", "string"],
            format="date",
            title="Since",
            description="First day of publication, in Paris; empty: from the first article on.",
        ),
        "until": Param(
            None,
            type=["null", "string"],
            format="date",
            title="Until",
            description="The day after the last; empty: to the last article.",
        ),
    },
    default_args=defaults.TASKS,
)
def reflag() -> None:
    """The articles of one month, or of the days that were asked for."""

    # A backfill has a limit of its own on runs at a time; this one holds for it as well.
    @task(task_id="reflag", execution_timeout=timedelta(hours=6), max_active_tis_per_dag=1)
    def read_anew() -> dict[str, Any]:
        """Finds the mentions anew in articles that were flagged under other rules."""
        return redo.reflag()

    @task(execution_timeout=timedelta(minutes=5), outlets=[MENTIONS])
    def hand_on() -> dict[str, Any]:
        """Tells those who wait for mentions; skipped when nothing was to be read anew."""
        return redo.hand_on_reflagged(MENTIONS)

    read_anew() >> mention_checks("reflag", evidence_within=timedelta(minutes=30)) >> hand_on()


reflag()
