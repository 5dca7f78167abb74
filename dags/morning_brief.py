"""
### The morning brief

| | |
| --- | --- |
| **Frequency** | every morning at 06:30, Europe/Paris; « Trigger » writes the brief of any day |
| **Source** | what was stored since 06:30 of the day before |
| **Does** | waits up to 20 minutes for a night that is still at work, writes the brief, sends it |
| **Reads** | articles, mentions, stories, revisions, the health of the sources |
| **Sends** | to `VEDETTE_BRIEF_TO`, once a day |
| **Writes** | `VEDETTE_HOME/briefs/DAY.html`, `.md`, `.json`; `press.run`; the asset `brief` |
| **Checks** | not ready by 07:00: an alert goes to `VEDETTE_ALERTS` |

**When it fails**

* *`night_is_over` is pink*: the night was still at work at 06:50. The brief says that it is not complete; trigger it
  again when the night is done.
* *`write_brief` is red*: the database; the log names it. Clear it with its downstream task.
* *`send_brief` is red*: the service did not take the message; the log names it. Clear it: a brief is sent once.
* *`send_brief` is pink*: no address is set, or the brief of this day was sent before.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, Param, TriggerRule, dag, task
from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

from desk.alerts.deadline import brief_not_ready
from desk.brief import taskflow
from desk.night import defaults
from desk.night.assets import BRIEF


@dag(
    dag_id="morning_brief",
    description="Writes and sends what the night brought, to be read in three minutes.",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("30 6 * * *", timezone=defaults.ZONE, run_immediately=False),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=1),
    tags=["desk"],
    params={
        "day": Param(
            None,
            type=["null", "string"],
            format="date",
            title="Day",
            description="The day whose brief to write; empty: today.",
        ),
    },
    deadline=DeadlineAlert(
        reference=DeadlineReference.DAGRUN_LOGICAL_DATE,
        interval=timedelta(minutes=30),
        callback=AsyncCallback(brief_not_ready, kwargs={"by": "07:00"}),
    ),
    default_args=defaults.TASKS,
)
def morning_brief() -> None:
    """One morning."""

    @task.sensor(
        execution_timeout=timedelta(minutes=25),
        poke_interval=30,
        timeout=20 * 60,
        mode="reschedule",
        soft_fail=True,
    )
    def night_is_over() -> bool:
        """Waits until nothing of the night is under way, for 20 minutes at most."""
        return taskflow.night_is_over()

    @task(execution_timeout=timedelta(minutes=10), trigger_rule=TriggerRule.ALL_DONE, outlets=[BRIEF])
    def write_brief(params: dict[str, Any]) -> str:
        """Writes the brief into its files."""
        return taskflow.write(BRIEF, params)

    @task(execution_timeout=timedelta(minutes=10))
    def send_brief(day: str) -> None:
        """Sends the brief, once a day."""
        taskflow.send(day)

    day = write_brief()  # type: ignore[call-arg, misc]
    night_is_over() >> day
    send_brief(day)  # type: ignore[arg-type]


morning_brief()
